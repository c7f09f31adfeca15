"""What a claim fills into the sentence that it carries: years, figures with their unit, ranks with their range."""

from collections.abc import Iterator

from scidip.figures.text import numbers
from scidip.findings.claims import joined, moved, sentences
from scidip.findings.claims.check import Answer, Evidence
from scidip.findings.events import words as event_words
from scidip.findings.expected import ties, words
from scidip.findings.session import Reader
from scidip.indicators.claims.claim import Change, Expected, Joined, Moves, Place, Together, Value, ValueChange

FILLED = {
    "year": "the year of the claim",
    "since": "its earlier year",
    "number": "the number a figure is compared with",
    "place": "the place claimed",
    "value1": "the first figure, with its unit",
    "value2": "the second figure, with its unit",
    "rank1": "the first rank, with its range",
    "rank2": "the second rank, with its range",
    "ranked": "how many countries are ranked",
    "difference": "what followed an accession beside countries alike, in percent",
    "there": "moves from the first to the second country by the count of Scopus",
    "back": "moves the other way, by Scopus",
    "there_openalex": "moves from the first to the second country by the count of OpenAlex",
    "back_openalex": "moves the other way, by OpenAlex",
    "actual": "joint works of the two",
    "expected": "joint works expected of the two",
    "low": "the lower end of what nine of ten pairs like them do",
    "high": "the upper end",
}
"""Placeholders, and what they stand for."""


def of(answer: Answer, known: Evidence) -> dict[str, str]:
    """Return what the claim of an answer fills in, by placeholder, in the language that is spoken."""
    return dict(_parameters(answer)) | dict(_figures(answer)) | dict(_more(answer, known))


def _parameters(answer: Answer) -> Iterator[tuple[str, str]]:
    claim = answer.claim
    yield "year", str(claim.year)
    if isinstance(claim, Change | ValueChange | Moves):
        yield "since", str(claim.since)
    if isinstance(claim, Together):
        yield "since", str(claim.than)
    if isinstance(claim, Value):
        yield "number", numbers.spoken(str(claim.number))
    if isinstance(claim, Place):
        yield "place", str(claim.place)


def _figures(answer: Answer) -> Iterator[tuple[str, str]]:
    if not isinstance(answer.claim, Moves):
        for number, figure in enumerate(answer.figures, 1):
            if figure.value is not None:
                yield f"value{number}", sentences.value(figure)
    for number, standing in enumerate(answer.standings, 1):
        if standing.rank is not None:
            yield f"rank{number}", sentences.rank(standing)
            yield "ranked", str(standing.ranked_areas)


def _more(answer: Answer, known: Evidence) -> Iterator[tuple[str, str]]:
    claim = answer.claim
    if isinstance(claim, Moves) and all(f.value is not None for f in answer.figures):
        for end, found in zip(("", "_openalex"), moved.balances(claim, answer.figures), strict=True):
            yield f"there{end}", numbers.value(found.there, "count")
            yield f"back{end}", numbers.value(found.back, "count")
    if isinstance(claim, Joined):
        one = joined.event_of(claim, Reader(known.engine, known.catalogue, known.areas))
        if one is not None and one.is_studied:
            ends = (("difference", one.difference), ("low", one.low), ("high", one.high))
            yield from ((key, event_words.signed(value)) for key, value in ends)
    if isinstance(claim, Expected):
        desk = Reader(known.engine, known.catalogue, known.areas)
        tie = next((t for t in ties.of_pair(desk, claim.a, claim.b) if t.year == claim.year), None)
        if tie is not None:
            for key, value in (
                ("actual", tie.actual),
                ("expected", tie.expected),
                ("low", tie.low),
                ("high", tie.high),
            ):
                yield key, words.works(value)
