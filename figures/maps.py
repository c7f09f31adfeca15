"""The world in five classes, on the UN boundaries that the application serves itself."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scidip.figures import theme
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.indicators.agency.profile import Agency
from scidip.indicators.language.current import N_, _

BOUNDARIES = N_("Boundaries: United Nations geodata, with the note at the foot of the page.")
ZERO_CLASS: Final = 0.15
"""Share of zeros from which zero is a class of its own."""

SMALL: Final = frozenset(
    [
        "AND",
        "ATG",
        "BHR",
        "BRB",
        "BRN",
        "COM",
        "CPV",
        "DMA",
        "FSM",
        "GRD",
        "HKG",
        "KIR",
        "KNA",
        "LCA",
        "LIE",
        "LUX",
        "MAC",
        "MCO",
        "MDV",
        "MHL",
        "MLT",
        "MUS",
        "NRU",
        "PLW",
        "PSE",
        "SGP",
        "SMR",
        "STP",
        "SYC",
        "TON",
        "TTO",
        "TUV",
        "VCT",
        "VAT",
        "WSM",
        "XKX",
    ]
)
"""Places that cannot be seen at world scale (under 6,000 km²), or that the base map does not draw
apart (Kosovo, San Marino, the Holy See): they get a ringed dot."""

NOT_DRAWN: Final = {"SMR": (43.94, 12.46), "VAT": (41.9, 12.45), "XKX": (42.6, 20.9)}
"""Latitude and longitude of places without a shape in the base map."""

BOUNDARY_NOTE: Final = N_(
    "Boundaries and names follow United Nations geodata and imply no opinion on the legal status of "
    "any country, territory or frontier. Kosovo: in the context of UN Security Council resolution "
    "1244 (1999)."
)

GEODATA: Final = N_("Boundaries: United Nations geodata.")
"""Whose outlines are drawn, where an agency's own note stands in the place of the note above."""


def boundary_note(agency: Agency) -> str:
    """Return what is said of names and boundaries wherever a map stands, an *agency*'s own note with it."""
    own = agency.note.said()
    if not own:
        return _(BOUNDARY_NOTE)
    return f"{_(GEODATA if agency.note_is_instead else BOUNDARY_NOTE)} {own}"


def class_bounds(scores: pd.Series, step: float = 1.0) -> list[float]:
    """Return the bounds, multiples of *step*, of at most five classes with about as many areas in each.

    Missing scores are left out; an empty list when none is left. Where many values are zero, zero
    is a class of its own: its bounds are 0 and the smallest step.
    """
    present = scores.dropna().to_numpy(dtype=float)
    if present.size == 0:
        return []
    many_zero = has_zero_class(scores)
    ranked = present[present > 0] if many_zero else present
    classes = theme.CLASSES - many_zero
    inner = np.round(np.quantile(ranked, np.linspace(0, 1, classes + 1)[1:-1]) / step) * step
    low, high = np.floor(ranked.min() / step) * step, np.ceil(ranked.max() / step) * step
    bounds = sorted({float(low), float(high), *(float(b) for b in inner if low < b < high)})
    bounds = bounds if len(bounds) > 1 else [bounds[0], bounds[0] + step]
    return [0.0, max(bounds[0], step), *(b for b in bounds[1:] if b > step)] if many_zero else bounds


def nice_step(values: pd.Series) -> float:
    """Return the step the bounds of *values* are rounded to: two significant digits of the middle."""
    present = values.dropna().abs()
    middle = float(present[present > 0].median()) if (present > 0).any() else 1.0
    return float(10.0 ** (np.floor(np.log10(middle)) - 1))


def class_labels(bounds: list[float], zero: bool = False) -> list[str]:
    """Return "21–34" and so on, one for each class; with *zero*, the first class is "0" alone."""
    ranges = [numbers.isolated(f"{_written(a)}–{_written(b)}") for a, b in pairwise(bounds)]
    return ["0", *ranges[1:]] if zero and ranges else ranges


def has_zero_class(values: pd.Series) -> bool:
    """Return whether zero is a class of its own among *values*."""
    present = values.dropna()
    return bool(len(present) and (present == 0).mean() >= ZERO_CLASS and present.min() == 0 and present.any())


def _written(bound: float) -> str:
    whole = abs(bound) >= 10 or bound == round(bound)
    return numbers.spoken(f"{bound:,.0f}" if whole else f"{bound:.4g}")


