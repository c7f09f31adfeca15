"""Network: who is tied to whom, who holds the world of science together, and what a loss would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria, country, el, link, num
from scidip.dashboard.core.page import ListOf, Page, PageState, make_id, split
from scidip.dashboard.widgets import components, save_menu
from scidip.figures import networks
from scidip.figures.rows import each_row, row_at
from scidip.figures.text import numbers, sentences
from scidip.figures.theme import Mode
from scidip.findings.network import NETWORKS, NetworkView
from scidip.indicators.language.current import N_, _, ngettext
from scidip.store.queries import pair_queries

PAGE = Page(path="/network", title=N_("Network"), order=38)
ID = make_id(PAGE)
KEEP = ("1", "2", "3", "5")
LISTED = 25
CONTROLS = ("layers", "year", "keep", "group", "area", "drop", "tie")
LOSERS = 12
USUAL = "copublications"


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
        "layers": ListOf(NETWORKS, len(NETWORKS)), "year": [None, *ctx.years], "keep": KEEP,
        "group": {"", *ctx.areas.groups}, "area": areas, "drop": areas, "tie": areas,
    }  # fmt: skip


def view_of(ctx: Context, state: State) -> NetworkView:
    """Return what the address asks for; the usual layer when it names none."""
    codes = tuple(split(state.layers)) or (USUAL,)
    return NetworkView(ctx, codes, state.year or ctx.years[-1], int(state.keep), state.group)


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its controls already set."""
    view = view_of(ctx, state)
    return html.Div(
        [
            html.Div(headline(view, state), id=ID("headline"), className="headline", **aria(live="polite")),
            _controls(ctx, state, view),
            html.Div(body(view, state, components.mode()), id=ID("body")),
            html.H2(_("What if a country, or one tie, dropped out?"), className="factor-title"),
            html.Div(
                [
                    components.country_select(ID("drop"), ctx, _("Choose a country"), value=state.drop or None,
                                              label=_("Drops out"), clearable=True),
                    components.country_select(ID("tie"), ctx, _("All its ties"), value=state.tie or None,
                                              label=_("Only its tie with"), clearable=True),
                ],
                className="controls controls-filter",
            ),
            html.Div(loss(view, state), id=ID("loss")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )  # fmt: skip


def prepare(ctx: Context, year: int) -> None:
    """Compute the network of *year* that is shown to those who choose nothing else."""
    view = view_of(ctx, State(year=year))
    view.picture()
    len(view.network.centralities)


def _controls(ctx: Context, state: State, view: NetworkView) -> Component:
    layers = [{"value": c, "label": _(ctx.catalogue.indicators[c].name)} for c in NETWORKS]
    groups = [("", _("All countries")), *((k, _(g.name)) for k, g in ctx.areas.groups.items())]
    picker = dmc.MultiSelect(
        id=ID("layers"), label=_("Layers of ties"), data=layers, value=list(view.codes), size="md",
        clearButtonProps={"aria-label": _("Choose none")},
    )  # fmt: skip
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
            components.select(
                ID("keep"),
                _("Ties kept of each"),
                [(k, k) for k in KEEP],
                state.keep,
                "control-short",
            ),
            components.year_select(ID("year"), ctx.years, view.year),
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
        words = _(
            "{first} has the most ties, and most of the shortest paths between others lead through it."
        )
    else:
        words = _(
            "{first} has the most ties; most of the shortest paths between others lead through {bridge}."
        )
    answer = words.format(
        first=sentences.opening(first), bridge=sentences.in_text(name(bridge["ref_area"]))
    )
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
        name=own, partner=sentences.in_text(name(names[int(ties.argmax())])), n=int((ties > 0).sum()),
        share=numbers.fixed(100 * ties.max() / ties.sum()),
    )  # fmt: skip


def _kept(view: NetworkView) -> str:
    """Return what the picture leaves out."""
    kept = view.network.graph.number_of_edges()
    lede = ngettext(
        "Kept is the strongest tie of each country: {kept} ties that hold {share} % of all there is. "
        "A tie that is not drawn is weaker, not absent.",
        "Kept are the {n} strongest ties of each country: {kept} ties that hold {share} % of all there is. "
        "A tie that is not drawn is weaker, not absent.", view.keep,
    )  # fmt: skip
    return lede.format(
        n=view.keep, kept=numbers.number(kept), share=numbers.fixed(100 * view.network.coverage, 0)
    )


def body(view: NetworkView, state: State, mode: Mode) -> Component:
    """Return the picture and beside it the list of the best tied."""
    nodes, ties = view.picture(state.area)
    if nodes.empty:
        return html.P(_("Choose another layer, group or year."), className="muted")
    figure = networks.network(nodes, ties, mode, state.area, names=bool(state.area))
    name = view.desk.areas.name
    if state.area and state.area in view.network.areas:
        title = _("{name} and its {n} strongest partners").format(
            name=name(state.area), n=len(nodes) - 1
        )
        rule = _("In the middle the chosen country, around it its strongest partners, clockwise from the top; "
                 "lines among them are their own kept ties")  # fmt: skip
    else:
        title = _("The {n} best-connected countries").format(n=len(nodes))
        rule = _("Tied countries stand near each other, in the same place in every year; a wider line: a stronger tie, "
                 "a larger dot more ties")  # fmt: skip
    if len(view.layer_names) > 1:
        rule = f"{rule}; {_dashes(view)}"
    label = _(
        "Network of {n} countries and {m} ties. The table beside it holds the figures."
    ).format(n=len(nodes), m=len(ties))
    chart: list[Component] = [components.graph(ID("chart"), figure, label)]
    if not state.area:
        chart.append(_codes(nodes))
    picture = components.titled(title, rule, chart, sources(view))
    return html.Div([picture, _list(view, state)], className="network-body")


def _dashes(view: NetworkView) -> str:
    """Return which line stands for which layer."""
    pairs = zip(view.layer_names, networks.dash_words(), strict=False)
    said = [_("{line}: {layer}").format(line=line, layer=name) for name, line in pairs]
    words = _("a line is drawn as the layer in which most of the tie lies ({lines})")
    return words.format(lines=", ".join(said))


def _codes(nodes: pd.DataFrame) -> Component:
    """Return the names behind the codes in the picture: names would cover each other there."""
    ordered = nodes.sort_values("ref_area")
    rows = [[a, n] for a, n in zip(ordered["ref_area"], ordered["name"], strict=True)]
    return components.as_table(
        _("The codes in words"), _("Countries in the picture"), (_("Code"), _("Country")), rows
    )


def sources(view: NetworkView) -> str:
    """Return who published the layers, with their years."""
    found = view.desk.query(pair_queries.sources, codes=view.codes)
    said = _("; ").join(f"{r.source_title}, {r.vintage}, {r.licence}" for r in each_row(found))
    joined = ""
    if len(view.codes) > 1:
        joined = " " + _(
            "Joined layers: each tie’s share of its layer, averaged, so that every layer weighs the same."
        )
    return _("{when}. Sources: {sources}. Data version {version}.").format(
        when=view.when, sources=said, version=view.desk.data_version
    ) + joined  # fmt: skip


def _list(view: NetworkView, state: State) -> Component:
    frame = view.network.centralities
    if state.area and state.area in view.network.areas:
        return _partners(view, state.area)
    group_of = {a: k + 1 for k, group in enumerate(view.network.groups) for a in group}
    rows = [
        el("Tr", [
            el("Th", country(r.ref_area, view.desk.areas.name(r.ref_area)), scope="row"),
            num(view.write(r.strength), **{"data-label": _("All ties")}),
            num(numbers.number(r.ties), **{"data-label": _("Kept ties")}),
            num(f"{numbers.fixed(r.between)} %", **{"data-label": _("Betweenness")}),
            num(str(group_of.get(r.ref_area, "–")), **{"data-label": _("Community")}),
        ])
        for r in each_row(frame.head(LISTED))
    ]  # fmt: skip
    heads = (_("Country"), _("All ties"), _("Kept ties"), _("Betweenness"), _("Community"))
    note = _(
        "Betweenness: share of the shortest paths between two others that lead through the country, a strong tie "
        "being short. Community: those tied more among themselves than with others (Louvain), numbered by size."
    )
    return _table(
        _("Best-connected countries, {n} of {of}").format(n=min(LISTED, len(frame)), of=len(frame)),
        heads,
        rows,
        note,
    )


def _partners(view: NetworkView, area: str) -> Component:
    network = view.network
    i = network.areas.index(area)
    whole = float(network.all_ties[i].sum())
    rows = []
    for partner in network.around(area, LISTED + 1)[1:]:
        value = float(network.all_ties[i, network.areas.index(partner)])
        rows.append(el("Tr", [
            el("Th", link(view.desk.areas.name(partner), f"/pair?a={area}&b={partner}"), scope="row"),
            num(view.write(value), **{"data-label": _("Tie")}),
            num(f"{numbers.fixed(100 * value / whole)} %", **{"data-label": _("Share of its ties")}),
        ]))  # fmt: skip
    heads = (_("Partner"), _("Tie"), _("Share of its ties"))
    title = _("Partners of {name}").format(name=view.desk.areas.name(area))
    return _table(title, heads, rows, _("A name opens the pair."))


def _table(title: str, heads: tuple[str, ...], rows: list[Any], note: str) -> Component:
    head = [html.Th(h, scope="col", className="num" if k else "") for k, h in enumerate(heads)]
    table = html.Table(
        [html.Caption(title), html.Thead(html.Tr(head)), html.Tbody(rows)], className="table stack"
    )
    return html.Section(
        [
            html.H2(title, className="figure-title"),
            html.Div(
                table, className="table-frame", tabIndex=0, role="region", **aria(label=title)
            ),
            html.P(note, className="figure-footer"),
            *save_menu.offer(table),
        ],
        className="figure",
    )


def loss(view: NetworkView, state: State) -> Component:
    """Return who would lose most without a country, or without one tie, and who would be cut off."""
    name, areas = view.desk.areas.name, view.network.areas
    if not state.drop:
        return html.P(
            _("Choose a country, and see who would lose most of its ties."), className="muted"
        )
    if state.drop not in areas or (
        state.tie and (state.tie not in areas or state.tie == state.drop)
    ):
        return html.P(_("There is no such tie in this layer, year and group."), className="muted")
    frame = view.network.losses(state.drop, state.tie)
    # Territories hang on their state by nature; they would fill the list and say nothing.
    kinds = view.desk.areas.kind
    frame = frame[[kinds(a) != "territory" for a in frame["ref_area"]]]
    subject = sentences.in_text(name(state.drop))
    if frame.empty:
        return html.P(
            _("Nobody would lose anything: {name} has no tie here.").format(name=subject),
            className="finding",
        )
    cut = [sentences.in_text(name(a)) for a in frame.loc[frame["cut_off"], "ref_area"]]
    most = frame.iloc[0]
    if state.tie:
        words = _(
            "Without the tie between {name} and {other}, {most} would lose {share} % of all its ties."
        )
    else:
        words = _("Without {name}, {most} would lose most: {share} % of all its ties.")
    sentence = words.format(
        name=subject, other=sentences.in_text(name(state.tie)) if state.tie else "",
        most=sentences.in_text(name(most["ref_area"])), share=numbers.fixed(100 * most["share"]),
    )  # fmt: skip
    if cut:
        shown = cut
        if len(cut) > 6:
            shown = [*cut[:5], _("{n} others").format(n=sentences.count(len(cut) - 5))]
        more = ngettext(
            "{names} would be cut off from the largest connected group, unless a weaker tie took its place.",
            "{names} would be cut off from the largest connected group, unless weaker ties took their place.", len(cut),
        ).format(names=sentences.opening(sentences.listed(shown)))  # fmt: skip
    else:
        more = _("Nobody would be cut off from the largest connected group.")
    rows = [
        el("Tr", [
            el("Th", country(r.ref_area, name(r.ref_area)), scope="row"),
            num(view.write(r.lost), **{"data-label": _("Ties lost")}),
            num(f"{numbers.fixed(100 * r.share)} %", **{"data-label": _("Share of its ties")}),
            num(_("yes") if r.cut_off else _("no"), **{"data-label": _("Cut off")}),
        ])
        for r in each_row(frame.head(LOSERS))
    ]  # fmt: skip
    heads = (_("Country"), _("Ties lost"), _("Share of its ties"), _("Cut off"))
    title = _("Countries that would lose most, {n} of {of} (territories left out)").format(
        n=min(LOSERS, len(frame)), of=len(frame)
    )
    return html.Div([html.P(f"{sentence} {more}", className="finding"), _table(title, heads, rows, sources(view))],
                    className="figure-narrow")  # fmt: skip


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the controls redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"), Output(ID("body"), "children"), Output(ID("loss"), "children"),
        Output(ID("url"), "data"),
        *(Input(ID(part), "value") for part in CONTROLS), Input("theme", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def redraw(layers: list[str], year: str, keep: str, group: str | None, area: str | None, drop: str | None,
               tie: str | None, mode: Mode) -> tuple[Any, ...]:  # fmt: skip
        shown = None if int(year) == ctx.years[-1] else int(year)
        state = State(
            ",".join(layers) or USUAL, shown, keep, group or "", area or "", drop or "", tie or ""
        )
        view = view_of(ctx, state)
        return (
            headline(view, state),
            body(view, state, mode),
            loss(view, state),
            PAGE.address(state),
        )

    clientside.write_address(app, ID)
    clientside.open_clicked(app, ID("chart"))
