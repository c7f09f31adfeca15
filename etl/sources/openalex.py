"""OpenAlex: joint publications of countries, from its service or as yearly matrices prepared by V. Batagelj.

The service is asked for the newest whole years (`YEARS`), each a file of its own (`etl.reading.answers`), some seven
hundred calls a year. It counts works of the core corpus as they stand on the day, rebuilt since the matrices
were made: figures of the two differ, and a year is wholly from one of them, the one that was made later. Countries are
those of authors' addresses too (`authorships.countries`). A run that the day's budget ends goes on the next day.

The matrices are one zip archive of Pajek files. Only the members WrldCoYYYY.net are read; WrldCoComp and
WrldCoComplete hold all years together, .vec and .clu are sums of the same. A member lists ISO2
codes under `*vertices` and `i j weight` under `*arcs`, with every pair in both directions and a
country's works on the diagonal. Counting is whole: a work of three countries counts for each pair.

The two directions were counted by separate queries and may differ by a work that was added in
between (six pairs do, in 2004 and 2019); the figure in the upper triangle stands. A larger
difference, or a direction that is missing, means a damaged file.

The last year is incomplete when the archive was made in the year after it.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import packed, vintages
from scidip.etl.reading.answers import openalex_groups
from scidip.etl.reading.answers.openalex_groups import ID, Year, read_year
from scidip.etl.reading.tables import broken_line
from scidip.etl.source import NotGiven, concat_raw, each, raw_frame
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="OpenAlex",
    publisher="OurResearch",
    homepage="https://openalex.org",
    licence="CC0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="OpenAlex (Priem, Piwowar & Orr 2022), country matrices by V. Batagelj (2024)",
    area_scheme="iso2",
    renews="years",
    months=12,
)

YEARS: Final = 5
"""Whole years that are asked for: what a free key pays in a day is about ten."""
COPUBLICATIONS: Final = "copublications"
WORKS: Final = "works"
SLACK: Final = 1.0
"""Works by which the two directions of a pair may differ."""
MEMBER: Final = re.compile(r"(?:.*/)?WrldCo(\d{4})\.net")
SECTION: Final = re.compile(r"^\*(vertices|arcs)\b.*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class _Year:
    """The matrix of a year: codes by number less one, and arcs with the line each stands on."""

    year: int
    codes: np.ndarray
    origin: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    line: np.ndarray


class OpenAlex:
    """Works per country and joint works per pair of countries and year; none is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("coauthorship-openalex/WrldCo_years_*.zip",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield a file of answers for each of the newest whole years, newest first."""
        whole = datetime.now(UTC).year - 1

        def ask(year: str) -> Snapshot:
            return openalex_groups.ask_year(http, int(year), pairs=COPUBLICATIONS in series)

        return each([str(whole - back) for back in range(YEARS)], ask)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the date of the newest member of the archive, or the day on which answers were given."""
        if _is_answers(snapshot):
            return vintages.dated(snapshot)
        with _opened(snapshot) as archive:
            newest = max(member.date_time for member in archive.infolist())
        return "{:04d}-{:02d}-{:02d}".format(*newest[:3])

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the pairs (each once) and the works of every year, each from the file that was made last."""
        wanted = [code for code in (COPUBLICATIONS, WORKS) if code in series]
        if not wanted or not snapshots:
            return concat_raw([])
        dates = [self.vintage(snapshot) for snapshot in snapshots]
        last: dict[int, tuple[str, int, _Year | Year]] = {}
        for file, snapshot in enumerate(snapshots):
            found = [read_year(snapshot)] if _is_answers(snapshot) else _years(snapshot)
            for matrix in found:
                made = vintages.order(dates[file]), -file, matrix
                if matrix.year not in last or made[:2] > last[matrix.year][:2]:
                    last[matrix.year] = made
        frames = []
        for code in wanted:
            for date, minus_file, matrix in (last[year] for year in sorted(last)):
                # A year is still filled in the year after it.
                status = "P" if date and matrix.year >= int(date[:4]) - 1 else "A"
                if isinstance(matrix, _Year):
                    frames.append(_figures(matrix, code, -minus_file, status))
                else:
                    frames.append(matrix.raw(code, -minus_file, status, pairs=code == COPUBLICATIONS))
        return concat_raw(frames)


def _is_answers(snapshot: Snapshot) -> bool:
    return snapshot.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def _opened(snapshot: Snapshot) -> zipfile.ZipFile:
    if not snapshot.content:
        raise SourceChanged(ID, "the file is empty; download it again", file=snapshot.name)
    archive = packed.opened(ID, snapshot)
    if not any(MEMBER.fullmatch(name) for name in archive.namelist()):
        raise SourceChanged(
            ID, "the archive holds no WrldCoYYYY.net; use the archive of yearly matrices", file=snapshot.name
        )
    return archive


def _years(snapshot: Snapshot) -> list[_Year]:
    """Return the matrices of an archive in order of years."""
    found = []
    with _opened(snapshot) as archive:
        for name in archive.namelist():
            if match := MEMBER.fullmatch(name):
                content = packed.read(ID, snapshot, archive, name)
                member = Snapshot(f"{snapshot.name}/{name}", content)
                found.append(_matrix(int(match[1]), member))
    return sorted(found, key=lambda matrix: matrix.year)


def _matrix(year: int, member: Snapshot) -> _Year:
    """Return the matrix in a Pajek text; refuse one that is far from symmetric."""
    text = member.content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    sections = {match[1].lower(): match for match in SECTION.finditer(text)}
    for wanted in ("vertices", "arcs"):
        if wanted not in sections:
            raise SourceChanged(
                ID, f"the line *{wanted} is missing; use the archive of yearly matrices", file=member.name, row=1
            )
    vertices, arcs = sections["vertices"], sections["arcs"]
    first = text.count("\n", 0, vertices.end()) + 2
    codes = _codes(member, text[vertices.end() + 1 : arcs.start()], first)
    below = text.count("\n", 0, arcs.end()) + 2
    table, line = _arcs(member, text[arcs.end() + 1 :], below, len(codes))
    # Pajek counts vertices from 1.
    origin, target = (table[c].to_numpy(dtype=int) - 1 for c in ("i", "j"))
    matrix = _Year(year, codes, origin, target, table["weight"].to_numpy(float), line)
    _refuse_asymmetry(member, matrix)
    return matrix


def _codes(member: Snapshot, text: str, first: int) -> np.ndarray:
    """Return the quoted labels; `first` is the line the section begins on."""
    codes: list[str] = []
    for line, vertex in enumerate(text.splitlines(), first):
        if not vertex.strip():
            continue
        match = re.match(r'\s*(\d+)\s+"([^"]*)"', vertex)
        if match is None or int(match[1]) != len(codes) + 1:
            raise SourceChanged(
                ID,
                f'{vertex.strip()!r} is not the next vertex, written as 1 "AF"; use the archive of yearly matrices',
                file=member.name,
                row=line,
            )
        codes.append(match[2].strip())
    return np.array(codes, dtype=object)


def _arcs(member: Snapshot, text: str, below: int, vertices: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the arcs and their lines; refuse the first that is not three fitting numbers."""
    names = ["i", "j", "weight", "end"]
    if not text.strip():
        raise SourceChanged(
            ID, "there is no arc below *arcs; download the archive again", file=member.name, row=below - 1
        )
    try:
        # The blank at the end of every line makes an empty fourth column.
        table = pd.read_csv(io.StringIO(text), sep=" ", names=names, skip_blank_lines=False)
    except pd.errors.ParserError as error:
        raise _bad_arc(member, (broken_line(error) or 1) + below - 1) from error
    table = table[table.notna().any(axis=1)]
    numbers = table[names[:3]].apply(pd.to_numeric, errors="coerce")
    ends = numbers[["i", "j"]]
    good = numbers.notna().all(axis=1) & ends.isin(range(1, vertices + 1)).all(axis=1)
    good &= table["end"].isna()
    if not good.all():
        raise _bad_arc(member, int(good.idxmin()) + below)
    return numbers, table.index.to_numpy() + below


def _bad_arc(member: Snapshot, row: int) -> SourceChanged:
    return SourceChanged(
        ID,
        "this is not an arc of the form `i j weight` between two listed vertices; download the archive again",
        file=member.name,
        row=row,
    )


def _refuse_asymmetry(member: Snapshot, matrix: _Year) -> None:
    square = np.zeros((len(matrix.codes), len(matrix.codes)))
    square[matrix.origin, matrix.target] = matrix.weight
    other = square[matrix.target, matrix.origin]
    wrong = np.flatnonzero((other == 0) | (np.abs(matrix.weight - other) > SLACK))
    if len(wrong):
        at = wrong[0]
        a, b = matrix.codes[matrix.origin[at]], matrix.codes[matrix.target[at]]
        raise SourceChanged(
            ID,
            f"the matrix is not symmetric: {a}-{b} is {matrix.weight[at]:g} but {b}-{a} is "
            f"{other[at]:g}; download the archive again",
            file=member.name,
            row=int(matrix.line[at]),
        )


def _figures(matrix: _Year, series: str, file: int, status: str) -> pd.DataFrame:
    """Return the raw frame of a year: the upper triangle, or the diagonal."""
    pairs = series == COPUBLICATIONS
    chosen = matrix.origin < matrix.target if pairs else matrix.origin == matrix.target
    counterpart = {"source_counterpart": matrix.codes[matrix.target[chosen]]} if pairs else {}
    return raw_frame(
        series=series,
        source_area=matrix.codes[matrix.origin[chosen]],
        time_period=matrix.year,
        obs_value=matrix.weight[chosen],
        obs_status=status,
        file=file,
        row=matrix.line[chosen],
        **counterpart,
    )


SOURCE = OpenAlex()
