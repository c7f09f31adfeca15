"""A database of the version before is brought up to this one: nothing of it is lost, and twice is once."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scidip.indicators.errors import SchemaMismatch
from scidip.indicators.model.not_ranked_reasons import Known, Reason, in_english, read_reason
from scidip.indicators.vocabulary import DEFAULT_METHODOLOGY, LISTED_APART, NotRanked
from scidip.store import old_reasons
from scidip.store.database import migrations
from scidip.store.database.engine import open_engine
from scidip.store.queries import lab_queries, served

OLD_SCORE = """
CREATE TABLE score (
    run_id INTEGER NOT NULL, framework VARCHAR NOT NULL, node VARCHAR NOT NULL,
    time_period INTEGER NOT NULL, ref_area VARCHAR NOT NULL, score FLOAT, rank INTEGER,
    ranked_areas INTEGER NOT NULL, coverage FLOAT NOT NULL, carried_share FLOAT NOT NULL,
    imputed_share FLOAT NOT NULL, is_ranked BOOLEAN NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (run_id, framework, node, time_period, ref_area),
    FOREIGN KEY(run_id) REFERENCES run (run_id), FOREIGN KEY(ref_area) REFERENCES area (ref_area)
) WITHOUT ROWID
"""
TABLES = ("score", "run", "source", "indicator", "field", "score_break", "declared_indicator")
FEW = "Too few figures: "
SENTENCES = {
    "FRA": ("", None),
    "GRL": ("Dependent territory: scored on the same scale, listed apart", Reason(NotRanked.TERRITORY)),
    "TWN": ("No population figure in the sources: listed apart", Reason(NotRanked.NO_POPULATION)),
    "TUV": (
        "Fewer than 1,500,000 people: scored on the same scale, listed apart",
        Reason(NotRanked.SMALL_POPULATION, min_population=1_500_000),
    ),
    "PRK": (
        f"{FEW}National (3 of 9 figures), International (0 of 12 figures)",
        Reason(NotRanked.FEW_FIGURES, factors=(Known("national", 3, 9), Known("international", 0, 12))),
    ),
    "NRU": (
        f"{FEW}Ships, ports (of one's own) (1 of 2 figures)",
        Reason(NotRanked.FEW_FIGURES, factors=(Known("Ships, ports (of one's own)", 1, 2),)),
    ),
    "XKX": ("Nobody knows {why} (100 %)", Reason(NotRanked.OTHER, text="Nobody knows {why} (100 %)")),
}
"""What an old database says of an area, and what a new one says."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A small database of the version before: an observation, a score of each kind, two vintages."""
    path = tmp_path / "old.sqlite"
    open_engine(f"sqlite:///{path}", create=True).dispose()
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DROP TABLE score")
        base.execute(OLD_SCORE)
        base.execute("CREATE INDEX score_by_area ON score (run_id, ref_area)")
        base.execute("ALTER TABLE run DROP COLUMN methodology")
        for column in ("by_hand", "months"):
            base.execute(f"ALTER TABLE source DROP COLUMN {column}")
        for column in ("measure", "field"):
            base.execute(f"ALTER TABLE indicator DROP COLUMN {column}")
        for table in ("field", "score_break"):
            base.execute(f"DROP TABLE {table}")
        base.execute(
            "DELETE FROM migration WHERE name IN "
            "('reasons_are_codes', 'scores_name_their_methodology', 'sources_say_how_they_renew', 'series_have_fields', "
            "'breaks_are_kept')"
        )
        fill(base)
    return path


def fill(base: sqlite3.Connection) -> None:
    base.execute("INSERT INTO source VALUES ('s', 'S', 'P', '', 'L', '', '', 1, '')")
    base.execute("INSERT INTO indicator VALUES ('one', 'One', 'count', 'area', 0, 's', 'unknown', 0)")
    for run, kind, subject in ((1, "ingest", "s"), (2, "score", "scores")):
        base.execute(
            "INSERT INTO run (run_id, kind, subject, status, started_at, code_version, content_digest) "
            "VALUES (?, ?, ?, 'succeeded', '2026', 'old', 'd')",
            (run, kind, subject),
        )
        base.execute("INSERT INTO vintage VALUES (?, ?)", (subject, run))
    for area, (sentence, _) in {"_Z": ("", None), **SENTENCES}.items():
        base.execute("INSERT INTO area VALUES (?, ?, '', '', 'state')", (area, area))
        if area != "_Z":
            row = (2, "three_factors", "std", 2020, area, 5.0, None, 1, 0.5, 0.0, 0.0, not sentence)
            base.execute(f"INSERT INTO score VALUES ({'?, ' * 12}?)", (*row, sentence))
    base.execute("INSERT INTO observation VALUES (1, 'one', 'FRA', '_Z', 2020, 7.5, 'A', 0, 1)")


