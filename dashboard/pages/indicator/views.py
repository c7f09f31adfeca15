"""The four views of an indicator: map, trend, distribution and the table of its values."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.fast_html import aria, el
from scidip.dashboard.pages.indicator.value_table import value_table
from scidip.dashboard.widgets import components, rank_changes, save_menu
from scidip.dashboard.widgets.quantity import Quantity
from scidip.dashboard.widgets.ranking_table import ranking_table
from scidip.figures import lines, maps, trends, values
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.findings.exhibit import said
from scidip.findings.exhibits import indicator as indicator_exhibits
from scidip.findings.exhibits.columns import HOW_KNOWN
from scidip.indicators.language.current import _
from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.store.queries import served

MakeId = Callable[[str], str]
DEFAULT = 5
"""Areas shown when none is chosen: those with the highest values."""


def view(
    quantity: Quantity, frame: pd.DataFrame, name: str, year: int, chosen: list[str], mode: Mode, make: MakeId
) -> Component:
    """Return the view *name* of the values in *frame*: map, trend, distribution or ranking."""
    if name == "ranking":
        table = _table(quantity, frame, year, True, chosen)
        return html.Div(_ranking(quantity, frame, table, year), className="view-table")
    if name == "map":
        left, table = (_map(quantity, frame, year, chosen, mode, make), _table(quantity, frame, year, False, chosen))
        return html.Div([left, _ranking(quantity, frame, table, year)], className="overview-body view-map")
    shown = chosen or frame.dropna(subset=["score"])["ref_area"].head(DEFAULT).tolist()
    whose = (
        ""
        if chosen
        else _("; ") + _("no country is chosen, so the {n} highest are shown").format(n=sentences.count(len(shown)))
    )
    draw = _trend if name == "trend" else _distribution
    return draw(quantity, frame, year, shown, whose, mode, make)


def _table(quantity: Quantity, frame: pd.DataFrame, year: int, full: bool, chosen: list[str]) -> Component:
    if quantity.spec:
        return value_table(quantity, frame, year, full, chosen)
    ranks = quantity.ctx.query(served.ranking, node=quantity.code, year=year)
    if ranks["rank"].notna().any():
        return ranking_table(quantity.ctx, ranks, quantity.code, year, full, "".join(chosen[:1]))
    return _scores(quantity, frame, year)


def _scores(quantity: Quantity, frame: pd.DataFrame, year: int) -> Component:
    """Return the scores of a dimension, which has no ranks."""
    ctx = quantity.ctx
    table = indicator_exhibits.scores(ctx, quantity.code, frame, year)
    rows = [
        [components.area_link(r["ref_area"], ctx.areas.name(r["ref_area"]), year), numbers.score(r["score"])]
        for r in table.records()
    ]
    caption = said(table.caption)
    return html.Div(
        components.data_table(caption, (_("Country"), _("Score")), rows, table),
        className="ranking-frame",
        tabIndex=0,
        role="region",
        **aria(label=caption),
    )


def footer(quantity: Quantity, frame: pd.DataFrame, year: int, *more: str) -> list[Any]:
    """Return the footer of a figure of values: unit, years, source, vintage and licence."""
    if quantity.spec is None:
        return components.score_footer(quantity.ctx, year, *more, ranges=True)
    known = frame[frame["is_ranked"].astype(bool)]
    own = known["time_period"].dropna()
    years = numbers.interval(own.min(), own.max()) if len(own) else str(year)
    origins = known[["source_title", "vintage", "licence"]].dropna().drop_duplicates()
    source = _("; ").join(", ".join(map(str, o)) for o in each_row(origins.head(3)))
    carried = int((known["time_period"] < year).sum())
    words = [
        sentences.opening(
            _("{unit}; figures of {years}, {carried} of {n} carried.").format(
                unit=quantity.unit, years=years, carried=carried, n=len(known)
            )
        ),
        _("Source: {source}.").format(source=source or _("lists counted by scidip")),
        _("Data version {version}.").format(version=quantity.ctx.data_version),
        *more,
    ]
    return [" ".join(words)]


def _ranking(quantity: Quantity, frame: pd.DataFrame, table: Component, year: int) -> Component:
    told = (
        _("Each value with its own year; hollow: carried from an earlier year")
        if quantity.spec
        else _("Rank and its 5–95 % range; the tinted rows cannot be told apart from the first")
    )
    return html.Section(
        [
            html.H2(_("Every country"), className="figure-title"),
            html.P(told, className="figure-subtitle"),
            table,
            html.P(footer(quantity, frame, year), className="figure-footer"),
            *save_menu.offer(table, _full(quantity)),
        ],
        className="figure figure-ranking",
    )


def _full(quantity: Quantity) -> str:
    """Return the address of all figures of a quantity."""
    if quantity.spec is None:
        return f"/download/scores.csv?node={quantity.code}"
    return f"/download/observations.csv?indicator={quantity.code}"


def _map(quantity: Quantity, frame: pd.DataFrame, year: int, chosen: list[str], mode: Mode, make: MakeId) -> Component:
    known = frame.loc[frame["is_ranked"].astype(bool), "score"]
    step = quantity.step(known)
    figure = maps.world(
        frame, quantity.factor, mode, chosen[0] if len(chosen) == 1 else "", step=step, tooltip=lambda r: r.text
    )
    label = _("World map of {name}, up to {year}, in classes. The table beside it holds the values.").format(
        name=quantity.axis, year=year
    )
    missing = _("no figure") if quantity.spec else _("not ranked")
    body = [legend(known, quantity.factor, step, missing), components.graph(make("map"), figure, label, "map-frame")]
    return components.titled(
        _middle(quantity, known),
        _("{name}, {year}: about as many countries in each class; zero is a figure").format(
            name=quantity.axis, year=year
        ),
        body,
        footer(quantity, frame, year, _(maps.BOUNDARIES)),
        "figure-map",
    )


def _middle(quantity: Quantity, known: pd.Series) -> str:
    if known.empty:
        return _("No country has a figure")
    words = _("Half of the {n} countries with a figure are under {value}")
    return words.format(n=len(known), value=quantity.write(float(known.median())))


def legend(known: pd.Series, node: str, step: float, missing: str) -> Component:
    """Return the classes of a map with their colours and bounds."""
    zero = maps.has_zero_class(known)
    words = maps.class_labels(maps.class_bounds(known, step), zero)
    items = [
        el("Li", [el("Span", className="swatch", style={"--step": i, "--steps": max(len(words) - 1, 1)}), text])
        for i, text in enumerate(words)
    ]
    items.append(el("Li", [el("Span", className="swatch swatch-hatch"), missing]))
    items.append(el("Li", [el("Span", className="swatch swatch-dot"), _("small country")]))
    colour = {"--node": f"var(--{node if node != DEFAULT_INDEX else 'ink'})"}
    return html.Ul(items, className="legend", style=colour, **aria(label=_("Classes")))


def _trend(
    quantity: Quantity, frame: pd.DataFrame, year: int, shown: list[str], whose: str, mode: Mode, make: MakeId
) -> Component:
    series = quantity.series(shown, year)
    breaks = quantity.breaks_in(series)
    figure = lines.chart(series, mode, year, breaks)
    label = _("{name}: a line for each of {n} countries. The table below holds the values.").format(
        name=quantity.axis, n=len(shown)
    )
    held = indicator_exhibits.by_year(quantity.ctx, quantity.code, series, breaks)
    name_of = quantity.ctx.areas.name
    rows = [
        [f"{name_of(r['ref_area'])}, {r['time_period']}", quantity.write(_value(r)), _known(r)]
        for r in sorted(held.records(), key=lambda r: name_of(r["ref_area"]))
    ]
    heads = (_("Country and year"), _("Value"), _("How it is known"))
    table = components.as_table(_("Values as a table"), said(held.caption), heads, rows, held)
    words = _("{name}; hollow: carried from an earlier year")
    if quantity.spec is None:
        words = "{name}. " + rank_changes.how_to_read()
    name = quantity.axis if quantity.spec else quantity.name
    return components.titled(
        _movement(quantity, series, breaks),
        words.format(name=name) + whose,
        [components.graph(make("trend"), figure, label), table],
        footer(quantity, frame, year),
    )


def _value(row: Mapping[str, Any]) -> float:
    """Return the figure of a row of `indicator_exhibits`, or the score."""
    return float(row["obs_value"] if "obs_value" in row else row["score"])


def _known(row: Mapping[str, Any]) -> str:
    """Return what a row of the table says of its figure."""
    words = HOW_KNOWN.write(row["status"])
    if row.get("series_break"):
        words += "; " + trends.other_figures()
    return words


def _movement(quantity: Quantity, series: pd.DataFrame, breaks: Mapping[str, list[int]]) -> str:
    """Return what the trend shows: the first area's first and last own figure, or score since its line last broke.

    What a line does across a break is not the country's doing.
    """
    own = series.dropna(subset=["score"]) if len(series) else series
    if quantity.spec is not None and len(own):
        own = own[~own["hollow"].astype(bool)]
    if own.empty:
        return _("No figure in any year")
    first = own[own["ref_area"] == own["ref_area"].iloc[0]].sort_values("time_period")
    since = max(breaks.get(str(first["ref_area"].iloc[0]), ()), default=0)
    first = first[first["time_period"] >= since]
    a, b = first.iloc[0], first.iloc[-1]
    if a["time_period"] == b["time_period"]:
        words = _("{name}: {last} in {year}")
    else:
        words = _("{name}: from {first} in {since} to {last} in {year}")
    return words.format(
        name=b["name"],
        first=quantity.write(a["score"]),
        since=a["time_period"],
        last=quantity.write(b["score"]),
        year=b["time_period"],
    )


def _distribution(
    quantity: Quantity, frame: pd.DataFrame, year: int, shown: list[str], whose: str, mode: Mode, make: MakeId
) -> Component:
    known = frame[frame["is_ranked"].astype(bool)]
    figure = values.distribution(known, quantity.factor, mode, shown, quantity.axis)
    words = _("{name}: countries by value, {year}; hollow: carried")
    if values.is_skewed(known["score"]):
        words = _(
            "{name}: countries by value, {year}, on a logarithmic axis because the values are skewed; hollow: carried"
        )
    quarter = [float(known["score"].quantile(q)) for q in (0.25, 0.75)] if len(known) else []
    title = (
        _("The middle half of countries lies between {low} and {high}").format(
            low=numbers.number(quarter[0]), high=quantity.write(quarter[1])
        )
        if quarter
        else _("No country has a figure")
    )
    held = indicator_exhibits.marked(quantity.ctx, quantity.code, known, shown, year)
    rows = [
        [quantity.ctx.areas.name(r["ref_area"]), quantity.write(_value(r)), str(r["time_period"]), _known(r)]
        for r in held.records()
    ]
    label = _("Histogram of {name}, {year}, {n} countries marked. The table holds their values.").format(
        name=quantity.axis, year=year, n=len(rows)
    )
    table = components.as_table(
        _("Marked countries as a table"),
        said(held.caption),
        (_("Country"), _("Value"), _("Year"), _("How it is known")),
        rows,
        held,
    )
    return components.titled(
        title,
        words.format(name=quantity.axis, year=year) + whose,
        [components.graph(make("distribution"), figure, label), table],
        footer(quantity, known, year),
    )
