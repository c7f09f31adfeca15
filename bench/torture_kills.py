"""The kills of `make torture`: at a random moment of a command, again and again; what is left must be whole."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from torture_parts import Row, Torture, command, ended, fault, kill, state, url_of

from scidip.store.database.engine import open_engine
from scidip.store.queries import source_queries

NAMESPACE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")


def killed(
    torture: Torture,
    words: tuple[str, ...],
    other: tuple[str, ...],
    make: Callable[[], Path],
    allowed: set[str],
    final: str,
) -> None:
    """Kill a command and, each second time, an *other* one at random moments: the database stays whole.

    It shows one of the *allowed* versions (any, where none is named: what is published between two steps of a
    command is a version of its own), no run stays open, and at the end the command succeeds and shows *final*
    (without one: what it showed when nobody killed it).
    """
    with torture.row(f"killed: {' '.join(words[:2])}") as row:
        path = make()
        took = duration(words, path)
        final = final or state(path)
        path, running = make(), 0
        end = time.monotonic() + torture.seconds
        for turn in range(torture.kills):
            if time.monotonic() > end:
                break
            process = command(url_of(path), *(other if turn % 2 else words))
            time.sleep(torture.chance.uniform(0.2, 1.0) * took)
            was_running = process.poll() is None
            running += was_running
            kill(process)
            row.tried += 1
            if path.exists() and path.stat().st_size and (wrong := fault(path, allowed)):
                row.lost.append(wrong)
                path = make()
            elif not was_running:
                path = make()  # or the next one would find its work done
        statuses = finished(row, words, path, final)
        row.note = f"{running} while it ran ({took:.0f} s), {statuses.count('failed')} runs closed"


def finished(row: Row, words: tuple[str, ...], path: Path, final: str) -> list[str]:
    """Let the command that was killed succeed and show *final*; return how the runs on record ended, all of them."""
    if wrong := ended(command(url_of(path), *words)):
        row.lost.append(f"afterwards it does not succeed: {wrong}")
    if wrong := fault(path, {final}):
        row.lost.append(wrong)
    engine = open_engine(url_of(path))
    statuses: list[str] = source_queries.runs(engine)["status"].tolist()
    engine.dispose()
    if "running" in statuses:
        row.lost.append("a run is still on record as running")
    return statuses


def duration(words: tuple[str, ...], path: Path) -> float:
    """Return the seconds that a command takes. Raises RuntimeError when it does not succeed."""
    begun = time.monotonic()
    if wrong := ended(command(url_of(path), *words)):
        raise RuntimeError(f"{' '.join(words)}: {wrong}")
    return time.monotonic() - begun


def killed_export(torture: Torture) -> None:
    """Kill an export at random moments: the file there was stays, or is the new one."""
    with torture.row("killed: export") as row:
        out, old = torture.folder / "out.csv", b"what was there before"
        words = ("export", "--what", "scores", "--out", str(out))
        took = duration(words, torture.whole)
        new = out.read_bytes()
        end = time.monotonic() + torture.seconds
        for _ in range(torture.kills):
            if time.monotonic() > end:
                break
            out.write_bytes(old)
            process = command(url_of(torture.whole), *words)
            time.sleep(torture.chance.uniform(0.2, 1.0) * took)
            kill(process)
            row.tried += 1
            if out.read_bytes() not in (old, new):
                row.lost.append(f"{out.name} is half-written")
        row.note = f"{took:.1f} s each"
        for part in torture.folder.glob("out.csv*"):
            part.unlink()


def killed_in_a_namespace(torture: Torture, version: str) -> None:
    """Kill a run that was the first process of its namespace; the next one, with the same number, goes on."""
    with torture.row("killed as process 1 of a namespace, then restarted") as row:
        if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
            row.note = "not tried: this system permits no namespaces"
            return
        path = torture.copy()
        for _ in range(3):
            process = command(url_of(path), "score", "--force", prefix=NAMESPACE)
            time.sleep(torture.chance.uniform(4.0, 8.0))
            kill(process)
            row.tried += 1
        begun = time.monotonic()
        if wrong := ended(command(url_of(path), "score", "--force", prefix=NAMESPACE)):
            row.lost.append(wrong)
        if wrong := fault(path, {version}):
            row.lost.append(wrong)
        row.note = f"the next one took {time.monotonic() - begun:.0f} s"
