"""Where the observatory is mounted: under a path of a site, or at its root; and whose word on that is believed.

Inside, every address is written without the prefix. It is taken off what is asked at the door, and put before every
address of ours in what is answered, before the answer is kept.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flask import Flask, Response, request

from scidip.dashboard.core.context import current
from scidip.dashboard.server import errors
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import _

PEER: Final = "scidip.peer"
"""The key of who is at the other end of the connection: the proxy, where there is one."""
TOLD: Final = "scidip.told"
"""The key of whether the peer said on whose behalf it asks."""
REFUSED: Final = "scidip.prefix_refused"
"""The key of a prefix that the proxy names and that is not this server's."""
_SAID: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_PREFIX: Final = "HTTP_X_FORWARDED_PREFIX"
_SLASH: Final = rb"(?:/|\\u002[fF])"
"""A slash as Dash writes it in the layout, and in answers."""
_JSON: Final = rb'("(?:href|topojsonURL)": ?")' + _SLASH + rb"(?!%s)"
"""An address of ours as a property. Within a text of JSON, quotes are escaped: nothing there looks like it."""
_HTML: Final = rb'((?:href|src|action)=")/(?!%s)'

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def noting_peer(application: Application) -> Application:
    """Return *application* told who is at the other end, before anybody's word on that is believed."""

    def noted(environ: Environ, start: Any) -> Iterable[bytes]:
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        environ[TOLD] = any(name in environ for name in _SAID)
        return application(environ, start)

    return noted


def mounted(application: Application, prefix: str, proxy: str) -> Application:
    """Return *application* asked without *prefix*, whether the proxy took it off or not.

    The trusted *proxy* may say in X-Forwarded-Prefix what it took off; of anybody else the header is dropped.
    """

    def asked(environ: Environ, start: Any) -> Iterable[bytes]:
        peer = environ.get(PEER) or environ.get("REMOTE_ADDR", "")
        said = environ.pop(_PREFIX, "")
        taken_off = tidy(said) if proxy and peer == proxy else ""
        if taken_off not in ("", prefix):
            environ[REFUSED] = taken_off
        path = environ.get("PATH_INFO", "")
        if prefix and not taken_off and (path == prefix or path.startswith(f"{prefix}/")):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return application(environ, start)

    return asked


def tidy(prefix: str) -> str:
    """Return a prefix with a slash before it and none behind; the empty text for none."""
    inner = prefix.strip().strip("/")
    return f"/{inner}" if inner else ""


def refuse_own_path(prefix: str, paths: Iterable[str]) -> None:
    """Raise ScidipError where the prefix is also the path of a page or a route: which is meant could not be told."""
    first = prefix.split("/")[1] if prefix else ""
    if first and first in {path.split("/")[1] for path in paths if path.startswith("/")}:
        raise ScidipError(
            f"SCIDIP_URL_PREFIX is {prefix!r}, and /{first} is an address of the observatory; take another"
        )


def before(prefix: str, body: bytes, mimetype: str) -> bytes:
    """Return an answer with *prefix* before every address of ours in it; what has it already stays."""
    pattern = _JSON if mimetype == "application/json" else _HTML
    own = _SLASH.join(re.escape(part.encode()) for part in prefix[1:].split("/"))
    elsewhere = _SLASH + b"|" + own + b"(?:" + _SLASH + rb'|[?"])'
    return re.sub(pattern % elsewhere, rb"\1" + prefix.encode() + b"/", body)


def register(server: Flask, prefix: str, proxy: str) -> None:
    """Mount *server*; call after whatever keeps answers, so that they are kept as they are sent."""
    server.wsgi_app = mounted(server.wsgi_app, prefix, proxy)  # type: ignore[assignment,method-assign]

    @server.before_request
    def refuse() -> Response | None:
        named = request.environ.get(REFUSED)
        if named is None:
            return None
        return errors.answer(
            400,
            _("The proxy says that this is mounted at {prefix}.").format(prefix=errors.shown(named)),
            _("Its operator can set SCIDIP_URL_PREFIX to the same path."),
        )

    if not prefix:
        return

    @server.after_request
    def write(response: Response) -> Response:
        if response.mimetype in ("application/json", "text/html") and not _is_elsewhere(response):
            response.set_data(before(prefix, response.get_data(), response.mimetype))
        return response


def _is_elsewhere(response: Response) -> bool:
    """Return whether an answer is a file, or for machines that were told the whole address."""
    return response.is_streamed or response.direct_passthrough or "Content-Encoding" in response.headers


def at(path: str) -> str:
    """Return the address of a path of ours as a browser asks for it."""
    return f"{current().prefix}{path}"


def is_trusted(environ: Mapping[str, Any], proxy: str) -> bool:
    """Return whether the visitor's address is known: nobody speaks for him, or the trusted proxy does."""
    return not environ.get(TOLD) or (bool(proxy) and environ.get(PEER) == proxy)
