"""SDMX-CSV, as Eurostat and the OECD answer with: one row per figure, a column per dimension, then figure and flags.

Three headers are read: version 1 (`DATAFLOW, <dimensions>, TIME_PERIOD, OBS_VALUE, <attributes>`), which Eurostat
completes by `LAST UPDATE`, `OBS_FLAG` and `CONF_STATUS`; version 2 (`STRUCTURE, STRUCTURE_ID, ACTION, <dimensions>,
...`); and both with labels, either in the cell (`A: Annual`, in the header too) or in a column after that of the code.
Rows come in no order. Where a figure is missing the cell is empty, ":" or NaN.

Headers seen: of Eurostat in two clients' captures of June and October 2026, of the OECD's version 1 in a recorded
answer of 2024. A service that has no data may answer 200 with a message in XML: a footer with code 413 says that the
answer is so large that it will be a file later (recorded of Eurostat, 2015).

Flags are letters of SDMX's list of observation statuses, small ones with Eurostat ("bp": a break, and provisional).
The code list here has one status a figure: of several, the first in SDMX's own order of importance (Possible ways of
implementing the observation status concept, version 2.0, 2019) that has a counterpart here.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import numbers, read_list, years
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import header_of
from scidip.etl.remarks import remark
from scidip.etl.source import raw_frame, require_columns, text_of
from scidip.indicators.errors import SourceChanged, SourceRefused

BEGINS: Final = (b"DATAFLOW", b'"DATAFLOW', b"STRUCTURE", b'"STRUCTURE')
"""What the answers begin with."""
PERIOD: Final = "TIME_PERIOD"
VALUE: Final = "OBS_VALUE"
UPDATED: Final = "LAST UPDATE"
FLAGS: Final = ("OBS_FLAG", "OBS_STATUS")
FLOW: Final = "flow"
"""Column of a table read here: the data flow as `agency:id`, without its version."""
MISSING: Final = ("", ":", "NaN")
IMPORTANCE: Final = {"B": "B", "I": "I", "F": "E", "E": "E", "P": "P", "U": "U", "V": "P"}
"""Flag → status, the most important first. A forecast is an estimate, an unvalidated figure provisional."""
SILENT: Final = frozenset("ADNSRCZMGKWJ")
"""Flags without a counterpart here: a definition that differs, a revision, a strike and the like."""
FORMER: Final = str.maketrans("s", "i")
"""Small letters that meant something else: Eurostat's own estimate until 2025, an imputed value since."""
FOOTER: Final = "413"
LARGEST_MESSAGE: Final = 1 << 20


def message_in(body: bytes) -> str:
    """Return what a message in XML says that stands where CSV was asked for; the empty text for anything else."""
    if not body[:512].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return ""
    try:
        root = ElementTree.fromstring(body[:LARGEST_MESSAGE])
    except ElementTree.ParseError:
        return "it is XML where CSV was asked for; download the table as SDMX-CSV and pass it with --file"
    if any(_local(e) == "Message" and e.get("code") == FOOTER for e in root.iter()):
        return (
            "the answer is so large that the service makes a file of it (code 413); ask again in half an hour, or "
            "download the table as SDMX-CSV and pass it with --file"
        )
    said = [" ".join((e.text or "").split()) for e in root.iter() if _local(e) in ("Text", "faultstring")]
    told = "; ".join(filter(None, said))[:300] or "it is XML without figures"
    return f"the service says: {told}; check the codes, or download the table and pass it with --file"


