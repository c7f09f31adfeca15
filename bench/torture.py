"""Kill, replace and crowd the database, and count what is lost: `make torture`. Ends with 1 when anything is.

Every kill comes at a random moment; after it the database must be whole, show what it showed before or what the next
version is, and the same command must succeed. Bounded in count and time; `--kills` says how many a command gets.
Servers listen on 127.0.0.1 only.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from torture_parts import (
    ROOT,
    Row,
    answers,
    at_work,
    children,
    command,
    ended,
    fault,
    kill,
    restored,
    served,
    served_pid,
    shows,
    state,
    url_of,
    visitors,
)

from scidip.store.database.copies import backup
from scidip.store.database.engine import open_engine
from scidip.store.queries import source_queries

SEED = 14
INDICATOR = "sabbatical_leave_share"
"""An indicator whose figures a user supplies."""
NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")


class Torture:
    """The database that is tried on, a whole one to compare with, and the table."""

    def __init__(self, folder: Path, kills: int, seconds: float) -> None:
        self.folder, self.kills, self.seconds = folder, kills, seconds
        self.chance = random.Random(SEED)
        self.whole = folder / "whole.sqlite"
        self.rows: list[Row] = []

    def copy(self, name: str = "it.sqlite") -> Path:
        """Return a new copy of the whole database."""
        path = self.folder / name
        for old in self.folder.glob(f"{name}*"):
            old.unlink()
        shutil.copy(self.whole, path)
        return path

    @contextmanager
    def row(self, what: str) -> Iterator[Row]:
        """Fill a line of the table, and print it when it is full."""
        row, begun = Row(what), time.monotonic()
        try:
            yield row
        except Exception as error:  # A fault of the trial is told like a loss: nothing passes unseen.
            row.lost.append(f"the trial failed: {type(error).__name__}: {error}")
        row.seconds = time.monotonic() - begun
        self.rows.append(row)
        print(row, flush=True)
        for lost in row.lost[:5]:
            print(f"    {lost[:300]}", flush=True)

    # --- kills --------------------------------------------------------------------------------

    def killed(
        self, words: tuple[str, ...], other: tuple[str, ...], make: Callable[[], Path], allowed: set[str], final: str
    ) -> None:
        """Kill a command and, each second time, an *other* one at random moments: the database stays whole.

        It shows one of the *allowed* versions (any, where none is named: what is published between two steps of a
        command is a version of its own), no run stays open, and at the end the command succeeds and shows *final*
        (without one: what it showed when nobody killed it).
        """
        with self.row(f"killed: {' '.join(words[:2])}") as row:
            path = make()
            took = self.duration(words, path)
            final = final or state(path)
            path, running = make(), 0
            end = time.monotonic() + self.seconds
            for turn in range(self.kills):
                if time.monotonic() > end:
                    break
                process = command(url_of(path), *(other if turn % 2 else words))
                time.sleep(self.chance.uniform(0.2, 1.0) * took)
                was_running = process.poll() is None
                running += was_running
                kill(process)
                row.tried += 1
                if path.exists() and path.stat().st_size and (wrong := fault(path, allowed)):
                    row.lost.append(wrong)
                    path = make()
                elif not was_running:
                    path = make()  # or the next one would find its work done
            if wrong := ended(command(url_of(path), *words)):
                row.lost.append(f"afterwards it does not succeed: {wrong}")
            if wrong := fault(path, {final}):
                row.lost.append(wrong)
            engine = open_engine(url_of(path))
            statuses = source_queries.runs(engine)["status"].tolist()
            engine.dispose()
            if "running" in statuses:
                row.lost.append("a run is still on record as running")
            row.note = f"{running} while it ran ({took:.0f} s), {statuses.count('failed')} runs closed"

    def duration(self, words: tuple[str, ...], path: Path) -> float:
        begun = time.monotonic()
        if wrong := ended(command(url_of(path), *words)):
            raise RuntimeError(f"{' '.join(words)}: {wrong}")
        return time.monotonic() - begun

    def killed_export(self) -> None:
        """Kill an export at random moments: the file there was stays, or is the new one."""
        with self.row("killed: export") as row:
            out, old = self.folder / "out.csv", b"what was there before"
            words = ("export", "--what", "scores", "--out", str(out))
            took = self.duration(words, self.whole)
            new = out.read_bytes()
            end = time.monotonic() + self.seconds
            for _ in range(self.kills):
                if time.monotonic() > end:
                    break
                out.write_bytes(old)
                process = command(url_of(self.whole), *words)
                time.sleep(self.chance.uniform(0.2, 1.0) * took)
                kill(process)
                row.tried += 1
                if out.read_bytes() not in (old, new):
                    row.lost.append(f"{out.name} is half-written")
            row.note = f"{took:.1f} s each"
            for part in self.folder.glob("out.csv*"):
                part.unlink()

    def killed_in_a_namespace(self, version: str) -> None:
        """Kill a run that was the first process of its namespace; the next one, with the same number, goes on."""
        with self.row("killed as process 1 of a namespace, then restarted") as row:
            if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
                row.note = "not tried: this system permits no namespaces"
                return
            path = self.copy()
            for _ in range(3):
                process = command(url_of(path), "score", "--force", prefix=NAMESPACE)
                time.sleep(self.chance.uniform(4.0, 8.0))
                kill(process)
                row.tried += 1
            begun = time.monotonic()
            if wrong := ended(command(url_of(path), "score", "--force", prefix=NAMESPACE)):
                row.lost.append(wrong)
            if wrong := fault(path, {version}):
                row.lost.append(wrong)
            row.note = f"the next one took {time.monotonic() - begun:.0f} s"

    # --- at once --------------------------------------------------------------------------------

    def two_writers(self, version: str) -> None:
        """Start two writers at once: each succeeds or says in a sentence that the other writes."""
        pairs = (("build", "build"), ("score --force", "score --force"), ("build --force", "score --force"))
        with self.row("two writers at once") as row:
            for pair in pairs:
                path = self.copy()
                started = [command(url_of(path), *words.split()) for words in pair]
                said = [ended(process) for process in started]
                row.tried += 1
                refused = [s for s in said if s]
                row.lost += [s for s in refused if "is being written" not in s or "Traceback" in s]
                if len(refused) == 2:
                    row.lost.append("neither of them wrote")
                if wrong := fault(path, {version}):
                    row.lost.append(wrong)
                row.note += f"{pair[0]} + {pair[1]}: {2 - len(refused)} wrote; "

    def writer_while_serving(self, version: str) -> None:
        """Write while visitors read: every answer is whole, and the log is empty afterwards."""
        path = self.copy()
        with self.row("writer while serving, 4 visitors") as row, served(path) as base, visitors(base) as seen:
            for words in (("score", "--force"), ("build", "--force")):
                if wrong := ended(command(url_of(path), *words)):
                    row.lost.append(wrong)
            time.sleep(2.0)
            row.lost += seen.faults
            row.tried = seen.answers
            log = path.with_name(path.name + "-wal")
            row.note = f"log {log.stat().st_size if log.exists() else 0} bytes; slowest answer {seen.slowest:.1f} s"
            if log.exists() and log.stat().st_size:
                row.lost.append(f"the log holds {log.stat().st_size} bytes")
            if wrong := fault(path, {version}):
                row.lost.append(wrong)

    def worker_killed(self) -> None:
        """Kill each process that answers, in turn: visitors are answered again within seconds."""
        path = self.copy()
        with self.row("worker killed while serving") as row, served(path, workers=2) as base:
            for _ in range(5):
                for pid in children(served_pid(base))[:1]:
                    os.kill(pid, signal.SIGKILL)
                    row.tried += 1
                if not answers(base, seconds=20):
                    row.lost.append("no answer within 20 s")
            row.note = "each time answered again within 20 s"

    def replaced(self, version: str, other: str, how: str, *, writer: bool) -> None:
        """Put another database in place while serving; visitors see the old one or the new one."""
        path, rounds = self.copy(), 2 if writer else 6
        name = f"replaced by {how} while serving{', with a writer' if writer else ''}"
        with (
            self.row(name) as row,
            served(path, workers=2) as base,
            visitors(base, set() if writer else {version, other}) as seen,
        ):
            for turn in range(rounds):
                source = self.folder / ("other.sqlite" if turn % 2 == 0 else "whole.sqlite")
                wanted = other if turn % 2 == 0 else version
                writing = at_work(path) if writer else None
                time.sleep(0.5)
                if how == "restore":
                    if wrong := restored(path, source):
                        row.lost.append(wrong)
                else:
                    shutil.copy(source, self.folder / "new")
                    (self.folder / "new").replace(path)
                if writing is not None and (said := ended(writing)) and "replaced while" not in said:
                    row.lost.append(f"the writer: {said}")
                row.tried += 1
                if not shows(base, wanted, seconds=15):
                    row.lost.append(f"{wanted} is not served within 15 s")
                if wrong := fault(path, {wanted}):
                    row.lost.append(wrong)
            row.lost += seen.faults
            row.note = f"{seen.answers} answers, {seen.away} times 503, slowest {seen.slowest:.1f} s"
            if how == "restore" and seen.away:
                row.lost.append(f"{seen.away} answers were 503")

    def full_disk(self, version: str) -> None:
        """Write to a disk that is full: a sentence, and what served still serves."""
        script = (
            'mount -t tmpfs -o size=106m none "$1" && cp "$2" "$1/it.sqlite" && cd "$3" && '
            'SCIDIP_DATABASE_URL="sqlite:///$1/it.sqlite" "$4" -m cli score --force; code=$?; '
            'cp "$1"/it.sqlite* "$5"; exit $code'
        )
        with self.row("disk full while scoring") as row:
            mount, out = self.folder / "full", self.folder / "from-full"
            mount.mkdir(), out.mkdir()
            done = subprocess.run(
                [
                    "unshare",
                    "--user",
                    "--map-root-user",
                    "--mount",
                    "sh",
                    "-c",
                    script,
                    "sh",
                    str(mount),
                    str(self.whole),
                    str(ROOT),
                    sys.executable,
                    str(out),
                ],
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
            if not (out / "it.sqlite").exists():
                row.note = f"not tried: {done.stderr.strip()[:80]}"
                return
            row.tried = 1
            told = done.stderr.strip().splitlines()[-1]
            row.note = told[:110]
            if done.returncode != 1 or "Traceback" in done.stderr or not told.startswith("Error: "):
                row.lost.append(done.stderr[-300:])
            (out / "it.sqlite-open").unlink(missing_ok=True)
            if wrong := fault(out / "it.sqlite", {version}):
                row.lost.append(wrong)


def supplied(folder: Path, number: int) -> tuple[str, ...]:
    """Return the command that ingests a user's figures; those of each *number* are others."""
    file = folder / f"supplied-{number}.csv"
    rows = [f"{INDICATOR},{area},2020,{number + k},A,torture,CC0" for k, area in enumerate(("FRA", "DEU", "PRT"))]
    header = "indicator,ref_area,time_period,obs_value,obs_status,source,licence"
    file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return "ingest", "user", "--accept", "--file", str(file)


