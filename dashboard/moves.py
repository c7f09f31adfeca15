"""Who moved between two years, and how much of it is the country rather than what is known about it."""

import pandas as pd

from dashboard.context import Context
from indicators.drivers import like_for_like, with_like_for_like
from store import lab_queries, queries


def movers(ctx: Context, node: str, year: int, since: int) -> pd.DataFrame:
    """Return `queries.movers` with what remains of each change on the figures known in both years."""
    frame: pd.DataFrame = ctx.query(queries.movers, node=node, year=year, since=since)
    if frame.empty:
        return frame.assign(change_alike=pd.Series(dtype=float), is_of_coverage=False)

    def compute() -> pd.DataFrame:
        catalogue = ctx.catalogue
        cells = lab_queries.normalised_cells(ctx.engine, (since, year))
        return like_for_like(
            cells, catalogue.indicators, catalogue.framework, catalogue.methodology, (since, year)
        )

    like = ctx.cache.get(("like for like", since, year, ctx.data_version), compute)
    return with_like_for_like(frame, like[like["node"] == node])
