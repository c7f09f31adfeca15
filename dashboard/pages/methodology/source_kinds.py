"""What kinds of sources the index rests on, counted from the catalogue and the scored figures."""

from collections.abc import Collection, Mapping

from scidip.dashboard.core.context import Context
from scidip.figures.text import sentences
from scidip.indicators.language.current import _, ngettext
from scidip.store.queries import lab_queries, served

JUDGEMENT, COMPILED = "judgement", "compiled"


def scored_in(ctx: Context, year: int) -> frozenset[str]:
    """Return the indicators of the default framework that have a scored figure in *year*."""
    cells = ctx.once(lab_queries.normalised_cells, years=(year,))
    return frozenset(cells["indicator"]) & frozenset(ctx.catalogue.framework.leaves)


def resting_on(ctx: Context, codes: Collection[str]) -> Mapping[str, dict[str, list[str]]]:
    """Return, by kind of source, the indicators among *codes* that rest on it, with the titles of those sources.

    The kinds are those of `SourceSpec.kind`. An indicator counts under the kind that is furthest from official
    statistics among its own sources, populations and the like left aside: judgement, then compiled.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for code in codes:
        sources = [ctx.sources[s] for s in ctx.catalogue.sources_of(code) if s in ctx.sources]
        for kind in (JUDGEMENT, COMPILED, "official", "user"):
            titles = [s.title for s in sources if s.kind == kind]
            if titles:
                found.setdefault(kind, {})[code] = titles
                break
    return found


def said(ctx: Context, leaves: Collection[str], used: Collection[str]) -> list[str]:
    """Return the sentences on the kinds of sources: how many indicators rest on which, proxies, gaps."""
    kinds = resting_on(ctx, used)
    words = [_("Of them {n} rest on statistics of official bodies alone.").format(n=len(kinds.get("official", {})))]
    for kind, one in (
        (JUDGEMENT, _("{n} rest on the judgement of experts or of people who were asked ({titles}).")),
        (COMPILED, _("{n} rest on lists and databases that others compiled ({titles}).")),
    ):
        of_kind = kinds.get(kind, {})
        if of_kind:
            titles = sorted({t for each in of_kind.values() for t in each})
            words.append(one.format(n=len(of_kind), titles=sentences.listed([_(t) for t in titles])))
    proxies = sum(ctx.catalogue.indicators[c].proxy for c in used)
    words.append(
        ngettext(
            "{n} is a proxy for what no producer measures directly.",
            "{n} are proxies for what no producer measures directly.",
            proxies,
        ).format(n=proxies)
    )
    if rest := len(set(leaves) - set(used)):
        words.append(
            ngettext(
                "{n} more is of the framework and has no figure for this year.",
                "{n} more are of the framework and have no figure for this year.",
                rest,
            ).format(n=rest)
        )
    ranking = ctx.query(served.ranking, node=ctx.catalogue.framework.index_code, year=ctx.years[-1])
    if float(ranking["imputed_share"].max()) == 0.0:
        words.append(_("Nothing is imputed."))
    return words
