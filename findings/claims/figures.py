"""The published figures that claims about indicators and pairs are checked against, each of its own year."""

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from sqlalchemy import Engine

from scidip.figures.text import numbers
from scidip.findings import terms
from scidip.findings.exhibits.cooperation.moves_words import PRODUCERS
from scidip.indicators.claims.claim import Moves, Partners, Together, TwoValues, Value, ValueChange
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.pairs.layer import Layer
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store import table_rows
from scidip.store.queries import list_queries, pair_queries
from scidip.store.table_rows import Chosen

PUBLICATIONS = "copublications"
Verdict = Literal["supported", "not_supported", "within_uncertainty", "cannot_be_checked"]
Compared = Value | TwoValues | ValueChange | Together | Partners
"""Claims that two figures decide, or one and a number."""
OfFigures = Compared | Moves
Wanted = tuple[str, str, str, int]
"""Indicator, area, counterpart and year."""


@dataclass(frozen=True)
class Figure:
    """A published figure with its origin; `value` is None when there is none of that year."""

    indicator: str
    ref_area: str
    counterpart_area: str
    time_period: int
    value: float | None
    unit: str
    status: str = ""
    """SDMX status; "" for a zero that is read from a complete list without an entry."""
    source: str = ""
    vintage: str = ""
    licence: str = ""
    nearest: int | None = None
    """The year nearest to `time_period` that has a figure, when this one has none."""
    withheld: str = ""
    """Why the figure may not be passed on; "" when it may."""


def wanted(claim: OfFigures) -> tuple[Wanted, ...]:
    """Return which figures decide a claim, in the order they are compared."""
    year = int(claim.year or 0)
    match claim:
        case Value():
            return ((claim.indicator, claim.area, NOT_APPLICABLE, year),)
        case TwoValues():
            return tuple((claim.indicator, a, NOT_APPLICABLE, year) for a in (claim.a, claim.b))
        case ValueChange():
            years = (claim.since, year)
            return tuple((claim.indicator, claim.area, NOT_APPLICABLE, y) for y in years)
        case Together():
            return tuple(_pair(claim.a, claim.b, y) for y in (year, claim.than))
        case Partners():
            return tuple(_pair(claim.area, p, year) for p in (claim.b, claim.c))
        case Moves():
            ways, span = ((claim.a, claim.b), (claim.b, claim.a)), range(claim.since, claim.year + 1)
            return tuple((code, *way, y) for code in PRODUCERS for way in ways for y in span)


def _pair(a: str, b: str, year: int) -> Wanted:
    """Return the figure of a pair, which is kept once: the first code in the alphabet first."""
    return (PUBLICATIONS, min(a, b), max(a, b), year)


def figures(engine: Engine, catalogue: Catalogue, asked: tuple[Wanted, ...]) -> tuple[Figure, ...]:
    """Return the figures asked for, of those very years. No row of a complete list means zero."""
    held, read = terms.refusals(engine, catalogue), _Read(engine)
    return tuple(_figure(read, catalogue.indicators[one[0]], one, held.get(one[0], "")) for one in asked)


@dataclass(frozen=True)
class _Read:
    """What was read for a claim, each once."""

    engine: Engine
    lines: dict[tuple[str, str, str], dict[int, Figure]] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)

    def line(self, code: str, area: str, other: str) -> dict[int, Figure]:
        """Return the figures of an area or a pair by year."""
        key = (code, area, other)
        if key not in self.lines:
            self.lines[key] = _series(self.engine, *key)
        return self.lines[key]

    def layer(self, code: str) -> Layer:
        """Return the ties of all areas."""
        if code not in self.layers:
            self.layers[code] = pair_queries.layer(self.engine, code)
        return self.layers[code]


