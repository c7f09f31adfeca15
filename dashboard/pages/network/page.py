"""Network: who is tied to whom, who holds the world of science together, and what a loss would do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import ListOf, Page, PageState, make_id, split
from scidip.dashboard.pages.network import tables
from scidip.dashboard.widgets import components, years
from scidip.figures import networks
from scidip.figures.rows import row_at
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.findings.network import NETWORKS, NetworkView
from scidip.indicators.language.current import N_, _, ngettext

PAGE = Page(path="/network", title=N_("Network"), order=38)
ID = make_id(PAGE)
KEEP = ("1", "2", "3", "5")
CONTROLS = ("layers", "year", "keep", "group", "area", "drop", "tie")
USUAL = "copublications"
WORLD = "world"
"""What the address says for all countries, where an agency has a home country that is shown otherwise."""


@dataclass(frozen=True)
class State(PageState):
    """The address: /network?layers=joint_projects&keep=2&group=EU&area=PRT&drop=USA."""

    layers: str = USUAL
    year: int | None = None
    keep: str = "2"
    group: str = ""
    area: str = ""
    drop: str = ""
    tie: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    areas = {"", *ctx.present_areas}
    return {
        "layers": ListOf(NETWORKS, len(NETWORKS)),
        "year": [None, *ctx.years],
        "keep": KEEP,
        "group": {"", *ctx.areas.groups},
        "area": areas | {WORLD} if ctx.agency.home else areas,
        "drop": areas,
        "tie": areas,
    }


def view_of(ctx: Context, state: State) -> NetworkView:
    """Return what the address asks for; the usual layer when it names none."""
    codes = tuple(split(state.layers)) or (USUAL,)
    return NetworkView(ctx, codes, state.year or ctx.years[-1], int(state.keep), state.group)


def around(view: NetworkView, state: State) -> State:
    """Return the state with the country it is around: an agency's home country when its address names none."""
    home = view.desk.agency.home
    if state.area == WORLD:
        return replace(state, area="")
    return replace(state, area=home) if home and not state.area and home in view.network.areas else state


def address(view: NetworkView, state: State) -> dict[str, Any]:
    """Return what the browser writes for a state that names the country it is around, or none for the world."""
    home = view.desk.agency.home
    if home and home in view.network.areas:
        written = {"": WORLD, home: ""}.get(state.area, state.area)
        return PAGE.address(replace(state, area=written))
    return PAGE.address(state)


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    view = view_of(ctx, state)
    state = around(view, state)
    return html.Div(
        [
            html.Div(headline(view, state), id=ID("headline"), className="headline", **aria(live="polite")),
            _controls(ctx, state, view),
            html.Div(body(view, state, components.mode()), id=ID("body")),
            html.H2(_("What if a country, or one tie, dropped out?"), className="factor-title"),
            html.Div(
                [
                    components.country_select(
                        ID("drop"),
                        ctx,
                        _("Choose a country"),
                        value=state.drop or None,
                        label=_("Drops out"),
                        clearable=True,
                    ),
                    components.country_select(
                        ID("tie"),
                        ctx,
                        _("All its ties"),
                        value=state.tie or None,
                        label=_("Only its tie with"),
                        clearable=True,
                    ),
                ],
                className="controls controls-filter",
            ),
            html.Div(tables.loss(view, state.drop, state.tie), id=ID("loss")),
            *clientside.address_stores(ID, address(view, state)),
        ]
    )


def precompute(ctx: Context) -> Iterator[None]:
    """Compute the network of each year that is shown to those who choose nothing else, the newest first."""
    for year in reversed(ctx.years):
        view = view_of(ctx, State(year=year))
        view.picture()
        len(view.network.centralities)
        yield


def _controls(ctx: Context, state: State, view: NetworkView) -> Component:
    layers = [{"value": c, "label": _(ctx.catalogue.indicators[c].name)} for c in NETWORKS]
    groups = [("", _("All countries")), *((k, _(g.name)) for k, g in ctx.areas.groups.items())]
    picker = dmc.MultiSelect(
        id=ID("layers"),
        label=_("Layers of ties"),
        data=layers,
        value=list(view.codes),
        size="md",
        comboboxProps=components.WHEN_OPENED,
        clearButtonProps={"aria-label": _("Choose none")},
    )
    return html.Div(
        [
            html.Div(picker, className="control control-areas"),
            components.select(ID("group"), _("Group"), groups, state.group),
            components.country_select(
                ID("area"),
                ctx,
                _("The whole world"),
                value=state.area or None,
                label=_("Around one country"),
                clearable=True,
            ),
            components.select(ID("keep"), _("Ties kept of each"), [(k, k) for k in KEEP], state.keep, "control-short"),
            years.year_select(ID("year"), ctx.years, view.year),
        ],
        className="controls controls-filter",
    )


