"""What is expected of every pair in every year, and how far that can be believed: two tables to be kept.

`expectations` has a row for each pair and year of which at least five works are expected. `model` has what the model
is: coefficients with errors, its deviance beside simpler models, coverage of its intervals, calibration, stability,
and which countries are not in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scidip.indicators.errors import ScidipError
from scidip.indicators.gravity.country_effects import fit_effects
from scidip.indicators.gravity.intervals import HALF, Band, band_of
from scidip.indicators.gravity.pair_years import COLUMNS, PairYear, pair_years
from scidip.indicators.gravity.poisson import Fit, FloatArray, Places, country_errors, deviance, fit, pair_errors
from scidip.indicators.gravity.validation import (
    MODELS,
    WITHOUT_SIZE,
    coverage_of_next_year,
    coverage_of_pairs,
    folds,
    next_year,
    per_pair,
    unseen,
)

KEPT = 5.0
"""Expected works from which on a pair is kept: below, a ratio is a matter of one work more or less."""
RANKED = 20.0
"""Expected works from which on a pair may stand in a list of the farthest from expectation."""
TENTHS = 10
STUDENTS_KNOWN = 1000
"""Pairs with known students that the variant with mobility needs."""
EXPECTATION = ("ref_area", "counterpart_area", "time_period", "actual", "expected", "low", "high", "by_effects")
MODEL = ("time_period", "part", "element", "measure", "value")
Row = tuple[int, str, str, str, float]


@dataclass(frozen=True)
class Fitted:
    """The main model of a year."""

    pairs: PairYear
    main: Fit
    by_effects: FloatArray
    """What is expected of each pair when every country has an effect of its own."""

    @cached_property
    def parts(self) -> Places:
        """The part of five that each pair is in."""
        return folds(self.pairs)

    @cached_property
    def unseen(self) -> FloatArray:
        """What is expected of each pair by the main model fitted without it."""
        return unseen(self.pairs, "main", self.parts)

    @cached_property
    def band(self) -> Band:
        """The interval of nine pairs of ten, by what is expected."""
        return band_of(self.pairs.actual, self.unseen)


def tables(observations: pd.DataFrame, regions: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `expectations` (columns EXPECTATION) and `model` (columns MODEL); both empty without the sources.

    observations: columns indicator, ref_area, counterpart_area, time_period, obs_value. regions: of areas of today.
    """
    found = (_fitted(pairs) for pairs in pair_years(observations, regions))
    fitted = [one for one in found if one is not None]
    kept = [_expectations(one) for one in fitted]
    rows = [row for before, one in zip([None, *fitted], fitted, strict=False) for row in _model(one, before)]
    if fitted:
        rows += [*_compared(fitted), *_mobility(fitted)]
    expected = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=list(EXPECTATION))
    return expected, pd.DataFrame(rows, columns=list(MODEL))


def _fitted(pairs: PairYear) -> Fitted | None:
    """Return the fit of a year; None where its pairs do not tell the columns apart, so that there is none."""
    try:
        by_effects = fit_effects(pairs.design(WITHOUT_SIZE), pairs.actual, pairs.first, pairs.second).expected
        found = Fitted(pairs, fit(pairs.design(), pairs.actual), by_effects)
        _ = found.unseen
    except ScidipError:
        return None
    return found


def _expectations(one: Fitted) -> pd.DataFrame:
    low, high = one.band.of(one.main.expected)
    first, second = one.pairs.codes
    values = (first, second, one.pairs.year, one.pairs.actual, one.main.expected, low, high, one.by_effects)
    whole = pd.DataFrame(dict(zip(EXPECTATION, values, strict=True)))
    return whole[whole["expected"] >= KEPT]


def _model(one: Fitted, before: Fitted | None) -> Iterator[Row]:
    """Yield what is kept of every year."""
    pairs, year = one.pairs, one.pairs.year
    yield from _coefficients(year, "main", COLUMNS, pairs.design(), pairs, one.main)
    ranked = one.main.expected >= RANKED
    null = deviance(pairs.actual, np.full_like(pairs.actual, pairs.actual.mean()))
    about = {
        "areas": len(pairs.areas),
        "pairs": len(pairs.actual),
        "zeros": float((pairs.actual == 0).mean()),
        "explained": 1 - deviance(pairs.actual, one.main.expected) / null,
        "ranked": int(ranked.sum()),
        "median_ratio": float(np.median((pairs.actual / one.main.expected)[ranked])) if ranked.any() else 0.0,
    }
    yield from ((year, "about", name, "value", float(value)) for name, value in about.items())
    yield year, "coverage", "pairs", "share", coverage_of_pairs(pairs.actual, one.unseen, one.parts)
    if before is not None:
        expected = next_year(before.pairs, pairs, "main")
        share = coverage_of_next_year(before.pairs, before.unseen, pairs, expected)
        yield year, "coverage", "next_year", "share", share
        yield from ((year, "stability", name, "value", value) for name, value in _stability(before, one).items())
    yield from ((year, "outside", area, why, 1.0) for area, why in pairs.outside.items())


