"""Who may use the upload page: a page of this server, with the token, and not after many wrong ones."""

import hmac
import threading
import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from flask import request

from scidip.dashboard.core.context import Context

WRONG: Final = 10
"""Wrong tokens that a client may send in a MINUTE to one process; then it is not looked at what it sends."""
MINUTE: Final = 60.0
MOST: Final = 10_000
"""Clients that are remembered, those that were wrong last."""


class Wrong:
    """When each client last sent a wrong token. Safe between threads, bounded."""

    def __init__(self) -> None:
        self._when: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str) -> int:
        """Return for how many seconds a client is not listened to; usually none."""
        with self._lock:
            when = self._when.get(client, deque())
            left = MINUTE - (time.monotonic() - when[0]) if len(when) == WRONG else 0.0
            return max(0, int(left) + 1) if left > 0 else 0

    def note(self, client: str) -> None:
        """Note a wrong token."""
        with self._lock:
            when = self._when.setdefault(client, deque(maxlen=WRONG))
            when.append(time.monotonic())
            self._when.move_to_end(client)
            while len(self._when) > MOST:
                self._when.popitem(last=False)


def client() -> str:
    """Return who asks: of IPv6 the network of 64 bits, which one client has whole."""
    told = request.remote_addr or ""
    try:
        address = ip_address(told)
    except ValueError:
        return told
    return address.exploded[:19] if isinstance(address, IPv6Address) and not address.ipv4_mapped else told


def is_right(ctx: Context, token: str) -> bool:
    """Return whether *token* is the one that opens the page, in a time that does not tell how much of it is."""
    return hmac.compare_digest(token.strip().encode("utf-8", "replace"), ctx.upload_token.encode())


def is_from_here(ctx: Context) -> bool:
    """Return whether a page of this server sends the request. Browsers say so of each POST; who does not is refused."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return False
    ours = {request.host.lower(), urlsplit(ctx.site).netloc.lower()}
    return site in (None, "same-origin") and (origin is None or urlsplit(origin).netloc.lower() in ours)
