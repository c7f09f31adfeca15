"""What two versions hold, side by side: figures of the sources that were renewed between them, and scored figures."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Engine, select

from scidip.store.database.as_of import as_of
from scidip.store.database.schema import SCORES, indicator, scored_cell, source
from scidip.store.provenance import of_run
from scidip.store.queries.served import frame_of, score_run
from scidip.store.versions import kept, runs_of

KEY = ["indicator", "ref_area", "counterpart_area", "time_period"]
PAIRED = [*KEY, "old", "new", "is_old", "is_new"]


def titles(engine: Engine) -> pd.Series:
    """Return the titles of the sources by their ids."""
    return frame_of(engine, select(source.c.source_id, source.c.title).order_by(source.c.source_id)).set_index(
        "source_id"
    )["title"]


def sources_of(engine: Engine) -> pd.Series:
    """Return the source of each indicator by its code."""
    return frame_of(
        engine, select(indicator.c.indicator, indicator.c.source_id).order_by(indicator.c.position)
    ).set_index("indicator")["source_id"]


def paired(engine: Engine, before: int | None, after: int | None) -> pd.DataFrame:
    """Return the figures of two runs of a source, by their key: old, new, is_old, is_new (whether one is there)."""
    with as_of(""):
        frames = [
            of_run(engine, -1 if run_id is None else run_id).rename(columns={"obs_value": name})
            for run_id, name in ((before, "old"), (after, "new"))
        ]
    both = frames[0].merge(frames[1], on=KEY, how="outer", indicator="side")
    side = both["side"].astype(str)
    return both.assign(is_old=side != "right_only", is_new=side != "left_only")[PAIRED]


def differs(both: pd.DataFrame) -> pd.Series:
    """Return where both have a figure, and not the same one; nothing of either is a figure of its own."""
    old, new = both["old"], both["new"]
    apart = ((old - new).abs() > 1e-9 * old.abs()) | (old.isna() != new.isna())
    return both["is_old"] & both["is_new"] & apart


def vintages_of(engine: Engine, versions: Sequence[str]) -> dict[str, list[int]]:
    """Return by source its runs in *versions*, oldest first, each once."""
    found: dict[str, list[int]] = {}
    for version in versions:
        for subject, run_id in runs_of(engine, version).items():
            runs = found.setdefault(subject, [])
            if subject != SCORES and run_id not in runs:
                runs.append(run_id)
    return {s: runs for s, runs in found.items() if s != SCORES}


def history(engine: Engine, until: str) -> list[str]:
    """Return the versions that are kept up to one of them, oldest first; all of them for ""."""
    codes = [str(v) for v in kept(engine)["version"][::-1]]
    return codes[: codes.index(until) + 1] if until in codes else codes


def scored(engine: Engine, year: int) -> pd.DataFrame:
    """Return the scored figures of a year: indicator, ref_area, own_period, obs_value, normalised."""
    c = scored_cell.c
    query = select(c.indicator, c.ref_area, c.own_period, c.obs_value, c.normalised)
    return frame_of(
        engine, query.where(c.run_id == score_run(), c.time_period == year).order_by(c.indicator, c.ref_area)
    )
