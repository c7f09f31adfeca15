"""Build the application: find the pages, register them on one Dash, make it safe and warm."""

import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

import dash
from dash import Dash, html
from dash.development.base_component import Component
from flask import Flask, Response, request

from scidip.dashboard import pages
from scidip.dashboard.answers import response_cache, visits
from scidip.dashboard.core import languages
from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.fast_html import written
from scidip.dashboard.core.page import SITE, Page, site_name, site_title
from scidip.dashboard.embed import frames, oembed, preview
from scidip.dashboard.files import audit_files, expensive, story_files
from scidip.dashboard.files import routes as figure_files
from scidip.dashboard.files.file_cache import keep_in
from scidip.dashboard.files.render_process import Workshops
from scidip.dashboard.machines import wayfinding
from scidip.dashboard.server import (
    access_log,
    admission,
    asked_version,
    branding,
    errors,
    mount,
    precompress,
    routes,
    security,
    seo,
    shell,
    turns,
)
from scidip.dashboard.server.callback_checks import Asked
from scidip.dashboard.upload import routes as uploading
from scidip.dashboard.widgets import briefing_links, components, left_out
from scidip.dashboard.widgets.term_links import link_terms, linking
from scidip.indicators.language.current import _
from scidip.indicators.language.current import current as current_language
from scidip.indicators.registry import plugins
from scidip.publish.api import routes as api
from scidip.publish.render.browser import Pictures
from scidip.store.database.as_of import AS_OF

DASH_PREVIEW = re.compile(r'<meta (?:name="description"|property="(?:og|twitter):[^"]*")[^>]*>\s*')
"""What Dash says to programs that show a link: nothing of the view."""
ROOT = Path(__file__).resolve().parents[2]

INDEX = """<!DOCTYPE html>
<html lang="en" dir="ltr">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    <link rel="manifest" href="/manifest.webmanifest">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <noscript>This observatory draws its pages with JavaScript. The figures are at
      <a href="/download/scores.csv">scores.csv</a> without it.</noscript>
    {%config%}
    {%scripts%}
    {%renderer%}
  </body>
</html>"""


class Observatory(Dash):
    """Dash whose document says in which language and direction it is written, and what it shows."""

    pages: Mapping[str, ModuleType] = {}
    """The pages by path, those of their frames with them."""

    def preview(self) -> str:
        """Return what the document says to programs that show a link to it."""
        return preview.head(self.pages.get(request.path), current(), render)

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash passes all by name
        """Return the document around the pages."""
        # Dash writes the address that was asked into it, by whatever name the visitor called the server.
        if current().agency.name.said():
            parts["title"] = escape(site_name(current().agency))
        parts["metas"] = DASH_PREVIEW.sub("", parts["metas"]) + self.preview()
        written: Callable[..., str] = super().interpolate_index
        document = written(**parts)
        language = current_language()
        said = f'<html lang="{language.code}" dir="{language.direction}" data-version="{current().data_version}"'
        if current().prefix:
            said += f' data-prefix="{current().prefix}"'
        said += f' data-site="{escape(current().site)}"'
        if current().embeds:
            said += ' data-embeds="yes"'
        if frames.is_frame():
            said += frames.attributes()
        if request.args.get("present") == "1":
            said += ' data-present="view"'
        if AS_OF.get():
            said += ' data-past="yes"'
        document = document.replace('<html lang="en" dir="ltr"', said, 1)
        return document.replace(
            "</head>", f"{seo.head(current())}{branding.head(current().agency)}{branding.nodes(current())}</head>", 1
        )


def create_app(
    ctx: Context, packed: Path | None = None, kept: Path | None = None, workshops: Workshops | None = None
) -> Dash:
    """Return the application on *ctx*; serve its `.server`.

    *packed* and *kept* are where packed files and dear ones are kept between starts; *workshops* make the dear ones,
    or this application does itself.
    """
    app = _observatory(ctx.prefix)
    app.server.extensions["scidip"] = ctx
    modules = left_out.shown(ctx, [m for m in _pages() if getattr(m, "exists", lambda _ctx: True)(ctx)])
    access_log.register(app.server, {m.PAGE.name for m in modules if m.PAGE.is_private})
    languages.register(app.server, ctx.languages)
    asked_version.register(app.server, ctx)
    app.pages = {m.PAGE.path: m for m in modules} | {f"{frames.FOLDER}{m.PAGE.name}": m for m in modules}
    admission.register(app, ctx, Asked(app, ctx, modules))
    _add_pages(app, ctx, modules)
    app.server.register_blueprint(routes.BLUEPRINT)
    app.server.register_blueprint(api.BLUEPRINT)
    expensive.register(app.server, keep_in(kept / "files" if kept else None), workshops)
    pictures = Pictures(ROOT / "assets" / "topojson")
    briefing_links.register(app.server, pictures)
    audit_files.register(app.server, pictures)
    story_files.register(app.server, pictures)
    errors.register(app, set(app.pages), ctx.engine)
    figure_files.register(app.server, modules, render, pictures)
    oembed.register(app.server, modules, render)
    wayfinding.register(app.server, modules)
    uploading.register(app.server, ctx, workshops)
    turns.register(app.server)
    _keep_answers(app, ctx, kept, modules)
    mount.register(app.server, ctx.prefix, ctx.proxy)
    precompress.register(app.server, packed)
    _preload_outlines(app, {m.PAGE.path for m in modules if m.PAGE.has_map})
    mount.refuse_own_path(ctx.prefix, _paths(app, modules))
    _warm_up(app)
    security.add_headers(app.server, app.csp_hashes(), ctx.embeds)
    return app


