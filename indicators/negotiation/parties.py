"""Parties and their weights, as they stand in an address: `Nord!infra.50,visa.0~Sud!national.80~`.

Weights are points of factors and dimensions, 0 to 100: 50 leave a weight as the framework has it, 100 double it, 0
leave the element out; what is not named keeps its 50. It is the language of the page of robustness. A party ends with
`~`, so that an address that was cut off is known for one; `%` escapes what separates.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote

from scidip.indicators.errors import MethodError, ScidipError
from scidip.indicators.language.current import _
from scidip.indicators.model.framework import Framework
from scidip.indicators.robustness.alternative_methodologies import USUAL, weighted

MOST = 12
"""Parties that sit in a room: of more, no table can be read, and no link is short enough to pass on."""
LONGEST_NAME = 40
MOST_POINTS = 100.0
DECIMALS = 4
"""Decimals of points in an address: what a concession needs to stay true."""
SHOWN = 40
_SPECIAL = re.compile(r"[%~!]")
_WEIGHT = re.compile(r"(?P<name>[^\W\d][^.=:;,]*?)\s*[.=:\s]\s*(?P<points>[-+−]?\d+(?:[.]\d+)?)\s*%?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]|[\ud800-\udfff]")


class PartyError(ScidipError):
    """A party or a list of parties that cannot be read; its text says what was seen, what is expected, and a remedy."""


@dataclass(frozen=True)
class Party:
    """A party: its name, and points by node (factor or dimension)."""

    name: str
    points: Mapping[str, float]


def weights_of(text: str, framework: Framework, name: str) -> dict[str, float]:
    """Return points by node from "infra.50, visa 0": separated by commas, semicolons or lines.

    Nodes by their code or their name. Raises PartyError.
    """
    parts = [part.strip() for part in re.split(r"[,;\n]", text)]
    pairs = [_pair(part, name) for part in parts if part]
    return checked(pairs, framework, name)


def _pair(part: str, name: str) -> tuple[str, float]:
    found = _WEIGHT.fullmatch(part)
    if found is None:
        words = _("{party}: “{text}” is no weight; write the element and its points, as in infra 50.")
        raise PartyError(words.format(party=shown(name), text=shown(part)))
    return found["name"].strip(), float(found["points"].replace("−", "-"))


def checked(pairs: Iterable[tuple[str, float]], framework: Framework, name: str) -> dict[str, float]:
    """Return weights by the codes of their nodes. Raises PartyError for the first that cannot be, and for none."""
    known = nodes_by_word(framework)
    points: dict[str, float] = {}
    for word, value in pairs:
        code = known.get(word.casefold())
        if code is None:
            raise PartyError(_unknown(word, known, name))
        if not 0 <= value <= MOST_POINTS:
            words = _("{party}: {node} has {points} points; points run from 0 to 100, and 50 leave a weight as it is.")
            raise PartyError(words.format(party=shown(name), node=code, points=f"{value:g}"))
        if code in points:
            words = _("{party}: {node} is named twice; name it once.")
            raise PartyError(words.format(party=shown(name), node=code))
        points[code] = value
    if not points:
        words = _("{party} has no weights; name at least one factor or dimension with its points, as in infra 50.")
        raise PartyError(words.format(party=shown(name)))
    _not_all_zero(points, framework, name)
    return points


def _not_all_zero(points: Mapping[str, float], framework: Framework, name: str) -> None:
    try:
        weighted(framework, points)
    except MethodError:
        words = _("{party}: every weight is zero; give at least one factor and one of its dimensions some points.")
        raise PartyError(words.format(party=shown(name))) from None


def _unknown(word: str, known: Mapping[str, str], name: str) -> str:
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.5)
    if near:
        words = _("{party}: there is no factor or dimension “{word}”; did you mean {near}?")
        return words.format(party=shown(name), word=shown(word), near=known[near[0]])
    words = _("{party}: there is no factor or dimension “{word}”; known are {known}.")
    codes = ", ".join(dict.fromkeys(known.values()))
    return words.format(party=shown(name), word=shown(word), known=codes)


def nodes_by_word(framework: Framework) -> dict[str, str]:
    """Return the codes of the nodes that have a weight, by code and by name, in small letters."""
    nodes = [n for n in framework.nodes if n.level != "index" and not n.not_measured]
    return {word.casefold(): n.code for n in nodes for word in (n.code, n.name)}


def named(name: str) -> str:
    """Return the name of a party in one line. Raises PartyError for none, a long one and signs that are no text."""
    told = " ".join(name.split())
    if not told or _CONTROL.search(told):
        raise PartyError(_("A party needs a name of letters; write one before its weights."))
    if len(told) > LONGEST_NAME:
        words = _("The name “{name}” is longer than {n} characters; shorten it.")
        raise PartyError(words.format(name=shown(told), n=LONGEST_NAME))
    return told


def seated(parties: Sequence[Party]) -> tuple[Party, ...]:
    """Return the parties, if they can sit together. Raises PartyError for too many, and for two of one name."""
    if len(parties) > MOST:
        words = _("{n} parties are more than the {most} that one room holds; put those that agree together.")
        raise PartyError(words.format(n=len(parties), most=MOST))
    names = [p.name for p in parties]
    for name in names:
        if names.count(name) > 1:
            words = _("Two parties are called {name}; give one of them another name.")
            raise PartyError(words.format(name=shown(name)))
    return tuple(parties)


def from_text(text: str, framework: Framework) -> tuple[Party, ...]:
    """Return the parties of an address, none of an empty one. Raises PartyError."""
    if not text:
        return ()
    *whole, rest = text.split("~")
    if rest:
        last = unquote(whole[-1].partition("!")[0]) if whole else ""
        words = _("The link ends in the middle of a party, after “{last}”: it was cut off; ask for it again.")
        if not last:
            words = _("The link ends in the middle of its first party: it was cut off; ask for it again.")
        raise PartyError(words.format(last=shown(last)))
    if len(whole) > MOST:
        seated([Party(str(k), {}) for k in range(len(whole))])
    found = []
    for part in whole:
        name, _mark, weights = part.partition("!")
        told = named(unquote(name))
        found.append(Party(told, weights_of(weights, framework, told)))
    return seated(found)


def to_text(parties: Iterable[Party]) -> str:
    """Return the parties as they stand in an address."""
    return "".join(f"{_escaped(p.name)}!{points_text(p.points)}~" for p in parties)


def points_text(points: Mapping[str, float]) -> str:
    """Return points as text, "infra.50,visa.0"; one that says nothing is kept, so that no party is without weights."""
    said = {k: v for k, v in points.items() if v != USUAL} or dict(list(points.items())[:1])
    return ",".join(f"{k}.{_number(v)}" for k, v in said.items())


def _number(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", text)


def shown(text: str) -> str:
    """Return a text from outside, short and in one line."""
    told = " ".join(text.encode("utf-8", "replace").decode().split())
    return told if len(told) <= SHOWN else told[: SHOWN - 1] + "…"
