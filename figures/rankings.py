"""Ranks as dots with 5-95 % bars."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.indicators.language.current import _

ROW = 26
"""Height of a row in pixels."""


def indistinguishable(frame: pd.DataFrame) -> pd.Series:
    """Return, row by row, whether an area's rank interval overlaps with that of the first.

    Areas without rank or interval are False; with zero rows the result is empty.
    """
    ranked = frame[frame["rank"].notna()].sort_values("rank")
    if ranked.empty or pd.isna(ranked["rank_p95"].iloc[0]):
        return pd.Series(False, index=frame.index)
    overlaps: pd.Series = frame["rank_p05"] <= ranked["rank_p95"].iloc[0]
    return overlaps.fillna(False) & frame["rank"].notna()


def neighbours(frame: pd.DataFrame, chosen: str, around: int = 5) -> pd.DataFrame:
    """Return the ranked areas up to *around* places above and below *chosen*; none if it has no rank."""
    ranked = frame[frame["rank"].notna()].sort_values(["rank", "name"]).reset_index(drop=True)
    found = ranked.index[ranked["ref_area"] == chosen]
    if len(found) == 0:
        return ranked.head(0)
    return ranked.iloc[max(found[0] - around, 0) : found[0] + around + 1]


def intervals(frame: pd.DataFrame, node: str, mode: Mode, chosen: str = "") -> go.Figure:
    """Return ranks with their intervals, best on top; *chosen* in full colour, others muted.

    Columns ref_area, name, rank, rank_p05, rank_p95, score. Rows without a rank are left out.
    """
    ranked = frame[frame["rank"].notna()].sort_values(["rank", "name"])
    if ranked.empty:
        return theme.empty(mode, _("No country is ranked here."))
    names = ranked["name"].tolist()
    muted, places = theme.token(mode, "muted"), list(range(len(names)))
    colours = [theme.token(mode, node) if a == chosen else muted for a in ranked["ref_area"]]
    low, high = (ranked[c].fillna(ranked["rank"]).tolist() for c in ("rank_p05", "rank_p95"))
    dots = {
        "type": "scatter",
        "x": ranked["rank"].tolist(),
        "y": places,
        "mode": "markers",
        "text": [hover(r) for r in each_row(ranked)],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 10, "color": colours},
        "customdata": ranked["ref_area"].tolist(),
    }
    labels = [f"<b>{n}</b>" if a == chosen else n for n, a in zip(names, ranked["ref_area"], strict=True)]
    return theme.figure(
        mode,
        [*_bars(low, high, colours), dots],
        height=len(names) * ROW + 44,
        margin={"l": 8, "r": 8, "t": 26, "b": 4},
        xaxis={"showgrid": True, "nticks": 5, "tickangle": 0, "side": "top", "range": [min(low) - 1, max(high) + 1]},
        yaxis={
            "range": [len(names) - 0.4, -0.6],
            "tickvals": places,
            "ticktext": labels,
            "tickfont": {"color": theme.token(mode, "ink"), "size": 13},
        },
    )


def hover(row: Any) -> str:
    """Return the tooltip of a rank: name, rank with its interval, score."""
    words = numbers.rank_words(row.rank, row.rank_p05, row.rank_p95)
    score = _("Score {score}").format(score=numbers.score(row.score))
    return f"<b>{row.name}</b><br>{words}<br>{score}"


def _bars(low: list[float], high: list[float], colours: list[str]) -> list[dict[str, Any]]:
    """Return the bars, one trace for each colour; the breaks are None."""
    traces = []
    for colour in dict.fromkeys(colours):
        rows = [y for y, c in enumerate(colours) if c == colour]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "line": {"color": colour, "width": 5},
                "opacity": 0.4,
                "x": [v for y in rows for v in (low[y], high[y], None)],
                "y": [v for y in rows for v in (y, y, None)],
                "hoverinfo": "skip",
            }
        )
    return traces


def bands(frame: pd.DataFrame) -> pd.Series:
    """Return, row by row of a ranking sorted by rank, the number of its band, from 0.

    A band starts with its best area and holds the following whose interval overlaps with that one's.
    """
    numbered, band, reach = [], -1, -1.0
    for low, high, rank in each_row(frame[["rank_p05", "rank_p95", "rank"]]):
        start = low if numbers.known(low) else rank
        if start > reach:
            band, reach = band + 1, high if numbers.known(high) else rank
        numbered.append(band)
    return pd.Series(numbered, index=frame.index, dtype="int64")
