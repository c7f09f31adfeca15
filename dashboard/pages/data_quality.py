"""Data quality: what is measured, how old it is, what was not believed, how sources agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import Dash, html
from dash.development.base_component import Component

from dashboard import components
from dashboard.context import Context
from dashboard.page import Page, PageState, make_id
from figures import numbers
from store import queries

PAGE = Page(path="/data-quality", title="Data quality", order=80)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The page has no choices: it is a report."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: nothing is asked."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    sources = ctx.query(queries.sources)
    coverage = ctx.query(queries.element_coverage).set_index("indicator")
    return html.Div(
        [
            _headline(ctx, sources),
            _elements(ctx, coverage),
            _areas(ctx),
            _rows(ctx, sources),
            _quarantine(ctx),
            _agreement(ctx),
        ]
    )


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""


def _headline(ctx: Context, sources: pd.DataFrame) -> Component:
    dimensions = ctx.catalogue.framework.level("dimension")
    measured = sum(bool(d.indicators) for d in dimensions)
    parsed, held = int(sources["parsed"].sum()), int(sources["quarantined"].sum())
    supplied = ctx.supplied
    notes = (
        [f"Scores contain figures supplied by the user of this copy: {', '.join(supplied)}."]
        if supplied
        else []
    )
    return html.Div(
        [
            html.P("Data quality", className="kicker"),
            html.H1(
                f"{measured} of {len(dimensions)} dimensions are measured; of {parsed:,} rows read, "
                f"{held:,} were not believed."
            ),
            html.P(
                "Every row of a producer’s file ends in one of three places: loaded, left out by a declared rule, or "
                "in quarantine with its reason. Nothing is imputed.",
                className="lede",
            ),
            *(html.P(text, className="notice") for text in notes),
        ],
        className="headline",
    )


def _section(
    title: str, subtitle: str, caption: str, head: list[str], rows: list[Any]
) -> Component:
    table = html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in head])),
            html.Tbody(rows),
        ],
        className="table",
    )
    frame = html.Div(
        table, className="table-frame", tabIndex=0, role="region", **{"aria-label": caption}
    )
    return html.Section(
        [
            html.H2(title, className="figure-title"),
            html.P(subtitle, className="figure-subtitle"),
            frame,
        ],
        className="figure",
    )


def _elements(ctx: Context, coverage: pd.DataFrame) -> Component:
    rows = []
    for node in ctx.catalogue.framework.level("dimension"):
        if node.not_measured:
            cells = [
                html.Td(f"Not measured. {node.not_measured}", colSpan=4, className="missing-words")
            ]
            rows.append(html.Tr([html.Th(node.name, scope="row"), *cells]))
        for place, code in enumerate(node.indicators):
            spec = ctx.catalogue.indicators[code]
            known = coverage.loc[code] if code in coverage.index else None
            name = [spec.name, *([html.Span("proxy", className="tag")] if spec.proxy else [])]
            cells = [
                html.Td(name),
                html.Td(f"{known['areas']:,}" if known is not None else "none", className="num"),
                html.Td(str(known["newest"]) if known is not None else "", className="num"),
                html.Td(f"{spec.max_age} years", className="num"),
            ]
            head = (
                [html.Th(node.name, scope="rowgroup", rowSpan=len(node.indicators))]
                if place == 0
                else []
            )
            rows.append(html.Tr([*head, *cells]))
    return _section(
        "What measures what",
        "Scored indicators of each dimension: areas with any figure, newest year, and how long a figure may be carried",
        "Indicators of each dimension with their coverage",
        ["Dimension", "Indicator", "Areas", "Newest year", "Carried at most"],
        rows,
    )


def _areas(ctx: Context) -> Component:
    year = ctx.years[-1]
    frame = ctx.query(queries.ranking, node="std", year=year)
    thin = frame[frame["is_ranked"]].sort_values("coverage").head(15)
    rows = [
        html.Tr(
            [
                html.Th(components.area_link(r.ref_area, r.name, year), scope="row"),
                html.Td(f"{100 * r.coverage:.0f} %", className="num"),
                html.Td(f"{100 * r.carried_share:.0f} %", className="num"),
                html.Td(
                    f"{numbers.ordinal(r.rank)}, between {numbers.interval(r.rank_p05, r.rank_p95)}"
                ),
            ]
        )
        for r in thin.itertuples()
    ]
    return _section(
        "Where the index is thinnest",
        f"The ranked countries with the fewest figures in {year}: share of indicators known, and of those, carried",
        f"Ranked countries with the fewest figures, {year}",
        ["Country", "Figures known", "Carried", "Rank and its 5–95 % range"],
        rows,
    )


def _rows(ctx: Context, sources: pd.DataFrame) -> Component:
    left_out = ctx.query(queries.exclusions)
    rows = []
    for r in sources.itertuples():
        whys = left_out[left_out["source"] == r.source]
        words = "; ".join(f"{w.rows:,} rows: {w.why}" for w in whys.itertuples())
        numbers_ = [
            html.Td(f"{n:,}", className="num")
            for n in (r.parsed, r.loaded, r.excluded, r.quarantined)
        ]
        rows.append(
            html.Tr(
                [html.Th(r.title, scope="row"), html.Td(r.vintage or ""), *numbers_, html.Td(words)]
            )
        )
    return _section(
        "What became of every row",
        "Rows read = loaded + left out + quarantined, for each source",
        "Rows of each source",
        ["Source", "Newest vintage", "Read", "Loaded", "Left out", "Quarantined", "Why left out"],
        rows,
    )


def _quarantine(ctx: Context) -> Component:
    held = ctx.query(queries.quarantined)
    counts = held.groupby("check_code").size().sort_values(ascending=False)
    subtitle = (
        ", ".join(f"{n:,} {code}" for code, n in counts.items()) or "No row is in quarantine."
    )
    rows = [
        html.Tr(
            [
                html.Th(html.Code(r.check_code), scope="row"),
                html.Td(f"{r.file}, row {r.row}"),
                html.Td(r.message),
            ]
        )
        for r in held.head(200).itertuples()
    ]
    return _section(
        "Quarantine",
        subtitle + (" Shown are the first 200." if len(held) > 200 else ""),
        "Rows in quarantine",
        ["Check", "Where", "Why"],
        rows,
    )


def _agreement(ctx: Context) -> Component:
    cells = ctx.query(queries.crosscheck_cells)
    rows = []
    for r in ctx.query(queries.crosschecks).itertuples():
        worst = cells[cells["code"] == r.code].head(3) if len(cells) else cells
        words = "; ".join(_disagreement(ctx, w) for w in worst.itertuples())
        scale = " of logarithms" if r.scale == "log" else ""
        verdict = "as expected" if (r.correlation or 0) >= r.at_least else f"expected {r.at_least}"
        rows.append(
            html.Tr(
                [
                    html.Th(f"{_name(ctx, r.first)} against {_name(ctx, r.second)}", scope="row"),
                    html.Td(f"{r.common:,}", className="num"),
                    html.Td(f"{r.correlation:.4f}{scale}, {verdict}"),
                    html.Td(f"{100 * r.within:.0f} %", className="num"),
                    html.Td(words),
                ]
            )
        )
    if not rows:
        rows = [html.Tr(html.Td("No two sources of this copy measure the same thing.", colSpan=5))]
    return _section(
        "Sources that measure the same thing",
        "On the cells that both have: correlation, share within five per cent, and the worst disagreements",
        "Agreement of sources",
        ["Series", "Common cells", "Correlation", "Within 5 %", "Worst disagreements"],
        rows,
    )


def _name(ctx: Context, code: str) -> str:
    return ctx.catalogue.indicators[code].name


def _disagreement(ctx: Context, row: Any) -> str:
    pair = "" if row.counterpart_area == "_Z" else f" and {ctx.areas.name(row.counterpart_area)}"
    return f"{ctx.areas.name(row.ref_area)}{pair} {row.time_period}: {row.first:.4g} against {row.second:.4g}"
