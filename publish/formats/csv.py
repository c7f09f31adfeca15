"""Tidy CSV: one line per figure, with its unit, status, source, vintage and licence."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Engine

from indicators.areas import Areas
from indicators.catalogue import Catalogue
from publish.tables import Table
from publish.writing import Format
from store import exports

OBSERVATION_HEADER: Final = (
    "indicator", "ref_area", "time_period", "obs_value", "unit", "obs_status", "source", "vintage", "licence",
)  # fmt: skip
PAIR_HEADER: Final = (*OBSERVATION_HEADER[:2], "counterpart_area", *OBSERVATION_HEADER[2:])
SCORE_HEADER: Final = (
    "node", "ref_area", "time_period", "score", "score_p05", "score_p95", "rank", "rank_p05", "rank_p50", "rank_p95",
    "ranked_areas", "coverage", "carried_share", "imputed_share", "is_ranked", "reason",
)  # fmt: skip
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """Return *value* as a spreadsheet may show it: a text that looks like a formula gets a quote before it.

    Numbers are left alone; None becomes an empty cell.
    """
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return "" if value is None else value


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield a table as CSV text, in pieces of about a thousand lines."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    for position, row in enumerate(rows, start=1):
        writer.writerow([safe(v) for v in row])
        if position % 1000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def observation_lines(
    engine: Engine,
    catalogue: Catalogue,
    indicators: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    pairs: bool = False,
) -> Iterator[str]:
    """Yield the current observations as CSV text: per-area indicators, or with *pairs* the pair layers.

    *indicators* and *areas* restrict what is written; None means all. Series that may not be
    passed on are left out: `withheld` names them.
    """
    arity = "pair" if pairs else "area"
    chosen = [
        i.code
        for i in catalogue.indicators.values()
        if i.arity == arity
        and (indicators is None or i.code in indicators)
        and i.code not in withheld(engine, catalogue)
    ]
    header = PAIR_HEADER if pairs else OBSERVATION_HEADER
    return lines(header, exports.export_rows(engine, chosen, areas, pairs=pairs))


def withheld(engine: Engine, catalogue: Catalogue) -> dict[str, str]:
    """Return, by indicator that may not be passed on, the source whose terms forbid it."""
    closed = set(exports.closed_sources(engine))
    return {
        code: next(s for s in catalogue.sources_of(code) if s in closed)
        for code in catalogue.indicators
        if closed.intersection(catalogue.sources_of(code))
    }


def template_lines(indicator: str, areas: Areas) -> Iterator[str]:
    """Yield a table to fill in: a row for every state and economy, the figures left empty."""
    listed = areas.table[areas.table["kind"].isin(["state", "economy"])]
    rows = (
        (indicator, code, name, "", "", "A", "", "")
        for code, name in zip(listed["ref_area"], listed["name"], strict=True)
    )
    header = (
        "indicator",
        "ref_area",
        "name",
        "time_period",
        "obs_value",
        "obs_status",
        "source",
        "licence",
    )
    return lines(header, rows)


def score_lines(engine: Engine, catalogue: Catalogue, node: str | None = None) -> Iterator[str]:
    """Yield the scores of one node, or of all, as CSV text, ranks with their intervals."""
    nodes = [
        n.code for n in catalogue.framework.nodes if not n.not_measured and node in (None, n.code)
    ]
    return lines(SCORE_HEADER, exports.score_rows(engine, nodes, SCORE_HEADER))


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as CSV; only columns of text are looked at for formulas."""
    texts = [i for i, c in enumerate(table.columns) if c.kind == "text"]
    rows = table.rows()
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(table.header)
    while block := list(islice(rows, 2000)):
        for place, row in enumerate(block):
            if any((v := row[i]) and v[0] in _DANGEROUS for i in texts):
                block[place] = tuple(map(safe, row))
        csv.writer(buffer, lineterminator="\n").writerows(block)
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


FORMAT = Format("CSV", "csv", "text/csv", pieces)
