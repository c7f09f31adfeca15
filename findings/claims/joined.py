"""Whether more works followed an accession than in countries alike that did not join; most often neither is shown."""

from dataclasses import replace
from typing import Any

from scidip.findings.claims.expected import Found
from scidip.findings.claims.figures import Verdict
from scidip.findings.events import followed, words
from scidip.findings.events.followed import Followed, Together
from scidip.findings.session import Reader
from scidip.indicators.claims.claim import Joined
from scidip.indicators.events.held import ACCESSIONS
from scidip.indicators.events.windows import WHY
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import N_, _

RULE = N_(
    "Supported: the difference beside countries alike lies outside the range of nine of ten of them, on the side that "
    "is claimed. Not supported: it lies outside on the other side. Otherwise, and wherever a trend is clear before "
    "such accessions: within uncertainty, which is most often the answer. Said is what followed, not what the "
    "accession did."
)


def series(claim: Joined) -> tuple[str, ...]:
    """Return the series that decide a claim."""
    return (JOINT, ACCESSIONS[claim.organisation])


def event_of(claim: Joined, desk: Any) -> Followed | None:
    """Return the accession that is meant: of the year named, else the newest that is studied; None where none is."""
    outcome = "member_works" if claim.members else "international_works"
    known = followed.of_unit(desk, claim.area)
    own = [e for e in known if (e.kind, e.outcome) == (claim.organisation, outcome)]
    own = [e for e in own if claim.year in (None, e.year)]
    return next((e for e in own if e.is_studied), own[0] if own else None)


def dated(claim: Joined, known: Any) -> Joined:
    """Return the claim with the year of the accession, if one is held."""
    found = event_of(claim, Reader(known.engine, known.catalogue, known.areas))
    return claim if found is None else replace(claim, year=found.year)


def read(claim: Joined, known: Any) -> Found:
    """Return what the figures around the accession say; known: the evidence of a claim."""
    desk = Reader(known.engine, known.catalogue, known.areas)
    one = event_of(claim, desk)
    if one is None:
        return Found("cannot_be_checked", None, _("No such accession of the country is in the lists that are held."))
    if not one.is_studied:
        told = _("The accession of {year} is not compared, because {why}.")
        return Found("cannot_be_checked", None, told.format(year=one.year, why=_(WHY[one.why])))
    every = followed.together(desk, one.kind, one.outcome)
    notes = (f"{words.of_all(every)}.", _(words.NOT_ALONE), _(words.CONSORTIA))
    holds = ((one.difference or 0.0) > 0) == claim.more
    return Found(_verdict(holds, one, every), holds, words.own(desk, one), notes)


def _verdict(holds: bool, one: Followed, every: Together) -> Verdict:
    before = [d for part, d in every.parts.items() if part != "effect"]
    if one.is_usual or any(d.is_clear for d in before):
        return "within_uncertainty"
    return "supported" if holds else "not_supported"