def _figure(read: _Read, spec: IndicatorSpec, asked: Wanted, withheld: str) -> Figure:
    code, area, other, year = asked
    series = read.line(code, area, other)
    empty = Figure(code, area, other, year, None, spec.unit, withheld=withheld)
    if year in series:
        return replace(series[year], withheld=withheld)
    whose = _silence(read, spec, area, other, year)
    if whose is not None:
        return replace(empty, value=0.0, source=whose[0], vintage=whose[1], licence=whose[2])
    nearest = min(series, key=lambda y: (abs(y - year), -y), default=None)
    return replace(empty, nearest=nearest)


def _series(engine: Engine, code: str, area: str, other: str) -> dict[int, Figure]:
    """Return, by year, the figures of an area or a pair."""
    pairs = other != NOT_APPLICABLE
    chosen = Chosen({"ref_area": [area], **({"counterpart_area": [other]} if pairs else {})})
    rows = table_rows.observation_rows(engine, [code], chosen, pairs=True)
    return {f.time_period: f for f in (_read(code, r) for r in rows if r[5] is not None)}


def _read(code: str, row: tuple[Any, ...]) -> Figure:
    """Return a row of `observation_rows` with its pair as a figure."""
    _code, _field, area, other, year, value, unit, status, *origin = row
    source, vintage, licence = (str(part or "") for part in origin)
    return Figure(code, area, other, year, float(value), unit, status, source, vintage, licence)


def _silence(read: _Read, spec: IndicatorSpec, area: str, other: str, year: int) -> tuple[str, str, str] | None:
    """Return title, vintage and licence of the complete list whose silence on a year means zero; else None."""
    if spec.absent == "unknown":
        return None
    if other != NOT_APPLICABLE:
        if not read.layer(spec.code).is_none(area, other, year):
            return None
        found = pair_queries.sources(read.engine, (spec.code,)).iloc[0]
        return (str(found["source_title"]), str(found["vintage"]), str(found["licence"]))
    lists = list_queries.coverage(read.engine, spec.code, area)
    if not ((lists["first_period"] <= year) & (year <= lists["last_period"])).any():
        return None
    whose = list_queries.origins(read.engine).loc[spec.code]
    return (str(whose["source_title"]), str(whose["vintage"]), str(whose["licence"]))


def difference(claim: Compared, found: tuple[Figure, ...]) -> int:
    """Return whether the first figure is above (1), below (-1) or, as written, equal (0) to the second.

    A number of the claim stands for the second figure. "was X" is compared at the digits of X.
    """
    first = float(found[0].value or 0)
    if isinstance(claim, Value):
        number = claim.number
        if claim.relation == "equal":
            digits = Decimal((0, (1,), int(number.as_tuple().exponent)))
            rounded = Decimal(repr(first)).quantize(digits, ROUND_HALF_UP)
            return (rounded > number) - (rounded < number)
        second = float(number)
    else:
        second = float(found[1].value or 0)
    if numbers.value(first, found[0].unit) == numbers.value(second, found[0].unit):
        return 0
    return (first > second) - (first < second)


def holds(claim: Compared, sign: int) -> bool:
    """Return whether a claim holds when the first figure is above, equal to or below the second."""
    match claim:
        case Value():
            accepted = {"above": (1,), "below": (-1,), "at_least": (0, 1), "at_most": (-1, 0), "equal": (0,)}
            return sign in accepted[claim.relation]
        case TwoValues():
            return sign == (1 if claim.higher else -1)
        case ValueChange():
            # The figure of the earlier year is the first.
            return sign == (-1 if claim.rose else 1)
        case Together() | Partners():
            return sign == (1 if claim.more else -1)


def nearest(claim: OfFigures, engine: Engine, catalogue: Catalogue) -> OfFigures | None:
    """Return the same claim about the nearest year that has every figure; None when none has."""
    if isinstance(claim, ValueChange | Together | Moves):
        return None
    series = [set(_series(engine, *w[:3])) for w in wanted(claim)]
    common = set.intersection(*series)
    year = int(claim.year or 0)
    best = min(common, key=lambda y: (abs(y - year), -y), default=None)
    return replace(claim, year=best) if best is not None else None
