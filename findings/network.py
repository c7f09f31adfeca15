"""The network of an address: which layers, year and areas, and its places in the picture."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scidip.figures.text import numbers
from scidip.findings.pair import LAYERS, SUMMED, first_of, layer_of, span
from scidip.findings.session import Desk
from scidip.indicators.language.current import _
from scidip.indicators.pairs.layer import Layer
from scidip.indicators.pairs.network import FloatArray, Network, foremost, joined, positions, weights

DRAWN = 60
"""Countries in the picture at most."""
EGO = 24
"""Countries around a chosen one, itself included."""
NETWORKS = tuple(code for code in LAYERS if code != "visa_rule")
"""Layers with sizes. A rule of entry is no amount, and no tie grows stronger by adding it."""


@dataclass(frozen=True)
class NetworkView:
    """What is shown."""

    desk: Desk
    codes: tuple[str, ...]
    year: int
    keep: int
    group: str = ""

    @cached_property
    def layers(self) -> list[Layer]:
        """The layers."""
        return [layer_of(self.desk, code) for code in self.codes]

    @cached_property
    def years(self) -> list[int | None]:
        """The year of each layer: its newest with a usual number of ties, up to the page's."""
        return [_full_year(layer, self.year) for layer in self.layers]

    @property
    def members(self) -> frozenset[str]:
        """The areas that take part."""
        if not self.group:
            return self.desk.present_areas
        return self.desk.areas.members(self.group, self.year) & self.desk.present_areas

    @cached_property
    def network(self) -> Network:
        """The kept ties; remembered until the figures change."""
        key = ("network", self.codes, self.year, self.keep, self.group, self.desk.data_version)
        found: Network = self.desk.cache.get(key, self._make)
        return found

    @cached_property
    def _parts(self) -> list[tuple[tuple[str, ...], FloatArray]]:
        return [
            (layer.areas, weights(layer, year)) for layer, year in zip(self.layers, self.years, strict=True) if year
        ]

    def _make(self) -> Network:
        parts = self._parts
        areas, ties = (list(parts[0][0]), parts[0][1]) if len(parts) == 1 else joined(parts)
        inside = [i for i, a in enumerate(areas) if a in self.members]
        return Network(tuple(areas[i] for i in inside), ties[np.ix_(inside, inside)], self.keep)

    @cached_property
    def places(self) -> dict[str, tuple[float, float]]:
        """Where each drawn area stands, from the ties of all years together: the same in every year."""
        key = ("places", self.codes, self.group, self.desk.data_version)
        found: dict[str, tuple[float, float]] = self.desk.cache.get(key, self._places)
        return found

    def _places(self) -> dict[str, tuple[float, float]]:
        parts = [(layer.areas, weights(layer.summed, layer.years[-1])) for layer in self.layers if layer.years]
        # `summed` may name fewer areas in the same order: both come from the same frame.
        areas, ties = joined(parts)
        inside = [i for i, a in enumerate(areas) if a in self.members]
        ties = ties[np.ix_(inside, inside)]
        strongest = np.sort(np.argsort(-ties.sum(axis=1), kind="stable")[:DRAWN])
        names = [areas[inside[i]] for i in strongest]
        return positions(names, ties[np.ix_(strongest, strongest)])

    def picture(self, area: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the nodes and ties that are drawn: the strongest areas, or *area* in the middle of its partners."""
        network = self.network
        if area and area in network.areas:
            near = network.around(area, EGO)
            spots = {area: (0.0, 0.0)}
            for k, other in enumerate(near[1:]):
                turn = 2 * math.pi * k / max(len(near) - 1, 1)
                spots[other] = (math.sin(turn), math.cos(turn))
        else:
            spots = {a: p for a, p in self.places.items() if a in network.areas}
        names = list(spots)
        index = [network.areas.index(a) for a in names]
        ties = (network.all_ties if area else network.kept)[np.ix_(index, index)]
        if area and names:
            ties = np.where(np.arange(len(names))[:, None] == 0, ties, network.kept[np.ix_(index, index)])
        rows, columns = np.nonzero(np.triu(np.maximum(ties, ties.T)))
        frame = self._nodes(names, spots)
        values = np.maximum(ties, ties.T)[rows, columns]
        layer = foremost(self._parts, names)[rows, columns] if len(self._parts) > 1 else 0
        return frame, pd.DataFrame({"source": rows, "target": columns, "weight": values, "layer": layer})

    @property
    def layer_names(self) -> list[str]:
        """The names of the layers that have figures, in the order that `picture` counts them."""
        specs = self.desk.catalogue.indicators
        pairs = zip(self.codes, self.years, strict=True)
        return [specs[code].name for code, year in pairs if year]

    def _nodes(self, names: list[str], spots: dict[str, tuple[float, float]]) -> pd.DataFrame:
        strength = self.network.centralities.set_index("ref_area")["strength"].reindex(names).fillna(0.0)
        top = float(strength.max()) or 1.0 if len(strength) else 1.0
        return pd.DataFrame(
            {
                "ref_area": names,
                "name": [self.desk.areas.name(a) for a in names],
                "x": [spots[a][0] for a in names],
                "y": [spots[a][1] for a in names],
                "size": np.sqrt(strength.to_numpy() / top),
                "text": [f"<b>{self.desk.areas.name(a)}</b><br>{self.write(strength[a])}" for a in names],
            }
        )

    def write(self, amount: float) -> str:
        """Return the figure of a tie or a sum of ties with its unit; joined layers count in per mille."""
        if len(self.codes) > 1:
            return _("{n} ‰ of all ties").format(n=numbers.number(amount))
        return numbers.value(amount, self.desk.catalogue.indicators[self.codes[0]].unit)

    @property
    def when(self) -> str:
        """Each layer with the year of its figures."""
        said = []
        for code, layer, year in zip(self.codes, self.layers, self.years, strict=True):
            name = _(self.desk.catalogue.indicators[code].name)
            shown = _("all years") if code in SUMMED else self._span(code, year) if year else _("no year")
            said.append(f"{name}, {shown}" if layer.years else name)
        return _("; ").join(said)

    def _span(self, code: str, year: int) -> str:
        return span(first_of(self.desk, code, year), year)


def _full_year(layer: Layer, year: int) -> int | None:
    """Return the newest year up to *year* with at least half as many ties as the fullest; the first one otherwise."""
    fullest = max(layer.counts.values(), default=0)
    full = [y for y, count in layer.counts.items() if count >= fullest / 2]
    if not full:
        return None
    return max((y for y in full if y <= year), default=full[0])
