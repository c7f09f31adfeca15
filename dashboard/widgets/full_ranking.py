"""The full ranking: every number of every area in one table, sorted, in bands that cannot be told apart."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, bar, el, num
from scidip.dashboard.widgets.ranking_table import (
    FIRST,
    apart_cells,
    colour,
    longer_line,
    near_end,
    rank_cells,
    score_range,
    share,
)
from scidip.figures import rankings
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.indicators.language.current import N_, _, sorting
from scidip.indicators.vocabulary import DEFAULT_INDEX

NODES = (DEFAULT_INDEX, "infra", "national", "international")
COLUMNS = (
    ("rank", N_("Rank")),
    ("name", N_("Country")),
    ("width", N_("Range of the rank")),
    ("score", N_("Score")),
    (DEFAULT_INDEX, N_("Index")),
    ("infra", N_("Infrastructural")),
    ("national", N_("National")),
    ("international", N_("International")),
    ("coverage", N_("Coverage")),
    ("carried_share", N_("Carried")),
)
"""Sortable columns and their heads; "width" sorts by how wide the range is."""
SORTS = tuple(sign + key for key, _ in COLUMNS for sign in ("", "-"))
ASCENDING = ("rank", "name", "width")
"""Columns that are best read from the lowest."""
UNRANKED = 99_999


def sorted_next(now: str, clicked: str) -> str:
    """Return the order after a click on a column's head: its own first, then the reverse."""
    first = clicked if clicked in ASCENDING else f"-{clicked}"
    other = f"-{clicked}" if clicked in ASCENDING else clicked
    return other if now == first else first


def direction(sort: str, column: str) -> str:
    """Return a column's `aria-sort`."""
    if sort.removeprefix("-") != column:
        return "none"
    return "descending" if sort.startswith("-") else "ascending"


def head(ctx: Context, make: Callable[[str], str], sort: str) -> Component:
    """Return the head, each word a button that sorts. It stands still while rows are replaced."""
    factors = ctx.catalogue.framework.level("factor")
    names = {n.code: n.name.replace("structural", "\u00adstructural") for n in factors}
    names = {code: name.replace("national", "\u00adnational") for code, name in names.items()}
    cells = []
    for key, words in COLUMNS:
        wide: dict[str, Any] = {"colSpan": 2} if key in ("width", "score") else {}
        kind = {"name": "", "width": "bar-cell"}.get(key, "num")
        cells.append(
            html.Th(
                html.Button(names.get(key, _(words)), id=make(f"by-{key}"), type="button", className="sort"),
                id=make(f"head-{key}"),
                scope="col",
                className=f"{kind} col-{key}",
                **wide,
                style={"--node": f"var(--{colour(key)})"},
                **aria(sort=direction(sort, key)),
            )
        )
    return html.Thead(html.Tr(cells))


def rows(frame: pd.DataFrame, sort: str) -> list[Element]:
    """Return the rows: *frame* as of `ranking_with`, already limited to the areas wanted."""
    ranked, apart = frame[frame["rank"].notna()], frame[frame["rank"].isna()]
    last = max(float(frame["ranked_areas"].max()) if len(frame) else 2.0, 2.0)
    lines = _bands(ranked, last) if sort == "rank" else _sorted(ranked, sort, last)
    if len(apart):
        lines.append(_across(_("Not ranked ({n}): what is missing").format(n=len(apart)), "apart-head"))
        scored_first = apart.assign(without=apart["score"].isna(), sorted=apart["name"].map(sorting))
        scored_first = scored_first.sort_values(["without", "sorted"])
        lines += [_apart(r) for r in each_row(scored_first)]
    return lines or [_across(_("No country fits this choice. Widen the region or the group."), "apart-head")]


def _sorted(ranked: pd.DataFrame, sort: str, last: float) -> list[Element]:
    key = sort.removeprefix("-")
    by = ranked.assign(width=ranked["rank_p95"] - ranked["rank_p05"])
    ordered = by.sort_values([key, "rank"], ascending=[not sort.startswith("-"), True])
    return [_row(r, last) for r in each_row(ordered)]


def _bands(ranked: pd.DataFrame, last: float) -> list[Element]:
    """Return the rows in bands, each of the areas whose ranges overlap with that of its first.

    The first rows have a line of ranks of their own, as in `ranking_table`.
    """
    ordered = ranked.sort_values(["rank", "name"])
    near, shown = near_end(ordered, last), 0
    lines = []
    for place, band in ordered.groupby(rankings.bands(ordered), sort=True):
        kind = "band" if int(place) % 2 else "band in-band"
        lines.append(_across(_band_words(band), f"band-head {kind}"))
        for row in each_row(band):
            if shown == FIRST and near < last:
                lines.append(_across(longer_line(near, last), f"band-head {kind}"))
            lines.append(_row(row, near if shown < FIRST else last, kind))
            shown += 1
    return lines


def _band_words(band: pd.DataFrame) -> str:
    first, n = band["name"].iloc[0], len(band)
    if n == 1:
        return _("{name}: no range that follows overlaps with its own").format(name=first)
    words = _("{n} countries whose order is not certain: their ranges overlap with that of {name}")
    return words.format(n=n, name=first)


def _across(words: str, kind: str) -> Element:
    return el("Tr", el("Td", words, colSpan=12), className=kind)


def _row(row: Any, last: float, kind: str = "") -> Element:
    rank, name, bar_, span = rank_cells(row, last)
    span["props"]["data-label"] = _("Range of the rank")
    cells = [rank, name, bar_, span, *_numbers(row)]
    return el("Tr", cells, className=kind or None, **{"data-area": row.ref_area})


def _apart(row: Any) -> Element:
    scored = numbers.known(row.score)
    cells = [*apart_cells(row, 2 if scored else 10), *(_numbers(row) if scored else ())]
    return el("Tr", cells, className="apart", **{"data-area": row.ref_area})


def _numbers(row: Any) -> list[Element]:
    return [
        num(numbers.score(row.score), "strong", **{"data-label": _("Score")}),
        num(score_range(row), "range", **{"data-label": _("Score range")}),
        *(_factor(node, getattr(row, node, float("nan"))) for node in NODES),
        num(share(row.coverage), **{"data-label": _("Coverage")}),
        num(share(row.carried_share), **{"data-label": _("Carried")}),
    ]


def _factor(node: str, value: float) -> Element:
    label = _(dict(COLUMNS)[node])
    inner = [numbers.score(value), *([bar(value)] if numbers.known(value) else [])]
    style = {"--node": f"var(--{colour(node)})"}
    return el("Td", inner, className=f"num factor-cell col-{node}", style=style, **{"data-label": label})
