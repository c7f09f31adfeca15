"""Checks of single rows. Each returns the rows that break its rule; those go to quarantine.

A check receives the harmonised rows (columns below) and returns a mask; its docstring's first line
is the rule as shown to readers. Codes are the functions' names in capitals. The first check that a
row breaks, in the order of this file, is the one it is quarantined under.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scidip.indicators.vocabulary import FIRST_PERIOD, OBSERVATION_KEY, ObsStatus

Mask = pd.Series
Check = Callable[[pd.DataFrame], Mask]


@dataclass(frozen=True)
class RegisteredCheck:
    """A check with its code and the sentence shown for a row that breaks it."""

    code: str
    find: Check
    message: str
    """A template over the row's columns."""
    remedy: str = ""
    """What whoever wrote the row can do, where the message does not say it; told, not stored."""


CHECKS: list[RegisteredCheck] = []


def check(message: str, remedy: str = "") -> Callable[[Check], Check]:
    """Enter a check; *message* may name columns of the row in braces."""

    def enter(function: Check) -> Check:
        CHECKS.append(RegisteredCheck(function.__name__.upper(), function, message, remedy))
        return function

    return enter


@check("the area {source_area!r} is not known; add it to area_aliases.csv or area_exclusions.csv")
def area_unknown(rows: pd.DataFrame) -> Mask:
    """The area is resolved by code, name or reviewed alias."""
    return rows["ref_area"] == ""


@check("the counterpart {source_counterpart!r} is not known; add it to area_aliases.csv or area_exclusions.csv")
def counterpart_unknown(rows: pd.DataFrame) -> Mask:
    """The counterpart of a pair is resolved by code, name or reviewed alias."""
    return rows["counterpart_area"] == ""


@check("an area cannot be paired with itself ({ref_area})")
def pair_self(rows: pd.DataFrame) -> Mask:
    """The two areas of a pair differ."""
    return (rows["ref_area"] == rows["counterpart_area"]) & (rows["ref_area"] != "")


@check("{time_period_raw!r} is not a year", remedy="write one whole year, such as 2023")
def period_invalid(rows: pd.DataFrame) -> Mask:
    """The period is a whole year from 1800 on."""
    return rows["time_period"].isna() | (rows["time_period"] < FIRST_PERIOD) | (rows["time_period"] % 1 != 0)


@check("the year {time_period_raw} lies in the future; correct the file or wait")
def period_future(rows: pd.DataFrame) -> Mask:
    """The period is not later than the present year."""
    return rows["time_period"] > rows["latest_period"]


@check(
    "{obs_value_raw!r} is not a number",
    remedy="write digits with a point before decimals, nothing between thousands, and no unit or sign of per cent",
)
def val_text(rows: pd.DataFrame) -> Mask:
    """The value is a finite number."""
    finite: Mask = np.isfinite(rows["obs_value"])
    return ~finite


@check(
    "{obs_value} lies outside the plausible range {lower:g} to {upper:g}",
    remedy="write it in the unit of the indicator",
)
def val_range(rows: pd.DataFrame) -> Mask:
    """The value lies in the indicator's plausible range."""
    return (rows["obs_value"] < rows["lower"]) | (rows["obs_value"] > rows["upper"])


@check("the status {obs_status!r} is not in the code list (A, B, E, I, M, O, P, U); write one of it")
def status_unknown(rows: pd.DataFrame) -> Mask:
    """The status of the observation is in the code list."""
    return ~rows["obs_status"].isin(list(ObsStatus))


@check(
    "the same observation ({indicator}, {ref_area}, {time_period:.0f}) appears with different values; correct the file"
)
def key_duplicate(rows: pd.DataFrame) -> Mask:
    """An observation appears once, or every time with the same value."""
    return rows.duplicated(list(OBSERVATION_KEY), keep=False)


def val_jump(rows: pd.DataFrame) -> Mask:
    """The value is in line with the area's own figures of neighbouring years: neither three times them nor a third."""
    return rows["beside_value"].notna()


VAL_JUMP = RegisteredCheck(
    "VAL_JUMP",
    val_jump,
    "{obs_value:.6g} in {time_period:.0f} against {beside_value:.6g} in {beside_period:.0f}: more than three times "
    "as much or less than a third, and no later figure confirms it",
)
"""Looked for last, over whole series: see `etl.jumps`."""


def advice(code: str) -> str:
    """Return what to do about rows that break the check *code*, led by "; ", or ""."""
    return next((f"; {c.remedy}" for c in CHECKS if c.code == code and c.remedy), "")
