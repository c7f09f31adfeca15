"""Present: a list of views, made here, shown on a stage, with notes, and printed one view a page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update
from dash import State as Held
from dash.development.base_component import Component
from werkzeug.sansio.utils import host_is_trusted

from scidip.dashboard.core import clientside, view_list
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria, for_scripts
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.core.view_list import View, ViewRefused
from scidip.dashboard.pages.present import sections
from scidip.dashboard.pages.present import views as present_views
from scidip.dashboard.widgets import components
from scidip.indicators.language.current import N_, _

PAGE = Page(path=present_views.PATH, title=N_("Presentation"), order=120, in_menu=False, own_index="always")
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address: /present?views=/~/ranking?year=2021~/pair?a=FRA;b=DEU&at=2, or its list with mode=edit."""

    views: str = ""
    at: int | None = None
    mode: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be; the views are read, and refused one by one, in `layout`."""
    return {"at": [None, *range(1, view_list.MOST_VIEWS + 1)], "mode": ("", "edit", "notes", "print")}


def layout(ctx: Context, state: State) -> Component:
    """Return the stage, the notes or the sheets of the list in the address; the list itself when it is empty."""
    views, refused = view_list.from_text(state.views, present_views.known())
    views = [view_list.with_version(v, ctx.data_version) for v in views]
    listed = present_views.shown(ctx, views)
    faces = {"": sections.stage, "notes": sections.notes, "print": sections.sheets}
    if not listed or state.mode == "edit":
        return _editor(ctx, listed, refused)
    face = faces[state.mode](listed)
    told = html.Div([*map(components.notice, refused)], className="present-refused")
    return html.Div([told, face, dcc.Store(id=ID("begin"), data=state.at or 1), dcc.Store(id=ID("begun"))])


def _editor(ctx: Context, listed: Sequence[present_views.Shown], refused: list[str]) -> Component:
    """Return the page on which a list is made."""
    ready = present_views.shown(ctx, present_views.example(ctx))
    words = {
        "copied": _("The link is copied."),
        "address": _("The link stands in the address line: copy it there."),
        "long": _("The list is too long for a link. Save it as a file."),
        "full": _("The list is full: {n} views."),
    }
    return html.Div(
        [
            _headline(),
            html.Div([*map(components.notice, refused)], id=ID("notices"), role="status"),
            _acts(listed),
            html.Div(body(listed), id=ID("body")),
            _add(),
            _empty(ready),
            html.P("", id=ID("said"), className="said", role="status"),
            dcc.Store(id=ID("given"), data=given(s.view for s in listed)),
            dcc.Store(id=ID("list")),
            dcc.Store(id=ID("file")),
            dcc.Store(id=ID("drawn")),
        ],
        id=ID("editor"),
        className="editor",
        **for_scripts(**words),
        **for_scripts(
            most=view_list.MOST_VIEWS,
            most_encoded=view_list.MOST_ENCODED,
            most_file=view_list.MOST_FILE,
            file=view_list.to_file([], ctx.data_version),
        ),
    )


def _headline() -> Component:
    lede = _(
        "A presentation is a list of addresses of this site, with notes that only you see. "
        "The list is kept in the link, so that a link is all you need to take along."
    )
    return html.Div(
        [
            html.P(_("Presentation"), className="kicker"),
            html.H1(_("Views in the order you will show them")),
            html.P(lede, className="lede"),
        ],
        className="headline",
    )


def given(views: Any) -> list[dict[str, str]]:
    """Return views as the browser keeps them."""
    return [{"address": v.address, "notes": v.notes} for v in views]


def body(listed: Sequence[present_views.Shown]) -> Component:
    """Return the views of the list, or that there are none."""
    if not listed:
        return html.P(_("The list is empty."), className="muted list-empty")
    return html.Ol(sections.rows(listed), className="view-list", **aria(label=_("Views")))


def _acts(listed: Sequence[present_views.Shown]) -> Component:
    none = not listed
    one = sections.button
    return html.Div(
        [
            one("start", _("Start"), "strong", disabled=none),
            one("copy", _("Copy the link"), disabled=none),
            one("print", _("Print"), disabled=none),
            one("save", _("Save as a file"), disabled=none),
            one("open", _("Open a file")),
            one("clear", _("Remove all"), disabled=none),
        ],
        className="list-acts",
    )


def _add() -> Component:
    return html.Div(
        [
            html.Label(_("Add an address of this site"), htmlFor=ID("address")),
            html.Div(
                [
                    dcc.Input(
                        id=ID("address"),
                        type="text",
                        placeholder="/country?area=PRT&year=2021",
                        maxLength=2000,
                        className="address-field",
                        debounce=False,
                    ),
                    html.Button(_("Add"), id=ID("add"), type="button", className="quiet-button"),
                ],
                className="add-row",
            ),
            html.P(_("Or press “Add to presentation” on any page."), className="muted"),
        ],
        className="add-address",
    )


def _empty(ready: Sequence[present_views.Shown]) -> Component:
    """Return the example: five views to begin with."""
    link = html.A(_("Show the example"), href=sections.address(ready))
    take = html.A(_("Begin with its list"), href=sections.address(ready, mode="edit"))
    words = _("An example of five views: the overview, a ranking, a country, a pair, and how sure all of it is.")
    return html.Div(
        [html.H2(_("An example")), html.P(words), html.P([link, take], className="example-links")], className="example"
    )


def read(ctx: Context, entries: Any) -> tuple[list[View], list[str]]:
    """Return the views the browser sent, and a sentence for each that was refused."""
    pairs = [
        (_own(e.get("address"), ctx.hosts), e.get("notes", "")) if isinstance(e, dict) else (None, None)
        for e in (entries if isinstance(entries, list) else [])[: 2 * view_list.MOST_VIEWS]
    ]
    views, refused = view_list.listed(pairs, present_views.known())
    return [view_list.with_version(v, ctx.data_version) for v in views], refused


def _own(address: Any, hosts: Collection[str]) -> Any:
    """Return an address without this site's own name, as one copies it from the address line."""
    if not isinstance(address, str):
        return address
    given = address.strip()
    for scheme in ("https://", "http://"):
        name, slash, rest = given.removeprefix(scheme).partition("/")
        if given.startswith(scheme) and slash and host_is_trusted(name, hosts):
            return f"/{rest}"
    return address


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the list is read and drawn by the server, all else happens in the browser."""

    @app.callback(
        Output(ID("body"), "children"),
        Output(ID("notices"), "children"),
        Input(ID("list"), "data"),
        prevent_initial_call=True,
    )
    def redraw(entries: Any) -> tuple[Any, ...]:
        views, refused = read(ctx, entries)
        return body(present_views.shown(ctx, views)), [*map(components.notice, refused)]

    @app.callback(
        Output(ID("body"), "children", allow_duplicate=True),
        Output(ID("notices"), "children", allow_duplicate=True),
        Input(ID("file"), "data"),
        prevent_initial_call=True,
    )
    def open_file(text: Any) -> tuple[Any, ...]:
        try:
            views, refused = view_list.from_file(text, present_views.known())
        except ViewRefused as error:
            return no_update, [components.notice(str(error))]
        views = [view_list.with_version(v, ctx.data_version) for v in views]
        return body(present_views.shown(ctx, views)), [*map(components.notice, refused)]

    clientside.in_browser(app, "presentList", Output(ID("list"), "data"), Input(ID("given"), "data"))
    clientside.in_browser(
        app,
        "presentAdd",
        Output(ID("list"), "data", allow_duplicate=True),
        Output(ID("address"), "value"),
        Input(ID("add"), "n_clicks"),
        Input(ID("address"), "n_submit"),
        Held(ID("address"), "value"),
        prevent_initial_call=True,
    )
    clientside.in_browser(app, "presentDrawn", Output(ID("drawn"), "data"), Input(ID("body"), "children"))
    clientside.in_browser(app, "presentBegin", Output(ID("begun"), "data"), Input(ID("begin"), "data"))
