"""Fields of science, and openness and exposure, on the page of a country."""

from collections.abc import Callable

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.figures import lines
from scidip.figures.cooperation import fields as fields_figure
from scidip.figures.cooperation import openness as openness_figure
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.findings.exhibit import Exhibit, Table, said
from scidip.findings.exhibits.cooperation import fields, openness, openness_fields
from scidip.findings.exhibits.pair_rows import Record
from scidip.findings.fields import drawn
from scidip.findings.pair import span
from scidip.indicators.language.current import _
from scidip.store.queries import pair_queries

MakeId = Callable[[str], str]


def section(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> list[Component]:
    """Return what *area* does more of than the world, by field; nothing where no figures by field are held."""
    return _together(
        _specialisation(ctx, area, year, mode, id_), _by_year(ctx, area, year, mode, id_), _topics(ctx, area, year)
    )


def exposed(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> list[Component]:
    """Return how open *area* is and how much rests on its largest partner; nothing where no partner is known."""
    return _together(
        _openness(ctx, area, year, mode, id_), _beside_all(ctx, area, year, mode, id_), _by_field(ctx, area, year)
    )


def _together(*parts: Component | None) -> list[Component]:
    kept = [part for part in parts if part is not None]
    return [html.Div(kept, className="two-columns")] if kept else []


def _origin(ctx: Context, shown: Exhibit) -> str:
    found = ctx.query(pair_queries.sources, codes=shown.series)
    told = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    line = _("Sources: {sources}. Data version {version}.").format(sources=told, version=ctx.data_version)
    return " ".join([*map(said, shown.notes), line])


def _specialisation(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> Component | None:
    shown = fields.specialisation(ctx, area, year)
    if shown is None:
        return None
    figure = fields_figure.profile(drawn.dots(ctx, shown, [area]), mode)
    write = {c.key: c.write for c in shown.table.columns}
    keys = ("share", "world_share", "articles", "articles_whole", "reading")
    rows = [
        [write["field"](r["field"]), drawn.ranged(shown.table, r), *(write[k](r[k]) for k in keys)]
        for r in shown.table.records()
    ]
    head = (_("Field"), _("Index (90 % range)"), *(c.head for k in keys for c in shown.table.columns if c.key == k))
    return _charted(ctx, shown, id_("fields"), figure, head, rows)


def _by_year(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> Component | None:
    shown = fields.by_year(ctx, area, year)
    if shown is None:
        return None
    write = {c.key: c.write for c in shown.table.columns}
    rows = [
        [
            f"{write['field'](r['field'])}, {r['time_period']}",
            drawn.ranged(shown.table, r),
            write["reading"](r["reading"]),
        ]
        for r in shown.table.records()
    ]
    head = (_("Field and year"), _("Index (90 % range)"), _("Reading"))
    return _charted(ctx, shown, id_("fields-years"), lines.chart(drawn.years(ctx, shown), mode), head, rows)


def _charted(
    ctx: Context, shown: Exhibit, id_: str, figure: object, head: tuple[str, ...], rows: list[list[str]]
) -> Component:
    """Return a chart with its folded table."""
    title, caption = said(shown.finding), said(shown.table.caption)
    label = _("{title}. The table below holds the figures.").format(title=title)
    table = components.as_table(_("The figures as a table"), caption, head, rows, shown.table)
    body = [components.graph(id_, figure, label), table]
    return components.titled(title, said(shown.subtitle), body, _origin(ctx, shown))


def _topics(ctx: Context, area: str, year: int) -> Component | None:
    shown = fields.topics(ctx, area, year)
    if shown is None:
        return None
    write = {c.key: c.write for c in shown.table.columns}
    rows = [
        [
            html.Span([html.B(write["topic"](r["topic"])), html.Small(str(r["proxy"]), className="below")]),
            drawn.ranged(shown.table, r),
            write["share"](r["share"]),
            write["reading"](r["reading"]),
        ]
        for r in shown.table.records()
    ]
    head = (_("Topic"), _("Index (90 % range)"), _("Share of the country’s articles"), _("Reading"))
    table = components.data_table(said(shown.table.caption), head, rows, shown.table, "stack")
    return components.titled(said(shown.finding), said(shown.subtitle), table, _origin(ctx, shown))


def _openness(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> Component | None:
    shown = openness.by_year(ctx, area, year)
    if shown is None:
        return None
    keys = ("works", "effective_partners", "largest_partner", "works_left")
    found = {c.key: c for c in shown.table.columns}
    records = shown.table.records()
    rows = [[str(r["time_period"]), *(found[k].write(r[k]) for k in keys)] for r in records]
    head = (_("Year"), *(found[k].head for k in keys))
    name = found["works_left"].head
    frame = pd.DataFrame(
        [
            {
                "ref_area": area,
                "name": _("{name}, %").format(name=name),
                "time_period": r["time_period"],
                "score": float("nan") if r["works_left"] is None else r["works_left"],
                "score_p05": float("nan"),
                "score_p95": float("nan"),
                "hollow": False,
                "text": f"{r['time_period']}<br>{found['largest_partner'].write(r['largest_partner'])}"
                f"<br>{name}: {found['works_left'].write(r['works_left'])}",
            }
            for r in reversed(records)
        ]
    )
    return _charted(ctx, shown, id_("works-left"), lines.chart(frame, mode), head, rows)


def _beside_all(ctx: Context, area: str, year: int, mode: Mode, id_: MakeId) -> Component | None:
    shown = openness.beside_all(ctx, area, year)
    if shown is None:
        return None
    records = shown.table.records()
    key = ("partners beside all", records[0]["time_period"])
    told, rows = ctx.remembered(key, lambda: _told_of_all(ctx, shown.table))
    drawn_of = [r for r in records if not r["territory"] or r["ref_area"] == area]
    frame = pd.DataFrame(
        {
            "ref_area": [r["ref_area"] for r in drawn_of],
            "name": [ctx.areas.name(r["ref_area"]) for r in drawn_of],
            "x": [r["links"] for r in drawn_of],
            "y": [r["effective_partners"] for r in drawn_of],
            "text": [told[r["ref_area"]] for r in drawn_of],
        }
    )
    middle = (float(frame["x"].median()), float(frame["y"].median()))
    figure = openness_figure.quadrant(frame, area, middle, mode)
    head = tuple(c.head for c in shown.table.columns if c.key in BESIDE)
    return _charted(ctx, shown, id_("openness"), figure, head, rows)


def _by_field(ctx: Context, area: str, year: int) -> Component | None:
    shown = openness_fields.by_field(ctx, area, year)
    if shown is None:
        return None
    found = {c.key: c for c in shown.table.columns}
    keys = ("field", "links", "effective_partners", "largest_partner", "link_share")
    rows = [
        [f"{found['field'].write(r['field'])}, {_years(r)}", *(found[k].write(r[k]) for k in keys[1:])]
        for r in shown.table.records()
    ]
    head = (_("Field and year"), *(found[k].head for k in keys[1:]))
    table = components.data_table(said(shown.table.caption), head, rows, shown.table, "stack")
    return components.titled(said(shown.finding), said(shown.subtitle), table, _origin(ctx, shown))


def _years(row: Record) -> str:
    return span(row["first_period"] if row["first_period"] != row["time_period"] else None, row["time_period"])


BESIDE = ("ref_area", "links", "herfindahl", "effective_partners")


def _told_of_all(ctx: Context, table: Table) -> tuple[dict[str, str], list[list[str]]]:
    """Return what each point says, by area, and the rows of the table: the same on the page of every country."""
    columns = {c.key: c for c in table.columns}
    links = columns["links"]
    told, rows = {}, []
    for r in table.records():
        partners = f"{columns['effective_partners'].head}: {numbers.fixed(r['effective_partners'])}"
        name = ctx.areas.name(r["ref_area"])
        told[r["ref_area"]] = f"<b>{name}</b><br>{links.head}: {links.write(r['links'])}<br>{partners}"
        rows.append([columns[key].write(r[key]) for key in BESIDE])
    return told, rows
