"""The API, /api/v1: read-only, over the figures and scores that serve."""

import json
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from flask import Blueprint, Response, current_app, request

from publish import api_records, tables
from publish.about import about
from publish.api_document import DEFAULT_LIMIT, PARAMETERS, TABLES, document, page
from publish.api_request import Refused, chosen_of, next_cursor
from publish.tables import Table
from publish.writing import formats

BLUEPRINT = Blueprint("api", __name__, url_prefix="/api/v1")
RECORDS: dict[str, Callable[..., Any]] = api_records.RECORDS


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
    return Response(page(), mimetype="text/html")


@BLUEPRINT.get("/openapi.json")
def openapi() -> Response:
    """Send the OpenAPI 3.1 description."""
    return Response(json.dumps(document()), mimetype="application/json")


@BLUEPRINT.get("/<name>")
def get(name: str) -> Response:
    """Send a table or a list, as JSON or in the format asked for."""
    ctx: Any = current_app.extensions["scidip"]
    told = about(ctx.engine, ctx.catalogue)
    same = request.if_none_match.contains(told.data_version)
    if name in TABLES:
        response = _table(ctx, name, told, same)
    elif name in RECORDS:
        _only_json(name)
        if same:
            return _described(Response(status=304), told)
        found = RECORDS[name](ctx, request.args)
        body = {**_head(told), "data": found}
        response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    else:
        raise _unknown("route", name, [*TABLES, *RECORDS], 404)
    return _described(response, told)


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
        headers = {
            "Content-Disposition": f'attachment; filename="scidip-{name}.{known[code].extension}"'
        }
        return Response(known[code].pieces(table), mimetype=known[code].mimetype, headers=headers)
    rows = list(table.rows())
    size = limit or DEFAULT_LIMIT
    cursor = (
        next_cursor(name, rows[size - 1], told.data_version, request.args)
        if len(rows) > size
        else None
    )
    rows = rows[:size]
    if code != "json":
        cut = Table(name, table.columns, lambda: iter(rows), table.about)
        response = Response(known[code].pieces(cut), mimetype=known[code].mimetype)
    else:
        data = [dict(zip(table.header, row, strict=True)) for row in rows]
        body = {**_head(told), "count": len(data), "next": cursor, "data": data}
        response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    if cursor:
        response.headers["X-Next-Cursor"] = cursor
    return response


def _only_json(name: str) -> None:
    for key, value in request.args.items():
        if key not in PARAMETERS.get(name, ()) and (key, value) != ("format", "json"):
            raise _unknown("parameter", key, [*PARAMETERS.get(name, ()), "format=json"], 400)


def _head(told: Any) -> dict[str, Any]:
    return {
        "data_version": told.data_version, "methodology_digest": told.methodology_digest,
        "licence": told.licence, "citation": told.citation,
    }  # fmt: skip


def _described(response: Response, told: Any) -> Response:
    response.set_etag(told.data_version)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    for name, value in _head(told).items():
        response.headers["X-" + name.replace("_", "-").title()] = value
    return response


def _unknown(what: str, given: str, known: Any, status: int) -> Refused:
    near = get_close_matches(given[:80], list(known), n=3)
    remedy = (
        f"Did you mean {', '.join(near)}?" if near else f"Known are {', '.join(sorted(known))}."
    )
    return Refused(
        f"unknown_{what}", f"The {what} {given[:80]!r} is not known.", remedy, status, nearest=near
    )


@BLUEPRINT.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Send what was wrong and what to do, in the one shape of errors."""
    return Response(
        json.dumps({"error": error.document()}), error.status, mimetype="application/json"
    )


@BLUEPRINT.after_request
def open_to_all(response: Response) -> Response:
    """Let pages of other sites read the answers."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = (
        "ETag, X-Next-Cursor, X-Data-Version, X-Methodology-Digest, X-Licence, X-Citation"
    )
    return response
