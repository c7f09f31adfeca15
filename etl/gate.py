"""The gate: how new figures differ from those that serve, in words for a human to judge."""

from collections.abc import Mapping

import pandas as pd

from scidip.etl.checks import advice
from scidip.etl.renewal import Renewal
from scidip.indicators.vocabulary import OBSERVATION_KEY
from scidip.store.runs import Batch


def whereabouts(renewal: Renewal, *, replaced: bool) -> list[str]:
    """Return what a reader should know of the figures that serve and are not in the files."""
    if replaced:
        return []
    kept_ones = renewal.old.observations[renewal.kept]
    told = []
    if len(kept_ones):
        names = ", ".join(sorted(kept_ones["indicator"].unique()))
        told.append(f"{len(kept_ones):,} figures that the files do not hold keep serving ({names})")
    if gone := int(renewal.withdrawn.sum()):
        names = ", ".join(sorted(renewal.old.observations["indicator"][renewal.withdrawn].unique()))
        told.append(f"{gone:,} figures are gone that the producer no longer gives ({names})")
    return told


def set_aside(batch: Batch, most: int = 5) -> list[str]:
    """Return a sentence for each of the first quarantined rows: where it is, what is wrong, what to do."""
    rows = batch.quarantined.head(most)
    told = [
        f"{batch.files[int(row['file'])].name}, row {row['row']} is set aside: {row['message']}"
        f"{advice(row['check_code'])}"
        for row in rows.to_dict("records")
    ]
    more = len(batch.quarantined) - len(rows)
    return [*told, f"and {more:,} more rows are set aside"] if more and most > 1 else told


def dropping(subject: str, dropped: Mapping[str, int], serving: int) -> str:
    """Return in words what --replace drops."""
    each = ", ".join(f"{code} {count:,}" for code, count in sorted(dropped.items()))
    total = sum(dropped.values())
    return f"{subject}: --replace drops {total:,} of the {serving:,} figures that serve ({each})"


def surprises(renewal: Renewal, *, replaced: bool = False) -> str:
    """Return in words how a batch differs too much from the serving figures it is about, or "".

    What it is not about goes on serving, so it is not looked at. When all is *replaced*, what is not
    in the files is told as dropped and is no surprise.
    """
    counts, gate = renewal.new.counts, renewal.gate
    found = []
    if counts["quarantined"] > gate.max_quarantine * max(counts["parsed"], 1):
        told = "; ".join(set_aside(renewal.new, most=1))
        found.append(f"{counts['quarantined']:,} of {counts['parsed']:,} rows would be quarantined ({told})")
    for code, (held, serving, areas) in () if replaced else renewal.partial.items():
        lost = f" and nothing of {areas} areas" if areas else ""
        found.append(f"only {held:,} figures where {serving:,} serve{lost} ({code})")
    jumped, common = _jumps(renewal.old.observations, renewal.new.observations, gate.jump)
    if common and jumped > gate.max_jumped * common:
        found.append(f"{jumped:,} of {common:,} common figures moved by more than {gate.jump:.0%}")
    return "; ".join(found)


def _jumps(serving: pd.DataFrame, new: pd.DataFrame, jump: float) -> tuple[int, int]:
    """Return how many figures moved by more than *jump*, and how many both vintages have."""
    both = serving.merge(new, on=list(OBSERVATION_KEY), suffixes=("_old", "_new"))
    moved = (both["obs_value_new"] - both["obs_value_old"]).abs() > jump * both["obs_value_old"].abs()
    return int(moved.sum()), len(both)
