"""The long frame of observations and its reshapes: conform, derive, and the matrix to be scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.errors import DataError
from scidip.indicators.measures import MEASURES
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.methodology import Period
from scidip.indicators.model.not_ranked_reasons import Reason
from scidip.indicators.vocabulary import (
    NOT_APPLICABLE,
    OBSERVATION_COLUMNS,
    OBSERVATION_KEY,
    oldest_current,
    oldest_known,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

_TEXT = ("indicator", "ref_area", "counterpart_area", "obs_status")


def conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Return *frame* with exactly the observation columns, in order, typed and sorted by key.

    Raises DataError when a column is missing or a key appears twice.
    """
    missing = [c for c in OBSERVATION_COLUMNS if c not in frame]
    if missing:
        raise DataError(f"observations lack the column(s) {', '.join(missing)}")
    types = {c: "str" for c in _TEXT} | {
        "time_period": "int64",
        "obs_value": "float64",
        "file": "int64",
        "row": "int64",
    }
    result = frame[list(OBSERVATION_COLUMNS)].astype(types)
    result = result.sort_values(list(OBSERVATION_KEY), ignore_index=True, kind="stable")
    twice = result.duplicated(list(OBSERVATION_KEY), keep=False)
    if twice.any():
        raise DataError("the same observation appears twice", result[twice])
    return result


