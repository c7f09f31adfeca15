"""Search: areas, indicators, nodes, exhibits and terms by their words."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from scidip.figures.text import sentences
from scidip.findings import terms
from scidip.findings.audit.exhibits import EXHIBITS as OF_INDEX
from scidip.findings.exhibits.pair import EXHIBITS as OF_PAIRS
from scidip.indicators.glossary import TERMS
from scidip.indicators.model.areas import fold, without_accents
from scidip.publish.mcp import paging
from scidip.publish.mcp.answers import Hit, SearchAnswer
from scidip.publish.mcp.desk import ToolDesk
from scidip.publish.mcp.questions import Search
from scidip.publish.mcp.tools import head, tool

ABOUT = 240
"""Characters of a description in a list."""
Entry = tuple[Hit, float, set[str], set[str]]
"""What may be found, its weight, the words of its description and those of its name."""
NEAR = 0.8
"""Likeness of a word that is misspelt to the one that is meant (Ratcliff & Obershelp 1988)."""


@tool("Search", Search, SearchAnswer)
def search(desk: ToolDesk, asked: Search) -> SearchAnswer:
    """Find areas, indicators, nodes (index, factors, dimensions), exhibits and glossary terms by words.

    Gives the codes that the other tools take; they take names as well.
    """
    found = _ranked(desk, asked)
    start = paging.offset_of("search", asked, desk.data_version)

    def build(rows: Sequence[Hit], more: bool) -> SearchAnswer:
        following = paging.cursor("search", asked, desk.data_version, start + len(rows)) if more else None
        return SearchAnswer(**head(desk), next=following, found=len(found), hits=list(rows))

    answer = paging.fitted(found[start:], asked.limit, build)
    assert isinstance(answer, SearchAnswer)
    return answer


def _ranked(desk: ToolDesk, asked: Search) -> list[Hit]:
    """Return what fits, the best first: an area or a code called just so, then by how much of the words is met."""
    everything: list[Entry] = desk.cache.get(("mcp search",), lambda: list(_everything(desk)))
    names = sorted(set().union(*(named for *_, named in everything)))
    words = {w: frozenset(get_close_matches(w, names, n=5, cutoff=NEAR)) for w in _words(asked.query) if len(w) > 1}
    direct = desk.areas.resolve("", asked.query, "name").ref_area
    scored = []
    for hit, weight, known, named in everything:
        if asked.kinds and hit.kind not in asked.kinds:
            continue
        exact = fold(asked.query) in (fold(hit.code), fold(hit.name)) or (hit.kind == "area" and hit.code == direct)
        points = 100.0 if exact else weight * _met(words, known, named)
        if points:
            scored.append((-points, hit.kind, hit.name, hit))
    return [s[-1] for s in sorted(scored, key=lambda s: s[:3])]


def _met(words: Mapping[str, frozenset[str]], known: set[str], named: set[str]) -> float:
    """Return how much of the words is met: 3 for one in the name, 1 in the description, 1.5 for one near one."""
    points = 0.0
    for word, near in words.items():
        if word in named:
            points += 3.0
        elif word in known:
            points += 1.0
        elif any(n.startswith(word) for n in named if len(word) > 2):
            points += 2.0
        elif near & named:
            points += 1.5
    return points / max(1, len(words))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", without_accents(fold(text)).replace("_", " ")))


def _everything(desk: ToolDesk) -> Iterator[Entry]:
    for make in (_areas, _indicators, _nodes, _exhibits, _terms):
        for hit, weight, more in make(desk):
            yield hit, weight, _words(f"{hit.about} {more}"), _words(f"{hit.name} {hit.code}")


def _areas(desk: ToolDesk) -> Iterator[tuple[Hit, float, str]]:
    names: dict[str, list[str]] = {}
    for name, code in desk.areas.known_names.items():
        names.setdefault(code, []).append(name)
    for row in desk.areas.table.astype(object).fillna("").to_dict("records"):
        code = str(row["ref_area"])
        about = ", ".join(str(p) for p in (row["kind"], row["region"], row["income_group"]) if p)
        hit = Hit(kind="area", code=code, name=str(row["name"]), about=about, link=desk.link("/country", area=code))
        yield hit, 1.1, " ".join(names.get(code, ()))


def _indicators(desk: ToolDesk) -> Iterator[tuple[Hit, float, str]]:
    held = terms.refusals(desk.engine, desk.catalogue)
    for spec in desk.catalogue.indicators.values():
        page = "/indicator" if spec.arity == "area" else "/downloads"
        about = f"{'Per pair. ' if spec.arity == 'pair' else ''}{spec.definition}"
        about = f"{spec.note} {about}" if spec.supplied_by else about
        yield (
            Hit(
                kind="indicator",
                code=spec.code,
                name=spec.name,
                about=_short(about),
                unit=spec.unit,
                withheld=held.get(spec.code),
                link=desk.link(page, indicator=spec.code),
            ),
            1.0,
            "",
        )


def _nodes(desk: ToolDesk) -> Iterator[tuple[Hit, float, str]]:
    for node in desk.catalogue.framework.nodes:
        name = sentences.factor_title(node.name) if node.level == "factor" else node.name
        about = f"{node.level}; not measured" if node.not_measured else str(node.level)
        yield (
            Hit(kind="node", code=node.code, name=name, about=about, link=desk.link("/ranking", node=node.code)),
            1,
            "",
        )


def _exhibits(desk: ToolDesk) -> Iterator[tuple[Hit, float, str]]:
    rooms: tuple[tuple[str, str, dict[str, Callable[..., Any]]], ...] = (
        ("/pair", "of two countries", dict(OF_PAIRS)),
        ("/audit", "of the index", dict(OF_INDEX)),
    )
    for page, of, made in rooms:
        for key, make in made.items():
            told = (make.__doc__ or "").strip().partition("\n")[0].removeprefix("Return ")
            name = key.replace("_", " ").capitalize()
            yield Hit(kind="exhibit", code=key, name=name, about=f"Exhibit {of}: {told}", link=desk.link(page)), 0.8, ""


def _terms(desk: ToolDesk) -> Iterator[tuple[Hit, float, str]]:
    for term in TERMS:
        link = desk.link("/glossary", term=term.key)
        yield Hit(kind="term", code=term.key, name=term.name, about=term.meaning, link=link), 0.9, term.forms


def _short(text: str) -> str:
    return text if len(text) <= ABOUT else f"{text[: ABOUT - 1].rstrip()}…"
