"""World Heritage sites by country, category and year of inscription.

Two shapes are read: the XML list of the Centre, with one `row` per site, and the JSON export of
UNESCO's DataHub (data set whc001). Sites across borders name several ISO2 codes ("al,mk" in the
first, "AL, MK" in the second) and count once in each country. One site, the Old City of Jerusalem,
has no code; its name of the state stands in for it and is a declared exclusion. The Centre's own
site refuses programs, so the live list is the DataHub's. Address: seen in a dozen readers, 2026.
"""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import tally
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import newest
from scidip.etl.source import concat_raw, text_of
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

ID: Final = "world_heritage"
SPEC: Final = SourceSpec(
    id=ID,
    kind="official",
    title="World Heritage List",
    publisher="UNESCO World Heritage Centre",
    homepage="https://whc.unesco.org/en/list/",
    licence="Terms of the site, with attribution",
    licence_url="https://whc.unesco.org/en/syndication",
    citation="UNESCO World Heritage Centre, World Heritage List, 2023",
    area_scheme="iso2",
    redistributable=False,
    months=12,
    where_to_get="Download the list at https://whc.unesco.org/en/syndication",
)

FIELDS: Final = ("category", "date_inscribed", "iso_code", "states")
LIVE: Final = {
    "category": "category",
    "date_inscribed": "date_inscribed",
    "iso_code": "iso_codes",
    "states": "states_names",
}
"""What the fields are called in the DataHub."""
EXPORT: Final = "https://data.unesco.org/api/explore/v2.1/catalog/datasets/whc001/exports/json"
SITES: Final = "sites"
CATEGORIES: Final = {"cultural": "Cultural", "natural": "Natural", "mixed": "Mixed"}


class WorldHeritage:
    """Sites inscribed per country and year, all and by category; a complete list."""

    spec = SPEC
    files: tuple[str, ...] = ("world-heritage/whc_*.xml.gz",)

    def fetch(self, series: Sequence[str], http: "HttpClient") -> Iterable[Snapshot]:
        """Yield the export of the DataHub."""
        params: dict[str, str | int] = {"select": ",".join(LIVE.values())}
        answer = http.snapshot(ID, EXPORT, name="whc001.json", params=params, begins=b"[")
        sites(answer)
        yield answer

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest inscription."""
        return str(sites(snapshot)["date_inscribed"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts from the newest list; a figure's row is its first site's number."""
        if not snapshots:
            return concat_raw([])
        file, snapshot = newest(snapshots, self.vintage)[0]
        listed = sites(snapshot)
        codes = listed["iso_code"].where(listed["iso_code"] != "", listed["states"])
        split = codes.str.split(",").where(listed["iso_code"] != "", codes.map(lambda s: [s]))
        per_state = listed.assign(code=split).explode("code")
        per_state["code"] = per_state["code"].str.strip()
        chosen = {SITES: per_state} | {
            code: per_state[per_state["category"] == name] for code, name in CATEGORIES.items()
        }
        counted = partial(tally, area="code", period="date_inscribed", file=file)
        return concat_raw([counted(code, chosen[code]) for code in chosen if code in series])


def sites(snapshot: Snapshot) -> pd.DataFrame:
    """Return FIELDS of every site, indexed by its number in the list, counted from 1."""
    text = text_of(ID, unpacked(ID, snapshot)).lstrip()
    rows, stated = (_from_json if text.startswith("[") else _from_xml)(text, snapshot)
    listed = pd.DataFrame(rows, columns=list(FIELDS), index=pd.RangeIndex(1, len(rows) + 1))
    _refuse_another_list(listed, stated, snapshot)
    return listed


def _from_xml(text: str, snapshot: Snapshot) -> tuple[list[dict[str, str]], str | None]:
    """Return the fields of every site, and how many the list says it has."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise SourceChanged(
            ID, "this is not whole XML (cut short?); download it again", file=snapshot.name, row=error.position[0]
        ) from error
    rows = [{f: (row.findtext(f) or "").strip() for f in FIELDS} for row in root.iter("row")]
    return rows, root.get("rows")


def _from_json(text: str, snapshot: Snapshot) -> tuple[list[dict[str, str]], None]:
    try:
        records = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceChanged(
            ID, "this is not whole JSON (cut short?); ask the DataHub again", file=snapshot.name, row=error.lineno
        ) from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise SourceChanged(ID, "this is no list of sites; ask the DataHub again", file=snapshot.name)
    # An export has every field of every row, empty ones as null.
    if lacking := [name for name in LIVE.values() if any(name not in record for record in records)]:
        raise SourceChanged(
            ID, f"the field {', '.join(lacking)} is missing; ask for the data set whc001 again", file=snapshot.name
        )
    return [{f: _words(record[LIVE[f]]) for f in FIELDS} for record in records], None


def _words(value: Any) -> str:
    """Return a text as it is, a list joined by commas, and nothing as an empty text."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value or "").strip()


def _refuse_another_list(listed: pd.DataFrame, stated: str | None, snapshot: Snapshot) -> None:
    if listed.empty or (listed[["category", "date_inscribed"]] == "").all().any():
        raise SourceChanged(
            ID, "there is no row with category and date_inscribed; use the XML list of all sites", file=snapshot.name
        )
    if stated is not None and stated != str(len(listed)):
        raise SourceChanged(
            ID, f"the list says {stated} sites but holds {len(listed)}; download it again", file=snapshot.name
        )
    new = ~listed["category"].isin(CATEGORIES.values())
    if new.any():
        raise SourceChanged(
            ID,
            f"the category {listed['category'][new].iloc[0]!r} is none of "
            f"{', '.join(CATEGORIES.values())}; correct it, or leave the site out",
            file=snapshot.name,
            row=int(listed.index[new][0]),
        )


SOURCE = WorldHeritage()
