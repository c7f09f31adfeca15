"""Areas: which there are, what they are called, and how a producer's name becomes our code.

Built from pycountry (ISO 3166-1) and the reviewed code lists of `data/codelists`. A name is found
exactly or not at all: a wrong country is worse than a missing one.
"""

import csv
import hashlib
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Literal

import pandas as pd
import pycountry

from scidip.indicators.errors import CatalogueError
from scidip.indicators.language.current import area_name
from scidip.indicators.vocabulary import WITHIN

AREA_COLUMNS = (
    "ref_area",
    "iso2",
    "m49",
    "name",
    "region",
    "income_group",
    "un_region",
    "un_sub_region",
    "ldc",
    "lldc",
    "sids",
    "kind",
    "latitude",
    "longitude",
    "note",
)
KINDS = ("state", "economy", "territory", "former")

Scheme = Literal["iso3", "iso2", "iso", "name"]
"""How a producer writes areas: by codes of three letters, of two, of either, or by names."""


@dataclass(frozen=True)
class Resolution:
    """What became of a producer's area: a code of ours, a declared exclusion, or neither."""

    ref_area: str = ""
    excluded: str = ""


@dataclass(frozen=True)
class Areas:
    """The areas of the world and the reviewed names for them."""

    table: pd.DataFrame
    """One row per area, columns AREA_COLUMNS, sorted by `ref_area`."""
    aliases: Mapping[tuple[str, str], str]
    """(source or "*", folded name or code) → ref_area."""
    exclusions: Mapping[str, tuple[tuple[str, str], ...]]
    """source → (pattern, why) pairs."""
    groups: Mapping[str, "AreaGroup"] = field(default_factory=dict)
    list_areas: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    """(source, ref_area) → whether its complete lists speak of an area that is no state, where that was reviewed."""
    editions: Mapping[str, "Edition"] = field(default_factory=dict)
    """Column of the table that groups areas ("region", "income_group") → its edition."""
    tiles: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """ref_area → row and column in a world of equal tiles (`indicators.model.tile_grid`)."""

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.table["ref_area"], self.table["name"], strict=True))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what scores depend on: the areas, their kinds and regions, and which lists speak of them."""
        content = self.table.to_csv(index=False) + repr(sorted(self.list_areas.items()))
        return hashlib.sha256(content.encode()).hexdigest()

    @cached_property
    def codes(self) -> frozenset[str]:
        """All codes in use, former states included."""
        return frozenset(self._names)

    def name(self, code: str) -> str:
        """Return the short official name in the current language; the code itself when it is not known."""
        return area_name(code, self._names.get(code, code))

    @property
    def kinds(self) -> Mapping[str, str]:
        """Code → "state", "economy", "territory" or "former"."""
        return self._kinds

    @cached_property
    def peers(self) -> dict[str, str]:
        """Code → income group and region (`WITHIN`), of areas that have both: alike enough to lend figures."""
        known = self.table[(self.table["income_group"] != "") & (self.table["region"] != "")].dropna(
            subset=["income_group", "region"]
        )
        labels = known["income_group"].astype(str) + WITHIN + known["region"].astype(str)
        return dict(zip(known["ref_area"], labels, strict=True))

    def kind(self, code: str) -> str:
        """Return "state", "economy", "territory" or "former"."""
        return self._kinds[code]

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return dict(zip(self.table["ref_area"], self.table["kind"], strict=True))

    @cached_property
    def _by_iso2(self) -> dict[str, str]:
        known = self.table[(self.table["iso2"] != "") & (self.table["kind"] != "former")]
        return dict(zip(known["iso2"], known["ref_area"], strict=True))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names = {fold(name): code for code, name in self._names.items()}
        for country in pycountry.countries:
            for attribute in ("name", "official_name", "common_name"):
                if hasattr(country, attribute):
                    names[fold(getattr(country, attribute))] = country.alpha_3
        return names

    @cached_property
    def _by_plain_name(self) -> dict[str, str]:
        """Names without their accents, of those that then still mean one area."""
        found: dict[str, set[str]] = {}
        for name, code in self.known_names.items():
            found.setdefault(without_accents(name), set()).add(code)
        return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}

    @cached_property
    def known_names(self) -> dict[str, str]:
        """Every name by which an area is found whatever the source, folded, and its code."""
        reviewed = {name: code for (owner, name), code in self.aliases.items() if owner == "*"}
        return self._by_name | reviewed

    def resolve(self, source: str, text: str, scheme: Scheme = "iso3") -> Resolution:
        """Return what the producer *source* means by *text*.

        Order: declared exclusions, reviewed aliases (the source's own first), then the codes or
        names of *scheme*. With scheme "name", two- and three-letter codes are tried last.
        """
        for pattern, why in self.exclusions.get(source, ()):
            if fnmatchcase(text, pattern):
                return Resolution(excluded=why)
        key = fold(text)
        for owner in (source, "*"):
            if (owner, key) in self.aliases:
                return Resolution(self.aliases[owner, key])
        if scheme == "name" and key in self._by_name:
            return Resolution(self._by_name[key])
        code = text.strip().upper()
        if scheme in ("iso3", "iso", "name") and code in self.codes:
            return Resolution(code)
        if scheme in ("iso2", "iso", "name") and code in self._by_iso2:
            return Resolution(self._by_iso2[code])
        # Capitals are often written without their accents; in small letters a new spelling stays new.
        if scheme == "name" and text == text.upper():
            return Resolution(self._by_plain_name.get(without_accents(key), ""))
        return Resolution()

    def members(self, group: str, year: int) -> frozenset[str]:
        """Return the members of a group of states in *year*; KeyError for an unknown group."""
        return self.groups[group].members(year)


@dataclass(frozen=True)
class Edition:
    """Of which edition a grouping of areas is."""

    title: str
    short: str
    note: str


@dataclass(frozen=True)
class AreaGroup:
    """A group of states whose membership has years."""

    code: str
    name: str
    spans: tuple[tuple[str, int, int], ...]
    """(ref_area, first year, last year) of each membership, both ends included."""

    def members(self, year: int) -> frozenset[str]:
        """Return the codes that belong to the group in *year*."""
        return frozenset(a for a, start, end in self.spans if start <= year <= end)


def fold(text: str) -> str:
    """Return *text* in the form names are compared in: one space between words, lower case, NFC.

    A Turkish capital İ becomes an i like any other (lower case would leave its dot behind).
    """
    plain = unicodedata.normalize("NFC", text.replace("\u00a0", " ").replace("’", "'"))
    return " ".join(plain.replace("\u0130", "I").split()).casefold()


def without_accents(folded: str) -> str:
    """Return a folded name as those write it who have no accents, in capitals above all."""
    letters = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def load_areas(folder: Path) -> Areas:
    """Read the code lists in *folder*. Raises CatalogueError with every fault found."""
    faults: list[str] = []
    table = pd.read_csv(folder / "areas.csv", dtype=str, keep_default_na=False)
    faults += [f"areas.csv: the column {c} is missing" for c in AREA_COLUMNS if c not in table]
    if faults:
        raise CatalogueError(faults)
    table = table[list(AREA_COLUMNS)].sort_values("ref_area", ignore_index=True)
    for column in ("latitude", "longitude"):
        table[column] = pd.to_numeric(table[column])
    codes = set(table["ref_area"])
    faults += [f"areas.csv: {c} appears twice" for c in table["ref_area"][table["ref_area"].duplicated()]]
    faults += [
        f"areas.csv: {r.ref_area} has the unknown kind {r.kind!r}" for r in table.itertuples() if r.kind not in KINDS
    ]
    faults += [f"areas.csv: pycountry's {c.alpha_3} is missing" for c in pycountry.countries if c.alpha_3 not in codes]
    aliases: dict[tuple[str, str], str] = {}
    for line, row in _rows(folder / "area_aliases.csv"):
        key = (row["source_id"], fold(row["source_area"]))
        if row["ref_area"] not in codes:
            faults.append(f"area_aliases.csv, row {line}: {row['ref_area']!r} is not an area")
        if aliases.setdefault(key, row["ref_area"]) != row["ref_area"]:
            faults.append(f"area_aliases.csv, row {line}: {row['source_area']!r} means two areas")
    exclusions: dict[str, tuple[tuple[str, str], ...]] = {}
    for _, row in _rows(folder / "area_exclusions.csv"):
        exclusions[row["source_id"]] = (*exclusions.get(row["source_id"], ()), (row["source_area"], row["why"]))
    groups = _load_groups(folder / "area_groups.toml", codes, faults)
    tiles = _load_tiles(folder / "tile_grid.csv", codes, faults)
    listed = _load_list_areas(folder / "list_areas.csv", codes, faults)
    editions = _load_editions(folder / "editions.toml", faults)
    if faults:
        raise CatalogueError(faults)
    return Areas(table, aliases, exclusions, groups, listed, editions, tiles)


GROUPINGS = ("income_group", "region")
"""Columns of the table that put areas into groups; each shows its edition."""


def _load_editions(path: Path, faults: list[str]) -> dict[str, Edition]:
    found = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    faults += [f"editions.toml: {c} has no edition" for c in GROUPINGS if c not in found]
    return {c: Edition(**entry) for c, entry in found.items()}


def _load_list_areas(path: Path, codes: set[str], faults: list[str]) -> dict[tuple[str, str], bool]:
    listed: dict[tuple[str, str], bool] = {}
    for line, row in _rows(path) if path.exists() else []:
        if row["ref_area"] not in codes or row["speaks"] not in ("yes", "no"):
            faults.append(f"list_areas.csv, row {line}: {row['ref_area']!r} is no area, or speaks is not yes or no")
        listed[row["source_id"], row["ref_area"]] = row["speaks"] == "yes"
    return listed


def _load_tiles(path: Path, codes: set[str], faults: list[str]) -> dict[str, tuple[int, int]]:
    tiles: dict[str, tuple[int, int]] = {}
    for line, row in _rows(path) if path.exists() else []:
        place = (int(row["row"]), int(row["column"]))
        if row["ref_area"] not in codes or row["ref_area"] in tiles or place in tiles.values():
            faults.append(f"tile_grid.csv, row {line}: {row['ref_area']!r} is no area, or its tile is taken")
        tiles[row["ref_area"]] = place
    return tiles


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(enumerate(csv.DictReader(lines), start=2))


def _load_groups(path: Path, codes: set[str], faults: list[str]) -> dict[str, AreaGroup]:
    groups: dict[str, AreaGroup] = {}
    for code, entry in tomllib.loads(path.read_text("utf-8")).items():
        spans = []
        for member, years in entry["members"].items():
            if member not in codes:
                faults.append(f"area_groups.toml, {code}: {member!r} is not an area")
            start, end = (*years, 9999)[:2]
            spans.append((member, start, end))
        groups[code] = AreaGroup(code, entry["name"], tuple(spans))
    return groups
