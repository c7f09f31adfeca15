"""Measures: how an indicator is derived from others, by name and parameters.

A measure receives the observations of its inputs in the order the catalogue names them, and
returns a frame of `ref_area, time_period, obs_value, obs_status`. Per-area arithmetic is here;
measures of pair layers are in `bilateral`.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from scidip.indicators.registry import Registry
from scidip.indicators.vocabulary import ObsStatus

Measure = Callable[..., pd.DataFrame]
MEASURES: Registry[Measure] = Registry("measure")

RESULT_COLUMNS = ["ref_area", "time_period", "obs_value", "obs_status"]
_KEY = ["ref_area", "time_period"]


def weaker_status(statuses: Sequence[pd.Series]) -> pd.Series:
    """Return, row by row, the first status that is not "A": a figure is as sure as its least sure part."""
    result = statuses[0].copy()
    for status in statuses[1:]:
        result = result.where(result != "A", status)
    return result


def _tidy(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame[np.isfinite(frame["obs_value"].astype(float))]
    return known[RESULT_COLUMNS].sort_values(_KEY, ignore_index=True)


@MEASURES.register
def ratio(inputs: Sequence[pd.DataFrame], *, per: float = 1.0, max_age: int = 3) -> pd.DataFrame:
    """Return the first input over the second, times *per*.

    The denominator of an earlier year serves for at most *max_age* years (a population is carried
    forward, never back). Without a denominator, or with one of zero, there is no ratio.
    """
    top, bottom = (frame[[*_KEY, "obs_value", "obs_status"]] for frame in inputs)
    joined = pd.merge_asof(
        top.sort_values("time_period"),
        bottom.assign(base_period=bottom["time_period"]).sort_values("time_period"),
        on="time_period",
        by="ref_area",
        suffixes=("", "_base"),
        tolerance=max_age,
    )
    joined = joined[joined["obs_value_base"].notna() & (joined["obs_value_base"] != 0)]
    return _tidy(
        joined.assign(
            obs_value=joined["obs_value"] / joined["obs_value_base"] * per,
            obs_status=weaker_status([joined["obs_status"], joined["obs_status_base"]]),
        )
    )


@MEASURES.register
def share(inputs: Sequence[pd.DataFrame], *, per: float = 1.0, required: int = 0) -> pd.DataFrame:
    """Return the first input over the sum of all inputs (itself included) of the year, times *per*.

    The first *required* inputs (0: all) must have a figure; others that have none add nothing.
    A sum of zero gives no share.
    """
    values = _side_by_side(inputs, "obs_value").astype(float)
    total = values.sum(axis="columns")
    known = values.iloc[:, : required or len(inputs)].notna().all(axis="columns")
    statuses = _side_by_side(inputs, "obs_status").fillna("A")
    shares = pd.DataFrame(
        {
            "obs_value": values[0] / total * per,
            "obs_status": weaker_status([statuses[column] for column in range(len(inputs))]),
        }
    )
    return _tidy(shares[known & (total != 0)].reset_index())


def _side_by_side(inputs: Sequence[pd.DataFrame], column: str) -> pd.DataFrame:
    """Return one column of every input, by area and year; missing where an input has no row."""
    series = {place: frame.set_index(_KEY)[column] for place, frame in enumerate(inputs)}
    return pd.concat(series, axis="columns")


@MEASURES.register
def first_available(inputs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return, for each area and year, the figure of the first input that has one."""
    known = pd.concat([frame[frame["obs_value"].notna()] for frame in inputs], ignore_index=True)
    return _tidy(known.drop_duplicates(_KEY, keep="first"))


@MEASURES.register
def where_enough(inputs: Sequence[pd.DataFrame], *, minimum: float) -> pd.DataFrame:
    """Return the first input where the second is at least *minimum* in the same year.

    Meant for shares of few cases, where one case more or less changes the figure.
    """
    figures, cases = inputs
    enough = cases.loc[cases["obs_value"] >= minimum, _KEY]
    return _tidy(figures.merge(enough, on=_KEY))


