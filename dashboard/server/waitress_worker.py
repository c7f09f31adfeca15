"""A worker of gunicorn in which waitress serves: gunicorn minds the processes, waitress the connections.

Waitress takes in whole requests and gives out whole answers in one loop, by readiness; a thread is busy only while
an answer is computed. Thousands of idle, half-sent and slowly read connections therefore hold no thread.
"""

import os
import socket
import time
from typing import Any, Final

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from scidip.dashboard.server import errors, mount

HEADER_TIME: Final = 20.0
"""Seconds from the first byte of a request until its head is there."""
BODY_TIME: Final = 60.0
"""Seconds until all of it is there: two megabytes on a poor line."""
IDLE_TIME: Final = 75
"""Seconds that a connection may be silent: those that browsers open ahead, or keep."""
READING_TIME: Final = 900.0
"""Seconds that a visitor may take to read an answer."""
CONNECTIONS: Final = 4000
"""Connections of one process."""
SEND_AHEAD: Final = 256 * 1024 * 1024
"""Bytes of an answer that may wait for its reader, on disk from the first megabyte, before its thread waits too."""
LINGER_TIME: Final = 5.0
"""Seconds in which what a refused visitor still sends is read and dropped, so that the refusal reaches him."""
BELIEVED: Final = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
"""Headers of the trusted proxy: who asks, by TLS or not, by which name; the prefix is read where it is taken off."""
LARGEST_HEAD: Final = 24 * 1024
"""Bytes of a request's head: an address may hold a whole presentation."""


class Refusal(ErrorTask):  # type: ignore[misc]  # waitress and gunicorn have no types
    """What is answered to what is no request: in the shape of all errors, with the headers of all answers."""

    def execute(self) -> None:
        """Send the refusal and close."""
        error = self.request.error
        body, headers = errors.unread(error.code, error.reason)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([*headers, ("Content-Length", str(len(body))), ("Connection", "close")])
        self.close_on_finish = True
        self.channel.lingers = True
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with limits of time for the head, the body and the reading, not only for silence."""

    error_task_class = Refusal
    lingers = False
    _began = 0.0
    _sending = 0.0
    _ended = 0.0

    def received(self, data: bytes) -> bool:
        """Take in bytes; note when a request began."""
        if data and not self._began:
            self._began = time.monotonic()
        taken = bool(super().received(data))
        if self.request is None:
            self._began = 0.0
        return taken

    def handle_close(self) -> None:
        """Close; after a refusal say first that nothing more is sent, and read on.

        To close upon bytes that were not read resets the connection, and the visitor would lose what he was told
        (RFC 9112, 9.6).
        """
        if self.lingers and not self._ended:
            self._ended = time.monotonic()
            self.will_close = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                super().handle_close()
        else:
            super().handle_close()

    def readable(self) -> bool:
        """Return whether to wait for bytes."""
        return bool(self._ended or super().readable())

    def handle_read(self) -> None:
        """Take in what has come, or drop it when all has been said."""
        if not self._ended:
            super().handle_read()
            return
        try:
            more = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            more = b""
        if not more:
            self.handle_close()

    def is_late(self, now: float) -> bool:
        """Return whether the request has taken too long to come, or its answer to be read."""
        if self._ended:
            return now - self._ended > LINGER_TIME
        if self.total_outbufs_len:
            self._sending = self._sending or now
            return now - self._sending > READING_TIME
        self._sending = 0.0
        if self.request is None or not self._began:
            return False
        limit = BODY_TIME if self.request.headers_finished else HEADER_TIME
        return now - self._began > limit


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = Channel

    def maintenance(self, now: float) -> None:
        """Close what is silent, and what is late."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.is_late(time.monotonic()):
                channel.will_close = True


class WaitressWorker(Worker):  # type: ignore[misc]
    """Serves the application on the sockets that gunicorn opened."""

    def run(self) -> None:
        """Serve until gunicorn says to end, telling it now and then that this process lives."""
        channels: dict[int, Any] = {}
        settings = told(self.cfg.threads, self.app.settings.proxy)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(settings.threads)
        servers = [self._server(listener.sock, channels, dispatcher, settings) for listener in self.sockets]
        while self.alive and os.getppid() == self.ppid:
            self.notify()
            wasyncore.loop(timeout=1.0, map=channels, use_poll=True, count=1)
        for server in servers:
            server.del_channel()  # the others go on accepting; what has begun here ends
        self._end_what_began(channels)
        dispatcher.shutdown(timeout=self.cfg.graceful_timeout)

    def _server(self, sock: Any, channels: dict[int, Any], dispatcher: Any, settings: Adjustments) -> "_Server":
        info = (sock.family, sock.type, sock.proto, sock.getsockname())
        made = _Server(self.wsgi, channels, True, sock, dispatcher, settings, bind_socket=False, sockinfo=info)
        made.application = mount.noting_peer(made.application)
        return made

    def _end_what_began(self, channels: dict[int, Any]) -> None:
        until = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < until and any(
            getattr(c, "requests", None) or getattr(c, "total_outbufs_len", 0) for c in list(channels.values())
        ):
            wasyncore.loop(timeout=0.1, map=channels, use_poll=True, count=1)


def told(threads: int, proxy: str) -> Adjustments:
    """Return what waitress is told; of a *proxy* in front, that its word on who asks, and how, is believed."""
    trust = {"trusted_proxy": proxy, "trusted_proxy_headers": BELIEVED} if proxy else {}
    return Adjustments(
        sockets=[],
        threads=threads,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_TIME,
        cleanup_interval=5,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=errors.LARGEST_BODY,
        asyncore_use_poll=True,
        outbuf_high_watermark=SEND_AHEAD,
        channel_request_lookahead=1,
        ident=None,
        clear_untrusted_proxy_headers=True,
        **trust,
    )