def headline(view: NetworkView, state: State) -> list[Component]:
    """Return who is best tied and who lies on most paths, and what the picture leaves out."""
    frame = view.network.centralities
    kicker = html.P(view.when, className="kicker")
    if frame.empty:
        return [kicker, html.H1(_("There is no tie between these countries in this layer."))]
    name = view.desk.areas.name
    if state.area in view.network.areas:
        return [kicker, html.H1(_around(view, state.area)), html.P(_kept(view), className="lede")]
    first = sentences.in_text(name(frame["ref_area"].iloc[0]))
    bridge = row_at(frame, frame["between"].idxmax())
    if bridge["ref_area"] == frame["ref_area"].iloc[0]:
        words = _("{first} has the most ties, and most of the shortest paths between others lead through it.")
    else:
        words = _("{first} has the most ties; most of the shortest paths between others lead through {bridge}.")
    answer = words.format(first=sentences.opening(first), bridge=sentences.in_text(name(bridge["ref_area"])))
    return [kicker, html.H1(answer), html.P(_kept(view), className="lede")]


def _around(view: NetworkView, area: str) -> str:
    """Return who is the strongest partner of an area, and how strong."""
    names, ties = view.network.areas, view.network.all_ties[view.network.areas.index(area)]
    name = view.desk.areas.name
    own = sentences.opening(sentences.in_text(name(area)))
    if not ties.any():
        return _("{name}: no tie to these countries in this layer.").format(name=own)
    words = ngettext(
        "{name}: {partner} is the only partner.",
        "{name}: {partner} is the strongest of {n} partners, with {share} % of all ties.",
        int((ties > 0).sum()),
    )
    return words.format(
        name=own,
        partner=sentences.in_text(name(names[int(ties.argmax())])),
        n=int((ties > 0).sum()),
        share=numbers.fixed(100 * ties.max() / ties.sum()),
    )


def _kept(view: NetworkView) -> str:
    """Return what the picture leaves out."""
    kept = view.network.graph.number_of_edges()
    lede = ngettext(
        "Kept is the strongest tie of each country: {kept} ties that hold {share} % of all there is. "
        "A tie that is not drawn is weaker, not absent.",
        "Kept are the {n} strongest ties of each country: {kept} ties that hold {share} % of all there is. "
        "A tie that is not drawn is weaker, not absent.",
        view.keep,
    )
    return lede.format(n=view.keep, kept=numbers.number(kept), share=numbers.fixed(100 * view.network.coverage, 0))


def body(view: NetworkView, state: State, mode: Mode) -> Component:
    """Return the picture and beside it the list of the best tied."""
    nodes, ties = view.picture(state.area)
    if nodes.empty:
        return html.P(_("Choose another layer, group or year."), className="muted")
    figure = networks.network(nodes, ties, mode, state.area, names=bool(state.area))
    name = view.desk.areas.name
    if state.area and state.area in view.network.areas:
        title = _("{name} and its {n} strongest partners").format(name=name(state.area), n=len(nodes) - 1)
        rule = _(
            "In the middle the chosen country, around it its strongest partners, clockwise from the top; "
            "lines among them are their own kept ties"
        )
    else:
        title = _("The {n} best-connected countries").format(n=len(nodes))
        rule = _(
            "Tied countries stand near each other, in the same place in every year; a wider line: a stronger tie, "
            "a larger dot more ties"
        )
    if len(view.layer_names) > 1:
        rule = f"{rule}; {_dashes(view)}"
    label = _("Network of {n} countries and {m} ties. The table beside it holds the figures.").format(
        n=len(nodes), m=len(ties)
    )
    chart: list[Component] = [components.graph(ID("chart"), figure, label)]
    if not state.area:
        chart.append(tables.codes(view, nodes))
    picture = components.titled(title, rule, chart, tables.sources(view))
    return html.Div([picture, tables.ties(view, state.area)], className="network-body")


def _dashes(view: NetworkView) -> str:
    """Return which line stands for which layer."""
    pairs = zip(view.layer_names, networks.dash_words(), strict=False)
    said = [_("{line}: {layer}").format(line=line, layer=name) for name, line in pairs]
    words = _("a line is drawn as the layer in which most of the tie lies ({lines})")
    return words.format(lines=_(", ").join(said))


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the controls redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("body"), "children"),
        Output(ID("loss"), "children"),
        Output(ID("url"), "data"),
        *(Input(ID(part), "value") for part in CONTROLS),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    def redraw(
        layers: list[str],
        year: str,
        keep: str,
        group: str | None,
        area: str | None,
        drop: str | None,
        tie: str | None,
        mode: Mode,
    ) -> tuple[Any, ...]:
        shown = None if int(year) == ctx.years[-1] else int(year)
        state = State(",".join(layers) or USUAL, shown, keep, group or "", area or "", drop or "", tie or "")
        view = view_of(ctx, state)
        return (
            headline(view, state),
            body(view, state, mode),
            tables.loss(view, state.drop, state.tie),
            address(view, state),
        )

    clientside.write_address(app, ID)
    clientside.open_clicked(app, ID("chart"))
