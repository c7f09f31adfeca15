"""Figures drawn within the standard errors that their producers state.

An estimate that comes with a standard error might as well have been another one. The drawings are normal and
independent of each other: producers state errors, and not how the errors of two countries or two series go together.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.observations import Matrix

FloatArray = NDArray[np.float64]
BYTES: Final = 8
"""Of randomness for each drawing of a figure."""


def drawn(
    values: FloatArray, errors: FloatArray, areas: Sequence[str], years: Sequence[int], codes: Sequence[str], count: int
) -> FloatArray:
    """Return *count* drawings of *values* (rows × codes), each around its value with its error; NaN stays NaN.

    errors: rows × codes, 0 where none is stated. areas, years: of the rows. A figure is drawn by its area, year and
    code alone, so that the same one comes out whatever else is there. As the values themselves are one option beside
    the drawings, these are wider by the root of (count + 1) / count: over all options the variance is the producer's.
    """
    result = np.repeat(values[np.newaxis], count, axis=0)
    if not count:
        return result
    for row, column in np.argwhere(errors > 0):
        spread = errors[row, column] * np.sqrt((count + 1) / count)
        result[:, row, column] += spread * _normal(f"{areas[row]} {years[row]} {codes[column]}", count)
    return result


def drawings_of(matrix: Matrix, count: int) -> FloatArray:
    """Return *count* drawings of the values of a matrix: drawings × area × year × code; none without errors."""
    areas, years, codes = shape = matrix.values.shape
    if matrix.errors is None or not count:
        return np.empty((0, *shape))
    rows = np.repeat(np.array(matrix.areas, dtype=object), years).tolist(), [*matrix.years] * areas
    flat = (matrix.values.reshape(-1, codes), matrix.errors.reshape(-1, codes))
    return drawn(*flat, *rows, matrix.codes, count).reshape(count, *shape)


def _normal(name: str, count: int) -> FloatArray:
    """Return *count* standard normal numbers, always the same ones for a *name*."""
    digests = (blake2b(f"{name} {draw}".encode(), digest_size=BYTES).digest() for draw in range(count))
    evenly = np.frombuffer(b"".join(digests), dtype="<u8").astype(float)
    # Here: most that starts draws nothing.
    from scipy.special import ndtri

    found: FloatArray = ndtri((evenly + 0.5) / 2.0 ** (8 * BYTES))
    return found


def errors_of(cells: pd.DataFrame, observations: pd.DataFrame, specs: Mapping[str, IndicatorSpec]) -> FloatArray:
    """Return the standard error of each of *cells*, 0 where none is stated for its own year or treatment moved it.

    cells: indicator, ref_area, own_period, obs_value, treated. observations: those of the series of errors at least.
    """
    series = {code: spec.standard_error for code, spec in specs.items() if spec.standard_error}
    stated = observations[observations["indicator"].isin(set(series.values()))]
    known = stated.set_index(["indicator", "ref_area", "time_period"])["obs_value"].astype(float)
    errors = np.zeros(len(cells))
    some = (cells["indicator"].isin(set(series)) & (cells["obs_value"] == cells["treated"])).to_numpy(bool)
    if some.any() and len(known):
        named = cells["indicator"][some].astype(object).map(series)
        keys = pd.MultiIndex.from_arrays([named, *(cells[c][some] for c in ("ref_area", "own_period"))])
        errors[some] = np.nan_to_num(known.reindex(keys).to_numpy(float))
    return errors
