"""Complete lists: when the absence of a row means none, and when nothing is known.

A list (prizes, treaties, registered bodies) speaks only between its first and its last year. Before, nothing is
known; afterwards its last word stands, under the list's own year, for as long as the indicator allows. Three kinds:

- `none_in_span`: a list of events. Every year from the first event to the last one of the same file is covered,
  also a year in which nothing happened anywhere.
- `none_in_edition`: a list of what there is. Only the years that have an edition are covered.
- `none_in_dated_edition`: one edition whose rows say each of which year they are. It is of the last of these years, and
  silent then only of areas without any row: what a row says stands until a later row of the area.

A list speaks of every state of today. Of an economy or a territory that is no state it speaks when
`data/codelists/list_areas.csv` says so after review, or when its source names that area somewhere: a registry that
files Hong Kong under China says nothing about Hong Kong. Nor does it speak of an area whose row was set aside.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.vocabulary import NOT_APPLICABLE, OBSERVATION_COLUMNS, ObsStatus

COVERAGE_COLUMNS = ("indicator", "ref_area", "first_period", "last_period")
"""Between the two years, both included, an area without a row of its own has none."""
NONE_LISTED = str(ObsStatus.NONE_LISTED)
_EVENTS_FROM = 1900
"""Earlier years of a list are not spelt out: no figure is asked for that far back."""


def nothing_covered() -> pd.DataFrame:
    """Return a coverage of no list at all."""
    return pd.DataFrame({c: [] for c in COVERAGE_COLUMNS}).astype(
        {"indicator": "str", "ref_area": "str", "first_period": "int64", "last_period": "int64"}
    )


def source_coverage(
    catalogue: Catalogue, areas: Areas, observations: pd.DataFrame, set_aside: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Return where the lists among the sources' own series speak: COVERAGE_COLUMNS, per-area indicators only.

    observations: those of all sources. set_aside: (indicator, area) of rows in quarantine, of which nothing is known.
    """
    by_code = {str(code): part for code, part in observations.groupby("indicator")}
    named = _named_by_source(catalogue, by_code)
    aside = set(set_aside)
    parts = []
    for spec in catalogue.indicators.values():
        if spec.absent == "unknown" or not spec.series or spec.arity != "area":
            continue
        if spec.code not in by_code:
            continue
        speaks_of = [
            area
            for area, kind in areas.kinds.items()
            if (spec.code, area) not in aside
            and kind != "former"
            and areas.list_areas.get((spec.source, area), kind == "state" or area in named[spec.source])
        ]
        if spec.absent == "none_in_dated_edition":
            own = by_code[spec.code]
            last, named_in = int(own["time_period"].max()), set(own["ref_area"])
            parts.append(_rows(spec.code, [a for a in speaks_of if a not in named_in], last, last))
            continue
        for first, last in _stretches(_years_of(spec, catalogue, by_code)):
            parts.append(_rows(spec.code, speaks_of, first, last))
    return _tidy(parts)


def _named_by_source(catalogue: Catalogue, by_code: Mapping[str, pd.DataFrame]) -> dict[str, set[str]]:
    """Return, by source, every area that any of its series names, pairs included."""
    named: dict[str, set[str]] = {}
    for code, frame in by_code.items():
        if code in catalogue.indicators:
            found = named.setdefault(catalogue.indicators[code].source, set())
            found.update(frame["ref_area"].unique(), frame["counterpart_area"].unique())
    return named


def _years_of(spec: IndicatorSpec, catalogue: Catalogue, by_code: Mapping[str, pd.DataFrame]) -> list[int]:
    """Return the years in which a list speaks, ascending."""
    own = by_code[spec.code]
    if spec.absent == "none_in_edition":
        return sorted({int(y) for y in own["time_period"]})
    files = set(own["file"])
    last = int(own["time_period"].max())
    for other in catalogue.of_source(spec.source):
        # One file that counts events of several kinds ends for all of them with its last event.
        if other.absent == "none_in_span" and other.code in by_code:
            beside = by_code[other.code]
            if set(beside["file"]) == files:
                last = max(last, int(beside["time_period"].max()))
    return list(range(max(int(own["time_period"].min()), _EVENTS_FROM), last + 1))


