"""Every chart and every table of every page as a file: `/figure/<page>.<kind>?part=…` and the page's own query.

Only what a page of this server shows can be asked for; no figure is ever accepted from a visitor.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from dash.development.base_component import Component
from flask import Flask, Response, abort, g, request
from werkzeug.datastructures import MultiDict

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.languages import FIELD
from scidip.dashboard.files import expensive
from scidip.dashboard.files.chart_part import Displayed, find, kicker, names
from scidip.dashboard.server import errors
from scidip.figures.framed import SIZES, Words, framed
from scidip.figures.maps import BOUNDARIES, boundary_note
from scidip.figures.theme import Mode
from scidip.findings.exhibit import said
from scidip.indicators.language.current import N_, _
from scidip.indicators.language.current import current as current_language
from scidip.publish.citation import works
from scidip.publish.render import table_files
from scidip.publish.render.browser import NoBrowser, PictureFailed, Pictures, PictureTimeout
from scidip.publish.render.metadata import described
from scidip.publish.work import Work

Render = Callable[[ModuleType, Context, dict[str, Any]], Component]
PICTURES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
TABLES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
OWN = ("part", "shape", "theme")
"""Keys of an address that are no part of the page's own query."""
VERSION = "v"
LICENCE = N_("Licence of scores: CC BY 4.0; of figures: the terms of their sources.")
OWN_LICENCE = N_("An index of the user’s own; licence: as its user says.")
LATER = "5"
"""Seconds after which a visitor who was refused may ask again."""


class Refused(Exception):
    """What was asked for cannot be sent; holds status, sentence and remedy."""


def register(server: Flask, pages: Sequence[ModuleType], render: Render, pictures: Pictures) -> None:
    """Make *server* send the parts of *pages*; *render* returns a page for its query."""
    by_name = {m.PAGE.name: m for m in pages}

    @server.get("/figure/<name>.<kind>")
    def figure_file(name: str, kind: str) -> Response:
        """Send a part of a page as a picture (png, svg, pdf) or as the values of its table (csv, xlsx)."""
        if name not in by_name or kind not in PICTURES | TABLES:
            abort(404)
        try:
            return _answer(by_name[name], kind, render, pictures)
        except Refused as refused:
            return errors.answer(*refused.args)
        except (NoBrowser, PictureTimeout, PictureFailed) as fault:
            return _no_picture(fault)


def _no_picture(fault: NoBrowser | PictureTimeout | PictureFailed) -> Response:
    if isinstance(fault, PictureFailed):
        raise fault
    if isinstance(fault, NoBrowser):
        return errors.answer(
            503,
            _("This server has no browser that could draw the picture."),
            _("Its operator can install the package chromium or Google Chrome. Tables can be saved without it."),
        )
    response = errors.answer(503, _("The picture could not be made in time."), _("Ask again in a few seconds."))
    response.headers["Retry-After"] = LATER
    return response


def _answer(module: ModuleType, kind: str, render: Render, pictures: Pictures) -> Response:
    shape, mode = _choice("shape", tuple(SIZES)), _choice("theme", ("light", "dark"))
    g.scidip_mode = mode
    ctx = current()
    query = _page_query(module, request.args)
    shown = _part(module, ctx, query, render, mode)
    if kind in TABLES:
        body = _table(module, ctx, query, shown, kind)
        return _file(body, TABLES[kind], _name(module, ctx, query, shown, kind))
    if shown.figure is None:
        raise Refused(404, _("This part of the page is a table and has no picture."), _("Ask for csv or xlsx."))
    about = _words(module, ctx, query, shown)
    key = (module.PAGE.name, kind, shape, mode, sorted(query.items()), shown.part, about.link)
    name = _name(module, ctx, query, shown, kind, shape)
    return expensive.sent(
        Work("drawing", key, PICTURES[kind], name, lambda: [_picture(pictures, shown, about, kind, shape, mode)])
    )


def _choice(name: str, known: tuple[Any, ...]) -> Any:
    """Return what the address chooses, the first of *known* when it does not."""
    chosen = request.args.get(name, known[0])
    if chosen not in known:
        raise Refused(
            400,
            _("“{value}” is not known as {name}.").format(value=chosen[:40], name=name),
            _("Choose one of: {known}.").format(known=", ".join(known)),
        )
    return chosen


def _page_query(module: ModuleType, given: MultiDict[str, str]) -> dict[str, Any]:
    """Return what the page takes of the query, as Dash hands it to a page; what it does not know changes nothing."""
    known = {*module.State.__dataclass_fields__, VERSION, FIELD}
    own = {k: v for k, v in given.lists() if k in known}
    return {k: v[0] if len(v) == 1 else v for k, v in own.items()}


