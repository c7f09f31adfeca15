"""PrizeAtlas: the tables of its SQLite file, `awards` and `award_extra_affiliations`, as text.

Shape: DATA.md of its repository, read in 2026.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.indicators.errors import SourceChanged

BEGINS: Final = b"SQLite format 3\x00"
AWARDS: Final = "awards"
FURTHER: Final = "award_extra_affiliations"


def is_database(snapshot: Snapshot) -> bool:
    """Return whether a file is an SQLite database."""
    return snapshot.content.startswith(BEGINS)


def table(source: str, snapshot: Snapshot, name: str, wanted: Sequence[str]) -> pd.DataFrame:
    """Return the *wanted* columns of a table as trimmed text; the index is the number of the record.

    Raises SourceChanged for a damaged file and where a column is missing.
    """
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(snapshot.content)
            # What is read is a stranger's: no function in it is run.
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA query_only = ON")
            found = [str(row[1]) for row in database.execute(f"PRAGMA table_info({name})")]
            missing = [column for column in wanted if column not in found]
            if missing:
                raise SourceChanged(
                    source,
                    f"the column {missing[0]} is missing in the table {name}; it has {', '.join(found) or 'none'}",
                    file=snapshot.name,
                )
            # The names are ours; in order, so that a record has one number in every copy.
            rows = database.execute(f"SELECT {', '.join(wanted)} FROM {name} ORDER BY award_record_id").fetchall()
    except sqlite3.Error as error:
        raise SourceChanged(
            source, "the database is damaged or cut short; download it again", file=snapshot.name
        ) from error
    cells = [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=list(wanted), index=pd.RangeIndex(1, len(cells) + 1), dtype="str")
