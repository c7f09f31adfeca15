"""What moved a country's score, and the strongest honest case against its headline."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scidip.figures.rows import row_at
from scidip.figures.text import numbers, sentences
from scidip.findings.change import Change, change_of, only_figure
from scidip.findings.laboratory import MEANS, SCALES, lab_of
from scidip.findings.session import Desk
from scidip.indicators.engine.drivers import drivers
from scidip.indicators.language.current import _, ngettext
from scidip.indicators.robustness.alternative_methodologies import USUAL, Choices
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, oldest_current
from scidip.store.queries import served

BACK = 5
"""Years back to which a change is told, when there is a score."""
CARRIED = 0.25
"""From this share of carried figures on, it counts against a rank."""
APART = 25
"""Places between a country's best and worst factor from which the index hides something."""
HARDLY = 0.5
"""Points of the index under which it has hardly moved."""
TOLD = 3
"""Findings against a rank that are told."""


@dataclass(frozen=True)
class Moved:
    """What moved the index of an area between two years."""

    since: int
    year: int
    finding: str
    frame: pd.DataFrame
    """As of `drivers`: node, before, after, change, known; and alike, the points of the index that the dimension
    brought on the figures known in both years (0 where there are none). The largest change first."""

    @property
    def total(self) -> float:
        """The change of the index in points."""
        return float(self.frame["change"].sum())

    @property
    def alike(self) -> float:
        """The change of the index on the figures known in both years."""
        return float(self.frame["alike"].sum())


@dataclass(frozen=True)
class Objection:
    """What speaks against a rank: in short, and as a sentence."""

    short: str
    sentence: str


def moved(desk: Desk, year: int, scores: pd.DataFrame) -> Moved | None:
    """Return which dimensions moved the index since five years before (or the first scored year).

    scores: as of `queries.area_scores`. None when the index is not scored twice.
    """
    index = scores[(scores["node"] == desk.catalogue.framework.index_code) & scores["score"].notna()]
    earlier = index.loc[index["time_period"] < year, "time_period"]
    if earlier.empty or year not in set(index["time_period"]):
        return None
    since = max((y for y in earlier if y <= year - BACK), default=int(earlier.min()))
    by_year: dict[int, dict[Any, float]] = {
        y: scores[scores["time_period"] == y].set_index("node")["score"].to_dict() for y in (since, year)
    }
    frame = drivers(desk.catalogue.framework, by_year[since], by_year[year])
    if frame.empty:
        return None
    area = str(scores["ref_area"].iloc[0])
    change = change_of(desk, area, desk.catalogue.framework.index_code, int(since), year)
    frame = frame.assign(alike=frame["node"].map(change.by_dimension).fillna(0.0))
    total = float(frame["change"].sum())
    return Moved(int(since), year, _drivers_words(desk, change, total), frame)


def _drivers_words(desk: Desk, change: Change, total: float) -> str:
    """Return the finding; what came of figures that began or ended is not told as the country's.

    A dimension is named when at least two of its figures moved; else the one that did, with its values.
    """
    own, since = change.points, change.since
    points = numbers.fixed(abs(total))
    if abs(total) < HARDLY:
        return _("Hardly moved since {since}").format(since=since)
    # Less than half of it remains, or the rest goes the other way (decision 0009).
    if own * total <= 0 or abs(own) < abs(total) / 2:
        words = _("Up {points} points since {since}, mostly because other figures are known ({own} on the same ones)")
        if total < 0:
            words = _(
                "Down {points} points since {since}, mostly because other figures are known ({own} on the same ones)"
            )
        return words.format(points=points, since=since, own=signed(own))
    by = change.by_dimension
    lead = str((by if own > 0 else -by).idxmax())
    name = sentences.dimension_named(desk.catalogue, lead)
    words = _("Up {points} points since {since}, most of it in {name}")
    if total < 0:
        words = _("Down {points} points since {since}, most of it in {name}")
    if 2 * abs(by[lead]) < abs(own):
        words = _("Up {points} points since {since}, more of it in {name} than in any other dimension")
        if total < 0:
            words = _("Down {points} points since {since}, more of it in {name} than in any other dimension")
    said = words.format(points=points, since=since, name=name)
    single = only_figure(desk, change, lead)
    return _("{said}: {figure}").format(said=said, figure=single) if single else said


def signed(points: float) -> str:
    """Return points with their sign: "+1.2", "−0.4"."""
    return f"{'+' if points >= 0 else '−'}{numbers.fixed(abs(points))}"


