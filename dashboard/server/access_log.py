"""One line for each request: when, who, its number, what was asked, what was answered, how long it took."""

import logging
import sys
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, g, request

from scidip.dashboard.server import errors

LOG = logging.getLogger("scidip.access")
LONGEST = 300
"""Characters of an address that a line holds."""
STANDARD_ERROR = "-"


def register(server: Flask, private: Collection[str] = ()) -> None:
    """Make *server* write a line for each answer; call before whatever may refuse, to know when it began.

    *private* names the pages whose query is not written.
    """

    @server.before_request
    def begin() -> None:
        g.scidip_began = time.perf_counter()

    @server.after_request
    def write(response: Response) -> Response:
        if LOG.isEnabledFor(logging.INFO):
            took = 1000 * (time.perf_counter() - g.get("scidip_began", time.perf_counter()))
            LOG.info(
                "%s %s %s %s %d %s %.0fms",
                request.remote_addr or "-",
                errors.number(),
                request.method,
                errors.shown(_asked(private), LONGEST),
                response.status_code,
                response.content_length if response.content_length is not None else "-",
                took,
            )
        return response


def _asked(private: Collection[str]) -> str:
    """Return the address that was asked for, without its query where it names a private page anywhere."""
    asked = request.full_path.rstrip("?")
    return f"{request.path}?…" if request.query_string and any(name in asked for name in private) else asked


class _Dated(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def begin_logs(access: str) -> None:
    """Write faults, dated, to standard error, and a line for each request to *access*: "-", a file, or none."""
    faults = logging.StreamHandler(sys.stderr)
    faults.setFormatter(_Dated("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(faults)
    # It says so for each request that waits, which is no fault.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if not access:
        return
    path = None if access == STANDARD_ERROR else Path(access)
    lines = logging.StreamHandler(sys.stderr) if path is None else logging.FileHandler(path, encoding="utf-8")
    lines.setFormatter(_Dated("%(asctime)s %(message)s"))
    LOG.addHandler(lines)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
