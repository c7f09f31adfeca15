"""MOResults: medals of each team at each olympiad, counted from the list of who took part.

The file is one object: `countries` and `competitions` by id (`code`; `source`, `year`), and `participations`, each with
`competition_id`, `country_id` and an `award`, or none. Shape: the types in its repository, read in 2026.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.documents import document
from scidip.indicators.errors import SourceChanged

KINDS: Final = ("gold", "silver", "bronze")
OTHERS: Final = (None, "", "honourable_mention")


def teams(source: str, snapshot: Snapshot, contest: str) -> pd.DataFrame:
    """Return competition, year, code and medals of every team of *contest*; the index numbers the teams.

    Contestants without a country have the code "". Raises SourceChanged where an id or an award is not known.
    """
    said = document(source, snapshot, "olympiads")
    countries, contests, people = (
        _part(source, snapshot, said, name) for name in ("countries", "competitions", "participations")
    )
    held = {key: str(c.get("year") or "") for key, c in contests.items() if c.get("source") == contest}
    found: dict[tuple[str, str], Counter[str]] = {}
    for key, one in people.items():
        if (competition := str(one.get("competition_id"))) not in contests:
            raise SourceChanged(source, f"{key} took part in {competition}, which is not listed", file=snapshot.name)
        if competition not in held:
            continue
        country = countries.get(str(one.get("country_id") or ""))
        if country is None and one.get("country_id"):
            raise SourceChanged(
                source, f"{key} is of {one['country_id']}, which is not listed; download it again", file=snapshot.name
            )
        award = one.get("award")
        if award not in (*KINDS, *OTHERS):
            raise SourceChanged(source, f"the award {award!r} of {key} is not known", file=snapshot.name)
        team = held[competition], str((country or {}).get("code") or "").strip()
        found.setdefault(team, Counter())[str(award)] += 1
    rows = [(contest, year, code, *(medals[kind] for kind in KINDS)) for (year, code), medals in found.items()]
    names = ["competition", "year", "code", *KINDS]
    return pd.DataFrame(rows, columns=names, index=pd.RangeIndex(1, len(rows) + 1))


def _part(source: str, snapshot: Snapshot, said: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    found = said.get(name)
    if not isinstance(found, dict) or not found or not all(isinstance(one, dict) for one in found.values()):
        raise SourceChanged(source, f"the file holds no {name} by id; download it again", file=snapshot.name)
    return found
