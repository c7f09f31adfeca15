"""The words inside a picture file, for those who do not see it and for whoever finds the file later."""

import re
import struct
import zlib
from html import escape

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER_END = len(SIGNATURE) + 25
"""Where the first chunk of a PNG, of fixed length, ends."""


def described(picture: bytes, kind: str, title: str, description: str) -> bytes:
    """Return a picture (kind "png", "svg" or "pdf") that names itself.

    SVG: `<title>` and `<desc>`, named as its label; PNG: texts "Title" and "Description"; PDF:
    title and subject of the document.
    """
    writers = {"png": _png, "svg": _svg, "pdf": _pdf}
    return writers[kind](picture, title, description)


def _svg(picture: bytes, title: str, description: str) -> bytes:
    text = picture.decode("utf-8")
    words = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
    label = ' role="img" aria-labelledby="title desc"'
    return re.sub(r"<svg([^>]*)>", lambda m: f"<svg{m[1]}{label}>{words}", text, count=1).encode()


def _png(picture: bytes, title: str, description: str) -> bytes:
    chunks = b"".join(
        _chunk(b"iTXt", word.encode("latin-1") + b"\0\0\0\0\0" + text.encode())
        for word, text in (("Title", title), ("Description", description))
    )
    return picture[:HEADER_END] + chunks + picture[HEADER_END:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _pdf(picture: bytes, title: str, description: str) -> bytes:
    """Add title and subject as an update at the end of the file, as the format provides."""
    start = re.findall(rb"startxref\s+(\d+)\s+%%EOF", picture)
    root = re.search(rb"/Root (\d+ \d+ R)", picture)
    size = re.search(rb"/Size (\d+)", picture)
    if not (start and root and size and picture[int(start[-1]) :].startswith(b"xref")):
        return picture
    number = int(size[1])
    where = len(picture) + 1
    info = f"{number} 0 obj\n<< /Title {_hex(title)} /Subject {_hex(description)} >>\nendobj\n".encode()
    table = f"xref\n{number} 1\n{where:010d} 00000 n \n".encode()
    trailer = b"trailer\n<< /Size %d /Root %s /Info %d 0 R /Prev %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        number + 1,
        root[1],
        number,
        start[-1],
        where + len(info),
    )
    return picture + b"\n" + info + table + trailer


def _hex(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
