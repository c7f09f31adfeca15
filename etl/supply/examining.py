"""What a file would bring, row by row, beside what serves: told before anything is published."""

import json
from typing import Any

import pandas as pd

from scidip.etl.checks import advice
from scidip.etl.gate import of_rows, of_series
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.publishing import Workshop
from scidip.etl.remarks import remarks
from scidip.etl.renewal import Renewal
from scidip.etl.run import history, prepare
from scidip.indicators.supply import SHOWN, SOURCE, Refused, Replaced, Report, Taken
from scidip.indicators.vocabulary import OBSERVATION_KEY
from scidip.store import kept
from scidip.store.queries import served
from scidip.store.runs import Batch, current_run

KEY = list(OBSERVATION_KEY)


def examined(shop: Workshop, snapshot: Snapshot) -> Report:
    """Return what `ingest` would make of a file of the institution's own figures. Nothing is written.

    Raises SourceError for a file that is refused as a whole.
    """
    source = shop.sources[SOURCE]
    with remarks() as told:
        batch = prepare(shop, source, [snapshot], history(shop, SOURCE))
    with shop.engine.connect() as connection:
        serving = current_run(connection, SOURCE)
    old = kept.batch_of(shop.engine, serving["run_id"]) if serving else None
    before = old.observations if old else batch.observations.iloc[:0]
    both = batch.observations.merge(before, on=KEY, suffixes=("_new", "_old"))
    differs = both[~_same(both)]
    return Report(
        snapshot.name,
        snapshot.sha256,
        served.data_version(shop.engine),
        batch.counts["parsed"],
        _taken(batch, set(before["indicator"])),
        _refused(batch),
        len(batch.quarantined),
        tuple(_replaced(row) for row in differs.head(SHOWN).to_dict("records")),
        len(differs),
        len(batch.observations) - len(both),
        len(both) - len(differs),
        dict(batch.excluded),
        tuple(told),
        # What comes first is compared with nothing, by the command too.
        bool(old and of_rows(batch, source.spec.gate)),
        tuple(of_series(Renewal(batch, old, source.spec.renews, source.spec.gate)).values()) if old else (),
    )


def _same(both: pd.DataFrame) -> pd.Series:
    """Return whether value and status of each figure are those that serve; two without a value are alike."""
    old, new = both["obs_value_old"], both["obs_value_new"]
    return ((old == new) | (old.isna() & new.isna())) & (both["obs_status_old"] == both["obs_status_new"])


def _taken(batch: Batch, known: set[str]) -> tuple[Taken, ...]:
    declared = {r["indicator"]: r for r in batch.declared.to_dict("records")}
    return tuple(
        Taken(
            str(code),
            len(part),
            int(part["ref_area"].nunique()),
            int(part["time_period"].min()),
            int(part["time_period"].max()),
            code not in known,
            str(declared[code]["name"]) if code in declared else "",
            str(declared[code]["beside"]) if code in declared else "",
        )
        for code, part in batch.observations.groupby("indicator")
    )


def _refused(batch: Batch) -> tuple[Refused, ...]:
    found = []
    for row in batch.quarantined.head(SHOWN).to_dict("records"):
        raw = json.loads(row["raw_json"])
        words = (
            raw["series"],
            raw["source_area"],
            raw["source_counterpart"],
            raw["time_period"],
            raw["obs_value"].removesuffix(".0"),
        )
        code = str(row["check_code"])
        found.append(Refused(int(row["row"]), *words, code, str(row["message"]), advice(code).removeprefix("; ")))
    return tuple(found)


def _replaced(row: dict[Any, Any]) -> Replaced:
    old, new = (None if pd.isna(row[name]) else float(row[name]) for name in ("obs_value_old", "obs_value_new"))
    return Replaced(row["indicator"], row["ref_area"], row["counterpart_area"], int(row["time_period"]), old, new)
