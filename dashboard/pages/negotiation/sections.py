"""The parts of the page of negotiation: who sits at the table, the statement, what holds, where they differ."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, bar, el, link
from scidip.dashboard.widgets import components
from scidip.figures.text import numbers
from scidip.findings.exhibit import Exhibit, said
from scidip.findings.exhibits.pair_rows import Record
from scidip.findings.negotiation import exhibits, words
from scidip.findings.negotiation.table import statement_of
from scidip.indicators.language.current import _
from scidip.indicators.negotiation.parties import Party, to_text
from scidip.indicators.negotiation.room import Room, Statement

PATH = "/negotiation"
EXAMPLE = (
    "Balanced!infra.50~Research first!national.90,copyright.80~Open borders!international.90,visa.100,education.30~"
)


def address(state: Any, parties: Sequence[Party]) -> str:
    """Return the address of the page with other parties."""
    kept = {k: getattr(state, k) for k in ("a", "b", "first", "year") if getattr(state, k)}
    kept |= {"level": state.level} if state.level != "factor" else {}
    return f"{PATH}?{urlencode({'p': to_text(parties), **kept}, safe=',!~')}" if parties else PATH


def example(ctx: Context) -> Component:
    """Return a link to a table of three parties."""
    query = urlencode({"p": EXAMPLE}, safe=",!~")
    return html.P([_("For example: "), link(_("three parties, of synthetic weights"), f"{PATH}?{query}")])


def at_table(ctx: Context, state: Any, room: Room | None) -> Component:
    """Return the parties with their weights, and a link that sends each away; nothing where nobody sits."""
    if room is None:
        return html.Div()
    shown = exhibits.weights(ctx, room)
    name = ctx.catalogue.framework.node
    factors = [f.code for f in room.whole.level("factor")]
    heads = (_("Party"), *(name(code).name for code in factors), _("Points of dimensions"), _("Leaves the table"))
    rows = [_party(ctx, room, state, k) for k in range(len(room.parties))]
    table = components.data_table(said(shown.caption), heads, rows, shown, "stack negotiation-parties")
    note = _("Share of each factor in the index; points of dimensions that the party names.")
    return components.titled(said(shown.caption), note, table, components.score_footer(ctx, room.year))


def _party(ctx: Context, room: Room, state: Any, k: int) -> list[Any]:
    party, name = room.parties[k], ctx.catalogue.framework.node
    shares = [f"{numbers.fixed(100 * room.shares[k].get(f.code, 0.0))} %" for f in room.whole.level("factor")]
    own = [
        f"{name(code).name} {numbers.number(points)}" for code, points in party.points.items() if _is_inside(room, code)
    ]
    others = [p for p in room.parties if p is not party]
    away = link(_("Remove {party}").format(party=party.name), address(state, others))
    return [party.name, *shares, _(", ").join(own) or _("as the framework has them"), away]


def _is_inside(room: Room, code: str) -> bool:
    return room.whole.node(code).level == "dimension"


def on_statement(ctx: Context, room: Room, state: Any) -> Component:
    """Return the statement under each party, the smallest concession, and the opposite where there is one."""
    said_ = statement_of(room, state.a, state.b, int(state.first or 0))
    title = _("A statement put to the table")
    if said_ is None or said_.a == said_.b or any(a and a not in room.areas for a in (said_.a, said_.b)):
        none = _("Choose two different countries that all parties rank, or one and a number of places.")
        return components.titled(title, "", html.P(none), words.universe(room))
    found = room.concessions(said_, state.level)
    shown = exhibits.on_statement(ctx, room, said_, found)
    columns = {c.key: c for c in shown.table.columns}
    keys = ("party", "place", *(("other_place",) if said_.b else ()), "offer", "concession")
    rows = [_stated(columns, r, keys) for r in shown.table.records()]
    heads = [_head(ctx, columns, said_, key) for key in keys]
    parts: list[Any] = [components.data_table(said(shown.table.caption), heads, rows, shown.table, "stack")]
    moved = exhibits.moves(ctx, room, found, state.level)
    if moved is not None:
        parts.append(_moves(moved))
        ceded = [room.conceding(c, state.level) if c.offer == "moved" else c.party for c in found]
        parts.append(html.P(link(_("The table after these concessions"), address(state, ceded)), className="go-on"))
    parts += _opposite(ctx, room, said_, state)
    footer = " ".join([*map(said, shown.notes), words.universe(room)])
    return components.titled(said(shown.finding), said(shown.subtitle), parts, footer)


def _head(ctx: Context, columns: Any, statement: Statement, key: str) -> str:
    area = {"place": statement.a, "other_place": statement.b}.get(key)
    return _("Rank of {name}").format(name=ctx.areas.name(area)) if area else str(columns[key].head)


def _stated(columns: Any, r: Record, keys: Sequence[str]) -> list[Any]:
    told: list[Any] = [columns[key].write(r[key]) for key in keys[:-1]]
    cost = r["concession"]
    return [*told, "–" if cost is None else el("Div", [numbers.fixed(cost), bar(cost)], className="value-cell")]


def _moves(shown: Any) -> Component:
    columns = {c.key: c for c in shown.columns}
    rows = [
        [
            r["party"],
            columns["node"].write(r["node"]),
            *(f"{numbers.fixed(r[k])} %" for k in ("weight", "weight_needed")),
            f"{'+' if r['change'] > 0 else '−'}{numbers.fixed(abs(r['change']))}",
        ]
        for r in shown.records()
    ]
    keys = ("party", "node", "weight", "weight_needed", "change")
    return components.data_table(said(shown.caption), [columns[k].head for k in keys], rows, shown, "stack")


def _opposite(ctx: Context, room: Room, statement: Statement, state: Any) -> list[Component]:
    """Return what the opposite order would cost: of two statements the parties may prefer the cheaper."""
    if not statement.b:
        return []
    other = Statement(statement.b, statement.a)
    told = words.on_statement(ctx, other, room.concessions(other, state.level))
    return [html.P(_("The opposite: {statement}.").format(statement=told), className="finding")]


def common(ctx: Context, room: Room) -> Component:
    """Return the countries whose worst rank is best."""
    shown = exhibits.common(ctx, room)
    return _places(ctx, room, shown, ("worst", "best", "ahead"))


def disagreement(ctx: Context, room: Room) -> Component:
    """Return the countries on which the parties differ most."""
    shown = exhibits.disagreement(ctx, room)
    return _places(ctx, room, shown, ("spread",))


def _places(ctx: Context, room: Room, shown: Exhibit, own: Sequence[str]) -> Component:
    keys = (*own, *(f"place_{k + 1}" for k in range(len(room.parties))))
    columns = {c.key: c for c in shown.table.columns}
    rows: list[list[Any | Element]] = [
        [components.area_link(r["ref_area"], ctx.areas.name(r["ref_area"]), room.year), *(str(r[k]) for k in keys)]
        for r in shown.table.records()
    ]
    heads = [columns[k].head for k in ("ref_area", *keys)]
    table = components.data_table(said(shown.table.caption), heads, rows, shown.table, "stack figures-table")
    footer = [" ".join(map(said, shown.notes)), " ", *components.score_footer(ctx, room.year)]
    return components.titled(said(shown.finding), said(shown.subtitle), table, footer)