def against(desk: Desk, area: str, year: int, now: pd.DataFrame) -> list[Objection]:
    """Return the strongest case against the headline: at most three findings, the gravest first.

    *now*: the area's scores of *year* by node. The rules: the alternative methodology (of 81) that moves the rank
    furthest; the other framework's rank where its range does not overlap; a factor far from the index;
    many figures carried. Empty for an area without a rank.
    """
    index = desk.index_code
    if index not in now.index or not numbers.known(now.at[index, "rank"]):
        return []
    found = [
        _other_way(desk, area, year, now),
        _other_framework(desk, area, year, now),
        _factors(desk, now),
        _carried(desk, year, now),
    ]
    told = [objection for objection in found if objection]
    if not told:
        told = [_nothing(desk)]
    return told[:TOLD]


def _nothing(desk: Desk) -> Objection:
    if desk.own is not None:
        words = _("No alternative methodology, of {n}, moves the rank out of its range.")
        ways = len(list(lab_of(desk).alternatives()))
        return Objection(_("Little speaks against this rank"), words.format(n=ways))
    said = _("No alternative methodology, of 81, moves the rank out of its range, and few figures are carried.")
    return Objection(_("Little speaks against this rank"), said)


def _span(row: pd.Series) -> str:
    return f"{row['rank']:.0f} ({numbers.interval(row['rank_p05'], row['rank_p95'])})"


def _other_way(desk: Desk, area: str, year: int, now: pd.DataFrame) -> Objection | None:
    found = lab_of(desk).furthest(area, year)
    if found is None:
        return None
    choices, rank = found
    own = row_at(now, desk.index_code)
    if own["rank_p05"] <= rank <= own["rank_p95"]:
        return None
    words = _("Counted otherwise, it would stand at {rank}, outside its range of {span}: {way}.")
    span = numbers.interval(own["rank_p05"], own["rank_p95"])
    short = _("Counted otherwise, it would stand at {rank}, outside its range of {span}")
    return Objection(
        short.format(rank=round(rank), span=span), words.format(rank=round(rank), span=span, way=way(desk, choices))
    )


def way(desk: Desk, choices: Choices) -> str:
    """Return what differs from the default choices, in words."""
    parts = []
    if choices.framework != DEFAULT_FRAMEWORK:
        parts.append(_("framework: {name}").format(name=_(desk.catalogue.frameworks[choices.framework].name)))
    if choices.normalise != "min_max":
        parts.append(_(SCALES[choices.normalise]))
    if choices.aggregate != "arithmetic":
        parts.append(_(MEANS[choices.aggregate]))
    model = desk.catalogue.frameworks[choices.framework]
    parts += [
        _("{factor} counting double").format(factor=_(model.node(n).name))
        for n, p in choices.points.items()
        if p > USUAL
    ]
    return _("; ").join(parts) or _("the published choices")


def _other_framework(desk: Desk, area: str, year: int, now: pd.DataFrame) -> Objection | None:
    own = row_at(now, desk.index_code)
    for code, framework in desk.catalogue.frameworks.items():
        if code == DEFAULT_FRAMEWORK:
            continue
        frame = desk.query(served.ranking, node=framework.index_code, year=year, framework=code)
        row = frame[frame["ref_area"] == area]
        if row.empty or not numbers.known(row["rank"].iloc[0]):
            continue
        other = row.iloc[0]
        if other["rank_p05"] > own["rank_p95"] or other["rank_p95"] < own["rank_p05"]:
            words = _("The same figures in another framework, {name}, give rank {other}; the ranges do not overlap.")
            short = _("Another framework gives rank {other}; the ranges do not overlap")
            return Objection(short.format(other=_span(other)), words.format(name=_(framework.name), other=_span(other)))
    return None


def _factors(desk: Desk, now: pd.DataFrame) -> Objection | None:
    factors = [f.code for f in desk.catalogue.framework.level("factor") if f.code in now.index]
    ranked = now.loc[factors].dropna(subset=["rank"]).sort_values("rank")
    if len(ranked) < 2 or ranked["rank"].iloc[-1] - ranked["rank"].iloc[0] < APART:
        return None
    best, worst = ranked.iloc[0], ranked.iloc[-1]
    name = desk.catalogue.framework.node
    words = _("The index hides a contrast: rank {best} on the {one} factor, {worst} on the {other}.")
    one, other = (_(name(str(row.name)).name).lower() for row in (best, worst))
    short = _("The index hides a contrast between the {one} factor and the {other}")
    return Objection(
        short.format(one=one, other=other), words.format(best=_span(best), worst=_span(worst), one=one, other=other)
    )


def _carried(desk: Desk, year: int, now: pd.DataFrame) -> Objection | None:
    share = float(row_at(now, desk.index_code)["carried_share"])
    if share < CARRIED:
        return None
    n = round(100 * share)
    words = ngettext(
        "{share} % of its figures is older than {year} and counts as carried.",
        "{share} % of its figures are older than {year} and count as carried.",
        n,
    )
    said = sentences.opening(words.format(share=numbers.fixed(100 * share, 0), year=oldest_current(year)))
    return Objection(said.rstrip("."), said)
