"""What `make torture` tries with: a database and the table, commands to kill, servers, visitors, and the verdict."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scidip.store.database.engine import open_engine  # noqa: E402
from scidip.store.queries import served as queries  # noqa: E402

SEED = 14


@dataclass
class Row:
    """One line of the table."""

    what: str
    tried: int = 0
    lost: list[str] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""

    def __str__(self) -> str:
        verdict = f"{len(self.lost)} LOST" if self.lost else "nothing lost"
        return f"{self.what:58} {self.tried:4} {verdict:12} {self.seconds:6.0f} s  {self.note}"


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


def command(url: str, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Start a command on the database at *url*."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "scidip.cli", *words],
        cwd=ROOT,
        env=os.environ | {"SCIDIP_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def at_work(path: Path) -> subprocess.Popen[str]:
    """Start a writer and return it when it has the database open and computes."""
    process = command(url_of(path), "score", "--force")
    assert process.stdout is not None
    while "derive" not in process.stdout.readline() and process.poll() is None:
        pass
    return process


def ended(process: subprocess.Popen[str], seconds: float = 300) -> str:
    """Return what a process said; "" when it ended well. A process that does not end is killed."""
    try:
        said = process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        kill(process)
        return f"did not end within {seconds:g} s"
    return "" if process.returncode == 0 else said.strip() or f"ended with {process.returncode}"


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and what it started, without a warning."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def state(path: Path) -> str:
    """Return the data version that a file shows. Raises when it is not whole."""
    engine = open_engine(url_of(path))
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            if found != "ok":
                raise ValueError(f"quick_check: {found}")
        version = queries.data_version(engine)
        if version:
            queries.ranking(engine, "std", 2020)
        return version
    finally:
        engine.dispose()


def fault(path: Path, allowed: set[str]) -> str:
    """Return what is wrong with a database, "" when it is whole and shows one of the *allowed* versions."""
    try:
        version = state(path)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if version in allowed or not allowed else f"shows {version or 'nothing'}, not one of {sorted(allowed)}"


def restored(path: Path, source: Path) -> str:
    """Restore; while a writer is at it, again until it may. Return what went wrong."""
    end = time.monotonic() + 120
    while wrong := ended(command(url_of(path), "restore", str(source))):
        if "is being written" not in wrong or time.monotonic() > end:
            return wrong
    return ""


@dataclass
class Seen:
    """What visitors were answered."""

    answers: int = 0
    away: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


@contextmanager
def visitors(base: str, versions: set[str] | None = None, count: int = 4) -> Iterator[Seen]:
    """Let some visitors ask for ranks and figures until the block ends; every answer must be whole.

    With *versions* 503 is counted apart; where there are any, none but they may be shown.
    """
    seen, stop = Seen(), threading.Event()
    asked = ("/api/v1/scores?node=std&time_period=2020&limit=300", "/health", "/ranking", "/api/v1/runs")

    def visit(number: int) -> None:
        with httpx.Client(base_url=base, timeout=30, verify=False) as client:
            while not stop.is_set():
                begun = time.monotonic()
                try:
                    answer = client.get(asked[(seen.answers + number) % len(asked)])
                except httpx.TransportError as error:
                    seen.faults.append(f"no answer: {error!r}")
                    break
                seen.answers += 1
                seen.slowest = max(seen.slowest, time.monotonic() - begun)
                if answer.status_code == 503 and versions is not None:
                    seen.away += 1
                elif answer.status_code != 200:
                    seen.faults.append(f"{answer.url.path}: {answer.status_code} {answer.text[:100]}")
                elif answer.url.path == "/health" and versions and answer.json()["data_version"] not in versions:
                    seen.faults.append(f"shows {answer.json()['data_version']}")
                time.sleep(0.05)

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


_SERVERS: dict[str, int] = {}


@contextmanager
def served(path: Path, workers: int = 1) -> Iterator[str]:
    """Serve a database on the loopback interface; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "SCIDIP_DATABASE_URL": url_of(path),
        "SCIDIP_PORT": str(port),
        "SCIDIP_WORKERS": str(workers),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "scidip.cli", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    base = f"http://127.0.0.1:{port}"
    _SERVERS[base] = process.pid
    try:
        if not answers(base, seconds=180):
            raise RuntimeError("the server does not answer")
        yield base
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def served_pid(base: str) -> int:
    return _SERVERS[base]


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answers(base: str, seconds: float) -> bool:
    """Return whether a server answers within some seconds."""
    return _asked(base, lambda _version: True, seconds)


def shows(base: str, version: str, seconds: float) -> bool:
    """Return whether all of a server's processes show a version within some seconds."""
    return all(_asked(base, lambda v: v == version, seconds) for _ in range(6))


def _asked(base: str, fits: Callable[[str], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            answer = httpx.get(f"{base}/health", timeout=10, verify=False)
            if answer.status_code == 200 and fits(answer.json()["data_version"]):
                return True
        time.sleep(0.1)
    return False
