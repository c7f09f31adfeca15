"""What an answer to a claim rests on: ranks with their ranges, drawn and in a table, or figures with their sources."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.fast_html import aria, bar, country, el
from scidip.dashboard.widgets import components
from scidip.dashboard.widgets.ranking_table import interval_bar
from scidip.figures.text import numbers
from scidip.findings.claims import exhibits
from scidip.findings.claims import sentences as words
from scidip.findings.claims.check import Answer, Evidence
from scidip.findings.claims.figures import Figure
from scidip.findings.claims.report import SCORES_BY
from scidip.findings.claims.standings import Standing
from scidip.findings.exhibit import said
from scidip.indicators.claims.claim import Change, Place
from scidip.indicators.language.current import _
from scidip.indicators.vocabulary import NOT_APPLICABLE

ROOM = 3
"""Places shown on either side of the ranges in the drawing."""


def span(class_name: str, **more: Any) -> Component:
    """Return a span that only draws."""
    return html.Span(className=class_name, **more)


def section(answer: Answer, known: Evidence) -> list[Component]:
    """Return the ranks of an answer, drawn and in a table, or its figures; nothing where there are none."""
    if answer.standings:
        ranked = [s for s in answer.standings if s.rank is not None]
        return [*([_ranges(answer, ranked, known)] if ranked else []), _standings(answer, known)]
    return [_figures(answer.figures, known)] if answer.figures else []


def _ranges(answer: Answer, ranked: list[Standing], known: Evidence) -> Component:
    """Return the ranks with their ranges on one line of places; the place that is claimed as a rule."""
    claim = answer.claim
    claimed = claim if isinstance(claim, Place) and claim.place else None
    places = [p for s in ranked for p in (s.rank, s.rank_p05, s.rank_p95) if p is not None]
    places += [claimed.place] if claimed else []
    most = max(s.ranked_areas for s in ranked)
    first, last = max(min(places) - ROOM, 1), min(max(places) + ROOM, max(most, max(places)))
    rows = [_range(s, first, last, isinstance(claim, Change), known) for s in ranked]
    style = {}
    if claimed:
        edge = claimed.place + 0.5 if claimed.within else claimed.place
        style = {"--at-mark": f"{(edge - first) / max(last - first, 1):.4f}"}
    axis = html.Div(
        [span(""), html.Div([html.Span(numbers.ordinal(p)) for p in (first, last)], className="scale"), span("")],
        className="claim-range claim-axis",
        **aria(hidden="true"),
    )
    key = _("Dot: published rank; bar: its range in 90 % of simulated methods.")
    if claimed:
        key += " " + _("Upright line: the place that is claimed.")
    return html.Div(
        [*rows, axis, html.P(key, className="figure-subtitle")],
        className="claim-ranges" + (" has-mark" if claimed else ""),
        style=style,
    )


def _range(standing: Standing, first: float, last: float, by_year: bool, known: Evidence) -> Component:
    shift = first - 1
    low, high = standing.rank_p05, standing.rank_p95
    missing = float("nan")
    label = known.areas.name(standing.ref_area)
    if by_year:
        label = f"{label}, {standing.time_period}"
    drawn = interval_bar(
        (standing.rank or 0) - shift,
        missing if low is None else low - shift,
        missing if high is None else high - shift,
        last - shift,
    )
    return html.Div(
        [
            html.Span(label),
            html.Div(drawn, className="claim-track"),
            html.Span(words.rank(standing), className="muted"),
        ],
        className="claim-range",
    )


def _standings(answer: Answer, known: Evidence) -> Component:
    shown = exhibits.standings(answer.standings, known)
    head = [
        _("Country"),
        _("Year"),
        _("Rank"),
        _("Range"),
        _("Score 0–100"),
        _("Score range"),
        _("Carried"),
        _("Source, licence"),
    ]
    rows = [_standing_row(s, known) for s in answer.standings]
    return components.data_table(said(shown.caption), head, rows, shown, "stack claim-figures")


def _standing_row(s: Standing, known: Evidence) -> list[Any]:
    missing = float("nan")
    low, high = (missing if v is None else v for v in (s.score_p05, s.score_p95))
    spread = numbers.span(numbers.score(low), numbers.score(high)) if numbers.known(low) else "–"
    rank = _("not ranked")
    if s.rank is not None:
        rank = _("{rank} of {all}").format(rank=numbers.ordinal(s.rank), all=s.ranked_areas)
    ends = [missing if v is None else v for v in (s.rank_p05, s.rank_p95)]
    carried = words.per_cent(s.carried_share) if s.carried_share is not None else "–"
    return [
        country(s.ref_area, known.areas.name(s.ref_area), s.time_period),
        f"{s.time_period}",
        rank,
        numbers.interval(*ends) or "–",
        numbers.score(missing if s.score is None else s.score),
        spread,
        carried,
        _("{source}, {licence}; from the sources under Downloads").format(
            source=SCORES_BY, licence=known.catalogue.scores_licence
        ),
    ]


def _figures(figures: tuple[Figure, ...], known: Evidence) -> Component:
    head = [_("Country"), _("Year"), _("Value"), _("How it is known"), _("Source, vintage, licence")]
    top = max((abs(f.value) for f in figures if f.value is not None), default=0.0)
    shown = exhibits.figures(figures, known)
    rows = [_figure_row(f, top, known) for f in figures]
    return components.data_table(said(shown.caption), head, rows, shown, "stack claim-figures")


def _figure_row(f: Figure, top: float, known: Evidence) -> list[Any]:
    value: list[Any] = [numbers.value(f.value if f.value is not None else float("nan"), f.unit)]
    if f.value is not None and f.value >= 0 and top:
        value.append(bar(100 * f.value / top))
    name = words.whose(f, known)
    who = country(f.ref_area, name) if f.counterpart_area == NOT_APPLICABLE else name
    origin = ", ".join(p for p in (f.source, f.vintage, f.licence) if p) or "–"
    return [who, f"{f.time_period}", el("Div", value, className="value-cell"), words.status(f), origin]
