"""Indicators that an institution brings beside the catalogue: shown and exported with that mark, never scored.

Either the file declares a new one, or it holds the institution's own figures for one of the catalogue: these never
take the place of the producer's, but are a series of their own beside it (decision 0040).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from scidip.indicators.errors import InputFaults
from scidip.indicators.language.current import N_
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.supply import SOURCE

PREFIX: Final = "own_"
"""Begins the code of each of them, and of none in the catalogue."""
CODE: Final = r"[a-z][a-z0-9_]{0,39}"
NOT_SCORED: Final = N_("Not scored: supplied by the user of this copy.")
SOMEBODY: Final = N_("the user of this copy")
"""Who has supplied it, where the copy does not say whose it is."""
BESIDE: Final = N_("{indicator} (supplied by {institution})")


@dataclass(frozen=True)
class Declared:
    """An indicator as a file that serves has it."""

    indicator: str
    beside: str
    """The code of the catalogue's indicator that its figures stand beside; "" of a new one."""
    name: str
    unit: str
    """A code of `UNITS`, or the words themselves."""
    definition: str
    direction: int
    """1: more is better, -1: less is better, 0: neither."""
    file: int
    """Position of the file among those of its run."""


def own_code(code: str) -> str:
    """Return the code with its prefix."""
    return code if code.startswith(PREFIX) else PREFIX + code


def declaring(catalogue: Catalogue, declared: Collection[Declared], institution: str = "") -> Catalogue:
    """Return the catalogue with what files of the *institution* declare, last; itself where they declare nothing.

    Frameworks, methodologies and digests are as before: nothing declared is scored.
    """
    if not declared:
        return catalogue
    specs = {d.indicator: _spec(d, catalogue, institution or SOMEBODY) for d in declared}
    read = catalogue.read and declaring(catalogue.read, declared, institution)
    return replace(catalogue, indicators={**catalogue.indicators, **specs}, read=read)


def _spec(one: Declared, catalogue: Catalogue, institution: str) -> IndicatorSpec:
    """Return what is declared as the catalogue has it; beside another, with unit, definition and direction of that."""
    own = {"code": one.indicator, "source": SOURCE, "series": one.indicator, "note": NOT_SCORED}
    own |= {"beside": one.beside, "supplied_by": institution}
    base = catalogue.indicators.get(one.beside)
    if base is None:
        told = {"unit": one.unit, "definition": one.definition, "direction": one.direction}
        return IndicatorSpec.model_validate({**own, **told, "name": one.name})
    same = base.model_dump(include={"unit", "definition", "direction", "size", "plausible", "max_age"})
    name = BESIDE.format(indicator=base.name, institution=institution)
    return IndicatorSpec.model_validate({**own, **same, "name": name})


def declaration(spec: IndicatorSpec) -> tuple[str, ...]:
    """Return the lines that declare an indicator as it is; none for one of the catalogue, or beside one of it."""
    if not spec.supplied_by or spec.beside:
        return ()
    higher = {1: "better", -1: "worse", 0: "neutral"}[spec.direction]
    said = {"indicator": spec.code, "name": spec.name, "unit": spec.unit, "definition": spec.definition}
    return tuple(f"{word}: {text}" for word, text in (said | {"higher": higher}).items() if text)


def fresh_declaration(code: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the lines to be filled in for a new indicator. Raises InputFaults for a code that is one already."""
    if code.removeprefix(PREFIX) in known or code in known:
        raise InputFaults([f"{code.removeprefix(PREFIX)!r} is there already; write its template without --new"])
    if not re.fullmatch(CODE, code):
        raise InputFaults([f"{code!r} is no code; write small letters a to z, digits and _, as our_fellowships"])
    words = ("name: ", "unit: ", "definition: ", "higher: neutral", "source: ", "licence: ")
    return (f"indicator: {code}", *words)
