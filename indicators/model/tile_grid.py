"""A world of equal tiles: a place on a grid for each state, near its neighbours on the globe."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

COLUMNS, ROWS = 30, 17
EVEN = 0.62
"""How far positions are spread evenly (1: by order alone; 0: by latitude and longitude alone)."""


def tile_grid(places: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Return ref_area, row (0 in the north), column (0 in the west) of each area, no two in one tile.

    places: latitude and longitude by area. Longitudes run from the Bering Strait eastward. Positions are mixed with
    their order, so that crowded parts of the world get room, and each area gets the tile that makes the sum of
    squared distances smallest (Hungarian method). The same input gives the same grid.
    """
    areas = sorted(places)
    latitude = np.array([places[a][0] for a in areas])
    longitude = np.array([(places[a][1] + 169) % 360 for a in areas])
    x = _spread(longitude) * (COLUMNS - 1)
    y = (1 - _spread(latitude)) * (ROWS - 1)
    columns, rows = np.meshgrid(np.arange(COLUMNS), np.arange(ROWS))
    cost = (columns.ravel()[None, :] - x[:, None]) ** 2 + 1.3 * (rows.ravel()[None, :] - y[:, None]) ** 2
    taken, cells = linear_sum_assignment(cost)
    frame = pd.DataFrame({"ref_area": [areas[i] for i in taken], "row": cells // COLUMNS, "column": cells % COLUMNS})
    frame = frame.assign(row=frame["row"] - frame["row"].min(), column=frame["column"] - frame["column"].min())
    return frame.sort_values(["row", "column"], ignore_index=True)


def _spread(values: np.ndarray) -> np.ndarray:
    """Return positions from 0 to 1: a mixture of the values and of their order."""
    linear = (values - values.min()) / (np.ptp(values) or 1.0)
    order = pd.Series(values).rank(method="average").to_numpy()
    even = (order - 1) / max(len(values) - 1, 1)
    result: np.ndarray = EVEN * even + (1 - EVEN) * linear
    return result
