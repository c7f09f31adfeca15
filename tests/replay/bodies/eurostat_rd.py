"""Eurostat: SDMX-CSV of one series for all areas, aggregates among them, in no order; invented figures."""

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("ec.europa.eu",)
PATH = "/eurostat/api/dissemination/sdmx/2.1/data/rd_e_gerdtot/A.TOTAL.PC_GDP."
HEADER = "DATAFLOW,LAST UPDATE,freq,sectperf,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS"
START = "ESTAT:RD_E_GERDTOT(1.0),22/09/26 23:00:00,A,TOTAL,PC_GDP"
LINES = (
    "PT,2023,1.75,,",
    "PT,2024,1.8,p,",
    "EL,2023,1.5,,",
    "UK,2019,2.7,be,",
    "PT,1982,0.28,b,",
    "CN_X_HK,2022,2.55,d,",
    "XK,2021,:,,",
    "AL,2021,,,C",
    "EU27_2020,2023,2.2,ep,",
    "EA20,2023,2.25,ep,",
)


def reply(asked: Asked) -> Reply | None:
    there = asked.path == PATH and asked.first("format") == "SDMX-CSV" and asked.first("compressed") == "false"
    return Reply(table(), CSV) if there else None


def table(start: str = START, header: str = HEADER) -> bytes:
    """Return the answer."""
    return ("\n".join((header, *(f"{start},{line}" for line in LINES))) + "\n").encode()
