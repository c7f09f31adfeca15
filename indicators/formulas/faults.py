"""What is wrong with the formulas of a methodology, as sentences: each with its key and, in a formula, its place."""

from collections.abc import Iterator, Mapping

from scidip.indicators.engine.composite_methodology import CompositeMethod, FormulaNode
from scidip.indicators.formulas.nodes import can_be_left_out, names_of, place, syntax_faults
from scidip.indicators.tree import Tree, TreeNode
from scidip.indicators.wording import did_you_mean

MOST_PARTS = 50
"""Parts of a formula at most."""


def reading_faults(method: CompositeMethod) -> Iterator[str]:
    """Yield what is wrong with the formulas whatever the index looks like."""
    for code, spec in method.nodes.items():
        if len(spec.parts) > MOST_PARTS:
            yield f"[nodes.{code}] parts: {len(spec.parts)} are too many; {MOST_PARTS} is the most"
            continue
        for part, fault in syntax_faults(spec):
            yield f"{place(code, part, fault.at)}: {fault.sentence}"
        yield from _circles(code, spec)


def _circles(code: str, spec: FormulaNode) -> Iterator[str]:
    """Yield a sentence for each part that needs itself, told once for the parts of a circle."""
    needs: dict[str, list[str]] = {part: [] for part in spec.parts}
    for part, name, _at in names_of(spec):
        if part and name in spec.parts:
            needs[part].append(name)
    told: set[str] = set()
    for start in needs:
        circle = _way_back(needs, start)
        if circle and not told & set(circle):
            told |= set(circle)
            yield f"[nodes.{code}] parts: a loop: {' → '.join(circle)}; break it"


def _way_back(needs: Mapping[str, list[str]], start: str) -> list[str]:
    """Return the shortest way from a part back to itself, or nothing."""
    ways, seen = [[start]], set[str]()
    for way in ways:
        for following in needs[way[-1]]:
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def formula_faults(method: CompositeMethod, tree: Tree, columns: Mapping[str, str]) -> Iterator[str]:
    """Yield what the formulas say that does not fit *tree*. columns: others that DATA has, by code their Type."""
    nodes = {node.code: node for node in tree.nodes}
    for code, spec in method.nodes.items():
        if code not in nodes:
            yield f"[nodes.{code}]: {code} is not a node of the index{did_you_mean(code, nodes)}"
            continue
        yield from _name_faults(spec, nodes[code], tree, columns)
        for section, choice in (("aggregate", method.aggregate), ("weight", method.weight)):
            if choice and code in choice.per_node:
                yield f"[{section}] per_node: {code} is put together by its formula in [nodes.{code}]; keep one of them"
    if method.uncertain:
        yield from _uncertain_faults(method, tree)


def _name_faults(spec: FormulaNode, node: TreeNode, tree: Tree, columns: Mapping[str, str]) -> Iterator[str]:
    children = tree.children(node)
    used, strange = set[str](), False
    for part in spec.parts:
        if part in children:
            yield f"[nodes.{node.code}] parts.{part}: is the code of a child; give the part another name"
    for part, name, at in names_of(spec):
        used.add(name)
        if name not in children and name not in spec.parts:
            strange = True
            yield f"{place(node.code, part, at)}: {_why_not(name, node, tree, columns, [*children, *spec.parts])}"
    if strange or any(syntax_faults(spec)):
        return  # what is missing may be what was meant
    for name in spec.parts:
        if name not in used:
            yield f"[nodes.{node.code}] parts.{name}: is not used; name it in the formula or remove it"
    for child in children:
        if child not in used:
            yield f"[nodes.{node.code}] formula: the child {child} is not in it; name it, or move it in META"


def _why_not(name: str, node: TreeNode, tree: Tree, columns: Mapping[str, str], usable: list[str]) -> str:
    """Return why a name cannot stand in the formula of *node*, and what to do."""
    if name in columns:
        return f"{name} is of Type {columns[name]}; a formula takes children: make it an Indicator below {node.code}"
    upward = _upward(tree, node.code)
    if name in upward:
        loop = " → ".join([name, *reversed(upward[: upward.index(name)]), name] if name != node.code else [name, name])
        return f"a loop: {loop}; a formula takes what is below its node"
    if name in tree.position or name in {n.code for n in tree.nodes}:
        return f"{name} is not a child of {node.code} in META; a formula takes children alone: {', '.join(usable)}"
    return f"{name} is not known{did_you_mean(name, usable)}"


def _upward(tree: Tree, code: str) -> list[str]:
    """Return a node and all above it, the lowest first."""
    found = [code]
    for level in tree.levels:
        found += [n.code for n in level if n.level > 2 and found[-1] in tree.children(n)]
    return found


def _uncertain_faults(method: CompositeMethod, tree: Tree) -> Iterator[str]:
    """Yield what [uncertain] would vary and a formula holds fast."""
    step = method.uncertain
    if step is None or not method.nodes:
        return
    if step.aggregate and tree.index.code in method.nodes:
        yield f"[uncertain] aggregate: the index, {tree.index.code}, is put together by a formula; leave the key out"
    for key in step.aggregate_at:
        held = [n.code for k, level in enumerate(tree.levels) for n in level if key in (n.code, str(k + 2))]
        if held and all(code in method.nodes for code in held):
            yield f"[uncertain.aggregate_at] {key}: is put together by a formula; leave it out"
    if step.leave_out and not any(can_be_left_out(tree, method.nodes, leaf) for leaf in tree.leaves):
        yield "[uncertain] leave_out: formulas need every indicator; leave the key out"
