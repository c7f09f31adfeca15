"""What the pages let the browser do by itself: write their address, and open what is clicked in a chart."""

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc
from dash.development.base_component import Component

MakeId = Callable[[str], str]


def address_stores(make: MakeId, address: dict[str, Any]) -> list[Component]:
    """Return where a page keeps its *address* (of `Page.address`), for `write_address` to take it from."""
    return [dcc.Store(id=make("url"), data=address), dcc.Store(id=make("done"))]


def write_address(app: Dash, make: MakeId) -> None:
    """Have the browser write a page's address, and its title if it has one, whenever its state changes."""
    app.clientside_callback(
        ClientsideFunction("scidip", "replace"),
        Output(make("done"), "data"),
        Input(make("url"), "data"),
    )


def open_clicked(app: Dash, chart: str) -> None:
    """Have the browser open the page of whatever is clicked in the *chart* of that id."""
    app.clientside_callback(
        ClientsideFunction("scidip", "openPoint"),
        Output(chart, "clickData"),
        Input(chart, "clickData"),
        prevent_initial_call=True,
    )
