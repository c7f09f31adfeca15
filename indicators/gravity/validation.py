"""How well the gravity model tells what it has not seen: other pairs of the year, and the year after."""

from zlib import crc32

import numpy as np

from scidip.indicators.gravity.country_effects import fit_effects
from scidip.indicators.gravity.intervals import band_of, coverage
from scidip.indicators.gravity.pair_years import COLUMNS, PairYear
from scidip.indicators.gravity.poisson import FloatArray, Places, deviance, fit, predicted

FOLDS = 5
EFFECTS = "effects"
WITHOUT_SIZE = tuple(name for name in COLUMNS if name not in ("constant", "size"))
MODELS: dict[str, tuple[str, ...]] = {
    "size": ("constant", "size"),
    "size_region": ("constant", "size", "region"),
    "main": COLUMNS,
    "without_organisations": tuple(name for name in COLUMNS if name != "organisations"),
    EFFECTS: WITHOUT_SIZE,
}
"""The models that are compared, by the columns they use."""


def folds(pairs: PairYear) -> Places:
    """Return the part of five that each pair is in: the same in all years and on all machines."""
    named = zip(*pairs.codes, strict=True)
    return np.array([crc32(f"{a}{b}".encode()) % FOLDS for a, b in named], dtype=np.int64)


def unseen(pairs: PairYear, model: str, parts: Places) -> FloatArray:
    """Return what a model expects of each pair when it was fitted on the four parts that the pair is not in."""
    expected = np.zeros_like(pairs.actual)
    design = pairs.design(MODELS[model])
    for part in range(FOLDS):
        out = parts == part
        if model == EFFECTS:
            used = (~out).astype(np.float64)
            expected[out] = fit_effects(design, pairs.actual, pairs.first, pairs.second, used).expected[out]
        else:
            expected[out] = predicted(design[out], fit(design[~out], pairs.actual[~out]).coefficients)
    return expected


def next_year(before: PairYear, after: PairYear, model: str) -> FloatArray:
    """Return what a model fitted on the year *before* expects of the pairs of the year *after*.

    Sizes and distances are those of the year after, its joint works are not seen. Effects of countries are those of
    the year before; a country that was not in it has the mean effect.
    """
    names = MODELS[model]
    if model != EFFECTS:
        return predicted(after.design(names), fit(before.design(names), before.actual).coefficients)
    found = fit_effects(before.design(names), before.actual, before.first, before.second)
    known = dict(zip(before.areas, found.effects, strict=False))
    effects = np.array([known.get(a, float(found.effects.mean())) for a in after.areas])
    eta = effects[after.first] + effects[after.second] + after.design(names) @ found.coefficients
    return np.asarray(np.exp(eta), dtype=np.float64)


def coverage_of_pairs(actual: FloatArray, expected: FloatArray, parts: Places) -> float:
    """Return the share of pairs in the interval that was made from the pairs of the four other parts."""
    inside = np.zeros(len(actual))
    for part in range(FOLDS):
        out = parts == part
        low, high = band_of(actual[~out], expected[~out]).of(expected[out])
        inside[out] = (actual[out] >= low) & (actual[out] <= high)
    return float(inside.mean())


def coverage_of_next_year(
    before: PairYear, unseen_before: FloatArray, after: PairYear, expected_after: FloatArray
) -> float:
    """Return the share of pairs of the year *after* in the interval that was made from the year *before*."""
    low, high = band_of(before.actual, unseen_before).of(expected_after)
    return coverage(after.actual, low, high)


def per_pair(actual: FloatArray, expected: FloatArray) -> float:
    """Return the deviance per pair."""
    return deviance(actual, expected) / len(actual)
