"""The desk at which what comes over the web is looked at, published and removed: by the code of the commands.

It works in a process of its own, one order at a time. What it publishes is made on a copy of the database that is put
in its place in one moment: stopped in between, nothing has happened.
"""

import base64
import dataclasses
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Engine

from scidip.etl import sources as source_modules
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.publishing import Outcome, Workshop
from scidip.etl.rescore import rescore
from scidip.etl.run import ingest
from scidip.etl.source import Source
from scidip.etl.supply import door, removal
from scidip.etl.supply.examining import examined
from scidip.indicators.errors import NotWritable, RunHeld, RunInProgress, ScidipError, SourceError, StoreError
from scidip.indicators.model.areas import load_areas
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.registry import discover
from scidip.indicators.supply import SOURCE
from scidip.store.codelists import sync_catalogue
from scidip.store.database.engine import open_engine
from scidip.store.database.working_copy import working_copy
from scidip.store.queries import served, supply_queries

log = logging.getLogger(__name__)
Order = Mapping[str, Any]
Said = dict[str, Any]


class Changed(Exception):
    """Other figures serve than those that the file was held against."""


class Desk:
    """Fills the orders of the upload page."""

    def __init__(self, url: str, data: Path, written: Path, methodology: str, code_version: str) -> None:
        """Work on the database at *url*, with the catalogue in *data*; keep files below *written*."""
        self._url, self._data, self._methodology, self._code = url, data, methodology, code_version
        self._store = SnapshotStore(written / "snapshots")
        self._do: Mapping[str, Callable[[Order], Said]] = {
            "check": self._check,
            "publish": self._publish,
            "remove": self._remove,
        }

    def fill(self, order: Order) -> Said:
        """Return what became of an order: `status` of HTTP, `code` of what happened, and what there is to tell.

        Codes: checked, published, unchanged, removed; file (with `message`), held, changed, busy, readonly, failed.
        """
        try:
            return self._do[order["action"]](order)
        except Changed:
            return {"status": 409, "code": "changed"}
        except RunHeld:
            return {"status": 409, "code": "held"}
        except SourceError as error:
            return {"status": 422, "code": "file", "message": str(error).removeprefix(f"{SOURCE}: ")}
        except RunInProgress:
            return {"status": 503, "code": "busy"}
        except NotWritable:
            return {"status": 503, "code": "readonly"}
        except Exception:
            # What it says may name files of the operator: it is for the log.
            log.exception("the figures of a file could not be worked on")
            return {"status": 500, "code": "failed"}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {s.spec.id: s for s in discover(source_modules, "SOURCE").values()}

    def _shop(self, engine: Engine) -> Workshop:
        catalogue = load_catalogue(self._data / "catalogue", self._sources)
        if self._methodology not in catalogue.methodologies:
            raise ScidipError(f"the catalogue has no methodology {self._methodology!r}; set SCIDIP_METHODOLOGY to one")
        areas = load_areas(self._data / "codelists")
        year = datetime.now(UTC).year
        return Workshop(engine, catalogue.under(self._methodology), areas, self._sources, year, self._code)

    def _check(self, order: Order) -> Said:
        snapshot = _snapshot(order)
        door.refuse(snapshot)
        engine = open_engine(self._url)
        try:
            report = examined(self._shop(engine), snapshot)
        finally:
            engine.dispose()
        return {"status": 200, "code": "checked", "report": report.as_json()}

    def _publish(self, order: Order) -> Said:
        snapshot = _snapshot(order)
        door.refuse(snapshot)

        def put_in(shop: Workshop) -> Outcome:
            user = shop.sources[SOURCE]
            return ingest(shop, user, [snapshot], self._store, _nobody, accept=bool(order["accept"]))

        return self._written(order, "published", put_in)

    def _remove(self, order: Order) -> Said:
        return self._written(order, "removed", lambda shop: removal.remove(shop, order["file"], self._store))

    def _written(self, order: Order, code: str, work: Callable[[Workshop], Outcome]) -> Said:
        """Do *work* on a copy of the database, score it once, and put it in the place of what serves."""
        engine = open_engine(self._url, create=True)
        try:
            with working_copy(engine, "upload") as (copy, put):
                if order["version"] and served.data_version(copy) != order["version"]:
                    raise Changed
                shop = self._shop(copy)
                specs = {name: source.spec for name, source in self._sources.items()}
                sync_catalogue(copy, shop.catalogue, shop.areas, specs)
                outcome = work(shop)
                rescore(shop)
                said = {
                    "status": 200,
                    "code": "unchanged" if outcome.status == "unchanged" else code,
                    "counts": dict(outcome.counts),
                    "version": served.data_version(copy),
                    "entries": [dataclasses.asdict(e) for e in supply_queries.entries(copy)],
                }
                put()
        finally:
            with suppress(StoreError):
                engine.dispose()
        return said


def _snapshot(order: Order) -> Snapshot:
    today = datetime.now(UTC).date().isoformat()
    return Snapshot(order["name"], base64.b64decode(order["content"]), retrieved=today)


def _nobody() -> NoReturn:
    raise AssertionError("nobody is asked for figures of a file")
