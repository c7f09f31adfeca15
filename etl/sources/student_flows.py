"""Students abroad by country of origin and host: the UIS's ten largest, and the OECD's matrices.

The UIS lists cover all hosts (1998-2021) with their ten largest origins, and all origins with
their ten largest hosts; everyone else is one row "Other countries", and some origins are known by
continent only. A pair that is not listed is unknown, not zero. Status flags stand in `cond_all`:
c a national estimate, d one of the UIS.

`flow` is the union of both UIS lists, completed by pairs that only the repaired OECD matrix has.
`flow_oecd` is that matrix alone (38 hosts, zeros included) and so a check of the first: the two
agree to two students in 95 % of the cells they share. `hosted` is all students in a UIS host list.
Repairs of the OECD files are in `etl.reading.oecd_students`.

Live, `flow` and `hosted` are the UIS's own series, one for each country of origin, whose name says which, with the host
as the area, and that of all students. They take the place of the lists, with all pairs and not the ten largest. Names
of the series: seen in four readers, 2026. The OECD's matrices have no live file: its present service is documented,
but not the order of the dimensions of its table of students by origin, so its series stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import oecd_students as oecd
from scidip.etl.reading.lists import numbers, read_list, tally, years
from scidip.etl.reading.oecd_students import HOST, ORIGIN
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.services import uis_answers
from scidip.etl.reading.services import uis_students as students
from scidip.etl.source import NotGiven, concat_raw, raw_frame, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "student_flows"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="Student flows (UIS, OECD)",
    publisher="UNESCO Institute for Statistics; OECD",
    homepage="https://databrowser.uis.unesco.org",
    licence="CC BY-SA 3.0 IGO (UIS); OECD terms, with attribution",
    licence_url="https://creativecommons.org/licenses/by-sa/3.0/igo/",
    citation="UNESCO UIS, students by origin (360info extract); OECD, Education at a Glance",
    area_scheme="name",
    months=6,
)

FLOW: Final = "flow"
FLOW_OECD: Final = "flow_oecd"
SHARE_OECD: Final = "share_oecd"
ABROAD_OECD: Final = "abroad_oecd"
HOSTED: Final = "hosted"
BY_HOST: Final = ("year", "dest_country_name", "origin_country_lumped", "value_lumped", "cond_all")
BY_ORIGIN: Final = ("year", "origin_country_name", "dest_country_lumped", "value_lumped", "cond_all")
SHAPES: Final = {
    "by_host": BY_HOST,
    "by_origin": BY_ORIGIN,
    "matrix": oecd.MATRIX,
    "shares": oecd.SHARES,
    "abroad": oecd.ABROAD,
}
ASIDE: Final = (
    ("INDICATOR_ID", "continent", "country_name", "country_code"),
    ("COUNTRY_ID", "COUNTRY_NAME_EN"),
    ("year", "country_name", "flow_ratio", "hdi"),
    ("indicatorId", "geoUnit", "year", "value", "qualifier", "magnitude"),
)
"""Headers of files that lie beside these in a folder and hold nothing that is read here."""
SPELLINGS: Final = {
    "Venezuala": "Venezuela",
    "Venezuela (Bolivarian Republic of)": "Venezuela",
    "Hong Kong, Special Administrative Region of China": "Hong Kong",
    "Macao, Special Administrative Region of China": "Macao",
    "St Vincent/Grenadines": "Saint Vincent and the Grenadines",
    "Cabo Verde": "Cape Verde",
    "Congo (Democratic Republic of the)": "DR Congo",
    "Cote d'Ivoire": "Côte d'Ivoire",
    "Palestine, State of": "Palestine",
    "Republic of North Macedonia": "North Macedonia",
    "Russian Federation": "Russia",
    "South Korea": "Republic of Korea",
    "Syrian Arab Republic": "Syria",
    "United States of America": "United States",
    "Virgin Islands (British)": "British Virgin Islands",
}
"""Names that differ between the UIS and the OECD, brought to one."""


@dataclass(frozen=True)
class _List:
    """A file that was recognised, with what it holds, indexed by line."""

    file: int
    shape: str
    table: pd.DataFrame


class StudentFlows:
    """Students (and shares in per cent) by origin and host; origin first. Unknown is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "student-flows/uis_top10_*.csv.gz",
        "student-flows/oecd_enrl_mobile_*.csv.gz",
        "student-flows/oecd_share_students_*.csv",
        "student-flows/oecd_total_students_abroad_*.csv",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield the UIS's records of every origin, several in an answer; the OECD's tables have no door and stay."""
        if {FLOW, HOSTED} & set(series):
            yield from students.answers(ID, http)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the release of an answer, or the newest year in a file."""
        if _is_answer(snapshot):
            return uis_answers.release(snapshot)
        return str(_read(0, snapshot).table["period"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the series that the files hold; of two files of a kind the later one counts, answers before lists."""
        answers = [(file, snapshot) for file, snapshot in enumerate(snapshots) if _is_answer(snapshot)]
        frames = _of_answers(answers, series)
        given = {code for frame in frames for code in frame["series"].unique()}
        listed = [(file, snapshot) for file, snapshot in enumerate(snapshots) if not _is_answer(snapshot)]
        lists = {found.shape: found for found in (_read(*one) for one in listed)}
        if FLOW in series and FLOW not in given:
            frames += _flow([lists[s] for s in ("by_host", "by_origin", "matrix") if s in lists])
        for code, shape in ((FLOW_OECD, "matrix"), (SHARE_OECD, "shares")):
            if code in series and shape in lists:
                frames.append(_pairs(code, lists[shape]))
        if ABROAD_OECD in series and "abroad" in lists:
            frames.append(_pairs(ABROAD_OECD, lists["abroad"]))
        if HOSTED in series and HOSTED not in given and "by_host" in lists:
            frames.append(_hosted(lists["by_host"]))
        return concat_raw(frames)


def _is_answer(snapshot: Snapshot) -> bool:
    return unpacked(ID, snapshot).content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"["))


def _of_answers(answers: Sequence[tuple[int, Snapshot]], series: Sequence[str]) -> list[pd.DataFrame]:
    """Return the pairs and the totals in the UIS's answers."""
    frames = []
    for file, table in students.tables(ID, answers):
        table = table.assign(**{ORIGIN: table[students.ORIGIN].replace(SPELLINGS), HOST: table[students.HOST]})
        pairs, totals = table[table[ORIGIN] != students.ALL], table[table[ORIGIN] == students.ALL]
        if FLOW in series and len(pairs):
            frames.append(_pairs(FLOW, _List(file, "answer", pairs)))
        if HOSTED in series and len(totals):
            of_host = totals.assign(**{ORIGIN: totals[HOST]}).drop(columns=HOST)
            frames.append(_pairs(HOSTED, _List(file, "answer", of_host)))
    return frames


def _read(file: int, snapshot: Snapshot) -> _List:
    """Return what a file holds, recognised by its header."""
    plain = unpacked(ID, snapshot)
    # One of the OECD files is in two encodings, so only the header is looked at here.
    head = Snapshot(plain.name, plain.content.split(b"\n", 1)[0])
    columns = [c.strip().strip('"') for c in text_of(ID, head).split(",")]
    for shape, wanted in SHAPES.items():
        if len(set(wanted) & set(columns)) >= len(wanted) - 1:
            return _List(file, shape, _table(shape, plain))
    raise SourceChanged(
        ID,
        f"the header {', '.join(columns[:6])} is none of the tables read here (UIS ten largest by "
        "host or by origin, OECD matrix, shares or totals abroad); give the table "
        f"whose header has one of: {' | '.join(','.join(s) for s in SHAPES.values())}",
        file=snapshot.name,
        row=1,
    )


def _table(shape: str, snapshot: Snapshot) -> pd.DataFrame:
    if shape in ("by_host", "by_origin"):
        table = _ten_largest(snapshot, SHAPES[shape], swapped=shape == "by_origin")
    else:
        repaired = {"matrix": oecd.matrix, "shares": oecd.shares, "abroad": oecd.abroad}
        table = repaired[shape](ID, snapshot)
    names = {c: table[c].replace(SPELLINGS) for c in (HOST, ORIGIN) if c in table}
    return table.assign(**names)


def _ten_largest(snapshot: Snapshot, columns: Sequence[str], *, swapped: bool) -> pd.DataFrame:
    """Return host, origin, period, value and status of a UIS list."""
    order = ["period", ORIGIN, HOST] if swapped else ["period", HOST, ORIGIN]
    table = read_list(ID, snapshot, columns).set_axis([*order, "value", "flags"], axis="columns")
    table = table[~table["value"].isin(["", "NA"])]
    estimated = table["flags"].str.contains("[cd]", regex=True)
    return table.assign(
        period_text=table["period"],
        period=years(table["period"]),
        value=numbers(table["value"]),
        status=np.where(estimated, "E", "A"),
    )


def _flow(lists: Sequence[_List]) -> list[pd.DataFrame]:
    """Return the pairs of the lists; the OECD only completes what the UIS lists do not have.

    Where the two UIS lists contradict each other both figures are kept, to be seen in quarantine.
    """
    frames: list[pd.DataFrame] = []
    known: list[pd.DataFrame] = []
    for found in lists:
        key = [ORIGIN, HOST, "period"] + (["value"] if found.shape == "by_origin" else [])
        keys = pd.MultiIndex.from_frame(found.table[key])
        before = pd.concat([found.table.iloc[:0], *known])[key]
        kept = found.table[~keys.isin(pd.MultiIndex.from_frame(before))]
        frames.append(_pairs(FLOW, _List(found.file, found.shape, kept)))
        known.append(found.table)
    return frames


def _hosted(found: _List) -> pd.DataFrame:
    """Return the students of each host and year; none where a part is no number."""
    number = pd.to_numeric(found.table["value"], errors="coerce")
    parts = [found.table[HOST], found.table["period_text"]]
    whole = found.table[number.notna().groupby(parts).transform("all")]
    return tally(HOSTED, whole, area=HOST, period="period_text", value="value", file=found.file)


def _pairs(series: str, found: _List) -> pd.DataFrame:
    table = found.table
    counterpart = {"source_counterpart": table[HOST].to_numpy()} if HOST in table else {}
    return raw_frame(
        series=series,
        source_area=table[ORIGIN].to_numpy(),
        time_period=table["period"].to_numpy(),
        obs_value=table["value"].to_numpy(),
        obs_status=table["status"].to_numpy() if "status" in table else "A",
        file=found.file,
        row=table.index.to_numpy(),
        **counterpart,
    )


SOURCE = StudentFlows()
