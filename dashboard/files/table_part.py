"""A table of a page as tidy columns: the same words in the head, a figure in a cell of its own."""

import re
from dataclasses import dataclass, field
from typing import Any

from scidip.dashboard.core.component_tree import classes, kind, of, parts, text
from scidip.indicators.language.current import _, current

BESIDE = {"below", "tag"}
"""The classes of what stands in a cell beside its figure: small lines, labels such as "proxy"."""
NOTHING = "–"
"""How a table shows that there is no figure; in a file the cell is empty."""
AREA = re.compile(r"/country\?area=([A-Z]{3})\b")
Value = str | float | int | None


@dataclass(frozen=True)
class DisplayedTable:
    """A table as it stands on a page; cells are numbers where the page shows nothing but a number."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass
class _Row:
    code: str
    group: str
    values: dict[int, Value] = field(default_factory=dict)
    notes: dict[int, Value] = field(default_factory=dict)
    remark: str = ""


def read_table(table: Any) -> DisplayedTable:
    """Return a table of a page as columns.

    Lines that head a group of rows become the column "Group", what stands small in a cell a column
    "(note)" beside it, words that reach across columns the column "Remark", and rows that name an
    area get its code. A column without any content is left out.
    """
    caption = next((text(p) for p in parts(table) if kind(p) == "Caption"), "")
    rows: list[_Row] = []
    labels: dict[int, str] = {}
    for body in (p for p in parts(table) if kind(p) == "Tbody"):
        group = ""
        for line in parts(body):
            cells = list(parts(line))
            if cells and all(_span(c) > 1 for c in cells):
                group = " – ".join(filter(None, map(text, cells)))
            elif cells:
                rows.append(_row(line, cells, group, labels))
    columns: list[tuple[str, list[Value]]] = [
        (_("Code"), [r.code for r in rows]),
        (_("Group"), [r.group for r in rows]),
    ]
    for place, name in _names(table, rows, labels).items():
        columns.append((name, [r.values.get(place) for r in rows]))
        note = _("{column} (note)").format(column=name)
        columns.append((note, [r.notes.get(place) for r in rows]))
    columns.append((_("Remark"), [r.remark for r in rows]))
    used = [
        (name, [v if v != "" else None for v in c])
        for name, c in columns
        if any(v not in (None, "") for v in c)
    ]
    return DisplayedTable(
        caption,
        tuple(name for name, _column in used),
        tuple(zip(*(c for _name, c in used), strict=True)),
    )


def _row(line: Any, cells: list[Any], group: str, labels: dict[int, str]) -> _Row:
    row = _Row(str(of(line, "data-area") or _area(cells)), group)
    place = 0
    for cell in cells:
        wide = _span(cell)
        said, beside = text(cell, without=BESIDE), _beside(cell)
        if wide > 1:
            row.remark = " ".join(filter(None, (said, *beside)))
        else:
            row.values[place], row.notes[place] = number(said), "; ".join(beside)
            labels.setdefault(place, str(of(cell, "data-label") or ""))
        place += wide
    return row


def _area(cells: list[Any]) -> str:
    """Return the area whose page the row links to, when it is one."""
    found = {m[1] for c in cells for href in _links(c) if (m := AREA.match(href))}
    return found.pop() if len(found) == 1 else ""


def _links(node: Any) -> list[str]:
    own = [str(of(node, "href"))] if of(node, "href") else []
    return own + ([h for child in parts(node) for h in _links(child)] if kind(node) else [])


def _names(table: Any, rows: list[_Row], labels: dict[int, str]) -> dict[int, str]:
    """Return the name of each column with content; under a head that reaches over several, with its own label."""
    lines = [line for p in parts(table) if kind(p) == "Thead" for line in parts(p)]
    heads: list[str] = []
    for cell in parts(lines[-1]) if lines else ():
        heads += [text(cell).replace("\N{SOFT HYPHEN}", "")] * _span(cell)
    places = sorted({p for r in rows for p, v in r.values.items() if v != "" or r.notes.get(p)})
    said = [heads[p] if p < len(heads) else "" for p in places]
    names: dict[int, str] = {}
    for place, head in zip(places, said, strict=True):
        label = labels.get(place, "")
        name = head or label or _("Column {n}").format(n=place + 1)
        if said.count(head) > 1 and label not in ("", head):
            name = f"{head}: {label}"
        names[place] = name if name not in names.values() else f"{name} {place + 1}"
    return names


def _beside(node: Any) -> list[str]:
    if BESIDE & set(classes(node)):
        return [text(node)]
    return [said for child in parts(node) for said in _beside(child)] if kind(node) else []


def _span(cell: Any) -> int:
    return int(of(cell, "colSpan") or 1)


def number(said: str) -> Value:
    """Return a number where *said* is nothing but one, written as the current language writes it; else *said*.

    None for the dash that stands where there is no figure.
    """
    if said == NOTHING:
        return None
    language = current()
    plain = said.replace(language.group, "").replace("\N{MINUS SIGN}", "-")
    plain = plain.replace(language.decimal, ".")
    groups = re.escape(language.group)
    shape = rf"[-+\N{{MINUS SIGN}}]?(\d+|\d{{1,3}}({groups}\d{{3}})+)({re.escape(language.decimal)}\d+)?"
    if not re.fullmatch(shape, said):
        return said
    return float(plain) if "." in plain else int(plain)
