"""The part of Markdown that a page of terms may have: headings, paragraphs, lists, links. All else stays text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scidip.indicators.agency.addresses import is_address

HEADING = re.compile(r"(#{1,3})\s+(.+?)\s*#*$")
ITEM = re.compile(r"(?:([-*+])|\d{1,3}[.)])\s+(.+)$")
LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]*)\)")


@dataclass(frozen=True)
class Link:
    """A text that leads to an address."""

    text: str
    address: str


Span = str | Link


@dataclass(frozen=True)
class Block:
    """A heading ("h1" to "h3") or paragraph ("p") of one line of spans, or a list ("ul", "ol") of one for each item."""

    kind: Literal["h1", "h2", "h3", "p", "ul", "ol"]
    lines: tuple[tuple[Span, ...], ...]


def blocks(text: str) -> tuple[Block, ...]:
    """Return what a text says; an address that may not be linked to stays text."""
    return tuple(_block(kind, lines) for kind, lines in _grouped(text))


def refused_links(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the address of each link that is not followed: it is no https, mailto or path of ours."""
    for number, line in enumerate(text.splitlines(), start=1):
        yield from ((number, m[2]) for m in LINK.finditer(line) if not _may_link(m[2]))


def _may_link(address: str) -> bool:
    return is_address(address) or bool(re.fullmatch(r"/(?![/\\])[^\\\s]*", address))


Kind = Literal["h1", "h2", "h3", "p", "ul", "ol"]
HEADINGS: tuple[Kind, ...] = ("h1", "h2", "h3")


def _grouped(text: str) -> Iterator[tuple[Kind, list[str]]]:
    """Yield the kind of each block, and its lines; the lines of a paragraph or an item as one."""
    kind: Kind | None = None
    lines: list[str] = []
    for line in [*map(str.strip, text.splitlines()), ""]:
        heading, item = HEADING.match(line), ITEM.match(line)
        found: Kind | None = None
        if item:
            found = "ul" if item[1] else "ol"
        goes_on = kind is not None and line != "" and heading is None and (item is None or found == kind)
        if kind is not None and not goes_on:
            yield kind, lines
            kind, lines = None, []
        if heading:
            yield HEADINGS[len(heading[1]) - 1], [heading[2]]
        elif item:
            kind, lines = found, [*lines, item[2]]
        elif line and kind is not None:
            lines = [*lines[:-1], f"{lines[-1]} {line}"]
        elif line:
            kind, lines = "p", [line]


def _block(kind: Kind, lines: list[str]) -> Block:
    return Block(kind, tuple(tuple(_spans(line)) for line in lines))


def _spans(line: str) -> Iterator[Span]:
    at = 0
    for match in LINK.finditer(line):
        if _may_link(match[2]):
            if match.start() > at:
                yield line[at : match.start()]
            yield Link(match[1], match[2])
            at = match.end()
    if at < len(line):
        yield line[at:]
