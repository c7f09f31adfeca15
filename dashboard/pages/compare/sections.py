"""The parts of a comparison: profiles, trends, two quantities against each other, and the table."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, country, el, mark
from scidip.dashboard.widgets import components, rank_changes
from scidip.dashboard.widgets.quantity import Quantity, score_series
from scidip.dashboard.widgets.ranking_table import score_range
from scidip.figures import comparisons, lines
from scidip.figures.rows import each_row
from scidip.figures.text import labels, numbers, sentences
from scidip.figures.theme import Mode
from scidip.findings.exhibit import said
from scidip.findings.exhibits import compare as exhibits
from scidip.indicators.language.current import _
from scidip.indicators.model.framework import Node

NONE = float("nan")
MakeId = Callable[[str], str]


def key(ctx: Context, areas: list[str], year: int) -> Component:
    """Return the chosen areas with the marks they have in every chart."""
    items = [el("Li", [_sign(i), country(a, ctx.areas.name(a), year)]) for i, a in enumerate(areas)]
    return html.Ul(items, className="legend area-key", **aria(label=_("Countries and their marks")))


def _sign(place: int) -> Element:
    colour = {"color": f"var(--{('ink', 'accent', 'muted')[place % 3]})"}
    return el(
        "Span", labels.SIGNS[place % len(labels.SIGNS)], className="sign", style=colour, **{"aria-hidden": "true"}
    )


def profiles(ctx: Context, areas: list[str], scores: pd.DataFrame, year: int, mode: Mode, make: MakeId) -> Component:
    """Return the dimensions of the areas on common lines; *scores* of `area_scores`, all areas."""
    frame = _dimensions(ctx, areas, scores[scores["time_period"] == year])
    figure = comparisons.profile(frame, mode)
    label = _("Dimension scores of {n} countries, {year}. The table at the foot of the page holds them.").format(
        n=len(areas), year=year
    )
    return components.titled(
        _widest(ctx, frame),
        _("Score of each dimension, 0–100, {year}; a mark for each country").format(year=year),
        components.graph(make("profile"), figure, label),
        components.score_footer(ctx, year),
    )


def _dimensions(ctx: Context, areas: list[str], now: pd.DataFrame) -> pd.DataFrame:
    found = {(r.ref_area, r.node): r.score for r in each_row(now)}
    framework = ctx.catalogue.framework
    rows = [
        (a, ctx.areas.name(a), n.code, n.name, n.parent, framework.node(n.parent).name, found.get((a, n.code), NONE))
        for n in framework.level("dimension")
        if not n.not_measured
        for a in areas
    ]
    return pd.DataFrame(rows, columns=["ref_area", "area_name", "node", "name", "factor", "factor_name", "score"])


def _widest(ctx: Context, frame: pd.DataFrame) -> str:
    """Return what the profiles show: the dimensions in which the areas are furthest apart and closest."""
    spread = frame.groupby("node", sort=False)["score"].agg(["min", "max", "count"])
    gap = (spread["max"] - spread["min"])[spread["count"] > 1]
    if gap.empty:
        return _("Profiles")
    far, near = (sentences.dimension_named(ctx.catalogue, str(n)) for n in (gap.idxmax(), gap.idxmin()))
    words = _("Furthest apart in {far}, closest in {near}")
    if far == near:
        words = _("Furthest apart in {far}")
    return words.format(far=far, near=near)


def trends(ctx: Context, areas: list[str], scores: pd.DataFrame, year: int, mode: Mode, make: MakeId) -> Component:
    """Return small multiples: the index and each factor over the years, a line for each area."""
    panels = []
    for node in (n for n in ctx.catalogue.framework.nodes if n.level in ("index", "factor")):
        name = _("Index") if node.level == "index" else node.name
        breaks = rank_changes.breaks(ctx, node.code)
        figure = lines.chart(score_series(scores, node.code, breaks), mode, year, breaks)
        label = _("{name}: scores by year with ranges, {n} countries. The table below holds those of {year}.").format(
            name=name, n=len(areas), year=year
        )
        colour = {"--node": f"var(--{'ink' if node.level == 'index' else node.code})"}
        chart = components.graph(make(f"trend-{node.code}"), figure, label)
        panels.append(html.Div([html.H3(name, className="panel-title"), chart], style=colour))
    return components.titled(
        _("Over the years"),
        rank_changes.how_to_read(),
        html.Div(panels, className="panels"),
        components.score_footer(ctx, year, _("Scales differ between panels."), ranges=True),
        "figure-trends",
    )


def against(
    ctx: Context, areas: list[str], year: int, codes: tuple[str, str, str], mode: Mode, make: MakeId
) -> Component:
    """Return every country by two quantities, the chosen ones named; a third may set the size."""
    parts = {axis: Quantity(ctx, c) for axis, c in zip(("x", "y", "size"), codes, strict=True) if c}
    values = {axis: q.values(year) for axis, q in parts.items()}
    frame = _pairs(values)
    axes = [q.axis for q in parts.values()]
    figure = comparisons.scatter(frame, mode, areas, *axes)
    both = frame.dropna(subset=["x", "y"])
    named = len(set(areas) & set(both["ref_area"]))
    words = _("{x}, against {y}; up to {year}")
    if "size" in parts:
        words = _("{x}, against {y}; up to {year}; area of a mark: {size}")
    label = _("{x} and {y}: {n} countries, {named} of them named. The table below holds the named.").format(
        x=axes[0], y=axes[1], n=len(both), named=named
    )
    found = {axis: {r.ref_area: r for r in each_row(v)} for axis, v in values.items()}
    shown = exhibits.quantities(ctx, areas, {axis: (q.code, found[axis]) for axis, q in parts.items()})
    cells = {(r["ref_area"], r["axis"]): r for r in shown.records()}
    rows = [[ctx.areas.name(a), *(_figure(q, cells[a, axis]) for axis, q in parts.items())] for a in areas]
    return components.titled(
        _association(both, parts["x"], parts["y"]),
        words.format(x=axes[0], y=axes[1], year=year, size=axes[-1]),
        [
            components.graph(make("scatter"), figure, label),
            components.data_table(said(shown.caption), [_("Country"), *axes], rows, shown, "stack figures-table"),
        ],
        " ".join(_source(q, values[axis], year) for axis, q in parts.items()),
    )


def _pairs(values: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a row for each area: ref_area, name, x, y, size, text (the tooltips joined)."""
    # By plain dictionaries: joining frames and cutting columns of text costs ten times as much.
    found = {
        axis: dict(zip(v["ref_area"], zip(v["score"].tolist(), v["text"].tolist(), strict=True), strict=True))
        for axis, v in values.items()
    }
    names = dict(zip(values["x"]["ref_area"], values["x"]["name"], strict=True))
    rows = []
    for area, name in names.items():
        of = [here.get(area) for here in found.values()]
        if None in of:
            continue
        known = [pair for pair in of if pair is not None]
        told = "<br>".join([f"<b>{name}</b>", *(text.partition("<br>")[2] for _value, text in known)])
        size = known[2][0] if "size" in values else float("nan")
        rows.append((area, name, known[0][0], known[1][0], size, told))
    return pd.DataFrame(rows, columns=["ref_area", "name", "x", "y", "size", "text"])


