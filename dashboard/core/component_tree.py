"""Reading components: those of Dash and the plain dictionaries of `dashboard.core.fast_html` alike."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from dash.development.base_component import Component

from scidip.findings.exhibit import Table

_VALUES = "_exhibit_table"
"""The attribute of a component, which is not sent to the browser, that holds the values of a table."""


def kind(node: Any) -> str:
    """Return the kind of a component, "Table"; nothing for text and lists."""
    if isinstance(node, Component):
        return type(node).__name__
    return str(node.get("type", "")) if isinstance(node, dict) else ""


def of(node: Any, name: str) -> Any:
    """Return a property of a component, None when it is not set."""
    if isinstance(node, Component):
        return getattr(node, name, None)
    return node.get("props", {}).get(name) if isinstance(node, dict) else None


def classes(node: Any) -> list[str]:
    """Return the classes of a component."""
    return str(of(node, "className") or "").split()


def parts(node: Any) -> Sequence[Any]:
    """Return what a component, or a list, holds."""
    inner = node if isinstance(node, list | tuple) else of(node, "children")
    if inner is None:
        return ()
    return inner if isinstance(inner, list | tuple) else (inner,)


def text(node: Any, without: Collection[str] = ()) -> str:
    """Return the words of a component in one line, less what only decorates.

    Elements that follow each other are parted by a space; what has one of the classes *without* is left out.
    """
    # Not split(): the spaces within numbers of other languages are none that may be broken.
    return re.sub(r"[ \t\r\n]+", " ", _text(node, without)).strip(" ")


def _text(node: Any, without: Collection[str]) -> str:
    if isinstance(node, str | int | float):
        return str(node)
    if of(node, "aria-hidden") == "true" or (without and not set(without).isdisjoint(classes(node))):
        return ""
    said, after_element = "", False
    for child in parts(node):
        is_element = bool(kind(child))
        words = _text(child, without)
        said += (" " if is_element and after_element and words else "") + words
        after_element = is_element or (after_element and not words)
    return said


def holding(table: Component, values: Table | Callable[[], Table]) -> Component:
    """Return a table of a page with the values it shows, which are what is saved of it.

    Of long tables, with what makes the values when they are asked for: most views of a page are never saved.
    """
    setattr(table, _VALUES, values)
    return table


def values_of(table: Any) -> Table | None:
    """Return the values that a table of a page shows; None of a table without."""
    values = getattr(table, _VALUES, None)
    return values() if callable(values) else values
