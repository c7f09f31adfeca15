"""What a visitor says on the page of negotiation: parties by text, link or file, and the statement put to them."""

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.widgets import components, years
from scidip.findings.negotiation.table import FIRSTS
from scidip.indicators.language.current import N_, _
from scidip.indicators.negotiation.parties import MOST, PartyError, shown

MakeId = Callable[[str], str]
LEVELS = {"factor": N_("Factors"), "dimension": N_("Dimensions")}
"""Whose weights a concession moves."""


def seats(make: MakeId, is_open: bool) -> Component:
    """Return what adds a party."""
    name = dmc.TextInput(id=make("name"), label=_("Name of the party"), value="", size="md", className="control")
    text = dmc.TextInput(
        id=make("text"),
        label=_("Its weights, or a link"),
        value="",
        size="md",
        placeholder="infra 80, national 50, visa 0",
        className="control negotiation-text",
    )
    add = html.Button(_("Add"), id=make("add"), type="button", className="quiet-button")
    files = html.Button(_("Read files"), id=make("files"), type="button", className="quiet-button")
    rule = _(
        "Points of factors and dimensions, 0 to 100: 50 leave a weight as it is, 100 double it, 0 leave the element "
        "out. Links of this page and of the page of robustness are read too; files are TOML (name, [weights]) or CSV "
        "(party, node, weight). At most {n} parties."
    )
    return html.Section(
        [
            dcc.Store(id=make("opened")),
            dcc.Store(id=make("read")),
            html.H2(_("One more party") if is_open else _("Bring a party"), className="figure-title"),
            html.Div([name, text, add, files], className="controls negotiation-seats"),
            html.P(rule.format(n=MOST), className="figure-subtitle"),
        ],
        className="figure",
        **aria(label=_("Parties")),
    )


def statement(ctx: Context, make: MakeId, state: Any) -> Component:
    """Return what chooses the statement."""
    firsts = [("", "–"), *((str(n), str(n)) for n in FIRSTS)]
    controls = [
        components.country_select(
            make("a"), ctx, _("Choose a country"), value=state.a or None, label=_("Statement: country"), clearable=True
        ),
        components.country_select(
            make("b"), ctx, _("Choose a country"), value=state.b or None, label=_("ranks above"), clearable=True
        ),
        components.select(make("first"), _("or is among the first"), firsts, state.first, "control-short"),
        components.select(make("level"), _("Weights that move"), [(k, _(w)) for k, w in LEVELS.items()], state.level),
        years.year_select(make("year"), ctx.years, state.year or ctx.years[-1]),
    ]
    return html.Div(
        html.Div(controls, className="controls controls-filter"), id=make("statement-box"), hidden=not state.p
    )


def opened(entries: Any) -> list[tuple[str, str]]:
    """Return name and text of the files that the browser read. Raises PartyError for one that is no text."""
    found = []
    for entry in entries if isinstance(entries, list) else []:
        name, text = (entry.get(key) for key in ("name", "text")) if isinstance(entry, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(text, str):
            raise PartyError(_("{file} is no text in UTF-8; save it as CSV or TOML.").format(file=shown(str(name))))
        found.append((name, text))
    return found
