"""The file of a story: title, steps, sentences in several languages, the claim that carries each number.

A sentence has no digit of its own: numbers stand as `{placeholders}` and are filled from the claim, so that all
languages carry the same ones. A name that has a digit in it (*Horizon 2020*) is listed under `names`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from scidip.indicators.errors import InputFaults
from scidip.indicators.language.current import N_, current

CONCERNS: Mapping[str, str] = {
    "capacity_building": N_("Capacity building"),
    "brain_drain": N_("Brain drain"),
    "across_tensions": N_("Cooperation across tensions"),
    "water": N_("Water"),
    "women_in_science": N_("Women in science"),
    "university_networks": N_("Networks of universities"),
    "own": N_("Of one's own"),
}
"""What a story is about."""
ENGLISH = "en"
STEPS = (2, 12)
MOST_SENTENCES = 8
LONGEST = 400
"""Characters of a sentence, and of a title."""
LARGEST = 100_000
"""Characters of a file."""
DIGIT = re.compile(r"\d")
VERDICTS = ("supported", "within_uncertainty", "not_supported")
"""What a sentence may say of its claim: that it holds, that it is not settled, that it does not hold."""
KEYS = {
    "story": ("concern", "version", "names", "title", "summary", "step"),
    "step": ("view", "counter", "title", "sentence"),
    "sentence": ("claim", "verdict"),
}

Texts = Mapping[str, str]
"""Language → text; English is always there."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the claim that carries its numbers; "" of a sentence without numbers."""

    texts: Texts
    claim: str
    verdict: str


@dataclass(frozen=True)
class Step:
    """A step: what is said, and the address of the view that shows it."""

    title: Texts
    view: str
    is_counter: bool
    """Whether it is the strongest reading against the story."""
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Story:
    """A story as it stands in its file."""

    name: str
    concern: str
    version: str
    """The data version it was written with; "" when it follows what serves."""
    names: tuple[str, ...]
    title: Texts
    summary: Texts
    steps: tuple[Step, ...]


def in_language(texts: Texts) -> str:
    """Return a text in the language that is spoken, in English where there is no translation."""
    return texts.get(current().code, texts[ENGLISH])


def fields_of(text: str) -> tuple[str, ...]:
    """Return the names of the placeholders of a text."""
    return tuple(name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None)


def read(content: str, name: str) -> Story:
    """Return the story of a file. Raises InputFaults with everything that is wrong with its form."""
    if len(content) > LARGEST:
        raise InputFaults([f"{name}: longer than {LARGEST:,} characters"])
    try:
        given = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InputFaults([f"{name}: not TOML: {error}"]) from error
    faults = list(_faults(given))
    if faults:
        raise InputFaults([f"{name}: {fault}" for fault in faults])
    steps = tuple(
        Step(
            step["title"],
            step["view"],
            step.get("counter", False),
            tuple(
                Sentence(
                    {k: v for k, v in s.items() if k not in KEYS["sentence"]},
                    s.get("claim", ""),
                    s.get("verdict", VERDICTS[0]),
                )
                for s in step["sentence"]
            ),
        )
        for step in given["step"]
    )
    names = tuple(given.get("names", ()))
    return Story(name, given["concern"], given.get("version", ""), names, given["title"], given["summary"], steps)


def _faults(given: Mapping[str, Any]) -> Iterator[str]:
    yield from _keys(given, "story", "the story")
    if given.get("concern") not in CONCERNS:
        yield f"concern is {given.get('concern')!r}; write one of {', '.join(CONCERNS)}"
    for key in ("title", "summary"):
        yield from _texts(given.get(key), key)
    if not isinstance(given.get("version", ""), str) or not _strings(given.get("names", [])):
        yield "version is a text, names a list of texts"
    steps = given.get("step")
    if not isinstance(steps, list) or not STEPS[0] <= len(steps) <= STEPS[1]:
        yield f"a story has {STEPS[0]} to {STEPS[1]} steps, each under [[step]]"
        return
    names = given.get("names", [])
    for number, step in enumerate(steps, 1):
        yield from _step(step, f"step {number}", names if _strings(names) else [])
    if not any(isinstance(s, dict) and s.get("counter") is True for s in steps):
        yield "one step must be the strongest reading against the story: counter = true"


def _keys(given: Mapping[str, Any], kind: str, where: str) -> Iterator[str]:
    unknown = [key for key in given if key not in KEYS[kind]]
    if unknown and kind != "sentence":
        yield f"{where} knows no {unknown[0]!r}; it has {', '.join(KEYS[kind])}"


def _strings(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _texts(given: Any, where: str) -> Iterator[str]:
    if not isinstance(given, dict) or not all(isinstance(t, str) and t.strip() for t in given.values()):
        yield f"{where} is a table of texts by language: {where}.en = …"
        return
    if ENGLISH not in given:
        yield f"{where} has no English text (en)"
    yield from (f"{where}.{code} is longer than {LONGEST} characters" for code, t in given.items() if len(t) > LONGEST)


def _step(step: Any, where: str, names: list[str]) -> Iterator[str]:
    if not isinstance(step, dict):
        yield f"{where} is no table"
        return
    yield from _keys(step, "step", where)
    yield from (f"{where}: {fault}" for fault in _texts(step.get("title"), "title"))
    if not isinstance(step.get("view"), str) or not step["view"].startswith("/"):
        yield f"{where}: view is an address of this site, as /country?area=FRA"
    sentences = step.get("sentence")
    if not isinstance(sentences, list) or not 1 <= len(sentences) <= MOST_SENTENCES:
        yield f"{where} has 1 to {MOST_SENTENCES} sentences, each under [[step.sentence]]"
        return
    for number, sentence in enumerate(sentences, 1):
        yield from (f"{where}, sentence {number}: {fault}" for fault in _sentence(sentence, names))


def _sentence(given: Any, names: list[str]) -> Iterator[str]:
    if not isinstance(given, dict):
        yield "is no table"
        return
    texts = {key: text for key, text in given.items() if key not in KEYS["sentence"]}
    faults = list(_texts(texts, "text"))
    yield from faults
    if given.get("verdict", VERDICTS[0]) not in VERDICTS:
        yield f"verdict is one of {', '.join(VERDICTS)}"
    for code, text in texts.items() if not faults else ():
        bare = text
        for name in names:
            bare = bare.replace(name, "")
        try:
            fields = fields_of(text)
        except ValueError:
            yield f"{code}: a brace is not closed"
            continue
        if DIGIT.search(re.sub(r"\{[^}]*\}", "", bare)):
            yield f"{code}: a number is typed; write a placeholder that the claim fills, or list its name under names"
        if fields and not given.get("claim"):
            yield f"{code}: {{{fields[0]}}} has no claim that fills it"
