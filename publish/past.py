"""A request that reads as of a version: from where it says so to its last byte, which may be sent after its end."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response, g

from scidip.store.database.as_of import AS_OF, as_of

HEADER = "X-Scidip-Version"
"""What a tab's own requests say: the version its page was made of."""


def read_as_of(version: str) -> None:
    """Let the rest of the present request read as of a version that is kept; "" for the newest figures."""
    g.setdefault("read_before", AS_OF.get())
    AS_OF.set(version)


def register(server: Flask) -> None:
    """Let *server* read as of a version to the end of an answer, and not a moment longer."""

    @server.after_request
    def hold(response: Response) -> Response:
        """Let what is still to be read, row by row, be read as of the same version."""
        version = AS_OF.get()
        if version and response.is_streamed and not response.direct_passthrough:
            response.response = _Pieces(response.response, version)
        return response

    @server.teardown_request
    def forget(_error: BaseException | None) -> None:
        """Leave the thread to what comes next as it was found."""
        AS_OF.set(g.pop("read_before", AS_OF.get()))


class _Pieces:
    """The pieces of an answer, each of them made as of a version."""

    def __init__(self, pieces: Iterable[Any], version: str) -> None:
        self._pieces, self._version = pieces, version
        self._each = iter(pieces)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        """Return the next piece."""
        with as_of(self._version):
            return next(self._each)

    def close(self) -> None:
        """Let go of what the pieces are made from."""
        for made in (self._each, self._pieces):
            if hasattr(made, "close"):
                with as_of(self._version):
                    made.close()
