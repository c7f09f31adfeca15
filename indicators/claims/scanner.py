"""A reader of claims: takes words off a text, and remembers how far it was understood.

Each `take_…` either moves on and returns what it found, or raises `Miss` and leaves the place alone. The
furthest miss is what a visitor is told of.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from scidip.indicators.claims.claim import ClaimError
from scidip.indicators.claims.lexicon import ABBREVIATIONS, PARTS, Names, Words, folded
from scidip.indicators.language.current import N_, _, euphonic
from scidip.indicators.units import UNITS
from scidip.indicators.vocabulary import FIRST_PERIOD, LAST_PERIOD

Found = TypeVar("Found")

SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "bn": 9, "tn": 12, "mn": 6}
SMALL = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "twenty-five": 25,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
}
ORDINALS = {
    w: n
    for n, w in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
    )
}
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?(?![\d.,]*\d)")
_YEAR = re.compile(r"\d{4}(?!\w)")
_ORDINAL = re.compile(r"(\d{1,3})(st|nd|rd|th)(?!\w)")
_WHOLE = re.compile(r"\d{1,3}(?![\w.,]*\d)(?!\w)")
_CODE = re.compile(r"[A-Z]{2,3}(?![A-Za-z0-9])")
_PER_CENT = ("%", "percent", "per cent")
SHOWN = 60

COUNTRY = N_("a country")
YEAR = N_("a year, such as 2022")
NUMBER = N_("a number, such as 3.4 or 12 million")
NODE = N_("the index, a factor or a dimension")
FIELD = N_("a field of science")
INDICATOR = N_("the name of an indicator")


class Miss(Exception):
    """What was expected is not here."""


class Reader:
    """A text, and the place up to which it was read."""

    def __init__(self, text: str, words: Words) -> None:
        self.original, self.words = text, words
        self._folded = folded(text)
        self.text = self._folded.text
        self.place = 0
        self.furthest, self.expected = 0, list[str]()
        self.near: tuple[str, ...] = ()
        self.currency = ""
        """The sign of a currency before the last number."""
        self._blanks()

    def miss(self, expected: str, near: tuple[str, ...] = ()) -> Miss:
        """Return the miss of something here, and remember it if nothing was missed further on."""
        if self.place > self.furthest:
            self.furthest, self.expected, self.near = self.place, [], ()
        if self.place == self.furthest:
            self.expected += [expected] if expected not in self.expected else []
            self.near = tuple(dict.fromkeys((*self.near, *near)))[:3]
        return Miss(expected)

    def maybe(self, take: Callable[[], Found]) -> Found | None:
        """Return what *take* finds, None when it is not here."""
        before = self.place
        try:
            return take()
        except Miss:
            self.place = before
            return None

    def has(self, *phrases: str) -> bool:
        """Take the longest of some phrases if one stands here; return whether it did."""
        for phrase in sorted(phrases, key=len, reverse=True):
            end = self.place + len(phrase)
            whole = not phrase[-1].isalnum() or not self.text[end : end + 1].isalnum()
            if self.text.startswith(phrase, self.place) and whole:
                self._to(end)
                return True
        return False

    def one_of(self, table: Mapping[str, Found], expected: str) -> Found:
        """Take one of the phrases of a table and return what it stands for."""
        for phrase in sorted(table, key=len, reverse=True):
            if self.has(phrase):
                return table[phrase]
        raise self.miss(expected)

    def end(self) -> None:
        """Take the end of the text."""
        if self.place < len(self.text):
            raise self.miss(_("the end of the claim"))

    def area(self) -> str:
        """Take a country and return its code. Raises ClaimError for a name of several or of a part."""
        self.has("the")
        name = self.words.areas.at(self.text, self.place)
        for part in PARTS:
            if (
                len(part) >= len(name)
                and self.text.startswith(part, self.place)
                and (not self.text[self.place + len(part) : self.place + len(part) + 1].isalnum())
            ):
                whole = self.words.areas.shown[PARTS[part]]
                raise self._refused(
                    _("“{name}” has no figures of its own: they are part of {whole}."), part, (whole,), whole=whole
                )
        code, written = self._code() if len(name) < 4 else ("", "")
        if not name and not code:
            raise self.miss(_(COUNTRY), self.words.areas.nearest(self.text[self.place :]))
        if not code:
            code = self._one(self.words.areas, name)
        if code in self.words.former:
            raise self._refused(
                _("“{name}” is a former state, which has no scores. Name a country of today."), name or code, ()
            )
        self._to(self.place + len(name or written))
        return code

    def _code(self) -> tuple[str, str]:
        """Return the code that an ISO code or an abbreviation in upper case here means, and how it is written."""
        found = _CODE.match(self.original, self._folded.places[self.place])
        code = ABBREVIATIONS.get(found[0], found[0]) if found else ""
        if found is None or code not in self.words.codes:
            return "", ""
        return code, found[0]

    def name(self, names: Names, expected: str) -> str:
        """Take a node or an indicator and return its code."""
        self.has("the")
        name = names.at(self.text, self.place)
        if not name:
            raise self.miss(_(expected), names.nearest(self.text[self.place :]))
        code = self._one(names, name)
        self._to(self.place + len(name))
        return code

    def _one(self, names: Names, name: str) -> str:
        codes = names.known[name]
        if len(codes) > 1:
            shown = tuple(names.shown.get(c, c) for c in codes)
            raise self._refused(_("“{name}” may mean {several}. Write which one."), name, shown, several=_listed(shown))
        return codes[0]

    def year(self) -> int:
        """Take a year of four digits."""
        found = _YEAR.match(self.text, self.place)
        if not found or not FIRST_PERIOD <= int(found[0]) <= LAST_PERIOD:
            raise self.miss(_(YEAR))
        self._to(found.end())
        return int(found[0])

    def count(self) -> int:
        """Take a small whole number above nought, in digits or words."""
        found = _WHOLE.match(self.text, self.place)
        if found and int(found[0]) > 0:
            self._to(found.end())
            return int(found[0])
        return self.one_of(SMALL, _("a whole number, such as 10"))

    def ordinal(self) -> int:
        """Take an ordinal number: 25th, or first to tenth."""
        found = _ORDINAL.match(self.text, self.place)
        if found and int(found[1]) > 0:
            self._to(found.end())
            return int(found[1])
        return self.one_of(ORDINALS, _("a rank, such as 25th"))

    def number(self) -> Decimal:
        """Take a number, keeping the digits it was written with: 1,000 or 3.4 or 12 million."""
        before = self.place
        self.has("us$", "$", "€")
        self.currency = self.text[before : self.place].strip()
        found = _NUMBER.match(self.text, self.place)
        if not found:
            raise self.miss(_(NUMBER))
        number = Decimal(found[0].replace(",", ""))
        self._to(found.end())
        for word, zeros in SCALES.items():
            if self.has(word):
                return number.scaleb(zeros)
        return number

    def unit(self, indicator: str) -> None:
        """Take the unit of an indicator if one is written."""
        code = self.words.units[indicator]
        own = folded(UNITS.get(code, code)).text
        if self.currency.removeprefix("us") not in own:
            words = _("“{sign}” does not fit this indicator, which is measured in: {unit}.")
            raise ClaimError(words.format(sign=self.currency, unit=own or _("numbers")))
        known = [own] if own else []
        if own.startswith("%") or code.startswith("percent"):
            known += [own.replace("%", p, 1) for p in _PER_CENT] + list(_PER_CENT)
        known += {
            "usd": ["us dollars", "dollars"],
            "eur": ["euros"],
            "usd_ppp": ["us dollars", "dollars"],
            "per_million": ["per million", "per million inhabitants"],
        }.get(code, [])
        if known and self.has(*known):
            return
        if self.place < len(self.text) and not self.text.startswith("in ", self.place):
            raise self.miss(
                _("the unit of this indicator ({unit}) or the year").format(unit=own)
                if own
                else _("the year: this indicator has no unit")
            )

    def refusal(self) -> ClaimError:
        """Return what to tell about the furthest place that was reached."""
        at = self._folded.places[self.furthest]
        understood = self.original[:at].strip()
        rest = self.original[at:].strip()
        found = rest if len(rest) <= SHOWN else rest[:SHOWN] + "…"
        expected = _listed(self.expected)
        if understood and found:
            words = _("Understood as far as “{understood}”. Then comes “{found}”, where this was expected: {expected}.")
        elif found:
            words = _("The claim begins with “{found}”, where this was expected: {expected}.")
        else:
            words = _("Understood: “{understood}”. The claim ends there; expected was more: {expected}.")
        message = words.format(understood=understood, found=found, expected=expected)
        if self.near:
            names = _listed(self.near)
            message += " " + _("Known names like it: {names}.").format(names=names)
        return ClaimError(message, understood=understood, found=found, expected=tuple(self.expected), nearest=self.near)

    def _refused(self, words: str, name: str, near: tuple[str, ...], **fields: str) -> ClaimError:
        at = self._folded.places[self.place]
        name = self.original[at : self._folded.places[self.place + len(name)]]
        return ClaimError(
            words.format(name=name, **fields),
            understood=self.original[:at].strip(),
            found=self.original[at : at + SHOWN].strip(),
            expected=near,
            nearest=near,
        )

    def _to(self, place: int) -> None:
        self.place = place
        self._blanks()

    def _blanks(self) -> None:
        while self.place < len(self.text) and self.text[self.place] == " ":
            self.place += 1


def _listed(words: Sequence[str]) -> str:
    """Return alternatives: "A, B or C"."""
    if len(words) < 2:
        return "".join(words)
    return euphonic(_("{first} or {last}").format(first=_("; ").join(words[:-1]), last=words[-1]))
