"""How many files and tables a process computes at a time: as with pages, more begun at once are each slower."""

import threading

from flask import Flask, g, request

PATHS = ("/api/", "/download/", "/figure/")
AT_ONCE = 2
PATIENCE = 60.0
"""Seconds that a request waits at most; after that it is answered beside the others."""


def register(server: Flask) -> None:
    """Make *server* answer a few requests for files at a time; the others wait in their threads."""
    places = threading.BoundedSemaphore(AT_ONCE)

    @server.before_request
    def wait() -> None:
        if request.path.startswith(PATHS) and places.acquire(timeout=PATIENCE):
            g.scidip_place = places

    @server.teardown_request
    def end(_: BaseException | None) -> None:
        leave()


def leave() -> None:
    """Give the place of the present request to another: it is done, or waits for what others do."""
    place: threading.BoundedSemaphore | None = g.pop("scidip_place", None)
    if place is not None:
        place.release()
