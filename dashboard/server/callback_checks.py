"""Whether a page could have asked a callback so: its parts are those declared, each value one its control can have.

Checked by registration: what a control may be set to is what `allowed` of its page accepts in an address.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dash import Dash

from scidip.dashboard.core.page import ListOf

if TYPE_CHECKING:
    from scidip.dashboard.core.context import Context

LONGEST = 8_000
"""Characters of a text that a page sends at most; an address is no longer."""
MOST_LISTED = 400
"""Things in a list at most: all countries of a choice of several, all parts of a pattern."""
COUNTS = ("n_clicks", "n_submit", "n_intervals")
LARGEST_COUNT = 2**53
_THEMES = ("light", "dark")
Fits = Callable[[Any], bool]


class Asked:
    """The callbacks of an application, and what its pages may ask of them."""

    def __init__(self, app: Dash, ctx: "Context", pages: Sequence[ModuleType]) -> None:
        self._app, self._ctx = app, ctx
        self._pages = {m.PAGE.name: m for m in pages}

    def wrong(self, body: Any) -> str:
        """Return what is wrong with a request, in a few words for the log; nothing when a page could ask it."""
        if not isinstance(body, dict) or not isinstance(body.get("output"), str):
            return "no callback is named"
        known = self._app.callback_map.get(body["output"])
        if known is None or "callback" not in known:
            return "no page has that callback"
        for part in ("inputs", "state"):
            if not self._all_fit(known[part], body.get(part, [])):
                return f"its {part} are none that a page sends"
        if not _are_outputs(body.get("outputs"), body["output"]):
            return "its outputs are not those of the callback"
        if not _patterns_agree([*body.get("inputs", []), *body.get("state", []), *_each(body["outputs"])]):
            return "its patterns name different parts"
        return "" if _are_names(body.get("changedPropIds", [])) else "what changed is no list of names"

    def _all_fit(self, declared: Any, given: Any) -> bool:
        if not isinstance(given, list) or len(given) != len(declared):
            return False
        return all(self._fits(d, g) for d, g in zip(declared, given, strict=True))

    def _fits(self, declared: Mapping[str, Any], given: Any) -> bool:
        """Return whether a part is the declared one, with a value its control can have."""
        name = declared["id"]
        if name.startswith("{"):
            pattern = json.loads(name)
            parts = given if isinstance(given, list) else [given]
            return len(parts) <= MOST_LISTED and all(
                _is_part(p, declared) and _matches(p["id"], pattern) and _fits_pattern(p) for p in parts
            )
        if not _is_part(given, declared) or given.get("id") != name:
            return False
        return self._value_fits(name, declared["property"], given.get("value"))

    def _value_fits(self, name: str, prop: str, value: Any) -> bool:
        if prop in COUNTS:
            return value is None or _is_count(value)
        if name == "theme":
            return value in _THEMES
        page, field = self._field(name)
        if page is not None:
            empty = prop == "data" and value is None  # a control can be emptied, a store is not
            return not empty and _fits_field(page, self._ctx, field, value)
        if name == "_pages_location":
            return _is_text(value) and (prop != "pathname" or value.startswith("/"))
        if prop == "value":
            return _is_text(value) or value is None
        if name.endswith("-drawn"):
            return value is None or _is_note(value)
        return prop == "data" and _is_plain(value)

    def _field(self, name: str) -> tuple[ModuleType | None, str]:
        """Return the page and the field of its state that a control sets; None for other parts of a page."""
        for known, page in self._pages.items():
            field = name.removeprefix(f"{known}-")
            if field != name and field in page.State.__dataclass_fields__:
                return page, field
        return None, ""


def _is_part(given: Any, declared: Mapping[str, Any]) -> bool:
    return isinstance(given, dict) and given.get("property") == declared["property"] and "id" in given


def _matches(given: Any, pattern: Mapping[str, Any]) -> bool:
    """Return whether an id is one that a pattern means."""
    if not isinstance(given, dict) or given.keys() != pattern.keys():
        return False
    return all(isinstance(v, list) or given[k] == v for k, v in pattern.items()) and all(
        _is_text(v) or _is_count(v) for v in given.values()
    )


def _fits_pattern(part: Mapping[str, Any]) -> bool:
    """Return whether a part of a pattern has a value of its kind: its own id, a point on a slider, a count."""
    value = part.get("value")
    if part["property"] == "id":
        return bool(value == part["id"])
    return value is None or (_is_count(value) and (part["property"] in COUNTS or value <= 100))


def _fits_field(page: ModuleType, ctx: "Context", field: str, value: Any) -> bool:
    """Return whether an address of *page* could hold the value: numbers as text, several with commas between."""
    if isinstance(value, list):
        if not isinstance(_allowed(page, ctx).get(field), ListOf):
            return False
        if len(value) > MOST_LISTED or not all(_is_text(v) and "," not in v for v in value):
            return False
        value = ",".join(value)
    if value is None:
        # A control that can be emptied stands for an empty text; a year cannot be emptied.
        return page.State.__annotations__[field] in ("str", str) and _accepts(page, ctx, field, "")
    text = str(value) if type(value) is int and _is_count(value) else value
    numeric = page.State.__annotations__[field] not in ("str", str)
    return _is_text(text) and not (numeric and text == "") and _accepts(page, ctx, field, text)


def _accepts(page: ModuleType, ctx: "Context", field: str, text: str) -> bool:
    if page.PAGE.needs_scores and not ctx.years:
        return False
    return not page.State.from_query({field: text}, _allowed(page, ctx))[1]


def _allowed(page: ModuleType, ctx: "Context") -> Mapping[str, Any]:
    """Return what each field of a page may be; asked for each control of each request, so read once."""
    found: Mapping[str, Any] = ctx.remembered(("allowed", page.__name__), lambda: page.allowed(ctx))
    return found


def _are_outputs(given: Any, output: str) -> bool:
    """Return whether the outputs have the ids and properties that the callback's name holds."""
    several = output.startswith("..")
    names = output.strip(".").split("...") if several else [output]
    parts = given if several else [given]
    if not isinstance(parts, list) or len(parts) != len(names):
        return False
    return all(_is_output(p, n.partition("@")[0]) for p, n in zip(parts, names, strict=True))


