"""A world of equal tiles: every state is as large as any other, and each tile opens its country."""

from typing import Any

import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, country_path, el
from scidip.figures import maps
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.indicators.language.current import _


def tiles(ctx: Context, frame: pd.DataFrame, node: str, year: int, label: str) -> Component:
    """Return the tiles of a ranking (columns of `queries.ranking`), coloured in the classes of the map."""
    ranked = frame[frame["is_ranked"].astype(bool) & frame["score"].notna()]
    bounds = maps.class_bounds(ranked["score"] if len(ranked) else frame["score"])
    steps = max(len(bounds) - 2, 1)
    rows = {r.ref_area: r for r in each_row(frame)}
    items = []
    for area, (row, column) in ctx.areas.tiles.items():
        items.append(_tile(ctx, area, rows.get(area), (row, column), bounds, steps, year))
    style = {"--node": f"var(--{node if node in ('infra', 'national', 'international') else 'ink'})"}
    grid = html.Ul(items, className="tiles", style=style, **aria(label=label))
    return html.Div(grid, className="tiles-frame", tabIndex=0, role="region", **aria(label=label))


def _tile(
    ctx: Context, area: str, row: Any, place: tuple[int, int], bounds: list[float], steps: int, year: int
) -> Element:
    name = ctx.areas.name(area)
    where = {"gridRow": place[0] + 1, "gridColumn": place[1] + 1}
    is_ranked = row is not None and bool(row.is_ranked) and numbers.known(row.score)
    if is_ranked:
        step = int(np.searchsorted(bounds[1:-1], row.score, side="right"))
        words = numbers.rank_words(row.rank, row.rank_p05, row.rank_p95)
        said = _("{name}: {rank}; score {score}").format(name=name, rank=words, score=numbers.score(row.score))
        swatch = el("Span", className="swatch", style={"--step": step, "--steps": steps})
    else:
        said = _("{name}: not ranked").format(name=name)
        swatch = el("Span", className="swatch swatch-hatch")
    properties = {
        "children": [
            el("Span", area, **{"aria-hidden": "true"}),
            swatch,
            el("Span", said, className="visually-hidden"),
        ],
        "href": country_path(area, year),
        "className": "tile",
        "title": said,
    }
    tie = {"props": properties, "type": "Link", "namespace": "dash_core_components"}
    return el("Li", tie, style=where)
