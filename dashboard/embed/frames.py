"""`/embed/<page>?…&part=…`: one chart, table or card of a page, alone in a frame of another site.

It is the page itself, of which `assets/embed.js` shows the part only: every part of every page can be embedded, and its
keys, names and callbacks are those of the page.
"""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

import dash
from dash import html
from dash.development.base_component import Component
from flask import g, request

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.languages import FIELD
from scidip.dashboard.core.page import site_name
from scidip.dashboard.embed import views
from scidip.dashboard.files.chart_part import find, kicker, names
from scidip.dashboard.widgets import components
from scidip.figures.maps import boundary_note
from scidip.indicators.language.current import _

FOLDER: Final = "/embed/"
HEADLINE: Final = "headline"
"""The part that is a page's card: its headline with the sentence it finds."""
THEME: Final = "theme"
OWN: Final = ("part", THEME, FIELD)
Render = Callable[[ModuleType, Context, dict[str, Any]], Component]


def register(modules: Sequence[ModuleType], render: Render) -> None:
    """Enter one page into Dash's registry that is a frame of each of the others."""
    by_name = {m.PAGE.name: m for m in modules}

    def layout(embedded: str = "", **query: Any) -> Component:
        module = by_name.get(embedded)
        if module is None:
            return components.not_found()
        if query.get(THEME) == "dark":
            g.scidip_mode = "dark"
        return framed(module, current(), query, render)

    enter: Callable[..., None] = dash.register_page
    enter("scidip.embed", path_template=f"{FOLDER}<embedded>", title=_title, layout=layout, order=1000)


def _title(**_query: Any) -> str:
    return site_name(current().agency)


def framed(module: ModuleType, ctx: Context, query: Mapping[str, Any], render: Render) -> Component:
    """Return the page with what stands around its part in a frame; a sentence when it has no such part."""
    own = {k: v for k, v in query.items() if k not in OWN}
    page = render(module, ctx, own)
    parts = names(page)
    asked = str(query.get("part") or (parts[0] if parts else HEADLINE))
    shown = find(page, asked, components.mode())
    if asked != HEADLINE and shown is None:
        words = _("This view of the page has no part “{part}”. Its parts are: {known}.")
        known = ", ".join([HEADLINE, *parts])
        return html.Div(html.P(words.format(part=asked[:60], known=known), className="notice"), className="embed")
    is_map = shown is not None and shown.figure is not None and "geo" in shown.figure.layout.to_plotly_json()
    name = site_name(ctx.agency)
    above = views.heading(module, ctx, query) if asked != HEADLINE else ""
    return html.Div(
        [
            html.P(above or kicker(page), className="kicker embed-kicker") if asked != HEADLINE else None,
            page,
            html.Footer(
                [
                    html.A(name, href=views.address(module, ctx, own), target="_blank", rel="noopener"),
                    html.Span(_("Data version {version}").format(version=ctx.data_version)),
                    *([html.Span(boundary_note(ctx.agency))] if is_map else []),
                ],
                className="embed-foot",
            ),
        ],
        className="embed",
    )


def is_frame() -> bool:
    """Return whether the present request asks for a frame's document."""
    return request.path.startswith(FOLDER)


def attributes() -> str:
    """Return what the document of a frame says of itself to the scripts."""
    theme = "dark" if request.args.get(THEME) == "dark" else "light"
    return f' data-embed="{theme}"'
