"""The audit as a document: the exhibits of the page as parts of a briefing, which its formats then set."""

from scidip.figures import audits
from scidip.figures.text import sentences
from scidip.findings.audit.exhibits import EXHIBITS
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.audit.shown import cells
from scidip.findings.exhibit import Exhibit, said
from scidip.indicators.language.current import _, current
from scidip.publish.briefs.brief import Block, Brief, Grid, Part, Picture
from scidip.publish.briefs.origin import Asked
from scidip.publish.citation.works import today
from scidip.publish.export.provenance import about

LONGEST = 24
"""Rows of a table on paper: the first of them, and the last of what income predicts."""
ENDS = 10
"""Countries named in the picture at each end."""


def document_of(asked: Asked, audit: IndexAudit) -> Brief:
    """Return the audit in the language that is spoken."""
    desk = asked.desk
    parts = tuple(_part(asked, audit, make(desk, audit)) for make in EXHIBITS.values())
    title = _("Audit of the index, {year}").format(year=audit.year)
    return Brief(
        title=title,
        kicker=title,
        subject=parts[0].finding,
        keywords=(desk.catalogue.framework.name, _("Audit")),
        parts=parts,
        link=asked.link("/audit"),
        citation=about(desk.engine, desk.catalogue).citation,
        year=audit.year,
        data_version=desk.data_version,
        made=today(),
        stem=f"scidip-audit-{audit.year}",
        language=current().code,
        direction=current().direction,
        publisher=desk.agency.name.said(),
    )


def _part(asked: Asked, audit: IndexAudit, shown: Exhibit) -> Part:
    blocks: tuple[Block, ...] = (_grid(shown),)
    if shown.key == "audit_income":
        blocks = (_picture(audit), _ends(shown))
    notes = tuple(said(n) for n in shown.notes)
    source = " ".join((*notes, _("Score 0–100, {year}.").format(year=audit.year)))
    finding = sentences.opening(said(shown.finding))
    return Part(
        shown.key, finding, said(shown.subtitle), blocks, (1.0,) * len(blocks), source, asked.link("/audit"), notes
    )


def _grid(shown: Exhibit) -> Grid:
    read = cells(shown.table)
    caption = said(shown.table.caption)
    rows = read.rows
    if len(rows) > LONGEST:
        words = _("{caption}: the first {n} of {all} rows; the page holds all")
        caption, rows = words.format(caption=caption, n=LONGEST, all=len(rows)), rows[:LONGEST]
    return Grid(caption, read.heads, rows, (1.0,) * len(read.heads), read.figures)


def _ends(shown: Exhibit) -> Grid:
    """Return the countries furthest above and below what income predicts."""
    records = shown.table.records()
    read = cells(shown.table, [*records[:ENDS], *records[-ENDS:]])
    place = [c.key for c in read.columns].index("ref_area")
    order = [place, *(k for k in range(len(read.columns)) if k != place)]
    rows = tuple(tuple(row[k] for k in order) for row in read.rows)
    words = _("The {n} countries furthest above and the {n} furthest below what income predicts")
    figures = tuple(k for k, at in enumerate(order) if at in read.figures)
    return Grid(words.format(n=ENDS), tuple(read.heads[k] for k in order), rows, (1.0,) * len(order), figures)


def _picture(audit: IndexAudit) -> Picture:
    frame = audit.income.frame
    named = {*frame["ref_area"].head(ENDS), *frame["ref_area"].tail(ENDS)}
    words = _("Scores against GDP per head of {n} countries, with the curve of what income predicts.")
    return Picture(words.format(n=len(frame)), lambda: audits.income(frame, "light", named), 900, 520)
