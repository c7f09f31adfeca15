"""The lists of the API that fit into one answer: code lists, sources, methodologies, runs, compare."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import quote_plus

from scidip.findings import terms
from scidip.findings.claims import check, pairwise, report
from scidip.findings.exhibits.pair import EXHIBITS
from scidip.findings.pair import PairView
from scidip.indicators.claims.claim import EXAMPLES, ClaimError
from scidip.indicators.model.fields import TOTAL
from scidip.publish.api.exhibit_records import (
    area_of,
    events,
    exhibit,
    expected,
    fields,
    openness,
    tensions,
    unesco,
    year_of,
)
from scidip.publish.api.query import Refused
from scidip.publish.beside import document
from scidip.publish.citation import styles, works
from scidip.publish.citation.styles import Work
from scidip.publish.export import tables
from scidip.publish.export.provenance import methodology_digest
from scidip.store import table_rows, versions
from scidip.store.queries import source_queries
from scidip.store.table_rows import Chosen


def structure(ctx: Any, args: Any) -> Any:
    """Return the tables with their columns, and the frameworks with their nodes."""
    described = {
        "observations": tables.OBSERVATIONS,
        "pairs": tables.PAIRS,
        "scores": tables.SCORES,
        "stages": tables.STAGES,
    }
    return {
        "tables": {
            n: [{"name": c.name, "type": c.kind, "role": c.role, "title": c.title} for c in columns]
            for n, columns in described.items()
        },
        "frameworks": [
            {
                "code": ctx.catalogue.in_files(f.code),
                "name": f.name,
                "reference": f.reference,
                "nodes": [
                    {
                        "code": ctx.catalogue.in_files(n.code),
                        "name": n.name,
                        "level": n.level,
                        "parent": ctx.catalogue.in_files(n.parent),
                        "weight": n.weight,
                        "indicators": list(n.indicators),
                        "not_measured": n.not_measured,
                    }
                    for n in f.nodes
                ],
            }
            for f in ctx.catalogue.frameworks.values()
        ],
        "fields": [{"code": TOTAL, "name": "All fields", "classification": "", "crosses": False}]
        + [f.model_dump(include={"code", "name", "classification", "crosses"}) for f in ctx.catalogue.fields.values()],
        "topics": [t.model_dump(mode="json") for t in ctx.catalogue.topics.values()],
        "years": ctx.years,
    }


def areas(ctx: Any, args: Any) -> Any:
    """Return the areas with region, income group and kind."""
    columns = ["ref_area", "name", "region", "income_group", "kind"]
    editions = {f"{c}_edition": e.title for c, e in ctx.areas.editions.items()}
    return ctx.areas.table[columns].fillna("").assign(**editions).to_dict("records")


def indicators(ctx: Any, args: Any) -> Any:
    """Return the definitions of the indicators, with why some are withheld."""
    reasons = terms.refusals(ctx.engine, ctx.catalogue)
    codes = list(ctx.catalogue.indicators)
    each = works.series_works(ctx.engine, ctx.catalogue, codes, ctx.data_version)
    return [
        {
            **i.model_dump(mode="json"),
            "withheld": reasons.get(i.code, ""),
            "citation": styles.long(work),
            "citation_short": styles.short(work),
        }
        for i, work in zip(ctx.catalogue.indicators.values(), each, strict=True)
    ]


def sources(ctx: Any, args: Any) -> Any:
    """Return the sources with licence and citation as they ask for it, and a short one with the vintage."""
    vintages = {k: s.vintage for k, s in table_rows.cited_sources(ctx.engine).items()}
    return [
        {
            **s.model_dump(mode="json", exclude={"gate"}),
            "vintage": vintages.get(s.id, ""),
            "citation_short": f"{s.title} ({vintages[s.id]})" if vintages.get(s.id) else s.title,
        }
        for s in ctx.sources.values()
    ]


def cited(ctx: Any, args: Any, told: Any) -> Work:
    """Return the series or the table that is to be cited: `?indicator=` or `?what=`, one of the two."""
    code, what = args.get("indicator"), args.get("what")
    if (code is None) == (what is None):
        raise Refused(
            "one_of_two",
            "Name what is to be cited: a series or a table, not both.",
            f"Give ?indicator= with a code, or ?what= with one of {', '.join(works.TABLES)}.",
        )
    known = ctx.catalogue.indicators if code is not None else works.TABLES
    name, given = ("indicator", code) if code is not None else ("what", what)
    if given not in known:
        near = get_close_matches(given[:80], list(known))
        remedy = f"Did you mean {', '.join(near)}?" if near else "The lists are at /api/v1/indicators."
        raise Refused("unknown_code", f"{name} has no code {given[:80]!r}.", remedy, parameter=name, nearest=near)
    version, root = told.data_version, ctx.site
    if code is not None:
        return works.series_works(ctx.engine, ctx.catalogue, [code], version, root)[0]
    return works.table_work(given, version, told.methodology_digest, root, ctx.catalogue.own)


def methodologies(ctx: Any, args: Any) -> Any:
    """Return the methodology that serves, with its digest and reasons."""
    method = ctx.catalogue.methodology
    return [{**method.model_dump(mode="json"), "digest": methodology_digest(method)}]


def runs(ctx: Any, args: Any) -> Any:
    """Return the runs, newest first; without what a failure said, which names files of the operator."""
    frame = source_queries.runs(ctx.engine).drop(columns="message").astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def version_list(ctx: Any, args: Any) -> Any:
    """Return the versions that can be read again by `release=`, newest first."""
    return [{k: v for k, v in r.items() if k != "bytes"} for r in versions.listing(ctx.engine, sized=False)]


def compare(ctx: Any, args: Any) -> Any:
    """Return whether area a stands above b in a year, and what the 5-95 % ranges let one say."""
    found, year = {k: area_of(ctx, k, args.get(k, "")) for k in ("a", "b")}, year_of(ctx, args)
    node = ctx.catalogue.on_pages(args.get("node", ctx.catalogue.framework.index_code))
    nodes = [n.code for n in ctx.catalogue.framework.nodes if n.level != "dimension"]
    if node not in nodes:
        told = ", ".join(map(ctx.catalogue.in_files, nodes))
        raise Refused("unknown_code", f"node has no code {node[:80]!r}.", f"Known are {told}.", parameter="node")
    both = [_standing(ctx, node, year, code) for code in found.values()]
    version = ctx.data_version
    draws = ctx.cache.get(
        ("draws", str(year), version), lambda: pairwise.simulated(ctx.engine, ctx.catalogue, ctx.areas, year)
    )
    share = pairwise.share_above(draws, node, found["a"], found["b"])
    return {
        "node": ctx.catalogue.in_files(node),
        "year": year,
        "a": both[0],
        "b": both[1],
        "a_above_b": (both[0]["rank"] < both[1]["rank"]),
        "probability": share,
        "meaning": "share of the simulated methods in which a scores above b; ties count half",
    }


def pair(ctx: Any, args: Any) -> Any:
    """Return what the page of two countries shows: each exhibit with its finding and its table, values with units.

    Figures that may not be passed on are left out, and named.
    """
    a, b = (area_of(ctx, k, args.get(k, "")) for k in ("a", "b"))
    if a == b:
        raise Refused("same_area", f"{a} has no tie with itself.", "Give two areas.", parameter="b")
    year, held = year_of(ctx, args), {*terms.withheld(ctx.engine, ctx.catalogue)}
    view = PairView(ctx, a, b, year)
    shown = [e for make in EXHIBITS.values() if (e := make(view)) is not None]
    return {
        "a": a,
        "b": b,
        "year": year,
        "withheld": sorted(held & {*view.ties, *(code for e in shown for code in e.series)}),
        "exhibits": [exhibit(e, held) for e in shown if not e.series or {*e.series} - held],
    }


def beside(ctx: Any, args: Any) -> Any:
    """Return the index that is shown beside the other one."""
    return document(ctx.beside)


def _examples(ctx: Any) -> list[str]:
    """Return claims that are understood; of an index of one's own, of its units."""
    if ctx.own is None:
        return list(EXAMPLES)
    one, other = (*(u.name for u in ctx.own.units), "", "")[:2]
    return [f"{one} ranks above {other} in the index", f"{one} is among the top 10 in {ctx.years[-1]}"]


