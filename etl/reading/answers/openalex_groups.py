"""OpenAlex's counts of works by country: how they are asked for, and how the answers are read.

All answers about a year stand in one file of JSON lines, `{"filter": …, "group_by": …, "answer": …}` with the raw
answer. Asked are, for works of more than one country: their years (one, or the filter was not kept to), the works of
each country, and for each country the works with every other. Groups come in pages whose cursor is followed until it
is null, however few a page has. Keys are `https://openalex.org/countries/PT` or a bare `PT`; works without a known
country are hidden, or called UNKNOWN. A work of three countries stands in three groups.

The service changes every day: the two directions of a pair, asked an hour apart, may differ a little (`near`).
Of a pair that was asked for from both sides, the figure of the country whose code comes first stands.

Works of one field are asked for in the same way (`openalex_fields`).

Address and shape: help pages of the provider and recorded answers, 2026.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.documents import document
from scidip.etl.source import concat_raw, raw_frame, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.vocabulary import NOT_APPLICABLE

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "openalex"
API: Final = "https://api.openalex.org/works"
BY_COUNTRY: Final = "authorships.countries"
BY_YEAR: Final = "publication_year"
SEVERAL: Final = "countries_distinct_count:>1"
PER_PAGE: Final = 100
MOST_PAGES: Final = 20
"""Pages of one answer at most; the countries of the world fill three."""
PAUSE: Final = 0.1
"""Seconds between two calls: a year takes some seven hundred, and a hundred a second are allowed."""
SHARE, WORKS_APART = 0.05, 10
"""How far two counts of the same works may be apart: a share of the larger, and some works beside."""
FEWEST_COUNTRIES: Final = 1.5
"""Countries per work on average, at least, where all works have two."""
COUNTRY: Final = re.compile(r"[A-Z]{2}")
UNKNOWN: Final = ("", "UNKNOWN")
Answers = dict[tuple[str, str], "Groups"]
"""What a file of answers says, by filter and grouping."""


@dataclass
class Groups:
    """What one question was answered: works in all, works by key, and the line on which each key stands."""

    works: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Year:
    """The works of a year, by country and, where they were asked for, by pair. `source` is told of in errors."""

    year: int
    totals: Groups
    partners: dict[str, Groups]
    source: str = ID

    def pairs(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield first and second country, joint works and line, each pair once."""
        for first in sorted(self.totals.counts):
            for second in sorted(self.totals.counts):
                if first < second and (found := self._pair(first, second)):
                    yield first, second, *found

    def _pair(self, first: str, second: str) -> tuple[int, int] | None:
        """Return works and line as the first country has them, else as the second has."""
        there, back = (self.partners.get(first, Groups()), second), (self.partners.get(second, Groups()), first)
        (one, key), (other, other_key) = (there, back) if second in there[0].counts else (back, there)
        if not one.counts.get(key):
            return None
        if other.works and not near(one.counts[key], other.counts.get(other_key, 0)):
            raise SourceChanged(
                self.source,
                f"{first}-{second} has {one.counts[key]} joint works in one direction and "
                f"{other.counts.get(other_key, 0)} in the other in {self.year}; ask again",
            )
        return one.counts[key], one.lines[key]

    def raw(self, series: str, file: int, status: str, *, pairs: bool) -> pd.DataFrame:
        """Return the raw frame of *series*: the joint works of each pair, or the works of each country."""
        if pairs:
            rows = list(self.pairs())
        else:
            found = self.totals
            rows = [(code, NOT_APPLICABLE, found.counts[code], found.lines[code]) for code in sorted(found.counts)]
        if not rows:
            return concat_raw([])
        first, second, works, lines = zip(*rows, strict=True)
        return raw_frame(
            series=series,
            source_area=list(first),
            source_counterpart=list(second),
            time_period=self.year,
            obs_value=[float(count) for count in works],
            obs_status=status,
            file=file,
            row=list(lines),
        )


def near(one: int, other: int) -> bool:
    """Return whether two counts can be of the same works, asked for at different moments."""
    return abs(one - other) <= WORKS_APART + SHARE * max(one, other)


@dataclass
class Asking:
    """Questions put to the service for a *source*, and the lines of the file in which their answers stand.

    What was answered after the ISO moment `since` is not asked for again.
    """

    http: "HttpClient"
    source: str = ID
    since: str = ""
    lines: list[bytes] = field(default_factory=list)
    pages: list[Snapshot] = field(default_factory=list)
    questions: int = 0
    """Those that were answered whole."""

    def ask(self, filters: str, group_by: str) -> Groups:
        """Return all groups of an answer. Raises SourceError where there is none, or its pages do not end."""
        pages, found = list(self._pages(filters, group_by)), Groups()
        for page in pages:
            self.lines.append(_line(filters, group_by, page))
            add(self.source, found, json.loads(self.lines[-1])["answer"], len(self.lines), page)
        self.pages += pages
        self.questions += 1
        return found

    def file(self, name: str) -> Snapshot:
        """Return the answers as one file, dated the day of the newest."""
        newest = max(page.retrieved for page in self.pages)
        return Snapshot(name, b"\n".join(self.lines) + b"\n", url=self.pages[0].url, retrieved=newest)

    def _pages(self, filters: str, group_by: str) -> Iterator[Snapshot]:
        key = self.http.key(ID)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        cursor, seen = "*", set[str]()
        while cursor:
            if cursor in seen or len(seen) == MOST_PAGES:
                raise SourceChanged(self.source, f"the pages of {filters} repeat or do not end; try again later")
            seen.add(cursor)
            page = self.http.snapshot(
                self.source,
                API,
                name=f"{filters}.json",
                params=parameters(filters, group_by, cursor),
                begins=b"{",
                headers=headers,
                pause=PAUSE,
                account=ID,
                since=self.since,
            )
            said = document(self.source, page, "groups").get("meta")
            cursor = str(said.get("next_cursor") or "") if isinstance(said, dict) else ""
            yield page


