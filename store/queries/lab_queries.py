"""Reads for scoring anew: the treated figures of the score run that serves, and who is outside the ranking."""

import pandas as pd
from sqlalchemy import Engine, select

from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.robustness.varied.source_errors import FloatArray, errors_of
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, LISTED_APART
from scidip.store.database.schema import score, scored_cell
from scidip.store.queries.served import frame_of, observations, score_run

_CELLS = [scored_cell.c[k] for k in ("indicator", "time_period", "ref_area")]


def treated_cells(engine: Engine) -> pd.DataFrame:
    """Return indicator, ref_area, time_period, own_period, obs_value, treated and obs_status of every scored cell."""
    names = ("indicator", "ref_area", "time_period", "own_period", "obs_value", "treated", "obs_status")
    query = select(*(scored_cell.c[n] for n in names)).where(scored_cell.c.run_id == score_run())
    return frame_of(engine, query.order_by(*_CELLS))


def stated_errors(engine: Engine, catalogue: Catalogue, cells: pd.DataFrame) -> FloatArray:
    """Return the standard error that a source states for each of *cells*, see `source_errors.errors_of`."""
    codes = [s.standard_error for s in catalogue.indicators.values() if s.standard_error]
    return errors_of(cells, observations(engine, codes), catalogue.indicators)


def outside_universe(engine: Engine) -> pd.DataFrame:
    """Return ref_area, time_period of the rows that are scored and not ranked because of what the area is."""
    query = select(score.c.ref_area, score.c.time_period).where(
        score.c.run_id == score_run(),
        score.c.framework == DEFAULT_FRAMEWORK,
        score.c.node == DEFAULT_INDEX,
        score.c.reason_code.in_(sorted(LISTED_APART)),
    )
    return frame_of(engine, query.order_by(score.c.time_period, score.c.ref_area))


def normalised_cells(engine: Engine, years: tuple[int, ...]) -> pd.DataFrame:
    """Return indicator, ref_area, time_period, own_period, normalised of the scored cells of some years."""
    names = ("indicator", "ref_area", "time_period", "own_period", "normalised")
    query = select(*(scored_cell.c[n] for n in names)).where(
        scored_cell.c.run_id == score_run(), scored_cell.c.time_period.in_(years)
    )
    return frame_of(engine, query.order_by(*_CELLS))
