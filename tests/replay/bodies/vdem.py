"""Our World in Data: the table of a chart, with regions, former states and a code of its own for Kosovo."""

from tests.replay.answering import CSV, Asked, Reply

HOSTS = ("ourworldindata.org",)
FIGURES = {("PER", 2024): 0.71, ("PER", 2025): 0.7, ("KEN", 2024): 0.6, ("KEN", 2025): 0.62, ("XKX", 2025): 0.8}
"""Invented figures by area and year."""
ENTITIES = {"PER": ("Peru", "PER"), "KEN": ("Kenya", "KEN"), "XKX": ("Kosovo", "OWID_KOS")}


def reply(asked: Asked) -> Reply | None:
    return Reply(body(), CSV) if asked.path == "/grapher/academic-freedom-index.csv" else None


def body() -> bytes:
    """Return the table: the index, then a column of the site's own about the world's regions."""
    lines = ["Entity,Code,Year,Academic freedom index (central estimate),World region according to OWID"]
    lines += [f"{','.join(ENTITIES[area])},{year},{value},Somewhere" for (area, year), value in FIGURES.items()]
    lines += ["Africa,,2025,0.5,", "World,OWID_WRL,2025,0.51,", "East Germany,OWID_GDR,1989,0.2,Europe"]
    return "\n".join(lines).encode()
