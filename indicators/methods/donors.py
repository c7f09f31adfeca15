"""Impute from donors: a gap takes the figure of another unit like it, drawn at random.

Random hot deck within classes (Andridge & Little, International Statistical Review 78 (2010) 40-64). One draw is one
plausible completion of the table; several of them show what the gaps may hide. It is meant for uncertainty, where a
gap must be wide, not for the published score, which invents nothing.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.errors import MethodError
from scidip.indicators.methods.impute import IMPUTERS, Layout
from scidip.indicators.vocabulary import WITHIN

FloatArray = NDArray[np.float64]


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
    labels = [str(g) for g in layout.groups]
    wider = [label.split(WITHIN)[0] for label in labels]
    for among in (labels, wider):
        members = _members(among, layout.times)
        for row in np.nonzero(np.isnan(result).any(axis=1))[0].tolist():
            others = [k for k in members.get((among[row], layout.times[row]), ()) if k != row]
            if others:
                known = _first_known(values[_ordered(others, str(layout.units[row]), layout, draw)])
                result[row] = np.where(np.isnan(result[row]), known, result[row])
    return result


def _members(labels: list[str], times: FloatArray) -> dict[tuple[str, float], list[int]]:
    """Return the rows of each group at each time, those without a group left out."""
    found: dict[tuple[str, float], list[int]] = {}
    for row, (label, time) in enumerate(zip(labels, times.tolist(), strict=True)):
        if label:
            found.setdefault((label, time), []).append(row)
    return found


def _ordered(rows: list[int], unit: str, layout: Layout, draw: int) -> list[int]:
    """Return *rows* in the order in which they are asked for *unit*: by chance, the same for each draw."""
    names = {k: str(layout.units[k]) for k in rows}
    return sorted(rows, key=lambda k: (crc32(f"{draw} {unit} {names[k]}".encode()), names[k]))


def _first_known(block: FloatArray) -> FloatArray:
    """Return of each column the first figure; NaN where there is none."""
    first = np.isfinite(block).argmax(axis=0)
    found: FloatArray = block[first, np.arange(block.shape[1])]
    return found
