"""What is refused at the door, before anything is parsed: foreign names, large bodies, callbacks no page could ask."""

from typing import TYPE_CHECKING, Any

from dash import Dash
from flask import Flask, Response, request
from werkzeug.sansio.utils import host_is_trusted

from scidip.dashboard.server import errors
from scidip.dashboard.server.callback_checks import Asked
from scidip.indicators.language.current import _

if TYPE_CHECKING:
    from scidip.dashboard.core.context import Context

CALLBACKS = "/_dash-update-component"
OPEN = ("/health", "/ready", "/metrics")
"""Answers alike under every name: the operator's machines ask by number."""
NUMBER = "X-Request-Id"


def register(app: Dash, ctx: "Context", asked: Asked) -> None:
    """Make the server of *app* refuse; call before whatever reads a request, and after languages are known."""
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = errors.LARGEST_BODY

    @server.before_request
    def refuse() -> Response | None:
        if "*" not in ctx.hosts and request.path not in OPEN and not _is_ours(ctx):
            return errors.answer(
                400,
                _("This server does not go by that name."),
                _("Its operator can add the name to SCIDIP_ALLOWED_HOSTS."),
            )
        if (request.content_length or 0) > errors.LARGEST_BODY:
            return errors.refused(413)
        if request.path == CALLBACKS and request.method == "POST":
            return _misunderstood(asked)
        return None

    @server.after_request
    def numbered(response: Response) -> Response:
        response.headers[NUMBER] = errors.number()
        return response


def _is_ours(ctx: "Context") -> bool:
    return host_is_trusted(request.environ.get("HTTP_HOST", ""), ctx.hosts)


def _misunderstood(asked: Asked) -> Response | None:
    """Return the refusal of a callback that no page of this server could ask; None when one could."""
    wrong = asked.wrong(_body())
    if not wrong:
        return None
    errors.note(wrong)
    return errors.answer(400, _("The request was not understood."), _("Reload the page and try again."))


def _body() -> Any:
    """Return the parsed body; None for what is no JSON, or is nested deeper than can be read."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None
