"""The gravity model of joint works as lines of text: for the command and for docs/expected.md."""

from collections.abc import Iterator

import pandas as pd

from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.ties import Tie
from scidip.findings.session import Desk
from scidip.indicators.gravity.pair_years import OUTSIDE
from scidip.indicators.gravity.validation import MODELS

COLUMNS = {
    "constant": "constant",
    "size": "works of both, log",
    "distance": "distance, log km",
    "border": "shared border",
    "language": "common official language",
    "colony": "colonial tie",
    "organisations": "ten common organisations",
    "political": "distance in UN votes",
    "students": "students both ways, log(1+n)",
}
NAMES = {
    "size": "size only",
    "size_region": "size and region",
    "main": "main model",
    "without_organisations": "without organisations",
    "effects": "a level for each country",
}
MOST = 10


def newest(desk: Desk) -> int | None:
    """Return the newest year of the model; None without one."""
    return expected_ties.year_for(desk, 9999)


def coefficients(frame: pd.DataFrame, year: int, part: str) -> Iterator[tuple[str, float, float, float]]:
    """Yield name, coefficient, error by pair and error by country of each column of a model."""
    for code, name in COLUMNS.items():
        found = [
            expected_ties.value(frame, year, part, code, measure)
            for measure in ("coefficient", "pair_error", "country_error")
        ]
        if found[0] == found[0]:
            yield name, found[0], found[1], found[2]


def compared(frame: pd.DataFrame, year: int) -> Iterator[tuple[str, float, float]]:
    """Yield name and deviance per pair on pairs and on the year that a model has not seen."""
    for code in MODELS:
        pairs, later = (expected_ties.value(frame, year, "compared", code, m) for m in ("pairs", "next_year"))
        yield NAMES[code], pairs, later


def coverage(frame: pd.DataFrame) -> Iterator[tuple[int, float, float]]:
    """Yield year and coverage of the intervals on unseen pairs and in the year after, NaN of the first."""
    for year in sorted({int(y) for y in frame["time_period"]}):
        pairs, later = (expected_ties.value(frame, year, "coverage", of, "share") for of in ("pairs", "next_year"))
        yield year, pairs, later


def calibration(frame: pd.DataFrame, year: int) -> Iterator[tuple[int, float, float]]:
    """Yield tenth, works expected and actual works, of pairs ordered by what is expected of them unseen."""
    for tenth in range(1, 11):
        of = f"{tenth:02}"
        expected, actual = (expected_ties.value(frame, year, "calibration", of, m) for m in ("expected", "actual"))
        yield tenth, expected, actual


def farthest(desk: Desk, year: int) -> tuple[list[Tie], list[Tie]]:
    """Return the ten ties farthest above and the ten farthest below what is expected, by depth."""
    found = expected_ties.of_year(desk, year)
    return found[::-1][:MOST], found[:MOST]


def lines(desk: Desk) -> Iterator[str]:
    """Yield the model of the newest year, line by line; a sentence where there is none."""
    frame, year = expected_ties.model(desk), newest(desk)
    if year is None:
        yield "There is no gravity model: its sources are not in the database. Run `scidip build`."
        return
    about = {k: expected_ties.value(frame, year, "about", k, "value") for k in ("areas", "pairs", "zeros", "explained")}
    yield f"Joint works {year}: {about['pairs']:,.0f} pairs of {about['areas']:.0f} countries,"
    told = f"{about['zeros']:.1%} without a joint work; the main model explains {about['explained']:.1%} of the"
    yield f"{told} deviance."
    yield from ("", f"{'main model':32}{'coefficient':>12}{'error, pairs':>14}{'countries':>11}")
    yield from (f"{n:32}{c:12.3f}{p:14.3f}{k:11.3f}" for n, c, p, k in coefficients(frame, year, "main"))
    yield from _mobility(frame)
    yield from ("", f"{'deviance per pair, not seen':32}{'other pairs':>12}{'next year':>14}")
    yield from (f"{n:32}{a:12.1f}{b:14.1f}" for n, a, b in compared(frame, year))
    yield from ("", f"{'coverage of the 90 % interval':32}{'other pairs':>12}{'next year':>14}")
    yield from (f"{y:<32}{a:12.1%}{_share(b):>14}" for y, a, b in coverage(frame))
    yield from ("", f"{'calibration, not seen (tenths)':32}{'expected':>12}{'actual':>14}")
    yield from (f"{t:<32}{e:12,.0f}{a:14,.0f}" for t, e, a in calibration(frame, year))
    kept = [expected_ties.value(frame, year, "stability", k, "value") for k in ("correlation", "still_beyond")]
    yield from (
        "",
        f"From {year - 1} to {year}: ratios correlate {kept[0]:.2f}; {kept[1]:.0%} of the ties outside their",
    )
    yield "interval are outside on the same side a year later."
    above, below = farthest(desk, year)
    for title, found in (("farthest above", above), ("farthest below", below)):
        yield from ("", f"{title:32}{'actual':>10}{'expected':>10}{'5-95 %':>16}{'ratio':>8}{'by levels':>11}")
        yield from map(_tie, found)
    yield from ("", *_outside(frame, year))


def _mobility(frame: pd.DataFrame) -> Iterator[str]:
    years = frame.loc[frame["part"] == "mobility", "time_period"]
    if years.empty:
        return
    year = int(years.max())
    pairs = expected_ties.value(frame, year, "about", "mobility_pairs", "value")
    both = [expected_ties.value(frame, year, "compared", m, "same_pairs") for m in ("mobility_without", "mobility")]
    yield from ("", f"{f'with students, {year}, {pairs:,.0f} pairs':32}{'coefficient':>12}{'error, pairs':>14}")
    yield from (f"{n:32}{c:12.3f}{p:14.3f}" for n, c, p, _k in coefficients(frame, year, "mobility"))
    yield f"Deviance per pair of these {both[0]:.1f} without and {both[1]:.1f} with students: a variant, not used."


def _share(value: float) -> str:
    return f"{value:.1%}" if value == value else "-"


def _tie(tie: Tie) -> str:
    interval = f"{tie.low:,.0f}-{tie.high:,.0f}"
    start = f"{tie.a}-{tie.b:28}{tie.actual:10,.0f}{tie.expected:10,.0f}"
    return f"{start}{interval:>16}{tie.ratio:8.2f}{tie.ratio_by_effects:11.2f}"


def _outside(frame: pd.DataFrame, year: int) -> Iterator[str]:
    own = frame[(frame["time_period"] == year) & (frame["part"] == "outside")]
    for why, areas in own.groupby("measure")["element"]:
        named = f": {', '.join(areas)}" if len(areas) <= MOST else ""
        yield f"Not in the model, because {OUTSIDE[str(why)]}: {len(areas)}{named}"
