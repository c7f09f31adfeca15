"""Serve the dashboard: settings → database → pages, with `/health` beside them.

`server` is made when it is first asked for, so that importing this module does nothing.
"""

import gc
import os
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
import pandas as pd
from flask import Flask
from gunicorn.app.base import BaseApplication

from scidip.dashboard.answers import reading, visits
from scidip.dashboard.core import heaps, read_ahead
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.read_ahead import ReadAhead
from scidip.dashboard.files import expensive, render_process
from scidip.dashboard.files.render_process import Workshops
from scidip.dashboard.operations import counts, health
from scidip.dashboard.operations.counts import Counts
from scidip.dashboard.server import access_log
from scidip.dashboard.server.factory import create_app
from scidip.dashboard.server.precompress import is_kept, pack_all
from scidip.dashboard.server.waitress_worker import WaitressWorker
from scidip.dashboard.upload import routes as uploading
from scidip.etl import sources as source_modules
from scidip.etl.schedule import Keeper
from scidip.etl.supply.desk import Desk
from scidip.indicators.errors import StoreError
from scidip.indicators.language.po_files import read_all
from scidip.indicators.model.areas import load_areas
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.registry import discover
from scidip.indicators.stories.files import load_stories
from scidip.publish.agency import read_agency
from scidip.publish.beside import beside_of, named
from scidip.publish.citation import works
from scidip.publish.workspace import read_workspace
from scidip.settings import Settings, of_index, tell
from scidip.store.database.address import read_address
from scidip.store.database.engine import DatabaseFault, FileWatch, open_engine
from scidip.store.memory import mapped
from scidip.version import VERSION, code_version, page_version

WARM_AFTER = 4.0
"""Seconds after the start: the first page comes first."""
LOOK_AGAIN = 30.0
"""Seconds between two looks at whether other figures serve, which are then read anew."""
THREADS = 160
"""Requests that a process has begun at a time: nearly all wait for their turn to compute, which costs nothing."""
LOOK_AT_FILE = 0.5
"""Seconds between two looks at whether the database's file was replaced."""


def create_context(settings: Settings) -> Context:
    """Return what the pages receive: the database, the catalogue, the areas and the sources."""
    # From here on pandas keeps text as Python's own strings: into an Arrow array and out costs a third of a page.
    pd.set_option("mode.string_storage", "python")
    world, own = load_areas(settings.data_dir / "codelists"), read_workspace(settings.workspace)
    areas = world if own is None else own.areas(world)
    agency, languages = read_agency(settings.agency, areas, settings.data_dir / "languages")
    beside = beside_of(settings, of_index)
    specs = own.sources if own else {s.spec.id: s.spec for s in discover(source_modules, "SOURCE").values()}
    return Context(
        engine=open_engine(read_address(settings.database_url, settings.read_url)),
        loaded=own.catalogue if own else load_catalogue(settings.data_dir / "catalogue", specs),
        areas=areas,
        sources=specs,
        version=VERSION,
        cache_size=settings.cache_size,
        languages=languages,
        stories={} if own else load_stories(settings.data_dir / "stories"),
        site=settings.site,
        hosts=settings.allowed_hosts,
        proxy=settings.proxy,
        embeds=settings.embed_origins,
        code="-".join([agency.named(page_version()), *([own.digest] if own else []), *named(beside)]),
        agency=agency if own is None else agency.calling(own.name),
        upload_token=settings.upload_token if own is None else "",
        own=own,
        beside=beside,
    )


def create_server(
    settings: Settings, context: Context | None = None, workshops: Workshops | None = None, counted: Path | None = None
) -> Flask:
    """Return the server of *settings*; *workshops* make its dear files, processes count in the folder *counted*."""
    context = context or create_context(settings)
    written = settings.written_dir
    server: Flask = create_app(context, written / "packed", written / "kept", workshops).server
    health.register(server, context, Counts(counted), settings.metrics)
    return server


def _keep_warm(server: Flask, context: Context, packed: Path, ahead: ReadAhead) -> None:
    """Pack the large files; when the first visitor is served, let what serves be read *ahead*, and when it changes.

    Then, and when a new day begins, what visitors may ask is answered before they do. Files that are *packed* can wait.
    """
    can_wait = is_kept(packed)
    if not can_wait:
        pack_all(server)
    time.sleep(WARM_AFTER)
    if can_wait:
        pack_all(server)
    prepared = context.read_version
    while True:
        try:
            if context.data_version != prepared:
                reading.take(context, ahead)
                prepared = context.data_version
            ahead.answer(prepared, works.today().isoformat())
            ahead.read_past(context)
        except (DatabaseFault, StoreError):
            prepared = ""  # it is away or locked: visitors are told so; here we look again
        heaps.give_back()
        time.sleep(LOOK_AGAIN)


