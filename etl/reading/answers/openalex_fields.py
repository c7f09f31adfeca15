"""OpenAlex's counts of articles and reviews by country in one field and one year: how they are asked for and read.

As all works of a year (`openalex_groups`), in a file of its own for each field: the years, the types and the fields
of the works (each must be what was asked for, or a filter was not kept to), the works of each country, and for each
country the works with every other. That is some two hundred questions of two pages or more a field, 5,200 questions
a year: more than a free key pays in a day. So a file that was begun is gone on with for a month (`since`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.openalex_groups import (
    API,
    BY_COUNTRY,
    BY_YEAR,
    COUNTRY,
    Asking,
    Groups,
    Year,
    parameters,
    read_answers,
    refuse_other,
    refuse_other_countries,
    shown_of,
    years_of,
)
from scidip.etl.works.fields import FIELDS
from scidip.indicators.errors import BudgetSpent, SourceChanged, SourceRefused

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "openalex_fields"
BY_FIELD: Final = "primary_topic.field.id"
BY_TYPE: Final = "type"
TYPES: Final = ("article", "review")
MONTH: Final = timedelta(days=28)
"""For how long answers about a field are taken as they are, from the first of them on."""
FIRST: Final = 4
"""Questions of a field before those of each country."""
COUNTRIES, PAGES = 200, 2
"""Countries of a field and pages of an answer, where nothing is known of them yet."""


@dataclass(frozen=True)
class Part:
    """A year and a field: what stands in one file."""

    year: int
    field: str
    """As OpenAlex numbers it."""

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"field {self.field} ({FIELDS[self.field]}) of {self.year}"

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"openalex_{self.year}_{self.field}.jsonl"

    def filters(self, code: str = "") -> str:
        """Return the filter of its works, or of those of one country."""
        own = (f"{BY_YEAR}:{self.year}", f"{BY_FIELD}:{self.field}", *([f"{BY_COUNTRY}:{code}"] if code else []))
        return ",".join((*own, _of_types()))


def ask_fields(http: "HttpClient", year: int, wanted: int) -> list[str]:
    """Return the fields of the articles and reviews of a year, as the service numbers them.

    Raises SourceChanged when none of them is known here, BudgetSpent with the requests that as many as are *wanted*
    would take.
    """
    filters = f"{BY_YEAR}:{year},{_of_types()}"
    try:
        # Asked for in each run, whatever is kept: a service that is down must not be taken for one without news.
        found = Asking(http, ID).ask(filters, BY_FIELD)
    except BudgetSpent as spent:
        raise BudgetSpent(ID, spent.spent, spent.budget, wanted * (FIRST + COUNTRIES) * PAGES) from spent
    if not FIELDS.keys() & found.counts.keys():
        shown = shown_of(list(found.counts))
        raise SourceChanged(ID, f"fields of the works of {year} were asked for, and the answer is about {shown}")
    if sum(found.counts.values()) > found.works:
        raise SourceChanged(ID, f"the fields of the works of {year} add up to more than all {found.works}; ask again")
    return sorted(found.counts)


def begun(http: "HttpClient", part: Part) -> str:
    """Return when a part was first asked for as it is kept, an ISO moment; "" for one that never was."""
    return http.asked(API, parameters(part.filters(), BY_YEAR))


def ask_part(http: "HttpClient", part: Part, *, pairs: bool) -> Snapshot:
    """Return all answers about a year and field as one file, checked; with *pairs* those of each country too.

    Raises BudgetSpent, with the requests that are left of this part, when the day's budget ends it.
    """
    asking, planned = Asking(http, ID, _since(http, part.filters(), BY_YEAR)), FIRST + COUNTRIES * pairs
    try:
        of = {by: asking.ask(part.filters(), by) for by in (BY_YEAR, BY_TYPE, BY_FIELD, BY_COUNTRY)}
        totals = _checked(part, of)
        codes = [code for code in sorted(totals.counts) if pairs and COUNTRY.fullmatch(code)]
        planned = FIRST + len(codes)
        for code in codes:
            groups = asking.ask(part.filters(code), BY_COUNTRY)
            refuse_other_countries(ID, f"{code} in {part.name}", code, groups, totals)
    except BudgetSpent as spent:
        pages = len(asking.pages) / asking.questions if asking.questions > FIRST else PAGES
        left = round((planned - asking.questions) * pages)
        raise BudgetSpent(ID, spent.spent, spent.budget, left) from spent
    return asking.file(part.file)


def read_part(snapshot: Snapshot) -> tuple[Part, Year]:
    """Return what a file of answers is about, and what it says.

    Raises SourceChanged for a field that is not known, and when an answer is not to what was asked.
    """
    asked = read_answers(ID, snapshot)
    parts = {(year, _field(filters)) for filters, _ in asked for year in years_of({(filters, ""): Groups()})}
    if len(parts) != 1:
        raise SourceChanged(ID, "the answers are not about one year and field; fetch it again", file=snapshot.name)
    ((year, field),) = parts
    if field not in FIELDS:
        raise SourceChanged(ID, unknown(field), file=snapshot.name)
    part = Part(year, field)
    totals = _checked(part, {by: groups for (filters, by), groups in asked.items() if filters == part.filters()})
    partners = {code: asked[key] for code in totals.counts if (key := (part.filters(code), BY_COUNTRY)) in asked}
    for code, groups in partners.items():
        refuse_other_countries(ID, f"{code} in {part.name}", code, groups, totals)
    return part, Year(year, totals, partners, ID)


def unknown(field: str) -> str:
    """Return what is said of a field that is none of those known here."""
    return f"the field {field[:40]!r} is none of OpenAlex's {len(FIELDS)} (11 to 36), so it is left out; update scidip"


def withdrawn(part: Part) -> SourceRefused:
    """Return what is wrong with a field that the service does not list."""
    return SourceRefused(ID, f"OpenAlex lists no works in {part.name}; ask again later, or update scidip")


def _of_types() -> str:
    return f"{BY_TYPE}:{'|'.join(TYPES)}"


def _field(filters: str) -> str:
    found = dict(part.partition(":")[::2] for part in filters.split(","))
    return found.get(BY_FIELD, "").rsplit("/", 1)[-1]


def _since(http: "HttpClient", filters: str, group_by: str) -> str:
    """Return from when on answers are taken as they are: the moment of the first one, if it is of this month."""
    first, now = http.asked(API, parameters(filters, group_by)), datetime.now(UTC)
    month_ago = (now - MONTH).isoformat(timespec="seconds")
    return first if first > month_ago else now.isoformat(timespec="seconds")


def _checked(part: Part, of: dict[str, Groups]) -> Groups:
    """Return the works of each country. Raises SourceChanged unless all are of one year, field and the two types."""
    years, types, fields, totals = (of.get(by, Groups()) for by in (BY_YEAR, BY_TYPE, BY_FIELD, BY_COUNTRY))
    refuse_other(ID, str(part.year), years)
    refuse_other(ID, part.field, fields, f"field {part.field}")
    if not types.counts or not types.counts.keys() <= {name.upper() for name in TYPES}:
        shown = shown_of([code.lower() for code in types.counts])
        told = f"articles and reviews of {part.name} were asked for, and the answer is about {shown}; ask again"
        raise SourceChanged(ID, told)
    if any(count > totals.works for count in totals.counts.values()):
        raise SourceChanged(ID, f"a country has more than all {totals.works} works in {part.name}; ask again")
    return totals