@MEASURES.register
def pooled_ratio(
    inputs: Sequence[pd.DataFrame],
    *,
    years: int,
    per: float = 1.0,
    minimum: float = 0.0,
    signs: tuple[Literal[1, -1], ...] = (),
) -> pd.DataFrame:
    """Return the first inputs added up over *years* years, over the last input added up likewise, times *per*.

    Meant for flows that are small in a single year; the figure stands under the last of the years. Every input must
    have a figure in each of them. *signs* (1 or -1, one for each input but the last) says what is taken away; none:
    all is added. Where the last input adds up to zero, or to less than *minimum*, there is no figure.
    """
    *parts, base = (_pooled(frame, years) for frame in inputs)
    weights = signs or (1,) * len(parts)
    if len(weights) != len(parts):
        raise ValueError(f"{len(signs)} signs for {len(parts)} inputs over the last")
    values = {i: part["obs_value"] for i, part in enumerate([*parts, base])}
    joined = pd.concat(values, axis="columns", join="inner")
    statuses = [part["obs_status"].reindex(joined.index) for part in [*parts, base]]
    below = joined[len(parts)]
    above = sum(joined[i] * weight for i, weight in enumerate(weights))
    ratios = pd.DataFrame({"obs_value": above / below * per, "obs_status": weaker_status(statuses)})
    return _tidy(ratios[(below >= minimum) & (below != 0)].reset_index())


def _pooled(frame: pd.DataFrame, years: int) -> pd.DataFrame:
    """Return the sums over *years* years, by area and last year, where each of the years has a figure."""
    known = frame[frame["obs_value"].notna()]
    # A figure belongs to every window that it lies in; a figure that is not sure stands first in its own.
    spread = pd.concat([known.assign(time_period=known["time_period"] + later) for later in range(years)])
    spread = spread.sort_values("obs_status", key=lambda status: status == "A", kind="stable")
    windows = spread.groupby(_KEY)
    pooled = windows.agg(obs_value=("obs_value", "sum"), held=("obs_value", "size"), obs_status=("obs_status", "first"))
    return pooled[pooled["held"] == years]


@MEASURES.register
def relative_activity(inputs: Sequence[pd.DataFrame], *, minimum: float = 0.0) -> pd.DataFrame:
    """Return the share of a part in an area's whole over its share in the whole of all areas, by year.

    First input: the part (articles of a field); second: the whole (articles of all fields). The world is the sum of
    the areas, so inputs must be counts that add up over areas (fractional ones). No figure where the area would have
    fewer than *minimum* at the world's share. Activity index of Frame (1977), Interciencia 2(3).
    """
    part, whole = inputs
    joined = part.merge(whole, on=_KEY, suffixes=("", "_whole"))
    world = joined.groupby("time_period")[["obs_value", "obs_value_whole"]].transform("sum")
    expected = joined["obs_value_whole"] * world["obs_value"] / world["obs_value_whole"]
    joined = joined.assign(
        obs_value=joined["obs_value"] / expected.where(expected > 0),
        obs_status=weaker_status([joined["obs_status"], joined["obs_status_whole"]]),
    )
    return _tidy(joined[expected >= minimum])


