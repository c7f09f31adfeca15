"""A refresh that is killed: the World Bank, replayed from the database's own figures, each a hundredth higher."""

import os
from pathlib import Path

from torture_kills import duration, killed
from torture_parts import Torture, state, url_of

from scidip.etl import sources as source_modules
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.registry import discover
from scidip.store.database.engine import open_engine
from scidip.store.queries import served
from tests.replay.answering import ZIP, Asked, Reply
from tests.replay.bodies import world_bank
from tests.replay.server import replay

BANK = "world_bank"
WORDS = ("refresh", BANK, "--max-age", "0")
HIGHER = 1.01


def tables(path: Path) -> dict[str, dict[tuple[str, int], float]]:
    """Return the Bank's series from a database, by area and year, each figure a hundredth higher."""
    found = discover(source_modules, "SOURCE").values()
    root = Path(__file__).resolve().parent.parent / "data" / "catalogue"
    specs = load_catalogue(root, {s.spec.id: s for s in found}).of_source(BANK)
    engine = open_engine(url_of(path))
    frame = served.observations(engine, [s.code for s in specs])
    engine.dispose()
    made = {}
    for spec in specs:
        rows = frame[frame["indicator"] == spec.code]
        keys = zip(rows["ref_area"], rows["time_period"].astype(int), strict=True)
        made[spec.series] = dict(zip(keys, rows["obs_value"] / spec.scale * HIGHER, strict=True))
    return made


def killed_refresh(torture: Torture, version: str) -> None:
    """Kill a refresh at random moments: the old figures serve, or the new ones with their scores."""
    known = tables(torture.whole)

    def reply(asked: Asked) -> Reply | None:
        series = asked.path.rpartition("/")[2]
        return Reply(world_bank.archive(series, known[series]), ZIP) if series in known else None

    with replay({"api.worldbank.org": [reply]}) as server:
        os.environ["SCIDIP_MIRROR"] = server.address
        try:
            path = torture.copy()
            duration(WORDS, path)
            new = state(path)
            if new == version:
                raise RuntimeError("the refresh changes nothing, so nothing could be told apart")
            killed(torture, WORDS, WORDS, torture.copy, {version, new}, new)
        finally:
            del os.environ["SCIDIP_MIRROR"]
