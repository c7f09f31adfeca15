"""Harmonise: from a producer's words to ours, row by row, with nothing lost on the way.

Every raw row ends in exactly one of three places: observations, exclusions (declared, counted by
reason) or quarantine (with a check code, a sentence and the row itself).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scidip.etl.checks import CHECKS, VAL_JUMP
from scidip.etl.jumps import out_of_line
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.observations import conform
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.vocabulary import NOT_APPLICABLE, OBSERVATION_COLUMNS, OBSERVATION_KEY, RAW_COLUMNS
from scidip.store.runs import raw_json

QUARANTINE_COLUMNS = ["check_code", "message", "file", "row", "raw_json"]


@dataclass(frozen=True)
class Harmonised:
    """What became of the rows of a raw frame."""

    observations: pd.DataFrame
    excluded: dict[str, int]
    """Reason → number of rows."""
    quarantined: pd.DataFrame
    """QUARANTINE_COLUMNS; `file` is the position of the file."""


def harmonise(
    raw: pd.DataFrame,
    source: SourceSpec,
    specs: Sequence[IndicatorSpec],
    areas: Areas,
    latest_period: int,
    history: pd.DataFrame | None = None,
) -> Harmonised:
    """Return what becomes of *raw*: areas and series renamed, units converted, rows checked.

    Rows of years after *latest_period* are quarantined. Repeated rows with equal values count
    once; the others are excluded as repeats. *history* are figures that serve: a figure out of line with those of
    its own area is quarantined (`etl.jumps`), also where the file holds a single year.
    """
    excluded: dict[str, int] = {}
    rows = _named(raw, specs)
    rows = _exclude(rows, rows["indicator"] == "", "series not in the catalogue", excluded)
    rows = _with_areas(rows, source, areas, excluded)
    rows = _with_numbers(rows, {s.code: s for s in specs}, latest_period)
    repeated = rows.duplicated([*OBSERVATION_KEY, "obs_value"], keep="first") & rows["obs_value"].notna()
    rows = _exclude(rows, repeated & (rows["ref_area"] != ""), "repeated row", excluded)
    kept, quarantined = _checked(rows)
    kept, jumped = _without_jumps(kept, {s.code: s for s in specs}, history)
    if len(jumped):
        quarantined = pd.concat([quarantined, jumped]).sort_values(["file", "row", "check_code"], ignore_index=True)
    return Harmonised(conform(kept[list(OBSERVATION_COLUMNS)]), excluded, quarantined)


def _named(raw: pd.DataFrame, specs: Sequence[IndicatorSpec]) -> pd.DataFrame:
    by_series = {s.series: s.code for s in specs}
    return raw.assign(indicator=_map(raw["series"], by_series, ""))


def _map(series: pd.Series, mapping: dict[str, str], default: str) -> pd.Series:
    """Return *series* with each distinct value looked up once."""
    codes, values = pd.factorize(series)
    looked_up = np.array([mapping.get(str(v), default) for v in values], dtype=object)
    return pd.Series(looked_up[codes] if len(values) else [], index=series.index, dtype="object")


def _exclude(rows: pd.DataFrame, out: pd.Series, why: str, excluded: dict[str, int]) -> pd.DataFrame:
    count = int(out.sum())
    if not count:
        return rows
    excluded[why] = excluded.get(why, 0) + count
    return rows[~out]


def _with_areas(rows: pd.DataFrame, source: SourceSpec, areas: Areas, excluded: dict[str, int]) -> pd.DataFrame:
    for text, code in (("source_area", "ref_area"), ("source_counterpart", "counterpart_area")):
        names = [str(n) for n in rows[text].unique() if n != NOT_APPLICABLE]
        found = {name: areas.resolve(source.id, name, source.area_scheme) for name in names}
        whys = {name: r.excluded for name, r in found.items() if r.excluded}
        rows = rows.assign(
            **{code: _map(rows[text], {NOT_APPLICABLE: NOT_APPLICABLE} | {n: r.ref_area for n, r in found.items()}, "")}
        )
        why = _map(rows[text], whys, "")
        for reason in sorted(set(whys.values())):
            rows = _exclude(rows, why.loc[rows.index] == reason, reason, excluded)
    return rows


def _with_numbers(rows: pd.DataFrame, specs: dict[str, IndicatorSpec], latest_period: int) -> pd.DataFrame:
    scale = {code: s.scale for code, s in specs.items()}
    bounds = {code: s.plausible or (-np.inf, np.inf) for code, s in specs.items()}
    undirected = rows["indicator"].map({c: s.arity == "pair" and not s.directed for c, s in specs.items()}).astype(bool)
    swap = undirected & (rows["ref_area"] > rows["counterpart_area"]) & (rows["counterpart_area"] != "")
    return rows.assign(
        ref_area=rows["ref_area"].where(~swap, rows["counterpart_area"]),
        counterpart_area=rows["counterpart_area"].where(~swap, rows["ref_area"]),
        time_period_raw=rows["time_period"],
        time_period=pd.to_numeric(rows["time_period"], errors="coerce"),
        obs_value_raw=rows["obs_value"],
        obs_value=pd.to_numeric(rows["obs_value"], errors="coerce") * rows["indicator"].map(scale).astype(float),
        lower=rows["indicator"].map({c: b[0] for c, b in bounds.items()}).astype(float),
        upper=rows["indicator"].map({c: b[1] for c, b in bounds.items()}).astype(float),
        latest_period=latest_period,
    )


def _checked(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that pass every check, and the quarantine entries of the others."""
    taken: list[pd.DataFrame] = []
    for registered in CHECKS:
        bad = registered.find(rows)
        if bad.any():
            taken.append(_quarantine(rows[bad], registered.code, registered.message))
            rows = rows[~bad]
    quarantined = pd.concat(taken, ignore_index=True) if taken else pd.DataFrame(columns=QUARANTINE_COLUMNS)
    return rows, quarantined.sort_values(["file", "row", "check_code"], ignore_index=True)


def _without_jumps(
    rows: pd.DataFrame, specs: dict[str, IndicatorSpec], history: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows in line with their own area's other years, and the quarantine entries of the others."""
    beside = rows.assign(is_new=True)
    if history is not None and len(history):
        old = history[history["indicator"].isin(set(rows["indicator"]))].assign(is_new=False)
        beside = pd.concat([beside, old.set_axis(-1 - np.arange(len(old)))])
        beside = beside.drop_duplicates(list(OBSERVATION_KEY), keep="first")
    found = out_of_line(beside, specs)
    found = found[found.index.isin(rows.index)]
    if found.empty:
        return rows, pd.DataFrame(columns=QUARANTINE_COLUMNS)
    bad = rows.loc[found.index].join(found)
    return rows.drop(index=found.index), _quarantine(bad, VAL_JUMP.code, VAL_JUMP.message)


def _quarantine(rows: pd.DataFrame, code: str, message: str) -> pd.DataFrame:
    entries = []
    records: list[dict[Any, Any]] = rows.to_dict("records")
    for row in records:
        original = {name: row[name] for name in RAW_COLUMNS if name not in ("file", "row")}
        original |= {"time_period": row["time_period_raw"], "obs_value": row["obs_value_raw"]}
        entries.append((code, message.format(**row), int(row["file"]), int(row["row"]), raw_json(original)))
    return pd.DataFrame(entries, columns=QUARANTINE_COLUMNS)
