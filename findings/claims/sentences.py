"""The sentences of an answer to a claim, in the language that is spoken; and the claim itself, restated.

In English a restated claim is a sentence of the grammar again, so that the frozen link holds it.
"""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from scidip.figures.text import numbers, sentences
from scidip.findings.claims.figures import Figure, OfFigures
from scidip.findings.claims.standings import Standing
from scidip.indicators.claims.claim import (
    Change,
    Claim,
    Order,
    Partners,
    Place,
    Together,
    TwoValues,
    Value,
    ValueChange,
)
from scidip.indicators.claims.lexicon import CLEAR
from scidip.indicators.language.current import ENGLISH, N_, _, current, ngettext, speaking
from scidip.indicators.model.not_ranked_reasons import spoken as spoken_reason
from scidip.indicators.units import UNITS
from scidip.indicators.vocabulary import NOT_APPLICABLE, STATUS_WORDS

SCALES = ((12, N_("trillion")), (9, N_("billion")), (6, N_("million")), (3, N_("thousand")))
PROPER = ("World ", "Nobel ", "Fields ", "Global ", "UNESCO ", "Horizon ")


def named(known: Any, area: str) -> str:
    """Return the name of a country as it stands inside a sentence."""
    if current() is ENGLISH and area in CLEAR:
        return CLEAR[area]
    return sentences.in_text(known.areas.name(area))


def node_name(known: Any, code: str) -> str:
    """Return what a node is called inside a sentence: "national factor", "Education dimension"."""
    node = next(n for n in known.catalogue.framework.nodes if n.code == code)
    if node.level == "factor":
        return sentences.factor_title(node.name).lower()
    if node.level == "dimension":
        return _("{dimension} dimension").format(dimension=node.name)
    return _("index")


def indicator_name(known: Any, code: str, *, rate: bool = False) -> str:
    """Return the name of an indicator inside a sentence; with *rate*, its unit too where it is per something.

    In English it begins small unless it is a proper name.
    """
    spec = known.catalogue.indicators[code]
    name = str(spec.name)
    proper = name.startswith(PROPER) or not name[1:2].islower() or current() is not ENGLISH
    name = name if proper else name[:1].lower() + name[1:]
    unit = UNITS[spec.unit]
    if rate and unit.startswith("per ") and _(unit) not in name:
        return _("{indicator} {unit}").format(indicator=name, unit=_(unit))
    return name


def restated(claim: Claim, known: Any) -> str:
    """Return a claim, its year filled in, as a sentence without a full stop."""
    match claim:
        case Order() | Place() | Change():
            return sentences.opening(_restated_score(claim, known))
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
    unit = _(UNITS[known.catalogue.indicators[claim.indicator].unit])
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


# --- why --------------------------------------------------------------------------------------


def of_scores(claim: Order | Place | Change, standings: tuple[Standing, ...], holds: bool, known: Any) -> str:
    """Return the published ranks or scores that a claim is about, and whether it holds in them."""
    first, last = standings[0], standings[-1]
    node = node_name(known, claim.node)
    if isinstance(claim, Order):
        words = _("In the {node} of {year}, {a} is {rank_a} and {b} {rank_b}.")
        published = words.format(
            node=node,
            year=claim.year,
            a=named(known, claim.a),
            b=named(known, claim.b),
            rank_a=rank(first),
            rank_b=rank(last),
        )
    elif isinstance(claim, Place):
        words = _("In the {node} of {year}, {name} is {rank} of {all}.")
        published = words.format(
            node=node, year=claim.year, name=named(known, claim.area), rank=rank(first), all=first.ranked_areas
        )
    else:
        show = score if claim.measure == "score" else rank
        words = _("In the {node}, the score of {name} was {before} in {since} and {after} in {year}.")
        if claim.measure == "rank":
            words = _("In the {node}, {name} was {before} in {since} and {after} in {year}.")
        published = words.format(
            node=node,
            name=named(known, claim.area),
            before=show(first),
            since=claim.since,
            after=show(last),
            year=claim.year,
        )
    so = _("As published, the claim does not hold.")
    if holds:
        so = _("As published, the claim holds.")
    return f"{published} {so}"


def per_cent(share: float) -> str:
    """Return a share as 93.4 %, whole where it is; never rounded to 0 or 100."""
    text = f"{100 * share:.1f}".removesuffix(".0")
    return _("{n} %").format(n=numbers.spoken(text))


def rank(standing: Standing) -> str:
    """Return a rank with its range: 8th (range 6 to 12)."""
    at = numbers.ordinal(standing.rank or 0)
    if not numbers.known(standing.rank_p05):
        return at
    return _("{rank} (range {low} to {high})").format(
        rank=at, low=round(standing.rank_p05 or 0), high=round(standing.rank_p95 or 0)
    )


def score(standing: Standing) -> str:
    """Return a score with its range: 52.8 (range 49.1 to 55.0)."""
    at = numbers.score(standing.score or 0)
    if not numbers.known(standing.score_p05):
        return at
    low, high = (numbers.score(v or 0) for v in (standing.score_p05, standing.score_p95))
    return _("{score} (range {low} to {high})").format(score=at, low=low, high=high)


