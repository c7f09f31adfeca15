"""Negotiation: several parties with weights of their own, what holds under all, and the smallest concession."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dash
from dash import Dash, Input, Output, html
from dash import State as Held
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.negotiation import controls, sections
from scidip.dashboard.widgets import components
from scidip.findings.negotiation import table as negotiating
from scidip.findings.negotiation import words
from scidip.indicators.language.current import N_, _
from scidip.indicators.model.framework import Framework
from scidip.indicators.negotiation import parties as seats
from scidip.indicators.negotiation import party_files
from scidip.indicators.negotiation.parties import Party, PartyError
from scidip.indicators.negotiation.room import Room

PAGE = Page(path="/negotiation", title=N_("Negotiation"), order=46, asks_touched=True, is_private=True)
ID = make_id(PAGE)
CONTROLS = ("a", "b", "first", "level", "year")


@dataclass(frozen=True)
class State(PageState):
    """The address: /negotiation?p=Nord!infra.80~Sud!national.90~&a=FRA&b=JPN."""

    p: str = ""
    a: str = ""
    b: str = ""
    first: str = ""
    level: str = "factor"
    year: int | None = None


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be; the parties are read, and refused in a sentence, in `layout`."""
    areas = {"", *ctx.present_areas}
    return {
        "a": areas,
        "b": areas,
        "first": ("", *map(str, negotiating.FIRSTS)),
        "level": tuple(controls.LEVELS),
        "year": [None, *ctx.years],
    }


def layout(ctx: Context, state: State) -> Component:
    """Return the page: the parties at the table, and what follows from their weights."""
    parties, fault = read(framework_of(ctx), state.p)
    state = state if parties else replace(state, p="")
    room = negotiating.room_of(ctx, parties, state.year or ctx.years[-1])
    return html.Div(
        [
            html.Div([components.notice(fault)] if fault else [], id=ID("notices"), **aria(live="polite")),
            html.Div(headline(ctx, room), id=ID("headline"), className="headline", **aria(live="polite")),
            controls.seats(ID, bool(parties)),
            html.Div(sections.at_table(ctx, state, room), id=ID("parties")),
            controls.statement(ctx, ID, state),
            html.Div(body(ctx, state, room), id=ID("body")),
            dash.dcc.Store(id=ID("held"), data=state.p),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def framework_of(ctx: Context) -> Framework:
    """Return the framework the parties weigh, in the language that is spoken."""
    return ctx.catalogue.framework


def read(framework: Framework, text: str) -> tuple[tuple[Party, ...], str]:
    """Return the parties of an address, or none and why it cannot be read."""
    try:
        return seats.from_text(text, framework), ""
    except PartyError as error:
        return (), str(error)


def headline(ctx: Context, room: Room | None) -> list[Component]:
    """Return what holds under all parties, or what the page is for."""
    kicker = html.P(_("Negotiation"), className="kicker")
    if room is None:
        lede = _(
            "Each party brings its weights of factors and dimensions, from a file, a link or a line of text. The page "
            "says which orders and places hold under all of them, where they differ, and how little each would have to "
            "concede for a statement to be common ground."
        )
        title = _("What holds, whoever’s weights are taken?")
        return [kicker, html.H1(title), html.P(lede, className="lede"), html.P(_(words.PRIVATE), className="muted")]
    if len(room.areas) < 2:
        return [kicker, html.H1(_("No two countries are ranked by all parties."))]
    return [kicker, html.H1(words.headline(ctx, room)), html.P(_(words.PRIVATE), className="muted")]


def body(ctx: Context, state: State, room: Room | None) -> list[Component]:
    """Return the statement under each party, what holds, and where they differ; the example where nobody sits."""
    if room is None:
        return [sections.example(ctx)]
    if len(room.areas) < 2:
        return []
    return [sections.on_statement(ctx, room, state), sections.common(ctx, room), sections.disagreement(ctx, room)]


def joined(framework: Framework, held: str, name: str, text: str, files: Any) -> tuple[tuple[Party, ...], str]:
    """Return the parties with those added by text, link or files (as the browser read them); else why they cannot."""
    try:
        before = seats.from_text(held, framework)
        added: list[Party] = []
        for file, content in controls.opened(files):
            added += party_files.from_file(content, file, framework)
        if text.strip():
            added += _of_text(framework, name or _("Party {n}").format(n=len(before) + 1), text)
        elif name.strip() and not files:
            seats.checked([], framework, name)
        return seats.seated([*before, *added]), ""
    except PartyError as error:
        return read(framework, held)[0], str(error)


def _of_text(framework: Framework, name: str, text: str) -> list[Party]:
    """Return the parties of a line of weights, or of a link to this page or to that of robustness."""
    query = parse_qs(urlsplit(text.strip()).query) if "?" in text else {}
    if "p" in query:
        return list(seats.from_text(query["p"][0], framework))
    told = seats.named(name)
    return [Party(told, seats.weights_of(query["w"][0] if "w" in query else text, framework, told))]


def chosen_state(ctx: Context, parties: tuple[Party, ...], chosen: list[str | None]) -> State:
    """Return the state that the controls stand for; *chosen*: the values of `CONTROLS`."""
    a, b, first, level, year = (value or "" for value in chosen)
    shown = None if int(year) == ctx.years[-1] else int(year)
    return State(seats.to_text(parties), a, b, first, level, shown)


def redrawn(
    ctx: Context, state: State, parties: tuple[Party, ...], fault: str, cleared: tuple[Any, Any]
) -> tuple[Any, ...]:
    """Return what the callback writes: notices, headline, parties, body, what is held, address, the cleared fields."""
    room = negotiating.room_of(ctx, parties, state.year or ctx.years[-1])
    return (
        [components.notice(fault)] if fault else [],
        headline(ctx, room),
        sections.at_table(ctx, state, room),
        body(ctx, state, room),
        state.p,
        PAGE.address(state),
        *cleared,
        not parties,
    )


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: adding parties, and the statement; nothing that is read is kept."""

    @app.callback(
        *(Output(ID(part), "children") for part in ("notices", "headline", "parties", "body")),
        Output(ID("held"), "data"),
        Output(ID("url"), "data"),
        Output(ID("text"), "value"),
        Output(ID("name"), "value"),
        Output(ID("statement-box"), "hidden"),
        Input(ID("add"), "n_clicks"),
        Input(ID("opened"), "data"),
        *(Input(ID(part), "value") for part in CONTROLS),
        Held(ID("name"), "value"),
        Held(ID("text"), "value"),
        Held(ID("held"), "data"),
        prevent_initial_call=True,
    )
    def redraw(_clicks: int, opened: Any, *rest: Any) -> tuple[Any, ...]:
        *chosen, name, text, held = rest
        touched = dash.ctx.triggered_id
        typed = (name or "", text or "") if touched == ID("add") else ("", "")
        files = opened if touched == ID("opened") else []
        parties, fault = joined(framework_of(ctx), held or "", *typed, files)
        cleared = ("", "") if touched == ID("add") and not fault else (dash.no_update, dash.no_update)
        return redrawn(ctx, chosen_state(ctx, parties, chosen), parties, fault, cleared)

    clientside.in_browser(
        app, "readFiles", Output(ID("read"), "data"), Input(ID("files"), "n_clicks"), prevent_initial_call=True
    )
    clientside.write_address(app, ID)