def _keep_answers(app: Dash, ctx: Context, kept: Path | None, modules: list[ModuleType]) -> None:
    """Send again what was made, and let pages be opened before visitors do."""
    on_disk = keep_in(kept / "answers", response_cache.ON_DISK) if kept else None
    touched = {m.PAGE.name for m in modules if m.PAGE.asks_touched}
    private = {m.PAGE.name for m in modules if m.PAGE.is_private}
    response_cache.register(app.server, ctx, on_disk, touched, private)
    visits.register(app.server, app.callback_map, modules)


def _paths(app: Dash, modules: list[ModuleType]) -> list[str]:
    """Return the paths that mean something here."""
    return [*(m.PAGE.path for m in modules), *(rule.rule for rule in app.server.url_map.iter_rules())]


def _observatory(prefix: str) -> Observatory:
    """Return the application without a page; browsers ask for it under *prefix*."""
    return Observatory(
        "scidip",
        use_pages=True,
        requests_pathname_prefix=f"{prefix}/",
        routes_pathname_prefix="/",
        pages_folder="",
        assets_folder=str(ROOT / "assets"),
        assets_ignore=uploading.ASSETS,
        compress=True,
        title=SITE,
        update_title=None,  # type: ignore[arg-type]  # Dash says of None that the title then stays
        index_string=INDEX,
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )


def _add_pages(app: Dash, ctx: Context, modules: list[ModuleType]) -> None:
    """Register the pages, what stands around each of them, and what they call back."""
    for module in modules:
        _register(module)
    frames.register(modules, render)
    _enter("scidip.not_found_404", title=_not_found, layout=components.not_found)
    app.layout = lambda: shell.layout(current(), [m.PAGE for m in modules])
    shell.register(app)
    branding.register(app.server, ctx.agency)
    for module in modules:
        module.register(linking(app), ctx)


def _preload_outlines(app: Dash, paths: set[str]) -> None:
    """Let the browser fetch the outlines of countries before the scripts that will ask for them.

    Only where a map is shown: what is fetched and not used draws a warning.
    """

    server: Flask = app.server

    @server.after_request
    def send(response: Response) -> Response:
        if request.path in paths and request.args.get("view", "map") == "map":
            response.headers.add(
                "Link", f"<{mount.at(precompress.OUTLINES)}>; rel=preload; as=fetch; crossorigin=anonymous"
            )
        return response


def _warm_up(app: Dash) -> None:
    """Let Dash finish its callbacks now.

    It does so before its first request; on a threaded server the first few would race (11 of 16
    fresh starts answered 500). Only the preparation is run, so that routes can still be added.
    """
    with app.server.test_request_context("/_dash-layout"):
        app.server.preprocess_request()


def _pages() -> list[ModuleType]:
    modules = plugins(pages, "PAGE", entry="page").values()
    return sorted(modules, key=lambda m: int(m.PAGE.order))


_enter: Callable[..., None] = dash.register_page


def _not_found(**_query: Any) -> str:
    return site_title(_("Not found"), current().agency)


def _register(module: ModuleType) -> None:
    """Register a page with Dash. Its registry is process-wide, so the layout asks for the context."""
    page: Page = module.PAGE

    def layout(**query: Any) -> Any:
        if request.path != response_cache.PATH:
            return render(module, current(), query)
        return written(render(module, current(), query, begin=getattr(module, "beginning", module.layout)))

    def title(**query: Any) -> str:
        name = getattr(module, "title", lambda _ctx, _query: _(page.title))(current(), query)
        return site_name(current().agency) if page.path == "/" else site_title(name, current().agency)

    _enter(module.__name__, path=page.path, name=page.title, title=title, order=page.order, layout=layout)


def _other_version(ctx: Context, asked: Any) -> list[str]:
    """Return what to say to a link that was made with other figures; nothing when they are the same."""
    now = ctx.data_version
    if not asked or asked == now:
        return []
    if not (isinstance(asked, str) and asked_version.SHAPE.fullmatch(asked)):
        return [_("The address names a data version that does not exist. Shown are the figures of today.")]
    words = _("This link was made with data version {old}. The figures have changed since: shown is version {new}.")
    return [words.format(old=asked, new=now)]


def render(
    module: ModuleType, ctx: Context, query: dict[str, Any], begin: Callable[..., Component] | None = None
) -> Component:
    """Return the page for a query string: notices first, then the page; or what to run when empty.

    Of a long page the whole, or with *begin* its beginning: parts below are asked for when that is shown.
    """
    with ctx.at_one_moment():
        page: Page = module.PAGE
        if page.needs_scores and not ctx.years:
            return components.empty_state()
        state, notices = module.State.from_query(query, module.allowed(ctx))
        notices += _other_version(ctx, query.get(asked_version.FIELD))
        past = asked_version.banner(ctx, f"{page.path}{state.to_query()}")
        shown = [
            *left_out.banner(ctx, page),
            *past,
            *map(components.notice, notices),
            (begin or module.layout)(ctx, state),
        ]
        return html.Div(link_terms(shown), className=f"page page-{page.name}")
