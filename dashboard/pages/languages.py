"""Languages: which there are, how complete each is, and what a machine has drafted that nobody has read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import Dash, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import for_scripts
from scidip.dashboard.core.languages import FIELD
from scidip.dashboard.core.page import Page, PageState
from scidip.dashboard.widgets import components
from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, Table
from scidip.indicators.language.current import ENGLISH, N_, _
from scidip.indicators.language.po_files import DRAFT

PAGE = Page(path="/languages", title=N_("Languages"), order=96, in_menu=False, needs_scores=False, own_index="always")
COLUMNS: Final = (
    Column("language", N_("Language"), "text"),
    Column("code", N_("Code"), "text"),
    Column("messages", N_("Messages"), "integer"),
    Column("drafted", N_("Drafted by machine, not yet read"), "integer"),
)


@dataclass(frozen=True)
class State(PageState):
    """The address: /languages."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {}


def table(ctx: Context) -> Table:
    """Return a row for each language: its own name, its code, its messages, and how many are drafts."""
    most = max((language.count for language in ctx.languages.values()), default=0)
    rows = tuple(
        (one.name, code, most if one.code == ENGLISH.code else one.count, one.drafted)
        for code, one in ctx.languages.items()
    )
    return Table(N_("Languages of the screens, briefings and slides"), COLUMNS, rows)


def layout(ctx: Context, state: State) -> Component:
    """Return the page: the languages, and how to mend what is wrong in one."""
    shown = table(ctx)
    rows = [
        [html.A(name, href=f"?{FIELD}={code}", lang=code, **for_scripts(language=code)), code, *map(_count, counts)]
        for name, code, *counts in shown.rows
    ]
    listed = components.data_table(_(str(shown.caption)), [c.head for c in shown.columns], rows, shown, "stack")
    return html.Div(
        [
            html.Div(
                [
                    html.P(_("Languages"), className="kicker"),
                    html.H1(_("Who reads a language well can mend it.")),
                    html.P(_lede(ctx), className="lede"),
                ],
                className="headline",
            ),
            components.titled(
                _("{n} languages").format(n=len(shown.rows)),
                _("Messages that a machine has drafted are marked so until somebody has read them"),
                listed,
                _("Names of countries are those of ISO 3166 and CLDR; figures are the same in every language."),
                "figure-narrow",
            ),
            _how(),
        ]
    )


def _link(name: str, code: str) -> Component:
    """Return a link to this page in another language."""
    return html.A(name, href=f"?{FIELD}={code}", lang=code, **for_scripts(language=code))


def _count(n: int) -> str:
    return numbers.spoken(f"{n:,}")


def _lede(ctx: Context) -> str:
    drafted = sum(one.drafted > 0 for one in ctx.languages.values())
    if not drafted:
        return _("All messages have been read by somebody.")
    return _(
        "Languages with messages drafted by machine that nobody has read yet: {n}. Mistakes are likely there."
    ).format(n=drafted)


def _how() -> Component:
    steps = (
        _("A language is one file of messages, such as {file}, which any editor of gettext files opens."),
        _("Change what is wrong. Of each message that you have read, take the comment “{draft}” away."),
        _("Send the file to whoever runs this site, or open a change in the project. Reading a tenth helps already."),
        _("Words that keep their sense matter more than fine ones: a proxy stays a proxy, missing is not zero."),
    )
    items = [html.Li(step.format(file="data/languages/es.po", draft=DRAFT)) for step in steps]
    return html.Section([html.H2(_("How to review a language"), className="figure-title"), html.Ol(items)])


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""
