"""MOResults: the packed list of all olympiads, with contestants without a country and contests that do not count."""

import gzip
import json

from tests.replay.answering import Asked, Reply

HOSTS = ("raw.githubusercontent.com",)
CODES = ("PRT", "KEN", "USS")
TOOK_PART = [
    ("IMO-2025", "PRT", "gold"),
    ("IMO-2025", "PRT", "bronze"),
    ("IMO-2025", "PRT", "honourable_mention"),
    ("IMO-2025", "KEN", None),
    ("IMO-2025", None, "silver"),
    ("IMO-1980", "USS", "gold"),
    ("IMO-1981", "USS", "silver"),
    ("EGMO-2026", "PRT", "gold"),
]


def reply(asked: Asked) -> Reply | None:
    path = "/matholympiadresults/moresults-web/HEAD/apps/web/public/data/olympiad_data.json.gz"
    return (
        Reply(gzip.compress(json.dumps(results()).encode(), mtime=0), "application/gzip")
        if asked.path == path
        else None
    )


def results() -> dict:
    contests = {c for c, _, _ in TOOK_PART}
    return {
        "version": "1",
        "last_updated": "2026-05-13",
        "countries": {f"country-{c.lower()}": {"id": f"country-{c.lower()}", "code": c, "name": c} for c in CODES},
        "competitions": {
            c: {"id": c, "source": c.split("-")[0], "year": int(c.split("-")[1])} for c in sorted(contests)
        },
        "people": {},
        "participations": {
            f"{contest}-person-{n}": {
                "competition_id": contest,
                "country_id": f"country-{code.lower()}" if code else None,
                "award": award,
                "problem_scores": [None],
            }
            for n, (contest, code, award) in enumerate(TOOK_PART)
        },
        "team_participations": {},
    }
