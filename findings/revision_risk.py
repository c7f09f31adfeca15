"""How much each series and each country's rank moved from version to version so far."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from scidip.findings.session import Desk
from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.store.database.as_of import as_of
from scidip.store.database.schema import DERIVED
from scidip.store.queries import served, version_queries

SERIES = ["source", "indicator", "vintages", "common", "share_revised", "median_revision", "median_of_revised"]
RANKS = ["ref_area", "versions", "largest", "median"]


def series(desk: Desk, until: str) -> pd.DataFrame:
    """Return by series how its figures were revised between vintages, of versions up to one: SERIES; shares in %.

    Of figures that two vintages in a row have both; revisions in % of the older figure's size. Sources with one
    vintage so far are left out.
    """
    codes = version_queries.history(desk.engine, until)
    found: pd.DataFrame = desk.cache.get(("risk of series", *codes), lambda: _series(desk, codes))
    return found


def _series(desk: Desk, codes: Sequence[str]) -> pd.DataFrame:
    engine, parts = desk.engine, []
    for source, runs in version_queries.vintages_of(engine, codes).items():
        if source == DERIVED or len(runs) < 2:
            continue
        steps = [version_queries.paired(engine, a, b) for a, b in pairwise(runs)]
        both = pd.concat([s[s["is_old"] & s["is_new"]] for s in steps], ignore_index=True)
        size = both["old"].abs().where(both["old"] != 0)
        flagged = both.assign(
            revised=version_queries.differs(both), size=(both["new"] - both["old"]).abs() / size * 100
        )
        for code, own in flagged.groupby("indicator"):
            changed = own.loc[own["revised"], "size"]
            shares = (100 * float(own["revised"].mean()), float(own["size"].median()), float(changed.median()))
            parts.append((source, str(code), len(runs), len(own), *shares))
    frame = pd.DataFrame(parts, columns=SERIES)
    return frame.sort_values(["share_revised", "indicator"], ascending=[False, True], ignore_index=True)


def ranks(desk: Desk, until: str) -> pd.DataFrame:
    """Return by country how far its rank moved from version to version, up to one: ref_area, versions, largest, median.

    Each two versions in a row are compared in the newest year that both have scored; empty with one version.
    """
    codes = version_queries.history(desk.engine, until)
    found: pd.DataFrame = desk.cache.get(("risk of ranks", *codes), lambda: _ranks(desk, codes))
    return found


def _ranks(desk: Desk, codes: Sequence[str]) -> pd.DataFrame:
    moves: dict[str, list[float]] = {}
    for before, after in pairwise(codes):
        years = []
        for version in (before, after):
            with as_of(version):
                years.append(set(served.scored_years(desk.engine)))
        if not years[0] & years[1]:
            continue
        was, now = (_ranked(desk, v, max(years[0] & years[1])) for v in (before, after))
        for area, step in (now - was).dropna().abs().items():
            moves.setdefault(str(area), []).append(float(step))
    rows = [(a, len(m) + 1, int(max(m)), float(np.median(m))) for a, m in moves.items()]
    frame = pd.DataFrame(rows, columns=RANKS)
    return frame.sort_values(["largest", "median", "ref_area"], ascending=[False, False, True], ignore_index=True)


def _ranked(desk: Desk, version: str, year: int) -> pd.Series:
    with as_of(version):
        frame = served.ranking(desk.engine, DEFAULT_INDEX, year)
    return frame[frame["is_ranked"]].set_index("ref_area")["rank"]
