"""Fields of science on the page of a pair: two profiles on common lines, and joint articles by field."""

from collections.abc import Callable

from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.figures.cooperation import fields as figure
from scidip.figures.theme import Mode
from scidip.findings import pair_sentences
from scidip.findings.exhibit import said
from scidip.findings.exhibits.cooperation import fields
from scidip.findings.fields import drawn
from scidip.findings.pair import PairView, span
from scidip.indicators.language.current import _


def profiles(ctx: Context, pair: PairView, mode: Mode, make: Callable[[str], str]) -> Component | None:
    """Return both profiles of specialisation; None where one has no articles by field."""
    shown = fields.of_pair(pair)
    if shown is None:
        return None
    write = {c.key: c.write for c in shown.table.columns}
    by_field: dict[str, dict[str, str]] = {}
    meeting = {}
    for row in shown.table.records():
        by_field.setdefault(row["field"], {})[row["ref_area"]] = drawn.ranged(shown.table, row)
        meeting[row["field"]] = write["meeting"](row["meeting"])
    rows = [[write["field"](f), ways[pair.a], ways[pair.b], meeting[f]] for f, ways in by_field.items()]
    head = (_("Field"), *pair.names, _("Together"))
    title = said(shown.finding)
    label = _("{title}. The table below holds the figures.").format(title=title)
    table = components.as_table(_("The figures as a table"), said(shown.table.caption), head, rows, shown.table)
    chart = figure.profile(drawn.dots(ctx, shown, [pair.a, pair.b]), mode, pair.names)
    footer = " ".join([*map(said, shown.notes), pair_sentences.sources(pair, *shown.series)])
    body = [components.graph(make("fields"), chart, label), table]
    return components.titled(title, said(shown.subtitle), body, footer)


def joint(pair: PairView) -> Component | None:
    """Return joint articles by field; None where none are held of the pair."""
    shown = fields.joint(pair)
    if shown is None:
        return None
    with_index = any(r["collaboration_index"] is not None for r in shown.table.records())
    write = {c.key: c.write for c in shown.table.columns}
    rows = [
        [
            write["field"](r["field"]),
            span(r["first_period"] if r["first_period"] != r["time_period"] else None, r["time_period"]),
            write["joint_articles"](r["joint_articles"]),
            *([write["collaboration_index"](r["collaboration_index"])] if with_index else []),
        ]
        for r in shown.table.records()
    ]
    head = (_("Field"), _("Years"), _("Joint articles"), *([_("Collaboration index")] if with_index else []))
    table = components.data_table(said(shown.table.caption), head, rows, shown.table, "stack")
    footer = " ".join([*map(said, shown.notes), pair_sentences.sources(pair, *shown.series)])
    return components.titled(said(shown.finding), said(shown.subtitle), table, footer)
