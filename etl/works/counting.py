"""What is counted: one expression from works to area, partner, year and field, the same on every engine.

Written in Ibis, which says it to DuckDB and to Spark in the words of each. All sums are of whole numbers, so that
neither the order in which an engine adds nor the division into steps can change a digit.

**Countries** of a work: the different countries of its authors (`authorships.countries`: of matched institutions and of
raw addresses), of the first hundred authors, as OpenAlex's own service counts them.

**Whole counting**: a work counts one for each of its countries and for each pair of them.

**Fractional counting**: the authors of known country share a work equally; the share of an author in k countries is
parted equally among them (author-level fractional counting, Waltman and van Eck 2015, doi:10.1016/j.joi.2015.08.001).
The fractions of a work add up to one. A pair of the n countries of a work counts 1/(n - 1), so that each country has
links of one work (Perianes-Rodriguez, Waltman and van Eck 2016, doi:10.1016/j.joi.2016.10.006).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from scidip.indicators.vocabulary import NOT_APPLICABLE

Counting = Literal["whole", "fractional"]

LARGEST_TEAM: Final = 100
"""Authors of a work that are looked at: OpenAlex's lists are cut there."""
UNIT: Final = 1_000_000_000
"""A whole work in the integers that fractions are added up in."""
SHARE: Final = 27_720
"""An author in the integers that are parted among countries: divisible by all numbers up to 12. An author in more
countries gives each the whole part, and the rest, less than a two-thousandth of an author, is lost."""

TOTAL: Final = "_T"
"""Area of all counted works, each once."""
UNKNOWN: Final = "_X"
"""Area of works whose countries are not known; field of works without a topic."""

REMOVED: Final = "~removed"
XPAC: Final = "~xpac"
OTHER_TYPE: Final = "~type"
NO_YEAR: Final = "~no_year"
OTHER_YEAR: Final = "~year"
SET_ASIDE: Final[dict[str, str]] = {
    REMOVED: "deleted or merged into another",
    XPAC: "outside OpenAlex's core (is_xpac)",
    OTHER_TYPE: "of another type",
    NO_YEAR: "without a year",
    OTHER_YEAR: "of another year",
}
"""Why a work is not counted, tried in this order; in the column of areas."""

KEY: Final = ("area", "partner", "year", "field")
WHOLE: Final = ("works", "international", "authors", "large_teams")
"""Measures: works, those of two and more countries, authors of all, those of a hundred authors and more."""
PARTS: Final = "parts"
"""The measure that fractional counting adds: fractions in units of 1/UNIT of a work."""


