"""Joint works beside what is expected of them: of a pair over the years, of a country's partners in a year."""

from collections.abc import Iterable

from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, Words, area_column, coded
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected import words
from scidip.findings.expected.ties import SERIES, SIDES, Tie
from scidip.findings.pair import PairView
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_

MOST = 10
"""Ties listed on either side."""


def heads(desk: Desk) -> tuple[Column, ...]:
    """Return the columns of a tie beside what is expected."""
    return (
        area_column(desk.areas, "ref_area", N_("Country")),
        area_column(desk.areas, "counterpart_area", N_("Partner")),
        Column("time_period", N_("Year"), "year"),
        Column("obs_value", N_("Joint works"), unit="works", decimals=0),
        Column("expected", N_("Expected"), unit="works", decimals=0),
        Column("expected_p05", N_("Expected, 5 % point"), unit="works", decimals=0),
        Column("expected_p95", N_("Expected, 95 % point"), unit="works", decimals=0),
        Column("ratio", N_("Actual over expected"), unit="times", decimals=2),
        Column("ratio_p05", N_("Actual over expected, 5 % point"), unit="times", decimals=2),
        Column("ratio_p95", N_("Actual over expected, 95 % point"), unit="times", decimals=2),
        coded("side", N_("Reading"), SIDES),
        Column("expected_by_level", N_("Expected with a level for each country"), unit="works", decimals=0),
    )


def cells(tie: Tie) -> tuple[object, ...]:
    """Return the cells of a tie under `heads`."""
    return (
        tie.a,
        tie.b,
        tie.year,
        tie.actual,
        tie.expected,
        tie.low,
        tie.high,
        tie.ratio,
        tie.ratio_low,
        tie.ratio_high,
        tie.side,
        tie.by_effects,
    )


def table(desk: Desk, caption: Words, found: Iterable[Tie]) -> Table:
    """Return ties as a table."""
    return Table(caption, heads(desk), tuple(cells(tie) for tie in found))


def of_pair(pair: PairView) -> Exhibit | None:
    """Return the years of a pair, the newest first; None where nothing is expected of it in any."""
    found = expected_ties.of_pair(pair.desk, pair.a, pair.b)
    if not found:
        return None
    last = max((t for t in found if t.year <= pair.year), key=lambda t: t.year, default=found[0])
    subtitle = N_("Joint works by year, and between which counts nine of ten pairs lie of which as much is expected")
    return Exhibit(
        "pair_expected",
        Sentence(lambda: words.finding(pair.desk, last)),
        subtitle,
        table(pair.desk, N_("Joint works and what is expected of them, by year"), reversed(found)),
        SERIES,
        (
            Sentence(lambda: words.between(last)),
            Sentence(lambda: words.is_mean(pair.desk, last.year)),
            Message(words.NEVER_A_FORECAST),
        ),
    )


def of_area(desk: Desk, area: str, year: int, most: int = MOST) -> Exhibit | None:
    """Return the ties of an area farthest above and below what is expected; None where it is not in the model."""
    own = expected_ties.year_for(desk, year)
    found = expected_ties.of_area(desk, area, own) if own is not None else []
    if own is None or not found:
        return None
    above = [t for t in reversed(found) if t.depth > 0][:most]
    below = [t for t in found if t.depth < 0][:most]
    beyond = [sum(t.side == side for t in found) for side in ("above", "below")]

    caption = Message(N_("Ties farthest above and below what is expected, {year}"), {"year": own})
    return Exhibit(
        "country_expected",
        Sentence(lambda: words.of_country(len(found), beyond[0], beyond[1], own)),
        Message(
            N_("Joint works of {year} over those expected; clearly: outside nine of ten pairs like it"), {"year": own}
        ),
        table(desk, caption, [*above, *below]),
        SERIES,
        (
            Message(words.FLOOR),
            Sentence(lambda: words.is_mean(desk, own)),
            Message(words.BY_EFFECTS),
            Message(words.NEVER_A_FORECAST),
        ),
    )
