"""The database of PrizeAtlas: awards, and further affiliations."""

import sqlite3
from contextlib import closing

from tests.replay.answering import Asked, Reply

HOSTS = ("raw.githubusercontent.com",)
AWARDS = [
    ("abel-1", "2023", "Abel Prize", "", "Individual", "Portugal"),
    ("fields-1", "2026", "Fields Medal", "", "Individual", "Kenya"),
    ("kavli-1", "2024", "Kavli Prize", "", "Individual", ""),
    ("nobel-1", "2024", "Nobel Prize", "Physics", "Individual", "Portugal"),
    ("nobel-2", "2025", "Nobel Prize", "Chemistry", "Individual", None),
    ("nobel-3", "2025", "Nobel Prize", "Medicine", "Organization", "Portugal"),
    ("wolf-1", "1994/1995", "Wolf Prize", "", "Individual", "Greece"),
]
FURTHER = [("abel-1", 2, "Greece"), ("abel-1", 3, "Portugal"), ("nobel-2", 2, "Namibia")]


def reply(asked: Asked) -> Reply | None:
    stands = asked.path == "/antb123/prizeatlas/HEAD/datasets/awards.sqlite3"
    return Reply(database(), "application/octet-stream") if stands else None


def database(awards: list[tuple] | None = None) -> bytes:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute(
            "CREATE TABLE awards (award_record_id TEXT PRIMARY KEY, year TEXT, prize_name TEXT, category TEXT, "
            "laureate_type TEXT, affiliation_country TEXT, motivation TEXT)"
        )
        made.execute(
            "CREATE TABLE award_extra_affiliations (award_record_id TEXT, position INTEGER, affiliation_country TEXT, "
            "PRIMARY KEY (award_record_id, position))"
        )
        rows = reversed(AWARDS if awards is None else awards)
        made.executemany("INSERT INTO awards VALUES (?, ?, ?, ?, ?, ?, 'For x, y')", rows)
        made.executemany("INSERT INTO award_extra_affiliations VALUES (?, ?, ?)", FURTHER)
        made.commit()
        return made.serialize()