@dataclass(frozen=True)
class Request:
    """What is counted: types of works, first and last year (None: all), whole or fractional."""

    types: tuple[str, ...] = ("article", "review")
    years: tuple[int, int] | None = None
    counting: Counting = "whole"

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that are counted."""
        return (*WHOLE, PARTS) if self.counting == "fractional" else WHOLE


def counts(works: Any, request: Request, removed: Any = None) -> Any:
    """Return the expression of KEY and the measures for a table of works (see `etl.works.layout`).

    *removed* is a table of the ids (`id`) not to be counted, each once. Rows: every country (partner `_Z`), every pair
    of countries (area < partner), TOTAL and UNKNOWN with partner `_Z`, and a row for each reason of SET_ASIDE (year 0,
    field `_Z`). The works of TOTAL and of the reasons add up to all works that were read.
    """
    listed = _countries(_judged(works, request, removed), request)
    return _grouped(_paired(_credited(listed, request), request), request)


def _judged(works: Any, request: Request, removed: Any) -> Any:
    """Return reason (null: counted), year, field and authorships of each work."""
    import ibis

    year = works.publication_year.cast("int64")
    cases = [
        (works.is_xpac.fill_null(False), XPAC),
        (works.type.fill_null("").notin(list(request.types)), OTHER_TYPE),
        (year.isnull(), NO_YEAR),
    ]
    if request.years:
        cases.append((~year.between(*request.years), OTHER_YEAR))
    if removed is not None:
        marked = removed.select(removed_id=removed.id)
        works = works.left_join(marked, works.id == marked.removed_id)
        cases.insert(0, (works.removed_id.notnull(), REMOVED))
    reason = ibis.cases(*cases, else_=ibis.null("string"))
    field = works.primary_topic["field"]["id"].split("/")
    return works.select(
        reason=reason,
        year=ibis.ifelse(reason.isnull(), works.publication_year.cast("int64"), 0),
        field=ibis.ifelse(reason.isnull(), field[field.length() - 1].fill_null(UNKNOWN), NOT_APPLICABLE),
        authorships=works.authorships,
    )


def _countries(judged: Any, request: Request) -> Any:
    """Return instead of authorships: countries (sorted, different), authors, and by_author (countries of each)."""
    import ibis

    none = ibis.literal([], type="array<array<string>>")
    # The countries are taken out before the list is cut, and of counted works alone: moving whole authorships is dear.
    lists = ibis.ifelse(judged.reason.isnull(), judged.authorships.map(lambda a: a["countries"]), none)
    authors = ibis.ifelse(judged.reason.isnull(), judged.authorships.length(), 0)
    table = judged.select(
        "reason",
        "year",
        "field",
        authors=ibis.coalesce(authors, 0).cast("int64"),
        by_author=ibis.coalesce(lists, none)[:LARGEST_TEAM],
    )
    known = table.mutate(flat=table.by_author.filter(lambda c: c.notnull()).flatten())
    known = known.mutate(flat=known.flat.filter(lambda c: c.notnull()))
    known = known.mutate(countries=known.flat.unique().sort())
    if request.counting == "whole":
        return known.drop("by_author", "flat")
    return known.mutate(
        by_author=known.by_author.filter(lambda c: c.notnull())
        .map(lambda c: c.filter(lambda code: code.notnull()).unique())
        .filter(lambda c: c.length() > 0)
    ).drop("flat")


def _credited(listed: Any, request: Request) -> Any:
    """Return a row for each area of a work, with its `credit` in units where fractions are counted."""
    import ibis

    many = listed.countries.length().cast("int64")
    others = ibis.ifelse(many == 0, ibis.array([TOTAL, UNKNOWN]), ibis.array([TOTAL]))
    areas = ibis.ifelse(listed.reason.isnull(), listed.countries.concat(others), _alone(listed.reason))
    rows = listed.mutate(many=many, area=areas).mutate(area=lambda t: t.area.unnest())
    if request.counting == "whole":
        return rows
    shares = rows.by_author.map(lambda c: ibis.ifelse(c.contains(rows.area), _whole_part(SHARE, c.length()), 0)).sums()
    sharing = rows.by_author.length().cast("int64")
    half = _whole_part(SHARE * sharing, 2)
    fraction = _whole_part(shares.cast("int64") * UNIT + half, ibis.greatest(SHARE * sharing, 1))
    whole = ((rows.area == TOTAL) & (rows.many > 0)) | (rows.area == UNKNOWN)
    is_country = ~rows.area.isin([TOTAL, UNKNOWN, *SET_ASIDE])
    credit = ibis.cases((whole, UNIT), (is_country, fraction), else_=0)
    return rows.mutate(credit=credit.cast("int64")).drop("by_author")


def _paired(rows: Any, request: Request) -> Any:
    """Return a row for each area alone (partner `_Z`) and for each pair of areas of a work, area < partner."""
    import ibis

    is_country = rows.reason.isnull() & ~rows.area.isin([TOTAL, UNKNOWN])
    later = rows.countries.filter(lambda code: code > rows.area).concat(ibis.array([NOT_APPLICABLE]))
    pairs = rows.mutate(partner=ibis.ifelse(is_country, later, ibis.array([NOT_APPLICABLE])))
    pairs = pairs.drop("countries").mutate(partner=lambda t: t.partner.unnest())
    if request.counting == "whole":
        return pairs
    links = ibis.greatest(pairs.many - 1, 1)
    link = _whole_part(_whole_part(links, 2) + UNIT, links)
    return pairs.mutate(parts=ibis.ifelse(pairs.partner == NOT_APPLICABLE, pairs.credit, link).cast("int64"))


def _grouped(pairs: Any, request: Request) -> Any:
    """Return the sums of the measures by KEY."""
    import ibis

    sums = {
        "works": pairs.count(),
        "international": (pairs.many > 1).cast("int64").sum(),
        "authors": ibis.least(pairs.authors, LARGEST_TEAM).cast("int64").sum(),
        "large_teams": (pairs.authors >= LARGEST_TEAM).cast("int64").sum(),
    }
    if request.counting == "fractional":
        sums[PARTS] = pairs.parts.sum()
    found = pairs.group_by(list(KEY)).aggregate(**sums)
    return found.mutate(**{name: found[name].cast("int64") for name in request.measures})


def _alone(text: Any) -> Any:
    import ibis

    return ibis.array([text])


def _whole_part(number: Any, by: Any) -> Any:
    """Return the whole part of a quotient of positive integers."""
    return (number // by).cast("int64")


def measures_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Return which measures are among *columns*, in order."""
    return tuple(name for name in (*WHOLE, PARTS) if name in columns)
