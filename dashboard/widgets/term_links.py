"""Links to the glossary: the first use of each term on a page leads to what it means.

First use in prose, which stands in paragraphs: headlines' second lines, subtitles, notes, footers. What no prose of the
page uses is linked in a heading, a list or the head of a table. Charts, rows of tables, the line over a headline and
what is a link already stay as they are.
"""

import functools
import re
from collections.abc import Callable, Collection, Iterator
from itertools import zip_longest
from typing import Any, cast

from dash import Dash
from dash.development.base_component import Component

from scidip.dashboard.core.component_tree import classes, kind, of, parts
from scidip.dashboard.core.fast_html import Element, el, outputs_written
from scidip.indicators.glossary import TERMS, Term
from scidip.indicators.language.current import _

PROSE = frozenset({"P"})
ELSE = frozenset({"H2", "H3", "Li", "Dd", "Th"})
"""Kinds in which terms are linked: first those of prose, then, for what these do not use, the others."""
NO_PROSE = frozenset({"kicker", "definition"})
"""Classes of paragraphs of which nothing is linked."""
PASSED_OVER = frozenset({"Tbody", "Tr", "Graph", "Select", "MultiSelect", "A", "Link", "Code", "Button"})
"""Kinds of which nothing is linked: long, or no text to read."""
LINK = "term"
"""The class of a link to a term."""
ADDRESS = "/glossary?term="


def link_terms(tree: Any) -> Any:
    """Link the first use of each term in *tree*, in its order, and return the tree, changed in place."""
    pattern, known = _words()
    left = {t.key for t in TERMS}
    for kinds in (PROSE, ELSE):
        for place in _places(tree, kinds):
            left -= {_key_of(part) for part in parts(place) if LINK in classes(part)}
            made: list[Any] = []
            for part in parts(place):
                made += _linked(part, pattern, known, left) if isinstance(part, str) else [part]
            if any(new is not old for new, old in zip_longest(made, parts(place))):
                _fill(place, made)
    return tree


def term_link(term: Term, words: str) -> Element:
    """Return *words* as a link to what *term* means, which is also told to whoever points at it."""
    return el("A", words, href=ADDRESS + term.key, className=LINK, title=_(term.meaning))


class LinkingApp:
    """An application whose callbacks link the terms in what they return, and write it; all else of it is Dash's own."""

    def __init__(self, app: Dash) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    def callback(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], Any]:
        """Register a callback as `Dash.callback` does."""

        def register(function: Callable[..., Any]) -> Any:
            @functools.wraps(function)
            def linked(*given: Any, **named: Any) -> Any:
                return outputs_written(link_terms(function(*given, **named)))

            return self._app.callback(*args, **kwargs)(linked)

        return register


def linking(app: Dash) -> Dash:
    """Return *app* for pages to register their callbacks with."""
    return cast(Dash, LinkingApp(app))


def _places(tree: Any, kinds: Collection[str]) -> Iterator[Any]:
    """Yield the elements of some kinds in a tree, in its order: components, elements, lists, or outputs by name."""
    stack = [tree]
    while stack:
        node = stack.pop()
        name = kind(node)
        if name in kinds and NO_PROSE.isdisjoint(classes(node)):
            yield node
        if name in PROSE or name in PASSED_OVER:
            continue
        inner = list(node.values()) if isinstance(node, dict) and not name else parts(node)
        if name == "Thead":
            inner = [head for row in inner for head in parts(row)]
        stack.extend(reversed([p for p in inner if not isinstance(p, str)]))


def _linked(text: str, pattern: re.Pattern[str], known: dict[str, Term], left: set[str]) -> list[Any]:
    """Return *text* with the first use of each term of *left* as a link; such terms leave *left*."""
    made: list[Any] = []
    at = 0
    for found in pattern.finditer(text):
        term = known[found[0].casefold()]
        if term.key in left:
            left.discard(term.key)
            made += [*([text[at : found.start()]] if found.start() > at else []), term_link(term, found[0])]
            at = found.end()
    return [*made, *([text[at:]] if at < len(text) else [])] if made else [text]


def _words() -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return the pattern of all words for terms in the language that is spoken, and whose each is."""
    return _words_of(tuple(_(term.forms or term.name) for term in TERMS))


@functools.cache
def _words_of(forms: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return what finds the *forms* of all terms, the longest that fits, and whose each is."""
    known = {words.casefold(): term for term in TERMS for words in term.words()}
    alike: dict[tuple[str, str], list[str]] = {}
    for word in sorted(known, key=len, reverse=True):
        alike.setdefault((before(word), after(word)), []).append(re.escape(word))
    # What stands before and after is looked at once for all words, not once for each: six times as fast.
    each = (f"{start}(?:{'|'.join(words)}){end}" for (start, end), words in alike.items())
    return re.compile("|".join(each), re.I), known


def before(word: str) -> str:
    """Return what may stand before a word, as a pattern: no letter, but in scripts that part no words."""
    return "" if UNPARTED.match(word[0]) else r"(?<![\w-])"


def after(word: str) -> str:
    """Return what may stand after a word, as a pattern."""
    return "" if UNPARTED.match(word[-1]) else r"(?![\w-])"


UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that part no words: Chinese and Japanese, Thai and Lao, Burmese, Khmer."""


def _key_of(link: Any) -> str:
    return str(of(link, "href") or "").removeprefix(ADDRESS)


def _fill(place: Any, children: list[Any]) -> None:
    if isinstance(place, Component):
        place.children = children
    else:
        place["props"]["children"] = children
