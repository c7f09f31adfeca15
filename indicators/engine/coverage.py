"""What is known of an area: which figures inform, and which nodes they are enough for.

Three kinds of nothing are told apart. An observed zero informs like any figure. A zero read from a complete list
without an entry (`ObsStatus.NONE_LISTED`) is a value, but informs of nothing that the list was not made for: it does
not count as coverage, unless the methodology has it so (`Coverage.list_zero`). What is not known has no value.
(OECD/JRC Handbook, step 3, on what is missing and why.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.model.framework import Framework, Node
from scidip.indicators.model.methodology import Coverage
from scidip.indicators.model.observations import Matrix
from scidip.indicators.vocabulary import ObsStatus

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
EXACT = 1e-9


@dataclass(frozen=True)
class Covered:
    """Of each factor, where enough is known; all arrays but the first are area × year."""

    informs: BoolArray
    """area × year × code: where there is a figure that informs."""
    informative: Mapping[str, IntArray]
    """By dimension and factor: how many of the scored indicators below have a figure that informs."""
    dimensions: Mapping[str, IntArray]
    """By factor: how many of its measured dimensions are informative."""
    scored: Mapping[str, BoolArray]
    """By factor: whether it has a score."""
    ranked: Mapping[str, BoolArray]
    """By factor: whether its score is ranked; a score that stands on fewer dimensions enters the index only."""


def informs(matrix: Matrix, coverage: Coverage) -> BoolArray:
    """Return where there is a figure that informs (area × year × code): not missing, and no zero from a list.

    Under a *coverage* that has such a zero for known, it informs too.
    """
    there: BoolArray = ~np.isnan(matrix.values)
    if coverage.list_zero == "known":
        return there
    found: BoolArray = there & (matrix.statuses != str(ObsStatus.NONE_LISTED))
    return found


def covered(matrix: Matrix, framework: Framework, coverage: Coverage) -> Covered:
    """Return where enough is known for each factor of *framework*.

    A dimension is informative with the share `coverage.dimension` of its indicators. A factor is ranked with the share
    `coverage.factor` of its measured dimensions informative (and `coverage.least_dimensions` of them), and
    `coverage.indicators` of all its indicators. It is scored where the zeros of lists make up what is wanting, with
    the share `coverage.scored` informative at least; a small factor on one informative dimension.
    """
    known, there = informs(matrix, coverage), ~np.isnan(matrix.values)
    position = {code: k for k, code in enumerate(matrix.codes)}
    counts: dict[str, IntArray] = {}
    for node in framework.level("dimension"):
        if node.indicators:
            counts[node.code] = known[:, :, [position[i] for i in node.indicators]].sum(axis=-1)
    dimensions: dict[str, IntArray] = {}
    scored: dict[str, BoolArray] = {}
    ranked: dict[str, BoolArray] = {}
    for factor in framework.level("factor"):
        measured = [d for d in framework.children(factor.code) if d.code in counts]
        counts[factor.code] = sum((counts[d.code] for d in measured), start=np.zeros(known.shape[:2], dtype=np.int64))
        found = sum(
            (_informative(counts[d.code], d, coverage) for d in measured),
            start=np.zeros(known.shape[:2], dtype=np.int64),
        )
        dimensions[factor.code] = found
        leaves = sum(len(d.indicators) for d in measured)
        share = found / max(len(measured), 1)
        enough = _reaches(there, measured, position, coverage) & (share >= coverage.scored - EXACT)
        scored[factor.code] = (enough | (len(measured) <= coverage.small)) & (found > 0)
        ranked[factor.code] = (
            (share >= coverage.factor - EXACT)
            & (found >= min(coverage.least_dimensions, len(measured)))
            & (counts[factor.code] >= coverage.indicators * leaves - EXACT)
        )
    return Covered(known, counts, dimensions, scored, ranked)


def _reaches(there: BoolArray, measured: Sequence[Node], position: Mapping[str, int], coverage: Coverage) -> BoolArray:
    """Return where the figures of a factor, zeros of lists among them, reach the shares that a rank needs."""
    counts = [there[:, :, [position[i] for i in d.indicators]].sum(axis=-1) for d in measured]
    pairs = list(zip(counts, measured, strict=True))
    dimensions = sum(
        (_informative(count, d, coverage) for count, d in pairs), start=np.zeros(there.shape[:2], dtype=int)
    )
    leaves = sum(len(d.indicators) for d in measured)
    whole = sum(counts, start=np.zeros(there.shape[:2], dtype=np.int64))
    reached: BoolArray = dimensions >= coverage.factor * len(measured) - EXACT
    return reached & (whole >= coverage.indicators * leaves - EXACT)


def _informative(count: IntArray, dimension: Node, coverage: Coverage) -> IntArray:
    enough = (count >= coverage.dimension * len(dimension.indicators) - EXACT) & (count > 0)
    return enough.astype(np.int64)
