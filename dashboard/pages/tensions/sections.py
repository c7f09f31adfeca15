"""The tables of pairs across tensions."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, el, link
from scidip.dashboard.widgets import components
from scidip.figures.text import numbers
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Column, said
from scidip.findings.exhibits.cooperation import tensions, treaties
from scidip.findings.exhibits.pair_rows import Record
from scidip.findings.expected.tensions import Group
from scidip.indicators.language.current import _

FIGURES = ("obs_value", "expected", "ratio", "un_distance")
RANGED = ("expected", "ratio", "un_distance")


def group(ctx: Context, which: Group, year: int, area: str) -> Component:
    """Return the pairs of a group; that there is none, with the rule, where there is none."""
    shown = tensions.of_group(ctx, year, area, group=which)
    title = _(tensions.TITLES[which])
    if shown is None:
        name = ctx.areas.name(area) if area else ""
        none = _("No pair of {name} is in this list.").format(name=name) if area else _("No pair is in this list.")
        return _anchored(which, components.titled(title, tensions.rule(ctx, which, year), html.P(none), ""))
    columns = {c.key: c for c in shown.table.columns}
    heads = [(_("Pair"), False), *((columns[k].head, True) for k in FIGURES)]
    heads += [(_("Treaties that bind both"), False), (columns["certainty"].head, False)]
    caption = said(shown.table.caption)
    table = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(h, scope="col", className="num" if n else "") for h, n in heads])),
            html.Tbody([_row(columns, r) for r in shown.table.records()]),
        ],
        className="table stack ties-across",
    )
    framed = html.Div(
        holding(table, shown.table), className="table-frame", tabIndex=0, role="region", **aria(label=caption)
    )
    footer = " ".join([*map(said, shown.notes), pair_sentences.origins(ctx, shown.series)])
    return _anchored(which, components.titled(f"{title}: {said(shown.finding)}", said(shown.subtitle), framed, footer))


def _anchored(which: Group, part: Component) -> Component:
    return html.Div(part, id=f"tensions-{which}")


def _row(columns: dict[str, Column], r: Record) -> Element:
    ends = (r["ref_area"], r["counterpart_area"])
    name = " – ".join(columns["ref_area"].write(area) for area in ends)
    cells = [el("Td", _figure(columns, r, k), className="num", **{"data-label": columns[k].head}) for k in FIGURES]
    shared = el("Td", _treaties(r), className="muted", **{"data-label": _("Treaties that bind both")})
    certainty = columns["certainty"]
    sure = el("Td", certainty.write(r["certainty"]), **{"data-label": certainty.head})
    return el("Tr", [el("Th", link(name, f"/pair?a={ends[0]}&b={ends[1]}"), scope="row"), *cells, shared, sure])


def _figure(columns: dict[str, Column], r: Record, key: str) -> Any:
    """Return a figure without its unit, which the head tells; under it its range where it has one."""
    value = _plain(columns, r, key)
    if key not in RANGED:
        return value
    low, high = (_plain(columns, r, f"{key}_{end}") for end in ("p05", "p95"))
    return el("Span", [value, " ", el("Small", numbers.span(low, high), className="below")])


def _plain(columns: dict[str, Column], r: Record, key: str) -> str:
    value = r[key]
    return "–" if value is None else numbers.fixed(value, columns[key].decimals or 0)


def _treaties(r: Record) -> str:
    """Return how many treaties of each theme bind both; themes without one are left out."""
    counts = {theme: r[treaties.BOTH + theme] for theme in treaties.THEMES}
    if None in counts.values():
        return _("not in the list of treaties")
    told = [f"{_(treaties.SHORT[theme])} {numbers.number(n)}" for theme, n in counts.items() if n]
    return _(", ").join(told) or _("none of these themes")