def sdmx_table(source: str, snapshot: Snapshot, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return FLOW, *dimensions* (codes), PERIOD, VALUE and `status` of every row, as text; index: the line.

    Raises SourceChanged for a message in place of data and for another header.
    """
    plain = unpacked(source, snapshot)
    text = text_of(source, plain)
    if told := message_in(plain.content):
        raise SourceChanged(source, told, file=plain.name)
    names = _names(text)
    flow = "STRUCTURE_ID" if "STRUCTURE_ID" in names else "DATAFLOW"
    wanted = [flow, *dimensions, PERIOD, VALUE]
    require_columns(source, plain, list(names), wanted)
    flag = next((name for name in FLAGS if name in names), "")
    kept = [*wanted, flag] if flag else wanted
    table = read_list(source, plain, [names[name] for name in kept]).set_axis(kept, axis="columns")
    if not flag:
        remark(f"{plain.name} has no column {' or '.join(FLAGS)}, so that every figure is read as observed")
    coded = {name: table[name].map(code_of) for name in (*dimensions, *([flag] if flag else []))}
    flows = table[flow].map(lambda cell: re.split(r"[(\s]", cell, maxsplit=1)[0])
    status = _statuses(coded[flag]) if flag else "A"
    return table.assign(**coded, **{FLOW: flows}, status=status)[[FLOW, *dimensions, PERIOD, VALUE, "status"]]


def updated(source: str, snapshot: Snapshot) -> str:
    """Return the newest date in the column `LAST UPDATE` (22/05/26 11:00:00) as an ISO date, or the empty text."""
    plain = unpacked(source, snapshot)
    names = _names(text_of(source, plain))
    if UPDATED not in names:
        return ""
    cells = read_list(source, plain, [names[UPDATED]])[names[UPDATED]].unique()
    found = [re.match(r"(\d\d)/(\d\d)/(?:20)?(\d\d)\b", cell) for cell in cells]
    return max((f"20{m[3]}-{m[2]}-{m[1]}" for m in found if m), default="")


def labels(source: str, snapshot: Snapshot, dimension: str) -> dict[str, str]:
    """Return what the file itself calls the codes of a dimension; empty where it holds codes alone."""
    plain = unpacked(source, snapshot)
    text = text_of(source, plain)
    header, names = header_of(text), _names(text)
    require_columns(source, plain, list(names), [dimension])
    place = header.index(names[dimension])
    beside = header[place + 1] if place + 1 < len(header) else ""
    # A column of labels has a name in words; that of the next dimension is an identifier in capitals.
    worded = bool(re.search("[a-z]", beside)) and ":" not in beside
    columns = [names[dimension], *([beside] if worded else [])]
    pairs = read_list(source, plain, columns).drop_duplicates()
    found = {}
    for cells in pairs.itertuples(index=False, name=None):
        within = cells[0].partition(":")[2].strip()
        found[code_of(cells[0])] = within or (cells[1] if len(cells) > 1 else "")
    return {code: label for code, label in found.items() if label}


def refuse_other_answers(source: str, snapshot: Snapshot, table: pd.DataFrame, asked: Mapping[str, str]) -> None:
    """Raise SourceRefused unless every row is of what was *asked* (column → code, or codes joined by +), and one is."""
    for column, code in asked.items():
        others = table[column][~table[column].str.upper().isin(code.upper().split("+"))]
        if len(others) or table.empty:
            got = others.iloc[0] if len(others) else "nothing"
            raise SourceRefused(
                source,
                f"the service was asked for {column} {code} and gave {got}; ask again later or pass a file with --file",
                file=snapshot.name,
            )


def sdmx_figures(table: pd.DataFrame, file: int, series: str, area: str, counterpart: str = "") -> pd.DataFrame:
    """Return the raw frame of one series in what `sdmx_table` gave; a missing figure is no row.

    *area* is the dimension of the area, *counterpart* that of the other area of a pair.
    """
    kept = table[~table[VALUE].isin(MISSING)]
    paired = {"source_counterpart": kept[counterpart].to_numpy()} if counterpart else {}
    return raw_frame(
        series=series,
        source_area=kept[area].to_numpy(),
        time_period=years(kept[PERIOD]).to_numpy(),
        obs_value=numbers(kept[VALUE]).to_numpy(),
        obs_status=kept["status"].to_numpy(),
        file=file,
        row=kept.index.to_numpy(),
        **paired,
    )


def code_of(cell: str) -> str:
    """Return the code in a cell or a header that may hold its label as well (`A: Annual`)."""
    return cell.partition(":")[0].strip()


def _names(text: str) -> dict[str, str]:
    """Return identifier → name of the column in the header; of two alike the first."""
    return {code_of(name): name for name in reversed(header_of(text))}


def _statuses(flags: pd.Series) -> pd.Series:
    return flags.map({flag: _status(str(flag)) for flag in flags.unique()})


def _status(flag: str) -> str:
    letters = re.sub("[^A-Z]", "", flag.translate(FORMER).upper())
    if unknown := set(letters) - set(IMPORTANCE) - SILENT:
        remark(
            f"the flag {flag!r} ({', '.join(sorted(unknown))}) is not known, so that its figures are read as observed"
        )
    return next((status for letter, status in IMPORTANCE.items() if letter in letters), "A")


def _local(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
