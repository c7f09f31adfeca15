"""Eurostat: the structure message of pat_ep_tot and its numbers by applicant and inventor; invented figures."""

from tests.replay.answering import CSV, Asked, Reply
from tests.replay.bodies import oecd_msti

HOSTS = ("ec.europa.eu",)
FLOW = "PAT_EP_TOT"
API = "/eurostat/api/dissemination/sdmx/2.1"
LAYOUT = f"{API}/dataflow/ESTAT/{FLOW}/1.0"
DIMENSIONS = ("freq", "coop_ptn", "unit", "geo")
DATA = f"{API}/data/pat_ep_tot/A.APPL+INVT.NR."
HEADER = f"DATAFLOW,LAST UPDATE,{','.join(DIMENSIONS)},TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS"
START = f"ESTAT:{FLOW}(1.0),24/03/26 23:00:00,A"
LINES = (
    "APPL,NR,PT,2024,312,,",
    "INVT,NR,PT,2024,401.5,p,",
    "APPL,NR,EL,2023,130,,",
    "APPL,NR,UK,2024,5800,,",
    "INVT,NR,CN_X_HK,2024,20000.25,e,",
    "APPL,NR,US,2014,36000,b,",
    "APPL,NR,LI,2014,:,,",
    "APPL,NR,EU27_2020,2024,69000,,",
    "INVT,NR,TOTAL,2024,199000,,",
)


def reply(asked: Asked) -> Reply | None:
    if asked.path == LAYOUT and asked.first("references") == "descendants":
        return Reply(layout(), "application/vnd.sdmx.structure+xml; version=2.1")
    return Reply(table(), CSV) if asked.path == DATA and asked.first("format") == "SDMX-CSV" else None


def layout(dimensions: tuple[str, ...] = DIMENSIONS) -> bytes:
    """Return the structure message, its codes left out."""
    return oecd_msti.layout({}, {}, dimensions, FLOW)


def table(start: str = START) -> bytes:
    """Return the answer."""
    return ("\n".join((HEADER, *(f"{start},{line}" for line in LINES))) + "\n").encode()
