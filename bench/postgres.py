"""PostgreSQL beside SQLite, in one run: what a build takes, a move, a backup, every page, and an export of everything.

`python bench/postgres.py`. A server of its own is started (Debian's programs), as it comes but for its memory and its
socket. Seconds of the clock are noisy where others work; those of the processor, of the program and the server
together, are what count.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import dash  # noqa: E402
from callbacks import requests_of  # noqa: E402
from exports import peak, show, swallow  # noqa: E402

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.publish.export import tables  # noqa: E402
from scidip.publish.export.writing import formats  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from scidip.store.table_rows import Chosen  # noqa: E402
from tests.postgres import Cluster, running  # noqa: E402

TWICE = 2.0
"""What a build may take on PostgreSQL, in times of SQLite's."""
AS_IT_COMES = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
}
SHOWN = {"/country": {"area": "PRT"}, "/claim": {"text": "Portugal ranks above Greece in 2022"}}


def ticks(process: int) -> float:
    """Return the seconds of a processor that a server, its processes and those that ended have used."""
    used = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(path.name) == process:
            used += sum(map(int, fields[11:15]))
        elif int(fields[1]) == process:
            used += sum(map(int, fields[11:13]))
    return used / os.sysconf("SC_CLK_TCK")


def taken(command: list[str], url: str, server: int = 0) -> tuple[float, float]:
    """Return the seconds of the clock and of processors that `scidip` took with *command* on the database at *url*."""
    before, own, start = ticks(server), os.times(), time.perf_counter()
    words = [sys.executable, "-m", "scidip.cli", *command]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"SCIDIP_DATABASE_URL": url})
    after = os.times()
    client = after.children_user - own.children_user + after.children_system - own.children_system
    return time.perf_counter() - start, client + ticks(server) - before


def build(folder: Path, cluster: Cluster, server: int) -> tuple[str, str]:
    """Print what a build takes on both; return the addresses of what was built."""
    urls = f"sqlite:///{folder / 'built.sqlite'}", cluster.create("built")
    found = [taken(["build"], urls[0]), taken(["build"], urls[1], server)]
    for name, (wall, processor) in zip(("SQLite", "PostgreSQL"), found, strict=True):
        show(f"build, {name}", wall, "s")
        show(f"build, {name}, processors", processor, "s")
    show("build, PostgreSQL / SQLite, processors", found[1][1] / found[0][1], "times", TWICE)
    return urls


def copies(folder: Path, cluster: Cluster, server: int, built: tuple[str, str]) -> str:
    """Print what a backup of the server and a move to another take; return the address of what was moved."""
    file, moved = folder / "copy.sqlite", cluster.create("moved")
    show("backup of PostgreSQL, processors", taken(["backup", str(file)], built[1], server)[1], "s")
    show("restore into PostgreSQL, processors", taken(["restore", str(file)], moved, server)[1], "s")
    taken(["restore", str(file)], built[0])
    return moved


def answers(url: str) -> dict[str, tuple[float, str]]:
    """Return the seconds and the text of every page and callback over the database at *url*, all computed anew."""
    app = create_app(create_context(Settings.from_env({"SCIDIP_DATABASE_URL": url})))
    client, found, layouts = app.server.test_client(), {}, []

    def ask(name: str, action: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        answer = action()
        found[name] = (
            time.perf_counter() - start,
            answer.text if hasattr(answer, "text") else str(answer.to_plotly_json()),
        )
        return answer

    with app.server.test_request_context():
        for page in dash.page_registry.values():
            asked = SHOWN.get(page["path"], {})
            layouts.append(ask(f"page {page['path']}", lambda page=page, asked=asked: page["layout"](**asked)))
        bodies = list(requests_of(app, app.layout(), layouts))
    for name, body in bodies:
        ask(name, lambda body=body: client.post("/_dash-update-component", json=body))
    return found


def pages(urls: tuple[str, str]) -> None:
    """Print the sum of all pages and callbacks on both, and how many answers are not equal byte by byte."""
    old, new = map(answers, urls)
    refused = [name for name in old if '"error":{"code"' in old[name][1]]
    differ = [name for name in old if name not in refused and old[name][1] != new[name][1]]
    for name, found in (("SQLite", old), ("PostgreSQL", new)):
        show(f"{len(found)} pages and callbacks, nothing known, {name}", sum(s for s, _ in found.values()), "s")
    show("answers that differ", len(differ), "", 1)
    for name in differ:
        print(f"  {name}")


def commands(folder: Path, urls: tuple[str, str]) -> None:
    """Print whether the two longest reading commands say the same on both; the tests compare the others."""
    brief = ["brief", "FRA", "--no-pictures", "--out"]
    for words in (["audit", "--sentences", "200"], [*brief, str(folder / "fra.html")]):
        said = []
        for url in urls:
            command = [sys.executable, "-m", "scidip.cli", *words]
            environment = os.environ | {"SCIDIP_DATABASE_URL": url}
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
            files = [p.read_bytes() for p in sorted(folder.glob("fra.*"))]
            said.append((done.returncode, done.stdout, files))
        print(f"{words[0]:46}{'equal' if said[0] == said[1] else 'DIFFERS':>11}  (exit code {said[1][0]})", flush=True)


def growth(urls: tuple[str, str]) -> None:
    """Print the rows a second and the memory that an export of every figure adds, on both."""
    for name, url in zip(("SQLite", "PostgreSQL"), urls, strict=True):
        done = subprocess.run(
            [sys.executable, __file__, "--export", url], cwd=ROOT, check=True, capture_output=True, text=True
        )
        told = json.loads(done.stdout)
        show(f"CSV of all pairs ({told['rows']:,}), {name}", told["rows"] / told["seconds"], "rows/s")
        show(f"memory added by it, {name}", told["added"], "MB", 60)


def export(url: str) -> None:
    """Print, as JSON, what writing every figure per pair as CSV takes."""
    ctx = create_context(Settings.from_env({"SCIDIP_DATABASE_URL": url}))
    write = formats()["csv"].pieces
    swallow(write(tables.observations(ctx.engine, ctx.catalogue, Chosen(limit=10), pairs=True)))
    before, start = peak(), time.perf_counter()
    rows = sum(p.count(b"\n") for p in write(tables.observations(ctx.engine, ctx.catalogue, Chosen(), pairs=True)))
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - start, "added": peak() - before}))


def main() -> None:
    """Measure both in a temporary folder."""
    with tempfile.TemporaryDirectory() as name, running(**AS_IT_COMES) as cluster:
        folder, server = Path(name), cluster.process.pid if cluster.process else 0
        built = build(folder, cluster, server)
        moved = copies(folder, cluster, server, built)
        commands(folder, (built[0], moved))
        growth((built[0], moved))
        pages((built[0], moved))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--export"]:
        export(sys.argv[2])
    else:
        main()
