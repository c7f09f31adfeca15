"""Partners of a country beside what is expected of them: above and below, openings, ties that would be missed."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, el, link
from scidip.dashboard.widgets import components
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.cooperation import expected, openings
from scidip.findings.exhibits.pair_rows import Record
from scidip.findings.expected import ties, words
from scidip.indicators.gravity.pair_years import OUTSIDE
from scidip.indicators.language.current import N_, _
from scidip.store.queries import pair_queries

FIGURES = ("obs_value", "expected", "ratio", "side", "expected_by_level")


def section(ctx: Context, area: str, year: int) -> list[Component]:
    """Return the sections; of a country that is not in the model the reason, without a model nothing."""
    own = ties.year_for(ctx, year)
    if own is None:
        return []
    shown = expected.of_area(ctx, area, year)
    if shown is None:
        return [_anchored("expected", _none(ctx, area, own))]
    parts = (
        ("expected", shown),
        ("openings", openings.openings(ctx, area, year)),
        ("missed", openings.missed(ctx, area, year)),
    )
    return [_anchored(name, _part(ctx, name, found, year)) for name, found in parts if found is not None]


def _anchored(name: str, part: Component) -> Component:
    return html.Div(part, id=name)


def _none(ctx: Context, area: str, year: int) -> Component:
    why = ties.outside(ctx, area, year)
    told = _("Nothing is expected in {year}: at least 20 joint works with a partner would have to be.").format(
        year=year
    )
    if why:
        told = _("Nothing is expected: the country is not in the model of {year}, because {why}.")
        told = told.format(year=year, why=_(OUTSIDE[why]))
    return components.titled(_("Expected against actual"), "", html.P(told), _(words.NEVER_A_FORECAST))


TITLES = {
    "expected": N_("Expected against actual"),
    "openings": N_("Openings"),
    "missed": N_("Ties that would be most missed"),
}


def _part(ctx: Context, name: str, shown: Exhibit, year: int) -> Component:
    heads, rows = (_by_figures if name == "expected" else _by_reasons)(shown)
    table = html.Table(
        [
            html.Caption(said(shown.table.caption)),
            html.Thead(html.Tr([html.Th(h, scope="col", className="num" if n else "") for h, n in heads])),
            html.Tbody(rows),
        ],
        className=f"table stack ties-{name}",
        **components.more_rows(len(rows)),
    )
    framed = html.Div(
        holding(table, shown.table), className="table-frame", tabIndex=0, role="region", **aria(label=_(TITLES[name]))
    )
    known = ctx.query(pair_queries.sources, codes=shown.series)
    sources = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(known))
    told = _("Sources: {sources}. Data version {version}.").format(sources=sources, version=ctx.data_version)
    area = shown.table.records()[0]["ref_area"]
    here = html.A(_("Link to this section"), href=f"/country?area={area}&year={year}#{name}")
    footer = [" ".join([*map(said, shown.notes), told]), " ", here]
    return components.titled(f"{_(TITLES[name])}: {said(shown.finding)}", said(shown.subtitle), framed, footer)


Heads = Sequence[tuple[str, bool]]


def _by_figures(shown: Exhibit) -> tuple[Heads, list[Element]]:
    """Return heads and rows with the interval under what is expected and under the ratio."""
    columns = {c.key: c for c in shown.table.columns}
    heads = [(columns["counterpart_area"].head, False), *((columns[k].head, k != "side") for k in FIGURES)]
    rows = []
    for r in shown.table.records():
        cells = [
            el("Td", _cell(columns, r, k), className=_class(r, k), **{"data-label": columns[k].head}) for k in FIGURES
        ]
        rows.append(el("Tr", [_partner(columns, r), *cells]))
    return heads, rows


def _by_reasons(shown: Exhibit) -> tuple[Heads, list[Element]]:
    """Return heads and rows with the reason, how certain it is, and what speaks against it."""
    columns = {c.key: c for c in shown.table.columns}
    keys = ("reason", "counter", "certainty")
    heads = [(columns["counterpart_area"].head, False), *((columns[k].head, False) for k in keys)]
    rows = []
    for r in shown.table.records():
        told: dict[str, Any] = {k: columns[k].write(_set(r[k])) for k in (*keys, "fields")}
        told["reason"] = [told["reason"], " ", el("Small", told["fields"], className="below")]
        cells = [el("Td", told[k], **{"data-label": columns[k].head}) for k in keys]
        rows.append(el("Tr", [_partner(columns, r), *cells]))
    return heads, rows


def _set(value: object) -> object:
    return value if isinstance(value, str) else str(value)


def _partner(columns: Record, r: Record) -> Element:
    name = columns["counterpart_area"].write(r["counterpart_area"])
    address = f"/pair?a={r['ref_area']}&b={r['counterpart_area']}"
    return el("Th", link(name, address), scope="row")


def _class(r: Record, key: str) -> str:
    if key != "side":
        return "num"
    return "muted" if r["side"] == "within" else "reading above"  # in bold, on either side


def _cell(columns: Record, r: Record, key: str) -> object:
    """Return a figure without its unit, which the head tells; under what is expected and the ratio their interval."""
    if key == "side":
        return columns[key].write(r[key])
    value = _plain(columns, r, key)
    if key not in ("expected", "ratio"):
        return value
    low, high = (_plain(columns, r, f"{key}_{end}") for end in ("p05", "p95"))
    return el("Span", [value, " ", el("Small", numbers.span(low, high), className="below")])


def _plain(columns: Record, r: Record, key: str) -> str:
    value = r[key]
    return "–" if value is None else numbers.fixed(value, columns[key].decimals or 0)