def _part(module: ModuleType, ctx: Context, query: dict[str, Any], render: Render, mode: Mode) -> Displayed:
    """Return the part that was asked for; a query of which the page would refuse a value is refused whole."""
    if not module.PAGE.needs_scores or ctx.years:
        _state, refused = module.State.from_query(query, module.allowed(ctx))
        if refused:
            raise Refused(400, " ".join(refused), _("Open the page and save the figure from there."))
    page = render(module, ctx, query)
    asked = request.args.get("part", "")
    shown = find(page, asked, mode)
    if shown is None:
        known = ", ".join(names(page)) or "–"
        raise Refused(
            404,
            _("This view of the page has no part “{part}”.").format(part=asked[:60]),
            _("Its parts are: {known}.").format(known=known),
        )
    heading = getattr(module, "title", None)
    g.scidip_kicker = heading(ctx, query) if heading else kicker(page)
    return shown


def _words(module: ModuleType, ctx: Context, query: Mapping[str, Any], shown: Displayed) -> Words:
    link, day = _link(module, ctx, query), works.today().isoformat()
    return Words(
        shown.title,
        shown.subtitle,
        _source(ctx, shown),
        link,
        _("retrieved {day}").format(day=day),
        g.scidip_kicker,
        shown.alt,
        shown.key,
    )


def _source(ctx: Context, shown: Displayed) -> str:
    """Return the footer in full: on a picture, nothing can be looked up at the foot of the page."""
    said = shown.footer
    if shown.figure is not None and "geo" in shown.figure.layout.to_plotly_json():
        said = said.replace(_(BOUNDARIES), "").strip() + " " + boundary_note(ctx.agency)
    version = ctx.data_version
    if version not in said:
        said = f"{said} " + _("scidip, data version {version}.").format(version=version)
    licence = _(LICENCE) if ctx.own is None else _(OWN_LICENCE)
    return f"{said.strip()} {licence}"


def _link(module: ModuleType, ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the address of the view, with the version of its figures."""
    own = {k: v for k, v in query.items() if k not in (VERSION, FIELD)} | {VERSION: ctx.data_version}
    if current_language().code != "en":
        own[FIELD] = current_language().code
    return f"{ctx.site}{module.PAGE.path}?{urlencode(own, doseq=True, safe=',')}"


def _picture(pictures: Pictures, shown: Displayed, about: Words, kind: Any, shape: Any, mode: Mode) -> bytes:
    made = framed(shown.figure, about, shape, mode)
    drawn = pictures.render(made.figure, kind, made.width, made.height, made.scale if kind == "png" else 1)
    title = " – ".join(filter(None, (about.kicker, about.title)))
    told = [about.subtitle, about.alt, about.source, about.link]
    return described(drawn, kind, title, " ".join(t if t.endswith(".") else f"{t}." for t in told if t))


def _table(module: ModuleType, ctx: Context, query: Mapping[str, Any], shown: Displayed, kind: str) -> bytes:
    table = shown.table
    if table is None:
        raise Refused(404, _("This chart has no table beside it on the page."), _("Its figures are at Downloads."))
    about = _words(module, ctx, query, shown)
    notes = [
        (_("Title"), " – ".join(filter(None, (about.kicker, about.title)))),
        (_("Table"), said(table.caption)),
        (_("What is shown"), about.subtitle),
        (_("Source"), about.source),
        (_("Names and boundaries"), ctx.agency.note.said()),
        (_("Data version"), ctx.data_version),
        (_("Link"), about.link),
        (_("Retrieved"), works.today().isoformat()),
    ]
    notes += [(_("Column {name}").format(name=c.key), c.head) for c in table.columns]
    notes = [(what, words) for what, words in notes if words]
    if kind == "csv":
        return table_files.as_csv(table.frame(), notes)
    return table_files.as_xlsx(table.frame(), notes, (_("Table"), _("Notes")))


def _name(
    module: ModuleType, ctx: Context, query: Mapping[str, Any], shown: Displayed, kind: str, shape: str = ""
) -> str:
    """Return a file name that tells the view: scidip-country-profile-PRT-2021-wide-<data version>.png."""
    chosen = [str(v) for k, v in query.items() if k not in (VERSION, FIELD)]
    what = shown.part.removeprefix(f"{module.PAGE.name}-")
    said = "-".join(filter(None, (ctx.catalogue.stem, module.PAGE.name, what, *chosen, shape)))
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', plain)[:100].strip('-')}-{ctx.data_version or 'empty'}.{kind}"


def _file(body: bytes, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(body, mimetype=mimetype, headers=headers)
