"""CWTS Leiden Ranking: how much universities publish with partners abroad, by country.

Two tables: the ranking itself, without countries, and a match of university names to countries
made by others, which covers 978 of the 1,176 names and may hold a few wrong ones. Universities
without a match do not count. The figure of a country is the plain mean over its universities of the
share of publications with an institution in another country.

Fetched by hand: the results of the Open Edition of 2025 are a workbook of 589 MB and its tables an archive
of 2.2 GB (Zenodo 17473224 and 17471989, as their users tell in 2026), more than is read.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import vintages
from scidip.etl.reading.lists import numbers, read_list
from scidip.etl.reading.packed import unpacked
from scidip.etl.source import ByHand, concat_raw, raw_frame, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "leiden"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="CWTS Leiden Ranking",
    publisher="CWTS, Leiden University",
    homepage="https://www.leidenranking.com",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    citation="CWTS Leiden Ranking 2020, Leiden University",
    area_scheme="name",
    renews="years",
    by_hand=(
        "open https://open.leidenranking.com/resources, download the workbooks Results and Universities of the newest "
        "Open Edition, write the rows of Results for all sciences and the last period as a CSV with the header "
        "University,PP_int_collab (in per cent) called cwts_leiden_YEAR.csv after the edition, and those of "
        "Universities as a CSV with the header University,Country called leiden_university_country.csv, and pass both "
        "with --file"
    ),
    months=12,
)

SHARE: Final = "pp_int_collab"
EXAMPLE: Final = "cwts_leiden_2024.csv"
RANKING: Final = ("University", "PP_int_collab")
COUNTRIES: Final = ("University", "Country")


class Leiden(ByHand):
    """Mean share (per cent) of publications with partners abroad, per country, in one edition."""

    spec = SPEC
    files: tuple[str, ...] = (
        "university-rankings/cwts_leiden_2020*.csv",
        "university-rankings/leiden_university_country.csv",
    )

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the edition of a ranking; of a table of countries, which belongs to none, when it was made."""
        if _kind(snapshot) == "countries":
            return vintages.dated(snapshot)
        return str(vintages.edition(ID, snapshot, EXAMPLE))

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the means; both tables must be among the files."""
        if SHARE not in series or not snapshots:
            return concat_raw([])
        kinds = {_kind(s): (file, s) for file, s in enumerate(snapshots)}
        missing = {"ranking", "countries"} - set(kinds)
        if missing:
            raise SourceChanged(
                ID, f"the table of {missing.pop()} is not among the files; pass both tables", file=snapshots[0].name
            )
        file, ranking = kinds["ranking"]
        return _means(ranking, kinds["countries"][1], file)


def _kind(snapshot: Snapshot) -> str:
    text = text_of(ID, unpacked(ID, snapshot))
    columns = [c.strip().strip('"') for c in text.split("\n", 1)[0].split(",")]
    if RANKING[1] in columns:
        return "ranking"
    if COUNTRIES[1] in columns:
        return "countries"
    raise SourceChanged(
        ID,
        f"the header {', '.join(columns[:6])} is neither the ranking ({', '.join(RANKING)}) nor "
        f"the table of countries ({', '.join(COUNTRIES)})",
        file=snapshot.name,
        row=1,
    )


def _means(ranking: Snapshot, countries: Snapshot, file: int) -> pd.DataFrame:
    table = read_list(ID, ranking, RANKING)
    share = numbers(table["PP_int_collab"])
    if share.dtype != float:
        bad = pd.to_numeric(share, errors="coerce").isna()
        raise SourceChanged(
            ID,
            f"the share {share[bad].iloc[0]!r} is not a number; download the table again",
            file=ranking.name,
            row=int(share.index[bad][0]),
        )
    known = read_list(ID, countries, COUNTRIES).drop_duplicates("University")
    country = table["University"].map(known.set_index("University")["Country"])
    joined = pd.DataFrame({"country": country, "share": share, "line": table.index}).dropna()
    grouped = joined.groupby("country").agg(share=("share", "mean"), line=("line", "min"))
    return raw_frame(
        series=SHARE,
        source_area=grouped.index.to_numpy(),
        time_period=vintages.edition(ID, ranking, EXAMPLE),
        obs_value=grouped["share"].to_numpy(),
        file=file,
        row=grouped["line"].to_numpy(),
    )


SOURCE = Leiden()
