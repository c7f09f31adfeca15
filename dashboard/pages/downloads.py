"""Downloads: the figures and scores as files, and whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.widgets import cite_box, components
from scidip.dashboard.widgets.quantity import is_offered
from scidip.figures.text import numbers
from scidip.findings.exhibit import said
from scidip.findings.exhibits import downloads as exhibits
from scidip.indicators.language.current import N_, _, sorting
from scidip.store.queries import source_queries

PAGE = Page(path="/downloads", title=N_("Downloads"), order=90, own_index="always")
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address of the downloads: /downloads?indicator=rd_expenditure_gdp&area=PRT."""

    indicator: str = ""
    area: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"indicator": {"", *ctx.catalogue.indicators}, "area": {"", *ctx.areas.codes}}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    count = ctx.query(source_queries.observation_count)
    sources = ctx.query(source_queries.sources)
    return html.Div(
        [
            html.Div(
                [
                    html.P(_("Downloads"), className="kicker"),
                    html.H1(_holdings(count, sources)),
                    html.P(
                        _(
                            "One line for each figure, with its own year, its source, the vintage and the licence. "
                            "The producers’ terms hold; please cite them."
                        ),
                        className="lede",
                    ),
                ],
                className="headline",
            ),
            html.Div([_observations(ctx, state), _scores(ctx)], className="two-columns"),
            _formats(ctx.years[-1] if ctx.years else 0),
            _sources(sources),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def _holdings(count: int, sources: pd.DataFrame) -> str:
    """Return how many figures there are, and how many of their sources forbid passing them on."""
    closed = int((~sources["redistributable"].fillna(True).astype(bool)).sum())
    words = _("{count} figures from {n} sources; all can be downloaded but those of {closed}, whose terms forbid it.")
    if not closed:
        words = _("{count} figures from {n} sources; all of them can be downloaded.")
    return words.format(count=numbers.value(count, "count"), n=len(sources), closed=closed)


def _observations(ctx: Context, state: State) -> Component:
    return html.Section(
        [
            html.H2(_("Observations")),
            _choices(ctx, state),
            html.P(
                html.A(
                    _("Download observations ({what}), CSV").format(what=choice_words(ctx, state)),
                    id=ID("observations"),
                    href=observations_path(state),
                    className="download-link",
                    download="",
                )
            ),
            html.Div(cite_box.cite(ctx, state.indicator, "observations"), id=ID("cite")),
            _columns(N_("Columns of the file of observations"), exhibits.OBSERVATION_COLUMNS),
        ]
    )


def _choices(ctx: Context, state: State) -> Component:
    indicators = sorted(ctx.catalogue.indicators.values(), key=lambda i: sorting(i.name))
    options = [
        {"value": i.code, "label": i.name if i.arity == "area" else _("{name} (pairs)").format(name=i.name)}
        for i in indicators
        if is_offered(ctx, i.code)
    ]
    what = dmc.Select(
        id=ID("indicator"),
        label=_("Indicator"),
        data=options,
        value=state.indicator or None,
        searchable=True,
        clearable=True,
        placeholder=_("All indicators"),
        size="md",
        className="control",
        comboboxProps=components.WHEN_OPENED,
        limit=200,
    )
    whose = components.country_select(
        ID("area"), ctx, _("All countries"), label=_("Country"), value=state.area or None, clearable=True
    )
    return html.Div([what, whose], className="controls")


def _scores(ctx: Context) -> Component:
    years = numbers.span(ctx.years[0], ctx.years[-1]) if ctx.years else _("no year yet")
    return html.Section(
        [
            html.H2(_("Scores")),
            html.P(
                _(
                    "The index, its factors and dimensions, {years}, each rank with its range. Methodology: {name}."
                ).format(years=years, name=_(ctx.catalogue.methodology.name)),
                className="note",
            ),
            html.P(
                html.A(_("Download scores, CSV"), href="/download/scores.csv", className="download-link", download="")
            ),
            cite_box.cite(ctx, what="scores"),
            _columns(
                N_("Columns of the file of scores"),
                (exhibits.NODES if ctx.own is None else exhibits.OWN_NODES, *exhibits.SCORE_COLUMNS),
            ),
        ]
    )


def _formats(year: int) -> Component:
    tables = (
        (_("Scores"), "scores", ("xlsx", "parquet", "sdmx_csv", "stata")),
        (_("Observations"), "observations", ("parquet", "sdmx_csv", "stata")),
        (
            _("Scored figures of {year}, step by step").format(year=year),
            f"stages?time_period={year}",
            ("csv", "parquet", "xlsx"),
        ),
    )
    items = [
        html.Li([html.B(name), *(html.A(known, href=_file(table, known), download="") for known in kinds)])
        for name, table, kinds in tables
    ]
    return html.Section(
        [
            html.H2(_("Other formats, and the API")),
            html.P(
                _(
                    "Excel files carry notes, sources and methodology on sheets of their own. The read-only API takes "
                    "filters by the names of columns."
                ),
                className="note",
            ),
            html.Ul(items, className="formats"),
            html.P(html.A(_("How to ask the API"), href="/api/v1/", className="download-link")),
        ]
    )


def _file(table: str, kind: str) -> str:
    return f"/api/v1/{table}{'&' if '?' in table else '?'}format={kind}"


def _columns(caption: str, pairs: tuple[tuple[str, str], ...]) -> Component:
    shown = exhibits.of_file(caption, pairs)
    rows = [[html.Code(name), str(meaning)] for name, meaning in shown.rows]
    return components.data_table(said(shown.caption), [c.head for c in shown.columns], rows, shown)


def choice_words(ctx: Context, state: State) -> str:
    """Return what the chosen file holds: "Researchers, Chile"."""
    what = ctx.catalogue.indicators[state.indicator].name if state.indicator else _("all indicators")
    whose = ctx.areas.name(state.area) if state.area else _("all countries")
    return f"{what}, {whose}"


def observations_path(state: State) -> str:
    """Return the address of the chosen observations."""
    chosen = {k: v for k, v in (("indicator", state.indicator), ("area", state.area)) if v}
    return "/download/observations.csv" + (f"?{urlencode(chosen)}" if chosen else "")


def _sources(sources: pd.DataFrame) -> Component:
    shown = exhibits.sources(sources)
    rows = [_source_row(row) for row in shown.records()]
    closed = sources[~sources["redistributable"].fillna(True).astype(bool)]
    sentence = (
        _("All of these may be passed on under the licence named.")
        if closed.empty
        else _(
            "Not passed on here, because their terms do not allow it: {names}. Their figures are used in the scores; "
            "get them from the publisher’s own page."
        ).format(names=", ".join(closed["title"]))
    )
    return html.Section(
        [
            html.H2(_("Sources")),
            html.P(sentence, className="note"),
            components.data_table(
                said(shown.caption),
                (_("Source"), _("Vintage"), _("Figures"), _("Licence"), _("Please cite")),
                rows,
                shown,
                "sources",
            ),
        ]
    )


def _source_row(row: Mapping[str, Any]) -> list[Any]:
    licence, title = row["licence"], row["source"]
    if _web(row["licence_url"]):
        licence = html.A(licence, href=row["licence_url"])
    if _web(row["homepage"]):
        title = html.A(title, href=row["homepage"])
    loaded = numbers.fixed(row["loaded"], 0) if row["loaded"] is not None else _("none")
    left_out = [
        words.format(n=numbers.fixed(n, 0))
        for n, words in ((row["excluded"], _("{n} left out")), (row["quarantined"], _("{n} set aside")))
        if n
    ]
    figures = [loaded, html.Small(", ".join(left_out), className="below")] if left_out else loaded
    return [
        [title, html.Small(row["publisher"], className="below")],
        row["vintage"] or _("not stated"),
        figures,
        licence,
        row["citation"],
    ]


def _web(address: Any) -> bool:
    """Return whether an address from a source may be a link: only the web, never a script."""
    return isinstance(address, str) and address.startswith(("https://", "http://"))


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the choices change the link, and the page writes its address."""

    @app.callback(
        Output(ID("observations"), "href"),
        Output(ID("observations"), "children"),
        Output(ID("cite"), "children"),
        Output(ID("url"), "data"),
        Input(ID("indicator"), "value"),
        Input(ID("area"), "value"),
        prevent_initial_call=True,
    )
    def choose(indicator: str | None, area: str | None) -> tuple[Any, ...]:
        state = State(indicator or "", area or "")
        return (
            observations_path(state),
            _("Download observations ({what}), CSV").format(what=choice_words(ctx, state)),
            cite_box.cite(ctx, state.indicator, "observations"),
            PAGE.address(state),
        )

    clientside.write_address(app, ID)
