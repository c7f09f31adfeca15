"""Joint works of a pair beside what is expected of them: a sentence, a chart with its band, what lies between both."""

from collections.abc import Callable

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.widgets import components
from scidip.figures import lines
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import expected as exhibits
from scidip.findings.expected import ties, words
from scidip.findings.pair import PairView
from scidip.indicators.language.current import _

NONE = float("nan")


def section(pair: PairView, mode: Mode, make: Callable[[str], str]) -> Component | None:
    """Return the section; a sentence on why there is nothing to show, nothing at all without a model."""
    year = ties.year_for(pair.desk, pair.year)
    if year is None:
        return None
    facts = words.apart(pair.desk, pair.a, pair.b)
    shown = exhibits.of_pair(pair)
    if shown is None:
        told = html.P(words.why_none(pair.desk, pair.a, pair.b, year))
        footer = _(words.NEVER_A_FORECAST)
        return _anchored(components.titled(_("Expected against actual"), facts, told, footer))
    body = [html.P(facts), *_chart(pair, shown, mode, make)]
    footer = " ".join([*map(said, shown.notes), pair_sentences.sources(pair, *shown.series)])
    title = f"{_('Expected against actual')}: {said(shown.finding)}"
    return _anchored(components.titled(title, said(shown.subtitle), body, footer))


def _anchored(part: Component) -> Component:
    return html.Div(part, id="expected")


def _chart(pair: PairView, shown: Exhibit, mode: Mode, make: Callable[[str], str]) -> list[Component]:
    rows = shown.table.records()
    columns = {c.key: c for c in shown.table.columns}
    write = columns["obs_value"].write
    names = {"actual": _("Joint works"), "expected": _("Expected")}
    points = []
    for r in sorted(rows, key=lambda r: r["time_period"]):
        ends = _("nine of ten: {low}–{high}").format(low=write(r["expected_p05"]), high=write(r["expected_p95"]))
        for key, value in (("expected", r["expected"]), ("actual", r["obs_value"])):
            band = (r["expected_p05"], r["expected_p95"]) if key == "expected" else (NONE, NONE)
            text = f"<b>{names[key]}</b>, {r['time_period']}<br>{write(value)}"
            points.append(
                {
                    "ref_area": key,
                    "name": names[key],
                    "time_period": r["time_period"],
                    "score": value,
                    "score_p05": band[0],
                    "score_p95": band[1],
                    "hollow": False,
                    "text": f"{text}<br>{ends}" if key == "expected" else text,
                }
            )
    # The actual works first: they are drawn as the darker of the two.
    frame = pd.DataFrame(points).sort_values("ref_area", kind="stable")
    listed = ("time_period", "obs_value", "expected", "expected_p05", "expected_p95", "ratio", "side")
    cells = [[columns[key].write(r[key]) for key in listed] for r in rows]
    heads = [columns[key].head for key in listed]
    as_table = components.as_table(_("The figures as a table"), said(shown.table.caption), heads, cells, shown.table)
    label = _("{title}. The table below holds the figures.").format(title=said(shown.finding))
    return [components.graph(make("expected"), lines.chart(frame, mode, pair.year), label), as_table]
