"""Read the catalogue's files and find every fault in them before anything starts."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scidip.indicators.audit.rules import ALTERNATIVES
from scidip.indicators.audit.rules import faults as exception_faults
from scidip.indicators.errors import CatalogueError
from scidip.indicators.measures import MEASURES
from scidip.indicators.model.catalogue import AuditException, Catalogue, CrossCheck, IndicatorSpec
from scidip.indicators.model.declared import PREFIX
from scidip.indicators.model.fields import Field, Topic, parts_of, spread
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.methodology_checks import methodology_faults, remedy
from scidip.indicators.model.panel import Panel, Programme
from scidip.indicators.pairs import measures as _pair_measures  # noqa: F401  (enters the pair measures)
from scidip.indicators.units import UNITS
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, DEFAULT_METHODOLOGY

LONGEST = 80
"""Letters of a value that are told of a fault."""


def load_catalogue(folder: Path, known_sources: Collection[str]) -> Catalogue:
    """Read and check the catalogue below *folder*; *known_sources* are the installed sources' ids.

    What is scored is as the default methodology has it. Raises CatalogueError with every fault found, each naming its
    file and code.
    """
    faults: list[str] = []
    lists = folder.parent / "codelists"
    fields = _collect(lists, Field, "field", faults)
    topics = _collect(lists, Topic, "topic", faults)
    indicators = _indicators(folder / "indicators", fields, faults)
    frameworks = _frameworks(folder / "frameworks", faults)
    documents = _documents(folder / "methodologies", None, faults)
    methodologies = _validated(documents, Methodology, faults)
    crosschecks = _collect(folder / "crosschecks", CrossCheck, "crosscheck", faults)
    panels = _collect(folder / "panels", Panel, None, faults)
    exceptions = _collect(folder / "exceptions", AuditException, "exception", faults)
    faults += _named_faults(indicators, crosschecks, panels)
    faults += _topic_faults(topics, fields)
    faults += _indicator_faults(indicators, known_sources)
    faults += [f for framework in frameworks.values() for f in _framework_faults(framework, indicators)]
    files = {entry.get("code"): name for name, entry in documents}
    for code, methodology in methodologies.items():
        faults += methodology_faults(methodology, files[code], indicators, frameworks)
    faults += _default_faults(frameworks, methodologies, exceptions, indicators)
    if faults:
        raise CatalogueError(faults)
    read = Catalogue(indicators, frameworks, methodologies, crosschecks, panels, exceptions, fields, topics)
    return read.under(DEFAULT_METHODOLOGY)


def _default_faults(
    frameworks: Mapping[str, Framework],
    methodologies: Mapping[str, Methodology],
    exceptions: Mapping[str, AuditException],
    indicators: Collection[str],
) -> Iterator[str]:
    kinds: tuple[tuple[str, Collection[str], str], ...] = (
        ("framework", frameworks, DEFAULT_FRAMEWORK),
        ("methodology", methodologies, DEFAULT_METHODOLOGY),
    )
    for kind, models, needed in kinds:
        if needed not in models:
            yield f"{kind}s: the default, {needed!r}, is missing"
    default = frameworks.get(DEFAULT_FRAMEWORK)
    if default is None:
        return
    nodes = [n.code for n in default.nodes]
    yield from exception_faults(exceptions, [*nodes, *indicators, *ALTERNATIVES])
    if default.index_code != DEFAULT_INDEX:
        yield (
            f"frameworks: the index_code of the default, {default.index_code!r}, must be {DEFAULT_INDEX!r}: "
            "addresses and stored scores name it so"
        )


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


def _indicators(folder: Path, fields: Mapping[str, Field], faults: list[str]) -> dict[str, Any]:
    """Return the indicators, those of a field included."""
    documents = _documents(folder, "indicator", faults)
    each = [(name, part) for name, entry in documents for part in spread(entry, fields, faults)]
    return _validated(each, IndicatorSpec, faults)


def _validated(documents: list[tuple[str, dict[str, Any]]], model: type[Any], faults: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, entry in documents:
        code = str(entry.get("code", "(no code)"))
        try:
            parsed = model.model_validate(entry)
        except ValidationError as error:
            faults += [f"{name}, {code}: {_said(e, model)}" for e in error.errors()]
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


def _said(error: Any, model: type[Any]) -> str:
    """Return what is wrong with an entry: the key, its value, and what to do."""
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "missing" or not key:
        return f"{key}: {error['msg']}" if key else str(error["msg"])
    if error["type"] == "extra_forbidden":
        known = _fields(model, error["loc"][:-1])
        return f"{key} = {_short(error['input'])}: there is no such key; {remedy(str(error['loc'][-1]), known)}"
    return f"{key} = {_short(error['input'])}: {error['msg']}"


def _short(value: Any) -> str:
    told = repr(value)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def _fields(model: Any, path: Sequence[Any]) -> Collection[str]:
    """Return the keys that the part of a document at *path* may have; none where that cannot be told."""
    for step in path:
        field = getattr(model, "model_fields", {}).get(step)
        model = None if field is None else field.annotation
    return getattr(model, "model_fields", {})


def _indicator_faults(indicators: Mapping[str, IndicatorSpec], known_sources: Collection[str]) -> Iterator[str]:
    for spec in indicators.values():
        if spec.unit not in UNITS:
            yield f"indicator {spec.code}: the unit {spec.unit!r} is not one of {', '.join(UNITS)}"
        if spec.code.startswith(PREFIX) or spec.beside or spec.supplied_by or not spec.direction:
            yield f"indicator {spec.code}: {PREFIX}…, beside, supplied_by and direction 0 are for what users declare"
        if spec.series and spec.source not in known_sources:
            yield f"indicator {spec.code}: the source {spec.source!r} is not installed"
        if spec.standard_error:
            yield from _error_faults(spec, indicators.get(spec.standard_error))
        if spec.derive:
            yield from (f"indicator {spec.code}: {f}" for f in MEASURES.faults(spec.derive.measure, spec.derive.params))
            yield from (
                f"indicator {spec.code}: derived from {code!r}, which does not exist"
                for code in spec.derive.of
                if code not in indicators
            )


def _error_faults(spec: IndicatorSpec, error: IndicatorSpec | None) -> Iterator[str]:
    """Yield what is wrong with the series that a series names as its standard errors."""
    told = f"indicator {spec.code}: the standard error {spec.standard_error!r}"
    if error is None:
        yield f"{told} is no indicator"
    elif (error.source, error.unit, error.scale, error.max_age) != (spec.source, spec.unit, spec.scale, spec.max_age):
        yield f"{told} must have its source, unit, scale and max_age"


def _topic_faults(topics: Mapping[str, Topic], fields: Mapping[str, Field]) -> Iterator[str]:
    known = parts_of(fields, "ncses")
    for topic in topics.values():
        yield from (f"topic {topic.code}: there is no field {f!r}" for f in topic.fields if f not in known)


def _named_faults(
    indicators: Mapping[str, IndicatorSpec], crosschecks: Mapping[str, CrossCheck], panels: Mapping[str, Panel]
) -> Iterator[str]:
    for check in crosschecks.values():
        for code in {check.first, check.second} - set(indicators):
            yield f"crosscheck {check.code}: the indicator {code!r} does not exist"
    for panel in panels.values():
        for programme in panel.programme:
            where = f"panel {panel.code}, {programme.code}"
            yield from (f"{where}: {fault}" for fault in _programme_faults(programme, indicators))


def _programme_faults(programme: Programme, indicators: Mapping[str, IndicatorSpec]) -> Iterator[str]:
    if bool(programme.indicators) == bool(programme.not_measured):
        yield "give either indicators or the reason why it is not measured"
    if bool(programme.supply) != bool(programme.not_measured):
        yield "what is not measured, and nothing else, needs an indicator that may be supplied (supply)"
    if programme.proxy and programme.not_measured:
        yield "what is not measured has no proxy; take one of both out"
    if programme.supply and (spec := indicators.get(programme.supply)) is not None and spec.source != "user":
        yield f"the indicator {spec.code!r} is published by {spec.source!r} and not supplied by users"
    named = {*programme.indicators, *programme.compared, *filter(None, [programme.supply])}
    yield from (f"the indicator {code!r} does not exist" for code in sorted(named - set(indicators)))


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
