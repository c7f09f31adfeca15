"""The gate: how new figures differ from those that serve, in words for a human to judge."""

from collections.abc import Iterator, Mapping
from typing import Final

from scidip.etl.checks import advice
from scidip.etl.renewal import Renewal
from scidip.indicators.model.source import Gate
from scidip.indicators.vocabulary import OBSERVATION_KEY
from scidip.store.runs import Batch

MANY: Final = 20
"""Areas of a year from which on half of them says something."""


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
    return "; ".join(
        filter(None, (of_rows(renewal.new, renewal.gate), *of_series(renewal, replaced=replaced).values()))
    )


def of_rows(batch: Batch, gate: Gate) -> str:
    """Return in words that too many rows would be set aside, or ""."""
    counts = batch.counts
    if counts["quarantined"] <= gate.max_quarantine * max(counts["parsed"], 1):
        return ""
    told = "; ".join(set_aside(batch, most=1))
    return f"{counts['quarantined']:,} of {counts['parsed']:,} rows would be quarantined ({told})"


def of_series(renewal: Renewal, *, replaced: bool = False) -> dict[str, str]:
    """Return, by indicator, in words how its new figures differ too much from those that serve."""
    found: dict[str, list[str]] = {}
    for code, said in () if replaced else (*_shrunk(renewal), *_years(renewal)):
        found.setdefault(code, []).append(said)
    for code, said in _jumps(renewal):
        found.setdefault(code, []).append(said)
    return {code: ", ".join(said) + f" ({code})" for code, said in found.items()}


def _shrunk(renewal: Renewal) -> Iterator[tuple[str, str]]:
    for code, (held, serving, areas) in renewal.partial.items():
        lost = f" and nothing of {areas} areas" if areas else ""
        yield code, f"only {held:,} figures where {serving:,} serve{lost}"


def _years(renewal: Renewal) -> Iterator[tuple[str, str]]:
    """Yield the series that would end earlier, or lose half of the areas of a year, whatever they have in all.

    A producer that gives last year's file again, or one whose newest year is half published, is told so. What the
    files hold by the year or by the row takes no other year away.
    """
    if renewal.renews != "series":
        return
    serving = renewal.old.observations.assign(held=renewal.held)
    for code, figures in serving[renewal.renewed & ~serving["indicator"].isin(list(renewal.partial))].groupby(
        "indicator"
    ):
        new = renewal.new.observations
        newest, now = int(figures["time_period"].max()), int(new["time_period"][new["indicator"] == code].max())
        if now < newest:
            yield str(code), f"its newest year is {now} where {newest} serves"
        by_year = figures.groupby("time_period")["held"].agg(["size", "sum"])
        halved = by_year[(by_year["size"] >= MANY) & (by_year["sum"] < by_year["size"] / 2) & (by_year.index <= now)]
        for year, row in halved.iterrows():
            yield str(code), f"only {row['sum']:,} figures of {year} where {row['size']:,} serve"


def _jumps(renewal: Renewal) -> Iterator[tuple[str, str]]:
    """Yield the series of which too many figures moved: one series in another unit is not hidden by twenty others."""
    gate = renewal.gate
    both = renewal.old.observations.merge(renewal.new.observations, on=list(OBSERVATION_KEY), suffixes=("_old", "_new"))
    moved = (both["obs_value_new"] - both["obs_value_old"]).abs() > gate.jump * both["obs_value_old"].abs()
    for code, jumped in moved.groupby(both["indicator"]):
        if jumped.sum() > gate.max_jumped * len(jumped):
            yield str(code), f"{jumped.sum():,} of {len(jumped):,} common figures moved by more than {gate.jump:.0%}"
