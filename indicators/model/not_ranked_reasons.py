"""Why an area is not ranked: a code with parameters, and the sentence they make in the language of the visitor."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from scidip.indicators.language.current import ENGLISH, _, current, speaking
from scidip.indicators.model.framework import Framework
from scidip.indicators.vocabulary import NOT_RANKED, NotRanked


@dataclass(frozen=True)
class Known:
    """How many of the figures of a factor are known."""

    node: str
    """Its code; of a factor that the framework no longer has, its name."""
    known: int
    all: int


@dataclass(frozen=True)
class Reason:
    """Why an area is not ranked; a code leaves the parameters that it does not have as they are here."""

    code: NotRanked
    min_population: int = 0
    factors: tuple[Known, ...] = ()
    """The factors that have too few figures."""
    text: str = ""

    @property
    def params(self) -> str:
        """The parameters as the database keeps them: JSON with sorted keys."""
        return _params(self)


@lru_cache(maxsize=16_384)
def _params(reason: Reason) -> str:
    """Return the parameters of a reason; remembered, for most countries have theirs for many years."""
    given = {k: v for k, v in asdict(reason).items() if k != "code" and v}
    return json.dumps(given, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=4096)
def read_reason(code: str, params: str) -> Reason | None:
    """Return a reason from the two columns of the database; None for an area that is ranked."""
    if not code:
        return None
    given = json.loads(params)
    factors = tuple(Known(**factor) for factor in given.pop("factors", ()))
    return Reason(NotRanked(code), factors=factors, **given)


def why_outside(kind: str, people: float, minimum: int) -> Reason | None:
    """Return why an area of a *kind* with so many *people* is outside the universe; None when it is inside."""
    if kind == "territory":
        return Reason(NotRanked.TERRITORY)
    if np.isnan(people):
        return Reason(NotRanked.NO_POPULATION)
    if people < minimum:
        return Reason(NotRanked.SMALL_POPULATION, min_population=minimum)
    return None


def spoken(reason: Reason | None, framework: Framework) -> str:
    """Return the sentence of *reason*, "" without one; *framework*, in the current language too, names the factors."""
    if reason is None:
        return ""
    names = {node.code: node.name for node in framework.nodes}
    words = _("{factor} ({known} of {all} figures)")
    parts = [words.format(factor=names.get(f.node) or _(f.node), known=f.known, all=f.all) for f in reason.factors]
    people = f"{reason.min_population:,}".replace(",", current().group)
    return _(NOT_RANKED[reason.code]).format(people=people, parts=_(", ").join(parts), text=_(reason.text))


def in_english(reason: Reason | None, framework: Framework) -> str:
    """Return the sentence of *reason* in English, as files say it in every language."""
    with speaking(ENGLISH):
        return spoken(reason, framework)
