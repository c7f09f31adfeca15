"""What countries, nodes and indicators are called inside the sentences on a claim."""

from typing import Any

from scidip.figures.text import sentences
from scidip.indicators.claims.lexicon import CLEAR
from scidip.indicators.language.current import ENGLISH, _, current
from scidip.indicators.units import unit_words

PROPER = ("World ", "Nobel ", "Fields ", "Global ", "UNESCO ", "Horizon ")


def named(known: Any, area: str) -> str:
    """Return the name of a country as it stands inside a sentence."""
    if current() is ENGLISH and area in CLEAR:
        return CLEAR[area]
    return sentences.in_text(known.areas.name(area))


def node_name(known: Any, code: str) -> str:
    """Return what a node is called inside a sentence: "national factor", "Education dimension"."""
    node = next(n for n in known.catalogue.framework.nodes if n.code == code)
    if node.level == "factor":
        return sentences.factor_title(node.name).lower()
    if node.level == "dimension":
        return _("{dimension} dimension").format(dimension=node.name)
    return _("index")


def indicator_name(known: Any, code: str, *, rate: bool = False) -> str:
    """Return the name of an indicator inside a sentence; with *rate*, its unit too where it is per something.

    In English it begins small unless it is a proper name.
    """
    spec = known.catalogue.indicators[code]
    name = str(spec.name)
    proper = name.startswith(PROPER) or not name[1:2].islower() or current() is not ENGLISH
    name = name if proper else name[:1].lower() + name[1:]
    unit = unit_words(spec.unit)
    if rate and unit.startswith("per ") and _(unit) not in name:
        return _("{indicator} {unit}").format(indicator=name, unit=_(unit))
    return name
