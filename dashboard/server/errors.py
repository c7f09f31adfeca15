"""What is answered when something is wrong: a page for people, one shape for machines, never a trace."""

import json
import logging
import secrets
from html import escape
from typing import TYPE_CHECKING

from dash import Dash
from dash.exceptions import DependencyException
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from scidip.dashboard.server.security import FIXED
from scidip.indicators.errors import StoreError
from scidip.indicators.language.current import _, current
from scidip.store.database.engine import DatabaseFault, FileWatch, is_database_away

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of a request at most: the file of a presentation, the largest thing sent, is a tenth of it."""

_PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/base.css"></head>
<body><main class="page page-empty"><p class="kicker">{kicker}</p><h1>{title}</h1>
<p class="lede">{remedy}</p><p><a href="/">{back}</a></p><p class="muted">{number}</p></main></body></html>"""


def register(app: Dash, paths: set[str], engine: "Engine") -> None:
    """Make the server of *app* answer faults; *paths* are the pages there are."""
    server: Flask = app.server
    watch = FileWatch(engine)

    @server.before_request
    def refuse() -> None:
        """Answer at once when the database is gone."""
        if not request.path.startswith("/assets/"):
            watch.check()

    @server.after_request
    def say_not_found(response: Response) -> Response:
        """Dash answers every address; one that is no page is told apart by its status."""
        is_page = request.endpoint == "/<path:path>" and response.mimetype == "text/html"
        if is_page and response.status_code == 200 and request.path not in paths:
            if not _wants_page():
                return answer(404, *_words()[404])
            response.status_code = 404
        return response

    for kind in (StoreError, DatabaseFault):
        server.register_error_handler(kind, _no_database)
    server.register_error_handler(HTTPException, _refused)
    # Dash says so of a script that no library has, with a list of all that they have.
    server.register_error_handler(DependencyException, lambda _: refused(404))
    server.register_error_handler(Exception, _failed)


def number() -> str:
    """Return the number of the present request, by which the operator finds it in the log."""
    if "scidip_number" not in g:
        g.scidip_number = secrets.token_hex(5)
    found: str = g.scidip_number
    return found


def note(what: str) -> None:
    """Write one line about a request that was refused: when, who, which; nothing of what it held."""
    log.warning("%s: %s %s: %s", _who(), request.method, shown(request.path), what)


def _who() -> str:
    return f"request {number()} of {request.remote_addr or 'nobody'}"


def shown(text: str, most: int = 120) -> str:
    """Return a text from outside on one line, for a log: nothing in it can begin another line."""
    return "".join(c if c.isprintable() and c != "\\" else f"\\u{ord(c):04x}" for c in text[:most])


def _no_database(error: Exception) -> Response:
    if not is_database_away(error):
        return _failed(error)
    log.error("%s: no database: %s", _who(), " ".join(str(error).split())[:300])
    return answer(
        503,
        _("The figures cannot be read at the moment."),
        _(
            "The database is not there, is busy or is damaged. Run `scidip build` in the project’s folder, "
            "then reload this page."
        ),
    )


def _refused(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 403:
        return answer(status, error.description or "", _("The other series can be downloaded."))
    return answer(status, *_words().get(status, (_("The request was not understood."), error.description or "")))


def _words() -> dict[int, tuple[str, str]]:
    """Return what to say of a status, and the remedy."""
    return {
        404: (_("There is nothing at this address."), _("The pages are in the menu; files are at Downloads.")),
        405: (_("This address is for reading only."), _("Ask with GET.")),
        413: (_("The request is too large."), _("Send less than {n} bytes.").format(n=LARGEST_BODY)),
    }


def unread(status: int, reason: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Return body and headers of the refusal of what is no request: no visitor, no language, no page."""
    remedy = "Send a request of HTTP/1.1, its head below 24 kB and its body below 2 MB."
    error = {"code": status, "message": reason, "remedy": remedy, "request": secrets.token_hex(5)}
    headers = [("Content-Type", "application/json"), ("Content-Security-Policy", "default-src 'none'")]
    return json.dumps({"error": error}).encode(), [*headers, *FIXED.items()]


def refused(status: int) -> Response:
    """Return the refusal that a status stands for, one of those with words of their own."""
    return answer(status, *_words()[status])


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _failed(error: Exception) -> Response:
    log.exception("%s: %s %s failed", _who(), request.method, shown(request.path), exc_info=error)
    return answer(
        500,
        _("This view could not be made."),
        _("The fault is on our side and has been written to the log. The other views still work."),
    )


def answer(status: int, sentence: str, remedy: str) -> Response:
    """Return the fault in one shape for machines, as a page for people."""
    if _wants_page():
        text = _PAGE.format(
            lang=current().code,
            dir=current().direction,
            title=escape(sentence),
            remedy=escape(remedy),
            kicker=f"{status}",
            back=escape(_("To the overview")),
            number=escape(_("Number of the request: {number}").format(number=number())),
        )
        return Response(text, status, mimetype="text/html")
    answer = jsonify({"error": {"code": status, "message": sentence, "remedy": remedy, "request": number()}})
    answer.status_code = status
    return answer
