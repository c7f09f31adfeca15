"""OpenAlex: articles and reviews by field, year and country, in pages of three groups, as its service answers.

Works are of one country alone, or of exactly two. Field 35 has works of two of the countries only.
"""

from itertools import combinations

from scidip.etl.works.fields import FIELDS
from tests.replay.answering import Asked, Reply
from tests.replay.bodies.openalex import COUNTRIES, page

HOSTS = ("api.openalex.org",)
TYPES = "article|review"
FEW = ("35", ("GR", "PT"))
"""A field, and the only countries that have works in it."""
ALONE = 2
"""Works of a country alone, for each joint one."""


def joint(one: str, other: str, year: int, field: str) -> int:
    """Joint works of two countries in a field."""
    if field == FEW[0] and {one, other} != set(FEW[1]):
        return 0
    first, second = sorted((one, other))
    return (COUNTRIES.index(first) + 1) * 100 + COUNTRIES.index(second) * 10 + int(field) + year - 2000


def works(code: str, year: int, field: str) -> int:
    """Works of a country in a field, those it has alone included."""
    return (1 + ALONE) * sum(joint(code, other, year, field) for other in COUNTRIES if other != code)


def in_all(year: int, field: str) -> int:
    """Works of a field."""
    return (1 + 2 * ALONE) * sum(joint(*pair, year, field) for pair in combinations(COUNTRIES, 2))


def reply(asked: Asked) -> Reply | None:
    if asked.path != "/works" or not set(asked.query) <= {"filter", "group_by", "per_page", "cursor"}:
        return None
    parts = dict(part.split(":", 1) for part in asked.first("filter").split(",") if part)
    if parts.pop("type", "") != TYPES or asked.first("per_page") != "100":
        return None
    year, code = int(parts.pop("publication_year")), parts.pop("authorships.countries", "")
    field = parts.pop("primary_topic.field.id", "")
    fields = [field] if field else list(FIELDS)
    if parts or not set(fields) <= set(FIELDS):
        return None
    total = sum(works(code, year, f) if code else in_all(year, f) for f in fields)
    found = {
        "authorships.countries": lambda: _countries(code, year, fields),
        "primary_topic.field.id": lambda: {f"https://openalex.org/fields/{f}": in_all(year, f) for f in fields},
        "publication_year": lambda: {str(year): total},
        "type": lambda: {
            "https://openalex.org/types/article": total - total // 4,
            "https://openalex.org/types/review": total // 4,
        },
    }.get(asked.first("group_by"))
    return None if found is None else page(found(), total, asked.first("cursor", "*"))


def _countries(code: str, year: int, fields: list[str]) -> dict[str, int]:
    found = {one: sum(works(one, year, f) for f in fields) for one in COUNTRIES if not code or one == code}
    if code:
        found |= {one: sum(joint(code, one, year, f) for f in fields) for one in COUNTRIES if one != code}
    return {f"https://openalex.org/countries/{one}": found[one] for one in sorted(found)}
