"""Your own index: two tables and a methodology in, every stage and score out.

The tables have the layout of the R package COINr: DATA holds a row per unit (and time), META a row
per column of DATA and per node above. Everything wrong with them is told at once, each fault with
its table, its row and what to do about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scidip.indicators.engine.composite import Composite, Figures, build
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.engine.methodology_faults import parse, tree_faults
from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.own_index.data_table import DataReader
from scidip.indicators.own_index.meta_table import MetaReader, Structure
from scidip.indicators.own_index.text_table import TextTable
from scidip.indicators.tree import Tree
from scidip.indicators.wording import did_you_mean


@dataclass(frozen=True)
class IndexInput:
    """A user's index before anything is computed: its tree, its figures, and how to go about it."""

    tree: Tree
    figures: Figures
    method: CompositeMethod
    has_time: bool
    warnings: tuple[str, ...]
    unit_names: Mapping[str, str] = field(default_factory=dict)
    """By code, what DATA calls a unit in uName; those without a name are not there."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By code, what META calls an indicator or a node in iName."""


@dataclass(frozen=True)
class OwnIndex:
    """A user's index: what came in, and what came out."""

    input: IndexInput
    composite: Composite
    warnings: tuple[str, ...]

    @property
    def screened_out(self) -> list[tuple[str, float]]:
        """Unit and time of the rows that screening left out."""
        gone, figures = ~self.composite.kept, self.input.figures
        return list(zip(figures.units[gone].tolist(), figures.times[gone].tolist(), strict=True))


def score_own_index(
    data: TextTable, meta: TextTable, methodology: Mapping[str, Any], methodology_name: str
) -> OwnIndex:
    """Return the index of *data* as *meta* arranges it, under *methodology* (parsed TOML).

    Pure and deterministic. Raises InputFaults with all faults of the three together.
    """
    index = read_own_index(data, meta, methodology, methodology_name)
    try:
        composite = build(index.figures, index.tree, index.method)
    except MethodError as error:
        raise InputFaults([f"{methodology_name}: {error}"]) from error
    return OwnIndex(index, composite, (*index.warnings, *composite.notes))


def read_own_index(
    data: TextTable, meta: TextTable, methodology: Mapping[str, Any], methodology_name: str
) -> IndexInput:
    """Return the three read and found without fault; InputFaults with all faults otherwise."""
    structure, faults = MetaReader(meta).read()
    method, method_faults = parse(methodology)
    faults += [f"{methodology_name}: {fault}" for fault in method_faults]
    divides = method is None or method.denominate.enabled
    reader = DataReader(data, structure, divides=divides)
    faults += reader.check()
    if structure.tree is not None and method is not None:
        faults += [f"{methodology_name}: {f}" for f in tree_faults(method, structure.tree, structure.types)]
    if method is not None:
        faults += _use_faults(method, reader, structure, methodology_name)
    if faults or method is None or structure.tree is None:
        raise InputFaults(faults)
    warnings = (*reader.warnings, *_target_warnings(method, structure))
    named = data.names("uCode", "uName"), meta.names("iCode", "iName")
    return IndexInput(structure.tree, reader.figures(), method, reader.has_time, warnings, *named)


def _use_faults(method: CompositeMethod, reader: DataReader, structure: Structure, name: str) -> list[str]:
    """Return faults that need both the methodology and the tables: groups, areas, years."""
    faults: list[str] = []
    group = method.impute.group if method.impute else ""
    if group and group not in structure.groups:
        known = did_you_mean(group, structure.groups)
        faults.append(f"{name}: [impute] group: {group} is not of Type Group in META{known}")
    elif group:
        faults += reader.lonely_members(group)
    units = reader.units
    named = [("normalise", method.normalise.area)] if method.normalise.area else []
    if method.screen:
        named += [("screen", code) for code in (*method.screen.include, *method.screen.exclude)]
    named += [("reference", code) for code in (method.reference.exclude if method.reference else ())]
    for section, code in named:
        if units and code not in units:
            faults.append(f"{name}: [{section}] {code} is not a uCode of DATA")
    return faults


def _target_warnings(method: CompositeMethod, structure: Structure) -> list[str]:
    step = method.normalise
    if not method.denominate.enabled:
        return []
    return [
        f"{code}: its Target is in the unit before division by {structure.denominators[code]}; "
        "give it in the divided unit, or set [denominate] enabled = false"
        for code in structure.denominators
        if step.at(code).method == "distance_to_target"
        and "target" not in step.at(code).params
        and "target" in structure.parameters.get(code, {}).get("distance_to_target", {})
    ]