def of_figures(claim: OfFigures, found: tuple[Figure, ...], sign: int, known: Any) -> str:
    """Return why a claim about figures has its verdict: the figures, and that they are equal if they are."""
    first, last = (value(f) for f in (found[0], found[-1]))
    match claim:
        case Value():
            words = _("{indicator} of {name} in {year}: {value}.")
            said = words.format(
                indicator=indicator_name(known, claim.indicator),
                name=named(known, claim.area),
                year=claim.year,
                value=first,
            )
        case TwoValues():
            words = _("{indicator} in {year}: {a} {value_a}, {b} {value_b}.")
            said = words.format(
                indicator=indicator_name(known, claim.indicator),
                year=claim.year,
                a=named(known, claim.a),
                b=named(known, claim.b),
                value_a=first,
                value_b=last,
            )
        case ValueChange():
            words = _("{indicator} of {name}: {before} in {since}, {after} in {year}.")
            said = words.format(
                indicator=indicator_name(known, claim.indicator),
                name=named(known, claim.area),
                before=first,
                since=claim.since,
                after=last,
                year=claim.year,
            )
        case Together():
            words = _("{a} and {b} published together: {value} in {year}, {other} in {than}.")
            said = words.format(
                a=named(known, claim.a),
                b=named(known, claim.b),
                value=first,
                year=claim.year,
                other=last,
                than=claim.than,
            )
        case Partners():
            words = _("{name} published in {year}: {value} with {b}, {other} with {c}.")
            said = words.format(
                name=named(known, claim.area),
                year=claim.year,
                value=first,
                b=named(known, claim.b),
                other=last,
                c=named(known, claim.c),
            )
    if sign == 0 and not isinstance(claim, Value):
        equal = _("They are equal as published.")
        return sentences.opening(f"{said} {equal}")
    if sign == 0 and isinstance(claim, Value) and claim.relation != "equal":
        equal = _("It equals the number of the claim, as published.")
        return sentences.opening(f"{said} {equal}")
    return sentences.opening(said)


def value(figure: Figure) -> str:
    """Return a figure with its unit, and how it is known where it is not simply observed."""
    text = numbers.value(figure.value if figure.value is not None else float("nan"), figure.unit)
    if figure.status in ("", "A"):
        return text
    return _("{value} ({status})").format(value=text, status=status(figure))


def status(figure: Figure) -> str:
    """Return how a figure is known."""
    if figure.value is None:
        return _("no figure published")
    if not figure.status:
        return _("none in a complete list")
    return _(STATUS_WORDS[figure.status])


# --- what cannot be checked, and what else is to be known -----------------------------------------


def not_scored(year: int | None, known: Any) -> str:
    """Return that a year has no scores, and which have."""
    if not known.years:
        return _("Nothing has been scored yet.")
    words = _("There are no scores for {year}; the scored years are {first} to {last}.")
    return words.format(year=year, first=known.years[0], last=known.years[-1])


def not_measured(code: str, known: Any) -> str:
    """Return that a dimension is not measured, and why."""
    node = next(n for n in known.catalogue.framework.nodes if n.code == code)
    words = _("The {node} is not measured: {reason}")
    return words.format(node=node_name(known, code), reason=node.not_measured)


def unranked(standing: Standing, known: Any) -> str:
    """Return that a country has no rank, and why."""
    words = _("{name} is not ranked in {year}: {reason}.")
    reason = spoken_reason(standing.reason, known.catalogue.framework).rstrip(".")
    reason = reason or _("there are too few figures")
    if standing.reason is None and standing.score is None:
        reason = _("it has no score in the {node}").format(node=node_name(known, standing.node))
    return sentences.opening(
        words.format(
            name=named(known, standing.ref_area), year=standing.time_period, reason=reason[:1].lower() + reason[1:]
        )
    )


def no_figure(found: tuple[Figure, ...], known: Any) -> str:
    """Return which figures are missing, and the nearest years that have one."""
    said = []
    for figure in found:
        if figure.value is None:
            words = _("{indicator}, {name}: no figure for {year}, nor for any other year.")
            if figure.nearest is not None:
                words = _("{indicator}, {name}: no figure for {year}; the nearest is for {nearest}.")
            name = whose(figure, known)
            text = words.format(
                indicator=indicator_name(known, figure.indicator, rate=True),
                name=name,
                year=figure.time_period,
                nearest=figure.nearest,
            )
            said.append(sentences.opening(text))
    return " ".join(said)


def whose(figure: Figure, known: Any) -> str:
    """Return the country of a figure, or the two."""
    first = known.areas.name(figure.ref_area)
    if figure.counterpart_area == NOT_APPLICABLE:
        return str(first)
    return _("{a} and {b}").format(a=first, b=known.areas.name(figure.counterpart_area))


def share_words(share: float, draws: int) -> str:
    """Return a share and of how many simulated methods: "99.4 % of 1,000 simulated methods"."""
    words = ngettext("{share} of {n} simulated method", "{share} of {n} simulated methods", draws)
    return words.format(share=per_cent(share), n=numbers.spoken(f"{draws:,}"))
