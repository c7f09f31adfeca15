"""The JSON answers of the World Bank's API: a head and records, or a message under status 200.

`[{"page": 1, "pages": 1, "lastupdated": "2026-07-13", ...}, [{"indicator": {"id": ...}, ...}]]`. The second part is
null where there is nothing. Filters that are not understood are ignored, so what came is compared with what was asked.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.source import text_of
from scidip.indicators.errors import SourceChanged, SourceRefused

API: Final = "https://api.worldbank.org/v2"
MOST: Final = 32_500
"""Records on a page at most; all years of a series fit on one."""
COLUMNS: Final = ("code", "year", "series", "value")
GROUPS: Final = "Aggregates"
KEYS: Final = ("indicator", "country", "countryiso3code", "date", "value")


@dataclass(frozen=True)
class BankAnswer:
    """One answer: when the whole database was last updated, and its records."""

    updated: str
    records: list[Any]


def answer(source: str, snapshot: Snapshot, remedy: str) -> BankAnswer:
    """Return what the API answered; raise SourceRefused with its own words and the *remedy* where it is a message."""
    try:
        said = json.loads(text_of(source, snapshot))
    except json.JSONDecodeError as error:
        raise SourceChanged(
            source, "the answer is not whole JSON; download it again", file=snapshot.name, row=error.lineno
        ) from error
    head = said[0] if isinstance(said, list) and said else {}
    head = head if isinstance(head, dict) else {}
    if isinstance(messages := head.get("message"), list):
        told = "; ".join(str(m.get("value", m) if isinstance(m, dict) else m) for m in messages)
        raise SourceRefused(source, f"the service says: {' '.join(told.split())}; {remedy}", file=snapshot.name)
    if not isinstance(said, list) or len(said) != 2 or not isinstance(said[1], list):
        raise SourceChanged(source, "the answer holds no records; ask again or update the job", file=snapshot.name)
    if str(head.get("pages", "1")) != "1":
        raise SourceChanged(source, "the answer is one page of several; ask for more per page", file=snapshot.name)
    return BankAnswer(str(head.get("lastupdated", "")), said[1])


def table_of(source: str, snapshot: Snapshot, found: BankAnswer) -> pd.DataFrame:
    """Return the records as a table COLUMNS, indexed by their number from 1."""
    rows = []
    for number, record in enumerate(found.records, 1):
        if not isinstance(record, dict) or not set(KEYS) <= set(record):
            raise SourceChanged(
                source,
                f"the record has not the fields {', '.join(KEYS)}; ask again or update the job",
                file=snapshot.name,
                row=number,
            )
        indicator, country = record["indicator"] or {}, record["country"] or {}
        # Some groups of countries have no ISO3 code; the Bank's own code says which.
        area = record["countryiso3code"] or country.get("id")
        rows.append((area, record["date"], str(indicator.get("id")), record["value"]))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.set_axis(table.index + 1, axis="index")


def refuse_other_series(source: str, snapshot: Snapshot, table: pd.DataFrame, code: str) -> None:
    """Raise SourceRefused unless every record is of the series *code*: the service may ignore what it is asked."""
    others = table["series"][table["series"] != code]
    if len(others) or table.empty:
        told = f"the service was asked for {code} and gave {others.iloc[0] if len(others) else 'nothing'}"
        raise SourceRefused(source, f"{told}; ask again later or pass the file with --file", file=snapshot.name)


def is_country_list(found: BankAnswer) -> bool:
    """Return whether an answer is the Bank's list of countries and groups of them."""
    return bool(found.records) and all(isinstance(r, dict) and "region" in r for r in found.records)


def groups(source: str, snapshot: Snapshot, found: BankAnswer) -> frozenset[str]:
    """Return the codes of the groups of countries in the Bank's list: figures stand for both without a mark."""
    if not is_country_list(found):
        raise SourceChanged(source, "this is not the list of countries; ask again", file=snapshot.name)
    listed = [r for r in found.records if isinstance(r["region"], dict) and r["region"].get("value") == GROUPS]
    codes = frozenset(str(record.get(key)) for record in listed for key in ("id", "iso2Code"))
    if not codes:
        raise SourceChanged(source, f"no entry has the region {GROUPS}; update the job", file=snapshot.name)
    return codes
