"""OpenAlex: works of several countries by country, by partner and by year, in pages of three groups.

Every work is of exactly two countries. As the service does, it gives a cursor with the last groups too, and an empty
page after them; it lists a group without works, and one of works whose country is not known.
"""

import json
from itertools import combinations

from tests.replay.answering import Asked, Reply

HOSTS = ("api.openalex.org",)
COUNTRIES = ("GR", "KE", "PT", "US")
SEVERAL = "countries_distinct_count:>1"
PAGE = 3
COST = {"x-ratelimit-cost-usd": "0.0001"}
YEARS = range(2015, 2040)


def joint(one: str, other: str, year: int) -> int:
    """Joint works of two countries."""
    first, second = sorted((one, other))
    return 1000 * (COUNTRIES.index(first) + 1) + 100 * COUNTRIES.index(second) + year - 2000


def works(code: str, year: int) -> int:
    """Works of a country with another."""
    return sum(joint(code, other, year) for other in COUNTRIES if other != code)


def reply(asked: Asked) -> Reply | None:
    if asked.path != "/works" or not set(asked.query) <= {"filter", "group_by", "per_page", "cursor"}:
        return None
    parts = dict(part.split(":", 1) for part in asked.first("filter").split(",") if part)
    years = [int(parts.pop("publication_year"))] if "publication_year" in parts else list(YEARS)
    code = parts.pop("authorships.countries", "")
    home = 0 if parts.pop("countries_distinct_count", "") == ">1" else 9
    if parts or asked.first("per_page") != "100":
        return None
    found = {
        "authorships.countries": lambda: _countries(code, years, home),
        "publication_year": lambda: {str(year): _total(code, [year], home) for year in years},
    }.get(asked.first("group_by"))
    return None if found is None else page(found(), _total(code, years, home), asked.first("cursor", "*"))


def _total(code: str, years: list[int], home: int) -> int:
    """Works in all; with *home* there are that many times as many of one country alone."""
    if code:
        return sum(works(code, year) for year in years) * (1 + home)
    return sum(joint(*pair, year) for pair in combinations(COUNTRIES, 2) for year in years) * (1 + 2 * home)


def _countries(code: str, years: list[int], home: int) -> dict[str, int]:
    if not code:
        found = {one: _total(one, years, home) for one in COUNTRIES}
    else:
        found = {one: sum(joint(code, one, year) for year in years) for one in COUNTRIES if one != code}
        found[code] = _total(code, years, home)
    keyed = {f"https://openalex.org/countries/{one}": found[one] for one in sorted(found)}
    return keyed | {"https://openalex.org/countries/UNKNOWN": 7, "https://openalex.org/countries/AQ": 0}


def page(groups: dict[str, int], total: int, cursor: str) -> Reply:
    """Return the groups of a page, and the cursor of the next one."""
    first = 0 if cursor == "*" else int(cursor.removeprefix("after-"))
    shown = list(groups.items())[first : first + PAGE]
    said = {
        "meta": {
            "count": total,
            "page": None,
            "per_page": 100,
            "next_cursor": f"after-{first + PAGE}" if shown else None,
            "groups_count": len(shown),
            "cost_usd": 0.0001,
        },
        "group_by": [{"key": key, "key_display_name": key[-2:], "count": count} for key, count in shown],
    }
    return Reply(json.dumps(said).encode(), headers=COST)