def _figure(quantity: Quantity, row: Mapping[str, Any]) -> str:
    if row["obs_value"] is None:
        return _(numbers.NOTHING)
    return f"{quantity.write(row['obs_value'])}, {row['time_period']}"


def _association(both: pd.DataFrame, x: Quantity, y: Quantity) -> str:
    """Return how closely two quantities go together, by rank (Spearman), in words and as a number."""
    if len(both) < 5 or x.code == y.code:
        return sentences.listed([x.name, y.name])
    r = both["x"].rank().corr(both["y"].rank())
    size = abs(r)
    if size < 0.3:
        words = _("The two hardly go together: rank correlation {r} over {n} countries")
    elif r < 0:
        words = _("The two go in opposite directions: rank correlation {r} over {n} countries")
    elif size < 0.6:
        words = _("The two go together loosely: rank correlation {r} over {n} countries")
    else:
        words = _("The two go together closely: rank correlation {r} over {n} countries")
    return words.format(r=numbers.fixed(r, 2), n=len(both))


def _source(quantity: Quantity, frame: pd.DataFrame, year: int) -> str:
    if quantity.spec is None:
        words = _("{name}: score 0–100, {year}, scidip, data version {version}.")
        return words.format(name=quantity.name, year=year, version=quantity.ctx.data_version)
    origins = frame[["source_title", "vintage", "licence"]].dropna().drop_duplicates()
    found = _("; ").join(", ".join(map(str, o)) for o in each_row(origins.head(2)))
    return _("{name}: {sources}.").format(name=quantity.name, sources=found or _("lists counted by scidip"))


def table(ctx: Context, areas: list[str], scores: pd.DataFrame, year: int) -> Component:
    """Return index, factors and dimensions of all areas: scores, and ranks with their ranges."""
    now = scores[scores["time_period"] == year]
    found = {(r.ref_area, r.node): r for r in each_row(now)}
    names = [ctx.areas.name(a) for a in areas]
    rows = [
        _table_row(node, [found.get((a, node.code)) for a in areas], names)
        for node in ctx.catalogue.framework.nodes
        if not node.not_measured
    ]
    heads = [el("Th", [_sign(i), name], scope="col") for i, name in enumerate(names)]
    first = el("Th", _("Score"), scope="col")
    shown = exhibits.side_by_side(ctx, areas, found, year)
    caption = said(shown.caption)
    whole = html.Table(
        [html.Caption(caption), html.Thead(html.Tr([first, *heads])), html.Tbody(rows)], className="table compare stack"
    )
    frame = html.Div(holding(whole, shown), className="table-frame", tabIndex=0, role="region", **aria(label=caption))
    return components.titled(
        _("Side by side"),
        _("Score 0–100, {year}; under it its range, and the rank with its range where there are ranks").format(
            year=year
        ),
        frame,
        components.score_footer(ctx, year, ranges=True),
    )


def _table_row(node: Node, scores: list[Any], names: list[str]) -> Element:
    cells = [el("Td", _cell(row, node), **{"data-label": name}) for row, name in zip(scores, names, strict=True)]
    style = {"--node": f"var(--{node.code if node.level == 'factor' else 'ink'})"}
    name = el("Th", node.name, scope="row")
    return el("Tr", [name, *cells], className=f"level-{node.level}", style=style)


def _cell(row: Any, node: Node) -> list[Any]:
    if row is None or not numbers.known(row.score):
        return [mark("missing"), el("Small", _("too few figures"), className="muted")]
    parts: list[Any] = [el("B", numbers.score(row.score))]
    if numbers.known(row.rank):
        span = numbers.interval(row.rank_p05, row.rank_p95)
        rank = (
            _("rank {rank} ({range}) of {n}").format(rank=f"{row.rank:.0f}", range=span, n=f"{row.ranked_areas:.0f}")
            if span
            else _("rank not certain")
        )
        parts += [
            el("Small", text, className="below") for text in (_("range {range}").format(range=score_range(row)), rank)
        ]
    elif node.level != "dimension":
        parts.append(el("Small", _("not ranked"), className="below"))
    return parts
