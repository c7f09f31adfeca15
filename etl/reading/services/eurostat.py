"""Extracts of Eurostat's data sets: how they are asked for by SDMX, and how a large one is waited for.

An extract is a data set (`rd_e_gerdtot`) and a code for each of its dimensions, of which some are asked for whole.
Codes in a key stand in the order of the data set's structure. Where that order was not seen in two readers, the
structure message is asked for first; it lists the codes, too, so that one that is gone is told before any figure is
asked for.

A large extract comes later. Eurostat's guide to its asynchronous API (2024 to 2026) says so of more than 500,000 cells,
and of anyone who asks often; more than 5,000,000 are refused (status 413, EXTRACTION_TOO_BIG). The answer is then an
envelope in XML with an id and SUBMITTED (recorded by three readers, 2026); `1.0/async/status/{id}` says SUBMITTED,
PROCESSING, AVAILABLE or EXPIRED, and `1.0/async/data/{id}` is the file. Its former service named the file in a footer
with code 413 (recorded in 2015), and nothing was there (404) until it was made.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from scidip.etl.network.promises import Promise
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import GZIP, ZIP, unpacked
from scidip.etl.reading.services import sdmx_csv
from scidip.etl.reading.services.sdmx_csv import FLOW, FOOTER, LARGEST_MESSAGE, message_in
from scidip.etl.reading.services.sdmx_structures import structure
from scidip.etl.reading.vintages import dated
from scidip.indicators.errors import SourceChanged

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

API: Final = "https://ec.europa.eu/eurostat/api/dissemination"
STATUS: Final = f"{API}/1.0/async/status/"
FILE: Final = f"{API}/1.0/async/data/"
BROWSER: Final = "https://ec.europa.eu/eurostat/databrowser/view"
MADE: Final = "AVAILABLE"
NOT_YET: Final = ("SUBMITTED", "PROCESSING")
EXPIRED: Final = "EXPIRED"
AN_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
AN_ADDRESS: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Extract:
    """The rows of a data set that are read."""

    source: str
    code: str
    """The data set, in small letters."""
    asked: Mapping[str, str]
    """Dimension → code, several joined by +, in the order of the key where that is known."""
    whole: tuple[str, ...]
    """Dimensions that are asked for whole, after the others where the order of the key is known."""
    words: str
    """What the codes mean, for a sentence."""
    is_order_known: bool = False

    @property
    def homepage(self) -> str:
        """The data set in the data browser."""
        return f"{BROWSER}/{self.code}"

    @property
    def flow(self) -> str:
        """The data flow as the column FLOW names it."""
        return f"ESTAT:{self.code.upper()}"

    def answer(self, http: "HttpClient") -> Snapshot:
        """Return what the service answers for all areas and years, waited for where it comes later."""
        url = f"{API}/sdmx/2.1/data/{self.code}/{self._key(http)}"
        found = http.snapshot(
            self.source,
            url,
            name=f"{self.code}.csv",
            params={"format": "SDMX-CSV", "compressed": "false"},
            begins=(*sdmx_csv.BEGINS, ZIP, GZIP),
            message=self._message_in,
            promised=promised,
        )
        sdmx_csv.refuse_other_answers(self.source, found, self._table(found), {FLOW: self.flow, **self.asked})
        return found

    def rows(self, snapshot: Snapshot) -> pd.DataFrame:
        """Return the rows of the extract; raise SourceChanged where a file has none."""
        table = self._table(snapshot)
        is_asked = pd.Series(data=True, index=table.index)
        for column, codes in {FLOW: self.flow, **self.asked}.items():
            is_asked &= table[column].str.upper().isin(codes.upper().split("+"))
        if not is_asked.any():
            raise SourceChanged(
                self.source,
                f"no row is of {self.flow} with {'.'.join(self.asked.values())} ({self.words}); "
                f"save {self.code} from {self.homepage} as SDMX-CSV",
                file=snapshot.name,
            )
        return table[is_asked]

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the day of the last update that the file states, else what is known of this very file."""
        self.rows(snapshot)
        return sdmx_csv.updated(self.source, snapshot) or dated(snapshot)

    def _table(self, snapshot: Snapshot) -> pd.DataFrame:
        return sdmx_csv.sdmx_table(self.source, snapshot, (*self.asked, *self.whole))

    def _key(self, http: "HttpClient") -> str:
        if self.is_order_known:
            return ".".join((*self.asked.values(), *("" for _ in self.whole)))
        url = f"{API}/sdmx/2.1/dataflow/ESTAT/{self.code.upper()}/1.0"
        params: dict[str, str | int] = {"references": "descendants", "detail": "referencepartial"}
        message = http.snapshot(self.source, url, name=f"{self.code}.xml", params=params, begins=b"<")
        found = structure(self.source, message, self.code.upper())
        listed = {name.lower(): codes for name, codes in found.codes.items()}
        if {*self.asked, *self.whole} != set(listed):
            raise SourceChanged(
                self.source,
                f"{self.code} has the dimensions {', '.join(listed)} where {', '.join((*self.asked, *self.whole))} are "
                f"expected; update the job, or save the table from {self.homepage} as SDMX-CSV and pass it with --file",
                file=message.name,
            )
        for name, codes in self.asked.items():
            if gone := [code for code in codes.split("+") if listed[name] and code not in listed[name]]:
                raise SourceChanged(
                    self.source,
                    f"{self.code} lists no {name} {', '.join(gone)} any more (it has {', '.join(listed[name])[:200]}); "
                    f"update the job, or look at {self.homepage}",
                    file=message.name,
                )
        return ".".join(self.asked.get(name.lower(), "") for name in found.dimensions)

    def _message_in(self, body: bytes) -> str:
        """Return what a body says that is no data, also where it is packed or cannot be unpacked."""
        if not body.startswith((ZIP, GZIP)):
            return message_in(body)
        try:
            plain = unpacked(self.source, Snapshot("the file", body)).content
        except SourceChanged as error:
            return str(error).removeprefix(f"{self.source}: ")
        if told := message_in(plain):
            return told
        is_table = plain.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(sdmx_csv.BEGINS)
        return "" if is_table else "the file holds no SDMX-CSV; download the table and pass it with --file"


