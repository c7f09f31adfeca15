"""The words of claims: every name of a country, a node or an indicator, found at a place of a text.

A name is found whole or not at all, the longest first. Names that mean two countries, or a part of
one, are known too, so that a claim with them is refused with what to write instead.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.units import UNITS

SEVERAL = {
    "congo": ("COD", "COG"),
    "korea": ("KOR", "PRK"),
    "virgin islands": ("VGB", "VIR"),
    "saint martin": ("MAF", "SXM"),
}
"""Names that more than one area has; a source that uses one of them means one, a reader cannot know."""

CLEAR = {"COG": "Congo (Brazzaville)", "MAF": "Saint Martin (French part)"}
"""How an area is written in a claim whose own name is one of several areas."""

PARTS = {
    "england": "GBR",
    "scotland": "GBR",
    "wales": "GBR",
    "northern ireland": "GBR",
    "great britain": "GBR",
    "west germany": "DEU",
}
"""Names of less than what the figures cover."""

ABBREVIATIONS = {"UK": "GBR", "US": "USA", "UAE": "ARE", "DRC": "COD"}
"""Taken in upper case only, as codes are."""

SPECIALISATION = "specialisation"
"""The measure of which "more specialised in … than the world" is said."""
INDEX_WORDS = ("index", "overall index", "overall ranking", "ranking", "science and technology diplomacy", "std index")
ALSO = {
    "r&d spending": "rd_expenditure_gdp",
    "r&d expenditure": "rd_expenditure_gdp",
    "spending on r&d": "rd_expenditure_gdp",
    "research and development spending": "rd_expenditure_gdp",
    "expenditure on research and development": "rd_expenditure_gdp",
    "internet use": "internet_users",
}
"""What people call an indicator, where only one can be meant."""


@dataclass(frozen=True)
class Folded:
    """A text as names are compared in: lower case, no accents, one kind of apostrophe; and where each sign was."""

    text: str
    places: tuple[int, ...]
    """The position in the original of each sign, and at last its length."""


def folded(text: str) -> Folded:
    """Return *text* for comparison."""
    signs: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        plain = unicodedata.normalize("NFKD", sign).casefold()
        for part in plain:
            if unicodedata.combining(part):
                continue
            part = {"’": "'", "‘": "'", "`": "'", "−": "-", "–": "-"}.get(part, part)
            signs.append(" " if part.isspace() else part)
            places.append(at)
    return Folded("".join(signs), (*places, len(text)))


def plain(text: str) -> str:
    """Return a name for comparison, with one space between its words."""
    return " ".join(folded(text).text.split())


@dataclass(frozen=True)
class Names:
    """Names of one kind of thing, and what they stand for."""

    known: Mapping[str, tuple[str, ...]]
    """Name for comparison → codes; more than one when it is ambiguous."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Code → the name that is shown."""

    @cached_property
    def _by_length(self) -> tuple[str, ...]:
        return tuple(sorted(self.known, key=len, reverse=True))

    def at(self, text: str, place: int) -> str:
        """Return the longest name that stands whole at *place* of a folded text; "" when none does."""
        for name in self._by_length:
            if text.startswith(name, place) and _ends(text, place + len(name)):
                return name
        return ""

    def nearest(self, text: str) -> tuple[str, ...]:
        """Return up to three known names, as they are shown, like the first words of a folded text."""
        words = text.split()[:6]
        found: list[str] = []
        for count in range(min(len(words), 6), 0, -1):
            phrase = " ".join(words[:count]).strip(" .,'")
            for name in get_close_matches(phrase, self._by_length, n=3, cutoff=0.75):
                found += [self.shown.get(code, name) for code in self.known[name]]
        return tuple(dict.fromkeys(found))[:3]


def _ends(text: str, place: int) -> bool:
    """Return whether a word may end before *place*."""
    rest = text[place : place + 2]
    return not rest or not (rest[0].isalnum() or (rest[0] == "-" and rest[1:].isalnum()))


@dataclass(frozen=True)
class Words:
    """All that claims may name."""

    areas: Names
    codes: frozenset[str]
    """ISO codes of areas, taken where they are written in upper case."""
    former: frozenset[str]
    nodes: Names
    indicators: Names
    units: Mapping[str, str]
    """Unit by indicator."""
    fields: Names
    """Fields of science: the code of the index of specialisation in each."""


def words_of(areas: Areas, catalogue: Catalogue) -> Words:
    """Return the names of the areas that exist or existed, and of the framework's nodes and indicators."""
    known: dict[str, tuple[str, ...]] = {plain(n): (code,) for n, code in areas.known_names.items() if _is_name(n)}
    known |= {name: codes for name, codes in SEVERAL.items()}
    shown = {code: CLEAR.get(code, areas.name(code)) for code in areas.codes}
    # What a user calls an indicator of their own could be any word of the language: of those nothing is claimed.
    single = {i.code: i for i in catalogue.indicators.values() if i.arity == "area" and not i.supplied_by}
    called = [(n, c) for c, i in single.items() for n in (i.name, f"{i.name} {UNITS.get(i.unit, '')}")]
    names = {plain(n) for n, _ in called}
    # A word that is the name of one indicator and the code of another means the one that bears it as its name.
    called += [(n, c) for c in single for n in (c, c.replace("_", " ")) if plain(n) not in names]
    former = areas.table[areas.table["kind"] == "former"]
    return Words(
        Names(known, shown),
        frozenset(areas.codes),
        frozenset(former["ref_area"]),
        _nodes(catalogue),
        Names(_gather([*called, *ALSO.items()], single), {c: i.name for c, i in single.items()}),
        {c: i.unit for c, i in single.items()},
        _fields(catalogue),
    )


def _fields(catalogue: Catalogue) -> Names:
    """Return the names of the fields in which a specialisation can be claimed."""
    of = {i.field: i.code for i in catalogue.indicators.values() if i.measure == SPECIALISATION}
    called = [(n, code) for f, code in of.items() for n in (catalogue.fields[f].name, catalogue.fields[f].tag)]
    return Names(_gather(called, of.values()), {code: catalogue.fields[f].name for f, code in of.items()})


def _is_name(text: str) -> bool:
    """Return whether an alias is a name, not a code: codes are taken in upper case only."""
    return len(text) > 3 or "." in text


def _nodes(catalogue: Catalogue) -> Names:
    framework = catalogue.framework
    called: list[tuple[str, str]] = [(w, framework.index_code) for w in INDEX_WORDS]
    for node in framework.nodes:
        called += [(n, node.code) for n in (node.name, node.code, node.code.replace("_", " "))]
        ends = {"factor": ("factor", "factors"), "dimension": ("dimension",)}.get(node.level, ())
        called += [(f"{node.name} {end}", node.code) for end in ends]
    shown = {n.code: f"{n.name.lower()} factor" if n.level == "factor" else n.name for n in framework.nodes}
    return Names(_gather(called, {n.code for n in framework.nodes}), shown)


def _gather(called: Iterable[tuple[str, str]], existing: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the codes of each name; a name two things have keeps both."""
    found: dict[str, tuple[str, ...]] = {}
    codes = set(existing)
    for name, code in called:
        if code in codes:
            found[plain(name)] = tuple(dict.fromkeys((*found.get(plain(name), ()), code)))
    return found
