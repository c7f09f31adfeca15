"""A small history for tests: a source that changes from version to version, and scores made of it. Synthetic.

No figure is anybody's: the source is called `world_bank` because a database knows only the sources it has.
"""

import hashlib

import pandas as pd
from sqlalchemy import Connection, Engine, text

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, NOT_APPLICABLE
from scidip.store.entering import enter_version
from scidip.store.queries import served
from scidip.store.runs import OF_A_RUN, Batch, FileRecord, point, prune, publish, running
from scidip.store.scores import save_scores
from scidip.store.table_rows import CELL_COLUMNS

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


def score(engine: Engine, *, code: str = "test", methodology: str = "default", upside_down: bool = False) -> str:
    """Save scores of the figures that serve (a score is the value, ten times) and return the version they make.

    *upside_down* is another method: less is better.
    """
    figures = served.observations(engine, [INDICATOR])
    values = figures.set_index("ref_area")["obs_value"]
    values = (10 - values if upside_down else values).sort_values(ascending=False)
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
        columns=list(CELL_COLUMNS),
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


def revise(engine: Engine, factor: float = 1.1, *, source: str = SOURCE, every: int = 3) -> str:
    """Add a version to a database of real figures, from SQL alone; return it. What is changed is invented.

    Each third figure of a source is multiplied, each hundredth left out; so are the scores of each fifth country
    multiplied, and all ranks follow.
    """
    with engine.begin() as connection:
        old = dict(connection.execute(text("SELECT source_id, run_id FROM vintage")).all())
        for subject, kind in ((source, "ingest"), ("scores", "score")):
            new = _copied(connection, old[subject], subject, kind, f"{kind} {factor}")
            if kind == "ingest":
                many = {"new": new, "factor": factor, "every": every}
                connection.execute(
                    text(
                        'UPDATE observation SET obs_value = obs_value * :factor WHERE run_id = :new AND "row" % :every = 0'
                    ),
                    many,
                )
                connection.execute(
                    text('DELETE FROM observation WHERE run_id = :new AND "row" % 100 = 1'), {"new": new}
                )
            else:
                _rescored(connection, new, factor)
            point(connection, subject, new)
        for subject in enter_version(connection):
            prune(connection, subject)
    return served.data_version(engine)


def _copied(connection: Connection, old: int, subject: str, kind: str, digest: str) -> int:
    """Return a new run with all rows of an old one."""
    found = connection.execute(
        text(
            "INSERT INTO run (kind, subject, status, started_at, finished_at, code_version, content_digest, methodology) "
            "SELECT :kind, :subject, 'succeeded', started_at, finished_at, code_version, :digest, methodology "
            "FROM run WHERE run_id = :old"
        ),
        {"kind": kind, "subject": subject, "digest": hashlib.sha256(digest.encode()).hexdigest(), "old": old},
    )
    new = int(found.lastrowid)
    for table in OF_A_RUN:
        names = ", ".join(f'"{c.name}"' for c in table.columns if c.name != "run_id")
        connection.execute(
            text(
                f"INSERT INTO {table.name} (run_id, {names}) SELECT {new}, {names} FROM {table.name} WHERE run_id = {old}"
            )
        )
    return new


def _rescored(connection: Connection, new: int, factor: float) -> None:
    """Move the scores of each fifth area, and rank anew; the middle of a range moves with the rank."""
    connection.execute(
        text(
            "UPDATE score SET score = min(100, score * :factor) WHERE run_id = :new AND ref_area IN "
            "(SELECT ref_area FROM (SELECT ref_area, row_number() OVER (ORDER BY ref_area) n FROM area) WHERE n % 5 = 0)"
        ),
        {"new": new, "factor": factor},
    )
    connection.execute(
        text(
            "UPDATE score SET rank = r.place FROM (SELECT framework, node, time_period, ref_area, rank() OVER "
            "(PARTITION BY framework, node, time_period ORDER BY score DESC) place FROM score "
            "WHERE run_id = :new AND rank IS NOT NULL) r WHERE score.run_id = :new AND score.rank IS NOT NULL AND "
            "score.framework = r.framework AND score.node = r.node AND score.time_period = r.time_period "
            "AND score.ref_area = r.ref_area"
        ),
        {"new": new},
    )
