"""Serve as `scidip serve` does, but read ahead once for all servers of a database that tests start.

`python -m tests.served`: reading the scores, layers, networks and rankings of all years takes a processor twenty
seconds. The first server leaves them beside the database; the others map them, as the processes of one server do.
"""

import fcntl
import importlib
from pathlib import Path

from scidip import app
from scidip.dashboard.core.context import Context
from scidip.settings import Settings
from scidip.store.memory import mapped
from tests.ahead import adopt


def take(context: Context, _ahead: object = None) -> None:
    """Let *context* answer from what a server before has read of the figures that serve; else read them."""
    version = context.data_version
    if not version or context.is_prepared(version) or adopt(context):
        return
    read = Path(f"{context.engine.url.database}.{version}.ahead")
    with read.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if read.exists():
            context.adopt(mapped.mapped(read))
        else:
            app.prepare(context, pause=0)
            mapped.write(read, context.held(version))


def prepared_context(settings: Settings) -> Context:
    """Return what pages receive, with all read: a page that comes before would compute the same again."""
    context = create_context(settings)
    for name in app.LATE:
        importlib.import_module(name)
    take(context)
    return context


if __name__ == "__main__":
    create_context, app.create_context = app.create_context, prepared_context
    app.take = take
    app.response_cache.warm = lambda _server: 0  # what earlier tests asked is not asked again
    app.run_server(Settings.from_env())
