"""Sources: how each one renews, when it last did, how new its figures are, and what is to be done by hand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.widgets import save_menu
from scidip.findings.exhibit import Table
from scidip.findings.exhibits import sources as exhibits
from scidip.indicators.language.current import N_, _, ngettext
from scidip.publish.citation import works

PAGE = Page(path="/sources", title=N_("Sources"), order=85)
ID = make_id(PAGE)
LIVE = "live"
WRONG = ("failed", "held")


@dataclass(frozen=True)
class State(PageState):
    """The page has no choices: it is a report."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: nothing is asked."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    held = exhibits.renewals(ctx)
    due = overdue(held.records(), works.today().isoformat())
    return html.Div([_headline(held, due), _table(held, due), _by_hand(held)])


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""


def _headline(held: Table, due: Collection[str]) -> Component:
    records = held.records()
    live = sum(r["renewal"] == LIVE for r in records)
    words = _("{live} of {all} sources can be fetched by a program; {hand} need a hand.")
    lede = ngettext(
        "{n} source is past the month in which its next edition is expected.",
        "{n} sources are past the month in which their next edition is expected.",
        len(due),
    )
    return html.Div(
        [
            html.P(_("Sources"), className="kicker"),
            html.H1(words.format(live=live, all=len(records), hand=len(records) - live)),
            html.P(
                " ".join(
                    (
                        lede.format(n=len(due)),
                        _("A file or an answer renews what it holds; everything else goes on serving."),
                        _("What differs too much from what serves is held until a human has looked."),
                    )
                ),
                className="lede",
            ),
        ],
        className="headline",
    )


def overdue(records: list[dict[str, Any]], today: str) -> list[str]:
    """Return the codes of the sources whose next edition was expected before this month (or year, as far as known)."""
    dated = [r for r in records if r["next_edition"]]
    return [r["source_id"] for r in dated if r["next_edition"] < today[: len(r["next_edition"])]]


def _table(held: Table, due: Collection[str]) -> Component:
    labels = {c.key: c.head for c in held.columns}
    shown = ("source", "renewal", "newest_period", "vintage", "last_status", "last_tried", "next_edition")
    rows = [html.Tr(_cells(held, record, due)) for record in held.records()]
    return save_menu.whole_table(
        _("How each source renews"),
        _("Newest figure and vintage, how and when it was last renewed, and when the next edition is expected"),
        [labels[key] for key in shown],
        rows,
        held,
    )


def _cells(held: Table, record: Mapping[str, Any], due: Collection[str]) -> list[Component]:
    words = {c.key: c.write(record[c.key]) for c in held.columns}
    late = record["source_id"] in due
    expected: list[Any] = [words["next_edition"], *([html.Span(_("past"), className="tag")] if late else [])]
    return [
        html.Th(words["source"], scope="row"),
        html.Td(words["renewal"]),
        html.Td(words["newest_period"], className="num"),
        html.Td(words["vintage"], className="num"),
        html.Td(html.B(words["last_status"]) if record["last_status"] in WRONG else words["last_status"]),
        html.Td(words["last_tried"], className="num"),
        html.Td(html.Span(expected), className="num"),
    ]


def _by_hand(held: Table) -> Component:
    """Return the steps to the files that no program can fetch."""
    steps = [(r["source"], r["by_hand"]) for r in held.records() if r["by_hand"]]
    lines = [part for name, text in steps for part in (html.Dt(name), html.Dd(f"{text[:1].upper()}{text[1:]}."))]
    return html.Section(
        [
            html.H2(_("What to do by hand"), className="figure-title"),
            html.P(
                _("Their producers offer no file to programs. `scidip ingest SOURCE --file …` reads what was fetched."),
                className="figure-subtitle",
            ),
            html.Dl(lines, className="glossary steps"),
        ],
        className="figure",
    )
