"""Nodes by formula: a node whose children a formula puts together, in place of a method of aggregation.

A formula takes the children of its node and nothing else, so that META alone says what goes into what.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from scidip.indicators.engine.composite_methodology import CompositeMethod, FormulaNode
from scidip.indicators.errors import MethodError
from scidip.indicators.formulas.computing import Computation, Refusal
from scidip.indicators.formulas.expressions import Expression, names_in
from scidip.indicators.formulas.reading import Fault, read
from scidip.indicators.tree import Tree, TreeNode

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class FormulaRefused(MethodError):
    """A formula met operands without a finite result; `row` is the first row where it did."""

    def __init__(self, code: str, refusal: Refusal) -> None:
        self.code, self.refusal, self.row = code, refusal, refusal.row
        super().__init__(self.of(""))

    def of(self, unit: str) -> str:
        """Return the sentence, with the *unit* that the row is of ("": not known)."""
        more = self.refusal.units - 1
        rest = f" (and {more} more rows)" if more > 1 else " (and one more row)" if more else ""
        return (
            f"{place(self.code, self.refusal.part, self.refusal.at)}: {unit}{': ' if unit else ''}"
            f"{self.refusal.shown()} {self.refusal.why}{rest}; truncate it before with min or max, or set "
            f'if_refused = "leave_empty" under [nodes.{self.code}]'
        )


def place(code: str, part: str, at: int) -> str:
    """Return the words that say where in the methodology something stands."""
    return f"[nodes.{code}] {f'parts.{part}' if part else 'formula'}, at {at}"


@dataclass(frozen=True)
class NodeFormula:
    """The formula of one node, ready to be computed."""

    code: str
    children: tuple[str, ...]
    signs: FloatArray
    """By child: -1 where its figures come with their sign turned and the formula takes them as they are in DATA."""
    expression: Expression
    parts: Mapping[str, Expression]
    """By name, each after those that it needs."""
    leave_empty: bool
    """Whether rows that the formula refuses get no score; otherwise they stop the computation."""

    def compute(self, children: FloatArray) -> tuple[FloatArray, Sequence[Refusal]]:
        """Return the scores (… × units) from *children* (… × units × children), and what is refused; NaN there."""
        columns = {code: children[..., k] * self.signs[k] for k, code in enumerate(self.children)}
        computation = Computation(columns, self.parts)
        return computation.result(self.expression), computation.refusals

    def refused(self, children: FloatArray) -> BoolArray:
        """Return the rows of *children* (rows × children) that the formula refuses."""
        rows = np.zeros(len(children), dtype=bool)
        for refusal in self.compute(children)[1]:
            rows |= refusal.cells
        return rows

    def scores(self, children: FloatArray) -> FloatArray:
        """Return the scores (… × units), NaN where an operand is unknown. Raises FormulaRefused as its node asks."""
        found, refusals = self.compute(children)
        if refusals and not self.leave_empty:
            raise FormulaRefused(self.code, refusals[0])
        return found

    def of_draws(self, children: FloatArray, weights: FloatArray, kept: BoolArray | None) -> FloatArray:
        """Return draws × units from *children* (draws or 1 × units × children); weights do not count.

        kept: draws × children; what is left out of a draw is unknown to it.
        """
        return self.scores(children if kept is None else np.where(kept[:, None, :], children, np.nan))


def formulas_of(tree: Tree, method: CompositeMethod) -> dict[str, NodeFormula]:
    """Return the formulas of *method* by node; only after `formula_faults` found none."""
    return {node.code: _compiled(tree, node, method) for node in tree.nodes if node.code in method.nodes}


def _compiled(tree: Tree, node: TreeNode, method: CompositeMethod) -> NodeFormula:
    spec = method.nodes[node.code]
    children = tree.children(node)
    turned = [
        node.level == 2
        and bool(tree.directions)
        and tree.directions[k] < 0
        and method.normalise.at(tree.leaves[k]).method == "none"
        for k in node.children
    ]
    refused = spec.if_refused or method.aggregate.if_refused
    parts = {name: _read(text) for name, text in spec.parts.items()}
    needs = {name: {n.code for n in names_in(part)} & set(parts) for name, part in parts.items()}
    ordered = {name: parts[name] for name in TopologicalSorter(needs).static_order()}
    return NodeFormula(
        node.code, children, np.where(turned, -1.0, 1.0), _read(spec.formula), ordered, refused == "leave_empty"
    )


def _read(text: str) -> Expression:
    found, faults = read(text)
    if found is None or faults:
        raise MethodError(f"the formula {text!r} cannot be read; check it first")
    return found


@contextmanager
def naming_unit(units: NDArray[np.str_], times: FloatArray) -> Iterator[None]:
    """Name the unit, and the time where there are several, of the row that a formula refuses."""
    try:
        yield
    except FormulaRefused as error:
        when = f" at {times[error.row]:g}" if len(np.unique(times)) > 1 else ""
        raise MethodError(error.of(f"{units[error.row]}{when}")) from error


def taken_as_they_are(tree: Tree, method: CompositeMethod) -> tuple[str, ...]:
    """Return the indicators that formulas take: they keep their normalisation in all alternatives."""
    lowest = [node for node in tree.levels[0] if node.code in method.nodes]
    return tuple(leaf for node in lowest for leaf in tree.children(node))


def can_be_left_out(tree: Tree, by_formula: Collection[str], code: str) -> bool:
    """Return whether the index can do without an element: no formula, of the nodes *by_formula*, takes what goes."""
    try:
        left = tree.without(code)
    except KeyError:
        return False
    there = {n.code for n in left.nodes} | {left.leaves[k] for n in left.levels[0] for k in n.children}
    needed = (child for node in tree.nodes if node.code in by_formula for child in tree.children(node))
    return all(child in there for child in needed)


def texts_of(spec: FormulaNode) -> Iterator[tuple[str, str]]:
    """Yield the formula of a node ("" for its name) and its parts, as they are written."""
    yield "", spec.formula
    yield from spec.parts.items()


def syntax_faults(spec: FormulaNode) -> Iterator[tuple[str, Fault]]:
    """Yield what cannot be read of a node's formula and its parts, with the part."""
    for part, text in texts_of(spec):
        yield from ((part, fault) for fault in read(text)[1])


def names_of(spec: FormulaNode) -> Iterator[tuple[str, str, int]]:
    """Yield part, name and place of all names in what can be read of a node's formula and its parts."""
    for part, text in texts_of(spec):
        found = read(text)[0]
        if found is not None:
            yield from ((part, name.code, name.at) for name in names_in(found))