@MEASURES.register
def exchange_balance(inputs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return net flow over gross flow, from inbound and net flow of the same year.

    Outbound is inbound minus net, so the balance is net / (2 inbound - net): 1 when all flow is
    inward, -1 when all is outward, 0 when they are equal.
    """
    inbound, net = inputs
    joined = inbound.merge(net, on=_KEY, suffixes=("", "_net"))
    gross = 2 * joined["obs_value"] - joined["obs_value_net"]
    joined = joined[gross > 0]
    return _tidy(
        joined.assign(
            obs_value=joined["obs_value_net"] / gross[gross > 0],
            obs_status=weaker_status([joined["obs_status"], joined["obs_status_net"]]),
        )
    )


@MEASURES.register
def running_total(
    inputs: Sequence[pd.DataFrame], *, since: int, reported_from: int = 0, window: int = 0
) -> pd.DataFrame:
    """Return the sum of the inputs from the year *since* up to each year, for the years they cover.

    With a *window*: the sum of so many years up to each year, itself included, from the first whole window on.
    Meant for complete lists (prizes, treaties): a year without a row adds nothing. Years before
    *reported_from* add up but give no figure. Where a list's silence is spelt out (`lists.with_none`), a total
    without a single entry has the status of such a zero.
    """
    events = pd.concat(inputs)
    events = events[events["time_period"] >= since]
    years = range(since, int(events["time_period"].max()) + 1) if len(events) else range(0)

    def added_up(column: pd.Series) -> pd.Series:
        table = events.assign(added=column).pivot_table(
            index="ref_area", columns="time_period", values="added", aggfunc="sum"
        )
        whole = table.reindex(columns=years).fillna(0.0).cumsum(axis=1)
        before = whole.shift(window, axis=1, fill_value=0.0) if window else 0.0
        return pd.Series((whole - before).stack())

    totals = pd.DataFrame(
        {
            "obs_value": added_up(events["obs_value"]),
            "entries": added_up((events["obs_status"] != ObsStatus.NONE_LISTED).astype(float)),
        }
    )
    long = totals.rename_axis(_KEY).reset_index()
    long["obs_status"] = np.where(long["entries"] > 0, "A", str(ObsStatus.NONE_LISTED))
    first_whole = since + window - 1 if window else since
    return _tidy(long[long["time_period"] >= max(reported_from, first_whole)])


@MEASURES.register
def mean_of_years(inputs: Sequence[pd.DataFrame], *, years: int) -> pd.DataFrame:
    """Return, in each year with a figure, the mean of the figures of that year and of the *years* - 1 before it.

    Years without a figure count for nothing. Meant for series that jump with a label (a rule of entry renamed).
    """
    (figures,) = inputs
    known = figures[figures["obs_value"].notna()]
    parts = []
    for back in range(years):
        parts.append(known.assign(until=known["time_period"] + back))
    spread = pd.concat(parts)
    means = spread.groupby(["ref_area", "until"])["obs_value"].mean().rename_axis(_KEY)
    own = known.drop(columns="obs_value").set_index(_KEY)
    return _tidy(own.join(means.rename("obs_value")).reset_index())


@MEASURES.register
def brought_to_date(inputs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return a series that ended, continued by adding what a list of later events counts.

    First input: the stock per year; second: events per year. After the stock's last year each
    year is its last figure plus all events since; an area without a last figure starts at zero.
    Continued years are estimated ("E"): the stock may have changed in ways the list does not tell.
    """
    stock, events = inputs
    last = stock["time_period"].max()
    later = events[(events["time_period"] > last) & (events["obs_value"] != 0)]
    # A list that covers a year says so even when nobody joined in it.
    ends = max(events["time_period"].max(), last) if len(events) else last
    base = stock[stock["time_period"] == last].set_index("ref_area")["obs_value"]
    known = base.index.union(later["ref_area"].unique())
    first = base.reindex(known, fill_value=0.0)
    years = pd.RangeIndex(int(last) + 1, int(ends) + 1)
    added = (
        later.pivot_table(index="ref_area", columns="time_period", values="obs_value", aggfunc="sum")
        .reindex(index=known, columns=years)
        .fillna(0.0)
        .cumsum(axis=1)
    )
    continued = pd.Series(added.add(first, axis=0).stack(), name="obs_value", dtype=float)
    long = continued.rename_axis(_KEY).reset_index().assign(obs_status="E")
    return _tidy(pd.concat([stock[RESULT_COLUMNS], long[RESULT_COLUMNS]], ignore_index=True))
