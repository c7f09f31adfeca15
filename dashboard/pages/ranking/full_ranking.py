"""The full ranking: every number of every area in one table, sorted, in bands that cannot be told apart."""

from collections.abc import Callable
from dataclasses import dataclass
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

Heads = dict[str, str]
"""Sortable columns by name, and their heads; "width" sorts by how wide the range is."""
BEFORE = {
    "rank": N_("Rank"),
    "name": N_("Country"),
    "width": N_("Range of the rank"),
    "score": N_("Score"),
    DEFAULT_INDEX: N_("Index"),
}
AFTER = {"coverage": N_("Coverage"), "carried_share": N_("Carried")}
ASCENDING = ("rank", "name", "width")
"""Columns that are best read from the lowest."""
UNRANKED = 99_999


def nodes(ctx: Context) -> tuple[str, ...]:
    """Return the nodes with a column of their own: the index and its factors."""
    return (DEFAULT_INDEX, *(f.code for f in ctx.catalogue.framework.level("factor")))


def heads(ctx: Context) -> Heads:
    """Return the columns and what stands above each."""
    factors = {f.code: f.name for f in ctx.catalogue.framework.level("factor")}
    return {k: _(v) for k, v in BEFORE.items()} | factors | {k: _(v) for k, v in AFTER.items()}


def sorts(ctx: Context) -> tuple[str, ...]:
    """Return the orders there are: by a column, and with a minus from its other end."""
    return tuple(sign + key for key in heads(ctx) for sign in ("", "-"))


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
    cells = []
    for key, words in heads(ctx).items():
        if key not in BEFORE and key not in AFTER:
            words = words.replace("structural", "\u00adstructural").replace("national", "\u00adnational")
        wide: dict[str, Any] = {"colSpan": 2} if key in ("width", "score") else {}
        kind = {"name": "", "width": "bar-cell"}.get(key, "num")
        cells.append(
            html.Th(
                html.Button(words, id=make(f"by-{key}"), type="button", className="sort"),
                id=make(f"head-{key}"),
                scope="col",
                className=f"{kind} col-{key}",
                **wide,
                style={"--node": f"var(--{colour(key)})"},
                **aria(sort=direction(sort, key)),
            )
        )
    return html.Thead(html.Tr(cells))


def rows(ctx: Context, frame: pd.DataFrame, sort: str) -> list[Element]:
    """Return the rows: *frame* as of `ranking_with`, already limited to the areas wanted."""
    shown = _Columns({n: name for n, name in heads(ctx).items() if n in nodes(ctx)})
    ranked, apart = frame[frame["rank"].notna()], frame[frame["rank"].isna()]
    last = max(float(frame["ranked_areas"].max()) if len(frame) else 2.0, 2.0)
    lines = _bands(shown, ranked, last) if sort == "rank" else _sorted(shown, ranked, sort, last)
    if len(apart):
        lines.append(shown.across(_("Not ranked ({n}): what is missing").format(n=len(apart)), "apart-head"))
        scored_first = apart.assign(without=apart["score"].isna(), sorted=apart["name"].map(sorting))
        scored_first = scored_first.sort_values(["without", "sorted"])
        lines += [shown.apart(r) for r in each_row(scored_first)]
    return lines or [shown.across(_("No country fits this choice. Widen the region or the group."), "apart-head")]


def _sorted(shown: "_Columns", ranked: pd.DataFrame, sort: str, last: float) -> list[Element]:
    key = sort.removeprefix("-")
    by = ranked.assign(width=ranked["rank_p95"] - ranked["rank_p05"])
    ordered = by.sort_values([key, "rank"], ascending=[not sort.startswith("-"), True])
    return [shown.row(r, last) for r in each_row(ordered)]


def _bands(columns: "_Columns", ranked: pd.DataFrame, last: float) -> list[Element]:
    """Return the rows in bands, each of the areas whose ranges overlap with that of its first.

    The first rows have a line of ranks of their own, as in `ranking_table`.
    """
    ordered = ranked.sort_values(["rank", "name"])
    near, shown = near_end(ordered, last), 0
    lines = []
    for place, band in ordered.groupby(rankings.bands(ordered), sort=True):
        kind = "band" if int(place) % 2 else "band in-band"
        lines.append(columns.across(_band_words(band), f"band-head {kind}"))
        for row in each_row(band):
            if shown == FIRST and near < last:
                lines.append(columns.across(longer_line(near, last), f"band-head {kind}"))
            lines.append(columns.row(row, near if shown < FIRST else last, kind))
            shown += 1
    return lines


def _band_words(band: pd.DataFrame) -> str:
    first, n = band["name"].iloc[0], len(band)
    if n == 1:
        return _("{name}: no range that follows overlaps with its own").format(name=first)
    words = _("{n} countries whose order is not certain: their ranges overlap with that of {name}")
    return words.format(n=n, name=first)


@dataclass(frozen=True)
class _Columns:
    """The cells of a row; *nodes* are the columns of scores beside it, with their names."""

    nodes: Heads

    def across(self, words: str, kind: str) -> Element:
        return el("Tr", el("Td", words, colSpan=8 + len(self.nodes)), className=kind)

    def row(self, row: Any, last: float, kind: str = "") -> Element:
        rank, name, bar_, span = rank_cells(row, last)
        span["props"]["data-label"] = _("Range of the rank")
        cells = [rank, name, bar_, span, *self._numbers(row)]
        return el("Tr", cells, className=kind or None, **{"data-area": row.ref_area})

    def apart(self, row: Any) -> Element:
        scored = numbers.known(row.score)
        cells = [*apart_cells(row, 2 if scored else 6 + len(self.nodes)), *(self._numbers(row) if scored else ())]
        return el("Tr", cells, className="apart", **{"data-area": row.ref_area})

    def _numbers(self, row: Any) -> list[Element]:
        return [
            num(numbers.score(row.score), "strong", **{"data-label": _("Score")}),
            num(score_range(row), "range", **{"data-label": _("Score range")}),
            *(_factor(node, name, getattr(row, node, float("nan"))) for node, name in self.nodes.items()),
            num(share(row.coverage), **{"data-label": _("Coverage")}),
            num(share(row.carried_share), **{"data-label": _("Carried")}),
        ]


def _factor(node: str, label: str, value: float) -> Element:
    inner = [numbers.score(value), *([bar(value)] if numbers.known(value) else [])]
    style = {"--node": f"var(--{colour(node)})"}
    return el("Td", inner, className=f"num factor-cell col-{node}", style=style, **{"data-label": label})
