"""A claim said again: a sentence with its year filled in, and the address of the page that checks it.

In English a restated claim is a sentence of the grammar again, so that the frozen link holds it.
"""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from scidip.figures.text import numbers, sentences
from scidip.findings.claims.figures import OfFigures
from scidip.findings.claims.names import indicator_name, named, node_name
from scidip.indicators.claims.claim import (
    Change,
    Claim,
    Expected,
    Joined,
    Moves,
    Order,
    Partners,
    Place,
    Together,
    TwoValues,
    Value,
    ValueChange,
)
from scidip.indicators.language.current import ENGLISH, N_, _, speaking
from scidip.indicators.units import unit_words

SCALES = ((12, N_("trillion")), (9, N_("billion")), (6, N_("million")), (3, N_("thousand")))


def restated(claim: Claim, known: Any) -> str:
    """Return a claim, its year filled in, as a sentence without a full stop."""
    match claim:
        case Order() | Place() | Change():
            return sentences.opening(_restated_score(claim, known))
        case Expected():
            return sentences.opening(_restated_expected(claim, known))
        case Joined():
            return sentences.opening(_restated_joined(claim, known))
        case _:
            return sentences.opening(_restated_figure(claim, known))


def _restated_score(claim: Order | Place | Change, known: Any) -> str:
    where = {"node": node_name(known, claim.node), "year": claim.year}
    if isinstance(claim, Order):
        words = _("{a} ranks below {b} in the {node} in {year}")
        if claim.above:
            words = _("{a} ranks above {b} in the {node} in {year}")
        return words.format(a=named(known, claim.a), b=named(known, claim.b), **where)
    name = named(known, claim.area)
    if isinstance(claim, Place):
        if claim.within:
            words = _("{name} is among the top {n} in the {node} in {year}")
            return words.format(name=name, n=claim.place, **where)
        words = _("{name} ranks {rank} in the {node} in {year}")
        return words.format(name=name, rank=numbers.ordinal(claim.place), **where)
    words = {
        ("rank", True): _("{name} rose in rank in the {node} between {since} and {year}"),
        ("rank", False): _("{name} fell in rank in the {node} between {since} and {year}"),
        ("score", True): _("{name} rose in score in the {node} between {since} and {year}"),
        ("score", False): _("{name} fell in score in the {node} between {since} and {year}"),
    }[claim.measure, claim.rose]
    return words.format(name=name, since=claim.since, **where)


def _restated_expected(claim: Expected, known: Any) -> str:
    words = _("{a} and {b} published fewer works together than is expected in {year}")
    if claim.more:
        words = _("{a} and {b} published more works together than is expected in {year}")
    return words.format(a=named(known, claim.a), b=named(known, claim.b), year=claim.year)


def _restated_joined(claim: Joined, known: Any) -> str:
    words = {
        (True, True): _(
            "{name} published more works with the members of {organisation} after {accession} than countries alike"
        ),
        (True, False): _(
            "{name} published fewer works with the members of {organisation} after {accession} than countries alike"
        ),
        (False, True): _("{name} published more works with all countries after {accession} than countries alike"),
        (False, False): _("{name} published fewer works with all countries after {accession} than countries alike"),
    }[claim.members, claim.more]
    accession = {
        (True, True): _("its accession in {year}"),
        (True, False): _("its accession"),
        (False, True): _("its accession to {organisation} in {year}"),
        (False, False): _("its accession to {organisation}"),
    }[claim.members, claim.year is not None]
    organisation = claim.organisation.upper()
    told = accession.format(organisation=organisation, year=claim.year)
    return words.format(name=named(known, claim.area), organisation=organisation, accession=told)


def _restated_figure(claim: OfFigures, known: Any) -> str:
    year = claim.year
    if isinstance(claim, Together):
        words = _("{a} and {b} published fewer works together in {year} than in {than}")
        if claim.more:
            words = _("{a} and {b} published more works together in {year} than in {than}")
        return words.format(a=named(known, claim.a), b=named(known, claim.b), year=year, than=claim.than)
    if isinstance(claim, Partners):
        words = _("{name} published fewer works with {b} than with {c} in {year}")
        if claim.more:
            words = _("{name} published more works with {b} than with {c} in {year}")
        return words.format(name=named(known, claim.area), b=named(known, claim.b), c=named(known, claim.c), year=year)
    if isinstance(claim, Moves):
        words = _("fewer researchers moved from {a} to {b} than back in {years}")
        if claim.more:
            words = _("more researchers moved from {a} to {b} than back in {years}")
        years = str(year) if claim.since == year else numbers.span(claim.since, year)
        return words.format(a=named(known, claim.a), b=named(known, claim.b), years=years)
    what = indicator_name(known, claim.indicator, rate=not isinstance(claim, Value))
    if isinstance(claim, TwoValues):
        words = _("{a} had a lower figure for {indicator} than {b} in {year}")
        if claim.higher:
            words = _("{a} had a higher figure for {indicator} than {b} in {year}")
        return words.format(a=named(known, claim.a), b=named(known, claim.b), indicator=what, year=year)
    name = named(known, claim.area)
    if isinstance(claim, ValueChange):
        words = _("{name}'s {indicator} fell between {since} and {year}")
        if claim.rose:
            words = _("{name}'s {indicator} rose between {since} and {year}")
        return words.format(name=name, indicator=what, since=claim.since, year=year)
    words = {
        "above": _("{name}'s {indicator} was above {number} in {year}"),
        "below": _("{name}'s {indicator} was below {number} in {year}"),
        "at_least": _("{name}'s {indicator} was at least {number} in {year}"),
        "at_most": _("{name}'s {indicator} was at most {number} in {year}"),
        "equal": _("{name}'s {indicator} was {number} in {year}"),
    }[claim.relation]
    unit = _(unit_words(known.catalogue.indicators[claim.indicator].unit))
    return words.format(name=name, indicator=what, number=f"{written(claim.number)} {unit}".strip(), year=year)


def written(number: Decimal) -> str:
    """Return the number of a claim with the digits it was given: 3.40, 1,000 or 12 million."""
    exponent = int(number.as_tuple().exponent)
    if exponent > 0:
        for zeros, word in SCALES:
            if abs(number) >= Decimal(10) ** zeros:
                return f"{numbers.spoken(f'{number.scaleb(-zeros):,f}')} {_(word)}"
    return numbers.spoken(f"{number:,f}")


def address(claim: Claim, known: Any, *, frozen: bool = False) -> str:
    """Return the address of the page that checks a claim; *frozen*: with the data version."""
    with speaking(ENGLISH):
        text = restated(claim, known.in_english)
    query = {"text": text} | ({"v": known.version} if frozen and known.version else {})
    return f"/claim?{urlencode(query)}"
