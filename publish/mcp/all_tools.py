"""Every tool, in the order in which clients list them. One more is one more function here."""

from typing import Final

from scidip.publish.mcp import changes, claims, figures, pairs, scores, searching
from scidip.publish.mcp.tools import REGISTERED, Tool

TOOLS: Final[dict[str, Tool]] = {
    function.__name__: REGISTERED[function.__name__]
    for function in (
        searching.search,
        figures.figures,
        scores.score,
        scores.compare,
        pairs.pair,
        claims.check_claim,
        claims.cite,
        changes.what_changed,
    )
}
