"""What is answered when something is wrong: a page for people, one shape for machines, never a trace."""

import logging
from html import escape
from typing import TYPE_CHECKING

from dash import Dash
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from indicators.errors import StoreError
from indicators.language import _, current
from store.engine import DatabaseFault, FileWatch

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

_PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/base.css"></head>
<body><main class="page page-empty"><p class="kicker">{kicker}</p><h1>{title}</h1>
<p class="lede">{remedy}</p><p><a href="/">{back}</a></p></main></body></html>"""


def register(app: Dash, paths: set[str], engine: "Engine") -> None:
    """Make the server of *app* answer faults; *paths* are the pages there are."""
    server: Flask = app.server
    watch = FileWatch(engine)

    @server.before_request
    def refuse() -> Response | None:
        """Answer at once when the database is gone, or when a callback asks for what no page has."""
        if not request.path.startswith("/assets/"):
            watch.check()
        if request.path == "/_dash-update-component" and not _is_callback(app):
            return answer(
                400, _("The request was not understood."), _("Reload the page and try again.")
            )
        return None

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
    server.register_error_handler(Exception, _failed)


def _is_callback(app: Dash) -> bool:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or str(body.get("output")) not in app.callback_map:
        return False
    lists = (body.get("inputs", []), body.get("state", []), body.get("changedPropIds", []))
    return all(isinstance(part, list) for part in lists)


def _no_database(error: Exception) -> Response:
    log.error("no database: %s", error)
    return answer(
        503, _("The figures cannot be read at the moment."),
        _("The database is not there, is busy or is damaged. Run `scidip build` in the project’s folder, "
          "then reload this page."),
    )  # fmt: skip


def _refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 403:
        return answer(status, error.description or "", _("The other series can be taken away."))
    return answer(
        status,
        *_words().get(status, (_("The request was not understood."), error.description or "")),
    )


def _words() -> dict[int, tuple[str, str]]:
    """Return what to say of a status, and the remedy."""
    return {
        404: (
            _("There is nothing at this address."),
            _("The pages are in the menu; files are at Downloads."),
        ),
        405: (_("This address is for reading only."), _("Ask with GET.")),
    }


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _failed(error: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return answer(
        500, _("This view could not be made."),
        _("The fault is on our side and has been written to the log. The other views still work."),
    )  # fmt: skip


def answer(status: int, sentence: str, remedy: str) -> Response:
    """Return the fault in one shape for machines, as a page for people."""
    if _wants_page():
        text = _PAGE.format(
            lang=current().code, dir=current().direction, title=escape(sentence), remedy=escape(remedy),
            kicker=f"{status}", back=escape(_("To the overview")),
        )  # fmt: skip
        return Response(text, status, mimetype="text/html")
    answer = jsonify({"error": {"code": status, "message": sentence, "remedy": remedy}})
    answer.status_code = status
    return answer
