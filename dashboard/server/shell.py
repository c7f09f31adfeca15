"""What surrounds every page: header, search, theme, footer."""

from collections.abc import Sequence

import dash
import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside, languages, view_list
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria, for_scripts
from scidip.dashboard.core.page import Page
from scidip.dashboard.server import branding
from scidip.dashboard.widgets import components
from scidip.figures.maps import boundary_note
from scidip.indicators.language.current import _, current
from scidip.indicators.vocabulary import DEFAULT_METHODOLOGY


def layout(ctx: Context, pages: Sequence[Page]) -> Component:
    """Return the frame of all pages, in the theme of the visitor."""
    mode = components.mode()
    provider = dmc.MantineProvider(
        [
            html.A(_("Skip to the content"), href="#content", className="skip-link"),
            _header(ctx, [p for p in pages if p.in_menu], mode),
            html.Main(dash.page_container, id="content", tabIndex=-1),
            _footer(ctx),
            html.P("", id="add-view-said", role="status"),
            dcc.Store(id="theme", data=mode),
            dcc.Store(id="shell-done"),
            dcc.Store(id="views-counted"),
        ],
        id="shell-provider",
        forceColorScheme=mode,
        theme={"fontFamily": "inherit", "primaryColor": "blue", "defaultRadius": 0, "respectReducedMotion": True},
    )
    whole: Component = dmc.DirectionProvider(provider, direction=current().direction)
    return whole


def _header(ctx: Context, pages: Sequence[Page], mode: str) -> Component:
    links = [dcc.Link(_(p.title), href=p.path, className="nav-link", id=f"nav-{p.name}") for p in pages]
    return html.Header(
        html.Div(
            [
                dcc.Link(branding.name(ctx), href="/", className="site-name"),
                html.Nav([*branding.home(ctx), *links], className="site-nav", **aria(label=_("Pages"))),
                html.Div(
                    components.country_select("shell-search", ctx, _("Find a country"), clearable=False),
                    className="site-search",
                    role="search",
                ),
                add_view("add-in-header", _("+ Present")),
                languages.switch(ctx.languages),
                html.Button(
                    _theme_word(mode),
                    id="theme-switch",
                    className="theme-switch",
                    type="button",
                    **aria(label=_("Switch between light and dark")),
                    **for_scripts(light=_("Light"), dark=_("Dark")),
                ),
            ],
            className="wrap header-row",
        ),
        className="site-header",
    )


def add_view(class_name: str, label: str) -> Component:
    """Return the button that puts the present address into the list of views to present."""
    words: dict[str, str | int] = {
        "most": view_list.MOST_VIEWS,
        "first": _("Added. The presentation has one view."),
        "added": _("Added. The presentation has {n} views."),
        "full": _("The presentation is full: {n} views."),
    }
    return html.Button(
        [label, html.Span(className="view-count")],
        type="button",
        className=f"add-view {class_name}",
        title=_("Add this view to the presentation"),
        **for_scripts(act="add-view", **words),
    )


def _theme_word(mode: str) -> str:
    return _("Light") if mode == "dark" else _("Dark")


def _methodology(ctx: Context) -> list[Component]:
    """Return by which methodology is scored, where it is not the default: its link."""
    method = ctx.catalogue.methodology
    if method.code == DEFAULT_METHODOLOGY:
        return []
    return [dcc.Link(_("Methodology: {name}").format(name=method.name), href="/methodology")]


def _drafted() -> list[Component]:
    """Return what there is to say of a language whose messages a machine has drafted; nothing of others."""
    if not current().drafted:
        return []
    words = _("This language was drafted by machine and has not been read by anybody yet.")
    return [html.P([words, " ", dcc.Link(_("How to mend it"), href="/languages")], className="boundary-note")]


def _footer(ctx: Context) -> Component:
    version = ctx.data_version
    return html.Footer(
        html.Div(
            [
                html.P(
                    [
                        html.Span([html.B(_("Data version") + " "), html.Code(version or _("none"))]),
                        *_methodology(ctx),
                        html.Span(f"scidip {ctx.version}"),
                        dcc.Link(_("Data, licences and citations"), href="/downloads"),
                        dcc.Link(_("Glossary"), href="/glossary"),
                        *([dcc.Link(_("Stories"), href="/stories")] if ctx.own is None else []),
                        dcc.Link(_("Languages"), href="/languages"),
                        # Not a page of the application: the browser has to ask for it anew.
                        *([html.A(_("Upload figures"), href="/upload")] if ctx.upload_token else []),
                        *branding.footer(ctx),
                        html.Span([html.A(_("Presentation"), href="/present"), html.Span(className="view-count")]),
                        add_view("add-in-footer", _("Add to presentation")),
                    ],
                    className="footer-facts",
                ),
                html.P([html.Span(_("Permanent address")), " ", html.Span(id="print-address")], className="print-only"),
                html.P(boundary_note(ctx.agency), className="boundary-note"),
                *_drafted(),
            ],
            className="wrap",
        ),
        className="site-footer",
    )


def register(app: Dash) -> None:
    """Register the callbacks of the shell; all run in the browser."""
    clientside.in_browser(
        app,
        "switchTheme",
        Output("theme", "data"),
        Output("theme-switch", "children"),
        Output("shell-provider", "forceColorScheme"),
        Input("theme-switch", "n_clicks"),
        State("theme", "data"),
        prevent_initial_call=True,
    )
    clientside.in_browser(
        app, "openCountry", Output("shell-search", "value"), Input("shell-search", "value"), prevent_initial_call=True
    )
    clientside.in_browser(app, "markCurrent", Output("shell-done", "data"), Input("_pages_location", "pathname"))
    clientside.in_browser(app, "countViews", Output("views-counted", "data"), Input("_pages_location", "pathname"))
