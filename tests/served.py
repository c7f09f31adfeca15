"""Serve as `scidip serve` does, from what was read ahead once for all tests.

`python -m tests.served`: reading the scores, layers, networks and rankings of all years takes a processor twenty
seconds. What was not read ahead, as of a database that one test has made, is asked for by query, with the same answers.
"""

import importlib

from scidip import app
from scidip.dashboard.answers import reading
from scidip.dashboard.core.context import Context
from scidip.dashboard.server import asked_version
from scidip.settings import Settings
from tests.ahead import adopt


def take(context: Context, _ahead: object = None) -> None:
    """Let *context* answer from what was read ahead of the built database."""
    version = context.data_version
    if version and not context.is_prepared(version):
        adopt(context)


def prepared_context(settings: Settings) -> Context:
    """Return what pages receive, with all read: a page that comes before would compute the same again."""
    context = create_context(settings)
    for name in reading.LATE:
        importlib.import_module(name)
    take(context)
    return context


if __name__ == "__main__":
    create_context, app.create_context = app.create_context, prepared_context
    reading.take = take
    app.ReadAhead.keep = lambda *_: None  # nothing of a test outlives it
    app.ReadAhead.read_past = lambda _ahead, _context: None
    asked_version.PAUSE = 3600.0  # seconds until an earlier version that is asked for is read whole
    app.ReadAhead.answer = lambda *_: None  # nobody waits for what no test asks
    app.run_server(Settings.from_env())
