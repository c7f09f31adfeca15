"""Stories: short texts on the concerns of science diplomacy, each number checked on the figures that serve."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState
from scidip.indicators.language.current import N_, _
from scidip.indicators.stories.story import CONCERNS, Story, in_language

PAGE = Page(path="/stories", title=N_("Stories"), order=48, in_menu=False)


@dataclass(frozen=True)
class State(PageState):
    """The address: /stories."""


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return no limits: the address asks nothing."""
    return {}


def layout(ctx: Context, state: State) -> Component:
    """Return the list of stories."""
    lede = _(
        "Each is told in a few steps, with the views that show it and the strongest reading against it. Every sentence "
        "with a number is a claim that is checked on the figures that serve; one that no longer holds is marked."
    )
    order = list(CONCERNS)
    stories = sorted(ctx.stories.values(), key=lambda s: (order.index(s.concern), s.name))
    return html.Div(
        [
            html.Div(
                [
                    html.P(_("Stories"), className="kicker"),
                    html.H1(_("What the figures tell, and what speaks against it")),
                    html.P(lede, className="lede"),
                ],
                className="headline",
            ),
            html.Ul([html.Li(_entry(story)) for story in stories], className="story-list"),
        ]
    )


def _entry(story: Story) -> Component:
    return html.Article(
        [
            html.P(_(CONCERNS[story.concern]), className="kicker"),
            html.H2(dcc.Link(in_language(story.title), href=f"/story?name={story.name}")),
            html.P(in_language(story.summary)),
        ]
    )


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""
