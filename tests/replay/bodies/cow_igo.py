"""Correlates of War: the key of state codes, and the memberships by state and year in an archive."""

import io
import zipfile

from scidip.etl.sources.cow_igo import BODIES
from tests.replay.answering import CSV, ZIP, Asked, Reply

HOSTS = ("correlatesofwar.org",)
KEY = "/wp-content/uploads/states2016.csv"
WIDE = "/wp-content/uploads/state_year_formatv3.zip"
NAMES = (
    "stateabb,ccode,statenme,styear,stmonth,stday,endyear,endmonth,endday,version",
    "POR,235,Portugal,1816,1,1,2016,12,31,2016",
    "GRC,350,Greece,1944,10,15,2016,12,31,2016",
    "YUG,345,Yugoslavia,1944,10,20,2016,12,31,2016",
)
STANDINGS = {
    (235, 2014): {"CERN": 1, "ESA": 1, "AAAID": 0, "WMO": 1, "Wassen": 2},
    (350, 2014): {"CERN": 1, "ESA": 2, "AAAID": 3, "WMO": -9, "Wassen": 1},
    (345, 1999): {"CERN": -1, "ESA": 0, "AAAID": 0, "WMO": 1, "Wassen": 0},
    (235, 1989): {"CERN": 1, "ESA": 0, "AAAID": 0, "WMO": 1, "Wassen": 0},
}


def reply(asked: Asked) -> Reply | None:
    if asked.path == KEY:
        return Reply("\r\n".join((*NAMES, "")).encode(), CSV)
    return Reply(archive(), ZIP) if asked.path == WIDE else None


def archive() -> bytes:
    """Return the table with the organisations in capitals, as the project has them."""
    known = ["AAAID", *(body.upper() for body in BODIES), "Wassen"]
    lines = [",".join(("ccode", "year", "state", *known))]
    for (code, year), standing in STANDINGS.items():
        lines.append(",".join((str(code), str(year), f"S{code}", *(str(standing.get(body, 0)) for body in known))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("state_year_formatv3.csv", "\n".join((*lines, "")))
    return out.getvalue()
