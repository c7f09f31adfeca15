"""What a user's file declares of its indicators: lines at the top of a text, or the sheet `indicators` of a workbook.

    # indicator: our_fellowships
    # name: Fellowships we gave
    # unit: people

Each `indicator` begins a block. `source` and `licence` before the first block are of the whole file. Lines without a
colon are remarks. All faults are told at once, each with its line and what to do.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.spreadsheet import opening, written
from scidip.etl.reading.workbook import is_workbook, sheets
from scidip.etl.source import text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.declared import CODE, PREFIX
from scidip.indicators.units import UNITS

SHEET: Final = "indicators"
WORDS: Final = ("indicator", "name", "unit", "definition", "higher", "source", "licence")
OF_FILE: Final = ("source", "licence")
HIGHER: Final[Mapping[str, int]] = {"better": 1, "worse": -1, "neutral": 0}
MOST: Final = 100
"""New indicators that a copy takes: each is a row on the page of every country."""
LONGEST: Final[Mapping[str, int]] = {"indicator": 40, "name": 120, "unit": 40, "definition": 1000}
TOLD: Final = 20
"""Faults that are told one by one."""
_JOINERS: Final = "\u200c\u200d"
"""Letters without width that words of some scripts need."""
Fault = tuple[int, str]
"""The line, and what is wrong with it and to be done."""


@dataclass
class Block:
    """What is said of one indicator, by word, and the line of each word. The block of the file has no `indicator`."""

    line: int
    said: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def direction(self) -> int:
        """1: more is better, -1: less is better, 0: neither, which holds where nothing is said."""
        return HIGHER.get(self.said.get("higher", "").casefold(), 0)

    @property
    def unit(self) -> str:
        """The code of the unit where it has one, or the words as they are."""
        given = self.said.get("unit", "")
        known = {words: code for code, words in reversed(UNITS.items()) if words}
        return given if given in UNITS else known.get(given, given)


def read(source: str, snapshot: Snapshot) -> tuple[Block, list[Block]]:
    """Return what is said of the whole file, and of each indicator that it declares.

    Raises SourceChanged with every fault in them.
    """
    faults: list[Fault] = []
    cells = _of_workbook(source, snapshot) if is_workbook(snapshot) else _of_text(text_of(source, snapshot))
    whole, blocks = Block(1), list[Block]()
    for line, word, value in cells:
        if len(blocks) > MOST or len(faults) > MOST:
            break
        if word not in WORDS:
            faults.append((line, f"{word[:40]!r} is no word of a declaration; those are {', '.join(WORDS)}"))
            continue
        if word == "indicator":
            blocks.append(Block(line))
        block = blocks[-1] if blocks else whole
        if not blocks and word not in OF_FILE:
            faults.append((line, f"{word} stands before the line that names its indicator; put it below that line"))
        elif word in block.said:
            faults.append((line, f"{word} is said twice of one indicator; leave one of the two lines"))
        else:
            block.said[word], block.lines[word] = value, line
    if len(blocks) > MOST:
        fault = f"more than {MOST} indicators are declared, which a copy does not take; keep those that are most needed"
        refuse(source, snapshot, [(blocks[-1].line, fault)])
    refuse(source, snapshot, faults + [f for block in (whole, *blocks) for f in _faults(block)] + list(_twice(blocks)))
    return whole, blocks


def refuse(source: str, snapshot: Snapshot, faults: list[Fault]) -> None:
    """Raise SourceChanged with all the faults of what a file declares, if there are any, in the order of lines."""
    if not faults:
        return
    told = sorted(faults)[:TOLD]
    if len(faults) == 1:
        raise SourceChanged(source, told[0][1], file=snapshot.name, row=told[0][0])
    more = f"; and {len(faults) - TOLD} more" if len(faults) > TOLD else ""
    listed = "; ".join(f"row {line}: {words}" for line, words in told)
    raise SourceChanged(source, f"{len(faults)} faults in what it declares: {listed}{more}", file=snapshot.name)


def _of_text(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, word and value of each comment at the top of a text; those without a colon are remarks."""
    for line, comment in opening(text).comments:
        word, colon, value = comment.partition(":")
        if colon:
            yield line, word.strip().casefold(), value.strip()


def _of_workbook(source: str, snapshot: Snapshot) -> Iterator[tuple[int, str, str]]:
    """Yield row, column and value of each cell of the sheet `indicators`, which is not the first one."""
    for place, (title, rows) in enumerate(sheets(source, snapshot)):
        if not place or title.strip().casefold() != SHEET:
            continue
        header: list[str] = []
        for line, cells in enumerate(rows, start=1):
            texts = [written(cell).strip() for cell in cells]
            if not any(texts):
                continue
            if not header:
                header = [t.casefold() for t in texts]
                yield from ((line, h, "") for h in header if h and h not in WORDS)
                continue
            filled = dict(zip(header, texts, strict=False))
            for word in ("indicator", *(w for w in WORDS[1:] if filled.get(w))):
                yield line, word, filled.get(word, "")


def _faults(block: Block) -> Iterator[Fault]:
    """Yield what is wrong with the words of one block."""
    said = block.said
    for word, value in said.items():
        yield from ((block.lines[word], fault) for fault in _of_word(word, value))
    if "indicator" not in said:
        return
    for word, example in (("name", "Fellowships we gave"), ("unit", "people")):
        if not said.get(word):
            line = block.lines.get(word, block.line)
            yield line, f"{said['indicator'][:40]!r} has no {word}; add the line `# {word}: {example}`"


def _of_word(word: str, value: str) -> Iterator[str]:
    longest = LONGEST.get(word, 500)
    if len(value) > longest:
        yield f"the {word} has {len(value):,} letters; shorten it to {longest}"
        return
    if word == "indicator" and not re.fullmatch(CODE, value):
        yield f"{value!r} is no code; write small letters a to z, digits and _, a letter first, as our_fellowships"
    if word == "higher" and value and value.casefold() not in HIGHER:
        yield f"{value!r} is none of {', '.join(HIGHER)}; write one of them"
    if hidden := next((c for c in value if unicodedata.category(c)[0] in "CZ" and c != " " and c not in _JOINERS), ""):
        yield f"the {word} holds the letter U+{ord(hidden):04X}, which cannot be seen; delete it there"
    if mark := next((c for c in value if c in "<>{}`|\\"), ""):
        yield f"the {word} holds the sign {mark}, which pages and files could take for markup; write it in words"
    if value.startswith(("=", "+", "-", "@")):
        yield f"the {word} begins with {value[0]}, which a spreadsheet takes for a formula; begin with a letter"


def _twice(blocks: list[Block]) -> Iterator[Fault]:
    seen: set[str] = set()
    for block in blocks:
        code = block.said["indicator"].removeprefix(PREFIX)
        if code in seen:
            yield block.line, f"{code!r} is declared twice; leave one of the two"
        seen.add(code)
