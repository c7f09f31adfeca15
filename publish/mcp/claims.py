"""Claims held against the figures, and citations."""

from collections.abc import Mapping
from typing import Any

from scidip.publish.api import records
from scidip.publish.api.query import Refused
from scidip.publish.citation import styles
from scidip.publish.export.provenance import about
from scidip.publish.mcp import naming
from scidip.publish.mcp.answers import CiteAnswer, ClaimAnswer
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import CheckClaim, Cite
from scidip.publish.mcp.tools import head, tool

SCORE = "score, 0-100"


@tool("Check a claim", CheckClaim, ClaimAnswer)
def check_claim(desk: ToolDesk, asked: CheckClaim) -> ClaimAnswer:
    """Say whether a sentence about ranks, changes or figures is supported, how surely, by which figures.

    Understands one claim in plain English at a time; a sentence that is not understood is refused with examples.
    """
    try:
        told = records.claim(desk, {"text": asked.text})
    except Refused as error:
        shown = "; ".join(error.more.get("examples", ())[:3])
        raise Refused(error.code, error.message, f"Accepted are claims such as: {shown}.") from None
    told.pop("claim")
    link = f"{desk.site.rstrip('/')}{told.pop('link')}"
    return ClaimAnswer(
        **head(desk),
        **told
        | {"scores": [_scored(s, link) for s in told["scores"]]}
        | {"figures": [_known(f) | {"link": link} for f in told["figures"]]},
        link=link,
    )


def _scored(standing: Mapping[str, Any], link: str) -> dict[str, Any]:
    """Return a score and rank with its range; a rank without one is left out."""
    known = _known(standing) | {"unit": SCORE, "link": link}
    if not {"rank", "rank_p05", "rank_p95"} <= set(known):
        known = {k: v for k, v in known.items() if not k.startswith("rank")}
    return known


def _known(record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in record.items() if v is not None and v == v and v != ""}


@tool("Cite", Cite, CiteAnswer)
def cite(desk: ToolDesk, asked: Cite) -> CiteAnswer:
    """Say how an indicator or a table is cited: long, short, BibTeX and RIS, with data version and day."""
    given = {"indicator": naming.indicator(desk, asked.indicator)} if asked.indicator else {}
    given |= {"what": asked.table} if asked.table else {}
    if len(given) != 1:
        raise Refused("one_of_two", "One thing is cited at a time.", "Accepted is either an indicator or a table.")
    work = records.cited(desk, given, about(desk.engine, desk.catalogue, desk.data_version))
    told = styles.document(work)
    per_area = work.key in desk.catalogue.indicators and desk.catalogue.indicators[work.key].arity == "area"
    link = told["url"] or (desk.link("/indicator", indicator=work.key) if per_area else desk.link("/downloads"))
    return CiteAnswer(
        **head(desk),
        **{k: told[k] for k in ("key", "title", "accessed", "licence", "bibtex", "ris")},
        link=link,
        long=told["citation"],
        short=told["citation_short"],
    )
