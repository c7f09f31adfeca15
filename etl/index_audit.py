"""What of the audit of the index takes long, computed once with the scores: of the newest year, or the edition."""

from collections.abc import Mapping

import pandas as pd

from scidip.indicators.audit.computed import computed
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.robustness.alternative_methodologies import laboratory
from scidip.indicators.robustness.country_robustness import Ranked
from scidip.indicators.robustness.varied.source_errors import errors_of
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, LISTED_APART


def audit_table(
    catalogue: Catalogue, areas: Areas, observations: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the rows of `index_audit` for the newest scored year.

    observations: all figures, those of published indices among them. tables: `score`, `score_interval` and
    `scored_cell` as they are stored. Without a ranked area there are no rows.
    """
    cells, spread = tables["scored_cell"], tables["score_interval"]
    if spread.empty:
        return pd.DataFrame()
    catalogue = catalogue.with_supplied(set(cells["indicator"]))
    index, year = catalogue.framework.index_code, int(cells["time_period"].max())
    scores = _of(tables["score"], index)
    outside = scores[scores["reason_code"].isin(LISTED_APART)]
    specs, method = catalogue.indicators, catalogue.methodology
    cells = cells.assign(error=errors_of(cells, observations, specs))
    ranked = Ranked(
        laboratory(cells, outside, specs, catalogue.frameworks, method, areas.peers), DEFAULT_FRAMEWORK, year
    )
    if not ranked.areas:
        return pd.DataFrame()
    own, ends = (f[f["time_period"] == year].set_index("ref_area") for f in (scores, _of(spread, index)))
    rows = computed(ranked, own[["score"]].join(ends[["rank_p05", "rank_p95"]]), observations).rows()
    return rows.assign(time_period=year, position=range(len(rows)))


def _of(frame: pd.DataFrame, node: str) -> pd.DataFrame:
    """Return the rows of the index of the default framework."""
    return frame[(frame["framework"] == DEFAULT_FRAMEWORK) & (frame["node"] == node)]
