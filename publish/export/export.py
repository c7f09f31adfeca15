"""What `scidip export` writes: the chosen table in a format, or the data package."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Engine

from scidip.findings import terms
from scidip.indicators.errors import ScidipError
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.vocabulary import FIRST_PERIOD, LAST_PERIOD
from scidip.publish.export import tables
from scidip.publish.export.data_package import package_pieces
from scidip.publish.export.writing import formats
from scidip.store.table_rows import Chosen

PERIOD: Final = "([0-9]{4}|([0-9]{4})?:([0-9]{4})?)"
"""A year, or a span that may be open on either side."""


def period(text: str) -> tuple[int, int]:
    """Return first and last year of a year or a span. Raises ValueError when *text* is neither."""
    if not re.fullmatch(PERIOD, text):
        raise ValueError(text)
    parts = text.split(":")
    first, last = int(parts[0] or FIRST_PERIOD), int(parts[-1] or LAST_PERIOD)
    if not FIRST_PERIOD <= first <= last <= LAST_PERIOD:
        raise ValueError(text)
    return first, last


@dataclass(frozen=True)
class Asked:
    """What is to be exported: a table, the values of its filters, and the years."""

    what: str
    indicators: Sequence[str] = ()
    areas: Sequence[str] = ()
    nodes: Sequence[str] = ()
    years: tuple[int, int] | None = None


def export_pieces(
    engine: Engine, catalogue: Catalogue, areas: Areas, asked: Asked, code: str
) -> tuple[Iterator[bytes], Callable[[], int], list[str]]:
    """Return the bytes, a count of the rows written so far, and the series left out for their terms.

    Raises ScidipError for a series that was asked for by name and may not be passed on, and for
    filters that the table does not have.
    """
    _refuse_impossible(catalogue, asked)
    if asked.what == "package":
        return package_pieces(engine, catalogue, areas), lambda: 0, []
    reasons = terms.refusals(engine, catalogue)
    for name in asked.indicators:
        if name in reasons and asked.what in ("observations", "pairs"):
            raise ScidipError(reasons[name])
    named = (("indicator", asked.indicators), ("ref_area", asked.areas), ("node", asked.nodes))
    first, last = asked.years or (None, None)
    chosen = Chosen({k: v for k, v in named if v}, first, last)
    if asked.what in ("scores", "stages"):
        table = getattr(tables, asked.what)(engine, catalogue, chosen)
    else:
        table = tables.observations(engine, catalogue, chosen, pairs=asked.what == "pairs")
    seen = [0]

    def counted() -> Iterator[tuple[Any, ...]]:
        for row in table.rows():
            seen[0] += 1
            yield row

    figures = asked.what in ("observations", "pairs")
    left_out = sorted(reasons) if figures and not asked.indicators else []
    return formats()[code].pieces(replace(table, rows=counted)), lambda: seen[0], left_out


def _refuse_impossible(catalogue: Catalogue, asked: Asked) -> None:
    """Raise ScidipError for a filter that can fit no row of the table."""
    scores = "scores are of nodes, not of indicators: give --node"
    refusals = {
        "package": (asked.indicators or asked.areas or asked.nodes or asked.years, "the package is whole: no filters"),
        "scores": (asked.indicators, scores),
        "stages": (asked.nodes, "stages are of indicators: give --indicator, not --node"),
        "observations": (asked.nodes, "figures are of indicators: give --indicator, not --node"),
        "pairs": (asked.nodes, "figures are of indicators: give --indicator, not --node"),
    }
    given, words = refusals[asked.what]
    if given:
        raise ScidipError(words)
    wanted = {"observations": "area", "stages": "area", "pairs": "pair"}.get(asked.what)
    for code in asked.indicators:
        if (arity := catalogue.indicators[code].arity) != wanted:
            other = "pairs" if arity == "pair" else "observations"
            raise ScidipError(f"{code} is a figure per {arity}: export it with --what {other}")
