"""The META table of a user's own index: what each column is and how the index hangs together."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scidip.indicators.own_index.text_table import NOTHING, TextTable, number
from scidip.indicators.tree import Tree, tree_of_rows
from scidip.indicators.wording import did_you_mean

NEEDED = ("iCode", "Type", "Level", "Parent", "Weight", "Direction")
TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
PARAMETERS: Mapping[str, tuple[str, str]] = {
    "Target": ("distance_to_target", "target"),
    "dist2targ_cap_max": ("distance_to_target", "clip"),
    "goalpost_lower": ("goalposts", "lower"),
    "goalpost_upper": ("goalposts", "upper"),
    "goalpost_scale": ("goalposts", "scale"),
    "goalpost_trunc2posts": ("goalposts", "clip"),
    "minmax_lower": ("min_max", "lower"),
    "minmax_upper": ("min_max", "upper"),
    "scaled_lower": ("scaled", "lower"),
    "scaled_upper": ("scaled", "upper"),
    "zscore_mean": ("z_score", "mean"),
    "zscore_sd": ("z_score", "sd"),
}
"""Columns of META that hold a parameter of normalisation: its method and its name here."""


@dataclass(frozen=True)
class Structure:
    """What META says. `tree` is None when it has faults that leave none."""

    tree: Tree | None
    indicators: tuple[str, ...]
    groups: tuple[str, ...]
    others: tuple[str, ...]
    denominators: Mapping[str, str]
    """By indicator, the code of the column to divide it by."""
    parameters: Mapping[str, Mapping[str, Mapping[str, float | bool]]]
    """By indicator and method."""
    types: Mapping[str, str] = field(default_factory=dict)
    """By code, the Type of each column that is no indicator."""


@dataclass
class Entry:
    """A row of META."""

    row: int
    code: str
    type: str
    level: int
    parent: str
    weight: float
    direction: int


@dataclass
class MetaReader:
    """Reads META and gathers its faults."""

    table: TextTable
    faults: list[str] = field(default_factory=list)

    def read(self) -> tuple[Structure, list[str]]:
        """Return the structure and the faults found; with faults, what could be understood."""
        self.faults = self.table.header_faults(NEEDED)
        if any(name not in self.table.places for name in NEEDED):
            return Structure(None, (), (), (), {}, {}), self.faults
        entries = [e for e in map(self._entry, range(len(self.table.rows))) if e]
        self._duplicates(entries)
        by_code = {e.code: e for e in reversed(entries)}
        nodes = [e for e in by_code.values() if e.type in ("Indicator", "Aggregate")]
        nodes.sort(key=lambda e: e.row)
        for entry in nodes:
            self._parent(entry, by_code)
        self._shape(nodes)
        leaves = [e for e in nodes if e.type == "Indicator"]
        structure = Structure(
            None if self.faults else _tree(nodes),
            tuple(e.code for e in leaves),
            tuple(e.code for e in entries if e.type == "Group"),
            tuple(e.code for e in entries if e.type in ("Denominator", "Other")),
            dict(self._denominators(leaves, by_code)),
            {e.code: self._parameters(e) for e in leaves},
            {e.code: e.type for e in entries if e.type not in ("Indicator", "Aggregate")},
        )
        return structure, self.faults

    def _say(self, row: int, what: str, sentence: str) -> None:
        self.faults.append(f"{self.table.at(row, what)}: {sentence}")

    def _entry(self, row: int) -> Entry | None:
        text = self.table.text
        code, kind = text(row, "iCode"), text(row, "Type")
        if not code:
            self._say(row, "iCode", "the code is empty; give each row a short unique code")
            return None
        if kind not in TYPES:
            self._say(row, f"Type of {code}", f"{kind!r} is not known{did_you_mean(kind, TYPES)}")
            return None
        if kind not in ("Indicator", "Aggregate"):
            return Entry(row, code, kind, 0, "", 0.0, 1)
        parent = text(row, "Parent")
        return Entry(
            row,
            code,
            kind,
            self._level(row, code, kind),
            "" if parent in NOTHING else parent,
            self._weight(row, code),
            self._direction(row, code, kind),
        )

    def _level(self, row: int, code: str, kind: str) -> int:
        value = number(self.table.text(row, "Level"))
        if value is None or math.isnan(value) or value < 1 or value != int(value):
            self._say(row, f"Level of {code}", "must be a whole number from 1 (indicators) upward")
            return 0
        if (value == 1) != (kind == "Indicator"):
            want = "1" if kind == "Indicator" else "2 or more"
            self._say(row, f"Level of {code}", f"an {kind} has level {want}, not {value:g}")
            return 0
        return int(value)

    def _weight(self, row: int, code: str) -> float:
        value = number(self.table.text(row, "Weight"))
        if value is None or math.isnan(value):
            self._say(row, f"Weight of {code}", "is not a number; write 1 for equal weights")
            return 1.0
        if value < 0:
            self._say(row, f"Weight of {code}", f"{value:g} is negative; turn Direction instead")
            return 1.0
        return value

    def _direction(self, row: int, code: str, kind: str) -> int:
        value = number(self.table.text(row, "Direction"))
        if value is not None and math.isnan(value) and kind == "Aggregate":
            return 1
        if value not in (1.0, -1.0):
            shown = self.table.text(row, "Direction") or "nothing"
            self._say(row, f"Direction of {code}", f"{shown} given; write 1 (more is better) or -1")
            return 1
        return int(value)

    def _duplicates(self, entries: list[Entry]) -> None:
        first: dict[str, Entry] = {}
        for entry in entries:
            if entry.code in first:
                before = self.table.lines[first[entry.code].row]
                self._say(entry.row, "iCode", f"{entry.code} is also in row {before}; rename one of them")
            first.setdefault(entry.code, entry)

    def _parent(self, entry: Entry, by_code: Mapping[str, Entry]) -> None:
        """Check that the parent exists, is a node, and stands one level up."""
        if not entry.parent:
            return
        parent = by_code.get(entry.parent)
        what = f"Parent of {entry.code}"
        if parent is None or parent.type != "Aggregate":
            aggregates = [e.code for e in by_code.values() if e.type == "Aggregate"]
            why = "is not in the table" if parent is None else "is not of Type Aggregate"
            hint = did_you_mean(entry.parent, aggregates)
            self._say(entry.row, what, f"{entry.parent} {why}; add it or name another{hint}")
            return
        seen = [entry.code]
        step: Entry | None = parent
        while step is not None and step.code not in seen:
            seen.append(step.code)
            step = by_code.get(step.parent)
        if step is not None and step.code == entry.code:
            self._say(entry.row, what, f"a loop: {' → '.join([*seen, entry.code])}; break it")
        elif entry.level and parent.level and parent.level != entry.level + 1:
            self._say(
                entry.row,
                what,
                f"{entry.code} is at level {entry.level} and {parent.code} at level "
                f"{parent.level}; a parent stands exactly one level up: add the level between, "
                "or correct Level",
            )

    def _shape(self, nodes: list[Entry]) -> None:
        """Check that there is one top, that all else has a parent, and that parents have children."""
        if not any(e.type == "Indicator" for e in nodes):
            self.faults.append(f"{self.table.name}: there is no row of Type Indicator; add some")
        top = max((e.level for e in nodes), default=0)
        tops = [e for e in nodes if e.level == top and not e.parent]
        for entry in nodes:
            if not entry.parent and entry.level and (entry.level < top or top == 1):
                self._say(entry.row, f"Parent of {entry.code}", "is empty; only the index has no parent")
        for entry in tops[1:] if top > 1 else ():
            self._say(
                entry.row,
                f"Parent of {entry.code}",
                f"{tops[0].code} stands at the top already; there can be but one index",
            )
        parents = {e.parent for e in nodes}
        for entry in nodes:
            if entry.type != "Aggregate":
                continue
            children = [e for e in nodes if e.parent == entry.code]
            if entry.code not in parents:
                self._say(entry.row, entry.code, "has no children; give it some or remove it")
            elif not any(child.weight > 0 for child in children):
                self._say(entry.row, entry.code, "all its children have weight 0; raise one")

    def _denominators(self, leaves: list[Entry], by_code: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
        for entry in leaves:
            code = self.table.text(entry.row, "Denominator")
            if code in NOTHING:
                continue
            known = by_code.get(code)
            if known is None or known.type != "Denominator":
                names = [e.code for e in by_code.values() if e.type == "Denominator"]
                self._say(
                    entry.row,
                    f"Denominator of {entry.code}",
                    f"{code} is not of Type Denominator{did_you_mean(code, names)}",
                )
                continue
            yield entry.code, code

    def _parameters(self, entry: Entry) -> dict[str, dict[str, float | bool]]:
        """Return the parameters of normalisation in the row, by method and our name."""
        found: dict[str, dict[str, float | bool]] = {}
        for column, (method, name) in PARAMETERS.items():
            text = self.table.text(entry.row, column)
            if name == "clip" and text.upper() in ("TRUE", "FALSE"):
                found.setdefault(method, {})[name] = text.upper() == "TRUE"
                continue
            value = number(text)
            if value is None:
                self._say(entry.row, f"{column} of {entry.code}", f"{text!r} is not a number")
            elif not math.isnan(value):
                found.setdefault(method, {})[name] = bool(value) if name == "clip" else value
        return found


def _tree(nodes: list[Entry]) -> Tree:
    rows = [(e.code, e.level, e.parent, e.weight) for e in nodes]
    return tree_of_rows(rows, {e.code: e.direction for e in nodes if e.type == "Indicator"})