def promised(address: str, body: bytes) -> Promise | None:
    """Return what Eurostat says of an answer that it makes into a file; None for anything else.

    *address* is what was asked, which is the one place where the status of a file names its id.
    """
    if not body[:512].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return None
    try:
        root = ElementTree.fromstring(body[:LARGEST_MESSAGE])
    except ElementTree.ParseError:
        return None
    texts = [(_local(e), " ".join((e.text or "").split())) for e in root.iter()]
    if fault := next((text for name, text in texts if name == "faultstring"), ""):
        return Promise(refused=f"the service says: {fault[:300]}; download the table and pass it with --file")
    if any(_local(e) == "Message" and e.get("code") == FOOTER for e in root.iter()):
        found = (AN_ADDRESS.search(text) for name, text in texts if name == "Text")
        return next((Promise(m[0], may_be_absent=True) for m in found if m), None)
    status = next((text for name, text in texts if name == "status" and text), "")
    if _local(root) != "Envelope" or not status:
        return None
    own = address.removeprefix(STATUS) if address.startswith(STATUS) else ""
    return _of_status(status, own or next((text for name, text in texts if name == "id"), ""))


def _of_status(status: str, key: str) -> Promise:
    if not AN_ID.fullmatch(key):
        return Promise(refused=f"it promises a file without naming it ({key[:80]!r}); ask again later")
    if status in NOT_YET:
        return Promise(f"{STATUS}{key}")
    if status == MADE:
        return Promise(f"{FILE}{key}", is_ready=True)
    told = "the file that it made is gone again" if status == EXPIRED else f"the service says {status[:80]} of its file"
    return Promise(refused=f"{told}; ask again later, or download the table and pass it with --file")


def _local(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
