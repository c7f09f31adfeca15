"""Pieces that several pages share: controls, figures with their footer, marks, notices."""

from collections.abc import Sequence
from string import Formatter
from typing import Any

import dash_mantine_components as dmc
import flask
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core import fast_html
from scidip.dashboard.core.component_tree import holding
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.widgets import save_menu
from scidip.figures.text import sentences
from scidip.figures.theme import Mode
from scidip.findings.exhibit import Table
from scidip.indicators.language.current import _, area_name, current, sorting

THEME_COOKIE = "scidip-theme"
THEME_HEADER = "X-Scidip-Theme"
GRAPH_CONFIG: dcc.Graph.Config = {
    "topojsonURL": "/assets/topojson/",
    "displayModeBar": False,
    "showSendToCloud": False,
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": False,
    "responsive": True,
}
WHEN_OPENED = {"keepMounted": False}
"""Makes the entries of a list when it is opened: two lists of all countries were a quarter of a page's elements."""


def mode() -> Mode:
    """Return the theme the visitor chose; light outside a request. A file may be asked for in the other."""
    if flask.has_request_context() and "scidip_mode" in flask.g:
        return "dark" if flask.g.scidip_mode == "dark" else "light"
    if not flask.has_request_context():
        return "light"
    # A frame in another site's page has no cookies: it says in a header what its address asks for.
    chosen = flask.request.headers.get(THEME_HEADER) or flask.request.cookies.get(THEME_COOKIE)
    return "dark" if chosen == "dark" else "light"


def area_link(area: str, name: str, year: int | None = None) -> dcc.Link:
    """Return a link to a country's page."""
    return dcc.Link(name, href=fast_html.country_path(area, year), className="area-link")


def notice(sentence: str) -> Component:
    """Return a sentence about something in the address that was not understood."""
    return html.P(sentence, className="notice", role="status")


def sentence(words: str, **parts: Any) -> list[Any]:
    """Return a sentence as children, its fields replaced by components: links, code."""
    said: list[Any] = []
    for text, name, _spec, _conversion in Formatter().parse(words):
        said += [text] if text else []
        said += [parts[name]] if name else []
    return said


def empty_state() -> Component:
    """Return the page of a database without scores."""
    return html.Div(
        [
            html.P(_("No figures yet"), className="kicker"),
            html.H1(_("The observatory is set up, and its database is empty.")),
            html.P(
                sentence(
                    _("Run {command} in the project’s folder to fill it from the bundled figures."),
                    command=html.Code("scidip build"),
                ),
                className="lede",
            ),
            html.P(_("Then reload this page. It takes a few minutes and needs no network."), className="muted"),
        ],
        className="page page-empty",
    )


def not_found(**_query: Any) -> Component:
    """Return the page of an address that does not exist."""
    return html.Div(
        [
            html.P(_("Not found"), className="kicker"),
            html.H1(_("There is no page at this address.")),
            html.P(
                sentence(
                    _("Go to the {overview}, or search for a country above."),
                    overview=dcc.Link(_("overview"), href="/"),
                ),
                className="lede",
            ),
        ],
        className="page page-empty",
    )


def graph(id_: str, figure: go.Figure, label: str, class_name: str = "") -> Component:
    """Return a chart with a name for those who do not see it."""
    # From the plain figure: asked for an attribute, it would make all of Plotly's objects.
    height = figure.to_plotly_json()["layout"].get("height")
    return html.Div(
        dcc.Graph(
            id=id_,
            figure=figure,
            config=GRAPH_CONFIG,
            className="graph",
            style={"height": f"{height}px"} if height else {},
        ),
        role="img",
        className=f"graph-frame {class_name}",
        **aria(label=label),
    )


def titled(title: str, subtitle: str, body: Any, footer: Any, class_name: str = "", full: str = "") -> Component:
    """Return a figure in full: what it says, what is plotted, the figure, where it comes from, and how to save it.

    *full* is the address of all figures behind it, where there is a file of them.
    """
    return html.Section(
        [
            html.H2(title, className="figure-title"),
            html.P(subtitle, className="figure-subtitle"),
            html.Div(body),
            html.P(footer, className="figure-footer"),
            *save_menu.offer(body, full),
        ],
        className=f"figure {class_name}",
    )


def score_footer(ctx: Context, year: int, *more: str, ranges: bool = False) -> list[Any]:
    """Return the footer of a figure of scores: unit, year, source and licence; *ranges* says what bars are."""
    contained = sentences.in_range(ctx.catalogue.methodology)
    bars = [_("Bars and ranges: 90 % of simulated methods."), " ", contained, " "] if ranges else []
    if ranges and ctx.own is not None and not ctx.own.same_ranges:
        bars += [_("They also vary what else the methodology of this index names."), " "]
    origin = sentence(
        _("scidip, from the sources listed under {downloads} with their licences; data version {version}."),
        downloads=dcc.Link(_("Downloads"), href="/downloads"),
        version=ctx.data_version,
    )
    return [
        _("Score 0–100, {year}.").format(year=year),
        " ",
        *bars,
        *origin,
        *(f" {text}" for text in (*more, *_supplied(ctx))),
    ]


