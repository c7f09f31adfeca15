"""Read one source anew, from files or from its producer."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.folder import readable_files
from scidip.etl.rescore import rescore
from scidip.etl.run import ingest
from scidip.etl.supply import removal
from scidip.indicators.errors import ScidipError, SourceUnavailable
from scidip.indicators.supply import SOURCE as SUPPLIED
from scidip.program import Program, bar, report

LARGEST_FILE = 1 << 30
"""Bytes; files are held in memory while they are read."""


@click.command(name="ingest")
@click.argument("source")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A producer's file or a folder of them; may be repeated.",
)
@click.option("--accept", is_flag=True, help="Publish even if the figures differ much from those that serve.")
@click.option(
    "--replace", is_flag=True, help="Drop what serves of SOURCE and is not in the files; what that is, is said first."
)
@click.option(
    "--remove", metavar="NAME", help="Of `user`: take out the figures of a file, by its name or its first digits."
)
@click.pass_obj
def ingest_command(
    program: Program, source: str, files: tuple[Path, ...], accept: bool, replace: bool, remove: str | None
) -> None:
    """Read SOURCE from its producer's files, or fetch it, and publish what they hold.

    What serves of SOURCE and is not in the files goes on serving.
    """
    if source not in program.sources:
        raise click.UsageError(f"the source {source!r} is not known; known are {', '.join(sorted(program.sources))}")
    if remove is not None:
        return _remove(program, source, remove, alone=not (files or accept or replace))
    snapshots = _given(program, source, files) if files else None
    store = program.snapshots

    with program.writing(f"ingest {source}") as shop, bar(f"Ingesting {source}") as stage:
        outcome = ingest(
            shop,
            program.sources[source],
            snapshots,
            store,
            program.http,
            accept=accept,
            replace=replace,
            progress=stage,
            tell=click.echo,
        )
        report(outcome)
        report(rescore(shop, progress=stage))
    if outcome.failures:
        raise ScidipError(f"{source}: " + "; ".join(outcome.failures))


def _remove(program: Program, source: str, name: str, *, alone: bool) -> None:
    """Take out the figures of a file that was supplied."""
    if source != SUPPLIED or not alone:
        raise click.UsageError(f"--remove is for the source {SUPPLIED} and goes with no other option")
    with program.writing(f"remove {name} of {source}") as shop, bar(f"Removing {name}") as stage:
        report(removal.remove(shop, name, program.snapshots))
        report(rescore(shop, progress=stage))


def _given(program: Program, source: str, files: tuple[Path, ...]) -> list[Snapshot]:
    """Return the files given one by one, and of the folders those that the source reads."""
    found: list[Snapshot] = []
    for path in files:
        if not path.is_dir():
            found.append(_snapshot(source, path))
            continue
        inside = [p for p in sorted(path.iterdir()) if not p.name.startswith(("_", "."))]
        series = [s.series for s in program.catalogue.of_source(source)]
        files_in = [_snapshot(source, p) for p in inside if p.is_file()]
        readable, others = readable_files(program.sources[source], series, files_in)
        for name, why in others:
            click.echo(f"{name} is passed over: {why}", err=True)
        if not readable:
            raise SourceUnavailable(
                source,
                f"none of the {len(inside)} files in the folder is read; give a folder or file of it",
                file=str(path),
            )
        found += readable
    return found


def _snapshot(source: str, path: Path) -> Snapshot:
    try:
        if path.exists() and not path.is_file():
            raise SourceUnavailable(source, "is no file that can be read whole", file=str(path))
        if (size := path.stat().st_size) > LARGEST_FILE:
            raise SourceUnavailable(
                source,
                f"is {size:,} bytes, and files up to {LARGEST_FILE:,} are read; give the part of it "
                "that holds the series",
                file=str(path),
            )
        # A name that is not UTF-8 is kept with escapes: the database holds text.
        name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
        return Snapshot(name, path.read_bytes(), retrieved=_date_of(path))
    except OSError as error:
        raise SourceUnavailable(source, f"cannot be read ({error.strerror}); check the path", file=str(path)) from error


def _date_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


COMMAND = ingest_command
