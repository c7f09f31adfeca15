"""The replay server: every producer below one address on the loopback, `/{host}/{path}`."""

import hashlib
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pkgutil import iter_modules
from urllib.parse import parse_qs, urlsplit

from tests.replay import bodies
from tests.replay.answering import NOT_THERE, Asked, Producer, Reply
from tests.replay.faults import CUT, DRIP, ENDLESS, FAULTS, NOT_MODIFIED, PAGING

DRIP_PAUSE = 0.2
"""Seconds between two bytes of a producer that drips."""


def producers() -> dict[str, list[Producer]]:
    """Return who answers for each host. Several sources may share one: they are asked in turn."""
    found: dict[str, list[Producer]] = {}
    for module in iter_modules(bodies.__path__):
        producer = import_module(f"{bodies.__name__}.{module.name}")
        for host in producer.HOSTS:
            found.setdefault(host, []).append(producer.reply)
    return found


class Replay(ThreadingHTTPServer):
    """Answers in the place of all producers. `faults` is by host ("*": all); `asked` is what was asked, in order."""

    daemon_threads = True

    def __init__(self, known: Mapping[str, list[Producer]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.known, self.faults = known, dict[str, str]()
        self.asked: list[Asked] = []

    @property
    def address(self) -> str:
        """What SCIDIP_MIRROR is set to."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fault_of(self, host: str) -> str:
        """Return what is wrong with a host, or the empty string."""
        return self.faults.get(host, self.faults.get("*", ""))

    def good(self, asked: Asked) -> Reply:
        """Return what the producer answers when nothing is wrong."""
        replies = (producer(asked) for producer in self.known.get(asked.host, []))
        return next((reply for reply in replies if reply is not None), NOT_THERE)

    def handle_error(self, *_: object) -> None:
        """Say nothing of who hangs up: a client that has seen enough of an answer may."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms between its headers and its body
    server: Replay

    def log_message(self, *_: object) -> None:
        """Say nothing; `asked` holds what was asked."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        host, _, path = parts.path.lstrip("/").partition("/")
        query = {k: tuple(v) for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        asked = Asked(host, f"/{path}", query, {k.lower(): v for k, v in self.headers.items()})
        self.server.asked.append(asked)
        fault = self.server.fault_of(host)
        if fault == ENDLESS:
            asked = Asked(host, asked.path, {k: v for k, v in query.items() if k not in PAGING}, asked.headers)
        good = self.server.good(asked)
        reply = FAULTS[fault](good) if fault in FAULTS and good.status == 200 else good
        mark = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        known = asked.headers.get("if-none-match") == mark and reply.status == 200 and fault not in (CUT, DRIP)
        if fault == NOT_MODIFIED or known:
            reply = Reply(b"", reply.type, 304)
        self._send(reply, mark, fault)

    def _send(self, reply: Reply, mark: str, fault: str) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.type, "ETag": mark, **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            if fault == DRIP:
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(DRIP_PAUSE)
            elif fault == CUT:
                self.wfile.write(reply.body[: len(reply.body) // 2])
                self.close_connection = True
            else:
                self.wfile.write(reply.body)


@contextmanager
def replay(known: Mapping[str, list[Producer]] | None = None) -> Iterator[Replay]:
    """Yield a running server; by default with all producers of `tests.replay.bodies`."""
    server = Replay(producers() if known is None else known)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
