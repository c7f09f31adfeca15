"""The files of a capsule as one zip file or one folder, with the manifest that names each by length and digest."""

import errno
import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.minisig"
KEY: Final = "key.pub"
FORMAT: Final = "scidip capsule 1"
LARGEST: Final = 5_000_000
"""Bytes that a capsule may have, packed."""
_DATES: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_PDF_DATES: Final = re.compile(rb"(/(?:Creation|Mod)Date \(D:\d{8})\d{6}")


def manifest(files: Mapping[str, bytes], told: Mapping[str, Any]) -> bytes:
    """Return the manifest: what is *told* of the capsule, then path, length and SHA-256 of each file, by path."""
    listed = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(files.items())
    ]
    return (json.dumps({"format": FORMAT, **told, "files": listed}, indent=1, ensure_ascii=True) + "\n").encode()


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of *files* in one *folder*; the same files make the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{path}"), content, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* into a folder beside *out* and move it there; nothing half-written is left.

    An OSError names *out*: also when it is there already and not an empty folder.
    """
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(out))
        whole = out.absolute()
        part = whole.with_name(whole.name + ".part")
        try:
            for path, content in files.items():
                place = part / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            part.replace(whole)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        error.filename, error.filename2 = str(out), None
        raise


def settled_office(content: bytes) -> bytes:
    """Return slides or a workbook, and the workbooks in it, without the time of day at which they were made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in given.namelist():
            part = given.read(name)
            if name.endswith(".xlsx"):
                part = settled_office(part)
            elif name == "docProps/core.xml":
                part = _DATES.sub(lambda found: found[0][:10] + b"T00:00:00Z", part)
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def settled_pdf(content: bytes) -> bytes:
    """Return a PDF without the time of day at which it was printed; no byte moves."""
    return _PDF_DATES.sub(rb"\g<1>000000", content)
