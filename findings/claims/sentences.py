"""The sentences of an answer to a claim, in the language that is spoken."""

from typing import Any

from scidip.figures.text import numbers, sentences
from scidip.findings.claims.figures import Compared, Figure
from scidip.findings.claims.names import indicator_name, named, node_name
from scidip.findings.claims.standings import Standing
from scidip.indicators.claims.claim import Change, Order, Partners, Place, Together, TwoValues, Value, ValueChange
from scidip.indicators.language.current import _, ngettext
from scidip.indicators.model.not_ranked_reasons import spoken as spoken_reason
from scidip.indicators.vocabulary import NOT_APPLICABLE, STATUS_WORDS

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


def of_figures(claim: Compared, found: tuple[Figure, ...], sign: int, known: Any) -> str:
    """Return why a claim about figures has its verdict: the figures, and that they are equal if they are."""
    first, last = value(found[0]), value(found[-1])
    match claim:
        case Together() | Partners():
            said = _of_ties(claim, first, last, known)
        case _:
            said = _of_indicator(claim, first, last, known)
    if sign == 0 and not isinstance(claim, Value):
        equal = _("They are equal as published.")
        return sentences.opening(f"{said} {equal}")
    if sign == 0 and isinstance(claim, Value) and claim.relation != "equal":
        equal = _("It equals the number of the claim, as published.")
        return sentences.opening(f"{said} {equal}")
    return sentences.opening(said)


def _of_indicator(claim: Value | TwoValues | ValueChange, first: str, last: str, known: Any) -> str:
    """Return the figure, or the *first* and the *last* one, of the indicator of a claim."""
    indicator, year = indicator_name(known, claim.indicator), claim.year
    match claim:
        case Value():
            words = _("{indicator} of {name} in {year}: {value}.")
            return words.format(indicator=indicator, name=named(known, claim.area), year=year, value=first)
        case TwoValues():
            words = _("{indicator} in {year}: {a} {value_a}, {b} {value_b}.")
            a, b = named(known, claim.a), named(known, claim.b)
            return words.format(indicator=indicator, year=year, a=a, b=b, value_a=first, value_b=last)
        case ValueChange():
            words = _("{indicator} of {name}: {before} in {since}, {after} in {year}.")
            name, since = named(known, claim.area), claim.since
            return words.format(indicator=indicator, name=name, before=first, since=since, after=last, year=year)


def _of_ties(claim: Together | Partners, first: str, last: str, known: Any) -> str:
    """Return the two numbers of joint publications that a claim compares."""
    match claim:
        case Together():
            words = _("{a} and {b} published together: {value} in {year}, {other} in {than}.")
            a, b = named(known, claim.a), named(known, claim.b)
            return words.format(a=a, b=b, value=first, year=claim.year, other=last, than=claim.than)
        case Partners():
            words = _("{name} published in {year}: {value} with {b}, {other} with {c}.")
            name, b, c = (named(known, area) for area in (claim.area, claim.b, claim.c))
            return words.format(name=name, year=claim.year, value=first, b=b, other=last, c=c)


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


def not_one_series(claim: ValueChange, known: Any) -> str:
    """Return that the figures of two years are of different editions."""
    words = _(
        "The figures of {since} and {year} for {indicator} are of different editions, which are not compared: a "
        "difference between them is no change of the country."
    )
    name = indicator_name(known, claim.indicator)
    return words.format(since=claim.since, year=claim.year, indicator=name)


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
