"""The four views of an indicator: map, trend, distribution and the table of its values."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import components, sentences
from dashboard.markup import el
from dashboard.quantity import Quantity
from dashboard.ranking_table import ranking_table
from dashboard.value_table import value_table
from figures import lines, maps, numbers, values
from figures.theme import Mode
from store import queries

MakeId = Callable[[str], str]
DEFAULT = 5
"""Areas shown when none is chosen: those with the highest values."""
BOUNDARIES = "Boundaries: United Nations geodata, with the note at the foot of the page."


def view(
    quantity: Quantity,
    frame: pd.DataFrame,
    name: str,
    year: int,
    chosen: list[str],
    mode: Mode,
    make: MakeId,
) -> Component:
    """Return the view *name* of the values in *frame*: map, trend, distribution or ranking."""
    if name == "ranking":
        table = _table(quantity, frame, year, True, chosen)
        return html.Div(_ranking(quantity, frame, table, year), className="view-table")
    if name == "map":
        left, table = (
            _map(quantity, frame, year, chosen, mode, make),
            _table(quantity, frame, year, False, chosen),
        )
        return html.Div(
            [left, _ranking(quantity, frame, table, year)], className="overview-body view-map"
        )
    shown = chosen or frame.dropna(subset=["score"])["ref_area"].head(DEFAULT).tolist()
    whose = (
        ""
        if chosen
        else f"; no country is chosen, so the {sentences.count(len(shown))} highest are shown"
    )
    draw = _trend if name == "trend" else _distribution
    return draw(quantity, frame, year, shown, whose, mode, make)


def _table(
    quantity: Quantity, frame: pd.DataFrame, year: int, full: bool, chosen: list[str]
) -> Component:
    if quantity.spec:
        return value_table(quantity, frame, year, full, chosen)
    ranks = quantity.ctx.query(queries.ranking, node=quantity.code, year=year)
    if ranks["rank"].notna().any():
        return ranking_table(ranks, quantity.factor, quantity.name, year, full, "".join(chosen[:1]))
    return _scores(quantity, frame, year)


def _scores(quantity: Quantity, frame: pd.DataFrame, year: int) -> Component:
    """Return the scores of a dimension, which has no ranks."""
    rows = [
        [components.area_link(r.ref_area, r.name, year), numbers.score(r.score)]
        for r in frame.dropna(subset=["score"]).itertuples()
    ]
    caption = f"{quantity.name}: scores of {year}, highest first"
    return html.Div(
        components.data_table(caption, ("Country", "Score"), rows), className="ranking-frame", tabIndex=0,
        role="region", **{"aria-label": caption},
    )  # fmt: skip


def footer(quantity: Quantity, frame: pd.DataFrame, year: int, *more: str) -> list[Any]:
    """Return the footer of a figure of values: unit, years, source, vintage and licence."""
    if quantity.spec is None:
        return components.score_footer(quantity.ctx, year, *more, ranges=True)
    known = frame[frame["is_ranked"].astype(bool)]
    own = known["time_period"].dropna()
    years = numbers.interval(own.min(), own.max()) if len(own) else str(year)
    origins = known[["source_title", "vintage", "licence"]].dropna().drop_duplicates()
    source = "; ".join(", ".join(map(str, o)) for o in origins.head(3).itertuples(index=False))
    carried = int((known["time_period"] < year).sum())
    words = [
        f"{quantity.unit[:1].upper()}{quantity.unit[1:]}; figures of {years}, {carried} of {len(known)} carried.",
        f"Source: {source or 'lists counted by scidip'}.", f"Data version {quantity.ctx.data_version}.", *more,
    ]  # fmt: skip
    return [" ".join(words)]


def _ranking(quantity: Quantity, frame: pd.DataFrame, table: Component, year: int) -> Component:
    told = (
        "Each value with its own year; hollow: carried from an earlier year"
        if quantity.spec
        else "Rank and its 5–95 % range; the tinted rows cannot be told apart from the first"
    )
    return html.Section(
        [
            html.H2("Every country", className="figure-title"),
            html.P(told, className="figure-subtitle"),
            table,
            html.P(footer(quantity, frame, year), className="figure-footer"),
        ],
        className="figure figure-ranking",
    )


def _map(
    quantity: Quantity, frame: pd.DataFrame, year: int, chosen: list[str], mode: Mode, make: MakeId
) -> Component:
    known = frame.loc[frame["is_ranked"].astype(bool), "score"]
    step = quantity.step(known)
    figure = maps.world(
        frame, quantity.factor, mode, chosen[0] if len(chosen) == 1 else "", step=step, tooltip=lambda r: r.text
    )  # fmt: skip
    label = f"World map of {quantity.axis}, up to {year}, in classes. The table beside it holds the values."
    missing = "no figure" if quantity.spec else "not ranked"
    body = [
        legend(known, quantity.factor, step, missing),
        components.graph(make("map"), figure, label, "map-frame"),
    ]
    return components.titled(
        _middle(quantity, known), f"{quantity.axis}, {year}: about as many countries in each class; zero is a figure",
        body, footer(quantity, frame, year, BOUNDARIES), "figure-map",
    )  # fmt: skip


def _middle(quantity: Quantity, known: pd.Series) -> str:
    if known.empty:
        return "No country has a figure"
    return f"Half of the {len(known)} countries with a figure are under {quantity.write(float(known.median()))}"


def legend(known: pd.Series, node: str, step: float, missing: str) -> Component:
    """Return the classes of a map with their colours and bounds."""
    zero = maps.has_zero_class(known)
    words = maps.class_labels(maps.class_bounds(known, step), zero)
    items = [
        el("Li", [el("Span", className="swatch", style={"--step": i, "--steps": max(len(words) - 1, 1)}), text])
        for i, text in enumerate(words)
    ]  # fmt: skip
    items.append(el("Li", [el("Span", className="swatch swatch-hatch"), missing]))
    items.append(el("Li", [el("Span", className="swatch swatch-dot"), "small country"]))
    colour = {"--node": f"var(--{node if node != 'std' else 'ink'})"}
    return html.Ul(items, className="legend", style=colour, **{"aria-label": "Classes"})


def _trend(
    quantity: Quantity,
    frame: pd.DataFrame,
    year: int,
    shown: list[str],
    whose: str,
    mode: Mode,
    make: MakeId,
) -> Component:
    series = quantity.series(shown, year)
    figure = lines.chart(series, mode, year)
    label = f"{quantity.axis}: a line for each of {len(shown)} countries. The table below holds the values."
    known = series.dropna(subset=["score"]).sort_values(
        ["name", "time_period"], ascending=[True, False]
    )
    rows = [
        [f"{r.name}, {r.time_period}", quantity.write(r.score), "carried" if r.hollow else "of the year itself"]
        for r in known.itertuples()
    ]  # fmt: skip
    heads = ("Country and year", "Value", "How it is known")
    table = components.as_table("Values as a table", f"{quantity.axis}, by year", heads, rows)
    ribbon = "; ribbon: 5–95 % range" if quantity.spec is None else ""
    return components.titled(
        _movement(quantity, series), f"{quantity.axis}; hollow: carried from an earlier year{ribbon}{whose}",
        [components.graph(make("trend"), figure, label), table], footer(quantity, frame, year),
    )  # fmt: skip


def _movement(quantity: Quantity, series: pd.DataFrame) -> str:
    """Return what the trend shows: the first area's first and last own figure."""
    own = series[~series["hollow"].astype(bool)].dropna(subset=["score"]) if len(series) else series
    if own.empty:
        return "No figure in any year"
    first = own[own["ref_area"] == own["ref_area"].iloc[0]].sort_values("time_period")
    a, b = first.iloc[0], first.iloc[-1]
    if a["time_period"] == b["time_period"]:
        return f"{b['name']}: {quantity.write(b['score'])} in {b['time_period']}"
    return (
        f"{b['name']}: from {quantity.write(a['score'])} in {a['time_period']} "
        f"to {quantity.write(b['score'])} in {b['time_period']}"
    )


