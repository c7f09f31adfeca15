"""A column for each factor: who leads, who moved most, whose rank is least certain."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components, rank_changes
from scidip.figures.rows import row_at
from scidip.figures.text import numbers, sentences
from scidip.findings import change
from scidip.indicators.language.current import _
from scidip.store.queries import served


def columns(ctx: Context, year: int) -> list[Component]:
    """Return a column for each factor: who leads, who moved most, whose rank is least certain."""
    return [_factor_column(ctx, f.code, f.name, year) for f in ctx.catalogue.framework.level("factor")]


def _factor_column(ctx: Context, node: str, name: str, year: int) -> Component:
    frame = ctx.query(served.ranking, node=node, year=year)
    ranked = frame[frame["rank"].notna()].sort_values("rank")
    facts = [_leader(ranked, year), _mover(ctx, node, year), _widest(ranked, year)]
    return html.Section(
        [html.H2(name), html.Dl([html.Div([html.Dt(term), *text]) for term, text in facts if text])],
        className="factor-column",
        style={"--node": f"var(--{node})"},
    )


def _fact(row: Any, words: str, year: int) -> list[Component]:
    return [html.Dd(components.area_link(row["ref_area"], row["name"], year), className="fact-name"), html.Dd(words)]


def _leader(ranked: pd.DataFrame, year: int) -> tuple[str, list[Component]]:
    if ranked.empty:
        return _("Leader"), [html.Dd(_("No country is ranked."))]
    row = ranked.iloc[0]
    return _("Leader"), _fact(row, numbers.rank_words(row["rank"], row["rank_p05"], row["rank_p95"]), year)


def _mover(ctx: Context, node: str, year: int) -> tuple[str, list[Component]]:
    since = rank_changes.earlier(ctx, year)
    if since == year:
        return "", []
    frame = rank_changes.movers(ctx, node, year, since)
    frame = frame[frame["change_is_clear"].astype(bool)]
    if frame.empty:
        words = _("No rank changed clearly since {since}.")
        return _("Biggest mover"), [html.Dd(words.format(since=since))]
    row = row_at(frame, (frame["rank"] - frame["rank_before"]).abs().idxmax())
    one = by_one_figure(ctx, row, node, since, year)
    said = sentences.moved(row, since)
    return _("Biggest mover"), _fact(row, f"{said}.{one}" if one else said, year)


def by_one_figure(ctx: Context, row: Any, node: str, since: int, year: int) -> str:
    """Return which single figure made a change, with its values; "" when several moved."""
    found = change.only_figure(ctx, change.change_of(ctx, row["ref_area"], node, since, year))
    return " " + _("Mostly one figure: {figure}.").format(figure=found) if found else ""


def _widest(ranked: pd.DataFrame, year: int) -> tuple[str, list[Component]]:
    widths = (ranked["rank_p95"] - ranked["rank_p05"]).dropna()
    if widths.empty:
        return "", []
    row = row_at(ranked, widths.idxmax())
    return _("Widest doubt"), _fact(row, numbers.rank_words(row["rank"], row["rank_p05"], row["rank_p95"]), year)