def prepare(torture: Torture, built: Path | None) -> tuple[str, str]:
    """Make the whole database and another one; return their data versions."""
    if built is not None:
        backup(url_of(built), torture.whole)
    elif wrong := ended(command(url_of(torture.whole), "build"), seconds=600):
        raise SystemExit(f"no database can be built: {wrong}")
    other = torture.folder / "other.sqlite"
    backup(url_of(torture.whole), other)
    with closing(sqlite3.connect(other)) as connection, connection:
        # Another content under the pointer gives another data version, with the same shape.
        connection.execute("UPDATE run SET content_digest = 'other' || substr(content_digest, 6)")
    versions = state(torture.whole), state(other)
    if versions[0] == versions[1]:
        raise SystemExit("the other database shows the same version: nothing could be told apart")
    return versions


def main() -> int:
    """Try everything; return 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="kills of each command")
    parser.add_argument("--seconds", type=float, default=1800, help="seconds for the kills of a command")
    parser.add_argument("--built", type=Path, help="a database that `scidip build` made, instead of another minute")
    parser.add_argument("--only", default="", help="only trials whose name holds this word")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scidip-torture-") as folder:
        torture = Torture(Path(folder), max(1, min(asked.kills, 1000)), asked.seconds)
        version, other = prepare(torture, asked.built)
        first, second = (supplied(Path(folder), n) for n in (1, 2))

        def nothing() -> Path:
            path = torture.copy("new.sqlite")
            path.unlink()
            return path

        again = ("build", "--force")
        trials: dict[str, Callable[[], None]] = {
            "namespace": lambda: torture.killed_in_a_namespace(version),
            "two writers": lambda: torture.two_writers(version),
            "writer while serving": lambda: torture.writer_while_serving(version),
            "worker": torture.worker_killed,
            "full disk": lambda: torture.full_disk(version),
        }
        for how in ("restore", "rename"):
            for writer in (False, True):
                trials[f"{how}{' writer' if writer else ''}"] = lambda how=how, writer=writer: torture.replaced(
                    version, other, how, writer=writer
                )
        trials |= {
            "first build": lambda: torture.killed(("build",), ("build",), nothing, set(), version),
            "build": lambda: torture.killed(again, again, torture.copy, {version}, version),
            "ingest": lambda: torture.killed(first, second, torture.copy, set(), ""),
            "score": lambda: torture.killed(
                ("score", "--force"), ("score", "--force"), torture.copy, {version}, version
            ),
            "export": torture.killed_export,
        }
        print(f"{'trial':58} {'times':>4} {'':12} {'took':>8}", flush=True)
        for name, trial in trials.items():
            if asked.only in name:
                trial()
        lost = sum(len(row.lost) for row in torture.rows)
        print(f"\n{sum(r.tried for r in torture.rows)} trials, {lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