def _distribution(
    quantity: Quantity,
    frame: pd.DataFrame,
    year: int,
    shown: list[str],
    whose: str,
    mode: Mode,
    make: MakeId,
) -> Component:
    known = frame[frame["is_ranked"].astype(bool)]
    figure = values.distribution(known, quantity.factor, mode, shown, quantity.axis)
    skewed = (
        ", on a logarithmic axis because the values are skewed"
        if values.is_skewed(known["score"])
        else ""
    )
    quarter = [float(known["score"].quantile(q)) for q in (0.25, 0.75)] if len(known) else []
    title = (
        f"The middle half of countries lies between {numbers.number(quarter[0])} and {quantity.write(quarter[1])}"
        if quarter
        else "No country has a figure"
    )
    rows = [
        [r.name, quantity.write(r.score), f"{r.time_period:.0f}", "carried" if r.hollow else "of the year itself"]
        for r in known[known["ref_area"].isin(shown)].itertuples()
    ]  # fmt: skip
    label = f"Histogram of {quantity.axis}, {year}, {len(rows)} countries marked. The table holds their values."
    table = components.as_table(
        "Marked countries as a table", f"{quantity.axis}, {year}", ("Country", "Value", "Year", "How it is known"), rows
    )  # fmt: skip
    return components.titled(
        title, f"{quantity.axis}: countries by value, {year}{skewed}{whose}; hollow: carried",
        [components.graph(make("distribution"), figure, label), table], footer(quantity, known, year),
    )  # fmt: skip