def claim(ctx: Any, args: Any) -> Any:
    """Return whether a claim holds, with its probability and the figures."""
    text, known, examples = args.get("text", ""), check.evidence_of(ctx), _examples(ctx)
    try:
        return report.document(check.check(text, known), text, known)
    except ClaimError as error:
        raise Refused(
            "claim_not_understood",
            str(error),
            f"For example: ?text={quote_plus(examples[0])}",
            parameter="text",
            understood=error.understood,
            found=error.found,
            expected=list(error.expected),
            nearest=list(error.nearest),
            examples=examples,
        ) from error


_STANDING = ("ref_area", "score", "score_p05", "score_p95", "rank", "rank_p05", "rank_p50", "rank_p95")


def _standing(ctx: Any, node: str, year: int, code: str) -> dict[str, Any]:
    chosen = Chosen({"node": [node], "ref_area": [code]}, year, year)
    for row in table_rows.score_rows(ctx.engine, _STANDING, chosen):
        standing = dict(zip(_STANDING, row, strict=True))
        if standing["rank"] is not None:
            return standing
    raise Refused("not_ranked", f"{code} is not ranked in {year}.", "Choose an area that is ranked in that year.", 404)


RECORDS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    f.__name__: f
    for f in (
        *(structure, areas, indicators, sources, methodologies, runs),
        *(compare, pair, expected, fields, openness, events, tensions, unesco, claim, beside),
    )
} | {"versions": version_list}
