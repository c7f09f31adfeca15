"""A small history for tests: a source that changes from version to version, and scores made of it. Synthetic.

No figure is anybody's: the source is called `world_bank` because a database knows only the sources it has.
"""

import hashlib

import pandas as pd
from sqlalchemy import Engine

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, NOT_APPLICABLE
from scidip.store.queries import served
from scidip.store.runs import Batch, FileRecord, publish, running
from scidip.store.scores import save_scores

SOURCE, INDICATOR = "world_bank", "rd_expenditure_gdp"
AREAS = ("FRA", "DEU", "ITA", "ESP", "PRT")
YEAR = 2020


def ingest(engine: Engine, values: dict[str, float], *, source: str = SOURCE, indicator: str = INDICATOR) -> None:
    """Publish *values* by area as the figures of a source."""
    rows = [(indicator, area, NOT_APPLICABLE, YEAR, value, "A", 0, n) for n, (area, value) in enumerate(values.items())]
    frame = pd.DataFrame(
        rows,
        columns=["indicator", "ref_area", "counterpart_area", "time_period", "obs_value", "obs_status", "file", "row"],
    )
    content = hashlib.sha256(repr((source, indicator, sorted(values.items()))).encode()).hexdigest()
    file = FileRecord(f"{content[:6]}.csv", content, 1, "2026-01")
    with running(engine, "ingest", source, "test") as run_id:
        publish(engine, run_id, source, Batch(frame, pd.DataFrame(), {}, (file,), content))


def score(engine: Engine, *, code: str = "test", methodology: str = "default") -> str:
    """Save scores of the figures that serve (a score is the value, ten times) and return the version they make."""
    figures = served.observations(engine, [INDICATOR])
    values = figures.set_index("ref_area")["obs_value"].sort_values(ascending=False)
    same = {"framework": DEFAULT_FRAMEWORK, "node": DEFAULT_INDEX, "time_period": YEAR}
    of_all = {"ranked_areas": len(values), "coverage": 1.0, "carried_share": 0.0, "imputed_share": 0.0}
    scores = pd.DataFrame(
        [
            {**same, **of_all, "ref_area": area, "score": value * 10, "rank": place, "is_ranked": True}
            for place, (area, value) in enumerate(values.items(), start=1)
        ]
    )
    cells = pd.DataFrame(
        [(INDICATOR, YEAR, area, YEAR, value, value, value * 10, "A") for area, value in values.items()],
        columns=[
            "indicator",
            "time_period",
            "ref_area",
            "own_period",
            "obs_value",
            "treated",
            "normalised",
            "obs_status",
        ],
    )
    with running(engine, "score", "scores", code) as run_id:
        content = _content(engine, code, methodology)
        save_scores(engine, run_id, content, {"score": scores, "scored_cell": cells}, methodology)
    return served.data_version(engine)


def _content(engine: Engine, code: str, methodology: str) -> str:
    held = sorted((s, d) for s, d in served.served_digests(engine).items() if s != "scores")
    return hashlib.sha256(repr((held, code, methodology)).encode()).hexdigest()


def version(engine: Engine, *values: float) -> str:
    """Publish a value for each area, and score; return the version."""
    ingest(engine, dict(zip(AREAS, values, strict=False)))
    return score(engine)


def history(engine: Engine, count: int, *, first: int = 0) -> list[str]:
    """Make *count* versions, one after the other, the figures of each a little higher; return them."""
    return [version(engine, *(1 + place + n / 100 for place in range(len(AREAS)))) for n in range(first, first + count)]


def digest(engine: Engine) -> str:
    """Return the digest of all figures and scores that are read now."""
    figures = served.observations(engine)
    scores = served.ranking(engine, DEFAULT_INDEX, YEAR)
    return hashlib.sha256((figures.to_csv(index=False) + scores.to_csv(index=False)).encode()).hexdigest()
