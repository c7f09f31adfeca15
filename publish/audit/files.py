"""The audit as files: a document for paper or screen, or values."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scidip.findings.audit.exhibits import EXHIBITS
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.exhibit import said
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.publish.audit.document import document_of
from scidip.publish.briefs import html
from scidip.publish.briefs.brief import Picture
from scidip.publish.briefs.making import SCALE
from scidip.publish.briefs.origin import Asked
from scidip.publish.render.browser import NoBrowser, Pictures


@dataclass(frozen=True)
class Format:
    """A format of the audit."""

    label: str
    mimetype: str
    make: Callable[[Asked, IndexAudit, Pictures | None], bytes]


PAPER: Final = """
@media print{body{font-size:8.6pt;line-height:1.34} h1{font-size:17pt} h2{font-size:11.2pt} .subtitle{margin:2px 0 4px}
section{break-inside:auto;padding:10px 0 6px} h2,.subtitle{break-after:avoid} tr,figure{break-inside:avoid}
table{font-size:7.6pt} th,td{padding:1.6px 8px 1.6px 0} thead th,thead th.num{white-space:normal;vertical-align:bottom}
.frame{overflow:visible} .blocks{display:block} figure img{max-width:560px} .foot{font-size:7pt;margin:4px 0 0}
@page{size:A4;margin:13mm}}
"""
"""What paper asks for beside the style of briefings: long tables go on overleaf, small but whole."""


def _html(asked: Asked, audit: IndexAudit, pictures: Pictures | None) -> bytes:
    def draw(picture: Picture) -> bytes | None:
        if pictures is None:
            return None
        try:
            return pictures.render(picture.figure(), "png", picture.width, picture.height, SCALE)
        except NoBrowser:
            return None

    return html.document(document_of(asked, audit), draw, PAPER).encode()


def _pdf(asked: Asked, audit: IndexAudit, pictures: Pictures | None) -> bytes:
    if pictures is None:
        raise NoBrowser
    return pictures.print_page(_html(asked, audit, pictures).decode())


def _json(asked: Asked, audit: IndexAudit, _pictures: Pictures | None) -> bytes:
    return json.dumps(values(asked, audit), ensure_ascii=False, allow_nan=False, indent=1).encode()


def values(asked: Asked, audit: IndexAudit) -> dict[str, Any]:
    """Return the audit as values: codes with English words, numbers as numbers, null where there is none."""
    with speaking(ENGLISH):
        made = {key: make(asked.desk, audit) for key, make in EXHIBITS.items()}
        parts = {}
        for key, exhibit in made.items():
            frame = exhibit.table.frame()
            rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
            parts[key] = {
                "finding": said(exhibit.finding),
                "subtitle": said(exhibit.subtitle),
                "notes": [said(n) for n in exhibit.notes],
                "rows": rows,
            }
        return {
            "year": audit.year,
            "data_version": asked.desk.data_version,
            "ranked": audit.ranked,
            "link": asked.link("/audit"),
            "exhibits": parts,
        }


FORMATS: Final = {
    "pdf": Format("PDF", "application/pdf", _pdf),
    "html": Format("HTML", "text/html", _html),
    "json": Format("JSON", "application/json", _json),
}
