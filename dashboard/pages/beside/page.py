"""Two indices side by side: the one that is shown, and another of the user's own or the published one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import Page, PageState, make_id
from scidip.dashboard.widgets import components
from scidip.figures import comparisons
from scidip.figures.text import numbers
from scidip.figures.theme import Mode
from scidip.findings.beside import exhibits
from scidip.findings.beside.sides import FIRST, SECOND, Beside
from scidip.indicators.language.current import N_, _

PAGE = Page(path="/beside", title=N_("Two indices"), order=27, own_index="always")
ID = make_id(PAGE)
NAMED = 4
"""Units named in the chart: those whose places differ most."""


@dataclass(frozen=True)
class State(PageState):
    """The address holds nothing: which two are shown is said when the server starts."""


def exists(ctx: Context) -> bool:
    """Return whether there is another index to show."""
    return ctx.beside is not None


def allowed(_ctx: Context) -> Mapping[str, Any]:
    """Return what each part of the address may be: it has none."""
    return {}


def layout(ctx: Context, _state: State) -> Component:
    """Return the page."""
    beside = _of(ctx)
    names = {"first": beside.first.name, "second": beside.second.name}
    lede = [exhibits.certainty(beside), *exhibits.only(beside)]
    return html.Div(
        [
            html.Div(
                [
                    html.P(_("{first} beside {second}").format(**names), className="kicker"),
                    html.H1(exhibits.finding(beside)),
                    *(html.P(text, className="lede" if k == 0 else "note") for k, text in enumerate(lede)),
                ],
                className="headline",
            ),
            html.Div([html.Div(chart(ctx, components.mode()), id=ID("against")), _table(beside)], id=ID("body")),
        ]
    )


def _of(ctx: Context) -> Beside:
    assert ctx.beside is not None  # else the page does not exist
    return ctx.beside


def chart(ctx: Context, mode: Mode) -> Component:
    """Return the scores of the units in both against each other."""
    beside = _of(ctx)
    both = beside.both
    frame = both.reset_index(names="ref_area").assign(
        x=both[f"score_{FIRST}"].to_numpy(),
        y=both[f"score_{SECOND}"].to_numpy(),
        text=[_hover(beside, row) for _key, row in both.iterrows()],
    )
    far = both["difference"].abs().sort_values(ascending=False, kind="stable").head(NAMED)
    axes = (_words(beside.first.name, beside.first.year), _words(beside.second.name, beside.second.year))
    figure = comparisons.scatter(frame, mode, [str(key) for key in far.index], *axes)
    alt = _("Score in {first} across, in {second} upwards, a mark for each unit; the table below holds the figures.")
    return components.titled(
        _("Scores in both"),
        _("{x} across, {y} upwards; named: where the places differ most").format(x=axes[0], y=axes[1]),
        components.graph(ID("chart"), figure, alt.format(first=beside.first.name, second=beside.second.name)),
        _source(beside),
    )


def _words(name: str, year: int) -> str:
    return _("Score in {name}, {year}").format(name=name, year=year)


def _hover(beside: Beside, row: Any) -> str:
    said = [f"{side.name}: {exhibits.rank_of(row, end)}" for side, end in _sides(beside)]
    return "<br>".join([str(row["name"]), *said])


def _sides(beside: Beside) -> tuple[tuple[Any, str], ...]:
    return (beside.first, FIRST), (beside.second, SECOND)


def _table(beside: Beside) -> Component:
    head = [
        _("Unit compared"),
        *(
            words.format(name=side.name)
            for side, _end in _sides(beside)
            for words in (_("Rank in {name}"), _("Score in {name}"))
        ),
        _("Difference in place"),
        _("Ranges overlap"),
    ]
    rows = [
        [
            row["name"],
            *(text for _side, end in _sides(beside) for text in (exhibits.rank_of(row, end), _score(row, end))),
            _change(row["difference"]),
            _overlap(row["overlap"]),
        ]
        for _key, row in beside.frame.iterrows()
    ]
    values = exhibits.table(beside)
    return components.titled(
        _("Every unit"),
        _(
            "Ranks with their ranges in 90 % of simulated methods; differences (+: further down in the second) and "
            "whether ranges overlap are among the units ranked in both"
        ),
        components.data_table(str(values.caption), head, rows, values, "stack"),
        _source(beside),
    )


def _score(row: Any, end: str) -> str:
    score = row[f"score_{end}"]
    return numbers.score(score) if numbers.known(score) else "–"


def _change(places: float) -> str:
    if not numbers.known(places):
        return "–"
    return "0" if round(places) == 0 else f"{'+' if places > 0 else '−'}{abs(round(places))}"


def _overlap(overlap: float) -> str:
    if not numbers.known(overlap):
        return "–"
    return _("yes") if overlap else _("no")


def _source(beside: Beside) -> str:
    words = _("{name}: scores of {year}, data version {version}; licence: {licence}.")
    return " ".join(
        words.format(name=side.name, year=side.year, version=side.version, licence=_(side.licence))
        for side, _end in _sides(beside)
    )


def register(app: Dash, ctx: Context) -> None:
    """Register the callback: the theme redraws the chart."""

    @app.callback(Output(ID("against"), "children"), Input("theme", "data"), prevent_initial_call=True)
    def redraw(theme: Mode) -> Component:
        return chart(ctx, theme)
