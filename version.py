"""The version of the program, and of the code that numbers depend on."""

import hashlib
from pathlib import Path

VERSION = "0.7.0"


def code_version() -> str:
    """Return the version with eight digits that change whenever code that computes numbers does."""
    folder = Path(__file__).resolve().parent / "indicators"
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content.update(path.read_bytes())
    return f"{VERSION}+{content.hexdigest()[:8]}"
