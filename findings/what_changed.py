"""What changed between two versions: figures revised, new and gone; ranks that moved, and because of what."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scidip.findings.session import Desk
from scidip.indicators.engine.drivers import figure_points
from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.store.database.as_of import as_of
from scidip.store.queries import served, version_queries
from scidip.store.versions import kept, renewed, runs_of

FIGURES = ["source", "indicator", "revised", "new", "gone", "common"]
RANKS = ["ref_area", "rank_before", "rank", "places", "by_own", "by_others", "by_method"]
NEARLY = 1e-9


@dataclass(frozen=True)
class Changes:
    """What changed from a version to a later one."""

    before: str
    after: str
    year: int | None
    """The newest year that both have scored; None when there is none."""
    is_other_method: bool
    """Whether code or methodology of the scores are others."""
    figures: pd.DataFrame
    """source, indicator, revised, new, gone, common: numbers of figures; only where something changed."""
    ranks: pd.DataFrame
    """ref_area, rank_before, rank, places (up is positive) and of them by_own, by_others, by_method; who moved."""

    def count(self, kind: str) -> int:
        """Return how many figures are "revised", "new" or "gone"."""
        return int(self.figures[kind].sum())


def changes_of(desk: Desk, before: str, after: str) -> Changes:
    """Return what changed between two versions that are kept."""
    # The one place that reads two versions at once: what is read of each is read as of it.
    found: Changes = desk.cache.get(("what changed", before, after), lambda: _changes(desk, before, after))
    return found


def _changes(desk: Desk, before: str, after: str) -> Changes:
    known = kept(desk.engine).set_index("version")
    method = ["code_version", "methodology"]
    made = {str(code): tuple(known[m].astype(str).to_dict()[code] for m in method) for code in known.index}
    other = made[before] != made[after]
    years = []
    for version in (before, after):
        with as_of(version):
            years.append(set(served.scored_years(desk.engine)))
    common = sorted(years[0] & years[1])
    year = common[-1] if common else None
    ranks = pd.DataFrame(columns=RANKS) if year is None else _ranks(desk, before, after, year, is_other_method=other)
    return Changes(before, after, year, other, _figures(desk, before, after), ranks)


def _figures(desk: Desk, before: str, after: str) -> pd.DataFrame:
    old, new = (runs_of(desk.engine, v) for v in (before, after))
    parts = []
    for source in renewed(new, old):
        both = version_queries.paired(desk.engine, old.get(source), new.get(source))
        flags = pd.DataFrame(
            {
                "indicator": both["indicator"],
                "revised": version_queries.differs(both),
                "new": ~both["is_old"],
                "gone": ~both["is_new"],
                "common": both["is_old"] & both["is_new"],
            }
        )
        counts = flags.groupby("indicator", as_index=False).sum()
        parts.append(counts.assign(source=source)[counts[["revised", "new", "gone"]].sum(axis=1) > 0])
    return pd.concat([pd.DataFrame(columns=FIGURES), *parts], ignore_index=True)[FIGURES]


def _ranks(desk: Desk, before: str, after: str, year: int, *, is_other_method: bool) -> pd.DataFrame:
    """Return whose rank moved, in places by cause: taken in the order own figures, method, all the rest.

    An area's score is moved by the points of its own figures that changed, among the others' scores as they were; then
    all scores by the points of the method. What is left of its move is the others': their figures, and the scale these
    set.
    """
    tables, cells, nodes = [], [], []
    for version in (before, after):
        with as_of(version):
            ranking = served.ranking(desk.engine, DEFAULT_INDEX, year)
            tables.append(ranking[ranking["is_ranked"]].set_index("ref_area")[["score", "rank"]])
            cells.append(version_queries.scored(desk.engine, year))
            nodes.append(served.year_scores(desk.engine, year))
    was, now = tables
    both = was.index.intersection(now.index)
    moved = [str(a) for a in both[(was["rank"].reindex(both) != now["rank"].reindex(both)).to_numpy(bool)]]
    causes = _causes(desk, cells, nodes, [str(a) for a in both], is_other_method=is_other_method)
    scores = {str(a): float(s) for a, s in was["score"].to_dict().items()}
    then, today = ({str(a): int(r) for a, r in t["rank"].to_dict().items()} for t in tables)
    by_methods = {a: s + causes.get(a, (0.0, 0.0))[1] for a, s in scores.items()}
    rows = []
    for area in moved:
        own, method = causes.get(area, (0.0, 0.0))
        alone = _rank(scores, area, scores[area] + own)
        by_own = then[area] - alone
        by_method = alone - _rank(by_methods, area, scores[area] + own + method)
        places = then[area] - today[area]
        rows.append((area, then[area], today[area], places, by_own, places - by_own - by_method, by_method))
    frame = pd.DataFrame(rows, columns=RANKS)
    order = frame["places"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _rank(scores: Mapping[str, float], area: str, score: float) -> int:
    """Return the rank that an area has with a *score* of its own among the scores of the others."""
    return 1 + sum(other > score + NEARLY for a, other in scores.items() if a != area)


def _causes(
    desk: Desk, cells: list[pd.DataFrame], nodes: list[pd.DataFrame], areas: list[str], *, is_other_method: bool
) -> dict[str, tuple[float, float]]:
    """Return by area how many points of its score its own figures brought, and how many another method.

    A figure that stayed the same, on a scale that moved, is of the others where a figure of theirs changed, else of
    the method. What figures known in one version only brought is of one's own, or of the method where it changed.
    """
    own_cells = cells[0].merge(cells[1], on=["indicator", "ref_area"], how="outer", suffixes=("_before", ""))
    same = np.isclose(own_cells["obs_value_before"], own_cells["obs_value"], rtol=NEARLY, atol=0)
    own_cells["is_changed"] = ~(same & (own_cells["own_period_before"] == own_cells["own_period"]))
    touched = set(own_cells.loc[own_cells["is_changed"], "indicator"])
    catalogue, found = desk.catalogue, {}
    by_area = {str(a): f.set_index("indicator") for a, f in own_cells.groupby("ref_area")}
    for area in areas:
        own = by_area.get(area)
        if own is None or area not in nodes[0].index or area not in nodes[1].index:
            continue
        then, today = (n.loc[area].dropna() for n in nodes)
        was, now = ({str(c): float(v) for c, v in own[n].items()} for n in ("normalised_before", "normalised"))
        dimensions = [str(d) for d in then.index.intersection(today.index)]
        points = figure_points(
            catalogue.framework, catalogue.indicators, was, now, dimensions, catalogue.framework.index_code
        )
        of = points.set_index("indicator")["points"]
        changed = own["is_changed"].reindex(of.index).to_numpy(bool)
        total = float(today.to_dict().get(DEFAULT_INDEX, np.nan)) - float(then.to_dict().get(DEFAULT_INDEX, np.nan))
        scale = float(of[[c not in touched for c in of.index]].sum())
        rest = total - float(of.sum()) if np.isfinite(total) else 0.0
        by_own = float(of[changed].sum())
        found[area] = (by_own, scale + rest) if is_other_method else (by_own + rest, 0.0)
    return found
