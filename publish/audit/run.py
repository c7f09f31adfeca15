"""Draw sentences of every kind, hold each against the stored rows, count what is true."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scidip.findings.pair import LAYERS, layer_of
from scidip.findings.session import Desk
from scidip.publish.audit import claimed, told
from scidip.publish.audit.told import Told
from scidip.publish.audit.truth import Truth
from scidip.store.queries import lab_queries, served

SEED = 20261128
SHARES: Mapping[str, float] = {"country": 0.6, "pair": 0.36, "claim": 0.04}
"""Of the sentences that are asked for, about how many are of each page."""


@dataclass(frozen=True)
class Audit:
    """What came of an audit."""

    checked: Mapping[str, int]
    untrue: tuple[Told, ...]

    @property
    def total(self) -> int:
        """How many sentences were checked."""
        return sum(self.checked.values())

    def of(self, kind: str) -> tuple[int, int]:
        """Return how many sentences of a kind were checked, and how many are false."""
        return self.checked[kind], sum(t.kind == kind for t in self.untrue)


def audit(desk: Desk, truth: Truth, most: int, seed: int = SEED) -> Audit:
    """Check *most* sentences, drawn with *seed* from all countries, pairs and scored years."""
    checked: Counter[str] = Counter()
    untrue: list[Told] = []
    random = np.random.default_rng(seed)
    for part, share in SHARES.items():
        left = round(most * share)
        for sentence in _DRAWN[part](desk, truth, random):
            if left <= 0:
                break
            left -= 1
            checked[sentence.kind] += 1
            if not sentence.is_true:
                untrue.append(sentence)
    return Audit(checked, tuple(untrue))


def _countries(desk: Desk, truth: Truth, random: np.random.Generator) -> Iterator[Told]:
    """Yield sentences on countries without end, a few dozen of each that is drawn."""
    areas, cells = sorted(desk.present_areas), _ranked_cells(desk, desk.years[-1])
    while True:
        area, year = str(random.choice(areas)), int(random.choice(desk.years))
        table = list(told.figures(desk, truth, area, year))
        for place in random.choice(len(table), size=min(40, len(table)), replace=False):
            yield table[int(place)]
        yield from told.standing(desk, truth, area, year)
        if area in cells.index:
            yield from told.extremes(desk, truth, area, desk.years[-1], cells)


def _ranked_cells(desk: Desk, year: int) -> pd.DataFrame:
    cells = desk.query(lab_queries.normalised_cells, years=(year,))
    cells = cells[cells["indicator"].isin(desk.catalogue.framework.leaves)]
    wide: pd.DataFrame = cells.pivot(index="ref_area", columns="indicator", values="normalised")
    ranking = desk.query(served.ranking, node=desk.catalogue.framework.index_code, year=year)
    return wide[wide.index.isin(ranking.loc[ranking["is_ranked"].astype(bool), "ref_area"])]


def drawn_pairs(desk: Desk, random: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Yield pairs of areas without end: half of them with a tie in some layer, half of any two."""
    areas = sorted(desk.present_areas)
    ties = [layer_of(desk, code).frame for code in LAYERS]
    while True:
        if random.random() < 0.5:
            frame = ties[int(random.integers(len(ties)))]
            row = frame.iloc[int(random.integers(len(frame)))]
            a, b = str(row["ref_area"]), str(row["counterpart_area"])
        else:
            a, b = (str(x) for x in random.choice(areas, size=2, replace=False))
        yield (a, b) if random.random() < 0.5 else (b, a)


def _pairs(desk: Desk, truth: Truth, random: np.random.Generator) -> Iterator[Told]:
    for a, b in drawn_pairs(desk, random):
        yield from told.pair(desk, truth, a, b, int(random.choice(desk.years)))


_DRAWN: Mapping[str, Callable[[Any, Truth, np.random.Generator], Iterator[Told]]] = {
    "country": _countries,
    "pair": _pairs,
    "claim": claimed.drawn,
}