def _is_output(given: Any, name: str) -> bool:
    component, _, prop = name.rpartition(".")
    if component.startswith("{"):
        pattern = json.loads(component)
        each = given if isinstance(given, list) else [given]
        return len(each) <= MOST_LISTED and all(
            isinstance(p, dict) and _bare(p.get("property")) == prop and _matches(p.get("id"), pattern) for p in each
        )
    return isinstance(given, dict) and given.get("id") == component and _bare(given.get("property")) == prop


def _bare(prop: Any) -> Any:
    """Return a property without the mark of an output that several callbacks write."""
    return prop.partition("@")[0] if isinstance(prop, str) else prop


def _are_names(given: Any) -> bool:
    return isinstance(given, list) and len(given) <= MOST_LISTED and all(_is_text(v) for v in given)


def _each(outputs: Any) -> list[Any]:
    return outputs if isinstance(outputs, list) else [outputs]


def _patterns_agree(parts: list[Any]) -> bool:
    """Return whether all lists of parts that patterns mean are of the same things, in one order."""
    kinds = [[{**p["id"], "type": ""} for p in part] for part in parts if isinstance(part, list)]
    return all(kind == kinds[0] for kind in kinds)


def _is_note(value: Any) -> bool:
    """Return whether this is what a browser remembers of a map (`map_patch.note_of`)."""
    moving = value.get("moving", {}) if isinstance(value, dict) else None
    return (
        isinstance(moving, dict)
        and len(moving) <= MOST_LISTED
        and all(map(_is_text, moving.values()))
        and _is_plain(value)
    )


def _is_text(value: Any) -> bool:
    """Return whether this is a text that can be written: no half of a character."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_COUNT


def _is_plain(value: Any) -> bool:
    """Return whether a store's content is JSON that can be written; what it means is for its page to judge."""
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return True
