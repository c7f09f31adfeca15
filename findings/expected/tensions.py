"""Cooperation across tensions: pairs whose positions are far apart and who do much together, and the reverse.

A rule chooses, of distance in UN votes and of joint works beside what is expected; nothing is said of relations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from scidip.findings.expected import positions
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.positions import Distance, Positions
from scidip.findings.expected.ties import Tie
from scidip.findings.session import Desk
from scidip.indicators.gravity.expectation import RANKED
from scidip.indicators.language.current import N_
from scidip.store.queries import expectation_queries

Group = Literal["more", "most", "fewer"]
"""Far apart and above what is expected, far apart with the most joint works, near and below what is expected."""
MOST = 25
"""Pairs in the list of the most joint works."""
Certainty = Literal["firm", "likely"]
CERTAINTY: Mapping[str, str] = {"firm": N_("firm"), "likely": N_("likely")}
MEANING = N_(
    "Firm: the whole range of the distance lies in that tenth (of near pairs: in the nearer half), and, where more or "
    "fewer works than expected are meant, the pair was outside nine of ten pairs like it in the two years before, too, "
    "by both readings. Likely: one of the two does not hold."
)
RULES: Mapping[Group, str] = {
    "more": N_(
        "Chosen by rule: distance in UN votes among the largest tenth of all pairs of states in {year} (from {far}), "
        "at least 20 joint works expected, more published than by nine of ten pairs like it (lower end of the ratio "
        "above 1), more than expected by the second reading as well."
    ),
    "most": N_(
        "Chosen by rule: distance in UN votes among the largest tenth of all pairs of states in {year} (from {far}), "
        "at least 20 joint works expected; of these the {n} with the most joint works, whatever is expected."
    ),
    "fewer": N_(
        "Chosen by rule: distance in UN votes among the smallest tenth of all pairs of states in {year} (up to "
        "{near}), at least 20 joint works expected, fewer published than by nine of ten pairs like it (upper end of "
        "the ratio below 1), fewer than expected by the second reading as well."
    ),
}
CAUTION = N_(
    "Votes in the General Assembly show positions of governments, not relations between states or people. What is "
    "expected takes the distance in votes into account, and its weight is small. A count may hold works that OpenAlex "
    "files under the wrong country: read the years on the page of the pair. A cause is not shown."
)


@dataclass(frozen=True)
class Across:
    """A tie with the distance of positions of its two countries."""

    tie: Tie
    distance: Distance
    nearer: float
    """Share of all pairs of states whose positions are nearer, 0 to 1."""
    certainty: Certainty


def of_year(desk: Desk, year: int, group: Group, area: str = "") -> list[Across]:
    """Return the pairs of a group in a year of the model; with *area* those of this country only.

    Of more and fewer the farthest from what is expected first, of the most joint works those.
    """
    key = ("tensions", group, year, desk.data_version)
    found: list[Across] = desk.cache.get(key, lambda: _of_all(desk, year, group))
    return [r for r in found if not area or area in (r.tie.a, r.tie.b)]


def _of_all(desk: Desk, year: int, group: Group) -> list[Across]:
    places = positions.of_year(desk, year)
    if not len(places.distances):
        return []
    frame = desk.query(expectation_queries.of_year, year=year)
    chosen = expected_ties.from_rows(_chosen(frame, places, group))
    order = {"more": _deepest, "most": _most, "fewer": _lowest}[group]
    ranked = sorted(chosen, key=order)[: MOST if group == "most" else None]
    past = _before(desk, year, ranked) if ranked and group != "most" else {}
    return [_across(tie, places, group, past) for tie in ranked]


def _lowest(tie: Tie) -> tuple[float, str, str]:
    return tie.depth, tie.a, tie.b


def _deepest(tie: Tie) -> tuple[float, str, str]:
    return -tie.depth, tie.a, tie.b


def _most(tie: Tie) -> tuple[float, str, str]:
    return -tie.actual, tie.a, tie.b


def _chosen(frame: pd.DataFrame, places: Positions, group: Group) -> pd.DataFrame:
    """Return the rows of a group; columns EXPECTATION. On the frame, for a year has thousands of pairs."""
    known = {area: point for area, (point, _half) in places.points.items()}
    apart = (frame["ref_area"].map(known) - frame["counterpart_area"].map(known)).abs()
    listed = (frame["expected"] >= RANKED) & apart.notna()
    if group == "fewer":
        below = (frame["actual"] < frame["low"]) & (frame["actual"] < frame["by_effects"])
        return frame[listed & below & (apart <= places.near)]
    far = frame[listed & (apart >= places.far)]
    if group == "most":
        return far
    return far[(far["actual"] > far["high"]) & (far["actual"] > far["by_effects"])]


Past = Mapping[tuple[str, str, int], Tie]
"""Ties by both ends and year."""


def _before(desk: Desk, year: int, listed: Iterable[Tie]) -> Past:
    """Return the same pairs in the two years before."""
    pairs = tuple(sorted((t.a, t.b) for t in listed))
    frame = desk.query(expectation_queries.of_pairs, pairs=pairs, first=year - 2, last=year - 1)
    return {(t.a, t.b, t.year): t for t in expected_ties.from_rows(frame)}


def _across(tie: Tie, places: Positions, group: Group, past: Past) -> Across:
    distance = places.between(tie.a, tie.b)
    assert distance is not None  # it was chosen by it
    clear = distance.high <= places.middle if group == "fewer" else distance.low >= places.far
    before = [past.get((tie.a, tie.b, tie.year - back)) for back in (1, 2)]
    lasting = group == "most" or all(t is not None and t.side == tie.side and t.agreed for t in before)
    return Across(tie, distance, places.nearer(distance.apart), "firm" if clear and lasting else "likely")
