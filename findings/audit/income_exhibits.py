"""The index beside income and beside published indices, as exhibits."""

from typing import Any, Final

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.findings.audit import words
from scidip.findings.audit.income import Income
from scidip.findings.audit.index_audit import IndexAudit
from scidip.findings.audit.shown import signed
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column
from scidip.findings.exhibits import columns
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _

NOT_EFFECT: Final = N_(
    "What income predicts is a curve through all ranked countries. The difference is not an effect of policy: oil, "
    "size, alliances and history are in it, and errors of both figures."
)
FIRST: Final = 5
"""Countries named on the front page."""


def income(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return the score of each ranked country beside what its GDP per head predicts, the furthest above first."""
    found = audit.income
    parts = {
        "share": Sentence(lambda: words.percent(found.square)),
        "n": found.areas,
        "first": Sentence(lambda: sentences.listed(first_named(desk, found, 3))),
    }
    text = N_("{share} of the differences in score go with GDP per head; furthest above what it predicts: {first}")
    line = {
        "line": Sentence(lambda: numbers.fixed(found.line, 2)),
        "curve": Sentence(lambda: numbers.fixed(found.square, 2)),
    }
    return Exhibit(
        "audit_income",
        Message(text, parts),
        Message(N_("Score against GDP per head (US$ at market rates, logarithmic); the curve is what income predicts")),
        _table(
            desk, audit.year, found.frame, Message(N_("Score and what income predicts, {year}"), {"year": audit.year})
        ),
        ("gdp", "population"),
        (Message(N_("R² of the curve {curve}, of a straight line {line}."), line), NOT_EFFECT),
    )


def front(desk: Desk, year: int, found: Income) -> Exhibit:
    """Return the first countries above what their income predicts, for the front page."""
    years = {"year": year, "first": found.first, "last": found.last}
    span = N_("Points of the score of {year} above what GDP per head of {last} predicts")
    if found.first != found.last:
        span = N_("Points of the score of {year} above what GDP per head of {first} to {last} predicts")
    return Exhibit(
        "more_than_income",
        N_("More than income predicts"),
        Message(span, years),
        _table(desk, year, found.frame.head(FIRST), Message(span, years)),
        ("gdp", "population"),
        (N_("Not an effect of policy: whatever else differs between countries is in it."),),
    )


def _table(desk: Desk, year: int, frame: pd.DataFrame, caption: Message) -> Table:
    heads = (
        Column("place", N_("Place"), "integer"),
        area_column(desk.areas),
        columns.YEAR,
        Column("score", N_("Score (predicted)"), unit="score"),
        Column("predicted", N_("Predicted by income"), unit="score"),
        Column("beyond", N_("Points above"), unit="points"),
        Column("gdp_per_head", N_("GDP per head"), unit="usd_per_head"),
        Column("gdp_period", N_("Year of GDP"), "year"),
        *columns.RANGE,
    )
    rows = tuple(
        (
            int(r.place),
            r.ref_area,
            year,
            float(r.score),
            float(r.predicted),
            float(r.beyond),
            float(r.gdp_per_head),
            int(r.gdp_period),
            *columns.ranked(r),
        )
        for r in each_row(frame)
    )
    return Table(caption, heads, rows)


def first_named(desk: Desk, found: Income, most: int) -> list[str]:
    """Return the countries furthest above what income predicts, each with its points: "Canada (+11.7)"."""
    rows = each_row(found.frame.head(most))
    return [f"{sentences.in_text(desk.areas.name(r.ref_area))} ({signed(r.beyond)})" for r in rows]


def standing(found: Income, row: Any, year: int) -> str:
    """Return where a country stands beside its income; *row* of `Income.of`."""
    words_ = _(
        "Its score of {year} is {points} points above what its GDP per head of {period} predicts: {place} of {n} "
        "countries."
    )
    if row["beyond"] < 0:
        words_ = _(
            "Its score of {year} is {points} points below what its GDP per head of {period} predicts: {place} of {n} "
            "countries."
        )
    return words_.format(
        year=year,
        points=numbers.fixed(abs(row["beyond"])),
        period=int(row["gdp_period"]),
        place=numbers.ordinal(row["place"]),
        n=found.areas,
    )


def neighbours(desk: Desk, audit: IndexAudit) -> Exhibit:
    """Return how the index goes with published ones."""
    heads = (
        columns.indicator_column(desk),
        Column("edition", N_("Edition"), "year"),
        columns.YEAR,
        Column("correlation", N_("Correlation"), unit="ratio", decimals=2),
        Column("areas", N_("Countries"), "integer"),
    )
    frame = audit.computed.neighbours
    rows = tuple(
        (r.indicator, int(r.edition), audit.year, columns.known(r.correlation), int(r.areas)) for r in each_row(frame)
    )

    def finding() -> str:
        said = [f"{words.element_name(desk, r.indicator)} ({numbers.fixed(r.correlation, 2)})" for r in each_row(frame)]
        if not said:
            return _("No published index is in this copy to compare with.")
        return _("It goes with neighbouring indices: {found}").format(found=sentences.listed(said))

    return Exhibit(
        "audit_neighbours",
        Sentence(finding),
        Message(
            N_("Correlation of scores with the newest edition of each published index, over the countries both have")
        ),
        Table(N_("Published neighbours"), heads, rows),
        tuple(frame["indicator"]),
    )
