"""The matrix that a score run was made of, from its stored cells."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.observations import Matrix


def matrix_of(
    cells: pd.DataFrame,
    outside: pd.DataFrame,
    specs: Mapping[str, IndicatorSpec],
    leaves: tuple[str, ...],
    peers: Mapping[str, str],
) -> Matrix:
    """Return the treated figures of all areas and years, oriented: more is better. Nothing is told of their own years.

    cells: indicator, ref_area, time_period, treated, obs_status, and where sources state errors `error`. outside:
    ref_area, time_period of the rows outside the universe that is ranked.
    """
    areas, years = sorted(set(cells["ref_area"])), sorted(set(cells["time_period"]))
    shape = (len(areas), len(years), len(leaves))
    values = np.full(shape, np.nan)
    place = [
        pd.Categorical(cells[column], categories=known).codes
        for column, known in (("ref_area", areas), ("time_period", years), ("indicator", leaves))
    ]
    values[place[0], place[1], place[2]] = cells["treated"].to_numpy(float)
    values *= np.array([specs[c].direction for c in leaves], dtype=float)
    reference = np.ones(shape[:2], dtype=bool)
    rows = pd.Categorical(outside["ref_area"], categories=areas).codes
    columns = pd.Categorical(outside["time_period"], categories=years).codes
    known = (rows >= 0) & (columns >= 0)
    reference[rows[known], columns[known]] = False
    statuses = np.full(shape, "", dtype="<U1")
    statuses[place[0], place[1], place[2]] = cells["obs_status"].to_numpy(str)
    periods = np.zeros(shape, dtype=np.int64)
    groups = tuple(peers.get(a, "") for a in areas)
    scored = tuple(int(y) for y in years)
    errors = np.zeros(shape)
    if "error" in cells:
        errors[place[0], place[1], place[2]] = cells["error"].to_numpy(float)
    stated = errors if errors.any() else None
    return Matrix(tuple(areas), scored, leaves, values, periods, statuses, reference, (), stated, groups)
