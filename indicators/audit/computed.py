"""What of the audit is computed from the normalised figures of a year, as frames and as rows that are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.audit.neighbours import neighbours
from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.engine.ranks import ranks_of
from scidip.indicators.robustness import coherence
from scidip.indicators.robustness.alternative_methodologies import INTERVAL_SCALES, Choices
from scidip.indicators.robustness.correlation import alpha_table, level_values
from scidip.indicators.robustness.country_robustness import Ranked

FloatArray = NDArray[np.float64]
EVERY: Final = "every_one"
"""Stands among the alternatives for all of them together."""
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "alpha": ("node",),
    "fit": ("indicator", "node"),
    "balance": ("indicator",),
    "removal": ("indicator",),
    "alternatives": ("method",),
    "neighbours": ("indicator",),
    "widths": ("input",),
}
"""Of each part, the columns that name its rows; all others are numbers."""
DRAWS: Final = 500
"""Draws of each width: half of those of the ranges, for there is one width for each choice, alone and left out."""
COLUMNS: Final = ("part", "element", "with_element", "measure", "value")


@dataclass(frozen=True)
class Computed:
    """The parts of an audit, one frame each; NaN where something cannot be computed."""

    alpha: pd.DataFrame
    """node, parts, alpha: of nodes with two parts and more."""
    fit: pd.DataFrame
    """indicator, node (its dimension), r, areas."""
    balance: pd.DataFrame
    """indicator, intended, effective, ratio."""
    removal: pd.DataFrame
    """indicator, mean_shift, max_shift, outside: what leaving it out does to the ranks."""
    alternatives: pd.DataFrame
    """method, within (share of the ranked whose rank there lies in their range), correlation (with the ranks)."""
    neighbours: pd.DataFrame
    """indicator (a published index), edition, correlation, areas."""
    widths: pd.DataFrame
    """input (a choice of the simulated methods, or "all"), alone, without: median widths of ranges in places."""

    def rows(self) -> pd.DataFrame:
        """Return all parts as rows with COLUMNS, in their order; what is not known has no row."""
        found = []
        for part, keys in KEYS.items():
            frame: pd.DataFrame = getattr(self, part)
            names = [frame[k].astype(str) for k in keys] + [pd.Series("", index=frame.index)]
            for measure in frame.columns.difference(list(keys), sort=False):
                cells = {"part": part, "element": names[0], "with_element": names[1]}
                found.append(pd.DataFrame({**cells, "measure": measure, "value": frame[measure].astype(float)}))
        return pd.concat(found, ignore_index=True).dropna(subset="value")[list(COLUMNS)]


def of_rows(rows: pd.DataFrame) -> Computed:
    """Return the parts that `Computed.rows` made into *rows*, each in the order of its first measure."""
    made = {}
    for part in (f.name for f in fields(Computed)):
        own, keys = rows[rows["part"] == part], KEYS[part]
        index = [own["element"], own["with_element"]][: len(keys)]
        order = dict.fromkeys(zip(*index, strict=True))
        measures = list(dict.fromkeys(own["measure"]))
        cells = dict(zip(zip(*index, own["measure"], strict=True), own["value"], strict=True))
        lines = [(*key, *(cells.get((*key, m), np.nan) for m in measures)) for key in order]
        made[part] = pd.DataFrame(lines, columns=[*keys, *measures])
    return Computed(**made)


def computed(ranked: Ranked, published: pd.DataFrame, indices: pd.DataFrame) -> Computed:
    """Return the audit of the ranked areas of a year.

    published: by ref_area, the index's score, rank_p05 and rank_p95. indices: the figures of published indices
    (`neighbours`); their editions after the year are left out.
    """
    own = published.reindex(ranked.areas)
    ranges = own[["rank_p05", "rank_p95"]].to_numpy(float)
    values, tree = ranked.values(), ranked.tree
    floor = ranked.lab.methodology.uncertain.floor
    alpha = alpha_table(values, tree).query("children > 1")
    removed = coherence.stability(values, tree, Rules(floor=floor), ranges)
    return Computed(
        alpha.rename(columns={"children": "parts"})[["node", "parts", "alpha"]].reset_index(drop=True),
        coherence.fit(values, tree),
        coherence.balance(values, tree).query("intended > 0").rename(columns={"code": "indicator"}),
        removed.rename(columns={"code": "indicator"}).sort_values("outside", ascending=False, kind="stable"),
        _alternatives(ranked, ranges, floor),
        neighbours(own["score"].astype(float), indices, ranked.year),
        coherence.widths(ranked.lab.model(Choices(ranked.framework), ranked.year), DRAWS, ranked.lab.methodology.seed),
    )


def _alternatives(ranked: Ranked, ranges: FloatArray, floor: float) -> pd.DataFrame:
    scales = {name: ranked.values(name) for name in INTERVAL_SCALES}
    published = ranks_of(level_values(next(iter(scales.values())), ranked.tree)[-1][:, 0][None])[0]
    found = coherence.alternatives(scales, ranked.tree, floor)
    rows = [(m, coherence.within(r, ranges), coherence.pearson(r, published)[0]) for m, r in found.items()]
    if found:
        inside = np.all([(r >= ranges[:, 0]) & (r <= ranges[:, 1]) for r in found.values()], axis=0)
        rows.append((EVERY, float(inside.mean()), float("nan")))
    return pd.DataFrame(rows, columns=["method", "within", "correlation"])
