"""The API, /api/v1: read-only, over the figures and scores that serve."""

import json
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from scidip.publish.api import records
from scidip.publish.api.html import page
from scidip.publish.api.openapi import (
    DEFAULT_LIMIT,
    HEAD,
    LISTS,
    OF_PUBLISHED,
    OF_TWO,
    PARAMETERS,
    RELEASE,
    TABLES,
    document,
)
from scidip.publish.api.query import Refused, chosen_of, next_cursor, once, release_of
from scidip.publish.citation import works
from scidip.publish.citation.styles import TEXTS
from scidip.publish.citation.styles import document as citation_document
from scidip.publish.export import sdmx_structure, tables
from scidip.publish.export.provenance import about
from scidip.publish.export.tables import Table
from scidip.publish.export.writing import formats
from scidip.publish.past import read_as_of
from scidip.publish.work import EXTENSION, Work, is_small, key_of
from scidip.store.table_rows import Chosen

BLUEPRINT = Blueprint("api", __name__, url_prefix="/api/v1")
RECORDS: dict[str, Callable[..., Any]] = records.RECORDS
READING = "GET, HEAD, OPTIONS"
STREAMED = ("csv", "sdmx_csv")
"""Formats that come row by row, as fast as they are read."""
WRITING = ["POST", "PUT", "PATCH", "DELETE", "TRACE"]


def _tables() -> dict[str, Callable[..., Table]]:
    return {
        "observations": tables.observations,
        "pairs": lambda e, c, chosen: tables.observations(e, c, chosen, pairs=True),
        "scores": tables.scores,
        "stages": tables.stages,
    }


@BLUEPRINT.get("/")
def read_me() -> Response:
    """Send the readable description."""
    dark = request.cookies.get("scidip-theme") == "dark"
    site: str = current_app.extensions["scidip"].site
    title, left_out = _described_as()
    return Response(page(f"{site}/", dark, title, _index(), left_out), mimetype="text/html")


@BLUEPRINT.get("/openapi.json")
def openapi() -> Response:
    """Send the OpenAPI 3.1 description."""
    site: str = current_app.extensions["scidip"].site
    return Response(json.dumps(document(urlsplit(site).path, *_described_as())), mimetype="application/json")


@BLUEPRINT.get("/structure.xml")
def structures() -> Response:
    """Send the structures of the tables as SDMX-ML 3.0, which programs need to read SDMX-CSV."""
    body = sdmx_structure.message(f"{works.today().isoformat()}T00:00:00")
    return Response(body, mimetype=sdmx_structure.MIMETYPE.partition(";")[0])


@BLUEPRINT.get("/<path:name>")
def get(name: str) -> Response:
    """Send a table or a list, as JSON or in the format asked for."""
    ctx: Any = current_app.extensions["scidip"]
    if name not in (known := [n for n in (*TABLES, *LISTS) if n not in _left_out(ctx)]):
        raise _unknown("route", name, known, 404)
    once(request.args)
    if name != "versions":
        read_as_of(release_of(ctx, request.args))
    told = about(ctx.engine, ctx.catalogue, ctx.data_version)
    same = _known(told.data_version)
    if name in TABLES:
        return _described(_table(ctx, name, told, same), told)
    offered = ["json", *TEXTS] if name == "citation" else ["json"]
    _only(name, offered)
    if same:
        return _described(Response(status=304), told)
    if name == "citation":
        return _described(_citation(ctx, told), told)
    body = {**_head(told), "data": RECORDS[name](ctx, request.args)}
    return _described(_json(body), told)


def _left_out(ctx: Any) -> frozenset[str]:
    """Return the addresses that an index of one's own does not have: its tables hold nothing about them."""
    return (OF_PUBLISHED if ctx.own is not None else frozenset()) | (frozenset() if ctx.beside else OF_TWO)


def _described_as() -> tuple[str, frozenset[str]]:
    """Return what the API is called that is described, and what it does not have."""
    ctx: Any = current_app.extensions["scidip"]
    return works.name_of(ctx.catalogue.own), _left_out(ctx)


def _index() -> str:
    """Return the code in files of an index of one's own; empty for the published one."""
    ctx: Any = current_app.extensions["scidip"]
    return str(ctx.catalogue.in_files(ctx.index_code)) if ctx.own is not None else ""


def _known(version: str) -> bool:
    """Return whether the caller has this version: packing adds its name to the tag, as in `"b951:gzip"`."""
    asked = request.if_none_match
    return asked.star_tag or any(tag.partition(":")[0] == version for tag in (*asked.as_set(include_weak=True),))