def _keep_watch(context: Context) -> None:
    """Let go of a database that is replaced, also in a process that nobody asks: the others wait for it."""
    watch = FileWatch(context.engine)
    while True:
        watch.look()
        time.sleep(LOOK_AT_FILE)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._workshops = Workshops(render_process.command)
        self._ahead = ReadAhead(read_ahead.command, read_ahead.visit)
        self._counted = Path(tempfile.mkdtemp(prefix="scidip-counts-"))
        tell(counts.FOLDER, str(self._counted))
        counts.count_together()
        self._keeper = Keeper("")
        super().__init__()

    def load_config(self) -> None:
        address = f"{self.settings.host}:{self.settings.port}"
        chosen: dict[str, Any] = {
            "bind": address,
            "workers": self.settings.workers,
            "threads": THREADS,
            "worker_class": WaitressWorker,
            "accesslog": None,
            "loglevel": "warning",
            "graceful_timeout": 3,
            "timeout": 120,
            "control_socket_disable": True,
            "preload_app": True,
            "post_worker_init": self._begin,
            "on_exit": lambda _: self._end(),
            "when_ready": lambda _: self._say_ready(address),
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application, made before the processes part: what it holds, they share."""
        self._context = create_context(self.settings)
        read_all(self._context.languages.values())
        server = create_server(self.settings, self._context, self._workshops, self._counted)
        server.extensions[read_ahead.EXTENSION] = self._ahead
        self._ahead.keep(self.settings.written_dir / "read", self._context)
        reading.begin(self._context, self._ahead)
        self._context.engine.dispose()  # no connection goes into two processes
        gc.collect()
        gc.freeze()
        return server

    def _say_ready(self, address: str) -> None:
        self._keeper = Keeper(self.settings.refresh)
        click.echo(f"scidip is served on http://{address}  (Ctrl-C stops it)")

    def _end(self) -> None:
        self._workshops.close()
        self._ahead.close()
        self._keeper.close()
        shutil.rmtree(self._counted, ignore_errors=True)

    def _begin(self, worker: Any) -> None:
        args = (worker.wsgi, self._context, self.settings.written_dir / "packed", self._ahead)
        threading.Thread(target=_keep_warm, args=args, daemon=True).start()
        threading.Thread(target=_keep_watch, args=(self._context,), daemon=True).start()


def run_server(settings: Settings) -> None:
    """Serve until interrupted."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    heaps.share()
    access_log.begin_logs(settings.access_log)
    _Server(settings).run()


def run_workshop(folder: str, lane: str) -> None:
    """Do the dear work of a *lane* until none is asked for; started by a server, with its settings."""
    access_log.begin_logs("")
    counts.count_alone()
    told = Settings.from_env()
    desk = Desk(told.database_url, told.data_dir, told.written_dir, told.methodology, code_version())
    fill = desk.fill if lane == uploading.LANE else expensive.made_by(create_server(told))
    os.nice(render_process.GIVE_WAY)  # only now: who has asked waits for the start
    render_process.Workshop(folder, lane, fill).run()


def run_reader(file: str, past: str) -> None:
    """Read ahead what serves, or a version of the *past*, into a *file* for the processes that serve."""
    access_log.begin_logs("")
    context = create_context(Settings.from_env())
    os.nice(render_process.GIVE_WAY)
    if past:
        context.prepare_past(past)
    else:
        reading.prepare(context, pause=0)
    mapped.write(Path(file), context.held(Path(file).name))


def run_visitor(file: str, parent: str) -> None:
    """Answer ahead what visitors asked last, and what they may ask next, from what was read into a *file*."""
    access_log.begin_logs("")
    counts.count_alone()
    os.nice(visits.GIVE_WAY)
    context = create_context(Settings.from_env())
    context.adopt(mapped.mapped(Path(file)))
    visits.pay(create_server(Settings.from_env(), context), context, visits.lives_with(int(parent), context))


def __getattr__(name: str) -> Any:
    if name == "server":
        made = globals()["server"] = create_server(Settings.from_env())
        return made
    raise AttributeError(name)


if __name__ == "__main__":
    run_server(Settings.from_env())
