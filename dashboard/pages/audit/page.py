"""Audit: what an auditor of composite indicators prints, and each weak point named by rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.audit import sections
from scidip.dashboard.widgets import components, years
from scidip.figures.theme import Mode
from scidip.findings.audit.exhibits import weak_points
from scidip.findings.audit.index_audit import IndexAudit, audit_of
from scidip.findings.exhibit import said
from scidip.indicators.language.current import ENGLISH, N_, _, current, ngettext
from scidip.publish.audit.files import FORMATS

PAGE = Page(path="/audit", title=N_("Audit"), order=75)
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address: /audit?year=2023."""

    year: int | None = None


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"year": [None, *ctx.years]}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    year = state.year or ctx.years[-1]
    head, parts = whole(ctx, year, components.mode())
    return html.Div(
        [
            html.Div(head, id=ID("headline"), className="headline", **aria(live="polite")),
            html.Div(years.year_select(ID("year"), ctx.years, year), className="controls controls-filter"),
            html.Div(parts, id=ID("body")),
            *clientside.address_stores(ID, PAGE.address(state)),
        ]
    )


def whole(ctx: Context, year: int, mode: Mode) -> tuple[list[Component], list[Component]]:
    """Return the headline and the sections of a year."""
    audit = audit_of(ctx, year)
    if audit is None:
        return [html.H1(_("No country is ranked in {year}.").format(year=year))], []
    return _headline(ctx, audit), sections.all_of(ctx, audit, mode, ID)


def _headline(ctx: Context, audit: IndexAudit) -> list[Component]:
    argued = sum(w.key in ctx.catalogue.exceptions for w in audit.weak)
    lede = ngettext(
        "{ranked} countries are ranked. A weak point is a figure beyond the bound of a rule; for {n} of them the "
        "catalogue gives the reason why it stays.",
        "{ranked} countries are ranked. A weak point is a figure beyond the bound of a rule; for {n} of them the "
        "catalogue gives the reason why they stay.",
        argued,
    )
    return [
        html.P(_("Audit of the index, {year}").format(year=years.name_of(audit.year)), className="kicker"),
        html.H1(said(weak_points(ctx, audit).finding)),
        html.P(lede.format(ranked=audit.ranked, n=argued), className="lede"),
        *years.edition_note(ctx, audit.year),
        _files(audit.year),
    ]


def _files(year: int) -> Component:
    """Return the links to the audit as files."""
    query = {"year": str(year)} | ({} if current() is ENGLISH else {"lang": current().code})
    items = [
        html.A(
            known.label,
            href=f"/download/audit.{code}?{urlencode(query)}",
            className="brief-link",
            **aria(label=_("Audit as {format}").format(format=known.label)),
        )
        for code, known in FORMATS.items()
    ]
    return html.P([html.Span(_("Take the audit:")), *items], className="brief-links")


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: the year and the theme redraw the page, and the page writes its address."""

    @app.callback(
        Output(ID("headline"), "children"),
        Output(ID("body"), "children"),
        Output(ID("url"), "data"),
        Input(ID("year"), "value"),
        Input("theme", "data"),
        prevent_initial_call=True,
    )
    def redraw(year: str, mode: Mode) -> tuple[Any, ...]:
        shown = int(year)
        state = State(None if shown == ctx.years[-1] else shown)
        return (*whole(ctx, shown, mode), PAGE.address(state))

    clientside.write_address(app, ID)
    clientside.open_clicked(app, ID("income"))
