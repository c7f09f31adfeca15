"""Large files packed once, better than there is time for in a request, and sent packed from then on."""

import re
import threading

import brotli
from flask import Flask, Response, request

STILL = ("/assets/", "/_dash-component-suites/")
LEAST = 60_000
"""Bytes from which a file is worth it."""
QUALITY = 9
OUTLINES = "/assets/topojson/world_50m.json"
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
"""Asked for by the first chart, not by the document."""


class Packed:
    """Packed files by address. The first visitor of a file gets it as usual; meanwhile it is packed for the next."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def get(self, address: str) -> bytes | None:
        """Return a packed file."""
        return self._files.get(address)

    def pack(self, address: str, content: bytes) -> None:
        """Pack a file once, in a thread of its own."""
        with self._lock:
            if address in self._under_way:
                return
            self._under_way.add(address)
        threading.Thread(target=self._do, args=(address, content), daemon=True).start()

    def _do(self, address: str, content: bytes) -> None:
        self._files[address] = brotli.compress(content, quality=QUALITY)


def register(server: Flask) -> Packed:
    """Make *server* send large still files packed; call after whatever else packs answers."""
    packed = Packed()

    @server.after_request
    def send(response: Response) -> Response:
        fits = (
            request.method == "GET"
            and response.status_code == 200
            and request.path.startswith(STILL)
        )
        if (
            not fits
            or "br" not in request.accept_encodings
            or "Content-Encoding" in response.headers
        ):
            return response
        known = packed.get(request.full_path)
        if known is None:
            response.direct_passthrough = False
            content = response.get_data()
            if len(content) >= LEAST:
                packed.pack(request.full_path, content)
            return response
        response.direct_passthrough = False
        response.set_data(known)
        response.headers["Content-Encoding"] = "br"
        response.vary.add("Accept-Encoding")
        return response

    return packed


def pack_all(server: Flask) -> None:
    """Ask for every script, style and outline of the first page once, the largest first, so that they are packed."""
    client = server.test_client()
    head = {"Accept-Encoding": "br", "Accept": "text/html"}
    document = client.get("/", headers={"Accept": "text/html"}).text
    found = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', document)
    for address in [PLOTLY, OUTLINES, *dict.fromkeys(found)]:
        client.get(address, headers=head)