def derive(catalogue: Catalogue, observations: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the observations of all derived indicators, from those of their inputs by code.

    An input without observations gives a derived indicator without observations.
    """
    known = dict(observations)
    results: list[pd.DataFrame] = []
    for spec in catalogue.derived():
        assert spec.derive is not None  # `derived()` returns only these
        inputs = [known.get(code, _nothing()) for code in spec.derive.of]
        if any(frame.empty for frame in inputs):
            continue
        frame = MEASURES.call(spec.derive.measure, inputs, params=spec.derive.params)
        frame = frame.assign(indicator=spec.code, counterpart_area=NOT_APPLICABLE, file=-1, row=-1)
        known[spec.code] = frame
        results.append(frame)
    return conform(pd.concat(results, ignore_index=True) if results else _nothing())


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({c: [] for c in OBSERVATION_COLUMNS})


@dataclass(frozen=True)
class Matrix:
    """What is scored: a value per (area, year) row and indicator column, NaN where there is none."""

    areas: tuple[str, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    values: FloatArray
    """area × year × code."""
    periods: IntArray
    """area × year × code: the year the value is of; 0 where there is none."""
    statuses: NDArray[np.str_]
    """area × year × code: observation status; "" where there is none."""
    reference: BoolArray
    """area × year: whether the row is in the universe that is ranked and that methods are fitted on."""
    outside: tuple[tuple[Reason | None, ...], ...]
    """area × year: why a row is outside that universe; None when it is inside."""
    errors: FloatArray | None = None
    """area × year × code: the producer's standard error of the value, 0 where none is stated; None: nowhere."""
    peers: tuple[str, ...] = ()
    """By area, the group among which donors for its gaps are sought; "" without one, empty: nobody has one."""

    @property
    def carried(self) -> BoolArray:
        """area × year × code: whether the value is of an earlier year (in an edition: an older one)."""
        years = np.array([oldest_current(y) for y in self.years])[None, :, None]
        result: BoolArray = (self.periods > 0) & (self.periods < years)
        return result


def to_matrix(
    observations: pd.DataFrame,
    specs: Sequence[IndicatorSpec],
    areas: Sequence[str],
    years: Sequence[int],
    outside: Sequence[Sequence[Reason | None]],
    period: Period | None = None,
) -> Matrix:
    """Return the matrix of *specs* over *areas* and *years*, values carried up to their `max_age`.

    A year that is the edition of *period* holds the latest figure of each area, see `_with_edition`.
    *outside* gives, per area and year, why the row is not in the reference universe (None if it is).
    Values are carried forward only. What a complete list says by silence is among *observations* when
    they come from `lists.with_none`.
    """
    by_code = dict(tuple(observations.groupby("indicator")))
    edition = period.edition if period and period.edition in years else None
    plain = [y for y in years if y != edition]
    parts = [_carry(by_code.get(spec.code), spec, areas, plain) for spec in specs]
    if edition is not None and period:
        parts = [
            _with_edition(part, by_code.get(spec.code), spec, areas, edition)
            for part, spec in zip(parts, specs, strict=True)
        ]
    values, periods, statuses = (np.stack(list(arrays), axis=-1) for arrays in zip(*parts, strict=True))
    reasons = tuple(tuple(row) for row in outside)
    reference = np.array([[reason is None for reason in row] for row in reasons], dtype=bool)
    return Matrix(
        tuple(areas), tuple(years), tuple(s.code for s in specs), values, periods, statuses, reference, reasons
    )


def with_errors(matrix: Matrix, observations: pd.DataFrame, specs: Sequence[IndicatorSpec]) -> Matrix:
    """Return *matrix* with the standard errors of its values: those of the year that each value is of.

    Of the *specs* that name a series for them; observations hold these series.
    """
    errors = np.zeros(matrix.values.shape)
    named = observations[observations["indicator"].isin({s.standard_error for s in specs})]
    areas = np.repeat(np.array(matrix.areas, dtype=object), len(matrix.years))
    for spec in specs:
        if spec.standard_error:
            column = matrix.codes.index(spec.code)
            known = named[named["indicator"] == spec.standard_error].set_index(["ref_area", "time_period"])
            rows = pd.MultiIndex.from_arrays([areas, matrix.periods[..., column].reshape(-1)])
            found = known["obs_value"].astype(float).reindex(rows).to_numpy()
            errors[..., column] = np.nan_to_num(found).reshape(matrix.values.shape[:2])
    return replace(matrix, errors=errors if errors.any() else None)


def _carry(
    frame: pd.DataFrame | None, spec: IndicatorSpec, areas: Sequence[str], years: Sequence[int]
) -> tuple[FloatArray, IntArray, NDArray[np.str_]]:
    """Return value, own period and status of one indicator, each area × year."""
    span = np.arange(min(years) - spec.max_age, max(years) + 1)
    values = np.full((len(areas), len(span)), np.nan)
    statuses = np.full(values.shape, "", dtype="<U1")
    if frame is not None and len(frame):
        row = pd.Index(areas).get_indexer(pd.Index(frame["ref_area"]))
        column = frame["time_period"].to_numpy() - span[0]
        inside = (row >= 0) & (column >= 0) & (column < len(span))
        at = (row[inside], column[inside])
        values[at] = frame["obs_value"].to_numpy(float)[inside]
        statuses[at] = frame["obs_status"].to_numpy(str)[inside]
    periods = np.where(np.isnan(values), 0, span)
    for _ in range(spec.max_age):
        # One year further with each pass, so that nothing is carried beyond its age.
        gap = np.isnan(values[:, 1:]) & ~np.isnan(values[:, :-1])
        gap &= span[1:] - periods[:, :-1] <= spec.max_age
        for array in (values, periods, statuses):
            array[:, 1:][gap] = array[:, :-1][gap]
    chosen = np.asarray(years) - span[0]
    return values[:, chosen], periods[:, chosen], statuses[:, chosen]


def _with_edition(
    part: tuple[FloatArray, IntArray, NDArray[np.str_]],
    frame: pd.DataFrame | None,
    spec: IndicatorSpec,
    areas: Sequence[str],
    edition: int,
) -> tuple[FloatArray, IntArray, NDArray[np.str_]]:
    """Return value, own period and status with the edition behind the years.

    Of each area the latest figure up to the edition counts, at most `max_age` years older than the newest of the
    series (`oldest_known`).
    """
    newest = [np.full((len(areas), 1), blank) for blank in (np.nan, 0, "")]
    values, periods, statuses = newest[0], newest[1].astype(np.int64), newest[2].astype("<U1")
    known = None if frame is None else frame[(frame["time_period"] <= edition) & frame["obs_value"].notna()]
    if known is not None and len(known):
        last = int(known["time_period"].max())
        within = known[known["time_period"] >= oldest_known(edition, last, spec.max_age)]
        latest = within.sort_values("time_period").drop_duplicates("ref_area", keep="last")
        row = pd.Index(areas).get_indexer(pd.Index(latest["ref_area"]))
        values[row[row >= 0], 0] = latest["obs_value"].to_numpy(float)[row >= 0]
        periods[row[row >= 0], 0] = latest["time_period"].to_numpy()[row >= 0]
        statuses[row[row >= 0], 0] = latest["obs_status"].to_numpy(str)[row >= 0]
    added = zip(part, (values, periods, statuses), strict=True)
    own, own_periods, own_statuses = (np.concatenate(both, axis=1) for both in added)
    return own, own_periods, own_statuses


def newest_year(observations: pd.DataFrame, specs: Sequence[IndicatorSpec], period: Period) -> int:
    """Return the last year for which enough indicators have figures of the year itself.

    Counts the indicators of *specs* that are no complete lists (a list covers all areas or none); one has figures of
    a year when at least `period.own_areas` areas do. Raises DataError when no year qualifies.
    """
    yearly = [s.code for s in specs if s.absent == "unknown"]
    chosen = observations[observations["indicator"].isin(yearly)]
    counts = chosen.groupby(["time_period", "indicator"]).size()
    enough = (counts >= period.own_areas).groupby("time_period").sum()
    available = chosen["indicator"].nunique()
    years = enough.index[(enough >= period.own_share * available) & (enough.index >= period.first)]
    if not len(years) or not available:
        raise DataError(
            f"no year from {period.first} on has figures of its own for {period.own_share:.0%} of the indicators"
        )
    return int(years.max())
