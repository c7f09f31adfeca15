"""What a server reads ahead of the built database, read once for all tests: their contexts and servers map it.

`python -m tests.ahead FILE` reads it as the process does that `scidip serve` starts. That answers are the same whether they
were read ahead, mapped or asked of the database, `test_prepared`, `test_truth` and `test_read_ahead` see.
"""

import fcntl
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from scidip.app import create_context
from scidip.dashboard.answers.reading import prepare
from scidip.dashboard.core.context import Context, Held
from scidip.dashboard.core.query_cache import QueryCache
from scidip.settings import Settings
from scidip.store.memory import mapped
from tests import kept

MADE_BY = (
    "app.py",
    "findings",
    "figures",
    "dashboard/answers/reading.py",
    "dashboard/core",
    "dashboard/pages",
    "dashboard/widgets",
    "tests/ahead.py",
)
"""The code that makes what is read ahead, beside that of the database."""


_CACHES: dict[tuple[object, ...], QueryCache] = {}


def served_context(url: str) -> Context:
    """Return what the pages receive as the server makes it, over the built database."""
    context = create_context(Settings.from_env({"SCIDIP_DATABASE_URL": url}))
    adopt(context)
    return context


def adopt(context: Context) -> bool:
    """Let *context* answer from what was read ahead, if its database is the one that all tests read; return whether.

    Contexts of the same settings remember their answers together: it is one server, over figures that do not change.
    """
    database = Path(context.engine.url.database or "")
    if not (database.parent / "done").exists():
        return False
    held = _held(database)
    settings = (context.site, context.proxy, context.embeds, *sorted(context.languages))
    if settings not in _CACHES:
        context.adopt(held)
        context.cache.begin()  # a server keeps little beside; tests ask the same again, and are alone
        _CACHES[settings] = context.cache
    vars(context).update(cache=_CACHES[settings], _prepared={held[0]: held[1]})
    return True


@cache
def _held(database: Path) -> Held:
    """Return what was read of the built *database*; the first of all processes that asks lets it be read."""
    file, digest = database.with_name("ahead"), database.with_name("digest").read_text()
    with database.with_name("ahead-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            known = kept.place(kept.digest_of(MADE_BY, digest), ".ahead")
            if not kept.take(known, file):
                command = [sys.executable, "-m", "tests.ahead", str(file)]
                settings = {"SCIDIP_DATABASE_URL": f"sqlite:///{database}"}
                subprocess.run(command, cwd=kept.ROOT, env=os.environ | settings, check=True)
                kept.keep(file, known)
    held: Held = mapped.mapped(file)
    return held


def read(file: Path) -> None:
    """Read what serves into *file*."""
    context = create_context(Settings.from_env())
    prepare(context, pause=0)
    mapped.write(file, context.held(context.data_version))


if __name__ == "__main__":
    read(Path(sys.argv[1]))
