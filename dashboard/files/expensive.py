"""Answers that are dear to make: made once by a process of their own, kept on disk, refused when too many wait.

A page never waits for them: at most `workshop.PLACES` requests of a lane wait, in threads that pages can spare.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import wrap_file

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.core.languages import COOKIE
from scidip.dashboard.files.file_cache import Kept
from scidip.dashboard.files.render_process import Busy, Left, Workshops
from scidip.dashboard.server import errors, turns
from scidip.indicators.language.current import _
from scidip.indicators.language.current import current as current_language
from scidip.publish.citation import works
from scidip.publish.past import HEADER
from scidip.publish.work import EXTENSION, Work
from scidip.store.database.as_of import AS_OF

PIECE = 1 << 16
PACKED = ("text/", "application/json", "application/vnd.sdmx")
"""Media types that are worth packing; the others are packed already."""
LATER = {"tables": 30, "drawing": 5}
"""Seconds after which one who was refused may ask again."""


def register(server: Flask, kept: Kept, workshops: Workshops | None) -> None:
    """Make *server* answer with dear files: made by *workshops*, or by itself where there are none."""
    server.extensions[EXTENSION] = lambda work: answer(work, kept, workshops)


def sent(work: Work) -> Response:
    """Return the answer with a dear file, by the arrangement of the present server."""
    arranged: Callable[[Work], Response] = current_app.extensions[EXTENSION]
    return arranged(work)


def key_of(ctx: Context, work: Work) -> str:
    """Return the name of a file: of all it depends on."""
    parts = (ctx.code, ctx.data_version, works.today().isoformat(), current_language().code, ctx.site)
    return hashlib.sha256(repr((parts, work.lane, work.mimetype, work.key)).encode()).hexdigest()


def answer(work: Work, kept: Kept, workshops: Workshops | None) -> Response:
    """Return the file, made now if it must be. Who only asks about it (HEAD), or has it, causes no work."""
    key = key_of(current(), work)
    if _is_known(key):
        return _headed(Response(status=304), work, key)
    if request.method == "HEAD":
        return _headed(Response(mimetype=work.mimetype), work, key)
    found = _kept(work, kept, key)
    if found is not None:
        return found
    if workshops is None:
        with kept.locked(key):
            if kept.said(key) is None:
                packed = work.mimetype.startswith(PACKED)
                kept.write(key, work.make(), {"name": work.name}, packed=packed)
        return _kept(work, kept, key) or _refused(work, _("The file was made and is gone already."))
    return _ordered(work, kept, key, workshops)


def _ordered(work: Work, kept: Kept, key: str, workshops: Workshops) -> Response:
    """Have the file made by the workshop, and send it; or the refusal that making it ended in."""
    order = {
        "key": key,
        "address": request.full_path.rstrip("?"),
        "client": request.remote_addr or "",
        "accept": request.headers.get("Accept", ""),
        "cookie": f"{COOKIE}={current_language().code}",
        "host": request.host,
        "version": AS_OF.get(),
    }
    turns.leave()
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    try:
        said = workshops.ask(work.lane, order, gone)
    except Busy:
        return _refused(work, _("Other files are being made, and there is no place to wait."))
    except Left:
        return _refused(work, _("The visitor has left."))
    if said["status"] >= 400:
        response = Response(said["body"], said["status"], content_type=said["type"])
        if said["later"]:
            response.headers["Retry-After"] = said["later"]
        return response
    return _kept(work, kept, key) or _refused(work, _("The file could not be made in time."))


def _refused(work: Work, sentence: str) -> Response:
    response = errors.answer(503, sentence, _("Ask again in {n} seconds.").format(n=LATER[work.lane]))
    response.headers["Retry-After"] = str(LATER[work.lane])
    return response


def _kept(work: Work, kept: Kept, key: str) -> Response | None:
    """Return the answer with a file that is kept, packed where the visitor takes it so."""
    said = kept.said(key)
    if said is None:
        return None
    packed = bool(said["packed"]) and request.accept_encodings["gzip"] > 0
    try:
        file = kept.path(key, packed).open("rb")
    except OSError:
        return None
    size = kept.path(key, packed).stat().st_size
    response = Response(wrap_file(request.environ, file, PIECE), mimetype=work.mimetype, direct_passthrough=True)
    response.content_length = size
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return _headed(response, work, key, packed=packed)


def _headed(response: Response, work: Work, key: str, *, packed: bool = False) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{work.name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{key[:20]}:gzip" if packed else key[:20])
    return response


def _is_known(key: str) -> bool:
    """Return whether the visitor has this very file: its name says all that it depends on."""
    return any(tag.partition(":")[0] == key[:20] for tag in request.if_none_match.as_set(include_weak=True))


def made_by(server: Flask) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what fills an order in a workshop: the address is asked of *server*, which keeps the file."""
    client = server.test_client(use_cookies=False)

    def fill(order: dict[str, Any]) -> dict[str, Any]:
        headers = {"Accept": order["accept"], "Cookie": order["cookie"], "Host": order["host"]}
        if order["version"]:
            headers[HEADER] = order["version"]
        response = client.get(order["address"], headers=headers)
        failed = response.status_code >= 400
        body = response.get_data(as_text=True) if failed else ""
        response.close()
        return {
            "status": response.status_code,
            "body": body,
            "type": response.content_type or "text/plain",
            "later": response.headers.get("Retry-After", ""),
        }

    return fill
