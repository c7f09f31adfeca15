"""Several years of a layer of ties together, for counts that are small in single years."""

import pandas as pd

from scidip.indicators.pairs.layer import Layer


def pooled(layer: Layer, window: int) -> Layer:
    """Return the layer whose figure of a year is the sum of the *window* years up to it; complete lists only.

    For counts that are small in single years, where one person more or less would turn a balance. The first year is
    the first with a whole window. Raises ValueError for a layer in which no row means unknown: such years cannot be
    added up.
    """
    if not layer.lists_all:
        raise ValueError(f"{layer.code} is no complete list: what its rows leave out is unknown and not added up")
    first, last = (layer.years[0] + window - 1, layer.years[-1]) if layer.years else (0, 0)
    frame = layer.frame
    shifted = pd.concat([frame.assign(time_period=frame["time_period"] + k) for k in range(window)])
    whole = shifted[shifted["time_period"].between(first, last)]
    key = ["ref_area", "counterpart_area", "time_period"]
    added = whole.groupby(key, as_index=False).agg(obs_value=("obs_value", "sum"), file=("file", "first"))
    named = added.assign(obs_status="A")[list(frame.columns)]
    return Layer(layer.code, layer.directed, layer.lists_all, named, layer.speaks_of | frozenset(layer.areas))
