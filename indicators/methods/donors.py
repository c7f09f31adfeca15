"""Impute from donors: a gap takes the figure of another unit like it, drawn at random.

Random hot deck within classes (Andridge & Little, International Statistical Review 78 (2010) 40-64). One draw is one
plausible completion of the table; several of them show what the gaps may hide. It is meant for uncertainty, where a
gap must be wide, not for the published score, which invents nothing.
"""

from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.methods.impute import IMPUTERS, Layout
from scidip.indicators.vocabulary import WITHIN

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
ORDERS = 1024
"""Orders of donors that are remembered, one a time, draw and kind of group: 15 kB each with 170 units."""


@IMPUTERS.register
def donors(values: FloatArray, layout: Layout, *, draw: int = 1) -> FloatArray:
    """Fill the gaps of a unit from other units of its group at the same time, in the order that *draw* gives them.

    The first donor with a figure gives it, so that a unit's gaps come from as few donors as can be and fit together.
    Where nobody of the group has one (or the group has one member), the wider group is asked (see `WITHIN`). A gap
    stays where nobody there has a figure, and all gaps of a unit without a group stay. The same draw gives the same
    donors, whatever the order of rows. MethodError without groups.
    """
    if layout.groups is None:
        raise MethodError("imputing from donors needs `group`, the code of a group column")
    result = values.copy()
    labels = tuple(str(g) for g in layout.groups)
    wider = tuple(label.split(WITHIN)[0] for label in labels)
    units, times = tuple(str(u) for u in layout.units), tuple(layout.times.tolist())
    gaps = np.isnan(values).any(axis=1)
    for among in (labels, wider):
        order = _order(among, units, times, draw)
        asked = np.nonzero(gaps & (order[:, 0] >= 0))[0] if order.shape[1] else np.empty(0, dtype=np.int64)
        if len(asked):
            known = _first_known(values, order[asked])
            result[asked] = np.where(np.isnan(result[asked]), known, result[asked])
    return result


@lru_cache(maxsize=ORDERS)
def _order(labels: tuple[str, ...], units: tuple[str, ...], times: tuple[float, ...], draw: int) -> IntArray:
    """Return for each row the other rows of its group at its time in the order they are asked, then -1.

    By chance, the same for each *draw* whatever the order of rows. Rows without a group ask nobody.
    """
    members: dict[tuple[str, float], list[int]] = {}
    for row, (label, time) in enumerate(zip(labels, times, strict=True)):
        if label:
            members.setdefault((label, time), []).append(row)
    found = np.full((len(units), max(map(len, members.values()), default=1) - 1), -1, dtype=np.int32)
    names = [f" {unit}".encode() for unit in units]
    for rows in members.values():
        for row in rows:
            asks = crc32(f"{draw}".encode() + names[row])
            others = sorted((crc32(names[k], asks), units[k], k) for k in rows if k != row)
            found[row, : len(others)] = [k for *_, k in others]
    found.setflags(write=False)
    return found


def _first_known(values: FloatArray, order: IntArray) -> FloatArray:
    """Return of each column the first figure among the rows that *order* names; NaN where there is none."""
    block = np.where((order >= 0)[:, :, None], values[order], np.nan)
    first = np.isfinite(block).argmax(axis=1)
    found: FloatArray = np.take_along_axis(block, first[:, None, :], axis=1)[:, 0]
    return found