def _coefficients(
    year: int, model: str, names: Iterable[str], design: FloatArray, pairs: PairYear, found: Fit
) -> Iterator[Row]:
    """Yield coefficient and both errors of each column; *pairs* has the rows of the design."""
    own = np.arange(len(pairs.actual), dtype=np.int64)
    by_pair = pair_errors(design, pairs.actual, found.expected, own)
    by_country = country_errors(design, pairs.actual, found.expected, pairs.first, pairs.second)
    for name, *values in zip(names, found.coefficients, by_pair, by_country, strict=True):
        measures = zip(("coefficient", "pair_error", "country_error"), values, strict=True)
        yield from ((year, model, name, measure, float(value)) for measure, value in measures)


def _stability(before: Fitted, after: Fitted) -> dict[str, float]:
    """Return how pairs of two years that may be ranked in both go together."""
    frames = [_expectations(one).set_index(["ref_area", "counterpart_area"]) for one in (before, after)]
    both = frames[0].add_suffix("_before").join(frames[1], how="inner")
    both = both[(both["expected"] >= RANKED) & (both["expected_before"] >= RANKED)]
    if len(both) < STUDENTS_KNOWN // 10:
        return {}
    ratios = [_log_ratio(both, end) for end in ("_before", "")]
    sides = [_side(both, end) for end in ("_before", "")]
    beyond = sides[0] != 0
    return {
        "correlation": float(np.corrcoef(ratios[0], ratios[1])[0, 1]),
        "still_beyond": float((sides[1] == sides[0])[beyond].mean()) if beyond.any() else 0.0,
    }


def _log_ratio(frame: pd.DataFrame, end: str) -> FloatArray:
    actual, expected = (frame[f"{name}{end}"].to_numpy(dtype=np.float64) for name in ("actual", "expected"))
    return np.asarray(np.log((actual + HALF) / (expected + HALF)), dtype=np.float64)


def _side(frame: pd.DataFrame, end: str) -> pd.Series:
    """Return 1 where a pair lies above its interval, -1 below, 0 within."""
    return (frame[f"actual{end}"] > frame[f"high{end}"]).astype(int) - (frame[f"actual{end}"] < frame[f"low{end}"])


def _compared(fitted: list[Fitted]) -> Iterator[Row]:
    """Yield the deviance of every model on what it has not seen, in the newest year; and how counts are calibrated."""
    one = fitted[-1]
    pairs, year = one.pairs, one.pairs.year
    for model in MODELS:
        with suppress(ScidipError):
            yield year, "compared", model, "pairs", per_pair(pairs.actual, unseen(pairs, model, one.parts))
            if len(fitted) > 1:
                later = next_year(fitted[-2].pairs, pairs, model)
                yield year, "compared", model, "next_year", per_pair(pairs.actual, later)
    names = MODELS["without_organisations"]
    design = pairs.design(names)
    found = fit(design, pairs.actual)
    yield from _coefficients(year, "without_organisations", names, design, pairs, found)
    for tenth, group in enumerate(np.array_split(np.argsort(one.unseen, kind="stable"), TENTHS), 1):
        yield year, "calibration", f"{tenth:02}", "expected", float(one.unseen[group].sum())
        yield year, "calibration", f"{tenth:02}", "actual", float(pairs.actual[group].sum())


def _mobility(fitted: list[Fitted]) -> Iterator[Row]:
    """Yield the variant with students both ways, on the pairs whose students are known, and the main model on them.

    A variant only: who publishes together also sends students, so that the column is no cause that comes before.
    """
    known = [one.pairs for one in fitted if np.isfinite(one.pairs.students).sum() >= STUDENTS_KNOWN]
    if not known:
        return
    whole = known[-1]
    here = np.isfinite(whole.students)
    kept = {name: column[here] for name, column in whole.columns.items()}
    ends = (whole.first[here], whole.second[here])
    pairs = PairYear(whole.year, whole.areas, *ends, whole.actual[here], kept, whole.students[here])
    design = np.column_stack([pairs.design(), np.log1p(pairs.students)])
    for model, columns, names in (
        ("mobility", design, (*COLUMNS, "students")),
        ("mobility_without", pairs.design(), COLUMNS),
    ):
        with suppress(ScidipError):
            found = fit(columns, pairs.actual)
            yield from _coefficients(pairs.year, model, names, columns, pairs, found)
            yield pairs.year, "compared", model, "same_pairs", per_pair(pairs.actual, found.expected)
    yield pairs.year, "about", "mobility_pairs", "value", float(here.sum())