def _supplied(ctx: Context) -> list[str]:
    """Return the sentence that says a score contains figures of the user's own, when it does."""
    if not ctx.supplied:
        return []
    names = _(", ").join(ctx.catalogue.indicators[c].name.lower() for c in ctx.supplied)
    return [_("Contains figures supplied by the user of this copy: {names}.").format(names=names)]


def choice(id_: str, label: str, options: Sequence[tuple[str, str]], chosen: str, class_name: str = "") -> Component:
    """Return a row of alternatives, one of which holds: (value, words) pairs. Works by arrow keys."""
    return html.Div(
        [
            html.Span(label, className="visually-hidden", id=f"{id_}-label"),
            dmc.SegmentedControl(
                id=id_,
                value=chosen,
                data=[{"value": v, "label": w} for v, w in options],
                size="md",
                transitionDuration=0,
                attributes={"root": {"aria-labelledby": f"{id_}-label"}},
            ),
        ],
        className=f"choice {class_name}",
    )


def country_select(id_: str, ctx: Context, placeholder: str, **more: Any) -> Component:
    """Return a searchable list of the areas that exist today."""
    chooser: Component = dmc.Select(
        id=id_,
        data=_area_options(ctx),
        searchable=True,
        nothingFoundMessage=_("No country of that name"),
        placeholder=placeholder,
        limit=300,
        size="md",
        selectFirstOptionOnChange=True,
        comboboxProps=WHEN_OPENED,
        className="control",
        checkIconPosition="right",
        **{} if "label" in more else {"aria-label": placeholder},
        **more,
    )
    return chooser


def _area_options(ctx: Context) -> list[dict[str, str]]:
    """Return code and name of the areas that exist today, by name; sorted once for each language."""
    found: list[dict[str, str]] = ctx.cache.get(("area options", current().code), lambda: _sorted_areas(ctx))
    # The home country of an agency is asked for most: it stands first. The sort keeps the order of the others.
    return sorted(found, key=lambda option: option["value"] != ctx.agency.home) if ctx.agency.home else found


def _sorted_areas(ctx: Context) -> list[dict[str, str]]:
    table = ctx.areas.table[ctx.areas.table["ref_area"].isin(ctx.present_areas)]
    named = [(area_name(a, n), a) for a, n in zip(table["ref_area"], table["name"], strict=True)]
    return [{"value": a, "label": n} for n, a in sorted(named, key=lambda pair: sorting(pair[0]))]


def area_picker(id_: str, ctx: Context, label: str, chosen: Sequence[str], most: int, placeholder: str) -> Component:
    """Return a searchable choice of up to *most* areas, in the order of choosing."""
    picker = dmc.MultiSelect(
        id=id_,
        label=label,
        data=_area_options(ctx),
        value=list(chosen),
        searchable=True,
        maxValues=most,
        limit=300,
        nothingFoundMessage=_("No country of that name"),
        placeholder=placeholder,
        size="md",
        comboboxProps=WHEN_OPENED,
        hidePickedOptions=True,
        clearButtonProps={"aria-label": _("Choose none")},
    )
    return html.Div(picker, className="control control-areas")


def select(id_: str, label: str, options: Sequence[Any], chosen: str, class_name: str = "", **more: Any) -> Component:
    """Return a labelled choice from a list: (value, words) pairs, or Mantine's groups of options."""
    data = [o if isinstance(o, dict) else {"value": o[0], "label": o[1]} for o in options]
    chooser: Component = dmc.Select(
        id=id_,
        label=label,
        data=data,
        value=chosen,
        allowDeselect=False,
        size="md",
        comboboxProps=WHEN_OPENED,
        checkIconPosition="right",
        className=f"control {class_name}",
        **more,
    )
    return chooser


def as_table(
    summary: str, caption: str, head: Sequence[Any], rows: Sequence[Sequence[Any]], values: Table
) -> Component:
    """Return the table of a chart, folded under its words; *values* is what is saved of it."""
    return html.Details(
        [html.Summary(summary), data_table(caption, head, rows, values, "stack figures-table")], className="behind"
    )


def data_table(
    caption: Any, head: Sequence[Any], rows: Sequence[Sequence[Any]], values: Table, class_name: str = ""
) -> Component:
    """Return a plain table; the first cell of a row names it, and *values* is what is saved of it.

    With the class "stack", rows become cards on phones, each cell with the words of its column.
    """
    words = [h if isinstance(h, str) else None for h in head]
    table = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in head])),
            html.Tbody([_data_row(row, words) for row in rows]),
        ],
        className=f"table {class_name}",
        **more_rows(len(rows)),
    )
    label = caption if isinstance(caption, str) else _("Table")
    return html.Div(holding(table, values), className="table-frame", tabIndex=0, role="region", **aria(label=label))


def more_rows(count: int) -> dict[str, Any]:
    """Return what a table of cards says on phones on the button below its first few rows."""
    return {"data-more": _("Show all {n} rows").format(n=count)}


def _data_row(row: Sequence[Any], words: Sequence[str | None]) -> fast_html.Element:
    cells = zip(row[1:], words[1:], strict=True)
    return fast_html.el(
        "Tr",
        [
            fast_html.el("Th", row[0], scope="row"),
            *(fast_html.el("Td", cell, **{"data-label": word}) for cell, word in cells),
        ],
    )
