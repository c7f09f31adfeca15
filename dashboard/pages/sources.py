"""Sources: how each one renews, when it last did, how new its figures are, and what is to be done by hand."""

from collections.abc import Mapping
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
LIVE, CLOSED = "live", "by_hand"


@dataclass(frozen=True)
class State(PageState):
    """The page has no choices: it is a report."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: nothing is asked."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the page."""
    held = exhibits.renewals(ctx)
    return html.Div([_headline(held), _table(held)])


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""


def _headline(held: Table) -> Component:
    records = held.records()
    live = sum(r["renewal"] == LIVE for r in records)
    due = overdue(records, works.today().isoformat())
    words = _("{live} of {all} sources are fetched by a program; {hand} need a hand.")
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


def _table(held: Table) -> Component:
    head = [c.head for c in held.columns[1:]]
    rows = [html.Tr(_cells(held, record)) for record in held.records()]
    return save_menu.whole_table(
        _("How each source renews"),
        _("Newest figure and vintage, last try, next edition expected, and the steps where no program can fetch it"),
        head,
        rows,
        held,
    )


def _cells(held: Table, record: Mapping[str, Any]) -> list[Component]:
    shown = {c.key: c.write(record[c.key]) for c in held.columns}
    late = shown["last_status"] if record["last_status"] in ("failed", "held") else ""
    return [
        html.Th(shown["source"], scope="row"),
        html.Td(shown["renewal"]),
        html.Td(shown["newest_period"], className="num"),
        html.Td(shown["vintage"]),
        html.Td(shown["retrieved"], className="num"),
        html.Td(shown["last_tried"], className="num"),
        html.Td(html.B(late) if late else shown["last_status"]),
        html.Td(shown["last_success"], className="num"),
        html.Td(shown["next_edition"], className="num"),
        html.Td(shown["by_hand"], className="note"),
    ]
