"""Eurostat: the structure message of educ_uoe_mobs02 and its number of students of all levels; invented figures."""

from tests.replay.answering import CSV, Asked, Reply
from tests.replay.bodies import oecd_msti

HOSTS = ("ec.europa.eu",)
FLOW = "EDUC_UOE_MOBS02"
API = "/eurostat/api/dissemination/sdmx/2.1"
LAYOUT = f"{API}/dataflow/ESTAT/{FLOW}/1.0"
DIMENSIONS = ("freq", "unit", "partner", "sex", "isced11", "geo")
DATA = f"{API}/data/educ_uoe_mobs02/A.NR..T.ED5-8."
HEADER = f"DATAFLOW,LAST UPDATE,{','.join(DIMENSIONS)},TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS"
START = f"ESTAT:{FLOW}(1.0),18/09/26 23:00:00,A,NR"
LINES = (
    "KE,T,ED5-8,PT,2024,42,,",
    "BR,T,ED5-8,PT,2024,19000,p,",
    "UK,T,ED5-8,EL,2023,310,de,",
    "CN_X_HK,T,ED5-8,DE,2023,40000,,",
    "TR,T,ED5-8,LI,2023,0,,",
    "PT,T,ED5-8,PT,2024,55,,",
    "KE,T,ED5-8,AL,2024,:,,",
    "TOTAL,T,ED5-8,PT,2024,60000,,",
    "AFR_OTH,T,ED5-8,PT,2024,12,,",
    "KE,T,ED5-8,EU27_2020,2024,9000,,",
    "UNK,T,ED5-8,PT,2024,7,,",
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
