"""From an index that was scored to what the pages must know of it; all that they cannot show is told at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from scidip.indicators.engine.composite_methodology import UncertainStep
from scidip.indicators.errors import InputFaults
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import DimensionSpec, FactorSpec, Framework
from scidip.indicators.model.methodology import (
    AggregateChoice,
    Coverage,
    Methodology,
    Period,
    StepChoice,
    Uncertain,
    Universe,
)
from scidip.indicators.own_index.score import OwnIndex
from scidip.indicators.own_index.workspace import SOURCE, Unit, Workspace
from scidip.indicators.robustness.uncertainty import alternatives_of
from scidip.indicators.tree import Tree, TreeNode
from scidip.indicators.vocabulary import (
    DEFAULT_FRAMEWORK,
    DEFAULT_INDEX,
    DEFAULT_METHODOLOGY,
    FIRST_PERIOD,
    LAST_PERIOD,
)

DEEPEST = 3
"""Levels of nodes that the pages show: index, factors, dimensions."""
MOST_JITTER = 0.99
"""How far the pages can vary a weight."""
LEAST = 1e-9
"""Stands for a weight of zero, which a framework does not have."""
NODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")
COLUMNS = {"ref_area", "name", "region", "income_group", "score", "rank", "width", "ranked_areas", "coverage", "reason"}
COLUMNS |= {"carried_share", "imputed_share", "is_ranked", "reason_code", "reason_params", "index", "count"}
COLOURS = {"paper", "card", "rule", "ink", "muted", "accent", "alert", "brand", "infra", "national", "international"}
TAKEN = frozenset(COLUMNS | COLOURS | {DEFAULT_INDEX})
"""Names of columns and colours, which no node may have."""


@dataclass(frozen=True)
class Naming:
    """How an index is called, and what DATA does not say of it."""

    name: str
    year: int
    """The year of figures without a Time."""
    are_countries: bool = True
    """Whether a uCode that is the alpha-3 code of a country means that country."""


def free(wanted: str, shape: re.Pattern[str], taken: set[str], usual: str) -> str:
    """Return *wanted* as a code of that *shape* that is not *taken* yet, and take it."""
    plain = re.sub(r"[^A-Za-z0-9_-]+" if shape is UNIT else r"\W+", "_", wanted, flags=re.ASCII).strip("_-")[:24]
    base = plain if shape.fullmatch(plain) else f"{usual}_{plain}" if plain else usual
    tries = (base, *(f"{base}_{k}" for k in range(2, 10))) if base != usual else ()
    code = next((t for t in tries if t not in taken), None)
    found = code or next(c for k in count(1) if (c := f"{usual}_{k}") not in taken)
    taken.add(found)
    return found


def years_of(index: OwnIndex, naming: Naming) -> list[int]:
    """Return the year of each row of DATA."""
    given = index.input
    return [int(t) for t in given.figures.times] if given.has_time else [naming.year] * len(given.figures.units)


def refuse_unshowable(index: OwnIndex) -> None:
    """Raise InputFaults with all that the engine takes and the pages cannot show."""
    faults = []
    levels = len(index.input.tree.levels)
    if levels > DEEPEST:
        faults.append(
            f"META: the pages show up to {DEEPEST} levels of nodes, and it has {levels}; take a level out, or score it "
            "with `scidip composite`, which takes any number"
        )
    times = sorted(set(index.input.figures.times.tolist())) if index.input.has_time else []
    wrong = [f"{t:g}" for t in times if t != int(t) or not FIRST_PERIOD <= t <= LAST_PERIOD]
    if wrong:
        told = ", ".join(wrong)
        faults.append(f"DATA, Time: the pages need years from {FIRST_PERIOD} to {LAST_PERIOD}, not {told}; write years")
    if faults:
        raise InputFaults(faults)


def described(
    index: OwnIndex, naming: Naming, world: Areas, inputs: Mapping[str, str], draws: int, seed: int
) -> Workspace:
    """Return the workspace of *index*. Raises InputFaults as `refuse_unshowable`."""
    refuse_unshowable(index)
    describing = _Describing(index, naming)
    return Workspace(
        name=naming.name,
        framework=describing.framework(),
        indicators=tuple(describing.indicators()),
        methodology=_methodology(index, naming, draws, seed),
        units=_units(index, naming, world),
        codes=describing.codes,
        repeated=describing.repeated,
        steps=index.input.method.model_dump(mode="json", exclude_none=True),
        inputs=dict(inputs),
        notes=index.warnings,
    )


def _units(index: OwnIndex, naming: Naming, world: Areas) -> tuple[Unit, ...]:
    given = index.input
    codes = list(dict.fromkeys(given.figures.units.tolist()))
    present = world.table.loc[world.table["kind"] != "former", "ref_area"] if naming.are_countries else ()
    countries = set(codes).intersection(present)
    taken = set(countries)
    found = [Unit(ref_area=c, code=c, name=world.name(c), is_country=True) for c in codes if c in countries]
    for code in (c for c in codes if c not in countries):
        name = given.unit_names.get(code, code)
        found.append(Unit(ref_area=free(code, UNIT, taken, "U"), code=code, name=name, is_country=False))
    return tuple(sorted(found, key=lambda unit: unit.ref_area))


@dataclass
class _Describing:
    """The structure of an index in the words of the pages."""

    index: OwnIndex
    naming: Naming
    repeated: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: set(TAKEN))

    @property
    def tree(self) -> Tree:
        return self.index.input.tree

    @cached_property
    def codes(self) -> dict[str, str]:
        """Codes of the pages by those of META."""
        found = {self.tree.index.code: DEFAULT_INDEX}
        found |= {n.code: free(n.code, NODE, self.taken, "node") for n in self.tree.nodes[:-1]}
        return found | {leaf: free(leaf.lower(), NODE, self.taken, "indicator") for leaf in self.tree.leaves}

    def _named(self, code: str) -> str:
        return self.index.input.names.get(code, code)

    def children(self, node: TreeNode) -> list[tuple[str, float]]:
        """Return the children of a node with the weights it was built with; of units' own those of META."""
        built = self.index.composite.nodes.weights.get(node.code)
        weights = node.weights if built is None or built.ndim != 1 else built.tolist()
        return [(c, max(float(w), LEAST)) for c, w in zip(self.tree.children(node), weights, strict=True)]

    def indicators(self) -> Iterator[IndicatorSpec]:
        """Yield the indicators in the order of META."""
        weights = dict(pair for node in self.tree.levels[0] for pair in self.children(node))
        directions = self.tree.directions or (1,) * len(self.tree.leaves)
        for leaf, direction in zip(self.tree.leaves, directions, strict=True):
            yield IndicatorSpec(
                code=self.codes[leaf],
                name=self._named(leaf),
                definition=f"{leaf}, from the tables of {self.naming.name}.",
                unit="index",
                direction=-1 if direction < 0 else 1,
                source=SOURCE,
                series=leaf,
                max_age=0,
                weight=weights[leaf],
            )

    def framework(self) -> Framework:
        """Return index, factors and dimensions; a level that META lacks repeats the one above."""
        nodes, top = {n.code: n for n in self.tree.nodes}, self.tree.index
        if len(self.tree.levels) == 1:
            parts = [self._factor(self._repeat(top.code), top, 1.0, [(top, 1.0)])]
        else:
            parts = [
                self._factor(self.codes[code], nodes[code], weight, self._below(nodes, nodes[code]))
                for code, weight in self.children(top)
            ]
        return Framework(
            code=DEFAULT_FRAMEWORK,
            name=self.naming.name,
            description=f"The nodes of {self.naming.name}, as its tables arrange them.",
            reference="",
            index_code=DEFAULT_INDEX,
            index_name=self.naming.name,
            factor=tuple(parts),
        )

    def _below(self, nodes: Mapping[str, TreeNode], node: TreeNode) -> list[tuple[TreeNode, float]]:
        if node.level == 2:
            return [(node, 1.0)]
        return [(nodes[code], weight) for code, weight in self.children(node)]

    def _repeat(self, code: str) -> str:
        own = free(f"{code}_part", NODE, self.taken, "part")
        self.repeated[own] = code
        return own

    def _factor(self, code: str, node: TreeNode, weight: float, below: list[tuple[TreeNode, float]]) -> FactorSpec:
        dimensions = tuple(
            DimensionSpec(
                code=self._repeat(d.code) if d is node else self.codes[d.code],
                name=self._named(d.code),
                indicators=tuple(self.codes[leaf] for leaf in self.tree.children(d)),
                weight=share,
            )
            for d, share in below
        )
        return FactorSpec(code=code, name=self._named(node.code), weight=weight, dimension=dimensions)


