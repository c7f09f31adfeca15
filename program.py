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

from scidip.etl import bundle as bundles
from scidip.etl import sources as source_modules
from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import SnapshotStore
from scidip.etl.publishing import Outcome, Workshop
from scidip.etl.rescore import rescore
from scidip.etl.run import load_bundle
from scidip.etl.source import Source
from scidip.findings.beside.sides import Side
from scidip.indicators.agency.profile import Agency
from scidip.indicators.collector import without_collector
from scidip.indicators.errors import ScidipError
from scidip.indicators.model.areas import Areas, fold, load_areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.own_index.workspace import Workspace
from scidip.indicators.registry import discover
from scidip.indicators.vocabulary import FIRST_PERIOD, LAST_PERIOD
from scidip.publish.agency import read_agency
from scidip.publish.beside import side_of
from scidip.publish.workspace import read_workspace
from scidip.settings import Settings, of_index, tell
from scidip.store.codelists import sync_catalogue
from scidip.store.database.address import address_of, read_address, refuse_memory, shown
from scidip.store.database.as_of import AS_OF
from scidip.store.database.engine import DATABASE_FAULTS, open_engine
from scidip.store.database.faults import explained
from scidip.store.database.working_copy import working_copy
from scidip.store.database.writing import writing
from scidip.store.queries import served, supply_queries
from scidip.version import VERSION, code_version

YEAR = click.IntRange(FIRST_PERIOD, LAST_PERIOD)
"""The kind of an option that names a year: one that no figure can have is refused at the door."""