def held(path: Path) -> dict[str, list[tuple]]:
    """Everything in a database but the record of migrations; of scores, runs and sources what both versions have."""
    with closing(sqlite3.connect(path)) as base:
        names = [r[0] for r in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {n: base.execute(f"SELECT * FROM {n}").fetchall() for n in sorted(names)}
    del found["migration"]
    for made in ("field", "score_break"):
        found.pop(made, None)
    common = {"score": 12, "run": 13, "source": 9, "indicator": 8}
    return found | {name: [row[:most] for row in found[name]] for name, most in common.items()}


def test_sentences_become_codes_and_everything_else_stays(old, catalogue) -> None:
    before = held(old)
    with pytest.raises(SchemaMismatch, match="scidip build"):
        open_engine(f"sqlite:///{old}")
    engine = open_engine(f"sqlite:///{old}", create=True)
    assert held(old) == before and len(before["score"]) == len(SENTENCES)
    frame = served.ranking(engine, "std", 2020).set_index("ref_area")
    for area, (sentence, reason) in SENTENCES.items():
        read = read_reason(frame.at[area, "reason_code"], frame.at[area, "reason_params"])
        assert read == reason, area
        assert in_english(read, catalogue.framework) == sentence
    outside = set(lab_queries.outside_universe(engine)["ref_area"])
    assert outside == {"GRL", "TWN", "TUV", "XKX"}
    engine.dispose()


def test_a_second_time_nothing_is_done(old) -> None:
    engine = open_engine(f"sqlite:///{old}", create=True)
    engine.dispose()
    after = old.read_bytes()
    open_engine(f"sqlite:///{old}", create=True).dispose()
    assert old.read_bytes() == after


def test_a_migration_that_breaks_off_leaves_the_old_database(old, monkeypatch) -> None:
    before = held(old)

    def broken(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(old_reasons, "_write", broken)
        with pytest.raises(RuntimeError, match="killed"):
            open_engine(f"sqlite:///{old}", create=True)
    with closing(sqlite3.connect(old)) as base:
        assert "reason" in [r[1] for r in base.execute("PRAGMA table_info(score)")]
    assert held(old) == before
    open_engine(f"sqlite:///{old}", create=True).dispose()


def test_a_new_database_and_a_migrated_one_have_the_same_columns(old, tmp_path) -> None:
    new = tmp_path / "new.sqlite"
    columns = []
    for path in (old, new):
        open_engine(f"sqlite:///{path}", create=True).dispose()
        with closing(sqlite3.connect(path)) as base:
            columns.append([base.execute(f"PRAGMA table_info({t})").fetchall() for t in TABLES])
    scores, runs, sources, indicators, fields, breaks, own = zip(*columns, strict=True)
    assert scores[0] == scores[1]
    # Number, name, type, not null, key: a default is written in another way.
    assert [(*c[:4], c[5]) for c in runs[0]] == [(*c[:4], c[5]) for c in runs[1]]
    assert [(*c[:4], c[5]) for c in sources[0]] == [(*c[:4], c[5]) for c in sources[1]]
    assert [(*c[:4], c[5]) for c in indicators[0]] == [(*c[:4], c[5]) for c in indicators[1]]
    assert fields[0] == fields[1] != []
    assert breaks[0] == breaks[1] != []
    assert own[0] == own[1] != []
    assert migrations.MIGRATIONS[-1].__name__ == "own_indicators_are_kept"


def test_series_of_before_are_of_all_fields(old) -> None:
    open_engine(f"sqlite:///{old}", create=True).dispose()
    with closing(sqlite3.connect(old)) as base:
        assert base.execute("SELECT indicator, measure, field FROM indicator").fetchall() == [("one", "", "_T")]


def test_scores_of_before_are_of_the_default_methodology(old) -> None:
    engine = open_engine(f"sqlite:///{old}", create=True)
    assert served.served_methodology(engine) == DEFAULT_METHODOLOGY
    engine.dispose()


def test_the_codes_of_factors_are_those_of_the_catalogue(catalogue) -> None:
    """As long as none is renamed; the migration keeps the names of its time."""
    for code in old_reasons.FACTORS:
        named = {n.name: n.code for n in catalogue.frameworks[code].level("factor")}
        assert old_reasons.FACTORS[code] == named


def test_parameters_are_json_with_sorted_keys_and_read_again() -> None:
    for _, reason in SENTENCES.values():
        if reason is not None:
            assert read_reason(reason.code.value, reason.params) == reason
            assert reason.params == json.dumps(json.loads(reason.params), sort_keys=True, ensure_ascii=False)
    assert NotRanked.FEW_FIGURES not in LISTED_APART
