"""What the pages let the browser do by itself: write their address, open what is clicked in a chart, ask for parts."""

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.dependencies import DashDependency
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from scidip.dashboard.core.fast_html import for_scripts
from scidip.indicators.language.current import _

MakeId = Callable[[str], str]


def address_stores(make: MakeId, address: dict[str, Any]) -> list[Component]:
    """Return where a page keeps its *address* (of `Page.address`), for `write_address` to take it from."""
    return [dcc.Store(id=make("url"), data=address), dcc.Store(id=make("done"))]


def in_browser(app: Dash, function: str, *places: DashDependency, prevent_initial_call: bool = False) -> None:
    """Register a callback that a *function* of `assets` answers in the browser."""
    answer = ClientsideFunction("scidip", function)
    register: Callable[..., None] = app.clientside_callback
    register(answer, *places, prevent_initial_call=prevent_initial_call)


def write_address(app: Dash, make: MakeId) -> None:
    """Have the browser write a page's address, and its title if it has one, whenever its state changes."""
    in_browser(app, "replace", Output(make("done"), "data"), Input(make("url"), "data"))


def open_clicked(app: Dash, chart: str) -> None:
    """Have the browser open the page of whatever is clicked in the *chart* of that id."""
    in_browser(app, "openPoint", Output(chart, "clickData"), Input(chart, "clickData"), prevent_initial_call=True)


def part(make: MakeId, name: str, shown: list[Component] | None) -> Component:
    """Return a part of a page: what it shows, or a place that waits for it, which `assets/parts.js` asks for.

    A long page comes in parts, so that its beginning does not wait for its end.
    """
    waiting = [html.P(_("This part of the page is being made …"), className="part-waiting muted")]
    return html.Div(
        [
            dcc.Store(id=make(f"ask-{name}"), data=0 if shown is None else 1),
            html.Div(waiting if shown is None else shown, id=make(f"part-{name}")),
        ],
        id=name,
        **for_scripts(ask=make(f"ask-{name}")),
    )


def register_part(
    app: Dash, make: MakeId, name: str, made: Callable[..., list[Component]], *state: DashDependency
) -> None:
    """Register what answers for a part: *made* of the *state*, and again when an input of it changes."""

    @app.callback(
        Output(make(f"part-{name}"), "children"), Input(make(f"ask-{name}"), "data"), *state, prevent_initial_call=True
    )
    def answer(asked: int | None, *values: Any) -> list[Component]:
        if not asked:
            raise PreventUpdate
        return made(*values)
