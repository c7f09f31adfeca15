"""How many files and tables a process computes at a time: as with pages, more begun at once are each slower.

A table that is sent while it is read holds a connection to the database until its last row; there are few of them,
and pages need them too. Its turn therefore ends with its last row, not with its head.
"""

import threading
from collections.abc import Iterable, Iterator

from flask import Flask, Response, g, request

from scidip.dashboard.server import errors
from scidip.indicators.language.current import _

PATHS = ("/api/", "/download/", "/figure/")
AT_ONCE = 2
WAITING = 32
"""Requests for files that wait for their turn; their threads are then missing for pages."""
PATIENCE = 60.0
"""Seconds that a request waits at most; after that it is told to come again."""
LATER = "10"


class Turn:
    """One of the places; given back once, whoever does it first, and at the latest when it is forgotten."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        self._places: threading.BoundedSemaphore | None = places

    def end(self) -> None:
        """Give the place to another."""
        places, self._places = self._places, None
        if places is not None:
            places.release()

    def __del__(self) -> None:
        self.end()

    def until_sent(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Return *pieces*; the turn ends after the last of them, or when nobody asks for more."""
        try:
            yield from pieces
        finally:
            self.end()


def register(server: Flask) -> None:
    """Make *server* answer a few requests for files at a time; the others wait in their threads, or come again."""
    places = threading.BoundedSemaphore(AT_ONCE)
    seats = threading.BoundedSemaphore(WAITING)

    @server.before_request
    def wait() -> Response | None:
        if not request.path.startswith(PATHS):
            return None
        if not seats.acquire(blocking=False):
            return _later()
        try:
            has_place = places.acquire(timeout=PATIENCE)
        finally:
            seats.release()
        if not has_place:
            return _later()
        g.scidip_turn = Turn(places)
        return None

    @server.after_request
    def keep(response: Response) -> Response:
        reads = response.is_streamed and not response.direct_passthrough
        if reads and request.method != "HEAD" and "scidip_turn" in g:
            turn: Turn = g.pop("scidip_turn")
            response.call_on_close(turn.end)
            response.response = turn.until_sent(response.iter_encoded())
        return response

    @server.teardown_request
    def end(_: BaseException | None) -> None:
        leave()


def leave() -> None:
    """Give the place of the present request to another: it is done, or waits for what others do."""
    turn: Turn | None = g.pop("scidip_turn", None)
    if turn is not None:
        turn.end()


def _later() -> Response:
    response = errors.answer(
        503, _("Many ask for files at this moment."), _("Ask again in {n} seconds.").format(n=LATER)
    )
    response.headers["Retry-After"] = LATER
    return response