def _stretches(years: list[int]) -> list[tuple[int, int]]:
    """Return ascending years as stretches without a gap, both ends included."""
    found: list[tuple[int, int]] = []
    for year in years:
        if found and year == found[-1][1] + 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return found


def _rows(code: str, areas: list[str], first: int, last: int) -> pd.DataFrame:
    return pd.DataFrame({"indicator": code, "ref_area": areas, "first_period": first, "last_period": last})


def _tidy(parts: list[pd.DataFrame]) -> pd.DataFrame:
    frame = pd.concat([nothing_covered(), *parts], ignore_index=True)[list(COVERAGE_COLUMNS)]
    return frame.sort_values(["indicator", "ref_area", "first_period"], ignore_index=True)


def with_none(observations: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the observations and, where a list covers an area that has no row of the year, a zero.

    Such zeros have the status "none in the list". A row of its own without a value stays as it is: not known.
    """
    if coverage.empty:
        return observations
    spans = (coverage["last_period"] - coverage["first_period"] + 1).to_numpy()
    spelt = coverage.loc[coverage.index.repeat(spans), ["indicator", "ref_area", "first_period"]]
    steps = np.concatenate([np.arange(n) for n in spans])
    zeros = pd.DataFrame(
        {
            "indicator": spelt["indicator"].to_numpy(),
            "ref_area": spelt["ref_area"].to_numpy(),
            "counterpart_area": NOT_APPLICABLE,
            "time_period": spelt["first_period"].to_numpy() + steps,
            "obs_value": 0.0,
            "obs_status": NONE_LISTED,
            "file": -1,
            "row": -1,
        }
    )
    both = pd.concat([observations[list(OBSERVATION_COLUMNS)], zeros], ignore_index=True)
    key = ["indicator", "ref_area", "counterpart_area", "time_period"]
    return both.drop_duplicates(key, keep="first", ignore_index=True)


def collapsed(
    catalogue: Catalogue, derived: pd.DataFrame, set_aside: Collection[tuple[str, str]] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the derived figures to be stored, and the zeros among them that come from lists as a coverage.

    Of a derived indicator that is no list itself (a share of two lists), such a zero is a figure like others. What
    adds up a list of which an area's row was set aside is not known of that area, and is left out.
    """
    derived = derived[~_rests_on(catalogue, derived, set_aside)]
    none = derived["obs_status"] == NONE_LISTED
    lists = {c for c, s in catalogue.indicators.items() if s.absent != "unknown"}
    as_list = none & derived["indicator"].isin(lists)
    stored = derived[~as_list].copy()
    stored["obs_status"] = stored["obs_status"].where(stored["obs_status"] != NONE_LISTED, "A")
    rows = derived.loc[as_list, ["indicator", "ref_area", "time_period"]].sort_values(
        ["indicator", "ref_area", "time_period"]
    )
    begins = (
        (rows["indicator"] != rows["indicator"].shift())
        | (rows["ref_area"] != rows["ref_area"].shift())
        | (rows["time_period"] != rows["time_period"].shift() + 1)
    ).cumsum()
    grouped = rows.groupby(begins, sort=False)
    coverage = pd.DataFrame(
        {
            "indicator": grouped["indicator"].first(),
            "ref_area": grouped["ref_area"].first(),
            "first_period": grouped["time_period"].min(),
            "last_period": grouped["time_period"].max(),
        }
    )
    return stored.reset_index(drop=True), _tidy([coverage])


def _rests_on(catalogue: Catalogue, derived: pd.DataFrame, set_aside: Collection[tuple[str, str]]) -> pd.Series:
    """Return which derived rows of lists rest on a row that was set aside."""
    unknown: dict[str, set[str]] = {}
    for code, area in set_aside:
        unknown.setdefault(code, set()).add(area)
    found = pd.Series(False, index=derived.index)
    for spec in catalogue.derived():
        inputs = {i.code for i in catalogue.inputs_of(spec.code)} & set(unknown)
        if spec.absent != "unknown" and inputs:
            areas = set().union(*(unknown[code] for code in inputs))
            found |= (derived["indicator"] == spec.code) & derived["ref_area"].isin(areas)
    return found
