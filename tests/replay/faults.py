"""What goes wrong with a producer, each as it was seen: of a good answer, a bad one is made."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.replay.answering import Reply

PAGE = b"<!DOCTYPE html>\n<html><head><title>We will be back</title></head><body><h1>Maintenance</h1></body></html>"


def busy(_good: Reply) -> Reply:
    """Too many requests, with the pause that is asked for."""
    return Reply(b'{"message": "slow down"}', status=429, headers={"Retry-After": "0"})


def broken(_good: Reply) -> Reply:
    return Reply(b"Internal Server Error", "text/plain", 500)


def refused(_good: Reply) -> Reply:
    """A key that is not known."""
    return Reply(b'{"error": "Invalid or missing API key"}', status=401)


def page(_good: Reply) -> Reply:
    """An error page under 200."""
    return Reply(PAGE, "text/html; charset=utf-8")


def wrong_type(_good: Reply) -> Reply:
    """Something else than data, under 200."""
    return Reply(b"%PDF-1.7 the yearbook as a document", "application/pdf")


def empty(good: Reply) -> Reply:
    return replace(good, body=b"")


def elsewhere(_good: Reply) -> Reply:
    return Reply(b"", "text/plain", 302, {"Location": "https://stranger.example/data"})


def changed(good: Reply) -> Reply:
    """Columns and keys with other names than before."""
    return replace(good, body=_renamed(good.body))


def _renamed(body: bytes) -> bytes:
    if body.startswith(b"PK"):
        return _renamed_members(body)
    text = body.decode("utf-8-sig", "replace")
    if text.lstrip().startswith(("{", "[")):
        return json.dumps(_renamed_keys(json.loads(text))).encode()
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out).writerows([[f"new {cell}" for cell in rows[0]], *rows[1:]])
    return out.getvalue().encode()


def _renamed_members(body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            inside = old.read(name)
            new.writestr(name, inside if name.endswith((".xml", ".rels")) else _renamed(inside))
    return out.getvalue()


def _renamed_keys(said: Any) -> Any:
    if isinstance(said, dict):
        return {f"{key}_new": _renamed_keys(value) for key, value in said.items()}
    return [_renamed_keys(one) for one in said] if isinstance(said, list) else said


FAULTS: dict[str, Callable[[Reply], Reply]] = {
    "429": busy,
    "500": broken,
    "401": refused,
    "web page": page,
    "wrong type": wrong_type,
    "empty": empty,
    "redirect": elsewhere,
    "changed columns": changed,
}
"""Faults of a body. The server itself knows CUT, DRIP, ENDLESS and NOT_MODIFIED."""
CUT, DRIP, ENDLESS, NOT_MODIFIED = "cut", "drip", "endless", "304"
OF_THE_SERVER = (CUT, DRIP, ENDLESS, NOT_MODIFIED)
PAGING = ("page", "offset", "cursor", "start", "startRecord", "skip")
"""Parameters that name a page: a producer that pages without end gives the first one whatever they say."""
