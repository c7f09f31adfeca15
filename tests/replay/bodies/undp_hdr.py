"""UNDP: the complete time series as one wide table, in ISO-8859-1; the report of this year is not out yet."""

from datetime import UTC, datetime

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("hdr.undp.org",)
EDITION = datetime.now(UTC).year - 1
PATH = f"/sites/default/files/{EDITION}_HDR/HDR{EDITION % 100:02}_Composite_indices_complete_time_series.csv"
SERIES = ("hdi", "le", "eys", "mys")
YEARS = (2021, 2022, 2023)
AREAS = {"CIV": "Côte d'Ivoire", "PRT": "Portugal", "ZZG.ECA": "Europe and Central Asia"}


def reply(asked: Asked) -> Reply | None:
    return Reply(table().encode("latin-1"), CSV) if asked.path == PATH else None


def table() -> str:
    """Return the table; Portugal has no figure in the first year."""
    header = ["iso3", "country", "hdicode", "region", *(f"{s}_{y}" for s in SERIES for y in YEARS), "gii_2023"]
    lines = [",".join(header)]
    for n, (code, name) in enumerate(AREAS.items()):
        cells = [
            "" if (code, year) == ("PRT", YEARS[0]) else f"{s + 0.5 + 0.01 * n:.2f}" for s in range(4) for year in YEARS
        ]
        lines.append(",".join([code, f'"{name}"', "High", "", *cells, "0.1"]))
    return "\r\n".join(lines) + "\r\n"
