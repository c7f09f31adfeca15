"""Who moved between two years, and how much of it is the country rather than what is known about it."""

import pandas as pd

from scidip.dashboard.core.context import Context
from scidip.indicators.engine import drivers
from scidip.indicators.engine.drivers import like_for_like, with_like_for_like
from scidip.indicators.language.current import _, current
from scidip.store.queries import break_queries, lab_queries, served

BACK = 5
"""Years over which movers are sought, when so many are scored."""


def earlier(ctx: Context, year: int) -> int:
    """Return the year that *year* is compared with: five years before, or the first scored one."""
    return max(year - BACK, ctx.years[0])


def movers(ctx: Context, node: str, year: int, since: int) -> pd.DataFrame:
    """Return `queries.movers` with what remains of each change on the figures known in both years."""

    def compute() -> pd.DataFrame:
        frame: pd.DataFrame = ctx.query(served.movers, node=node, year=year, since=since)
        if frame.empty:
            return frame.assign(change_alike=pd.Series(dtype=float), is_of_coverage=False, is_of_others=False)
        like = _alike(ctx, year, since)
        return with_like_for_like(frame, like[like["node"] == node])

    key = ("movers", node, year, since, ctx.data_version, current().code)
    found: pd.DataFrame = ctx.cache.get(key, compute)
    return found


def prepare(ctx: Context, year: int) -> None:
    """Compute what `movers` needs for *year* in its usual comparison."""
    for node in ctx.catalogue.framework.nodes:
        if node.level in ("index", "factor") and earlier(ctx, year) < year:
            movers(ctx, node.code, year, earlier(ctx, year))


def breaks(ctx: Context, node: str) -> dict[str, list[int]]:
    """Return, by area, the years whose score of *node* is not to be read as going on from the year before.

    There the step is mostly one of what is known; a line over the years breaks before them.
    """

    def compute() -> dict[str, dict[str, list[int]]]:
        found: dict[str, dict[str, list[int]]] = {}
        kept: pd.DataFrame = ctx.query(break_queries.breaks)
        kept = _breaks(ctx) if kept.empty else kept
        for code, year, area in kept[["node", "time_period", "ref_area"]].itertuples(index=False, name=None):
            found.setdefault(code, {}).setdefault(area, []).append(year)
        return found

    whole: dict[str, dict[str, list[int]]] = ctx.cache.get(("breaks", ctx.data_version), compute)
    return whole.get(node, {})


def _breaks(ctx: Context) -> pd.DataFrame:
    """Return the breaks of scores that were computed before those were kept with them."""
    cells, catalogue = ctx.once(lab_queries.normalised_cells, years=tuple(ctx.years)), ctx.catalogue
    return drivers.breaks(cells, catalogue.indicators, catalogue.framework, catalogue.methodology)


def how_to_read() -> str:
    """Return what the marks of scores over the years mean."""
    return _(
        "Score 0–100; ribbon: 5–95 % range; hollow: half or more of the figures carried; the line breaks where a step "
        "comes mostly from data coverage"
    )


def _alike(ctx: Context, year: int, since: int) -> pd.DataFrame:
    def compute() -> pd.DataFrame:
        catalogue = ctx.catalogue
        cells = ctx.once(lab_queries.normalised_cells, years=(since, year))
        return like_for_like(cells, catalogue.indicators, catalogue.framework, catalogue.methodology, (since, year))

    found: pd.DataFrame = ctx.cache.get(("like for like", since, year, ctx.data_version), compute)
    return found