class Program:
    """The parts of the program, each made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def of_workspace(cls, folder: Path) -> "Program":
        """Return the program of an index of one's own, for this process and those that it starts.

        Raises ScidipError where the folder holds none; nothing is told then.
        """
        read_workspace(folder)
        tell("SCIDIP_WORKSPACE", str(folder.resolve()))
        return cls(Settings.from_env())

    @staticmethod
    def side(where: str) -> Side:
        """Return an index: of a workspace's folder, or "published". Raises ScidipError without one or its scores."""
        return side_of(of_index(where))

    @classmethod
    def with_beside(cls, where: str) -> "Program":
        """Return the program that holds the index *where* beside its own, for all processes. Raises as `side`."""
        cls.side(where)
        tell("SCIDIP_BESIDE", where)
        return cls(Settings.from_env())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The installed sources by id."""
        return {s.spec.id: s for s in discover(source_modules, "SOURCE").values()}

    @cached_property
    def own(self) -> Workspace | None:
        """The index of one's own that is shown, if there is one. Raises ScidipError for a folder that is none."""
        return read_workspace(self.settings.workspace)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The checked catalogue, by the default methodology."""
        if self.own is not None:
            return self.own.catalogue
        return load_catalogue(self.settings.data_dir / "catalogue", self.sources)

    @property
    def scoring_catalogue(self) -> Catalogue:
        """The catalogue by the methodology of the settings. Raises ScidipError when the catalogue does not have it."""
        asked, known = self.settings.methodology, self.catalogue.methodologies
        if asked not in known:
            raise ScidipError(
                f"SCIDIP_METHODOLOGY is {asked!r}, and the catalogue has no such methodology; "
                f"set it to one of {', '.join(sorted(known))}"
            )
        return self.catalogue.under(asked)

    @cached_property
    def served_catalogue(self) -> Catalogue:
        """The catalogue by the methodology of the scores that serve, with what files that serve declare.

        Raises StoreError when there is no database.
        """
        loaded = self.catalogue  # a folder that is no workspace is told before its database is missed
        whole = supply_queries.with_declared(self.engine, loaded, self.agency.name.usual)
        return whole.under(served.served_methodology(self.engine))

    @cached_property
    def areas(self) -> Areas:
        """The code list of areas; those of an index of one's own, where that is shown."""
        return self.world if self.own is None else self.own.areas(self.world)

    @cached_property
    def world(self) -> Areas:
        """The code list of all areas of the world."""
        return load_areas(self.settings.data_dir / "codelists")

    @cached_property
    def agency(self) -> Agency:
        """Whose copy this is. Raises AgencyError with every fault of the agency's file."""
        return read_agency(self.settings.agency, self.areas, self.settings.data_dir / "languages")[0]

    @property
    def present_year(self) -> int:
        """The year of today, UTC."""
        return datetime.now(UTC).year

    @property
    def _address(self) -> str:
        refuse_memory(address_of(self.settings.database_url))
        return self.settings.database_url

    @cached_property
    def engine(self) -> Engine:
        """The database as it is (or its standby), for reading only. Raises StoreError when there is none."""
        return open_engine(read_address(self._address, self.settings.read_url))

    @cached_property
    def workshop(self) -> Workshop:
        """What the use-cases that write need: the database, made if it is not there, its code lists up to date.

        They score by the methodology of the settings, which must be there before anything is written.
        """
        if AS_OF.get():
            raise ScidipError("what was cannot be changed: `scidip at` takes commands that read")
        if self.settings.workspace is not None:
            raise ScidipError(
                f"{self.settings.workspace} is an index of one's own, which only `scidip workspace` writes; "
                "for the observatory, run the command without SCIDIP_WORKSPACE"
            )
        scoring = self.scoring_catalogue
        engine = self.__dict__["_written"] = open_engine(self._address, create=True)
        with writing(engine, "code lists"):
            sync_catalogue(engine, scoring, self.areas, {k: s.spec for k, s in self.sources.items()})
        return self._workshop(engine)

    @property
    def workshop_without_database(self) -> Workshop:
        """What reading producers' files needs; one in memory stands for the database."""
        return self._workshop(open_engine("sqlite://", create=True))

    def _workshop(self, engine: Engine) -> Workshop:
        return Workshop(engine, self.scoring_catalogue, self.areas, self.sources, self.present_year, code_version())

    FAULTS = DATABASE_FAULTS
    """What the database raises."""

    def sentence(self, fault: BaseException) -> str:
        """Return what is wrong with the database, and the remedy, for a fault that it raised."""
        try:
            where = shown(address_of(self.settings.database_url))
        except ScidipError:
            where = "named by SCIDIP_DATABASE_URL"
        return str(explained(fault, where))

    def refuse_bad_agency(self) -> None:
        """Raise AgencyError for a file of the agency that has faults, before anything is built or served."""
        assert self.agency is not None

    def refuse_no_database(self) -> None:
        """Raise StoreError when there is no database: a wrong address must not make an empty one."""
        open_engine(self._address).dispose()

    def has_scores(self) -> bool:
        """Return whether the database as it is can be shown."""
        return bool(served.scored_years(self.engine))

    @contextmanager
    def writing(self, what: str) -> Iterator[Workshop]:
        """Yield the workshop and hold the writer's lock. Raises RunInProgress while another process writes."""
        with writing(self.workshop.engine, what):
            yield self.workshop

    @contextmanager
    def writing_aside(self, what: str) -> Iterator[tuple[Workshop, Callable[[], None]]]:
        """Yield a workshop on a copy of the database, and what puts the copy in its place in one moment."""
        with working_copy(self.workshop.engine, what) as (engine, put):
            yield self._workshop(engine), put

    def close(self) -> None:
        """Let go of the database: the last one to do so removes its log. Before a process forks, too."""
        for name in ("engine", "_written"):
            if (engine := self.__dict__.pop(name, None)) is not None:
                engine.dispose()
        self.__dict__.pop("workshop", None)

    @property
    def snapshots(self) -> SnapshotStore:
        """Where the producers' files are kept."""
        return SnapshotStore(self.settings.written_dir / "snapshots")

    def answers(self, fresh_for: float = 0.0) -> AnswerMemory:
        """What producers answered before; younger than *fresh_for* seconds, it is taken without asking."""
        folder = self.settings.written_dir / "snapshots" / "asked"
        return AnswerMemory(folder, self.snapshots, fresh_for=fresh_for)

    def http(self, memory: AnswerMemory | None = None) -> HttpClient:
        """Return the way to the producers, as the settings say."""
        settings = self.settings
        return HttpClient(
            contact=settings.contact,
            version=VERSION,
            timeout=settings.http_timeout,
            mirror=settings.mirror,
            memory=memory or self.answers(),
            keys={"openalex": settings.openalex_key},
            budgets={"openalex": settings.openalex_budget},
            parts={"openalex_fields": settings.openalex_parts},
        )

    @property
    def bundle_dir(self) -> Path:
        """Where the embedded bundle is."""
        return self.settings.data_dir / "bundle"

    def build(self, *, force: bool = False) -> None:
        """Bring the database up to the bundle and the scores up to the database."""
        with self.writing("build") as shop, bar("Building the database") as stage, without_collector():
            for outcome in load_bundle(shop, bundles.open_bundle(self.bundle_dir), force=force, progress=stage):
                report(outcome)
            report(rescore(shop, force=force, progress=stage))


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


def area_codes(given: tuple[str, ...], areas: Areas, known: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the alpha-3 codes of areas given by code or by name ("Côte d'Ivoire", "VENEZUELA").

    Raises click.UsageError for one that is not among the *known* ones, by default all; it names the nearest.
    """
    allowed = areas.codes if known is None else frozenset(known)
    found = [a if a in allowed else areas.resolve("", a, "name").ref_area or a for a in given]
    for text, code in zip(given, found, strict=True):
        if code not in allowed and not get_close_matches(code.upper(), allowed):
            near = (areas.known_names[name] for name in get_close_matches(fold(text), areas.known_names, n=1))
            for meant in allowed.intersection(near):
                raise click.UsageError(f"unknown area {text}; did you mean {areas.name(meant)} ({meant})?")
    refuse_unknown("area", tuple(found), allowed)
    return tuple(found)


def refuse_unknown(what: str, given: tuple[str, ...], known: Iterable[str]) -> None:
    """Raise click.UsageError for the first code of *given* that is not known; it names the nearest known ones."""
    for code in given:
        if code not in (codes := sorted(known)):
            near = get_close_matches(code, codes) or get_close_matches(code.upper(), codes)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise click.UsageError(f"unknown {what} {code}{hint}")
