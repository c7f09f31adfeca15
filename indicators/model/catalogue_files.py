"""Read the catalogue's files and find every fault in them before anything starts."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scidip.indicators.errors import CatalogueError
from scidip.indicators.measures import MEASURES
from scidip.indicators.methods import AGGREGATORS, NORMALISERS, RELATIVE_AGGREGATORS, TREATMENTS, WEIGHTERS
from scidip.indicators.model.catalogue import Catalogue, CrossCheck, IndicatorSpec, Panel
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology, StepChoice
from scidip.indicators.pairs import measures as _pair_measures  # noqa: F401  (enters the pair measures)
from scidip.indicators.registry import Registry
from scidip.indicators.units import UNITS
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX


def load_catalogue(folder: Path, known_sources: Collection[str]) -> Catalogue:
    """Read and check the catalogue below *folder*; *known_sources* are the installed sources' ids.

    Raises CatalogueError with every fault found, each naming its file and code.
    """
    faults: list[str] = []
    indicators = _collect(folder / "indicators", IndicatorSpec, "indicator", faults)
    frameworks = _frameworks(folder / "frameworks", faults)
    methodologies = _collect(folder / "methodologies", Methodology, None, faults)
    crosschecks = _collect(folder / "crosschecks", CrossCheck, "crosscheck", faults)
    panels = _collect(folder / "panels", Panel, None, faults)
    faults += _named_faults(indicators, crosschecks, panels)
    faults += _indicator_faults(indicators, known_sources)
    faults += [f for framework in frameworks.values() for f in _framework_faults(framework, indicators)]
    faults += [f for methodology in methodologies.values() for f in _methodology_faults(methodology)]
    for kind, models, needed in (
        ("framework", frameworks, DEFAULT_FRAMEWORK),
        ("methodology", methodologies, "default"),
    ):
        if needed not in models:
            faults.append(f"{kind}s: the default, {needed!r}, is missing")
    default = frameworks.get(DEFAULT_FRAMEWORK)
    if default is not None and default.index_code != DEFAULT_INDEX:
        faults.append(
            f"frameworks: the index_code of the default, {default.index_code!r}, must be {DEFAULT_INDEX!r}: "
            "addresses and stored scores name it so"
        )
    if faults:
        raise CatalogueError(faults)
    return Catalogue(indicators, frameworks, methodologies, crosschecks, panels)


def _documents(folder: Path, table: str | None, faults: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return (file name, entry) of every entry in the TOML files of a folder."""
    found: list[tuple[str, dict[str, Any]]] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            document = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{path.name}: not valid TOML: {error}")
            continue
        found += [(path.name, e) for e in (document.get(table, []) if table else [document])]
    return found


def _collect(folder: Path, model: type[Any], table: str | None, faults: list[str]) -> dict[str, Any]:
    return _validated(_documents(folder, table, faults), model, faults)


