"""Figures that are out of line with an area's own history.

A wrong figure looks like any other in a table of countries; in the line of its own country it does not: North
Macedonia's doctorates went from 0.35 % of adults to 9.9 % within a year. A figure that is three times those beside
it, or a third of them, is set aside with the evidence, unless later figures confirm the new level.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.model.catalogue import IndicatorSpec, Jump

FACTOR = 3.0
NEAR = 3
"""Years within which two figures of an area are compared."""

Floats = NDArray[np.float64]
Years = NDArray[np.int64]
COLUMNS = ("beside_period", "beside_value")


def out_of_line(rows: pd.DataFrame, specs: Mapping[str, IndicatorSpec]) -> pd.DataFrame:
    """Return, for each figure that jumps, the figure beside it: beside_period, beside_value; index that of *rows*.

    rows: indicator, ref_area, counterpart_area, time_period, obs_value, obs_status, each key once. Only indicators
    with a `jump` are looked at. A break that the producer itself marks ("B") is no jump.
    """
    checked = rows[rows["indicator"].isin([c for c, s in specs.items() if s.jump is not None])]
    checked = checked.sort_values(["indicator", "ref_area", "counterpart_area", "time_period"])
    found: dict[object, tuple[int, float]] = {}
    for key, line in checked.groupby(["indicator", "ref_area", "counterpart_area"], sort=False):
        jump = specs[str(key[0])].jump
        years = line["time_period"].to_numpy(dtype=np.int64)
        values = line["obs_value"].to_numpy(dtype=np.float64)
        if jump is None or not _any_jump(values, jump):
            continue
        marked = line["obs_status"].to_numpy() == "B"
        for place, beside in jumps(years, values, jump).items():
            if not marked[place]:
                found[line.index[place]] = (int(years[beside]), float(values[beside]))
    return pd.DataFrame.from_dict(found, orient="index", columns=list(COLUMNS))


def _any_jump(values: Floats, jump: Jump) -> bool:
    """Return whether any two figures of a line are apart at all, which most lines are not."""
    return bool(len(values) > 1 and apart(values.max(), values.min(), jump))


def apart(one: float, other: float, jump: Jump) -> bool:
    """Return whether two figures differ by the factor, the larger one being of any weight."""
    high, low = max(one, other), min(one, other)
    return high >= jump.floor and (low <= 0 or high > FACTOR * low)


def jumps(years: Years, values: Floats, jump: Jump) -> dict[int, int]:
    """Return, by place of a figure that jumps, the place of the figure it is judged by.

    years ascending; values of one area. Each figure is compared with the last one believed within `NEAR` years. It
    jumps when it is apart from it, unless the `confirm` figures that follow are all of its own level, or it lies
    between its neighbours (steady growth). Without one before it, a figure is judged by the two that follow.
    """
    found: dict[int, int] = {}
    last: int | None = None
    for i in range(len(years)):
        if last is not None and years[i] - years[last] <= NEAR:
            if apart(values[i], values[last], jump) and not _is_confirmed(i, last, years, values, jump):
                found[i] = last
        elif (judge := _first_is_apart(i, years, values, jump)) is not None:
            found[i] = judge
        if i not in found:
            last = i
    return found


def _following(i: int, years: Years, most: int) -> list[int]:
    """Return the places of up to *most* figures after one, each within `NEAR` years of the one before."""
    found: list[int] = []
    for j in range(i + 1, len(years)):
        if len(found) == most or years[j] - years[j - 1] > NEAR:
            break
        found.append(j)
    return found


def _is_confirmed(i: int, last: int, years: Years, values: Floats, jump: Jump) -> bool:
    after = _following(i, years, jump.confirm)
    if len(after) == jump.confirm and not any(apart(values[i], values[j], jump) for j in after):
        return True
    # What grows threefold a year, year after year, is no oddity: its next figure is larger still.
    between = bool(after) and (values[i] - values[last]) * (values[after[0]] - values[i]) > 0
    return jump.confirm == 1 and between


def _first_is_apart(i: int, years: Years, values: Floats, jump: Jump) -> int | None:
    """Return by which later figure one without a history is out of line; None when it is not."""
    after = _following(i, years, 2)
    if len(after) < 2 or apart(values[after[0]], values[after[1]], jump):
        return None
    # What spreads fast begins small.
    if jump.confirm == 1 and values[i] < values[after[0]]:
        return None
    if all(apart(values[i], values[j], jump) for j in after):
        return after[0]
    return None
