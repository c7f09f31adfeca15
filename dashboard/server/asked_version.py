"""The version of the figures that a request asks for: a tab's own, or that of an address. No cookie: tabs must not mix.

`?v=` opens a page as of a version that is kept. What the page asks for from then on names its version in a header
(`assets/version.js`), so that a tab stays in the figures it began with, whatever serves meanwhile.
"""

import re
import threading
from contextlib import suppress
from functools import partial

from dash import html
from dash.development.base_component import Component
from flask import Flask, Response, request

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import for_scripts
from scidip.dashboard.core.read_ahead import EXTENSION, ReadAhead
from scidip.dashboard.server import errors
from scidip.dashboard.widgets.components import sentence
from scidip.indicators.errors import UnknownVersion
from scidip.indicators.language.current import _
from scidip.publish import past
from scidip.publish.past import HEADER
from scidip.store import versions
from scidip.store.database.as_of import AS_OF

FIELD = "v"
"""The key of the data version in an address; the browser writes it, a link keeps it."""
SHAPE = re.compile(r"[0-9a-f]{10}")
PAUSE = 4.0
"""Seconds before a version is read ahead: the view that was asked for comes first."""
FILES = ("/download/", "/figure/")
"""Addresses of files: of another version than they were asked for, nobody would see it."""
ALIKE = ("/api/", "/assets/", "/_dash-component-suites/", "/health", "/ready", "/metrics")
"""What is the same in all versions, or says otherwise which it is of."""


def register(server: Flask, ctx: Context) -> None:
    """Let *server* answer as of the version that a request asks for; call before whatever reads figures."""
    past.register(server)

    @server.before_request
    def listen() -> Response | None:
        if request.path.startswith(ALIKE):
            return None
        own, given = request.headers.get(HEADER), request.args.get(FIELD)
        asked = own or given
        if not asked or asked == ctx.data_version:
            return None
        if SHAPE.fullmatch(asked) and _is_kept(ctx, asked):
            _prepare(server, ctx, asked)
            return None
        # A page that was asked for by its address shows the newest figures and says so.
        return gone() if own or request.path.startswith(FILES) else None

    server.register_error_handler(UnknownVersion, lambda _error: gone())


def _prepare(server: Flask, ctx: Context, version: str) -> None:
    """Map what was read of a version; else let it be read beside this request: who opens one view opens others."""
    if ctx.is_prepared(version):
        return
    apart: ReadAhead | None = server.extensions.get(EXTENSION)
    if apart is not None and apart.has(version):
        _read_ahead(ctx, version, apart)
    else:
        later = threading.Timer(PAUSE, _read_ahead, args=(ctx, version, apart))
        later.daemon = True
        later.start()


def _read_ahead(ctx: Context, version: str, apart: ReadAhead | None) -> None:
    with suppress(Exception):  # what is not read ahead is asked for by query, and that says what is wrong
        if apart is None:
            ctx.prepare_past(version)
        else:
            ctx.prepare_past(version, partial(apart.read, past=True))


def _is_kept(ctx: Context, version: str) -> bool:
    """Return whether a version can be read; if so, the rest of the request reads it."""
    past.read_as_of(version)
    try:
        # No list of versions is asked for: to read one that is not kept fails, and every answer needs this.
        return ctx.data_version == version
    except UnknownVersion:
        past.read_as_of("")
        return False


def gone() -> Response:
    """Return the refusal of what would have to be answered from other figures than those asked for."""
    return errors.answer(
        409,
        _("The version of the figures that this was asked of is no longer kept."),
        _("Open the page anew: it then shows the newest figures."),
    )


def banner(ctx: Context, address: str) -> list[Component]:
    """Return what says that a page is of an earlier version, with the way to the same view of the newest figures."""
    version = AS_OF.get()
    if not version:
        return []
    known = versions.kept(ctx.engine).set_index("version").loc[version]
    words = (
        _("Figures as of {day} (version {version}, “{name}”). {newest}")
        if known["name"]
        else _("Figures as of {day} (version {version}). {newest}")
    )
    link = html.A(_("Newest figures"), href=address, **for_scripts(act="newest-figures"))
    parts = {"day": day(str(known["made_at"])), "version": html.Code(version), "name": known["name"], "newest": link}
    return [html.P(sentence(words, **parts), className="notice past", role="note")]


def day(moment: str) -> str:
    """Return a day in words: "29 November 2026"."""
    year, month, number = moment[:10].split("-")
    names = (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )
    return _("{day} {month} {year}").format(day=int(number), month=names[int(month) - 1], year=year)
