"""The text of a file's bytes: a short strict list of encodings, and which was read is said.

Detection by statistics needs more text than a table of codes and numbers holds, and would read a
short file wrongly without a word. What spreadsheets write is few: UTF-8, UTF-16 ("Unicode text")
and the code page of Western Windows; ISO-8859-1 is the same without the letters between 80 and 9F.
"""

import codecs
from typing import Final

from scidip.etl.remarks import remark
from scidip.indicators.errors import SourceChanged

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES: Final = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (which ISO-8859-1 is part of)",
}
REMEDY: Final = "save it as CSV UTF-8 and pass that"


def decoded(source: str, name: str, content: bytes) -> str:
    """Return the text of *content*; remark on any encoding but UTF-8. Raises SourceChanged."""
    encoding = _marked(content)
    if not encoding:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            encoding = _western(source, name, content, error)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceChanged(
            source,
            f"the text begins as {encoding} and is none from byte {error.start + 1:,} on (cut "
            f"short, or two files in one); download it again, or {REMEDY}",
            file=name,
        ) from error
    if encoding in NAMES:
        remark(f"{name} was read as {NAMES[encoding]}, since it is not UTF-8")
    return text.removeprefix("\ufeff")


def _marked(content: bytes) -> str:
    """Return the encoding that a mark or zero bytes at the beginning tell, or ""."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:512]
    if not head.count(0) * 3 > len(head):
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _western(source: str, name: str, content: bytes, error: UnicodeDecodeError) -> str:
    """Return "cp1252" for a text that can be it; refuse one that is UTF-8 with a wrong letter in it."""
    row = content[: error.start].count(b"\n") + 1
    shown = content[error.start : error.start + 1].hex().upper()
    if error.start >= len(content) - 3 and not content[: error.start].isascii():
        told = "ends within a letter: it is cut short; download it again"
        raise SourceChanged(source, f"the text {told}", file=name, row=row) from error
    replaced = content.decode("utf-8", "replace")
    wrong = replaced.count("\ufffd")
    right = sum(not letter.isascii() for letter in set(replaced)) - 1
    if right > wrong:
        raise SourceChanged(
            source,
            f"the text is UTF-8 but for the byte {shown} here; correct that letter and save the file as CSV UTF-8",
            file=name,
            row=row,
        ) from error
    try:
        content.decode("cp1252")
    except UnicodeDecodeError as neither:
        bad = content[neither.start : neither.start + 1].hex().upper()
        raise SourceChanged(
            source,
            f"the text is neither UTF-8 (byte {shown}) nor Windows-1252 (byte {bad}); {REMEDY}",
            file=name,
            row=content[: neither.start].count(b"\n") + 1,
        ) from neither
    return "cp1252"
