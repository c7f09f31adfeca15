"""What is read ahead of all questions, in which order: what most visitors ask for first."""

import gc
import importlib
import time
from collections.abc import Iterator
from contextlib import suppress

from scidip.dashboard import pages as page_modules
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.read_ahead import ReadAhead
from scidip.dashboard.widgets import rank_changes
from scidip.findings import pairs_ahead
from scidip.findings.audit.index_audit import audit_of
from scidip.findings.laboratory import lab_of
from scidip.indicators.collector import without_collector
from scidip.indicators.errors import StoreError
from scidip.indicators.registry import plugins
from scidip.store.database.faults import DatabaseFault

LATE = ("scipy.optimize", "scipy.stats")
"""What a few pages compute with, and what would delay the start by most of a second."""
PAUSE = 0.2
"""Seconds between two things that are read: a visitor who comes meanwhile waits for one of them at most."""


def begin(context: Context, ahead: ReadAhead) -> None:
    """Before a server's processes part, take what an earlier start has read, so that all of them share it.

    What a few pages compute with is shared too. An index of one's own is read in a moment, and needs less.
    """
    if context.own:
        return
    for name in LATE:
        importlib.import_module(name)
    with suppress(DatabaseFault, StoreError):  # it is away: visitors are told so
        if ahead.has(context.data_version):
            ahead.take(context)


def take(context: Context, ahead: ReadAhead) -> None:
    """Let *context* answer from what was read *ahead* of the figures that serve; else read them here."""
    if not ahead.take(context):
        prepare(context)
    for name in LATE:
        importlib.import_module(name)


def prepare(context: Context, pause: float = PAUSE) -> None:
    """Read the scores, the layers of ties and the laboratory of the figures that serve, and audit each year.

    Else the first visitor of each would wait for seconds. Between two things it *pause*s, for visitors.
    """
    if context.years:
        context.cache.begin()
        with without_collector():
            _read(context, pause)
        context.cache.settle(context.data_version)
    gc.collect()
    gc.freeze()  # what was read stays: else the collector walks through all of it, a fifth of a second each time


def _read(context: Context, pause: float) -> None:
    for name in LATE:
        importlib.import_module(name)
    context.prepare()
    for year in reversed(context.years):
        rank_changes.prepare(context, year)
        time.sleep(pause / 10)
    rank_changes.breaks(context, context.index_code)
    if context.own:  # it has no pairs, and all else of it is there in a moment
        return
    for _step in pairs_ahead.read(context):
        time.sleep(pause)
    lab = lab_of(context)
    lab.prepare()
    for year in reversed(context.years):
        time.sleep(pause / 10)
        lab.ways(year)
    for year in reversed(context.years):
        time.sleep(pause)
        audit_of(context, year)
    for module in plugins(page_modules, "PAGE", entry="page").values():
        for _year in getattr(module, "precompute", _nothing)(context):
            time.sleep(pause)


def _nothing(_context: Context) -> Iterator[None]:
    """Yield nothing: what a page without `precompute` needs is read for all, or asked for when it is opened."""
    return iter(())
