"""What `scidip export` writes: the chosen table in a format, or the data package."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from indicators.areas import Areas
from indicators.catalogue import Catalogue
from indicators.errors import ScidipError
from publish import tables
from publish.package import package_pieces
from publish.writing import formats
from store.table_rows import Chosen


def export_pieces(
    engine: Engine,
    catalogue: Catalogue,
    areas: Areas,
    what: str,
    code: str,
    indicators: Sequence[str] = (),
    chosen_areas: Sequence[str] = (),
) -> tuple[Iterator[bytes], Callable[[], int], list[str]]:
    """Return the bytes, a count of the rows written so far, and the series left out for their terms.

    Raises ScidipError for a series that was asked for by name and may not be passed on.
    """  # fmt: skip
    if what == "package":
        return package_pieces(engine, catalogue, areas), lambda: 0, []
    reasons = tables.refusals(engine, catalogue)
    for name in indicators:
        if name in reasons and what in ("observations", "pairs"):
            raise ScidipError(reasons[name])
    named = (("indicator", indicators), ("ref_area", chosen_areas))
    chosen = Chosen({k: v for k, v in named if v})
    if what in ("scores", "stages"):
        table = getattr(tables, what)(engine, catalogue, chosen)
    else:
        table = tables.observations(engine, catalogue, chosen, pairs=what == "pairs")
    seen = [0]

    def counted() -> Iterator[tuple[Any, ...]]:
        for row in table.rows():
            seen[0] += 1
            yield row

    left_out = [] if indicators or what not in ("observations", "pairs") else sorted(reasons)
    return formats()[code].pieces(replace(table, rows=counted)), lambda: seen[0], left_out
