"""Glossary: what the terms mean here, one line each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState
from scidip.figures.text.sentences import opening
from scidip.indicators.glossary import TERMS, Term
from scidip.indicators.language.current import N_, _, sorting

PAGE = Page(path="/glossary", title=N_("Glossary"), order=95, in_menu=False, needs_scores=False, own_index="always")


@dataclass(frozen=True)
class State(PageState):
    """The address: /glossary?term=carried."""

    term: str = ""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"term": {"", *(t.key for t in TERMS)}}


def title(ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the page's title: the term that is asked for."""
    asked = next((t for t in TERMS if t.key == query.get("term")), None)
    return opening(_(asked.name)) if asked else _(PAGE.title)


def layout(ctx: Context, state: State) -> Component:
    """Return the page: the term that is asked for first, then all of them by name."""
    asked = next((t for t in TERMS if t.key == state.term), None)
    by_name = sorted(TERMS, key=lambda t: sorting(_(t.name)))
    return html.Div(
        [
            html.Div(_asked(asked) if asked else _unasked(), className="headline"),
            html.Dl([part for term in by_name for part in _entry(term, is_asked=term == asked)], className="glossary"),
        ]
    )


def _asked(term: Term) -> list[Component]:
    return [
        html.P(_("Glossary"), className="kicker"),
        html.H1(opening(_(term.name))),
        html.P(_(term.meaning), className="lede definition"),
    ]


def _unasked() -> list[Component]:
    words = _("Terms of the OECD/JRC handbook on composite indicators and of SDMX, as they are used here.")
    return [
        html.P(_("Glossary"), className="kicker"),
        html.H1(_("One word for each thing, the same everywhere.")),
        html.P(words, className="lede"),
    ]


def _entry(term: Term, *, is_asked: bool) -> list[Component]:
    mark = "glossary-asked" if is_asked else ""
    return [
        html.Dt(opening(_(term.name)), id=f"term-{term.key}", className=mark),
        html.Dd(_(term.meaning), className=mark),
    ]


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""
