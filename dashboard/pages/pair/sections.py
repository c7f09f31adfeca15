"""The parts of the page of a pair: its layers, trends, exposure and complementarity."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, el
from scidip.dashboard.widgets import components
from scidip.figures import comparisons, lines
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits import pair as pair_exhibits
from scidip.findings.exhibits import pair_rows
from scidip.findings.exhibits.pair_rows import Record
from scidip.findings.pair import PairView
from scidip.indicators.language.current import _

MakeId = Callable[[str], str]
NONE = float("nan")
OPEN = ("pair_students",)
"""Exhibits whose lines are open over years without a figure, as they say."""


def layers(pair: PairView) -> Component:
    """Return every layer in both directions, and beside comparable pairs."""
    shown = pair_exhibits.layers(pair)
    heads = [_("Tie"), *_directions(pair), _("Year"), _("Comparable pairs"), _("Reading")]
    rows = [_layer_row(pair, code, ways) for code, ways in pair_rows.by_layer(shown)]
    rule = _(
        "Comparable pairs: the 40 whose totals are nearest to those of this pair (product of what the first sends "
        "and the second receives); their 10th–90th percentile is shown. The rule knows nothing of distance, language "
        "or history: it compares, it does not forecast. Students are not compared: only the largest flows are known."
    )
    table = _table(shown, heads, rows, _("Layers of ties"))
    footer = f"{rule} {pair_sentences.sources(pair)}"
    return components.titled(said(shown.finding), said(shown.subtitle), table, footer)


def _directions(pair: PairView) -> tuple[str, str]:
    a, b = pair.names
    return _("{a} → {b}").format(a=a, b=b), _("{a} → {b}").format(a=b, b=a)


def _table(shown: Exhibit, heads: Sequence[str], rows: Sequence[Element], label: str) -> Component:
    """Return a table of ties with a bar in each cell, which holds the values of the exhibit."""
    table = html.Table(
        [
            html.Caption(said(shown.table.caption)),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])),
            html.Tbody(rows),
        ],
        className="table stack pair-layers",
    )
    return html.Div(
        holding(table, shown.table), className="table-frame", tabIndex=0, role="region", **aria(label=label)
    )


def _layer_row(pair: PairView, code: str, ways: Sequence[Record]) -> Element:
    view = pair.ties[code]
    meaning = _(pair_sentences.VISA_MEANING) if code == "visa_rule" else _(view.spec.definition)
    name = el("Th", [el("B", _(view.spec.name)), el("Small", meaning, className="below")], scope="row")
    years = {w["time_period"] for w in ways if w["time_period"] is not None}
    if not years:
        none = [el("Span", className="mark missing"), view.no_figure]
        return el("Tr", [name, el("Td", none, colSpan=5, className="muted")])
    if len(ways) == 2:
        # Bars of two years are not laid against each other.
        sized = len(years) == 1 and code != "visa_rule"
        top = max(abs(w["obs_value"] or 0) for w in ways) if sized else 0.0
        kinds = zip(ways, _directions(pair), ("to-start", "to-end"), strict=True)
        cells = [_side(w, label, top, kind, own_year=len(years) > 1) for w, label, kind in kinds]
    else:
        both = el("Small", _("both ways"), className="below")
        value = [el("B", pair_rows.value_words(ways[0])), both]
        cells = [el("Td", value, colSpan=2, className="both-ways", **{"data-label": _("Both ways")})]
    year = el("Td", pair_rows.year_words(ways), className="num", **{"data-label": _("Year")})
    return el("Tr", [name, *cells, year, *_compared(ways)])


def _side(way: Record, label: str, top: float, kind: str, *, own_year: bool) -> Element:
    share = 100 * abs(way["obs_value"] or 0) / top if top else 0.0
    cells = [el("B", pair_rows.value_words(way))]
    if own_year and way["time_period"] is not None:
        cells.append(el("Small", str(way["time_period"]), className="below"))
    return el("Td", [*cells, _bar(kind, share)], className=f"side {kind}", **{"data-label": label})


def _bar(kind: str, share: float) -> Element:
    style = {"--w": f"{share:.1f}%"}
    return el("Span", className=f"mirror {kind}", style=style, **{"aria-hidden": "true"})


def _compared(ways: Sequence[Record]) -> list[Element]:
    reading = next((w["reading"] for w in ways if w["reading"]), None)
    label = {"data-label": _("Comparable pairs")}
    if reading is None:
        none = el("Td", _("not compared"), className="muted")
        return [el("Td", "–", **label), none]
    return [
        el("Td", pair_rows.span_words(ways), className="num", **label),
        el("Td", pair_rows.reading_words(ways), className=f"reading {reading}", **{"data-label": _("Reading")}),
    ]


def trends(pair: PairView, mode: Mode, make: MakeId) -> Component:
    """Return joint publications by year and how strong the tie is for their size, and students both ways."""
    there, back = _directions(pair)
    seen = [_("Seen from {name}").format(name=name) for name in pair.names]
    shown = (
        (pair_exhibits.intensity(pair), seen),
        (pair_exhibits.joint(pair), [_("Joint publications")]),
        (pair_exhibits.students(pair), [there, back]),
    )
    parts = [_trend(pair, found, names, mode, make) for found, names in shown if found is not None]
    return html.Div(parts, className="pair-trends")


def _trend(pair: PairView, shown: Exhibit, names: Sequence[str], mode: Mode, make: MakeId) -> Component:
    """Return figures by year as lines, one for each way, and as a table."""
    name_of = dict(zip((pair.a, pair.b), names, strict=False))
    write = next(c for c in shown.table.columns if c.key == "obs_value").write
    rows = shown.table.records()
    points = sorted(rows, key=lambda r: (r["ref_area"] != pair.a, r["time_period"]))
    frame = pd.DataFrame([_point(r, name_of[r["ref_area"]], write) for r in points])
    breaks: dict[str, list[int]] = {}
    for before, row in zip([None, *points], points, strict=False):
        if row["series_break"] or (shown.key in OPEN and _is_after_a_gap(before, row)):
            breaks.setdefault(name_of[row["ref_area"]], []).append(row["time_period"])
    title, subtitle = said(shown.finding), said(shown.subtitle)
    notes = " ".join([f"{subtitle}.", *map(said, shown.notes)]) if shown.notes else subtitle
    listed = sorted(rows, key=lambda r: (name_of[r["ref_area"]], -r["time_period"]))
    cells = [[f"{name_of[r['ref_area']]}, {r['time_period']}", write(r["obs_value"])] for r in listed]
    table = components.as_table(
        _("The figures as a table"), notes, (_("What and year"), _("Figure")), cells, shown.table
    )
    label = _("{title}. The table below holds the figures.").format(title=title)
    figure = lines.chart(frame, mode, pair.year, breaks)
    id_ = make(shown.key.removeprefix("pair_"))
    return components.titled(
        title, notes, [components.graph(id_, figure, label), table], pair_sentences.sources(pair, *shown.series)
    )


def _is_after_a_gap(before: Record | None, row: Record) -> bool:
    """Return whether years without a figure lie between two rows of one way."""
    return bool(before and before["ref_area"] == row["ref_area"] and row["time_period"] > before["time_period"] + 1)


def _point(row: Record, name: str, write: Callable[[float], str]) -> Mapping[str, Any]:
    return {
        "ref_area": name,
        "name": name,
        "time_period": row["time_period"],
        "score": row["obs_value"],
        "score_p05": NONE,
        "score_p95": NONE,
        "hollow": False,
        "text": f"<b>{name}</b>, {row['time_period']}<br>{write(row['obs_value'])}",
    }


def exposure(pair: PairView) -> Component:
    """Return how much each depends on the other, layer by layer, mirrored around the middle."""
    shown = pair_exhibits.exposure(pair)
    if shown is None:
        return html.P(_("There is no layer in which either depends on the other."), className="muted")
    head = _("Share of the other in what {name} has")
    heads = [_("Tie"), *(head.format(name=name) for name in pair.names)]
    rows = [_exposure_row(pair, code, ways) for code, ways in pair_rows.by_layer(shown)]
    footer = " ".join([*map(said, shown.notes), pair_sentences.sources(pair)])
    return components.titled(
        said(shown.finding), said(shown.subtitle), _table(shown, heads, rows, _("Exposure")), footer
    )


def _exposure_row(pair: PairView, code: str, ways: Sequence[Record]) -> Element:
    view, of = pair.ties[code], {w["ref_area"]: w for w in ways}
    name = el("Th", [_(view.spec.name), el("Small", view.when, className="below")], scope="row")
    sides = zip((pair.a, pair.b), pair.names, ("to-start", "to-end"), strict=True)
    return el("Tr", [name, *(_share(of.get(area), kind, label) for area, label, kind in sides)])


def _share(way: Record | None, kind: str, label: str) -> Element:
    cells = [el("B", pair_rows.share_words(way)), _bar(kind, way["share"] if way else 0.0)]
    return el("Td", cells, className=f"side {kind}", **{"data-label": label})


def complementarity(ctx: Context, pair: PairView, mode: Mode, make: MakeId) -> Component | None:
    """Return the dimensions of both on common lines, and where one is strong and the other weak."""
    shown = pair_exhibits.complementarity(pair)
    if shown is None:
        return None
    year = shown.table.records()[0]["time_period"]
    frame, _both = pair_sentences.dimensions(pair)
    rows = [
        [r.name, *(numbers.score(r.scores[area]) for area in (pair.a, pair.b))] for r in pair_rows.side_by_side(shown)
    ]
    caption = said(shown.table.caption)
    head = (_("Dimension"), *pair.names)
    table = components.as_table(_("The scores as a table"), caption, head, rows, shown.table)
    label = _("Dimension scores of both countries, {year}. The table below holds them.").format(year=year)
    a, b = pair.names
    return components.titled(
        said(shown.finding),
        _("Score of each dimension, 0–100, {year}: ● {a}, ■ {b}").format(year=year, a=a, b=b),
        [components.graph(make("profile"), comparisons.profile(frame, mode), label), table],
        components.score_footer(ctx, year),
    )
