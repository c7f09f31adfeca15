"""What moved a score: how many points each dimension brought, in two years."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scidip.indicators.engine.published import aggregate
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Coverage, Methodology

ALL_KNOWN = Coverage(dimension=0.0, factor=0.0, indicators=0.0)
"""Whatever is known counts: both years already hold the same figures."""
STEP = 1.0
"""Points of a score under which a step to the next year is too small to be told apart by what it rests on."""


def contributions(framework: Framework, scores: Mapping[str, float]) -> dict[str, float]:
    """Return the points of the index that each scored dimension brings; they add up to the index.

    scores: by node, NaN or absent when not scored. Of arithmetic means with weights shared among what is
    scored, as in the default methodology. Empty when a factor has no score.
    """
    factors = framework.level("factor")
    whole = sum(f.weight for f in factors)
    found: dict[str, float] = {}
    for factor in factors:
        if not np.isfinite(scores.get(factor.code, np.nan)):
            return {}
        known = [d for d in framework.children(factor.code) if np.isfinite(scores.get(d.code, np.nan))]
        total = sum(d.weight for d in known)
        found |= {d.code: factor.weight / whole * d.weight / total * scores[d.code] for d in known}
    return found


def drivers(framework: Framework, before: Mapping[str, float], after: Mapping[str, float]) -> pd.DataFrame:
    """Return what moved the index: node, before, after, change (points of the index), known (in both years).

    The changes add up to the change of the index. A dimension scored in one year only is `known` False: its
    change is one of coverage, not of the country. Largest change first; empty when the index is not scored twice.
    """
    then, now = contributions(framework, before), contributions(framework, after)
    if not then or not now:
        return pd.DataFrame(columns=["node", "before", "after", "change", "known"])
    nodes = [n.code for n in framework.level("dimension") if n.code in then or n.code in now]
    frame = pd.DataFrame(
        {
            "node": nodes,
            "before": [before.get(n, np.nan) for n in nodes],
            "after": [after.get(n, np.nan) for n in nodes],
            "change": [now.get(n, 0.0) - then.get(n, 0.0) for n in nodes],
            "known": [n in then and n in now for n in nodes],
        }
    )
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def figure_points(
    framework: Framework,
    specs: Mapping[str, IndicatorSpec],
    before: Mapping[str, float],
    after: Mapping[str, float],
    dimensions: Collection[str],
    node: str,
) -> pd.DataFrame:
    """Return what each figure brought to the change of a node on the figures known in both years.

    before, after: by indicator, normalised (0-100, more is better), NaN or absent when not known. dimensions: those
    scored in both years; in others nothing is compared. Columns indicator, dimension, points (of the node: the index
    or a factor), the largest first; they add up to the change that `like_for_like` finds, under arithmetic means with
    weights shared among what is known.
    """
    both = {i for i in framework.leaves if np.isfinite(before.get(i, np.nan)) and np.isfinite(after.get(i, np.nan))}
    factors = [f for f in framework.level("factor") if node in (f.code, framework.index_code)]
    shared: dict[str, list[tuple[str, float, list[str]]]] = {}
    for factor in factors:
        for dimension in framework.children(factor.code):
            known = [i for i in dimension.indicators if i in both]
            if known and dimension.code in dimensions:
                entry = (dimension.code, dimension.weight, known)
                shared.setdefault(factor.code, []).append(entry)
    whole = sum(f.weight for f in factors if f.code in shared)
    rows = []
    for factor in factors:
        total = sum(weight for _, weight, _ in shared.get(factor.code, []))
        for dimension_code, weight, known in shared.get(factor.code, []):
            weights = sum(specs[i].weight for i in known)
            share = factor.weight / whole * weight / total
            rows += [(i, dimension_code, share * specs[i].weight / weights * (after[i] - before[i])) for i in known]
    frame = pd.DataFrame(rows, columns=["indicator", "dimension", "points"])
    order = frame["points"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def like_for_like(
    cells: pd.DataFrame,
    specs: Mapping[str, IndicatorSpec],
    framework: Framework,
    methodology: Methodology,
    years: tuple[int, int],
) -> pd.DataFrame:
    """Return the scores of two years from the same figures: node, ref_area, score_before, score, change.

    `change` is that of the scores as they are published, from all figures of each year.

    cells: indicator, ref_area, time_period, own_period (the year a carried figure is of), normalised (0-100, more is
    better). For each area only indicators with a figure in both years count, both of one series, in dimensions that
    are scored in both, so a difference is the area's and not one of what is known about it. NaN where a node has no
    such figure.
    """
    codes = tuple(dict.fromkeys(framework.leaves))
    areas, values, own = _both_years(cells, codes, years)
    scored = aggregate(values, codes, specs, framework, methodology)
    alike: NDArray[np.bool_] = np.isfinite(values).all(axis=1) & _is_one_series(own, codes, specs)
    for dimension in framework.level("dimension"):
        if dimension.indicators:
            columns = [codes.index(i) for i in dimension.indicators]
            known = np.asarray(np.isfinite(scored[dimension.code]).all(axis=1))
            alike[:, columns] &= known[:, None]
    layers = np.where(alike[:, None, :], values, np.nan)
    method = methodology.model_copy(update={"coverage": ALL_KNOWN})
    nodes = aggregate(layers, codes, specs, framework, method)
    return pd.DataFrame(
        {
            "node": np.repeat(list(nodes), len(areas)),
            "ref_area": np.tile(areas, len(nodes)),
            "score_before": np.concatenate([s[:, 0] for s in nodes.values()]),
            "score": np.concatenate([s[:, 1] for s in nodes.values()]),
            "change": np.concatenate([scored[n][:, 1] - scored[n][:, 0] for n in nodes]),
        }
    )


def steps_of_coverage(like: pd.DataFrame) -> pd.DataFrame:
    """Return where a score moves mostly because other figures are known: node, ref_area.

    like: of `like_for_like`, for one year and the next. Such a step is of `STEP` points or more, and less than
    half of it remains on the same figures (or none is left), as with a change of rank in `with_like_for_like`.
    """
    change = like["change"].to_numpy(float)
    alike = (like["score"] - like["score_before"]).to_numpy(float)
    with np.errstate(invalid="ignore"):
        moved = np.abs(change) >= STEP
        real = alike * np.sign(change) >= np.abs(change) / 2
    found: pd.DataFrame = like.loc[moved & ~real, ["node", "ref_area"]].reset_index(drop=True)
    return found


def breaks(
    cells: pd.DataFrame, specs: Mapping[str, IndicatorSpec], framework: Framework, methodology: Methodology
) -> pd.DataFrame:
    """Return where scores do not go on from the year before: node, time_period, ref_area, of `steps_of_coverage`.

    cells: as of `like_for_like`, of all years that are scored.
    """
    years = sorted(set(cells["time_period"].tolist()))
    parts = {year: cells[cells["time_period"] == year] for year in years}
    columns, found = ["node", "time_period", "ref_area"], []
    for since, year in pairwise(years):
        both = pd.concat([parts[since], parts[year]])
        like = like_for_like(both, specs, framework, methodology, (since, year))
        found.append(steps_of_coverage(like).assign(time_period=year))
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def _is_one_series(
    own: NDArray[np.int64], codes: Sequence[str], specs: Mapping[str, IndicatorSpec]
) -> NDArray[np.bool_]:
    """Return, by area and code, whether the figures of two years are of one edition. own: areas, years, codes."""
    found: NDArray[np.bool_] = np.ones((len(own), len(codes)), dtype=bool)
    for place, code in enumerate(codes):
        for year in specs[code].breaks:
            found[:, place] &= (own[:, 0, place] >= year) | (own[:, 1, place] < year)
    return found


def _both_years(
    cells: pd.DataFrame, codes: Sequence[str], years: tuple[int, int]
) -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.int64]]:
    """Return the areas with a figure in each of two years, sorted, their figures, (areas, years, codes), and the years
    that those are of."""
    when = cells["time_period"].to_numpy()
    area = cells["ref_area"].to_numpy(dtype=object)
    areas = sorted(set(area[when == years[0]]) & set(area[when == years[1]]))
    place, column = ({code: i for i, code in enumerate(known)} for known in (areas, codes))
    rows = np.array([place.get(a, -1) for a in area], dtype=np.int64)
    columns = np.array([column.get(c, -1) for c in cells["indicator"].tolist()], dtype=np.int64)
    values = np.full((len(areas), 2, len(codes)), np.nan)
    own = np.zeros(values.shape, dtype=np.int64)
    normalised = cells["normalised"].to_numpy(dtype=float)
    periods = cells["own_period"].to_numpy(dtype=np.int64)
    for y, year in enumerate(years):
        here = (rows >= 0) & (columns >= 0) & (when == year)
        values[rows[here], y, columns[here]] = normalised[here]
        own[rows[here], y, columns[here]] = periods[here]
    return np.array(areas, dtype=object), values, own


def with_like_for_like(movers: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return *movers* (of `queries.movers`) with the change of rank from the figures known in both years.

    like: scores of one node, of `like_for_like`. Adds `change_alike` (places, up is positive, among the
    areas of *movers*; NaN where none is left), `is_of_coverage`: the ranges do not overlap, and yet less
    than half of the change remains on the same figures; `is_of_others`: it remains, and yet the area's own score did
    not move that way. Neither is a clear change of the area.
    """
    scores = movers[["ref_area"]].merge(like, on="ref_area", how="left")
    ranks = scores[["score_before", "score"]].rank(ascending=False, method="min")
    alike = (ranks["score_before"] - ranks["score"]).to_numpy(float)
    change = (movers["rank_before"] - movers["rank"]).to_numpy(float)
    apart = movers["change_is_clear"].to_numpy(bool)
    real = apart & (alike * np.sign(change) >= np.abs(change) / 2)
    own = (scores["score"] - scores["score_before"]).to_numpy(float)
    published = (movers["score"] - movers["score_before"]).to_numpy(float)
    same_way = (own * change > 0) & (published * change > 0)
    return movers.assign(
        change_alike=alike, change_is_clear=real & same_way, is_of_coverage=apart & ~real, is_of_others=real & ~same_way
    )