def parameters(filters: str, group_by: str, cursor: str = "*") -> dict[str, str | int]:
    """Return the parameters of a question, by default of its first page."""
    return {"filter": filters, "group_by": group_by, "per_page": PER_PAGE, "cursor": cursor}


def ask_year(http: "HttpClient", year: int, *, pairs: bool) -> Snapshot:
    """Return all answers about a year as one file, checked; with *pairs* those of each country too."""
    asking = Asking(http)
    years = asking.ask(_of(year), BY_YEAR)
    totals = asking.ask(_of(year), BY_COUNTRY)
    refuse_other(ID, str(year), years)
    _refuse_other_works(year, totals)
    for code in sorted(totals.counts) if pairs else ():
        if COUNTRY.fullmatch(code):
            refuse_other_countries(ID, f"{code} in {year}", code, asking.ask(_of(year, code), BY_COUNTRY), totals)
    return asking.file(f"openalex_{year}.jsonl")


def read_year(snapshot: Snapshot) -> Year:
    """Return what a file of answers says. Raises SourceChanged when an answer is not to what was asked."""
    asked = read_answers(ID, snapshot)
    found = years_of(asked)
    if len(found) != 1:
        raise SourceChanged(ID, "the answers are not about one year; fetch it again", file=snapshot.name)
    year = found.pop()
    totals = asked.get((_of(year), BY_COUNTRY), Groups())
    refuse_other(ID, str(year), asked.get((_of(year), BY_YEAR), Groups()))
    _refuse_other_works(year, totals)
    partners = {code: asked[key] for code in totals.counts if (key := (_of(year, code), BY_COUNTRY)) in asked}
    for code, groups in partners.items():
        refuse_other_countries(ID, f"{code} in {year}", code, groups, totals)
    return Year(year, totals, partners)


def read_answers(source: str, snapshot: Snapshot) -> Answers:
    """Return the answers in a file. Raises SourceChanged for a line that holds none."""
    asked: Answers = {}
    for number, line in enumerate(text_of(source, snapshot).splitlines(), 1):
        said = document(source, Snapshot(snapshot.name, line.encode()), "answers")
        key = str(said.get("filter", "")), str(said.get("group_by", ""))
        add(source, asked.setdefault(key, Groups()), said.get("answer"), number, snapshot)
    return asked


def years_of(asked: Answers) -> set[int]:
    """Return the years that were asked about."""
    return {int(m[1]) for filters, _ in asked if (m := re.search(r"publication_year:(\d{4})\b", filters))}


def _of(year: int, code: str = "") -> str:
    return ",".join([f"publication_year:{year}", *([f"{BY_COUNTRY}:{code}"] if code else []), SEVERAL])


def _line(filters: str, group_by: str, page: Snapshot) -> bytes:
    """Return a page with what was asked, on one line: line ends stand between the parts of JSON only."""
    asked = json.dumps({"filter": filters, "group_by": group_by})[:-1].encode()
    return asked + b', "answer": ' + b" ".join(page.content.removeprefix(b"\xef\xbb\xbf").split(b"\n")) + b"}"


def add(source: str, found: Groups, answer: Any, line: int, snapshot: Snapshot) -> None:
    """Add a page of groups; refuse one that is none, or that was there before."""
    meta, groups = (answer.get("meta"), answer.get("group_by")) if isinstance(answer, dict) else (None, None)
    works = meta.get("count") if isinstance(meta, dict) else None
    if not isinstance(works, int) or not isinstance(groups, list):
        raise SourceChanged(source, "the answer holds no groups; ask again", file=snapshot.name, row=line)
    found.works = works
    for group in groups:
        key, count = _group(group)
        if count is None or key in found.counts:
            told = "is no group" if count is None else "is there twice: a page was given again"
            raise SourceChanged(source, f"{str(group)[:80]} {told}; ask again", file=snapshot.name, row=line)
        if count and key not in UNKNOWN:
            found.counts[key], found.lines[key] = count, line


def _group(group: Any) -> tuple[str, int | None]:
    if not isinstance(group, dict) or not isinstance(group.get("count"), int):
        return "", None
    return str(group.get("key") or "").rsplit("/", 1)[-1].upper(), group["count"]


def refuse_other(source: str, wanted: str, groups: Groups, about: str = "") -> None:
    """Raise SourceChanged unless the works are of the one group *wanted*, which is called *about* in the sentence."""
    if list(groups.counts) != [wanted]:
        shown = shown_of(list(groups.counts))
        told = f"works of {about or wanted} were asked for, and the answer is about {shown}; ask again"
        raise SourceChanged(source, told)


def _refuse_other_works(year: int, totals: Groups) -> None:
    if sum(totals.counts.values()) < FEWEST_COUNTRIES * max(totals.works, 1):
        raise SourceChanged(
            ID, f"works of several countries were asked for in {year}, and the answer counts others too; ask again"
        )


def refuse_other_countries(source: str, about: str, code: str, groups: Groups, totals: Groups) -> None:
    """Raise SourceChanged unless all works of the answer are of the country *code*, as many as it has in all."""
    own = groups.counts.get(code, 0)
    if not near(own, groups.works) or not near(own, totals.counts[code]):
        raise SourceChanged(
            source,
            f"works of {about} were asked for: {totals.counts[code]}, and of {groups.works} in the answer "
            f"{own} are; ask again",
        )


def shown_of(found: Sequence[str]) -> str:
    """Return the first of some keys in words."""
    return ", ".join(found[:5]) or "nothing"
