"""Whether two countries publish more or fewer works together than is expected of them."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine

from scidip.figures.text import sentences
from scidip.findings.claims.names import named
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected import words
from scidip.findings.expected.ties import Tie
from scidip.findings.session import Reader
from scidip.indicators.claims.claim import Expected
from scidip.indicators.language.current import N_, _
from scidip.store.queries import expectation_queries

RULE = N_(
    "Supported: the joint works lie outside the interval of nine of ten pairs of which as much is expected, on the "
    "side that is claimed, and a level of its own for each country puts them on the same side. Not supported: they lie "
    "outside on the other side. Otherwise: within uncertainty. What is expected rests on the works of both, distance, "
    "border, language, colonial tie, common organisations and UN votes; it is no forecast and no target."
)


@dataclass(frozen=True)
class Found:
    """What became of the claim."""

    verdict: Literal["supported", "not_supported", "within_uncertainty", "cannot_be_checked"]
    holds: bool | None
    why: str
    notes: tuple[str, ...] = ()


def newest(engine: Engine) -> int | None:
    """Return the newest year of the model; None without one."""
    years = expectation_queries.model(engine)["time_period"]
    return int(years.max()) if len(years) else None


def read(claim: Expected, known: Any) -> Found:
    """Return what the figures of the claim's very year say; known: the evidence of a claim."""
    desk, year = Reader(known.engine, known.catalogue, known.areas), int(claim.year or 0)
    years = expected_ties.years(desk)
    if year not in years:
        told = _("What is expected of pairs is known for no year.")
        if years:
            told = _("What is expected of pairs is known for {first} to {last}.").format(first=years[0], last=years[-1])
        return Found("cannot_be_checked", None, told)
    tie = next((t for t in expected_ties.of_pair(desk, claim.a, claim.b) if t.year == year), None)
    if tie is None:
        return Found("cannot_be_checked", None, words.why_none(desk, claim.a, claim.b, year))
    return Found(_verdict(claim, tie), (tie.ratio > 1) == claim.more, _why(claim, tie, known), (words.between(tie),))


def _verdict(claim: Expected, tie: Tie) -> Literal["supported", "not_supported", "within_uncertainty"]:
    if tie.side == "within" or not tie.agreed:
        return "within_uncertainty"
    return "supported" if (tie.side == "above") == claim.more else "not_supported"


def _why(claim: Expected, tie: Tie, known: Any) -> str:
    told = _("{a} and {b} published {n} works together in {year}; {expected} are expected, so {times} times as many.")
    return sentences.opening(
        told.format(
            a=named(known, claim.a),
            b=named(known, claim.b),
            n=words.works(tie.actual),
            year=tie.year,
            expected=words.works(tie.expected),
            times=words.times(tie.ratio),
        )
    )
