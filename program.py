"""The parts of the program, opened when first needed, and how the shell is told what is being done."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import click
from sqlalchemy import Engine

import etl.sources
from etl import bundle as bundles
from etl.rescore import rescore
from etl.run import Outcome, Workshop, load_bundle
from etl.source import Source
from indicators.areas import load_areas
from indicators.catalogue import Catalogue
from indicators.catalogue_files import load_catalogue
from indicators.collector import without_collector
from indicators.registry import discover
from settings import Settings
from store.codelists import sync_catalogue
from store.engine import open_engine
from version import code_version


class Program:
    """The parts of the program, each made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The installed sources by id."""
        return {s.spec.id: s for s in discover(etl.sources, "SOURCE").values()}

    @cached_property
    def catalogue(self) -> Catalogue:
        """The checked catalogue."""
        return load_catalogue(self.settings.data_dir / "catalogue", self.sources)

    @cached_property
    def engine(self) -> Engine:
        """The database, made if it is not there."""
        if self.settings.database_url.startswith("sqlite:///"):
            Path(self.settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
                parents=True, exist_ok=True
            )
        return open_engine(self.settings.database_url, create=True)

    @cached_property
    def workshop(self) -> Workshop:
        """What the use-cases need, with the database's code lists up to date."""
        areas = load_areas(self.settings.data_dir / "codelists")
        sync_catalogue(
            self.engine, self.catalogue, areas, {k: s.spec for k, s in self.sources.items()}
        )
        year = datetime.now(UTC).year
        return Workshop(self.engine, self.catalogue, areas, self.sources, year, code_version())

    @property
    def bundle_dir(self) -> Path:
        """Where the embedded bundle is."""
        return self.settings.data_dir / "bundle"

    def build(self, *, force: bool = False) -> None:
        """Bring the database up to the bundle and the scores up to the database."""
        with bar("Building the database") as stage, without_collector():
            for outcome in load_bundle(
                self.workshop, bundles.open_bundle(self.bundle_dir), force=force, progress=stage
            ):
                report(outcome)
            report(rescore(self.workshop, force=force, progress=stage))


@contextmanager
def bar(label: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done; on a terminal as a moving line, otherwise a line per stage."""
    moving = sys.stderr.isatty()

    def stage(name: str) -> None:
        text = f"{label}: {name} …"
        click.echo(f"\r\033[K{text}" if moving else text, err=True, nl=not moving)

    try:
        yield stage
    finally:
        if moving:
            click.echo("\r\033[K", err=True, nl=False)


def report(outcome: Outcome) -> None:
    """Print what became of a step, and what else should be known of it."""
    counts = ", ".join(f"{n:,} {what}" for what, n in outcome.counts.items())
    click.echo(f"{outcome.subject}: {'unchanged' if outcome.status == 'unchanged' else counts}")
    for remark in outcome.remarks:
        if remark not in outcome.failures:
            click.echo(f"{outcome.subject}: {remark}")


def refuse_unknown(what: str, given: tuple[str, ...], known: Iterable[str]) -> None:
    """Raise click.UsageError for the first code of *given* that is not known; it names the nearest known ones."""
    for code in given:
        if code not in (codes := sorted(known)):
            near = get_close_matches(code, codes) or get_close_matches(code.upper(), codes)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise click.UsageError(f"unknown {what} {code}{hint}")
