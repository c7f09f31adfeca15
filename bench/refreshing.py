"""Renewing all live sources from the replay server, and what parsing and writing cost beside a bare `executemany`.

`python bench/refreshing.py`, as `make bench` says. The producers answer from this machine, with small bodies whose
figures are invented; the rows that are written and read back are those of the bundle.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from scidip.etl import bundle as bundles  # noqa: E402
from scidip.etl.network.client import HttpClient  # noqa: E402
from scidip.etl.network.memory import AnswerMemory  # noqa: E402
from scidip.etl.network.snapshots import SnapshotStore  # noqa: E402
from scidip.etl.publishing import Workshop  # noqa: E402
from scidip.etl.refresh import is_live, refresh  # noqa: E402
from scidip.etl.run import load_bundle  # noqa: E402
from scidip.program import Program  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from scidip.store.codelists import sync_catalogue  # noqa: E402
from scidip.store.database.engine import open_engine  # noqa: E402
from tests.replay.server import replay  # noqa: E402


def workshop(program: Program, path: Path) -> Workshop:
    """Return a workshop on a new database."""
    engine = open_engine(f"sqlite:///{path}", create=True)
    sync_catalogue(engine, program.catalogue, program.areas, {k: s.spec for k, s in program.sources.items()})
    return Workshop(engine, program.catalogue, program.areas, program.sources, program.present_year, "bench")


def refreshed(program: Program, folder: Path) -> None:
    """Print how long two refreshes of all live sources take: the first, and one that finds nothing new."""
    shop = workshop(program, folder / "refreshed.sqlite")
    memory = AnswerMemory(folder / "asked", SnapshotStore(folder / "kept"))
    live = [source for _, source in sorted(program.sources.items()) if is_live(source)]
    with replay() as server:
        for name in ("first", "nothing new"):
            asked, begun = len(server.asked), time.perf_counter()
            report = refresh(shop, live, memory, memory.store, lambda: HttpClient(mirror=server.address, memory=memory))
            took = time.perf_counter() - begun
            figures = sum(line.loaded for line in report)
            slowest = max(report, key=lambda line: line.seconds)
            print(
                f"refresh, {name}: {len(report)} sources, {len(server.asked) - asked} requests, {figures:,} figures, "
                f"{took:.1f} s; slowest {slowest.source} {slowest.seconds:.1f} s"
            )
    shop.engine.dispose()


def written(program: Program, folder: Path) -> None:
    """Print how fast the bundle is published beside a bare `executemany` of the same rows."""
    shop = workshop(program, folder / "bundle.sqlite")
    begun = time.perf_counter()
    load_bundle(shop, bundles.open_bundle(program.bundle_dir))
    took = time.perf_counter() - begun
    shop.engine.dispose()
    with sqlite3.connect(folder / "bundle.sqlite") as base:
        rows = base.execute("SELECT * FROM observation").fetchall()
        shape = base.execute("SELECT sql FROM sqlite_master WHERE name = 'observation'").fetchone()[0]
    with sqlite3.connect(folder / "bare.sqlite") as bare:
        bare.execute(shape)
        begun = time.perf_counter()
        bare.executemany(f"INSERT INTO observation VALUES ({', '.join('?' * len(rows[0]))})", rows)
        bare.commit()
        alone = time.perf_counter() - begun
    print(
        f"bundle published: {len(rows):,} figures, {len(rows) / took:,.0f} a second; bare executemany "
        f"{len(rows) / alone:,.0f} a second; ratio {took / alone:.1f}"
    )


def main() -> None:
    """Print both."""
    program = Program(Settings.from_env())
    with tempfile.TemporaryDirectory(prefix="scidip-bench-") as folder:
        refreshed(program, Path(folder))
        written(program, Path(folder))


if __name__ == "__main__":
    main()