def _methodology(index: OwnIndex, naming: Naming, draws: int, seed: int) -> Methodology:
    """Return the methodology as far as the pages can say it: what they vary, they vary from here."""
    method = index.input.method
    step, treat, scale = method.uncertain or UncertainStep(), method.treat, method.normalise
    scaled = StepChoice.model_validate({"method": scale.method, **scale.params})
    jitter = max(step.weights) if isinstance(step.weights, tuple) else step.weights
    return Methodology(
        code=DEFAULT_METHODOLOGY,
        name=naming.name,
        description="The methodology that came with the tables.",
        seed=seed,
        treat=StepChoice.model_validate({"method": treat.method, **treat.params} if treat else {"method": "none"}),
        normalise=scaled,
        aggregate=AggregateChoice(method=method.aggregate.method),
        universe=Universe(min_population=0),
        coverage=Coverage(factor=0.0, indicators=0.0, scored=0.0),
        period=Period(first=min(years_of(index, naming)), own_share=0.0, own_areas=0),
        uncertain=Uncertain(
            draws=draws,
            weights=min(jitter, MOST_JITTER),
            normalise=(scaled, *alternatives_of(method).normalise[1:]),
            aggregate=tuple(dict.fromkeys((method.aggregate.method, *step.aggregate))),
            weighting=step.weighting,
            leave_out=step.leave_out,
        ),
    )
