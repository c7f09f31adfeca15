"""What `make torture` does around a database that is served: it is written, replaced, and its processes are killed."""

import os
import shutil
import signal
import time

from torture_parts import (
    Torture,
    answers,
    at_work,
    children,
    command,
    ended,
    fault,
    restored,
    served,
    served_pid,
    shows,
    url_of,
    visitors,
)


def writer_while_serving(torture: Torture, version: str) -> None:
    """Write while visitors read: every answer is whole, and the log is empty afterwards."""
    path = torture.copy()
    with torture.row("writer while serving, 4 visitors") as row, served(path) as base, visitors(base) as seen:
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


def worker_killed(torture: Torture) -> None:
    """Kill each process that answers, in turn: visitors are answered again within seconds."""
    path = torture.copy()
    with torture.row("worker killed while serving") as row, served(path, workers=2) as base:
        for _ in range(5):
            for pid in children(served_pid(base))[:1]:
                os.kill(pid, signal.SIGKILL)
                row.tried += 1
            if not answers(base, seconds=20):
                row.lost.append("no answer within 20 s")
        row.note = "each time answered again within 20 s"


def replaced(torture: Torture, version: str, other: str, how: str, *, writer: bool) -> None:
    """Put another database in place while serving; visitors see the old one or the new one."""
    path, rounds = torture.copy(), 2 if writer else 6
    name = f"replaced by {how} while serving{', with a writer' if writer else ''}"
    with (
        torture.row(name) as row,
        served(path, workers=2) as base,
        visitors(base, set() if writer else {version, other}) as seen,
    ):
        for turn in range(rounds):
            source = torture.folder / ("other.sqlite" if turn % 2 == 0 else "whole.sqlite")
            wanted = other if turn % 2 == 0 else version
            writing = at_work(path) if writer else None
            time.sleep(0.5)
            if how == "restore":
                if wrong := restored(path, source):
                    row.lost.append(wrong)
            else:
                shutil.copy(source, torture.folder / "new")
                (torture.folder / "new").replace(path)
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
