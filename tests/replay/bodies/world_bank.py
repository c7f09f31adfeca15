"""World Bank: the archive that `downloadformat=csv` gives, a member with four lines above its header."""

import io
import re
import zipfile
from collections.abc import Mapping

from tests.replay.answering import ZIP, Asked, Reply

HOSTS = ("api.worldbank.org",)
YEARS = range(2015, 2026)
WITHDRAWN = "SP.POP.SCIE.RD.P6"
"""A series that the producer took back: it says so under 200, as a message."""
MESSAGE = (
    b'[{"message":[{"id":"175","key":"Invalid format",'
    b'"value":"The indicator was not found. It may have been deleted or archived."}]}]'
)
AREAS = {"PRT": "Portugal", "GRC": "Greece", "KEN": "Kenya", "WLD": "World"}


def reply(asked: Asked) -> Reply | None:
    found = re.fullmatch(r"/v2/en/indicator/([A-Z0-9._]+)", asked.path)
    if not found or asked.first("downloadformat") != "csv":
        return None
    series = found[1]
    table = {(area, year): 1.5 + n + 0.1 * (year - YEARS[0]) for n, area in enumerate(AREAS) for year in YEARS}
    return Reply(MESSAGE) if series == WITHDRAWN else Reply(archive(series, table), ZIP)


def archive(series: str, table: Mapping[tuple[str, int], float]) -> bytes:
    """Return the archive of a series from its figures by area and year."""
    areas, years = sorted({a for a, _ in table}), sorted({y for _, y in table})
    names = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *map(str, years)]
    lines = ['"Data Source","World Development Indicators",', "", '"Last Updated Date","2026-11-20",', ""]
    lines.append(",".join(f'"{name}"' for name in names) + ",")
    for code in areas:
        cells = [f'"{table[code, year]}"' if (code, year) in table else "" for year in years]
        lines.append(",".join((f'"{AREAS.get(code, code)}"', f'"{code}"', f'"{series}"', f'"{series}"', *cells)) + ",")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"API_{series}_DS2_en_csv_v2_1.csv", "\ufeff" + "\r\n".join(lines) + "\r\n")
    return out.getvalue()