@BLUEPRINT.route("/<path:name>", methods=WRITING)
@BLUEPRINT.route("/", methods=WRITING, defaults={"name": ""})
def write(name: str) -> Response:
    """Refuse whatever is not reading."""
    raise Refused("reading_only", f"{request.method} is not taken: the API is read-only.", "Ask with GET.", 405)


def _table(ctx: Any, name: str, told: Any, same: bool) -> Response:
    code = request.args.get("format", "json")
    known = formats()
    if code not in known:
        raise _unknown("format", code, known, 400)
    chosen, limit = chosen_of(ctx, name, request.args, told.data_version)
    if same:
        # Only now: a wrong question is told even to those who know the figures.
        return Response(status=304)
    table = _tables()[name](ctx.engine, ctx.catalogue, chosen)
    if code != "json" and limit is None:
        return _whole(table, code, chosen, ctx.catalogue.stem)
    rows = list(table.rows())
    size = limit or DEFAULT_LIMIT
    cursor = next_cursor(name, rows[size - 1], told.data_version, request.args) if len(rows) > size else None
    rows = rows[:size]
    if code != "json":
        cut = Table(name, table.columns, lambda: iter(rows), table.about)
        response = Response(known[code].pieces(cut), mimetype=known[code].mimetype)
    else:
        data = [dict(zip(table.header, row, strict=True)) for row in rows]
        response = _json({**_head(table.about), "count": len(data), "next": cursor, "data": data})
    if cursor:
        response.headers["X-Next-Cursor"] = cursor
    return response


def _whole(table: Table, code: str, chosen: Chosen, stem: str) -> Response:
    """Send a table as a file: streamed when it is small text, else a dear file, made once and kept."""
    kind = formats()[code]
    name = f"{stem}-{table.name}.{kind.extension}"
    if code in STREAMED and is_small(table.name, chosen):
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(kind.pieces(table), mimetype=kind.mimetype, headers=headers)
    arranged: Callable[[Work], Response] = current_app.extensions[EXTENSION]
    work = Work("tables", (code, table.name, key_of(chosen)), kind.mimetype, name, lambda: kind.pieces(table))
    return arranged(work)


def _citation(ctx: Any, told: Any) -> Response:
    """Send how a series or a table is cited."""
    work = records.cited(ctx, request.args, told)
    form = request.args.get("format", "json")
    if form == "json":
        return _json({**_head(told), "data": citation_document(work)})
    write_out, mimetype, extension = TEXTS[form]
    response = Response(write_out(work), content_type=f"{mimetype}; charset=utf-8")
    if form != "text":
        response.headers["Content-Disposition"] = f'attachment; filename="{ctx.catalogue.stem}-{work.key}.{extension}"'
    return response


def _json(body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def _only(name: str, offered: list[str]) -> None:
    """Raise Refused for a parameter or a format that a list does not take."""
    for key, value in request.args.items():
        if key == "format" and value not in offered:
            raise _unknown("format", value, offered, 400)
        known = [*PARAMETERS.get(name, ()), *(() if name == "versions" else (RELEASE,)), "format"]
        if key not in known:
            raise _unknown("parameter", key, known, 400)


def _head(told: Any) -> dict[str, Any]:
    return {name: getattr(told, name) for name in HEAD}


def _described(response: Response, told: Any) -> Response:
    if response.status_code >= 400:
        return response
    packed = response.headers.get("Content-Encoding")
    response.set_etag(f"{told.data_version}:{packed}" if packed else told.data_version)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    for name, value in _head(told).items():
        response.headers["X-" + name.replace("_", "-").title()] = value
    return response


def _unknown(what: str, given: str, known: Any, status: int) -> Refused:
    near = get_close_matches(given[:80], list(known), n=3)
    remedy = f"Did you mean {', '.join(near)}?" if near else f"Known are {', '.join(sorted(known))}."
    return Refused(f"unknown_{what}", f"The {what} {given[:80]!r} is not known.", remedy, status, nearest=near)


@BLUEPRINT.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Send what was wrong and what to do, in the one shape of errors."""
    response = _json({"error": error.document()})
    response.status_code = error.status
    if error.status == 405:
        response.headers["Allow"] = READING
    return response


@BLUEPRINT.after_request
def open_to_all(response: Response) -> Response:
    """Let pages of other sites read the answers, and ask whether anything has changed."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = (
        "ETag, X-Next-Cursor, X-Data-Version, X-Methodology-Digest, X-Licence, X-Citation, X-Citation-Short, "
        "X-Request-Id"
    )
    if request.method == "OPTIONS":
        response.headers["Allow"] = READING
        response.headers["Access-Control-Allow-Methods"] = READING
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
