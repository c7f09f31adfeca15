"""What is shown of the index's own statistics in tables: validity, consistency, correlations, its indicators."""

from collections.abc import Sequence

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.exhibit import Column, Message, Sentence, Table, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_

DIRECTIONS = {"more": N_("more is better"), "less": N_("less is better")}
COUNTRIES = Column("areas", N_("Countries"), "integer")


def validity(desk: Desk, frame: pd.DataFrame) -> Table:
    """Return how the index goes with published ones; *frame* as of `audit.validity.validity_table`."""
    heads = (
        columns.indicator_column(desk),
        Column("edition", N_("Edition"), "year"),
        columns.YEAR,
        Column("correlation", N_("Correlation"), unit="ratio"),
        COUNTRIES,
    )
    rows = tuple(
        (r.code, int(r.newest), int(r.year), columns.known(r.correlation), int(r.areas)) for r in each_row(frame)
    )
    return Table(N_("Correlation with published indices"), heads, rows)


def consistency(desk: Desk, framework: str, year: int, frame: pd.DataFrame, caption: Sentence) -> Table:
    """Return Cronbach's alpha and the share of the first component of each node.

    frame: node, children, alpha, first (0 to 1); NaN where there are too few parts.
    """
    heads = (
        columns.node_column(desk, framework=framework),
        columns.YEAR,
        Column("parts", N_("Parts"), "integer"),
        Column("alpha", N_("Alpha"), unit="ratio"),
        Column("first_component", N_("First component"), unit="percent"),
    )
    rows = tuple(
        (r.node, year, int(r.children), columns.known(r.alpha), columns.known(100 * r.first)) for r in each_row(frame)
    )
    return Table(caption, heads, rows)


def correlations(desk: Desk, framework: str, year: int, codes: Sequence[str], r: Sequence[Sequence[float]]) -> Table:
    """Return the rank correlation of each node in *codes* (rows of *r*) with the first ones (its columns).

    A node is not compared with itself; None where a correlation cannot be computed.
    """
    heads = (
        columns.node_column(desk, framework=framework),
        columns.node_column(desk, N_("With"), "with_node", framework),
        columns.YEAR,
        Column("correlation", N_("Correlation"), unit="ratio"),
    )
    rows = tuple(
        (one, codes[j], year, columns.known(value))
        for i, one in enumerate(codes)
        for j, value in enumerate(r[i])
        if i != j
    )
    words = N_("Rank correlation (Spearman) of every node with the index and the factors, {year}")
    return Table(Message(words, {"year": year}), heads, rows)


def indicators(desk: Desk, framework: str, node: str, codes: Sequence[str]) -> Table:
    """Return definition, direction and maximum carry-forward of the indicators of a dimension."""
    heads = (
        columns.node_column(desk, label=N_("Dimension"), framework=framework),
        columns.indicator_column(desk),
        Column("proxy", N_("A proxy"), "flag"),
        Column("definition", N_("Definition"), "text"),
        coded("direction", N_("Direction"), DIRECTIONS),
        Column("max_age", N_("Maximum carry-forward"), unit="years"),
        columns.UNIT,
    )
    specs = desk.catalogue.indicators
    rows = tuple(
        (
            node,
            c,
            specs[c].proxy,
            _definition(desk, c),
            "more" if specs[c].direction > 0 else "less",
            columns.known(specs[c].max_age),
            specs[c].unit,
        )
        for c in codes
    )
    return Table(N_("Indicators"), heads, rows)


def _definition(desk: Desk, code: str) -> Sentence:
    return Sentence(lambda: desk.catalogue.indicators[code].definition)
