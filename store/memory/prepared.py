"""What is read ahead of all questions, and which queries it answers in the place of the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Engine

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.store.memory.figure_table import FigureTable, figure_table
from scidip.store.memory.score_table import ScoreTable, score_table
from scidip.store.queries import area_queries, indicator_queries, lab_queries, served

Ask = Callable[..., Any]
FROM_SCORES: Mapping[Ask, Ask] = {
    served.ranking: ScoreTable.ranking,
    served.movers: ScoreTable.movers,
    served.area_scores: ScoreTable.area_scores,
    served.year_scores: ScoreTable.year_scores,
    indicator_queries.ranking_with: ScoreTable.ranking_with,
}
FROM_FIGURES: Mapping[Ask, Ask] = {
    area_queries.area_indicators: FigureTable.area_indicators,
    area_queries.scored_figures: FigureTable.scored_figures,
    indicator_queries.indicator_series: FigureTable.indicator_series,
    indicator_queries.indicator_values: FigureTable.indicator_values,
    lab_queries.normalised_cells: FigureTable.normalised_cells,
}


@dataclass(frozen=True)
class Prepared:
    """The scores of every framework, and the figures."""

    scores: Mapping[str, ScoreTable]
    figures: FigureTable

    def answering(self, ask: Ask, kwargs: Mapping[str, Any]) -> Callable[[], Any] | None:
        """Return what answers the query *ask* with these arguments; None when only the database can."""
        if ask in FROM_FIGURES:
            return partial(FROM_FIGURES[ask], self.figures, **kwargs)
        rest = {k: v for k, v in kwargs.items() if k != "framework"}
        table = self.scores.get(kwargs.get("framework", DEFAULT_FRAMEWORK))
        if ask in FROM_SCORES and table is not None:
            return partial(FROM_SCORES[ask], table, **rest)
        return None


def read_ahead(engine: Engine, frameworks: tuple[str, ...]) -> Prepared:
    """Return the scores of *frameworks* and all figures that serve now."""
    scores = {f: score_table(engine, f) for f in frameworks}
    for table in scores.values():
        table.prepare()
    figures = figure_table(engine)
    figures.prepare()
    return Prepared(scores, figures)
