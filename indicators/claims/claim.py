"""Claims: what a sentence about countries may say, once it has been understood.

`claim_grammar` reads a sentence into one of these; `findings.claims.check` says whether it holds. A year that
the sentence does not give is None and means the newest scored year.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import N_

LONGEST = 300
"""Characters of the longest sentence that is read."""

EXAMPLES = (
    "Portugal ranks above Greece in national factors in 2022",
    "South Korea is among the top 10 in 2022",
    "Estonia rose in infrastructural factors between 2012 and 2022",
    "Türkiye's spending on research and development was above 1 % in 2020",
)
"""Sentences of each kind, shown wherever one was not understood."""

GRAMMAR = (
    (N_("Order"), "A ranks above B [in NODE] [in YEAR]", "above, below, ahead of, behind, higher than, lower than"),
    (N_("Place"), "A is among the top N [in NODE] [in YEAR]", "in the top N; ranks Nth; leads"),
    (N_("Change"), "A rose [in NODE] between YEAR and YEAR", "fell; A's score rose; A improved its rank; since YEAR"),
    (N_("Value"), "A's INDICATOR was above X [UNIT] in YEAR", "above, below, at least, at most; or just “was X”"),
    (N_("Two values"), "A had a higher INDICATOR than B in YEAR", "higher, lower, more, fewer"),
    (N_("Specialisation"), "A is more specialised in FIELD than the world in YEAR", "less; than B"),
    (N_("A value over time"), "A's INDICATOR rose between YEAR and YEAR", "rose, fell; since YEAR"),
    (N_("Publishing together"), "A and B published more together in YEAR than in YEAR", "more, fewer"),
    (N_("Beside what is expected"), "A and B published more together than is expected [in YEAR]", "more, fewer"),
    (N_("Partners"), "A published more with B than with C in YEAR", "more, fewer"),
    (
        N_("After an accession"),
        "A published more with the members of CERN after its accession than countries alike",
        "more, fewer; ESA, EMBL, ESO, ECMWF; published more after its accession to CERN",
    ),
    (
        N_("Researchers who moved"),
        "More researchers moved from A to B than back in YEAR–YEAR",
        "more, fewer; than the other way; between YEAR and YEAR; in YEAR",
    ),
)
"""What each kind of claim is called, how it is written, and its other words."""

Measure = Literal["rank", "score"]
Relation = Literal["above", "below", "at_least", "at_most", "equal"]


@dataclass(frozen=True)
class Order:
    """*a* scores above (or below) *b* on a node."""

    a: str
    b: str
    above: bool
    node: str
    year: int | None = None


@dataclass(frozen=True)
class Place:
    """*area* is *within* the first *place*, or has exactly that rank."""

    area: str
    place: int
    within: bool
    node: str
    year: int | None = None


@dataclass(frozen=True)
class Change:
    """*area* has a better (or worse) rank or score in *year* than in *since*."""

    area: str
    measure: Measure
    rose: bool
    node: str
    since: int
    year: int | None = None


@dataclass(frozen=True)
class Value:
    """The figure of an indicator compared with a number, which keeps the digits it was written with."""

    area: str
    indicator: str
    relation: Relation
    number: Decimal
    year: int | None = None


@dataclass(frozen=True)
class TwoValues:
    """*a* has a higher (or lower) figure of an indicator than *b*."""

    a: str
    b: str
    indicator: str
    higher: bool
    year: int | None = None


@dataclass(frozen=True)
class ValueChange:
    """The figure of an indicator is higher (or lower) in *year* than in *since*."""

    area: str
    indicator: str
    rose: bool
    since: int
    year: int | None = None


@dataclass(frozen=True)
class Together:
    """*a* and *b* published more (or fewer) works together in one year than in another."""

    a: str
    b: str
    more: bool
    year: int
    than: int


@dataclass(frozen=True)
class Expected:
    """*a* and *b* published more (or fewer) works together than is expected for size, distance and history."""

    a: str
    b: str
    more: bool
    year: int | None = None


@dataclass(frozen=True)
class Partners:
    """*area* published more (or fewer) works with *b* than with *c*."""

    area: str
    b: str
    c: str
    more: bool
    year: int | None = None


@dataclass(frozen=True)
class Joined:
    """*area* published more (or fewer) works after it joined an organisation than countries alike that did not.

    With its members, or (not *members*) with all countries. *year* is that of the accession.
    """

    area: str
    organisation: str
    """A kind of accession, a key of `indicators.events.held.ACCESSIONS`."""
    members: bool
    more: bool
    year: int | None = None


@dataclass(frozen=True)
class Moves:
    """More (or fewer) researchers moved from *a* to *b* than from *b* to *a*, from *since* to *year* together."""

    a: str
    b: str
    more: bool
    since: int
    year: int


Claim = Order | Place | Change | Value | TwoValues | ValueChange | Together | Expected | Partners | Joined | Moves


class ClaimError(ScidipError):
    """A sentence that was not understood: where, what was expected there, and the nearest known names."""

    def __init__(
        self,
        message: str,
        *,
        understood: str = "",
        found: str = "",
        expected: tuple[str, ...] = (),
        nearest: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.understood, self.found = understood, found
        self.expected, self.nearest = expected, nearest
