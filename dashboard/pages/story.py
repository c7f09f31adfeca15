"""A story: its steps with every number checked, to be read, played as a presentation, and taken along."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core import view_list
from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria
from scidip.dashboard.core.page import Page, PageState
from scidip.dashboard.core.view_list import View
from scidip.dashboard.widgets import components
from scidip.findings.claims.check import evidence_of
from scidip.findings.stories.told import STATES, Said, Told, ToldStep, tell
from scidip.indicators.language.current import ENGLISH, N_, _, current
from scidip.indicators.stories.story import CONCERNS, STEPS, Story, in_language
from scidip.publish.briefs.making import FORMATS

PAGE = Page(path="/story", title=N_("Story"), order=49, in_menu=False)


@dataclass(frozen=True)
class State(PageState):
    """The address: /story?name=water, or one step of it as it is played, /story?name=water&step=2."""

    name: str = ""
    step: int | None = None


def allowed(ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be."""
    return {"name": {"", *ctx.stories}, "step": [None, *range(1, STEPS[1] + 1)]}


def title(ctx: Context, query: Mapping[str, Any]) -> str:
    """Return the page's title: that of the story."""
    found = ctx.stories.get(str(query.get("name")))
    return in_language(found.title) if found else _(PAGE.title)


def layout(ctx: Context, state: State) -> Component:
    """Return a story, or one step of it; without a name where the stories are."""
    if state.name not in ctx.stories:
        return html.Div(
            [
                html.P(_("Story"), className="kicker"),
                html.H1(_("Choose a story.")),
                html.P(dcc.Link(_("All stories"), href="/stories")),
            ],
            className="headline",
        )
    story = ctx.stories[state.name]
    told: Told = ctx.remembered(("story", story.name), lambda: tell(story, evidence_of(ctx)))
    shown = [s for s in told.steps if state.step in (None, s.number)] or list(told.steps)
    if state.step is not None and len(shown) == 1:
        return html.Div(_slide(told, shown[0]), className="story story-slide")
    return html.Div(
        [
            html.Div(_head(ctx, told), className="headline"),
            html.Ol([html.Li(_step(step)) for step in shown], className="story story-steps"),
            html.P(_("Data version {version}.").format(version=ctx.data_version), className="figure-footer"),
        ]
    )


def _head(ctx: Context, told: Told) -> list[Component]:
    wrong, story = len(told.wrong), told.story
    notices = []
    if wrong:
        words = _("Sentences that the figures no longer carry: {n}. Each is marked.")
        notices.append(components.notice(words.format(n=wrong)))
    if current().code not in story.title:
        notices.append(components.notice(_("This story is not translated yet: its sentences stand in English.")))
    if story.version not in ("", ctx.data_version):
        words = _("Written with the figures of version {then}; every number is checked here on version {now}.")
        notices.append(components.notice(words.format(then=story.version, now=ctx.data_version)))
    return [
        html.P(_(CONCERNS[story.concern]), className="kicker"),
        html.H1(told.title),
        html.P(told.summary, className="lede"),
        *notices,
        html.P(
            [html.A(_("Play it"), href=played(ctx, story), className="brief-link"), *_files(story)],
            className="brief-links",
        ),
    ]


def played(ctx: Context, story: Story) -> str:
    """Return the address at which a story plays: each step, then the view that shows it."""
    views = []
    for number, step in enumerate(story.steps, 1):
        views.append(View(f"/story?name={story.name}&step={number}"))
        if number == len(story.steps) or story.steps[number].view != step.view:
            views.append(view_list.with_version(View(step.view), ctx.data_version, story.version))
    return f"/present?views={view_list.encoded(view_list.to_text(views))}"


def _files(story: Story) -> list[Component]:
    language = "" if current() is ENGLISH else f"&lang={current().code}"
    return [
        html.A(
            known.label,
            href=f"/download/story.{code}?name={story.name}{language}",
            className="brief-link",
            **aria(label=_("Story as {format}").format(format=known.label)),
        )
        for code, known in FORMATS.items()
    ]


def _slide(told: Told, step: ToldStep) -> list[Component]:
    place = _("{title}, step {n} of {all}").format(title=told.title, n=step.number, all=len(told.steps))
    return [html.Div([html.P(place, className="kicker"), html.H1(step.title)], className="headline"), *_body(step)]


def _step(step: ToldStep) -> Component:
    return html.Section([html.H2(step.title), *_body(step), _view(step)])


def _body(step: ToldStep) -> list[Component]:
    counter = [html.P(_("The strongest reading against it"), className="story-counter")] if step.step.is_counter else []
    sources = _("Sources: {sources}.").format(sources="; ".join(step.origins))
    return [
        *counter,
        *(_sentence(one) for one in step.said),
        *([html.P(sources, className="figure-footer")] if step.origins else []),
    ]


def _sentence(one: Said) -> Component:
    if one.state == "plain":
        return html.P(one.text)
    state = _(STATES[one.state])
    mark = html.A(state, href=one.link, className="story-mark", title=one.why) if one.link else html.Span(state)
    if one.is_true:
        return html.P([one.text, " ", mark])
    return html.P(
        [html.Span(one.text, className="story-wrong"), " ", html.Strong([mark, ": "]), one.why], className="notice"
    )


def _view(step: ToldStep) -> Component:
    return html.P(dcc.Link(_("See it"), href=step.step.view))


def register(app: Dash, ctx: Context) -> None:
    """Register nothing: the page does not change once it is drawn."""
