"""`/upload`: the form, and what is answered to it. Without a token in the settings there is nothing at the address.

The work is dear: it is done by a process of its own (`dashboard.files.render_process`), in a lane of its own.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final, Protocol

from flask import Flask, Response, abort, request
from werkzeug.datastructures import FileStorage

from scidip.dashboard.core.context import Context
from scidip.dashboard.files.render_process import Busy, Left
from scidip.dashboard.server import errors
from scidip.dashboard.upload import guard, page
from scidip.dashboard.upload.words import ending
from scidip.indicators.supply import Entry, Report
from scidip.store.database.writing import is_writable
from scidip.store.queries import supply_queries

PATH: Final = "/upload"
LANE: Final = "upload"
ASSETS: Final = r"upload\."
"""Style and script of the page: no other page loads them."""
LONGEST_NAME: Final = 120
LATER: Final = "60"
"""Seconds after which one whom others were before may try again."""
REMOVE: Final = "remove:"
Said = Mapping[str, Any]


class Worker(Protocol):
    """Who does what is dear."""

    def ask(self, lane: str, order: dict[str, Any], gone: Callable[[], bool]) -> dict[str, Any]:
        """Return what became of an order."""
        ...


@dataclass(frozen=True)
class Door:
    """What the page needs."""

    ctx: Context
    worker: Worker
    wrong: guard.Wrong

    def show(self) -> Response:
        """Answer with the empty form, or say that nothing can be written here."""
        return self._page(200, page.Shown(writable=is_writable(self.ctx.engine)))

    def take(self) -> Response:
        """Answer what was sent."""
        if not guard.is_from_here(self.ctx):
            return self._told(403, "strange")
        client = guard.client()
        if seconds := self.wrong.wait(client):
            return self._told(429, "often", later=str(seconds), seconds=seconds)
        if not guard.is_right(self.ctx, request.form.get("token", "")):
            self.wrong.note(client)
            errors.note("a wrong token")
            return self._told(403, "wrong")
        if not is_writable(self.ctx.engine):
            return self._told(503, "readonly")
        action = request.form.get("action", "")
        if action.startswith(REMOVE):
            return self._ended(self._work({"action": "remove", "file": action.removeprefix(REMOVE), "version": ""}))
        if action == "list":
            return self._page(200, page.Shown(ending("listed"), entries=self._entries()))
        return self._of_file(action)

    def _of_file(self, action: str) -> Response:
        """Check or publish the file that was sent."""
        given = request.files.get("file")
        content = given.read() if given else b""
        if given is None or not given.filename:
            return self._told(400, "none", entries=self._entries())
        order = {
            "action": action,
            "name": _name(given),
            "content": base64.b64encode(content).decode(),
            "accept": request.form.get("accept") == "yes",
            "version": request.form.get("version", ""),
        }
        if action == "check":
            return self._ended(self._work(order))
        if action != "publish":
            abort(400)
        if hashlib.sha256(content).hexdigest() != request.form.get("checked", ""):
            return self._told(409, "other", entries=self._entries())
        return self._ended(self._work(order))

    def _work(self, order: dict[str, Any]) -> Said:
        """Have an order filled. One that writes goes on when its client leaves: half of it would help nobody."""
        left = request.environ.get("waitress.client_disconnected", lambda: False)
        gone = left if order["action"] == "check" else lambda: False
        order |= {"key": secrets.token_hex(8), "client": request.remote_addr or ""}
        try:
            return self.worker.ask(LANE, order, gone)
        except (Busy, Left):
            return {"status": 503, "code": "full"}

    def _ended(self, said: Said) -> Response:
        """Answer with what became of an order; the workshop itself speaks no code when it stopped one."""
        code, status = str(said.get("code", "late")), int(said["status"])
        if code == "file":
            return self._page(status, page.Shown(str(said["message"]), is_fault=True, entries=self._entries()))
        if code == "checked":
            report = Report.from_json(said["report"])
            return self._page(status, page.Shown(ending(code), report=report, entries=self._entries()))
        if status != 200:
            return self._told(status, code, later=LATER if status == 503 else "", entries=self._entries())
        entries = [Entry(**{**e, "indicators": tuple(e["indicators"])}) for e in said["entries"]]
        return self._page(status, page.Shown(ending(code, version=said["version"]), entries=entries))

    def _entries(self) -> list[Entry]:
        return supply_queries.entries(self.ctx.engine)

    def _told(
        self, status: int, code: str, *, later: str = "", entries: list[Entry] | None = None, **parts: object
    ) -> Response:
        shown = page.Shown(ending(code, **parts), is_fault=True, entries=entries, writable=code != "readonly")
        response = self._page(status, shown)
        if later:
            response.headers["Retry-After"] = later
        return response

    def _page(self, status: int, shown: page.Shown) -> Response:
        response = Response(page.written(self.ctx, shown), status, mimetype="text/html")
        # What was sent and answered is nobody else's: no browser, proxy or search engine keeps it.
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response


def register(server: Flask, ctx: Context, worker: Worker | None) -> None:
    """Give *server* the page, where there is a token and a *worker*; else the address is one where nothing is."""
    if not ctx.upload_token or worker is None:
        # To read, it is no page like any other that is none; to write, Flask would say that only reading goes.
        server.add_url_rule(PATH, "no-upload", lambda: abort(404), methods=["POST"])
        return
    door = Door(ctx, worker, guard.Wrong())
    server.add_url_rule(PATH, "upload", door.show, methods=["GET"])
    server.add_url_rule(PATH, "upload-taken", door.take, methods=["POST"])


def _name(given: FileStorage) -> str:
    """Return the name of a file, without folders and what cannot be printed, and not too long."""
    last = PurePath((given.filename or "").replace("\\", "/")).name
    printable = "".join(c for c in last.encode("utf-8", "replace").decode() if c.isprintable())
    return printable[-LONGEST_NAME:] or "file"
