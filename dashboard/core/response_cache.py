"""A memory of whole answers: a callback is a pure function of its inputs, theme, language, the day and the figures.

Many visitors open the same views. What was made once for one of them is sent to the others as it stands.

What is not known is computed in turns, one answer at a time in a process: Python computes on one core at a time
anyway, and of several begun at once each would take as long as all of them. Who asks what another is just having
answered gets that answer.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Collection
from contextlib import ExitStack, suppress
from typing import Any

from flask import Flask, Response, g, request

from dashboard.core import languages
from dashboard.core.context import Context
from dashboard.core.fair_lock import FairLock
from dashboard.files.file_cache import Kept
from dashboard.server import errors
from dashboard.widgets.components import mode
from indicators.language.current import _, current
from publish.citation import works

PATH = "/_dash-update-component"
MOST = 32 * 1024 * 1024
"""Bytes kept in all; the least recently used answers are forgotten first."""
ON_DISK = 256 * 1024 * 1024
"""Bytes kept for all processes together."""
LARGEST = 2 * 1024 * 1024
PATIENCE = 60.0
"""Seconds that a question waits for its turn at most; after that it is answered beside the other."""
WAITING = 96
"""Questions of a process that wait for their turn; who comes when there are more is told to come again."""
LATER = "5"


class Answers:
    """Answers by what was asked, bounded in bytes. Safe between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Return the answer kept under *key*."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer, and forget others when there is no room."""
        with self._lock:
            self._size += len(answer) - len(self._kept.pop(key, b""))
            self._kept[key] = answer
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])

    def forget(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._kept.clear()
            self._size = 0


def register(
    server: Flask, ctx: Context, kept: Kept | None = None, touched: Collection[str] = ()
) -> None:
    """Make *server* send again what it has made; call after whatever may refuse a request.

    What one process has made, the others find in *kept*, and the next start as well. *touched* names the pages whose
    answers depend on which control was touched.
    """
    answers, turn, places = Answers(), FairLock(), threading.BoundedSemaphore(WAITING)
    server.extensions["scidip-answers"] = answers

    @server.before_request
    def known() -> Response | None:
        if request.path != PATH or request.method != "POST":
            return None
        digest = _key(ctx, touched)
        found = answers.get(digest)
        if found is not None:
            return _again(found)
        if not places.acquire(blocking=False):
            return _full()
        try:
            found = _from_others(digest)
            if found is None:
                g.answer_key = digest
                g.has_turn = turn.acquire(PATIENCE)
                found = answers.get(digest)
        finally:
            places.release()
        return None if found is None else _again(found)

    def _from_others(digest: str) -> bytes | None:
        """Return what another process has made; wait for the one that is making it, while others have their turn."""
        if kept is None:
            return None
        g.answer_lock = ExitStack()
        g.answer_lock.enter_context(kept.locked(digest, PATIENCE))
        found = answers.get(digest) or kept.read(digest)
        if found is not None:
            answers.put(digest, found)
        return found

    @server.teardown_request
    def pass_on(_fault: BaseException | None) -> None:
        lock = g.pop("answer_lock", None)
        if lock is not None:
            lock.close()
        if g.pop("has_turn", False):
            turn.release()

    @server.after_request
    def keep(response: Response) -> Response:
        key = g.pop("answer_key", None)
        if key and response.status_code == 200 and not response.is_streamed:
            body = response.get_data()
            plain = (
                "Content-Encoding" not in response.headers and languages.FIELD not in request.args
            )
            if plain and len(body) <= LARGEST:
                answers.put(key, body)
                if kept is not None and "answer_lock" in g:
                    with suppress(OSError):  # a full disk makes no answer wrong
                        kept.write(key, [body], {})
        return response


def _full() -> Response:
    response = errors.answer(
        503,
        _("Many ask at this moment, and this view is not made yet."),
        _("Ask again in a few seconds."),
    )
    response.headers["Retry-After"] = LATER
    return response


def _again(found: bytes) -> Response:
    g.pop("answer_key", None)  # it is kept already
    return Response(found, mimetype="application/json")


def _key(ctx: Context, touched: Collection[str]) -> str:
    """Return the name of an answer: of all that a callback sees, and nothing else of the request.

    The day stands in citations. Neither the visitor nor the name the server was called by does. Which control was
    touched is told to all callbacks, but most answer the same whichever it was: to who follows a link, opens an
    address or chooses from a list.
    """
    parts = (ctx.code, ctx.data_version, works.today().isoformat(), current().code, mode())
    body = request.get_json(silent=True)
    if isinstance(body, dict):
        asks = any(name in str(body.get("output")) for name in touched)
        names = ("output", "outputs", "inputs", "state", *(("changedPropIds",) if asks else ()))
        seen: Any = [body.get(n) for n in names]
    else:
        seen = request.get_data(as_text=True)
    return hashlib.sha256(json.dumps([parts, seen], sort_keys=True).encode()).hexdigest()