def _validated(documents: list[tuple[str, dict[str, Any]]], model: type[Any], faults: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, entry in documents:
        code = str(entry.get("code", "(no code)"))
        try:
            parsed = model.model_validate(entry)
        except ValidationError as error:
            faults += [f"{name}, {code}: {_where(e)}{e['msg']}" for e in error.errors()]
            continue
        if code in found:
            faults.append(f"{name}, {code}: the code appears twice")
        found[code] = parsed
    return found


def _frameworks(folder: Path, faults: list[str]) -> dict[str, Any]:
    """Return the frameworks; one may regroup the dimensions of another by their codes, or replace its indicators.

    Such a file names the other in `dimensions_of`. It lists codes in each factor's `dimensions`, or it has no factor
    of its own and takes those of the other. `replaced` names the indicators that others stand for.
    """
    documents = _documents(folder, None, faults)
    by_code = {entry.get("code"): entry for _, entry in documents}
    for name, entry in documents:
        base = by_code.get(entry.pop("dimensions_of", None), {})
        replaced = entry.pop("replaced", {})
        if base and "factor" not in entry:
            entry["factor"] = deepcopy(base.get("factor", []))
        known = {d["code"]: d for f in base.get("factor", []) for d in f.get("dimension", [])}
        for factor in entry.get("factor", []):
            codes = factor.pop("dimensions", None)
            if codes is not None:
                faults += [
                    f"{name}, {factor.get('code')}: no dimension {c!r} to take over" for c in codes if c not in known
                ]
                factor["dimension"] = [deepcopy(known[c]) for c in codes if c in known]
        faults += [f"{name}, {fault}" for fault in _replace(entry, replaced)]
    return _validated(documents, Framework, faults)


def _replace(framework: dict[str, Any], replaced: Mapping[str, str]) -> Iterator[str]:
    """Put indicators in the place of others, which are shown then; yield what is replaced and not scored there."""
    dimensions = [d for f in framework.get("factor", []) for d in f.get("dimension", [])]
    scored = {code for d in dimensions for code in d.get("indicators", ())}
    yield from (f"replaced: {code!r} is not scored" for code in replaced if code not in scored)
    for dimension in dimensions if replaced else ():
        own = dimension.get("indicators", [])
        shown = [code for code in dimension.get("shown", []) if code not in replaced.values()]
        dimension["indicators"] = [replaced.get(code, code) for code in own]
        dimension["shown"] = [*shown, *(code for code in own if code in replaced)]


def _where(error: Any) -> str:
    return f"{'.'.join(map(str, error['loc']))}: " if error["loc"] else ""


def _indicator_faults(indicators: Mapping[str, IndicatorSpec], known_sources: Collection[str]) -> Iterator[str]:
    for spec in indicators.values():
        if spec.unit not in UNITS:
            yield f"indicator {spec.code}: the unit {spec.unit!r} is not one of {', '.join(UNITS)}"
        if spec.series and spec.source not in known_sources:
            yield f"indicator {spec.code}: the source {spec.source!r} is not installed"
        if spec.derive:
            yield from (f"indicator {spec.code}: {f}" for f in MEASURES.faults(spec.derive.measure, spec.derive.params))
            yield from (
                f"indicator {spec.code}: derived from {code!r}, which does not exist"
                for code in spec.derive.of
                if code not in indicators
            )


def _named_faults(
    indicators: Mapping[str, IndicatorSpec], crosschecks: Mapping[str, CrossCheck], panels: Mapping[str, Panel]
) -> Iterator[str]:
    for check in crosschecks.values():
        for code in {check.first, check.second} - set(indicators):
            yield f"crosscheck {check.code}: the indicator {code!r} does not exist"
    for panel in panels.values():
        for programme in panel.programme:
            where = f"panel {panel.code}, {programme.code}"
            if bool(programme.indicators) == bool(programme.not_measured):
                yield f"{where}: give either indicators or the reason why it is not measured"
            for code in set(programme.indicators) - set(indicators):
                yield f"{where}: the indicator {code!r} does not exist"


def _framework_faults(framework: Framework, indicators: Mapping[str, IndicatorSpec]) -> Iterator[str]:
    where = f"framework {framework.code}"
    codes = [n.code for n in framework.nodes] + list(framework.leaves)
    yield from (f"{where}: {c} appears twice" for c in sorted({c for c in codes if codes.count(c) > 1}))
    for factor in framework.factor:
        for dimension in factor.dimension:
            if bool(dimension.indicators) == bool(dimension.not_measured):
                yield f"{where}, {dimension.code}: give either indicators or the reason why it is not measured"
            if dimension.supply and dimension.indicators:
                yield f"{where}, {dimension.code}: only a dimension that is not measured can be supplied"
            for code in (*dimension.indicators, *dimension.shown, *dimension.supply):
                if code not in indicators:
                    yield f"{where}, {dimension.code}: the indicator {code!r} does not exist"
                elif indicators[code].arity != "area":
                    yield f"{where}, {dimension.code}: {code} is a pair layer; derive a per-area indicator from it"


def _methodology_faults(methodology: Methodology) -> Iterator[str]:
    where = f"methodology {methodology.code}"
    choices: list[tuple[Registry[Any], StepChoice]] = [
        (TREATMENTS, methodology.treat),
        (NORMALISERS, methodology.normalise),
    ]
    choices += [(NORMALISERS, choice) for choice in methodology.uncertain.normalise]
    for registry, choice in choices:
        yield from (f"{where}: {f}" for f in registry.faults(choice.method, choice.params))
    aggregate = methodology.aggregate
    used = {aggregate.method, *aggregate.per_level, *aggregate.per_node.values()}
    for name in sorted(used):
        yield from (f"{where}: {f}" for f in AGGREGATORS.faults(name, {}))
    for name in methodology.uncertain.aggregate:
        registry = RELATIVE_AGGREGATORS if name in RELATIVE_AGGREGATORS else AGGREGATORS
        yield from (f"{where}, uncertain: {f}" for f in registry.faults(name, {}))
    for name in methodology.uncertain.weighting:
        yield from (f"{where}, uncertain: {f}" for f in WEIGHTERS.faults(name, {}))
    if "geometric" in used and methodology.normalise.params.get("lower", 0) <= 0:
        yield f"{where}: geometric aggregation needs normalised values above zero; set `lower` to 1"
