"""Measures of pair layers: what an area's ties with all others add up to."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from scidip.indicators.measures import MEASURES, RESULT_COLUMNS

_KEY = ["ref_area", "time_period"]

Side = Literal["from", "to"]
"""Which area of a directed pair a figure is about: the first (it sends) or the second."""


def both_directions(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return undirected pairs twice, once seen from each side."""
    swapped = pairs.rename(columns={"ref_area": "counterpart_area", "counterpart_area": "ref_area"})
    return pd.concat([pairs, swapped], ignore_index=True)[list(pairs.columns)]


def _per_area(grouped: pd.Series, status: pd.Series) -> pd.DataFrame:
    frame = grouped.rename("obs_value").reset_index()
    frame["obs_status"] = frame["time_period"].map(status)
    return frame[RESULT_COLUMNS]


def _period_status(pairs: pd.DataFrame) -> pd.Series:
    """Return "P" for periods in which any pair is provisional, else "A"."""
    provisional = pairs.loc[pairs["obs_status"] == "P", "time_period"].unique()
    return pd.Series({period: "P" if period in provisional else "A" for period in pairs["time_period"].unique()})


@MEASURES.register
def strength(inputs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the sum of an area's ties with all others (undirected layer)."""
    (pairs,) = inputs
    grouped = both_directions(pairs).groupby(_KEY)["obs_value"].sum()
    return _per_area(grouped, _period_status(pairs))


@MEASURES.register
def partners(inputs: Sequence[pd.DataFrame], *, minimum: float = 1) -> pd.DataFrame:
    """Return how many others an area has a tie of at least *minimum* with (undirected layer).

    An area whose ties are all weaker has zero partners; an area without any tie has no figure.
    """
    (pairs,) = inputs
    seen = both_directions(pairs)
    grouped = (seen["obs_value"] >= minimum).groupby([seen[k] for k in _KEY]).sum().astype(float)
    return _per_area(grouped, _period_status(pairs))


@MEASURES.register
def diversity(inputs: Sequence[pd.DataFrame], *, minimum: float = 0) -> pd.DataFrame:
    """Return 1 minus the Herfindahl index of the shares of an area's partners (undirected layer).

    Areas whose ties add up to less than *minimum* have no figure: shares of a handful say nothing.
    """
    (pairs,) = inputs
    seen = both_directions(pairs)
    grouped = seen.assign(square=seen["obs_value"] ** 2).groupby(_KEY)[["obs_value", "square"]].sum()
    grouped = grouped[grouped["obs_value"] >= max(minimum, 1e-12)]
    return _per_area(1 - grouped["square"] / grouped["obs_value"] ** 2, _period_status(pairs))


@MEASURES.register
def share_admitted(inputs: Sequence[pd.DataFrame], *, side: str, minimum: float = 2) -> pd.DataFrame:
    """Return the percentage of counterparts with whom the rule of entry is at least *minimum*.

    *side* "destination": which passports the area admits; "passport": where its own is admitted.
    Periods marked as a break in series (bans of a pandemic) give no figure.
    """
    (pairs,) = inputs
    if side not in ("destination", "passport"):
        raise ValueError(f"side must be 'destination' or 'passport', not {side!r}")
    comparable = pairs[pairs["obs_status"] != "B"]
    area = comparable["counterpart_area" if side == "destination" else "ref_area"]
    admitted = (comparable["obs_value"] >= minimum).astype(float)
    grouped = 100 * admitted.groupby([area.rename("ref_area"), comparable["time_period"]]).mean()
    estimated = comparable.loc[comparable["obs_status"] == "E", "time_period"].unique()
    status = pd.Series({p: "E" if p in estimated else "A" for p in comparable["time_period"].unique()}, dtype=str)
    return _per_area(grouped, status)


def _seen_from(pairs: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Return directed pairs with the area a figure is about in `ref_area`."""
    if side == "from":
        return pairs
    return pairs.rename(columns={"ref_area": "counterpart_area", "counterpart_area": "ref_area"})


def _flagged(figures: pd.Series, seen: pd.DataFrame) -> pd.DataFrame:
    """Return figures per area and year; estimated ("E") where any pair they rest on is unsure."""
    estimated = (seen["obs_status"] != "A").groupby([seen[k] for k in _KEY]).any()
    frame = figures.rename("obs_value").reset_index()
    unsure = estimated.reindex(figures.index).to_numpy(dtype=bool)
    frame["obs_status"] = pd.Series("A", index=frame.index).mask(unsure, "E")
    return frame[RESULT_COLUMNS]


@MEASURES.register
def flow_total(inputs: Sequence[pd.DataFrame], *, side: Side) -> pd.DataFrame:
    """Return the sum of an area's flows on one side of a directed layer (what it sends or gets)."""
    (pairs,) = inputs
    seen = _seen_from(pairs, side)
    return _flagged(seen.groupby(_KEY)["obs_value"].sum(), seen)


@MEASURES.register
def reach(inputs: Sequence[pd.DataFrame], *, side: Side, minimum: float = 1) -> pd.DataFrame:
    """Return with how many others an area has a flow of at least *minimum*, on one side."""
    (pairs,) = inputs
    seen = _seen_from(pairs, side)
    enough = (seen["obs_value"] >= minimum).groupby([seen[k] for k in _KEY]).sum().astype(float)
    return _flagged(enough, seen)


@MEASURES.register
def diversity_of_largest(
    inputs: Sequence[pd.DataFrame], *, side: Side, largest: int = 10, minimum: float = 0
) -> pd.DataFrame:
    """Return 1 minus the Herfindahl index of an area's partners, of whom the largest are known.

    First input: the directed pairs; second: the total per area and year. What the *largest*
    partners do not explain of the total is one more group. No figure where the total is missing
    or below *minimum*; a total less than its parts counts as their sum.
    """
    pairs, totals = inputs
    seen = _seen_from(pairs, side).sort_values("obs_value", ascending=False, kind="stable")
    known = seen[seen.groupby(_KEY).cumcount() < largest]
    known = known.assign(square=known["obs_value"] ** 2)
    sums = known.groupby(_KEY)[["obs_value", "square"]].sum()
    total = totals.set_index(_KEY)["obs_value"].reindex(sums.index)
    sums = sums[total.notna() & (total >= max(minimum, 1e-12))]
    total = total.reindex(sums.index).clip(lower=sums["obs_value"])
    rest = total - sums["obs_value"]
    return _flagged(1 - (sums["square"] + rest**2) / total**2, known)
