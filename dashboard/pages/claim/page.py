"""Claims: write a sentence about countries, and see whether the figures support it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core import clientside
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.pages.claim import sections as view
from scidip.findings.claims import check as claims
from scidip.indicators.claims.claim import EXAMPLES, ClaimError
from scidip.indicators.language.current import ENGLISH, N_, _, current

PAGE = Page(path="/claim", title=N_("Claims"), order=47, own_index="if varied")
ID = make_id(PAGE)


@dataclass(frozen=True)
class State(PageState):
    """The address holds the claim: /claim?text=Portugal+ranks+above+Greece+in+2022."""

    text: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return no limits: what is not understood is told where the answer would stand."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page, its claim already checked."""
    return html.Div(
        [
            html.P(_("Claim checker"), className="kicker claim-kicker"),
            html.Div(
                [
                    dmc.TextInput(
                        id=ID("text"),
                        label=_("A claim about countries, in one sentence"),
                        value=state.text,
                        size="md",
                        className="control claim-box",
                        placeholder=EXAMPLES[0],
                    ),
                    html.Button(_("Check"), id=ID("check"), type="button", className="claim-check"),
                ],
                className="claim-form",
                role="search",
                **aria(label=_("Check a claim")),
            ),
            view.grammar(),
            *(
                []
                if current() is ENGLISH
                else [
                    html.P(_("Claims are read in English for now; the answer is in your language."), className="muted")
                ]
            ),
            dcc.Loading(
                html.Div(answer(ctx, state.text), id=ID("answer"), **aria(live="polite")), type="dot", delay_show=400
            ),
            *clientside.address_stores(ID, address(state.text)),
        ]
    )


def address(text: str) -> dict[str, Any]:
    """Return what the browser writes as the address."""
    return PAGE.address(State(text))


def answer(ctx: Context, text: str) -> list[Component]:
    """Return the verdict on a claim with its evidence; where it was not understood, that; else the examples."""
    if not text.strip():
        return view.empty()
    known = claims.evidence_of(ctx)
    try:
        return view.verdict(claims.check(text, known), known, ctx.prefix)
    except ClaimError as error:
        return view.not_understood(error)


def register(app: Dash, ctx: Context) -> None:
    """Register the callbacks: Enter or the button checks the claim and writes it into the address."""

    @app.callback(
        Output(ID("answer"), "children"),
        Output(ID("url"), "data"),
        Input(ID("check"), "n_clicks"),
        Input(ID("text"), "n_submit"),
        dash.State(ID("text"), "value"),
        prevent_initial_call=True,
    )
    def check(_clicks: int, _submits: int, text: str | None) -> tuple[list[Component], Any]:
        return answer(ctx, text or ""), address((text or "").strip())

    clientside.write_address(app, ID)
