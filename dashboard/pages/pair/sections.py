"""The parts of the page of a pair: its layers, trends, exposure and complementarity."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, el
from scidip.dashboard.widgets import components
from scidip.figures import comparisons, lines
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.pair import LayerView, PairView, share_words
from scidip.indicators.language.current import _

MakeId = Callable[[str], str]
NONE = float("nan")


def layers(pair: PairView) -> Component:
    """Return every layer in both directions, and beside comparable pairs."""
    there = _("{a} → {b}").format(a=pair.names[0], b=pair.names[1])
    back = _("{b} → {a}").format(a=pair.names[0], b=pair.names[1])
    heads = [_("Tie"), there, back, _("Year"), _("Comparable pairs"), _("Reading")]
    rows = [_layer_row(pair, code, there, back) for code in pair.ties]
    table = html.Table(
        [
            html.Caption(_("Every layer of ties between the two, each figure with its own year")),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])),
            html.Tbody(rows),
        ],
        className="table stack pair-layers",
    )
    rule = _(
        "Comparable pairs: the 40 whose totals are nearest to those of this pair (product of what the first sends "
        "and the second receives); their 10th–90th percentile is shown. The rule knows nothing of distance, language "
        "or history: it compares, it does not forecast. Students are not compared: only the largest flows are known."
    )
    return components.titled(
        _("What ties them"),
        _("Seven layers, each in both directions where it has two"),
        html.Div(
            table,
            className="table-frame",
            tabIndex=0,
            role="region",
            **aria(label=_("Layers of ties")),
        ),
        f"{rule} {pair_sentences.sources(pair)}",
    )


def _layer_row(pair: PairView, code: str, there: str, back: str) -> Element:
    view = pair.ties[code]
    meaning = _(pair_sentences.VISA_MEANING) if code == "visa_rule" else _(view.spec.definition)
    name = el(
        "Th",
        [el("B", _(view.spec.name)), el("Small", meaning, className="below")],
        scope="row",
    )
    if view.year is None:
        words = view.no_figure
        return el(
            "Tr",
            [
                name,
                el(
                    "Td",
                    [el("Span", className="mark missing"), words],
                    colSpan=5,
                    className="muted",
                ),
            ],
        )
    values = [view.value(), view.value(back=True)]
    top = (
        max((abs(v) for v in values if numbers.known(v)), default=0.0)
        if view.spec.directed
        else values[0]
    )
    if view.spec.directed:
        cells = [
            _side(view, values[0], top, there, "to-start"),
            _side(view, values[1], top, back, "to-end", turned=True),
        ]
    else:
        cells = [el("Td", [el("B", view.write(values[0])), el("Small", _("both ways"), className="below")], colSpan=2,
                    className="both-ways", **{"data-label": _("Both ways")})]  # fmt: skip
    return el(
        "Tr",
        [
            name,
            *cells,
            el("Td", view.when, className="num", **{"data-label": _("Year")}),
            *_compared(view),
        ],
    )


def _side(
    view: LayerView, value: float, top: float, label: str, kind: str, *, turned: bool = False
) -> Element:
    # Bars of two years are not laid against each other.
    sized = top and numbers.known(value) and view.code != "visa_rule" and view.one_year
    share = 100 * abs(value) / top if sized else 0.0
    own = [] if view.one_year or not numbers.known(value) else [
        el("Small", view.when_of(back=turned), className="below")
    ]  # fmt: skip
    bar = el(
        "Span",
        className=f"mirror {kind}",
        style={"--w": f"{share:.1f}%"},
        **{"aria-hidden": "true"},
    )
    cells = [el("B", view.write(value)), *own, bar]
    return el("Td", cells, className=f"side {kind}", **{"data-label": label})


def _compared(view: Any) -> list[Element]:
    found = [view.comparison()] + ([view.comparison(back=True)] if view.spec.directed else [])
    known = [c for c in found if c is not None and c.high > 0]
    if not known:
        return [
            el("Td", "–", **{"data-label": _("Comparable pairs")}),
            el("Td", _("not compared"), className="muted"),
        ]
    spans = [f"{numbers.number(c.low)}–{numbers.number(c.high)}" for c in known]
    readings = [_(pair_sentences.READINGS[c.reading]) for c in known]
    words = [readings[0]] if len(set(readings)) == 1 else readings
    return [
        el("Td", " · ".join(spans), className="num", **{"data-label": _("Comparable pairs")}),
        el(
            "Td",
            " · ".join(words),
            className=f"reading {known[0].reading}",
            **{"data-label": _("Reading")},
        ),
    ]


def trends(pair: PairView, mode: Mode, make: MakeId) -> Component:
    """Return joint publications by year and how strong the tie is for their size, and students both ways."""
    parts = [_intensity(pair, mode, make), _joint(pair, mode, make), _students(pair, mode, make)]
    return html.Div([p for p in parts if p is not None], className="pair-trends")


def _joint(pair: PairView, mode: Mode, make: MakeId) -> Component | None:
    series = pair.ties["copublications"].layer.series(pair.a, pair.b)
    if series.empty:
        return None
    frame = _lines([(_("Joint publications"), series)], lambda v: numbers.value(v, "works"))
    first, last = int(series.index[0]), int(series.index[-1])
    title = _("From {first} joint publications in {from_year} to {last} in {to_year}").format(
        first=numbers.number(series.iloc[0]),
        from_year=first,
        last=numbers.number(series.iloc[-1]),
        to_year=last,
    )
    return _trend(
        pair,
        make("joint"),
        title,
        _("Works with authors in both, by year"),
        frame,
        mode,
        "works",
        "copublications",
    )


def _intensity(pair: PairView, mode: Mode, make: MakeId) -> Component | None:
    found = pair_sentences.intensities(pair)
    if found.empty:
        return None
    a, b = pair.names
    frame = _lines(
        [
            (_("Seen from {name}").format(name=a), found["there"]),
            (_("Seen from {name}").format(name=b), found["back"]),
        ],
        lambda v: _("{times} times").format(times=numbers.number(v)),
    )
    return _trend(
        pair, make("intensity"), pair_sentences.intensity_words(pair, found),
        _("Relative intensity: the partner’s share in its joint publications over its share in those of all others; "
          "1 is neither more nor less"),
        frame, mode, "ratio", "copublications",
    )  # fmt: skip


def _students(pair: PairView, mode: Mode, make: MakeId) -> Component | None:
    layer = pair.ties["student_flow"].layer
    there, back = layer.series(pair.a, pair.b), layer.series(pair.b, pair.a)
    if len(there) + len(back) < 2:
        return None
    a, b = pair.names
    ways = [(_("{a} → {b}").format(a=a, b=b), there), (_("{a} → {b}").format(a=b, b=a), back)]
    frame = _lines(ways, lambda v: numbers.value(v, "students"))
    breaks = [layer.breaks(pair.a, pair.b), layer.breaks(pair.b, pair.a)]
    subtitle = _(
        "Students of the first enrolled in the second, by year; years without a figure are left open"
    )
    told = pair_sentences.breaks(pair)
    return _trend(
        pair, make("students"), _("Students, both ways"), " ".join([f"{subtitle}.", *told]) if told else subtitle,
        frame, mode, "students", "student_flow", {name: b for (name, _series), b in zip(ways, breaks, strict=True)},
    )  # fmt: skip


def _lines(series: list[tuple[str, pd.Series]], write: Callable[[float], str]) -> pd.DataFrame:
    rows = [
        {"ref_area": name, "name": name, "time_period": int(year), "score": float(value), "score_p05": NONE,
         "score_p95": NONE, "hollow": False, "text": f"<b>{name}</b>, {year}<br>{write(float(value))}"}
        for name, found in series for year, value in zip(found.index, found, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _trend(
    pair: PairView,
    id_: str,
    title: str,
    subtitle: str,
    frame: pd.DataFrame,
    mode: Mode,
    unit: str,
    code: str,
    breaks: Mapping[str, list[int]] | None = None,
) -> Component:
    figure = lines.chart(frame, mode, pair.year, breaks)
    rows = [
        [f"{r.name}, {r.time_period}", numbers.value(r.score, unit)]
        for r in each_row(frame.sort_values(["name", "time_period"], ascending=[True, False]))
    ]
    label = _("{title}. The table below holds the figures.").format(title=title)
    table = components.as_table(
        _("The figures as a table"), subtitle, (_("What and year"), _("Figure")), rows
    )
    return components.titled(
        title,
        subtitle,
        [components.graph(id_, figure, label), table],
        pair_sentences.sources(pair, code),
    )


def exposure(pair: PairView) -> Component:
    """Return how much each depends on the other, layer by layer, mirrored around the middle."""
    rows = []
    for view in pair.ties.values():
        there, back = view.exposure(), view.exposure(back=True)
        if there is None and back is None:
            continue
        cells = [_share(there, "to-start", pair.names[0]), _share(back, "to-end", pair.names[1])]
        rows.append(
            el(
                "Tr",
                [
                    el(
                        "Th",
                        [_(view.spec.name), el("Small", view.when, className="below")],
                        scope="row",
                    ),
                    *cells,
                ],
            )
        )
    if not rows:
        return html.P(
            _("There is no layer in which either depends on the other."), className="muted"
        )
    heads = [_("Tie"), _("Share of the other in what {name} has").format(name=pair.names[0]),
             _("Share of the other in what {name} has").format(name=pair.names[1])]  # fmt: skip
    table = html.Table(
        [html.Caption(_("Exposure: the partner’s share in all ties of each")),
         html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])), html.Tbody(rows)],
        className="table stack pair-layers",
    )  # fmt: skip
    return components.titled(
        pair_sentences.exposure_words(pair),
        _("The partner’s share in each one’s ties with all partners, and its place among them"),
        html.Div(table, className="table-frame", tabIndex=0, role="region", **aria(label=_("Exposure"))),
        _("Students: share of those abroad whose host is published.") + " " + pair_sentences.sources(pair),
    )  # fmt: skip


def _share(found: Any, kind: str, label: str) -> Element:
    width = 100 * found.share if found else 0.0
    bar = el(
        "Span",
        className=f"mirror {kind}",
        style={"--w": f"{width:.1f}%"},
        **{"aria-hidden": "true"},
    )
    return el(
        "Td", [el("B", share_words(found)), bar], className=f"side {kind}", **{"data-label": label}
    )


def complementarity(ctx: Context, pair: PairView, mode: Mode, make: MakeId) -> Component | None:
    """Return the dimensions of both on common lines, and where one is strong and the other weak."""
    frame, both = pair_sentences.dimensions(pair)
    year = min(pair.year, pair.desk.years[-1])
    if both.empty:
        return None
    label = _("Dimension scores of both countries, {year}. The table below holds them.").format(
        year=year
    )
    names = frame.drop_duplicates("node").set_index("node")["name"]
    table = components.as_table(
        _("The scores as a table"), _("Dimension scores of both, {year}").format(year=year),
        (_("Dimension"), *pair.names),
        [[names[str(n)], numbers.score(r[pair.a]), numbers.score(r[pair.b])] for n, r in both.iterrows()],
    )  # fmt: skip
    figure = comparisons.profile(frame, mode)
    return components.titled(
        pair_sentences.complement_words(pair, both),
        _("Score of each dimension, 0–100, {year}: ● {a}, ■ {b}").format(year=year, a=pair.names[0], b=pair.names[1]),
        [components.graph(make("profile"), figure, label), table], components.score_footer(ctx, year),
    )  # fmt: skip
