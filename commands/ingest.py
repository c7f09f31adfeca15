"""Read one source anew, from files or from its producer."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from etl.http import HttpClient
from etl.rescore import rescore
from etl.run import ingest
from etl.snapshots import SnapshotStore
from etl.source import Snapshot
from indicators.errors import SourceUnavailable
from program import Program, bar, report


@click.command(name="ingest")
@click.argument("source")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A producer's file or a folder of them; may be repeated.",
)
@click.option(
    "--accept", is_flag=True, help="Publish even if the figures differ much from those that serve."
)
@click.pass_obj
def ingest_command(program: Program, source: str, files: tuple[Path, ...], accept: bool) -> None:
    """Read SOURCE from its producer's files, or fetch it, and publish it as the new vintage."""
    if source not in program.sources:
        raise click.UsageError(
            f"the source {source!r} is not known; known are {', '.join(sorted(program.sources))}"
        )
    snapshots = (
        [_snapshot(source, path) for given in files for path in _files_in(given)] if files else None
    )
    store = SnapshotStore(program.settings.data_dir / "snapshots")

    def http() -> HttpClient:
        return HttpClient(contact=program.settings.contact, timeout=program.settings.http_timeout)

    with program.writing(f"ingest {source}") as shop, bar(f"Ingesting {source}") as stage:
        outcome = ingest(
            shop,
            program.sources[source],
            snapshots,
            store,
            http,
            accept=accept,
            progress=stage,
        )
        report(outcome)
        report(rescore(shop, progress=stage))


def _files_in(path: Path) -> list[Path]:
    return (
        sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith(("_", ".")))
        if path.is_dir()
        else [path]
    )


def _snapshot(source: str, path: Path) -> Snapshot:
    try:
        # A name that is not UTF-8 is kept with escapes: the database holds text.
        name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
        return Snapshot(name, path.read_bytes(), retrieved=_date_of(path))
    except OSError as error:
        raise SourceUnavailable(
            source, f"cannot be read ({error.strerror}); check the path", file=str(path)
        ) from error


def _date_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


COMMAND = ingest_command
