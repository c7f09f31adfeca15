"""What a page is: its place in the site, and its state, which is the query string of its address."""

import types
import typing
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self
from urllib.parse import urlencode

from scidip.indicators.agency.profile import Agency
from scidip.indicators.language.current import N_, _

SITE = N_("Science and Technology Diplomacy Observatory")
SHOWN = 40
"""Characters of a refused value that a notice repeats."""


@dataclass(frozen=True)
class Page:
    """The place of a page in the site."""

    path: str
    title: str
    order: int
    in_menu: bool = True
    needs_scores: bool = True
    """Whether the page has nothing to say about a database without scores."""

    has_map: bool = False
    """Whether the page shows a map in its usual view, "map"."""

    asks_touched: bool = False
    """Whether an answer also depends on which control was touched, not only on what all of them say."""

    own_index: Literal["never", "if varied", "always"] = "never"
    """Whether an index of one's own has the page too; "if varied": only where it can be scored anew."""

    is_private: bool = False
    """Whether its address holds what belongs to the visitor: no answer is kept, and the log leaves the query out."""

    @property
    def name(self) -> str:
        """The page in ids: "overview" for "/"."""
        return self.path.strip("/").replace("/", "-") or "overview"

    def address(self, state: "PageState", title: str | None = None) -> dict[str, Any]:
        """Return what the browser writes as the address, and as the tab's title unless there is none."""
        return {"path": self.path, "query": state.to_query(), "title": title}


def site_name(agency: Agency) -> str:
    """Return what this copy is called: as its *agency* says, else as the project is."""
    return agency.name.said() or _(SITE)


def site_title(name: str, agency: Agency) -> str:
    """Return the title of a browser's tab: "Chile · Science and Technology Diplomacy Observatory"."""
    return f"{name} · {site_name(agency)}"


def make_id(page: Page) -> Callable[[str], str]:
    """Return the function that makes component ids of *page*: "chart" becomes "country-chart"."""
    return lambda part: f"{page.name}-{part}"


Allowed = Mapping[str, Container[Any]]
"""The values a field may have, by field. A field that is not listed takes anything of its type."""


@dataclass(frozen=True)
class ListOf:
    """The comma lists of at most *most* different values out of *known*, the empty list included."""

    known: Collection[str]
    most: int

    def __contains__(self, text: object) -> bool:
        """Return whether *text* is such a list."""
        parts = split(text) if isinstance(text, str) else [""]
        unique = len(parts) == len(set(parts)) <= self.most
        return unique and all(p in self.known for p in parts)


def split(text: str) -> list[str]:
    """Return the values of a comma list; none for the empty text."""
    return text.split(",") if text else []


@dataclass(frozen=True)
class PageState:
    """Base of the pages' states: a field's name is its name in the address, its default is left out."""

    @classmethod
    def from_query(cls, query: Mapping[str, Any], allowed: Allowed | None = None) -> tuple[Self, list[str]]:
        """Return the state a query string asks for, and a sentence for each value that was refused.

        Unknown keys are ignored: links from other versions keep working.
        """
        hints = _hints(cls)
        accepted: dict[str, Any] = {}
        notices: list[str] = []
        for field in fields(cls):
            if field.name not in query:
                continue
            given = query[field.name]
            try:
                value = _typed(given, hints[field.name])
                if allowed and field.name in allowed and value not in allowed[field.name]:
                    raise ValueError("not among the accepted values")
                accepted[field.name] = value
            except ValueError:
                notices.append(_refusal(field.name, given))
        return cls(**accepted), notices

    def to_query(self) -> str:
        """Return the query string of the state with its "?", or "" when every value is the default."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return f"?{urlencode(given, safe=',')}" if given else ""


def _hints(state: type) -> dict[str, Any]:
    """Return the types of the fields of a page's state, read once: that takes longer than all else of an address."""
    if state not in _HINTS:
        _HINTS[state] = typing.get_type_hints(state)
    return _HINTS[state]


_HINTS: typing.Final[dict[type, dict[str, Any]]] = {}


def _typed(given: Any, hint: Any) -> Any:
    """Return *given* as str, int, or None for an empty optional value; ValueError when it is neither."""
    if not isinstance(given, str):
        raise ValueError("given more than once")
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if given == "" and type(None) in kinds:
        return None
    # isascii: int() also reads digits of other scripts, and underscores
    if int in kinds:
        if not (given.isascii() and given.isdigit() and len(given) < 6):
            raise ValueError("not a whole number")
        return int(given)
    return given


def _refusal(name: str, given: Any) -> str:
    text = " ".join(str(given if isinstance(given, str) else ", ".join(map(str, given))).split())
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    words = _("The address asks for {name} “{value}”, which is not known here. The usual view is shown instead.")
    return words.format(name=name, value=short)
