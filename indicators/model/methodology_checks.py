"""What may be wrong with a methodology of the catalogue: methods, and names of dimensions and indicators."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from scidip.indicators.methods import AGGREGATORS, NORMALISERS, RELATIVE_AGGREGATORS, TREATMENTS, WEIGHTERS
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology, StepChoice
from scidip.indicators.registry import Registry
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK


def methodology_faults(
    methodology: Methodology, file: str, indicators: Mapping[str, IndicatorSpec], frameworks: Mapping[str, Framework]
) -> Iterator[str]:
    """Yield a sentence for each fault: file and code, the key, the value, and what to do."""
    where = f"{file}, {methodology.code}"
    yield from (f"{where}: {fault}" for fault in _method_faults(methodology))
    for code in methodology.frameworks:
        if code not in frameworks:
            yield f"{where}: frameworks: there is no framework {code!r}; {remedy(code, frameworks)}"
    if methodology.frameworks and DEFAULT_FRAMEWORK not in methodology.frameworks:
        yield f"{where}: frameworks: {DEFAULT_FRAMEWORK!r} must be among them, the pages rest on it; add it"
    measured = {d.code for f in frameworks.values() for d in f.level("dimension")}
    for code in methodology.dimensions:
        if code not in measured:
            yield f"{where}: dimensions.{code}: no framework has the dimension {code!r}; {remedy(code, measured)}"
    for code, dimension in methodology.dimensions.items():
        for indicator in dimension.indicators:
            key = f"dimensions.{code}.indicators"
            yield from (f"{where}: {key}: {fault}" for fault in _unfit(indicator, indicators))
    for indicator in methodology.indicators:
        yield from (f"{where}: indicators.{indicator}: {fault}" for fault in _unfit(indicator, indicators))
    scored = [i for dimension in methodology.dimensions.values() for i in dimension.indicators]
    for indicator in sorted({i for i in scored if scored.count(i) > 1}):
        yield f"{where}: dimensions: the indicator {indicator!r} is scored twice; take it out of one of them"
    for framework in frameworks.values() if methodology.dimensions else ():
        yield from (f"{where}: {fault}" for fault in _also_scored(methodology, framework))


def remedy(name: str, known: Collection[str], instead: str = "take it out") -> str:
    """Return what to do about a name that is not among the *known*: the nearest ones, else *instead*."""
    near = get_close_matches(name, sorted(known))
    return f"write {' or '.join(repr(n) for n in near)}, or {instead}" if near else instead


def _also_scored(methodology: Methodology, framework: Framework) -> Iterator[str]:
    """Yield which indicators the methodology scores in one dimension and the framework, unnamed, in another."""
    left = [d for d in framework.level("dimension") if d.code not in methodology.dimensions]
    for code, dimension in methodology.dimensions.items():
        for other in left:
            for indicator in sorted(set(dimension.indicators) & set(other.indicators)):
                yield (
                    f"dimensions.{code}.indicators: {indicator!r} is also scored in {other.code} of the framework "
                    f"{framework.code}; name dimensions.{other.code} too, without it"
                )


def _unfit(code: str, indicators: Mapping[str, IndicatorSpec]) -> Iterator[str]:
    """Yield why an indicator cannot be scored."""
    if code not in indicators:
        yield f"the indicator {code!r} does not exist; {remedy(code, indicators)}"
    elif indicators[code].arity != "area":
        yield f"{code!r} is a pair layer; name an indicator per area that is derived from it"


def _method_faults(methodology: Methodology) -> Iterator[str]:
    choices: list[tuple[Registry[Any], StepChoice]] = [
        (TREATMENTS, methodology.treat),
        (NORMALISERS, methodology.normalise),
    ]
    choices += [(NORMALISERS, choice) for choice in methodology.uncertain.normalise]
    for registry, choice in choices:
        yield from registry.faults(choice.method, choice.params)
    aggregate = methodology.aggregate
    used = {aggregate.method, *aggregate.per_level, *aggregate.per_node.values()}
    for name in sorted(used):
        yield from AGGREGATORS.faults(name, {})
    for name in methodology.uncertain.aggregate:
        registry = RELATIVE_AGGREGATORS if name in RELATIVE_AGGREGATORS else AGGREGATORS
        yield from (f"uncertain.aggregate: {fault}" for fault in registry.faults(name, {}))
    for name in methodology.uncertain.weighting:
        yield from (f"uncertain.weighting: {fault}" for fault in WEIGHTERS.faults(name, {}))
    if "geometric" in used and methodology.normalise.params.get("lower", 0) <= 0:
        yield "geometric aggregation needs normalised values above zero; set `lower` to 1"
