"""OpenAlex by field: articles and reviews of countries, and joint ones of pairs, in each of its 26 fields.

The service is asked for the newest whole year, or for as many as the setting SCIDIP_OPENALEX_FIELD_YEARS says, and for
the fields in SCIDIP_OPENALEX_FIELDS; key and budget are those of `openalex`. Each year and field is a file of its own
(`etl.reading.answers.openalex_fields`): one that is not given, or is no longer there, stops no other. Those that were
never asked for come first, then those asked for longest ago, so that each has its turn where a budget pays for
some only. What is left of a run that the budget ended is told in requests, and the next run goes on there.

A field is that of a work's primary topic: each work has one at most. Works of the core corpus, counted whole for each
country of authors' addresses (`authorships.countries`) and for each pair. Figures of a field are those of the file that
was made last.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import vintages
from scidip.etl.reading.answers.openalex_fields import (
    ID,
    Part,
    ask_fields,
    ask_part,
    begun,
    read_part,
    unknown,
    withdrawn,
)
from scidip.etl.reading.answers.openalex_groups import Year
from scidip.etl.source import NotGiven, concat_raw, each
from scidip.etl.works.fields import ALL, FIELDS, chosen
from scidip.indicators.errors import (
    BudgetSpent,
    MethodError,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="OpenAlex by field",
    publisher="OurResearch",
    homepage="https://openalex.org",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="OpenAlex (Priem, Piwowar & Orr 2022), works by country and field",
    area_scheme="iso2",
    renews="years",
    months=12,
)
JOINT: Final = "joint"
WORKS: Final = "works"
"""Series are `joint/17` and `works/17`: what is counted, and OpenAlex's number of the field."""
PART_FIELDS, PART_YEARS = "fields", "years"
"""What the settings say of this source."""
FIRST_YEAR: Final = 1990


class OpenAlexFields:
    """Articles and reviews per country, and joint ones per pair, by field and year; none is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("openalex-fields/openalex_*_*.jsonl",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield what is not given, and a file of answers for each year and field, in the order of their names.

        Those never asked for are asked for first; in another order, the same files would be taken for other ones.
        """
        given: list[Snapshot] = []
        for answer in _with_what_is_left(_answers(series, http)):
            if isinstance(answer, NotGiven):
                yield answer
            else:
                given.append(answer)
        yield from sorted(given, key=lambda snapshot: snapshot.name)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day on which the answers were given."""
        return vintages.dated(snapshot)

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return works and pairs (each once) of every year and field, each from the file that was made last."""
        last: dict[Part, tuple[tuple[str, int], Year]] = {}
        for file, snapshot in enumerate(snapshots):
            part, year = read_part(snapshot)
            made = vintages.order(self.vintage(snapshot)), -file
            if part not in last or made > last[part][0]:
                last[part] = made, year
        frames = []
        for part in sorted(last, key=lambda part: (part.field, part.year)):
            (_order, minus_file), year = last[part]
            date = self.vintage(snapshots[-minus_file])
            # A year is still filled in the year after it.
            status = "P" if date[:4].isdecimal() and part.year >= int(date[:4]) - 1 else "A"
            for code in _of(part.field, series):
                frames.append(year.raw(code, -minus_file, status, pairs=code.startswith(JOINT)))
        return concat_raw([frame for frame in frames if len(frame)])


def _chosen(http: "HttpClient") -> tuple[str, ...]:
    """Return the fields that the settings want. Raises SourceRefused where they name one that there is not."""
    try:
        return chosen(http.part(ID, PART_FIELDS, ALL))
    except MethodError as error:
        raise SourceRefused(ID, f"the setting SCIDIP_OPENALEX_FIELDS is wrong: {error}") from error


def _of(field: str, series: Sequence[str]) -> list[str]:
    return [code for code in (f"{WORKS}/{field}", f"{JOINT}/{field}") if code in series]


def _answers(series: Sequence[str], http: "HttpClient") -> Iterator[Snapshot | NotGiven]:
    """Yield the answers to all that is wanted, that which was asked for longest ago first."""
    wanted = [field for field in _chosen(http) if _of(field, series)]
    newest, years = datetime.now(UTC).year - 1, int(http.part(ID, PART_YEARS, "1"))
    parts: list[Part] = []
    for year in range(newest, max(newest - years, FIRST_YEAR - 1), -1):
        try:
            listed = ask_fields(http, year, len(wanted))
        except SourceError as error:
            yield NotGiven(str(year), error)
            if isinstance(error, SourceUnavailable) and not isinstance(error, SourceRefused):
                break  # it does not answer at all
            continue
        yield from _missing(year, listed, wanted)
        parts += [Part(year, field) for field in wanted if field in listed]
    by_name = {p.name: p for p in sorted(parts, key=lambda p: (begun(http, p), -p.year, p.field))}

    def ask(name: str) -> Snapshot:
        part = by_name[name]
        return ask_part(http, part, pairs=f"{JOINT}/{part.field}" in series)

    yield from each(list(by_name), ask)


def _missing(year: int, listed: Sequence[str], wanted: Sequence[str]) -> Iterator[NotGiven]:
    """Yield what is wrong with the listed fields of a year: those not known here, and those not there."""
    for field in listed:
        if field not in FIELDS:
            yield NotGiven(f"field {field[:40]} of {year}", SourceChanged(ID, unknown(field)))
    for part in (Part(year, field) for field in wanted if field not in listed):
        yield NotGiven(part.name, withdrawn(part))


def _with_what_is_left(answers: Iterable[Snapshot | NotGiven]) -> Iterator[Snapshot | NotGiven]:
    """Yield the answers, and at the end one sentence for all that the day's budget did not pay for."""
    unpaid: list[tuple[str, BudgetSpent]] = []
    for answer in answers:
        if isinstance(answer, NotGiven) and isinstance(answer.error, BudgetSpent):
            unpaid.append((answer.series, answer.error))
        else:
            yield answer
    if unpaid:
        first = unpaid[0][1]
        told = f"{unpaid[0][0]} (and {len(unpaid) - 1} more)" if len(unpaid) > 1 else unpaid[0][0]
        yield NotGiven(told, BudgetSpent(ID, first.spent, first.budget, sum(error.left for _name, error in unpaid)))


SOURCE = OpenAlexFields()
