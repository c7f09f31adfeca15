"""How the newest index goes with published ones."""

import pandas as pd
from sqlalchemy import Engine

from scidip.indicators.audit.neighbours import PUBLISHED_INDICES, neighbours
from scidip.indicators.model.catalogue import Catalogue
from scidip.store.queries import served


def published_figures(engine: Engine, catalogue: Catalogue) -> pd.DataFrame:
    """Return the figures of the published indices that are in this copy."""
    return served.observations(engine, [c for c in PUBLISHED_INDICES if c in catalogue.indicators])


def validity_table(engine: Engine, catalogue: Catalogue) -> pd.DataFrame:
    """Return how the newest index correlates with published indices over the ranked areas.

    Columns: code, name, newest (edition of the published index), year, correlation, areas.
    """
    columns = ["code", "name", "newest", "year", "correlation", "areas"]
    year = served.health(engine)["latest_year"]
    if not year:
        return pd.DataFrame(columns=columns)
    ranking = served.ranking(engine, catalogue.framework.index_code, year)
    scores = ranking[ranking["is_ranked"]].set_index("ref_area")["score"]
    found = neighbours(scores, published_figures(engine, catalogue))
    found = found.rename(columns={"indicator": "code", "edition": "newest"})
    return found.assign(name=[catalogue.indicators[c].name for c in found["code"]], year=year)[columns]
