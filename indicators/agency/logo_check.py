"""What may be wrong with a logo: too large, no picture, or a drawing that runs or fetches something."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from xml.parsers import expat

from scidip.indicators.agency.profile import Logo

LARGEST: Final = 200_000
"""Bytes of a logo."""
WIDEST: Final = 4096
"""Pixels of a PNG's side."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
SVG: Final = "http://www.w3.org/2000/svg"
_SHAPES: Final = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan")
_PARTS: Final = ("svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style")
_FILLS: Final = ("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker")
DRAWN: Final = frozenset({*_SHAPES, *_PARTS, *_FILLS})
"""Elements of SVG that draw or describe, and neither run nor fetch nor change anything."""
_REFERENCE = re.compile(r"url\(\s*+[\"']?+\s*+(?!#)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")


def logo_of(data: bytes) -> Logo | None:
    """Return a picture by its first bytes; None for what is neither SVG nor PNG."""
    kind = "png" if data.startswith(PNG) else "svg" if b"<svg" in data or b":svg" in data else ""
    name = sha256(data).hexdigest()[:16]
    return Logo(data, kind, f"logo-{name}.{kind}") if kind in ("png", "svg") else None  # type: ignore[arg-type]


def logo_faults(logo: Logo) -> Iterator[str]:
    """Yield what is wrong with a picture, each with what to do."""
    yield from _png_faults(logo.data) if logo.kind == "png" else _Drawing().faults(logo.data)


def _png_faults(data: bytes) -> Iterator[str]:
    if data[12:16] != b"IHDR" or b"IEND" not in data[-16:]:
        yield "the PNG is cut off or damaged; save it anew"
        return
    sides = [int.from_bytes(data[i : i + 4], "big") for i in (16, 20)]
    if not all(0 < side <= WIDEST for side in sides):
        yield f"the PNG has {sides[0]} by {sides[1]} pixels; {WIDEST} a side are the most"


class _Drawing:
    """Walks through an SVG without making anything of it, and notes what a logo may not have."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}
        self._path: list[str] = []

    def faults(self, data: bytes) -> Iterator[str]:
        declared = _ENCODING.match(data.lstrip(b"\xef\xbb\xbf"))
        if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
            yield "the SVG is not written in UTF-8; save it so"
            return
        reader = expat.ParserCreate("utf-8", namespace_separator=" ")
        reader.StartDoctypeDeclHandler = self._doctype
        reader.StartElementHandler = self._begin
        reader.EndElementHandler = lambda _name: self._path.pop()
        reader.CharacterDataHandler = self._text
        reader.ProcessingInstructionHandler = self._instruction
        reader.buffer_text = True
        try:
            reader.Parse(data, True)
        except expat.ExpatError as error:
            yield f"the SVG is not well-formed (line {error.lineno}); save it anew"
            return
        except _Refused:
            pass
        yield from self._found

    def _note(self, fault: str) -> None:
        self._found[fault] = None

    def _doctype(self, *_about: object) -> None:
        self._note("the SVG has a DOCTYPE, which can stand for other files; take that line out")
        raise _Refused

    def _instruction(self, target: str, _data: str) -> None:
        self._note(f"the SVG has an instruction <?{target[:20]}?> that can fetch other files; take it out")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._path and (space, local) != (SVG, "svg"):
            self._note("its root is not <svg> of SVG; save it as SVG")
        elif space == SVG and local not in DRAWN:
            what = "runs, fetches or moves" if local in _WORSE else "is not of a plain drawing"
            self._note(f"the SVG has <{local[:30]}>, which {what}; take it out, or save the logo as plain SVG or PNG")
        elif space in _RUNNING:
            self._note(f"the SVG has <{local[:30]}> of another language; take it out")
        self._path.append(local)
        for key, value in attributes.items():
            owner, _, own = key.rpartition(" ")
            if owner in _OWNERS:  # what drawing programs note for themselves means nothing to a browser
                self._attribute(own, value)

    def _attribute(self, key: str, value: str) -> None:
        if key.lower().startswith("on"):
            self._note(f"the SVG has the attribute {key[:30]}, which runs a script; take it out")
        elif key.lower() in ("href", "src", "base") and not value.startswith("#"):
            self._note(f"the SVG refers to {value[:40]!r}, outside itself; put it into the drawing, or take it out")
        elif _fetches(value):
            self._note(f"the SVG refers to something outside itself in {key[:30]}; put it into the drawing")

    def _text(self, text: str) -> None:
        if self._path and self._path[-1] == "style" and (_fetches(text) or "@" in text):
            self._note("the style of the SVG refers to something outside itself; put it into the drawing")


_WORSE: Final = frozenset({"script", "foreignObject", "image", "a", "animate", "set", "animateTransform", "feImage"})
_OWNERS: Final = ("", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace")
_RUNNING: Final = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/2001/xml-events"})


class _Refused(Exception):
    """What was read is enough to refuse it."""


def _fetches(style: str) -> bool:
    """Return whether a text of style refers to something outside; an escaped letter could hide that it does."""
    plain = style.replace("\\", " url(")
    return bool(_REFERENCE.search(plain)) or "image-set(" in plain.lower() or "javascript:" in plain.lower()
