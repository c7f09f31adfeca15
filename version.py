"""The version of the program, and of the code that numbers depend on."""

import hashlib
from pathlib import Path

VERSION = "0.7.0"
_SHOWN = (
    "indicators",
    "store",
    "figures",
    "findings",
    "publish",
    "dashboard",
    "data/catalogue",
    "data/codelists",
    "data/languages",
)
"""Folders on which what a page shows depends, beside the figures."""


def code_version() -> str:
    """Return the version with eight digits that change whenever code that computes numbers does."""
    folder = Path(__file__).resolve().parent / "indicators"
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content.update(path.read_bytes())
    return f"{VERSION}+{content.hexdigest()[:8]}"


def page_version() -> str:
    """Return sixteen digits that change whenever anything does on which a page or a file depends, but the figures."""
    root, content = Path(__file__).resolve().parent, hashlib.sha256(VERSION.encode())
    for folder in _SHOWN:
        for path in sorted(p for p in (root / folder).rglob("*") if p.suffix not in ("", ".pyc")):
            content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:16]
