"""Large files packed once, better than there is time for in a request, and sent packed from then on.

What is packed is kept in a folder under the digest of its content, so that the next start finds it.
"""

import hashlib
import os
import re
import shutil
import threading
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import brotli
from flask import Flask, Response, request

from scidip.dashboard.answers.response_cache import Answers

STILL = ("/assets/", "/_dash-component-suites/")
LEAST = 60_000
"""Bytes from which a file is worth it."""
QUALITY = 9
OUTLINES = "/assets/topojson/world_50m.json"
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
"""Asked for by the first chart, not by the document."""
_FROM = ("dash", "plotly", "dash-mantine-components")
"""Packages whose scripts are sent."""


MOST = 16 * 1024 * 1024
"""Bytes of packed files that a process remembers; all that the pages ask for are a third of it."""


class Packed:
    """Packed files by name, on disk by the digest of their content. Where none can be written, none is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._files = Answers(MOST)
        self._folder = folder
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """Return a packed file."""
        return self._files.get(name)

    def pack(self, name: str, content: bytes) -> bytes:
        """Return a file packed; half a second for the largest, when the folder does not have it."""
        with self._lock:
            known = self._files.get(name)
            if known is None:
                known = self._packed(content)
                self._files.put(name, known)
            return known

    def _packed(self, content: bytes) -> bytes:
        if self._folder is None:
            return bytes(brotli.compress(content, quality=QUALITY))
        path = self._folder / _versions() / f"{hashlib.sha256(content).hexdigest()}.br"
        with suppress(OSError):
            return path.read_bytes()
        packed = bytes(brotli.compress(content, quality=QUALITY))
        with suppress(OSError):
            self._keep(path, packed)
        return packed

    def _keep(self, path: Path, packed: bytes) -> None:
        """Write a file whole or not at all; with the first of this version, what is of others goes."""
        if not path.parent.exists() and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_bytes(packed)
        part.replace(path)


def is_kept(folder: Path) -> bool:
    """Return whether an earlier start has left packed files of these versions."""
    return (folder / _versions()).is_dir()


def _versions() -> str:
    said = " ".join(version(name) for name in _FROM)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def register(server: Flask, folder: Path | None = None) -> Packed:
    """Make *server* send large still files packed; call after whatever else packs answers.

    *folder* keeps what was packed for the next start; it is emptied of what other versions left there.
    """
    packed = Packed(folder)

    @server.after_request
    def send(response: Response) -> Response:
        fits = request.method == "GET" and response.status_code == 200 and request.path.startswith(STILL)
        if not fits or request.accept_encodings.quality("br") == 0 or "Content-Encoding" in response.headers:
            return response
        response.direct_passthrough = False
        content = response.get_data()
        if len(content) < LEAST:
            return response
        # Named by what is in it: many addresses (any query, any fingerprint) are of the same file.
        known = packed.pack(hashlib.sha256(content).hexdigest(), content)
        response.set_data(known)
        response.headers["Content-Encoding"] = "br"
        response.vary.add("Accept-Encoding")
        return response

    return packed


def pack_all(server: Flask) -> None:
    """Ask for every script, style and outline of the first page once, so that they are packed."""
    client = server.test_client()
    head = {"Accept-Encoding": "br", "Accept": "text/html"}
    document = client.get("/", headers={"Accept": "text/html"}).text
    found = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', document)
    for address in [PLOTLY, OUTLINES, *dict.fromkeys(found)]:
        client.get(address, headers=head)
