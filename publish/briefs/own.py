"""What a briefing on a unit of an index of one's own says otherwise: whose it is, its scale, its steps, its tables."""

from typing import Final

from scidip.figures.text import sentences
from scidip.figures.theme import TOKENS
from scidip.indicators.language.current import _, ngettext
from scidip.indicators.model.framework import Framework
from scidip.indicators.own_index.steps import taken
from scidip.indicators.own_index.workspace import Workspace

COLOURS: Final = ("infra", "national", "international", "accent")
"""Of the factors of an index of one's own, one after the other; dimensions have that of their factor."""


def whose(own: Workspace | None) -> str:
    """Return the sentence that says whose index this is; nothing for the published one."""
    words = _("{name} is an index of the user’s own: figures and methodology are not those of the observatory.")
    return words.format(name=own.name) if own else ""


def is_to_hundred(own: Workspace | None) -> bool:
    """Return whether scores run from 0 to 100, as those of the published index do."""
    if own is None:
        return True
    scale = own.steps.get("normalise", {})
    ends = (scale.get("lower", 0), scale.get("upper", 100))
    means = own.steps.get("aggregate", {}).get("method", "arithmetic")
    usual = {"arithmetic", "geometric", "harmonic", "generalised"}
    others = scale.get("per_indicator") or own.steps.get("aggregate", {}).get("per_node")
    return scale.get("method", "min_max") == "min_max" and ends == (0, 100) and means in usual and not others


def colours(framework: Framework) -> dict[str, str]:
    """Return the colour of each node by its code: codes of one's own are no colours of the house."""
    found = {node.code: node.code if node.code in TOKENS["light"] else "ink" for node in framework.nodes}
    factors = [n.code for n in framework.level("factor")]
    if set(factors) <= TOKENS["light"].keys():
        return found
    return found | {code: COLOURS[k % len(COLOURS)] for k, code in enumerate(factors)}


def method(own: Workspace, licence: str, citation: str, digest: str) -> tuple[str, ...]:
    """Return how the index is made, its terms, how to cite it and what names its methodology."""
    said = _("; ").join(f"{head}: {choices}" for head, choices in taken(own))
    return (
        _("Method|{steps}").format(steps=said),
        _("Licence|{licence}").format(licence=sentences.opening(_(licence))),
        _("Cite as|{citation}").format(citation=citation),
        _("Methodology|{name}, digest {digest}").format(name=own.name, digest=digest),
    )


def files(own: Workspace, licence: str) -> tuple[tuple[str, str], ...]:
    """Return the files that all figures and choices are from, each with its terms."""
    named = _("The user’s own file: {file}")
    return tuple((named.format(file=name), _(licence)) for name in own.inputs)


def tables_finding(own: Workspace, figures: int) -> str:
    """Return how many figures there are and whose they are."""
    words = ngettext("{n} figure, from the user’s own tables", "{n} figures, from the user’s own tables", figures)
    return words.format(n=figures)
