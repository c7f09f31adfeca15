"""What is shown of a claim in tables: how claims are worded, where countries stand, the figures that decide."""

from collections.abc import Sequence
from typing import Any

from scidip.findings.claims.check import Evidence
from scidip.findings.claims.figures import Figure
from scidip.findings.claims.names import node_name
from scidip.findings.claims.report import SCORES_BY
from scidip.findings.claims.standings import Standing
from scidip.findings.exhibit import Column, Message, Sentence, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.indicators.claims.claim import GRAMMAR
from scidip.indicators.language.current import N_, _
from scidip.indicators.vocabulary import NOT_APPLICABLE

STANDS = {"ranked": N_("ranked"), "not_ranked": N_("not ranked")}


def grammar() -> Table:
    """Return the kinds of claims with the form of each, in English as the grammar reads it."""
    heads = (
        Column("kind", N_("Kind"), "text"),
        Column("form", N_("How it is written"), "text"),
        Column("also", N_("Also"), "text"),
    )
    rows = tuple((Message(name), form, also) for name, form, also in GRAMMAR)
    return Table(N_("Kinds of claims"), heads, rows)


def standings(found: Sequence[Standing], known: Evidence) -> Table:
    """Return the published scores and ranks of a claim, with their ranges."""
    heads = (
        area_column(known.areas),
        Column("node", N_("Node"), "code", names=lambda c: _(known.declared.framework.node(c).name)),
        columns.YEAR,
        *columns.RANK,
        *columns.SCORE,
        Column("carried_share", N_("Carried"), unit="share"),
        coded("status", N_("Ranked"), STANDS),
        Column("reason_code", N_("Why not ranked"), "code"),
        *columns.ORIGIN,
    )
    node = found[0].node
    caption = Sentence(
        lambda: _("The {node}: the published figures, with their ranges in 90 % of simulated methods").format(
            node=node_name(known, node)
        )
    )
    return Table(caption, heads, tuple(_standing(s, known) for s in found))


def _standing(s: Standing, known: Evidence) -> tuple[Any, ...]:
    status = "not_ranked" if s.rank is None else "ranked"
    return (
        s.ref_area,
        s.node,
        s.time_period,
        *columns.rank(s),
        *columns.scored(s),
        columns.known(s.carried_share),
        status,
        s.reason.code.value if s.reason else None,
        SCORES_BY,
        known.version or None,
        known.catalogue.scores_licence,
    )


def figures(found: Sequence[Figure], known: Evidence) -> Table:
    """Return the figures that decide a claim, each of its own year; a pair has a counterpart."""
    declared = known.declared.indicators
    heads = (
        Column("indicator", N_("Indicator"), "code", names=lambda c: _(declared[c].name)),
        area_column(known.areas),
        area_column(known.areas, "counterpart_area", N_("Partner")),
        columns.YEAR,
        columns.VALUE,
        columns.UNIT,
        columns.OBS_STATUS,
        columns.HOW_KNOWN,
        *columns.ORIGIN,
    )
    code = found[0].indicator
    caption = Sentence(lambda: _("{name}: the published figures").format(name=_(declared[code].name)))
    return Table(caption, heads, tuple(_figure(f) for f in found))


def _figure(f: Figure) -> tuple[Any, ...]:
    """Return the cells of a figure; one that is read from the silence of a complete list has the status "Z"."""
    pair = None if f.counterpart_area == NOT_APPLICABLE else f.counterpart_area
    unit, status, how = None, None, "not_published"
    if f.value is not None:
        unit, status, how = f.unit, f.status or "Z", "own_year"
    return (
        f.indicator,
        f.ref_area,
        pair,
        f.time_period,
        columns.known(f.value),
        unit,
        status,
        how,
        columns.text(f.source),
        columns.text(f.vintage),
        columns.text(f.licence),
    )
