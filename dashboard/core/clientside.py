"""What the pages let the browser do by itself: write their address, and open what is clicked in a chart."""

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc
from dash.dependencies import DashDependency
from dash.development.base_component import Component

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
