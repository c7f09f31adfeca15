"""Kill, replace and crowd the database, and count what is lost: `make torture`. Ends with 1 when anything is.

Every kill comes at a random moment; after it the database must be whole, show what it showed before or what the next
version is, and the same command must succeed. Bounded in count and time; `--kills` says how many a command gets.
Servers listen on 127.0.0.1 only.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from torture_kills import killed, killed_export, killed_in_a_namespace
from torture_parts import ROOT, Torture, command, ended, fault, state, url_of
from torture_refresh import killed_refresh
from torture_serving import replaced, worker_killed, writer_while_serving

from scidip.store.database.copies import backup

INDICATOR = "sabbatical_leave_share"
"""An indicator whose figures a user supplies."""


def two_writers(torture: Torture, version: str) -> None:
    """Start two writers at once: each succeeds or says in a sentence that the other writes."""
    pairs = (("build", "build"), ("score --force", "score --force"), ("build --force", "score --force"))
    with torture.row("two writers at once") as row:
        for pair in pairs:
            path = torture.copy()
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


def full_disk(torture: Torture, version: str) -> None:
    """Write to a disk that is full: a sentence, and what served still serves."""
    with torture.row("disk full while scoring") as row:
        mount, out = torture.folder / "full", torture.folder / "from-full"
        mount.mkdir(), out.mkdir()
        done = scored_on_a_full_disk(mount, torture.whole, out)
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


def scored_on_a_full_disk(mount: Path, database: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Score a copy of a *database* on a disk with hardly more room than for it; its files are copied to *out*."""
    script = (
        'mount -t tmpfs -o size=106m none "$1" && cp "$2" "$1/it.sqlite" && cd "$3" && '
        'SCIDIP_DATABASE_URL="sqlite:///$1/it.sqlite" "$4" -m scidip.cli score --force; code=$?; '
        'cp "$1"/it.sqlite* "$5"; exit $code'
    )
    given = (str(mount), str(database), str(ROOT), sys.executable, str(out))
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", *given],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


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


def trials(torture: Torture, version: str, other: str) -> dict[str, Callable[[], None]]:
    """Return all trials by name: what happens at once, then the kills."""
    found: dict[str, Callable[[], None]] = {
        "namespace": partial(killed_in_a_namespace, torture, version),
        "two writers": partial(two_writers, torture, version),
        "writer while serving": partial(writer_while_serving, torture, version),
        "worker": partial(worker_killed, torture),
        "full disk": partial(full_disk, torture, version),
    }
    for how in ("restore", "rename"):
        for writer in (False, True):
            name = f"{how}{' writer' if writer else ''}"
            found[name] = partial(replaced, torture, version, other, how, writer=writer)
    return found | kills(torture, version)


def kills(torture: Torture, version: str) -> dict[str, Callable[[], None]]:
    """Return the trials that kill a command at random moments, by name."""
    first, second = (supplied(torture.folder, n) for n in (1, 2))
    build, again, score = ("build",), ("build", "--force"), ("score", "--force")

    def nothing() -> Path:
        path = torture.copy("new.sqlite")
        path.unlink()
        return path

    return {
        "first build": partial(killed, torture, build, build, nothing, set(), version),
        "build": partial(killed, torture, again, again, torture.copy, {version}, version),
        "ingest": partial(killed, torture, first, second, torture.copy, set(), ""),
        "refresh": partial(killed_refresh, torture, version),
        "score": partial(killed, torture, score, score, torture.copy, {version}, version),
        "export": partial(killed_export, torture),
    }


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
        print(f"{'trial':58} {'times':>4} {'':12} {'took':>8}", flush=True)
        for name, trial in trials(torture, version, other).items():
            if asked.only in name:
                trial()
        lost = sum(len(row.lost) for row in torture.rows)
        print(f"\n{sum(r.tried for r in torture.rows)} trials, {lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
