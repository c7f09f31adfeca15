"""Serve as `scidip serve` does, but read ahead only what every page asks for.

`python -m tests.served`: a test looks at a few pages of one year, while the layers, networks and rankings of all years
take a processor ten seconds a server. What was not read ahead is computed when it is asked for, with the same result.
"""

import importlib

from scidip import app
from scidip.dashboard.core.context import Context
from scidip.settings import Settings
from tests.ahead import adopt


def take(context: Context, _ahead: object) -> None:
    """Import what is imported late, and read the figures that serve; no more."""
    for name in app.LATE:
        importlib.import_module(name)
    if not adopt(context):
        context.prepare()


if __name__ == "__main__":
    app.take = take
    app.response_cache.warm = lambda _server: 0  # what earlier tests asked is not asked again
    app.run_server(Settings.from_env())
