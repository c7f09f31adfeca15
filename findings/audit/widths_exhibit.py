"""What each choice of the simulated methods adds to the ranges, as an exhibit of the audit."""

from typing import Final

from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.audit import words
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, coded
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _

ALL: Final = "all"


def widths(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return the median width of the ranges when one choice alone varies, and when all but it do."""
    frame = audit.computed.widths
    heads = (
        coded("input", N_("Choice"), words.CHOICES),
        columns.YEAR,
        Column("alone", N_("It alone varies"), unit="places", decimals=0),
        Column("without", N_("All but it vary"), unit="places", decimals=0),
    )
    rows = tuple((r.input, audit.year, columns.known(r.alone), columns.known(r.without)) for r in each_row(frame))
    return Exhibit(
        "audit_widths",
        Sentence(lambda: _finding(audit)),
        Message(N_("Median width of the ranges of the index in places; what two choices move they move together")),
        Table(N_("What each choice adds to the ranges"), heads, rows),
        (),
    )


def _finding(audit: IndexAudit) -> str:
    frame = audit.computed.widths.set_index("input")["alone"]
    if ALL not in frame.index or len(frame) < 2:
        return _("What each choice adds to the ranges is not known")
    most = str(frame.drop(ALL).idxmax())
    said = _("{choice}: this choice alone makes a range {alone} places wide in the middle, all together {every}")
    return said.format(
        choice=_(words.CHOICES[most]), alone=numbers.fixed(frame[most], 0), every=numbers.fixed(frame[ALL], 0)
    )