def world(
    frame: pd.DataFrame,
    node: str,
    mode: Mode,
    selected: str = "",
    *,
    step: float = 1.0,
    tooltip: Callable[[Any], str] | None = None,
) -> go.Figure:
    """Return the map of a ranking (columns of `queries.ranking`) or of values, in classes.

    Areas not ranked are drawn in a trace of their own, which the style sheet hatches. For values,
    `score` holds them, `is_ranked` says which are known, and *tooltip* writes the words of a row.
    """
    if frame.empty or frame["score"].isna().all():
        return theme.empty(mode, _("Nothing to map: no country has a figure here."))
    tooltip = tooltip or hover
    # Always in the same order: between two years most places then stay where they are.
    frame = frame.sort_values("ref_area")
    ranked = frame["is_ranked"].fillna(False).astype(bool) & frame["score"].notna()
    shown = frame[ranked]
    bounds = class_bounds(shown["score"] if len(shown) else frame["score"], step)
    colours = theme.sequential(mode, node, max(len(bounds) - 1, 1))
    places = _classes(shown["score"], bounds)
    rest = frame[~ranked]
    traces = [
        _shapes(rest, [0] * len(rest), [theme.token(mode, "rule")], mode, tooltip),
        _shapes(shown, places, colours, mode, tooltip),
        *_dots(shown, [colours[i] for i in places], mode, tooltip),
        *_selection(selected, mode),
    ]
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return theme.figure(mode, traces, margin=margin, geo=_geo(mode), uirevision="world")


def _geo(mode: Mode) -> dict[str, Any]:
    return {
        "projection": {"type": "natural earth", "rotation": {"lon": 11}},
        "resolution": 50,
        "fitbounds": False,
        "showframe": False,
        "showcoastlines": False,
        "showcountries": False,
        "countrycolor": theme.token(mode, "rule"),
        "countrywidth": 0.4,
        "showland": True,
        "landcolor": theme.shade(mode, "rule", 0.45),
        "showocean": False,
        "showlakes": False,
        "bgcolor": "rgba(0,0,0,0)",
        "lataxis": {"range": [-56, 84]},
        "domain": {"x": [0, 1], "y": [0, 1]},
    }


def _classes(scores: pd.Series, bounds: list[float]) -> list[int]:
    places = np.searchsorted(bounds[1:-1], scores.to_numpy(float), side="right")
    return [int(i) for i in np.clip(places, 0, None)]


def _shapes(
    frame: pd.DataFrame, z: list[int], colours: list[str], mode: Mode, tooltip: Callable[[Any], str]
) -> dict[str, Any]:
    top = max(len(colours) - 1, 1)
    codes = frame["ref_area"].tolist()
    return {
        "type": "choropleth",
        "locations": codes,
        "customdata": codes,
        "z": z,
        "zmin": 0,
        "zmax": top,
        "colorscale": [[i / top, c] for i, c in enumerate(colours if top < len(colours) else colours * 2)],
        "showscale": False,
        "marker": {"line": {"color": theme.token(mode, "paper"), "width": 0.5}},
        "text": [tooltip(row) for row in each_row(frame)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _dots(frame: pd.DataFrame, colours: list[str], mode: Mode, tooltip: Callable[[Any], str]) -> list[dict[str, Any]]:
    """Return small places as ringed dots: by the shape's own centre, or by position where none is.

    Always two traces, though one may be empty: a map of another year then differs in figures only.
    """
    traces = []
    small = frame.assign(colour=colours)[frame["ref_area"].isin(SMALL).to_numpy()]
    drawn = ~small["ref_area"].isin(NOT_DRAWN)
    for part in (small[drawn], small[~drawn]):
        ring = {"color": theme.token(mode, "ink"), "width": 1}
        codes = part["ref_area"].tolist()
        traces.append(
            {
                "type": "scattergeo",
                **_where(codes),
                "mode": "markers",
                "customdata": codes,
                "marker": {"size": 9, "color": part["colour"].tolist(), "line": ring},
                "text": [tooltip(row) for row in each_row(part)],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    return traces


def _where(codes: list[str]) -> dict[str, Any]:
    """Return where areas lie, all of them either in the base map or not."""
    if not set(codes) <= set(NOT_DRAWN):
        return {"locations": codes}
    return {"lat": [NOT_DRAWN[c][0] for c in codes], "lon": [NOT_DRAWN[c][1] for c in codes]}


def _selection(area: str, mode: Mode) -> list[dict[str, Any]]:
    ring = {"color": theme.token(mode, "accent"), "width": 3}
    marker = {"size": 16, "color": "rgba(0,0,0,0)", "line": ring}
    return (
        [{"type": "scattergeo", **_where([area]), "mode": "markers", "marker": marker, "hoverinfo": "skip"}]
        if area
        else []
    )


def hover(row: Any) -> str:
    """Return the tooltip of one area: name, rank with its interval, score. Never a bare rank."""
    name, rank = row.name, row.rank
    if numbers.known(rank):
        words = numbers.rank_words(rank, row.rank_p05, row.rank_p95)
    else:
        reason = getattr(row, "reason", "")
        words = _("Not ranked: {reason}") if isinstance(reason, str) and reason else _("Not ranked")
        words = words.format(reason=reason)
    scored = row.score
    return f"<b>{name}</b><br>{words}" + (
        "<br>" + _("Score {score}").format(score=numbers.score(scored)) if numbers.known(scored) else ""
    )
