"""A memory of whole answers: a callback is a pure function of its inputs, theme, language, the day and the figures.

Many visitors open the same views. What was made once for one of them is sent to the others as it stands.

What is not known is computed in turns, one answer at a time in a process: Python computes on one core at a time
anyway, and of several begun at once each would take as long as all of them. Who asks what another is just having
answered gets that answer.

Answers are kept packed, as they are sent: packed once instead of for each visitor, and of a tenth of the size.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Collection
from contextlib import ExitStack, suppress
from typing import Any

import brotli
from flask import Flask, Response, g, request

from scidip.dashboard.answers import cache_warming
from scidip.dashboard.answers.fair_lock import FairLock
from scidip.dashboard.core import languages
from scidip.dashboard.core.context import Context
from scidip.dashboard.files.file_cache import Kept
from scidip.dashboard.server import errors
from scidip.dashboard.widgets.components import mode
from scidip.indicators.language.current import _, current
from scidip.publish.citation import works
from scidip.store.database.as_of import AS_OF

PATH = "/_dash-update-component"
MOST = 16 * 1024 * 1024
"""Bytes kept in all; the least recently used answers are forgotten first."""
ON_DISK = 256 * 1024 * 1024
"""Bytes kept for all processes together."""
ON_DISK_EXTENSION = "scidip-answers-on-disk"
"""Where a server keeps them."""
LARGEST = 2 * 1024 * 1024
"""Bytes of an answer that is kept, before it is packed."""
PACKING = "br"
QUALITY = 4
"""Of packing: a tenth remains, after a hundredth of a second for the largest pages."""
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
    server: Flask, ctx: Context, kept: Kept | None = None, touched: Collection[str] = (), private: Collection[str] = ()
) -> None:
    """Make *server* send again what it has made; call after whatever may refuse a request.

    What one process has made, the others find in *kept*, and the next start as well. *touched* names the pages whose
    answers depend on which control was touched, *private* those of which no answer is kept.
    """
    once = _Once(ctx, kept, touched, private)
    server.extensions["scidip-answers"] = once.answers
    server.extensions[ON_DISK_EXTENSION] = kept
    server.before_request(once.known)
    server.teardown_request(once.pass_on)
    server.after_request(once.keep)


class _Once:
    """What is done before and after a request so that an answer is made once, in turn."""

    def __init__(
        self, ctx: Context, kept: Kept | None, touched: Collection[str], private: Collection[str] = ()
    ) -> None:
        self._ctx, self._kept, self._touched = ctx, kept, touched
        self._private = tuple(
            sign for name in private for sign in (f'"/{name}"', f"/{name}?", f'"{name}-', f"/{name}.")
        )
        self.answers = Answers()
        self._turn, self._places = FairLock(), threading.BoundedSemaphore(WAITING)

    def known(self) -> Response | None:
        """Return the answer to a question whose answer is known; else wait for the turn to make it."""
        if request.path != PATH or request.method != "POST":
            return None
        if self._is_private():
            g.has_turn = self._turn.acquire(PATIENCE)
            return None
        digest = _key(self._ctx, self._touched)
        found = self.answers.get(digest)
        if found is not None:
            self._asked_for(digest)
            return _again(found)
        if not self._places.acquire(blocking=False):
            return _full()
        try:
            found = self._from_others(digest)
            if found is None:
                g.answer_key = digest
                g.has_turn = self._turn.acquire(PATIENCE)
                found = self.answers.get(digest)
        finally:
            self._places.release()
        return None if found is None else _again(found)

    def _is_private(self) -> bool:
        """Return whether a question is about a page whose answers are kept nowhere."""
        if not self._private:
            return False
        asked = request.get_data(as_text=True)
        return any(sign in asked for sign in self._private)

    def _from_others(self, digest: str) -> bytes | None:
        """Return what another process has made; wait for the one that is making it, while others have their turn."""
        if self._kept is None:
            return None
        g.answer_lock = ExitStack()
        g.answer_lock.enter_context(self._kept.locked(digest, PATIENCE))
        found = self.answers.get(digest) or _whole(self._kept.read(digest))
        if found is not None:
            self.answers.put(digest, found)
            self._asked_for(digest)
        return found

    def _asked_for(self, key: str) -> None:
        """Note on disk that an answer was asked for: by a visitor now, or when the one who is not here asked last."""
        if self._kept is not None:
            self._kept.touch(key, request.environ.get(cache_warming.WARMING))

    def pass_on(self, _fault: BaseException | None) -> None:
        """Give lock and turn to others."""
        lock = g.pop("answer_lock", None)
        if lock is not None:
            lock.close()
        if g.pop("has_turn", False):
            self._turn.release()

    def keep(self, response: Response) -> Response:
        """Keep an answer that was made."""
        key = g.pop("answer_key", None)
        if not key or response.status_code != 200 or response.is_streamed:
            return response
        body = response.get_data()
        plain = "Content-Encoding" not in response.headers and languages.FIELD not in request.args
        if not plain or len(body) > LARGEST:
            return response
        packed = brotli.compress(body, quality=QUALITY)
        self.answers.put(key, packed)
        if self._kept is not None and "answer_lock" in g:
            with suppress(OSError):  # a full disk makes no answer wrong
                self._kept.write(key, [packed], cache_warming.said_of(request))
                self._asked_for(key)
        return _as_accepted(response, packed)


def warm(server: Flask) -> int:
    """Answer ahead what visitors asked last, where answers are kept on disk; return how many have an answer."""
    kept: Kept | None = server.extensions[ON_DISK_EXTENSION]
    return 0 if kept is None else cache_warming.warm(server, kept, PATH)


def _full() -> Response:
    response = errors.answer(
        503, _("Many ask at this moment, and this view is not made yet."), _("Ask again in a few seconds.")
    )
    response.headers["Retry-After"] = LATER
    return response


def _again(found: bytes) -> Response:
    g.pop("answer_key", None)  # it is kept already
    return _as_accepted(Response(mimetype="application/json"), found)


def _whole(packed: bytes | None) -> bytes | None:
    """Return what is kept on disk if it can be unpacked: another program may have written there."""
    with suppress(brotli.error):
        if packed is not None and brotli.decompress(packed):
            return packed
    return None


def _as_accepted(response: Response, packed: bytes) -> Response:
    """Return a response with a *packed* answer in it, unpacked for who does not take it so."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality(PACKING) == 0:
        response.set_data(brotli.decompress(packed))
        return response
    response.headers["Content-Encoding"] = PACKING
    response.set_data(packed)
    return response


def _key(ctx: Context, touched: Collection[str]) -> str:
    """Return the name of an answer: of all that a callback sees, and nothing else of the request.

    The version is the one that the request asks for.
    The day stands in citations. Neither the visitor nor the name the server was called by does. Which control was
    touched is told to all callbacks, but most answer the same whichever it was: to who follows a link, opens an
    address or chooses from a list.
    """
    # An answer that was made when its version was the newest does not say that it is of the past now.
    parts = (ctx.code, ctx.data_version, AS_OF.get(), works.today().isoformat(), current().code, mode(), ctx.site)
    body = request.get_json(silent=True)
    if isinstance(body, dict):
        asks = any(name in str(body.get("output")) for name in touched)
        names = ("output", "outputs", "inputs", "state", *(("changedPropIds",) if asks else ()))
        seen: Any = [body.get(n) or None for n in names]  # browsers leave out a state that is empty
    else:
        seen = request.get_data(as_text=True)
    return hashlib.sha256(json.dumps([parts, seen], sort_keys=True).encode()).hexdigest()
