"""A story told: each sentence filled in and held against the figures, with what it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from scidip.figures.rows import each_row
from scidip.findings.claims import joined
from scidip.findings.claims.check import VERDICTS, Answer, Evidence, check, link
from scidip.findings.expected.ties import SERIES
from scidip.findings.stories import values
from scidip.indicators.claims.claim import ClaimError, Expected, Joined
from scidip.indicators.language.current import ENGLISH, N_, _, speaking
from scidip.indicators.stories.story import Sentence, Step, Story, fields_of, in_language
from scidip.store.queries import pair_queries

State = Literal["plain", "true", "other_verdict", "cannot_be_checked", "not_understood", "not_filled"]
STATES = {
    "plain": N_("no number"),
    "true": N_("checked"),
    "other_verdict": N_("no longer so"),
    "cannot_be_checked": N_("cannot be checked"),
    "not_understood": N_("the claim is not understood"),
    "not_filled": N_("a number is missing"),
}
"""How a sentence stands beside the figures."""


@dataclass(frozen=True)
class Said:
    """A sentence as it is read, and how it stands."""

    text: str
    sentence: Sentence
    state: State
    why: str
    """What the figures say of the claim; "" without one."""
    origin: str
    """Source, edition and licence of the figures."""
    link: str
    """The address of the claim; "" without one that is understood."""
    terms: tuple[str, ...] = ()
    """Why figures of it may not be passed on in bulk."""

    @property
    def is_true(self) -> bool:
        """Whether nothing speaks against the sentence."""
        return self.state in ("plain", "true")


@dataclass(frozen=True)
class ToldStep:
    """A step as it is read."""

    number: int
    step: Step
    title: str
    said: tuple[Said, ...]

    @property
    def said_wrong(self) -> tuple[Said, ...]:
        """The sentences that the figures do not carry."""
        return tuple(one for one in self.said if not one.is_true)

    @property
    def origins(self) -> tuple[str, ...]:
        """The sources of its figures, each once."""
        return tuple(dict.fromkeys(one.origin for one in self.said if one.origin))


@dataclass(frozen=True)
class Told:
    """A story as it is read, in the language that was spoken when it was told."""

    story: Story
    title: str
    summary: str
    steps: tuple[ToldStep, ...]

    @cached_property
    def wrong(self) -> tuple[Said, ...]:
        """The sentences that the figures do not carry."""
        return tuple(one for step in self.steps for one in step.said_wrong)


def tell(story: Story, known: Evidence) -> Told:
    """Return a story with every sentence held against the figures."""
    steps = tuple(
        ToldStep(number, step, in_language(step.title), tuple(_said(s, known) for s in step.sentences))
        for number, step in enumerate(story.steps, 1)
    )
    return Told(story, in_language(story.title), in_language(story.summary), steps)


def _said(sentence: Sentence, known: Evidence) -> Said:
    text = in_language(sentence.texts)
    if not sentence.claim:
        return Said(text, sentence, "plain", "", "", "")
    try:
        answer = check(sentence.claim, known)
    except ClaimError as error:
        return Said(_emptied(text), sentence, "not_understood", str(error), "", "")
    filled = values.of(answer, known)
    terms = tuple(dict.fromkeys(f.withheld for f in answer.figures if f.withheld))
    here = Said(text, sentence, "true", answer.why, _origin(answer, known), link(answer, known.in_english), terms)
    missing = [name for name in fields_of(text) if name not in filled]
    if answer.verdict == "cannot_be_checked" or missing:
        state: State = "cannot_be_checked" if answer.verdict == "cannot_be_checked" else "not_filled"
        why = answer.why if state == "cannot_be_checked" else _not_filled(missing, filled)
        return replace(here, text=_emptied(text, filled), state=state, why=why)
    state = "true" if answer.verdict == sentence.verdict else "other_verdict"
    told = f"{_(VERDICTS[answer.verdict])}: {answer.why}"
    return replace(here, text=text.format(**filled), state=state, why=told)


def _emptied(text: str, filled: dict[str, str] | None = None) -> str:
    """Return a text with dashes where numbers are missing."""
    known = filled or {}
    return text.format(**{name: known.get(name, "–") for name in fields_of(text)})


def _not_filled(missing: Sequence[str], filled: dict[str, str]) -> str:
    words = _("{name} is filled by no claim of this kind, which fills {known}.")
    return words.format(name=f"{{{missing[0]}}}", known=", ".join(sorted(filled)))


def _origin(answer: Answer, known: Evidence) -> str:
    if isinstance(answer.claim, Expected):
        rows = each_row(pair_queries.sources(known.engine, SERIES))
        return "; ".join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in rows)
    if isinstance(answer.claim, Joined):
        rows = each_row(pair_queries.sources(known.engine, joined.series(answer.claim)))
        return "; ".join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in rows)
    parts = [", ".join(p for p in (f.source, f.vintage, f.licence) if p) for f in answer.figures]
    return "; ".join(dict.fromkeys(filter(None, parts)))


def faults(story: Story, known: Evidence) -> Iterator[str]:
    """Yield a sentence for each thing a story says that the figures do not carry, in every language of its own."""
    with speaking(ENGLISH):
        for step in tell(story, known).steps:
            for number, one in enumerate(step.said, 1):
                if not one.is_true:
                    yield f"step {step.number}, sentence {number}: {STATES[one.state]}: {one.why}"
                names = {code: set(fields_of(text)) for code, text in one.sentence.texts.items()}
                for code, own in names.items():
                    if own != names["en"]:
                        yield f"step {step.number}, sentence {number}: {code} has other placeholders than en"
