"""A copy of the database to write on for long, put in its place in one moment, or not at all."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from scidip.store.database.address import file_of
from scidip.store.database.copies import backup, exchange
from scidip.store.database.engine import open_engine
from scidip.store.database.holding import beside
from scidip.store.database.postgres.transaction import one_transaction
from scidip.store.database.writing import writing

FOLDER = "-refresh"
"""What is added to the database's name for the folder of the copy. What a killed process left there is removed."""


@contextmanager
def working_copy(engine: Engine, what: str) -> Iterator[tuple[Engine, Callable[[], None]]]:
    """Yield a copy of the database of *engine*, and what puts the copy in its place; hold the writer's lock.

    Until then readers see the database as it was, and if it never is, nothing happened. Raises RunInProgress while
    another process writes, StoreError when the disk has no room for a copy. Of PostgreSQL the copy is a transaction of
    its own: what is written in it nobody else sees before its end.
    """
    path = file_of(engine.url)
    with writing(engine, what):
        if engine.dialect.name == "postgresql":
            with one_transaction(engine) as aside:
                yield aside
            return
        if path is None:
            yield engine, lambda: None
            return
        folder = beside(path, FOLDER)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir()
            part = folder / path.name
            backup(str(engine.url), part)
            copy = open_engine(f"sqlite:///{part}", create=True)

            def put() -> None:
                copy.dispose()
                exchange(part, path)

            try:
                yield copy, put
            finally:
                copy.dispose()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
