"""What the stored rows say, asked as plainly as possible: one dictionary of figures, one of scores."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from sqlalchemy import Engine

from scidip.indicators.collector import without_collector
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.queries import served

Line = list[tuple[int, float]]
"""Years and values of one series of one area or pair, ascending."""


@dataclass(frozen=True)
class Truth:
    """Every stored figure and score."""

    catalogue: Catalogue
    areas: Areas
    lines: Mapping[tuple[str, str, str], Line]
    """(indicator, ref_area, counterpart_area) → its known figures."""
    scores: Mapping[tuple[str, str, int], Mapping[str, float]]
    """(node, ref_area, year) → score, rank, rank_p05, rank_p95, ranked_areas."""

    def line(self, code: str, area: str, other: str = NOT_APPLICABLE) -> Line:
        """Return the figures of an area, or of a pair; of an undirected one whichever way it is stored."""
        found = self.lines.get((code, area, other), [])
        if not found and other != NOT_APPLICABLE and not self.catalogue.indicators[code].directed:
            found = self.lines.get((code, other, area), [])
        return found

    def newest(self, line: Line, year: int) -> tuple[int, float] | None:
        """Return the newest figure of a line up to *year*."""
        place = bisect_right(line, (year, float("inf")))
        return line[place - 1] if place else None

    def next(self, line: Line, year: int) -> tuple[int, float] | None:
        """Return the first figure of a line after *year*."""
        place = bisect_right(line, (year, float("inf")))
        return line[place] if place < len(line) else None

    @cached_property
    def spans(self) -> Mapping[str, tuple[int, int]]:
        """Of each indicator, its first and last year with any figure of any area."""
        found: dict[str, tuple[int, int]] = {}
        for (code, _, _), line in self.lines.items():
            first, last = found.get(code, (line[0][0], line[-1][0]))
            found[code] = (min(first, line[0][0]), max(last, line[-1][0]))
        return found

    @cached_property
    def editions(self) -> Mapping[str, frozenset[int]]:
        """Of each indicator, the years with any figure of any area."""
        found: dict[str, set[int]] = {}
        for (code, _, _), line in self.lines.items():
            found.setdefault(code, set()).update(year for year, _ in line)
        return {code: frozenset(years) for code, years in found.items()}

    @cached_property
    def _lists(self) -> Mapping[str, tuple[IndicatorSpec, ...]]:
        """Of each indicator, the complete lists that it is made of."""
        inputs = {code: self.catalogue.inputs_of(code) for code in self.catalogue.indicators}
        return {code: tuple(i for i in found if i.absent != "unknown") for code, found in inputs.items()}

    @cached_property
    def _ends(self) -> dict[tuple[str, str], int]:
        """Of each source and way of being silent, the last year in which its lists speak, as far as asked."""
        return {}

    def _last_spoken(self, spec: IndicatorSpec) -> int:
        key = (spec.source, spec.absent)
        if key not in self._ends:
            beside = [i.code for i in self.catalogue.of_source(spec.source) if i.absent == spec.absent]
            self._ends[key] = max(self.spans[c][1] for c in beside if c in self.spans)
        return self._ends[key]

    def may_be_none(self, code: str, area: str, year: int) -> bool:
        """Return whether a complete list can be said to have none of an area in *year*, by the rows alone.

        No row of that year or later than it up to now is above zero, none of the lists it is made of has an entry up
        to that year that counts, and the lists speak then: an edition of the year, or a span around it.
        """
        spec = self.catalogue.indicators[code]
        if spec.absent == "unknown":
            return False
        if any(y == year and value != 0 for y, value in self.line(code, area)):
            return False
        lists = self._lists[code]
        refused = any(self.areas.list_areas.get((i.source, area)) is False for i in lists)
        return bool(lists) and not refused and all(self._silent(i.code, code, area, year) for i in lists)

    def _silent(self, list_code: str, asked: str, area: str, year: int) -> bool:
        spec = self.catalogue.indicators[list_code]
        own = self.line(list_code, area)
        if spec.absent == "none_in_edition":
            spoken = year in self.editions.get(list_code, frozenset())
            return spoken and not any(y == year and value != 0 for y, value in own)
        if spec.absent == "none_in_dated_edition":
            return not own and year == max(self.editions.get(list_code, frozenset({0})))
        if year > self._last_spoken(spec):
            return False
        if list_code == asked:
            return not any(y == year and value != 0 for y, value in own)
        # What adds up a list of events: no entry up to the year, or entries that cancel out.
        since = self._since(asked, year)
        return sum(value for y, value in own if since <= y <= year) == 0

    def _since(self, code: str, year: int) -> int:
        """Return from which year on a derived list adds up to *year*: its first, or that of the window up to it."""
        derive = self.catalogue.indicators[code].derive
        if derive is None:
            return 0
        own, window = derive.params.get("since"), int(derive.params.get("window", 0))
        if own is None:
            return max(self._since(c, year) for c in derive.of)
        return max(int(own), year - window + 1) if window else int(own)


def truth_of(engine: Engine, catalogue: Catalogue, areas: Areas) -> Truth:
    """Read every figure and score that serves."""
    lines: dict[tuple[str, str, str], Line] = {}
    with without_collector():
        for key, figures in served.each_line(engine):
            if key[0] in catalogue.indicators:
                lines.setdefault(key, []).extend(figures)
        return Truth(catalogue, areas, lines, _scores(engine))


def _scores(engine: Engine) -> dict[tuple[str, str, int], dict[str, float]]:
    frame = served.typed_scores(served.frame_of(engine, served.scores_query()))
    names = ["score", "rank", "rank_p05", "rank_p95", "ranked_areas"]
    keys = zip(frame["node"], frame["ref_area"], frame["time_period"], strict=True)
    values: pd.DataFrame = frame[names].astype(float)
    return {
        (str(n), str(a), int(y)): dict(zip(names, row, strict=True))
        for (n, a, y), row in zip(keys, values.to_numpy().tolist(), strict=True)
    }
