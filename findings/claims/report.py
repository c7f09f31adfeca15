"""An answer to a claim as lines of text and as a document for machines."""

from dataclasses import asdict
from typing import Any

from scidip.figures.text import numbers
from scidip.findings.claims import sentences as words
from scidip.findings.claims.check import VERDICTS, Answer, Evidence, link
from scidip.findings.claims.names import node_name
from scidip.findings.claims.restated import restated
from scidip.indicators.claims.claim import Value
from scidip.indicators.language.current import _
from scidip.indicators.model.not_ranked_reasons import in_english

SCORES_BY = "scidip"


def lines(answer: Answer, known: Evidence) -> list[str]:
    """Return an answer as the command prints it: verdict, why, notes, figures with sources, rule, link."""
    verdict = _(VERDICTS[answer.verdict])
    if answer.probability is not None:
        share = words.share_words(answer.probability, known.catalogue.methodology.uncertain.draws)
        verdict = f"{verdict} ({share})"
    told = [f"{verdict}: {restated(answer.claim, known)}.", answer.why, *answer.notes]
    told += [_standing(s, known) for s in answer.standings if s.rank is not None]
    told += [_figure(f, known) for f in answer.figures if f.value is not None]
    if answer.instead is not None:
        told.append(_("It can be checked for another year: {claim}").format(claim=restated(answer.instead, known)))
    return [*told, answer.rule, _("Link: {address}").format(address=link(answer, known))]


def _standing(standing: Any, known: Evidence) -> str:
    words_ = "  {name}, {node}, {year}: {rank} of {all}; score {score}. {by}, {licence}, data version {version}."
    return words_.format(
        name=known.areas.name(standing.ref_area),
        node=node_name(known, standing.node),
        year=standing.time_period,
        rank=words.rank(standing),
        all=standing.ranked_areas,
        score=words.score(standing),
        by=SCORES_BY,
        licence=known.catalogue.scores_licence,
        version=known.version,
    )


def _figure(figure: Any, known: Evidence) -> str:
    value = numbers.value(figure.value, figure.unit)
    origin = ", ".join(p for p in (figure.source, figure.vintage, figure.licence) if p)
    return (
        f"  {known.catalogue.indicators[figure.indicator].name}, {words.whose(figure, known)}, {figure.time_period}: "
        f"{value}; {words.status(figure)}. {origin}."
    )


def document(answer: Answer, text: str, known: Evidence) -> dict[str, Any]:
    """Return an answer as the API sends it; figures that may not be passed on are left empty and say why."""
    claim = asdict(answer.claim)
    if isinstance(answer.claim, Value):
        claim["number"] = str(answer.claim.number)
    if "node" in claim:
        claim["node"] = known.catalogue.in_files(claim["node"])
    return {
        "text": text,
        "understood": restated(answer.claim, known),
        "claim": {"kind": type(answer.claim).__name__, **claim},
        "verdict": answer.verdict,
        "holds_as_published": answer.holds,
        "probability": answer.probability,
        "meaning": "share of the simulated methods in which the claim holds; null where there is no range",
        "why": _why(answer),
        "notes": list(answer.notes),
        "rule": answer.rule,
        "scores": [_scored(s, known) for s in answer.standings],
        "figures": [_open(f) for f in answer.figures],
        "link": link(answer, known),
    }


def _scored(standing: Any, known: Evidence) -> dict[str, Any]:
    why = standing.reason
    return {
        **asdict(standing),
        "node": known.catalogue.in_files(standing.node),
        "reason": in_english(why, known.declared.framework),
        "reason_code": why.code if why else "",
        "source": SCORES_BY,
        "licence": known.catalogue.scores_licence,
    }


def _why(answer: Answer) -> str:
    """Return why, without a figure that may not be passed on."""
    held = [f.withheld for f in answer.figures if f.withheld]
    return _("The figures are withheld here: {reason}").format(reason=held[0]) if held else answer.why


def _open(figure: Any) -> dict[str, Any]:
    told = asdict(figure)
    return told | {"value": None} if figure.withheld else told
