"""Openings of a country and the ties that would be most missed, as values."""

from collections.abc import Sequence

from scidip.figures.text import sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, Words, coded
from scidip.findings.exhibits.cooperation import expected
from scidip.findings.expected import openings as rules
from scidip.findings.expected import words
from scidip.findings.expected.openings import CERTAINTY, Opening
from scidip.findings.expected.ties import SERIES, Tie
from scidip.findings.fields import words as field_words
from scidip.findings.fields.profile import SERIES as BY_FIELD
from scidip.findings.fields.profile import Profile, TwoProfiles
from scidip.findings.pair import layer_of
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_

CHANNELS = ("diplomatic_posts", "visa_rule", "student_flow", "joint_projects")


def openings(desk: Desk, area: str, year: int, layer_for: rules.LayerFor = layer_of) -> Exhibit | None:
    """Return the partners below what is expected to whom a channel is open; None where there are none."""
    found = rules.openings(desk, area, year, layer_for)
    if not found:
        return None
    when = found[0].tie.year

    subtitle = Message(N_("Partners farthest below what is expected to whom a channel is open, {year}"), {"year": when})
    return _exhibit(
        desk,
        "country_openings",
        Sentence(lambda: words.of_openings(len(found), sum(o.certainty != "weak" for o in found))),
        subtitle,
        found,
        rules.RULE,
    )


def missed(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return the ties with the most works beyond what is expected; None where there are none."""
    found = rules.missed(desk, area, year)
    if not found:
        return None
    when = found[0].tie.year
    first = found[0].tie.b
    finding = Sentence(lambda: words.most_missed(desk, first))
    subtitle = Message(N_("Ties with the most joint works beyond what is expected, {year}"), {"year": when})
    return _exhibit(desk, "country_missed", finding, subtitle, found, rules.RULE_OF_TIES)


def _exhibit(desk: Desk, key: str, finding: Words, subtitle: Words, found: Sequence[Opening], rule: str) -> Exhibit:
    heads = (
        *expected.heads(desk),
        coded("certainty", N_("Certainty"), CERTAINTY),
        Column("reason", N_("Reason"), "text"),
        Column("counter", N_("Counter-reading"), "text"),
        Column("fields", N_("Fields"), "text"),
    )
    rows = tuple((*expected.cells(o.tie), o.certainty, *_texts(desk, o)) for o in found)
    notes = (Message(rule), Message(rules.MEANING), Message(words.FLOOR), Message(words.NEVER_A_FORECAST))
    return Exhibit(key, finding, subtitle, Table(subtitle, heads, rows), (*SERIES, *CHANNELS, *BY_FIELD), notes)


def _texts(desk: Desk, opening: Opening) -> tuple[Words, Words, Words]:
    """Return reason, counter-reading and what is known of fields, in the language that is spoken when they are read."""
    reason = Sentence(lambda: rules.reason(desk, opening))
    return reason, Sentence(lambda: rules.counter_words(opening)), Sentence(lambda: _fields(desk, opening.tie))


def _fields(desk: Desk, tie: Tie) -> str:
    """Return in which fields both do more than the world, or one alone; "" without figures by field of both."""
    both = TwoProfiles(*(Profile(desk, area, tie.year) for area in (tie.a, tie.b)))
    a, b = (sentences.in_text(desk.areas.name(area)) for area in (tie.a, tie.b))
    return "" if both.year is None else field_words.of_two(desk, a, b, both)
