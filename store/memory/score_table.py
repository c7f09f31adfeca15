"""All scores that serve, read once and kept in order: a ranking or an area's scores are then a slice of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.store.queries.served import frame_of as read
from scidip.store.queries.served import in_order, movers_of, ranking_columns, scores_query, typed_scores


@dataclass(frozen=True)
class ScoreTable:
    """The scores of a framework: 70,000 rows take about 20 MB and a second to read."""

    frame: pd.DataFrame
    """Sorted by node and year, inside them as a ranking is."""
    _rankings: Mapping[tuple[str, int], tuple[int, int]]
    _areas: Mapping[str, np.ndarray]

    def prepare(self) -> None:
        """Compute what the first question would wait for."""
        _ = self._years

    def ranking(self, node: str, year: int) -> pd.DataFrame:
        """Return what `queries.ranking` returns."""
        start, end = self._rankings.get((node, year), (0, 0))
        part = self.frame.iloc[start:end][ranking_columns()]
        return part.set_axis(pd.RangeIndex(len(part)))

    def movers(self, node: str, year: int, since: int) -> pd.DataFrame:
        """Return what `queries.movers` returns."""
        return movers_of(self.ranking(node, year), self.ranking(node, since))

    def ranking_with(self, node: str, year: int, beside: tuple[str, ...]) -> pd.DataFrame:
        """Return what `indicator_queries.ranking_with` returns."""
        frame = self.ranking(node, year)
        for other in beside:
            start, end = self._rankings.get((other, year), (0, 0))
            part = self.frame.iloc[start:end]
            scores = dict(zip(part["ref_area"].tolist(), part["score"].tolist(), strict=True))
            frame[other] = [scores.get(area, float("nan")) for area in frame["ref_area"].tolist()]
        return frame

    def year_scores(self, year: int) -> pd.DataFrame:
        """Return what `queries.year_scores` returns."""
        return self._years[year] if year in self._years else self._year_scores(year)

    @cached_property
    def _years(self) -> dict[int, pd.DataFrame]:
        """The scores of each year; whoever writes into one writes into a copy."""
        return {y: self._year_scores(y) for y in {when for _, when in self._rankings}}

    def _year_scores(self, year: int) -> pd.DataFrame:
        columns = {}
        for (node, when), (start, end) in self._rankings.items():
            if when == year:
                part = self.frame.iloc[start:end]
                columns[node] = pd.Series(part["score"].to_numpy(), index=part["ref_area"].tolist())
        wide = pd.DataFrame(columns).sort_index()
        return wide.rename_axis(index="ref_area", columns="node")

    def area_scores(self, ref_area: str) -> pd.DataFrame:
        """Return what `queries.area_scores` returns."""
        rows = self._areas.get(ref_area, np.empty(0, dtype=np.int64))
        part = self.frame.take(rows)[["node", "time_period", *ranking_columns()]]
        return part.set_axis(pd.RangeIndex(len(part)))


def score_table(engine: Engine, framework: str = DEFAULT_FRAMEWORK) -> ScoreTable:
    """Return the scores of a framework that serve now."""
    frame = typed_scores(read(engine, scores_query(framework)))
    frame = in_order(frame, ["node", "time_period"])
    starts = np.flatnonzero(
        (frame["node"] != frame["node"].shift()) | (frame["time_period"] != frame["time_period"].shift())
    )
    ends = [*starts[1:].tolist(), len(frame)]
    heads = frame.iloc[starts]
    keys = zip(heads["node"].tolist(), heads["time_period"].tolist(), strict=True)
    places = {key: (int(a), int(b)) for key, a, b in zip(keys, starts, ends, strict=True)}
    areas = {str(area): np.asarray(rows) for area, rows in frame.groupby("ref_area").indices.items()}
    return ScoreTable(frame, places, areas)
