"""The ranking as one real table: its cells draw the dot and the bar, and hold the numbers."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, country, el, link, num
from scidip.figures.rankings import indistinguishable
from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import said
from scidip.findings.exhibits import ranking as ranking_exhibits
from scidip.findings.exhibits.columns import scored_name
from scidip.indicators.language.current import N_, _

FIRST = 30
"""So many rows have a line of their own, as long as their ranges need: on that of all, the first bars are dots."""
NUMBERS = (N_("Score"), N_("Score range"), N_("Coverage"), N_("Carried"))


def ranking_table(ctx: Context, frame: pd.DataFrame, node: str, year: int, full: bool, selected: str = "") -> Component:
    """Return a ranking (columns of `queries.ranking`) with every ranked area, then those listed apart.

    With *full*, each row also has its score, the range of the score, coverage and share carried; without, of
    those listed apart only the *selected* one has a row, and a link leads to the others.
    """
    ranked = frame[frame["rank"].notna()].sort_values(["rank", "name"])
    apart = frame[frame["rank"].isna()]
    last = max(float(ranked["rank"].max()) if len(ranked) else 1.0, 2.0)
    first_band = indistinguishable(ranked).tolist()
    rows = list(zip(each_row(ranked), first_band, strict=True))
    near = near_end(ranked, last)
    cut = FIRST if near < last else len(rows)
    ends = [near] * cut + [last] * (len(rows) - cut)
    body = [_row(row, end, bool(first), full, selected) for (row, first), end in zip(rows, ends, strict=True)]
    parts = [html.Tbody(body[:cut], className="ranked-areas")]
    if cut < len(rows):
        parts += [html.Tbody(_longer(near, last, full)), html.Tbody(body[cut:], className="ranked-areas")]
    if len(apart):
        head = _apart_head(len(apart)) if full else _apart_elsewhere(len(apart), node, year)
        shown = apart if full else apart[apart["ref_area"] == selected]
        parts.append(html.Tbody([head, *(_apart_row(r, full, selected) for r in each_row(shown))]))
    caption = said(ranking_exhibits.ranking_caption(ctx, node, year, len(ranked)))
    table = html.Table([html.Caption(caption), _head(near, full), *parts], className="table ranking")
    title = scored_name(ctx, node)
    holding(table, lambda: ranking_exhibits.ranking(ctx, frame, node, year, full, selected))
    return html.Div(
        table,
        className="ranking-frame",
        tabIndex=0,
        role="region",
        style={"--node": f"var(--{colour(node)})"},
        **aria(label=_("Ranking: {title}, {year}").format(title=title, year=year)),
    )


def near_end(ranked: pd.DataFrame, last: float) -> float:
    """Return where the line of the first rows ends; at *last*, that of all, where that saves nothing."""
    first = ranked.head(FIRST)
    end = float(first[["rank", "rank_p95"]].max().max()) if len(first) else last
    return max(end, 2.0) if 2 * end <= last else last


def longer_line(near: float, last: float) -> str:
    """Return the words above the first row whose line of ranks is that of all."""
    words = _("From here on the line of ranks runs to {last}, above to {near}")
    return words.format(last=f"{last:.0f}", near=f"{near:.0f}")


def _longer(near: float, last: float, full: bool) -> Element:
    """Return the row from which on the line is that of all ranks."""
    return el(
        "Tr",
        [
            el("Td", longer_line(near, last), colSpan=2),
            el("Td", _scale(last), className="bar-cell"),
            el("Td", "", colSpan=5 if full else 1),
        ],
        className="scale-row",
    )


def colour(node: str) -> str:
    """Return the style sheet's name for the colour of a node: its factor's, or ink."""
    return node if node in ("infra", "national", "international") else "ink"


def _scale(last: float) -> Element:
    """Return the ends and the middle of a line of ranks."""
    ends = [el("Span", f"{place:.0f}") for place in (1, last / 2, last)]
    return el("Span", ends, className="scale", **aria(hidden="true"))


def _head(last: float, full: bool) -> Component:
    return html.Thead(
        html.Tr(
            [
                html.Th(_("Rank"), scope="col", className="num"),
                html.Th(_("Country"), scope="col"),
                html.Th(
                    [html.Span(_("Range of ranks"), className="visually-hidden"), _scale(last)],
                    scope="col",
                    className="bar-cell",
                ),
                html.Th(_("Range"), scope="col", className="num range"),
                *(html.Th(_(word), scope="col", className="num") for word in NUMBERS if full),
            ]
        )
    )


def _row(row: Any, last: float, in_first_band: bool, full: bool, selected: str) -> Element:
    classes = ["in-band"] if in_first_band else []
    classes += ["is-selected"] if row.ref_area == selected else []
    return el(
        "Tr",
        [*rank_cells(row, last), *(_numbers(row) if full else ())],
        className=" ".join(classes) or None,
        **{"data-area": row.ref_area},
    )


def rank_cells(row: Any, last: float) -> list[Element]:
    """Return the cells every ranking starts with: rank, country, the bar of the range, the range."""
    return [
        num(f"{row.rank:.0f}", "rank"),
        el("Th", country(row.ref_area, row.name), scope="row"),
        el("Td", interval_bar(row.rank, row.rank_p05, row.rank_p95, last), className="bar-cell"),
        num(numbers.interval(row.rank_p05, row.rank_p95), "range"),
    ]


def score_range(row: Any) -> str:
    """Return the range of a score, a dash where it is not known."""
    if not numbers.known(row.score_p05):
        return "–"
    return numbers.isolated(f"{numbers.score(row.score_p05)}–{numbers.score(row.score_p95)}")


def _numbers(row: Any) -> list[Element]:
    return [
        num(numbers.score(row.score)),
        num(score_range(row)),
        num(share(row.coverage)),
        num(share(row.carried_share)),
    ]


def share(part: float) -> str:
    """Return a share of one in per cent."""
    return f"{part:.0%}".replace("%", " %") if numbers.known(part) else "–"


def _apart_head(n: int) -> Element:
    text = _("Not ranked ({n}): listed apart, by score where there is one").format(n=n)
    return el("Tr", el("Th", text, scope="rowgroup", colSpan=8, className="apart-head"))


def _apart_elsewhere(n: int, node: str, year: int) -> Element:
    """Return the line that says where those without a rank are listed."""
    words = _("Not ranked ({n}): the full ranking says of each what is missing")
    there = link(words.format(n=n), f"/ranking?{urlencode({'node': node, 'year': year})}", "")
    return el("Tr", el("Th", there, scope="rowgroup", colSpan=8, className="apart-head"))


def _apart_row(row: Any, full: bool, selected: str) -> Element:
    return el(
        "Tr",
        [*apart_cells(row), *(_numbers(row) if full else ())],
        className="apart" + (" is-selected" if row.ref_area == selected else ""),
    )


def apart_cells(row: Any, columns: int = 2) -> list[Element]:
    """Return the cells of a country that is not ranked: the mark, the name, what is missing."""
    reason = row.reason if isinstance(row.reason, str) and row.reason else _("Too few figures.")
    return [
        el("Td", el("Span", className="mark missing", title=_("not ranked")), className="num rank"),
        el("Th", country(row.ref_area, row.name), scope="row"),
        el("Td", reason, colSpan=columns, className="reason"),
    ]


def interval_bar(rank: float, low: float, high: float, last: float) -> Element:
    """Return a dot at *rank* on a bar from *low* to *high*, on the line from 1 to *last*."""
    per_place = 100 / max(last - 1, 1)
    style = {"--at": f"{per_place * (rank - 1):.2f}%"}
    if numbers.known(low) and numbers.known(high):
        style |= {"--lo": f"{per_place * (low - 1):.2f}%", "--hi": f"{per_place * (high - 1):.2f}%"}
    return el("Span", className="interval", style=style, **{"aria-hidden": "true"})
