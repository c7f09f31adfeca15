"""The JSON answers of the UNESCO Institute for Statistics: `{"hints": [...], "records": [...]}`.

A hint means a wrong code, though the status is 200, and parameters that are not known are ignored, so what came is
compared with what was asked. A record that does not apply has the magnitude NA, a true zero may have NIL and no value.
Releases have names such as 20260507-91260335.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.documents import anything
from scidip.etl.reading.vintages import dated
from scidip.etl.source import require_columns
from scidip.indicators.errors import SourceChanged, SourceRefused

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient

API: Final = "https://api.uis.unesco.org/api/public"
FIELDS: Final = ("indicatorId", "geoUnit", "year", "value", "qualifier", "magnitude")
ESTIMATES: Final = ("UIS_EST", "NAT_EST")
RELEASE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})-[0-9a-f]{8}")


def present_version(source: str, http: "HttpClient") -> str:
    """Return the name of the release that is current now."""
    answer = http.snapshot(source, f"{API}/versions/default", name="version.json", begins=b"{")
    version = str(document(source, answer).get("version") or "")
    if not version:
        raise SourceChanged(source, "the service no longer names its version; update the job", file=answer.name)
    return version


def release(snapshot: Snapshot) -> str:
    """Return the day of the release that the name or address tells, else what is known of this very file."""
    found = RELEASE.search(snapshot.name) or RELEASE.search(snapshot.url)
    return "-".join(found.groups()) if found else dated(snapshot)


def document(source: str, snapshot: Snapshot) -> dict[str, Any]:
    """Return an answer that is an object; raise SourceRefused with its hint where it carries one."""
    answer = anything(source, snapshot)
    if not isinstance(answer, dict):
        raise SourceChanged(
            source, "the answer is a list where hints and records were expected; update the job", file=snapshot.name
        )
    if hints := answer.get("hints"):
        told = "; ".join(str(h.get("message", h) if isinstance(h, dict) else h) for h in hints)
        raise SourceRefused(source, f"the service says: {told}; correct the code and ask again", file=snapshot.name)
    return answer


def records(source: str, snapshot: Snapshot) -> pd.DataFrame:
    """Return the records of an answer with FIELDS, as they are; index: their number from 0."""
    answer = document(source, snapshot)
    found = answer.get("records")
    if not isinstance(found, list):
        told = " ".join(str(answer.get("message", "there are no records in the answer")).split())
        raise SourceChanged(source, f"{told}; ask for less or update the job", file=snapshot.name)
    frame = pd.DataFrame(found, columns=None if found else list(FIELDS))
    require_columns(source, snapshot, list(frame.columns), FIELDS)
    return frame


def refuse_other_series(source: str, snapshot: Snapshot, found: pd.DataFrame, codes: Sequence[str]) -> None:
    """Raise SourceRefused for records of other series than *codes*."""
    others = found["indicatorId"][~found["indicatorId"].isin(list(codes))]
    if len(others):
        raise SourceRefused(
            source,
            f"the service was asked for {', '.join(codes[:3])} and gave {others.iloc[0]}; ask again later",
            file=snapshot.name,
        )


def applying(found: pd.DataFrame) -> pd.DataFrame:
    """Return the records that have a figure, with zero for a true one that is not written, and their status."""
    nil = found["value"].isna() & (found["magnitude"] == "NIL")
    value = found["value"].astype(object).mask(nil, 0.0).infer_objects() if nil.any() else found["value"]
    kept = value.notna() & (found["magnitude"] != "NA")
    estimated = found["qualifier"].isin(ESTIMATES)
    return found.assign(value=value, status=np.where(estimated, "E", "A"))[kept]
