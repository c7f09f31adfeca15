"""Passport Index: what a country asks of tourists with another country's passport.

Files passport-index-tidy-iso3_YYYY-MM-DD.csv (packed or plain), one per edition, 199 passports by 199 destinations.
The date in the name is the vintage and gives the year; nothing inside does. From 2026 on the editions are by another
collector, with the same names, codes and words; both keep theirs on GitHub, dated there by the last change of the
file (addresses: both repositories, read in 2026; the older one is archived). Up to 2019 the third
column is `Code` (3 free, 2 on arrival, 1 eTA, 0 visa) without rows for the own country; later it
is `Requirement`, in words or as a number of visa-free days, with -1 for the own country.

Figures: -1 not admitted or covid ban, 0 visa, 1 e-visa, 2 electronic travel authorisation,
3 visa on arrival, 4 visa free. The word eta exists only since 2025; before, such pairs are called
e-visa. In 2021 and 2022 travel bans hide what the rule would have been.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.github import changed, raw
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.tables import read_table
from scidip.etl.source import NotGiven, concat_raw, each, raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "passport_index"
REPOSITORY: Final = "ilyankou/passport-index-dataset"
PRESENT: Final = "imorte/passport-index-data"
FILE: Final = "passport-index-tidy-iso3.csv"
LEGACY: Final = ("2019-12-17", "2021-01-25", "2022-01-05", "2023-01-11", "2024-01-05")
"""Editions that are fetched beside the last one of each home: one per year, without the ban year 2020."""
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Passport Index",
    publisher="Passport Index (Arton Capital), data sets by Ilya Ilyankou and, for 2026, imorte",
    homepage=f"https://github.com/{REPOSITORY}",
    licence="MIT",
    licence_url="https://opensource.org/license/mit",
    citation="Ilya Ilyankou, Passport Index Dataset, and imorte, passport-index-data (2026), from passportindex.org",
    area_scheme="iso3",
    renews="years",
    months=12,
)

SERIES: Final = "requirement"
ETA: Final = 2.0
COVID_BAN: Final = "covid ban"
WORDS: Final[dict[str, float]] = {
    "no admission": -1.0,
    COVID_BAN: -1.0,
    "visa required": 0.0,
    "e-visa": 1.0,
    "eta": ETA,
    "evw": ETA,
    "visa on arrival": 3.0,
    "visa free": 4.0,
}
OLD_CODES: Final[dict[str, float]] = {"0": 0.0, "1": ETA, "2": 3.0, "3": 4.0}
VISA_FREE: Final = 4.0
OWN_COUNTRY: Final = "-1"
BAN_SHARE: Final = 0.05
"""Editions with a larger share of covid bans are not comparable with others."""


@dataclass(frozen=True)
class _Edition:
    """One edition without the rows of the own country; `rule` is as written, in small letters."""

    file: int
    day: str
    old: bool
    table: pd.DataFrame

    @property
    def knows_eta(self) -> bool:
        return not self.old and bool((self.table["rule"] == "eta").any())

    @property
    def pair(self) -> pd.Series:
        return self.table["Passport"] + ">" + self.table["Destination"]


class PassportIndex:
    """The visa rule (a step from -1 to 4) by passport, destination and year; unknown is no row."""

    spec = SPEC
    files: tuple[str, ...] = (
        "visa-passport-index/passport-index-tidy-iso3_*.csv",
        "passport-2026/passport-index-tidy-iso3_*.csv.gz",
    )

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot | NotGiven]:
        """Yield one older edition per year and the last one of both homes, dated by its last change."""

        def ask(edition: str) -> Snapshot:
            if edition in LEGACY:
                return http.snapshot(ID, raw(REPOSITORY, f"legacy/{edition}/{FILE}"), name=_name(edition))
            return http.snapshot(ID, raw(edition, FILE), name=_name(changed(ID, http, edition, FILE)))

        return each([*LEGACY, REPOSITORY, PRESENT], ask)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the ISO date in the file's name."""
        found = re.search(r"(\d{4}-\d{2}-\d{2})\.csv(?:\.gz)?$", snapshot.name)
        try:
            return date.fromisoformat(found[1] if found else "").isoformat()
        except ValueError as error:
            raise SourceChanged(
                ID, f"the name carries no date; name the file {_name('YYYY-MM-DD')}", file=snapshot.name
            ) from error

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the rules of the last edition of every year."""
        if SERIES not in series:
            return concat_raw([])
        last: dict[str, tuple[str, int]] = {}
        for file, snapshot in enumerate(snapshots):
            day = self.vintage(snapshot)
            if day > last.get(day[:4], ("", 0))[0]:
                last[day[:4]] = day, file
        editions = [_read(file, day, snapshots[file]) for day, file in sorted(last.values())]
        first_with_eta = next((e for e in editions if e.knows_eta), None)
        known = set() if first_with_eta is None else _eta_pairs(first_with_eta)
        return concat_raw([_figures(edition, known) for edition in editions])


def _name(day: str) -> str:
    return f"{FILE.removesuffix('.csv')}_{day}.csv"


def _read(file: int, day: str, snapshot: Snapshot) -> _Edition:
    """Return an edition, with the line of each row as the index of its table."""
    text = text_of(ID, snapshot)
    columns = [c.strip() for c in text.split("\n", 1)[0].split(",")]
    old = "Code" in columns
    rule = "Code" if old else "Requirement"
    require_columns(ID, snapshot, columns, ("Passport", "Destination", rule))
    table = read_table(ID, snapshot, text, dtype=str, na_values=[])
    # The header is line 1, so the first row of the table is line 2.
    table = table.set_axis(columns, axis="columns").set_axis(table.index + 2, axis="index")
    table = table[["Passport", "Destination", rule]].fillna("")
    table = table.rename(columns={rule: "rule"}).apply(lambda column: column.str.strip())
    table["rule"] = table["rule"].str.lower()
    own = (table["Passport"] == table["Destination"]) | (table["rule"] == OWN_COUNTRY)
    return _Edition(file, day, old, table[~own & (table["rule"] != "")])


def _eta_pairs(edition: _Edition) -> set[str]:
    return set(edition.pair[edition.table["rule"] == "eta"])


def _figures(edition: _Edition, known_eta: set[str]) -> pd.DataFrame:
    """Return the raw frame of an edition; *known_eta* are the pairs that a later one calls eta."""
    rule = edition.table["rule"]
    value = rule.map(OLD_CODES if edition.old else WORDS)
    status = pd.Series("A", index=rule.index)
    if not edition.old:
        value = value.mask(rule.str.fullmatch(r"\d+"), VISA_FREE)
        if not edition.knows_eta:
            hidden = (rule == "e-visa") & edition.pair.isin(known_eta)
            value, status = value.mask(hidden, ETA), status.mask(hidden, "E")
    if (rule == COVID_BAN).mean() > BAN_SHARE:
        status[:] = "B"
    if value.isna().any():
        # Words that this job does not know stay as they are, to be judged row by row.
        value = value.astype(object).where(value.notna(), rule)
    return raw_frame(
        series=SERIES,
        source_area=edition.table["Passport"].to_numpy(),
        source_counterpart=edition.table["Destination"].to_numpy(),
        time_period=int(edition.day[:4]),
        obs_value=value.to_numpy(),
        obs_status=status.to_numpy(),
        file=edition.file,
        row=rule.index.to_numpy(),
    )


SOURCE = PassportIndex()
