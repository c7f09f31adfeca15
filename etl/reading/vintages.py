"""The vintage of a file that carries no date: what is known of that very file, never of its shape.

Files collected for the bundle were dated by hand where nothing inside them says when they came out;
`data/curated/file_vintages.csv` names them by their digest. Any other file of the same shape has the
day it was read, or none.
"""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

from scidip.etl.network.snapshots import Snapshot
from scidip.indicators.errors import SourceChanged

KNOWN: Final = Path(__file__).parents[2] / "data" / "curated" / "file_vintages.csv"
UNDATED: Final = "undated"


def dated(snapshot: Snapshot) -> str:
    """Return the reviewed vintage of this very file, else the day it was read, else "undated"."""
    return _known().get(snapshot.sha256) or snapshot.retrieved or UNDATED


def edition(source: str, snapshot: Snapshot, example: str) -> int:
    """Return the year of a table that carries none: reviewed for this very file, else the last one in its name.

    Raises SourceChanged without one; *example* is a name that tells it.
    """
    reviewed = _known().get(snapshot.sha256, "")
    years = re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", reviewed or Path(snapshot.name).name)
    if not years:
        raise SourceChanged(
            source,
            f"neither the file nor its name tells the year it is of; put the year into the name, as in {example}",
            file=snapshot.name,
        )
    return int(years[-1])


def order(vintage: str) -> str:
    """Return what vintages are put in order by: an undated one is older than any date."""
    return "" if vintage == UNDATED else vintage


@cache
def _known() -> dict[str, str]:
    with KNOWN.open(encoding="utf-8", newline="") as lines:
        return {row["sha256"]: row["vintage"] for row in csv.DictReader(lines)}
