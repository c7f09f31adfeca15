"""What a careful reader should know beside a verdict: other fields, other figures, estimates, databases that grow."""

from typing import Any

from scidip.figures.text import numbers, sentences
from scidip.findings.claims.figures import PUBLICATIONS, Figure
from scidip.findings.claims.names import named
from scidip.findings.claims.sentences import per_cent, status, whose
from scidip.findings.claims.standings import Standing, alike, among_both
from scidip.indicators.claims.claim import Change, Order, Place
from scidip.indicators.language.current import _
from scidip.indicators.vocabulary import oldest_current


def notes_on_scores(claim: Order | Place | Change, standings: tuple[Standing, ...], known: Any) -> tuple[str, ...]:
    """Return what a careful reader should know of the scores: fields of other sizes, figures carried."""
    notes = []
    sizes = [s.ranked_areas for s in standings]
    if isinstance(claim, Change) and claim.measure == "rank" and sizes[0] != sizes[-1]:
        words = _(
            "{before} countries are ranked in {since} and {after} in {year}, so that places may change through those "
            "that joined or left. Among the {both} ranked in both years, it was {then} and is {now}."
        )
        both, then, now = among_both(known, claim.node, claim.since, int(claim.year or 0), claim.area)
        notes.append(
            words.format(
                before=sizes[0],
                since=claim.since,
                after=sizes[-1],
                year=claim.year,
                both=both,
                then=numbers.ordinal(then),
                now=numbers.ordinal(now),
            )
        )
    if isinstance(claim, Change):
        notes += on_the_same_figures(claim, standings, known)
    for standing in (s for s in standings if (s.carried_share or 0) >= 0.5):
        words = _("{share} of the figures of {name} in {year} are older than {current} and count as carried.")
        notes.append(
            words.format(
                share=per_cent(standing.carried_share or 0),
                name=named(known, standing.ref_area),
                year=standing.time_period,
                current=oldest_current(standing.time_period),
            )
        )
    if any(n.code == claim.node for n in known.catalogue.framework.level("dimension")):
        notes.append(_("Dimensions have no published rank: this is the place by score among the ranked countries."))
        proxied = sentences.dimension_named(known.catalogue, claim.node)
        if proxied.endswith(")"):
            words = _("What is scored there: {dimension}. A proxy stands in for what no producer measures directly.")
            notes.append(words.format(dimension=proxied))
    return tuple(notes)


def on_the_same_figures(claim: Change, standings: tuple[Standing, ...], known: Any) -> list[str]:
    """Return the note on a change of which less than half remains on the figures known in both years."""
    before, after = standings[0], standings[-1]
    found = alike(known, claim.node, claim.since, int(claim.year or 0), claim.area)
    if found is None or None in (before.rank, after.rank, before.score, after.score):
        return []
    if claim.measure == "rank":
        change, same = (before.rank or 0) - (after.rank or 0), found.rank_before - found.rank
        ends = numbers.ordinal(found.rank_before), numbers.ordinal(found.rank)
        words = _(
            "Most of this change comes from data coverage: on figures known in both years, it was {then} and "
            "is {now} of {n}."
        )
    else:
        change, same = (after.score or 0) - (before.score or 0), found.score - found.score_before
        ends = numbers.score(found.score_before), numbers.score(found.score)
        words = _(
            "Most of this change comes from data coverage: on figures known in both years, the score was "
            "{then} and is {now}."
        )
    if change == 0 or same / change >= 0.5:
        return []
    return [words.format(then=ends[0], now=ends[1], n=found.areas)]


def notes_on_figures(found: tuple[Figure, ...], known: Any) -> tuple[str, ...]:
    """Return what a careful reader should know of the figures: zeros of lists, estimates, databases that grow."""
    notes = []
    for code in dict.fromkeys(f.indicator for f in found):
        if known.catalogue.indicators[code].proxy:
            words = _("{indicator} is a proxy: it stands in for what no producer measures directly.")
            notes.append(words.format(indicator=known.catalogue.indicators[code].name))
    for figure in found:
        if figure.value is not None and not figure.status:
            words = _("{name} is not in the list of {year}, which names all there are: this counts as none.")
            notes.append(sentences.opening(words.format(name=whose(figure, known), year=figure.time_period)))
        elif figure.status not in ("", "A"):
            words = _("The figure of {name} for {year} is marked: {status}.")
            notes.append(words.format(name=whose(figure, known), year=figure.time_period, status=status(figure)))
    if found[0].indicator == PUBLICATIONS and found[0].time_period != found[-1].time_period:
        notes.append(_("A database of publications also grows by covering more; part of a rise may be that."))
    return tuple(dict.fromkeys(notes))
