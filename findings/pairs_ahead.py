"""What is equal for all countries and pairs, computed once before anybody asks: layers, fields, partners."""

from collections.abc import Iterator
from typing import get_args

from scidip.findings.audit.income import income_of
from scidip.findings.audit.index_audit import audit_of
from scidip.findings.exhibits.cooperation import treaties
from scidip.findings.expected import tensions, ties
from scidip.findings.fields.counts import counts_of
from scidip.findings.fields.openness import links_of
from scidip.findings.pair import CHECKS, LAYERS, layer_of
from scidip.findings.session import Desk


def read(desk: Desk) -> Iterator[str]:
    """Let the memory of *desk* hold each of them; yield its name after each, so that visitors get their turn."""
    for code in (*LAYERS, *CHECKS):
        layer_of(desk, code).prepare()
        yield code
    _ = counts_of(desk).indices
    yield "fields"
    links_of(desk)
    treaties.listed(desk)
    yield "partners and treaties"
    audit_of(desk, desk.years[-1])
    yield "audit"
    for year in desk.years:
        income_of(desk, year)
    yield "income"
    for year in ties.years(desk):
        for group in get_args(tensions.Group):
            tensions.of_year(desk, year, group)
        yield f"across tensions, {year}"
