"""The tables of CORDIS: a list of participations, and the portal's own organization.csv with project.csv.

`rcn` in our list is the number of the project. In the portal's `organization.csv` the column of that
name is the number of the organisation, and the project stands in `projectID`: taken for one another,
no two countries would share a project. An organisation takes part in projects of several years, a
project begins once; that tells them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import packed
from scidip.etl.reading.lists import MISSING, read_list
from scidip.etl.reading.tables import header_of
from scidip.etl.source import text_of
from scidip.indicators.errors import SourceChanged

ID: Final = "cordis"
COLUMNS: Final = ("rcn", "role", "contribution", "country", "start_year")
ORGANISATIONS: Final = ("projectID", "role", "ecContribution", "country", "contentUpdateDate")
PROJECTS: Final = ("id", "startDate")
ROLES: Final = ("coordinator", "participant", "partner", "associatedPartner", "thirdParty", "internationalPartner")
"""Horizon 2020 knows the first three; all of them take part in the project."""
IN_ARCHIVES: Final = ("organization.csv", "project.csv")
REMEDY: Final = (
    "pass project.csv out of the same archive as well (--file organization.csv --file project.csv), or "
    "the archive itself"
)


@dataclass(frozen=True)
class _Part:
    """A table as it was given: its kind, the position of its file, and its text's separator."""

    kind: str
    file: int
    snapshot: Snapshot
    sep: str


def participations(snapshots: Sequence[Snapshot]) -> tuple[int, pd.DataFrame]:
    """Return the position of the newest file and its participations, COLUMNS as text, indexed by line."""
    parts = [part for file, snapshot in enumerate(snapshots) for part in _parts(file, snapshot)]
    lists = [part for part in parts if part.kind != "projects"]
    if not lists:
        raise SourceChanged(
            ID,
            "this is the list of projects; pass organization.csv out of the same archive as well",
            file=parts[0].snapshot.name,
        )
    # Its vintage is inside the file, and reading a large file twice is slow.
    chosen = lists[0] if len(lists) == 1 else max(lists, key=lambda p: (_vintage(p), -p.file))
    table = read_list(ID, chosen.snapshot, COLUMNS) if chosen.kind == "list" else _joined(chosen, parts)
    _refuse_unknown(chosen.snapshot, table)
    _refuse_other_numbers(chosen.snapshot, table)
    return chosen.file, table


def vintage_of(snapshot: Snapshot) -> str:
    """Return the newest start year of a list, or the newest day in the portal's tables."""
    return max(_vintage(part) for part in _parts(0, snapshot))


def _vintage(part: _Part) -> str:
    if part.kind == "projects":
        return str(read_list(ID, part.snapshot, PROJECTS, sep=part.sep)["startDate"].str[:4].max())
    if part.kind == "list":
        years = read_list(ID, part.snapshot, COLUMNS)["start_year"]
        return str(years[years.str.fullmatch(r"\d{4}")].max())
    days = read_list(ID, part.snapshot, ORGANISATIONS, sep=part.sep)["contentUpdateDate"]
    return str(days.str[:10].max())


def _parts(file: int, snapshot: Snapshot) -> list[_Part]:
    """Return the tables in a file: one, or those of an archive of the portal."""
    if not packed.is_archive(snapshot):
        return [_recognised(file, snapshot)]
    with packed.opened(ID, snapshot) as archive:
        names = [n for n in archive.namelist() if n.split("/")[-1] in IN_ARCHIVES]
        if not names:
            return [_recognised(file, packed.unpacked(ID, snapshot))]
        return [
            _recognised(
                file,
                replace(snapshot, name=f"{snapshot.name}/{name}", content=packed.read(ID, snapshot, archive, name)),
            )
            for name in names
        ]


def _recognised(file: int, snapshot: Snapshot) -> _Part:
    text = text_of(ID, snapshot)
    found = []
    for sep in (";", ","):
        header = header_of(text, sep)
        found += header if len(header) > 1 else []
        for kind, wanted in (("list", COLUMNS), ("organisations", ORGANISATIONS), ("projects", PROJECTS)):
            if set(wanted) <= set(header):
                return _Part(kind, file, snapshot, sep)
    raise SourceChanged(
        ID,
        f"the header {', '.join(found[:8]) or text[:80]} is none of those known: "
        f"{','.join(COLUMNS)} (a list of participations, rcn the number of the project), or "
        "organization.csv and project.csv of the portal; give one of them: a column "
        f"{' or '.join(c for c in COLUMNS if c not in found) or 'of those'} is missing",
        file=snapshot.name,
        row=1,
    )


def _joined(organisations: _Part, parts: Sequence[_Part]) -> pd.DataFrame:
    """Return the portal's participations with the year in which each project begins."""
    table = read_list(ID, organisations.snapshot, ORGANISATIONS, sep=organisations.sep)
    projects = [p for p in parts if p.kind == "projects"]
    if not projects:
        raise SourceChanged(
            ID, f"organization.csv does not say when a project begins; {REMEDY}", file=organisations.snapshot.name
        )
    begins: dict[str, str] = {}
    for part in projects:
        listed = read_list(ID, part.snapshot, PROJECTS, sep=part.sep)
        begins |= dict(zip(listed["id"], listed["startDate"].str[:4], strict=True))
    year = table["projectID"].map(begins)
    if year.isna().all():
        raise SourceChanged(
            ID,
            f"none of its projects is in {projects[0].snapshot.name}; pass the two tables out of the same archive",
            file=organisations.snapshot.name,
        )
    paid = table["ecContribution"].str.replace(r"^(\d+),(\d+)$", r"\1.\2", regex=True)
    table = table.assign(ecContribution=paid, year=year.fillna(""))
    names = ["projectID", "role", "ecContribution", "country", "year"]
    return table[names].set_axis(list(COLUMNS), axis="columns")


def _refuse_unknown(snapshot: Snapshot, table: pd.DataFrame) -> None:
    """Raise SourceChanged for a role or a contribution that cannot be."""
    amount = pd.to_numeric(table["contribution"], errors="coerce")
    wrong = {
        "role": (~table["role"].isin(ROLES), f"one of {', '.join(ROLES)}"),
        "contribution": (amount.isna() & ~table["contribution"].isin(MISSING), "euros such as 500000.5"),
    }
    for column, (bad, right) in wrong.items():
        if bad.any():
            raise SourceChanged(
                ID,
                f"the {column} {table[column][bad].iloc[0]!r} is not known; write {right}",
                file=snapshot.name,
                row=int(table.index[bad][0]),
            )


def _refuse_other_numbers(snapshot: Snapshot, table: pd.DataFrame) -> None:
    """Raise SourceChanged when `rcn` cannot be the number of a project: it begins in several years."""
    dated = table[table["start_year"].str.fullmatch(r"\d{4}").astype(bool)]
    years = dated.groupby("rcn")["start_year"].nunique()
    if (years > 1).any():
        number = str(years.index[years > 1][0])
        rows = dated[dated["rcn"] == number]
        begins = " and ".join(sorted(rows["start_year"].unique())[:2])
        raise SourceChanged(
            ID,
            f"rcn {number} begins in {begins}, and a project begins once: this is the number of an "
            "organisation (what organization.csv calls rcn); write projectID into the column rcn, or "
            "pass organization.csv and project.csv themselves",
            file=snapshot.name,
            row=int(rows.index[rows["start_year"] != rows["start_year"].iloc[0]][0]),
        )
