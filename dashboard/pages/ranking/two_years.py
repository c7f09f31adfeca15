"""The ranking in two years: slopes of what moved, and both ranks with their ranges as a table."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import Element, aria, country, el, num
from scidip.dashboard.widgets import components
from scidip.figures import slopes
from scidip.figures.rows import each_row
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.findings.exhibit import Table, said
from scidip.findings.exhibits import ranking as ranking_exhibits
from scidip.indicators.language.current import _

LABELLED = 5
"""Areas that moved up, and as many that moved down, named when none is chosen."""


def top_movers(frame: pd.DataFrame) -> list[str]:
    """Return who moved furthest up and down, clear changes before those within the doubt."""
    change = frame["rank_before"] - frame["rank"]
    by = frame.assign(change=change).sort_values(["change_is_clear", "change"], ascending=[False, False])
    up = by[by["change"] > 0].head(LABELLED)
    down = by[by["change"] < 0].sort_values(["change_is_clear", "change"], ascending=[False, True])
    return [*up["ref_area"], *down.head(LABELLED)["ref_area"]]


def answer(frame: pd.DataFrame, year: int, since: int, where: str) -> str:
    """Return the sentence: how many places clearly changed, and who rose and fell furthest."""
    clear = frame[frame["change_is_clear"]]
    if frame.empty:
        words = _("No country{where} is ranked in both {since} and {year}.")
        return words.format(where=where, since=since, year=year)
    if clear.empty:
        words = _("No change of rank{where} between {since} and {year} is beyond doubt.")
        return words.format(where=where, since=since, year=year)
    change = clear["rank_before"] - clear["rank"]
    rises, falls = change[change > 0], change[change < 0]
    if len(clear) == 1:
        words = _("One of {all} countries{where} has clearly changed rank since {since}: {name} fell.")
        if len(rises):
            words = _("One of {all} countries{where} has clearly changed rank since {since}: {name} rose.")
        name = sentences.in_text(clear["name"].iloc[0])
        return words.format(all=len(frame), where=where, since=since, name=name)
    parts = []
    if len(rises):
        parts.append(_("{name} rose furthest").format(name=sentences.in_text(str(clear.at[rises.idxmax(), "name"]))))
    if len(falls):
        parts.append(_("{name} fell furthest").format(name=sentences.in_text(str(clear.at[falls.idxmin(), "name"]))))
    words = _("{n} of {all} countries{where} have clearly changed their rank since {since}: {names}.")
    n, names = sentences.count(len(clear)), sentences.listed(parts)
    return sentences.opening(words.format(n=n, all=len(frame), where=where, since=since, names=names))


def view(
    ctx: Context,
    frame: pd.DataFrame,
    node: str,
    name: str,
    years: tuple[int, int],
    chosen: list[str],
    mode: Mode,
    graph_id: str,
) -> Component:
    """Return slopes and table; *frame* as of `moves.movers`, limited to the areas wanted."""
    since, year = years
    named = [a for a in chosen if a in set(frame["ref_area"])] or top_movers(frame)
    both = {"since": since, "year": year}
    whose = _("the chosen countries") if chosen else _("those that moved furthest, clear changes first")
    words = _("{name}: rank, with its 5–95 % range as a bar; named are {whose}; dotted: not clear")
    figure = slopes.slope(frame, node, mode, named, (since, year))
    label = _("Ranks of {since} and {year} as slopes. The table beside it holds the same figures.").format(**both)
    chart = components.titled(
        _("Ranks of {since} and {year}").format(**both),
        words.format(name=name, whose=whose),
        components.graph(graph_id, figure, label),
        components.score_footer(ctx, year, ranges=True),
        "figure-slope",
    )
    return html.Div([chart, _section(ctx, frame, node, named, years)], className="two-years")


def _section(ctx: Context, frame: pd.DataFrame, node: str, named: list[str], years: tuple[int, int]) -> Component:
    since, year = years
    n = int(frame["change_is_clear"].sum())
    values = ranking_exhibits.changes(ctx, frame, node, since, year)
    return components.titled(
        _("{n} of {all} changes are clear").format(n=n, all=len(frame)),
        _(
            "Both ranks with their ranges; a change is clear when the ranges do not overlap and at least half of it "
            "remains on the figures known in both years"
        ),
        _table(frame, named, values, years),
        components.score_footer(ctx, year, ranges=True),
    )


def _table(frame: pd.DataFrame, named: list[str], values: Table, years: tuple[int, int]) -> Component:
    since, year = years
    ordered = frame.assign(change=frame["rank_before"] - frame["rank"]).sort_values(["rank", "name"])
    rank = _("Rank {year}")
    heads = (_("Country"), rank.format(year=since), rank.format(year=year), _("Change"), _("Is it clear?"))
    rows = [_row(r, named, heads) for r in each_row(ordered)]
    caption = said(values.caption)
    table = html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])),
            html.Tbody(rows),
        ],
        className="table movers stack",
    )
    return html.Div(holding(table, values), className="ranking-frame", tabIndex=0, role="region", **aria(label=caption))


def _row(row: Any, named: list[str], heads: tuple[str, ...]) -> Element:
    change = round(row.change)
    way = "–" if change == 0 else f"{'▲' if change > 0 else '▼'} {abs(change)}"
    before = _ranked(row.rank_before, row.rank_p05_before, row.rank_p95_before)
    after = _ranked(row.rank, row.rank_p05, row.rank_p95)
    clear = _("no change")
    if change:
        clear = sentences.is_clear(row._asdict())
    area = row.ref_area
    said = [before, after, way, clear]
    cells = [num(text, **{"data-label": h}) for text, h in zip(said, heads[1:], strict=True)]
    cells[-1] = num(clear, "words", **{"data-label": heads[-1]})
    name = el("Th", country(area, row.name), scope="row")
    kind = " ".join((["is-named"] if area in named else []) + (["is-clear"] if row.change_is_clear else []))
    return el("Tr", [name, *cells], className=kind or None, **{"data-area": area})


def _ranked(rank: float, low: float, high: float) -> str:
    span = numbers.interval(low, high)
    return f"{rank:.0f} ({span})" if span else _("not certain")
