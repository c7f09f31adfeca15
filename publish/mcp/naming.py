"""What a caller names, by code or by name, as a code; what is not known is refused with the nearest names."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from scidip.figures.text import sentences
from scidip.indicators.model.areas import fold
from scidip.publish.api.query import Refused
from scidip.publish.mcp.desk import ToolDesk

LONGEST = 80
"""Characters of what was given that a refusal repeats."""
SHOWN = 12
"""Codes that a refusal lists where nothing is near."""


def area(desk: ToolDesk, given: str) -> str:
    """Return the alpha-3 code of an area given by code or name."""
    found = given if given in desk.areas.codes else desk.areas.resolve("", given, "name").ref_area
    if found in desk.areas.codes:
        return str(found)
    return _closest("area", given, desk.areas.known_names, desk.areas.codes, "ISO 3166-1 alpha-3 codes and names")


def areas(desk: ToolDesk, given: Sequence[str]) -> list[str]:
    """Return the codes of several areas, each once."""
    return list(dict.fromkeys(area(desk, g) for g in given))


def indicator(desk: ToolDesk, given: str) -> str:
    """Return the code of an indicator given by code or name."""
    known = {fold(i.name): i.code for i in desk.catalogue.indicators.values()}
    codes = desk.catalogue.indicators
    return _found("indicator", given, known, codes, "codes and names of indicators, which search finds")


def node(desk: ToolDesk, given: str) -> str:
    """Return the code of the index, a factor or a dimension, given by code or name; "" is the index."""
    nodes = [n for n in desk.catalogue.framework.nodes if not n.not_measured]
    known = {fold(n.name): n.code for n in nodes}
    known |= {fold(sentences.factor_title(n.name)): n.code for n in nodes if n.level == "factor"}
    codes = [n.code for n in nodes]
    if not given:
        return desk.index_code
    return _found("node", given, known, codes, ", ".join(codes[:SHOWN]))


def year(desk: ToolDesk, given: int | None) -> int:
    """Return a scored year, the newest if none is given."""
    if not desk.years:
        raise Refused("no_scores", "Nothing has been scored yet.", "Run scidip build.")
    if given is None:
        return desk.years[-1]
    if given not in desk.years:
        raise Refused("unknown_year", f"{given} has no scores.", f"Accepted are {desk.years[0]} to {desk.years[-1]}.")
    return given


def _found(what: str, given: str, known: Mapping[str, str], codes: Iterable[str], accepted: str) -> str:
    every = {fold(c): c for c in codes}
    key = fold(given)
    return every.get(key) or known.get(key) or _closest(what, given, known, every.values(), accepted)


def _closest(what: str, given: str, known: Mapping[str, str], codes: Iterable[str], accepted: str) -> str:
    """Refuse, naming what is nearest or else what is accepted."""
    spelt = given[:LONGEST]
    near = [known[n] for n in get_close_matches(fold(spelt), known, n=3)]
    listed = list(codes)
    near += get_close_matches(spelt, listed, n=3) or get_close_matches(spelt.upper(), listed, n=3)
    near = [n for n in dict.fromkeys(near) if n in listed][:3]
    remedy = f"Nearest are {', '.join(near)}." if near else f"Accepted are {accepted}."
    raise Refused(f"unknown_{what}", f"There is no {what} {spelt!r}.", remedy, nearest=near)
