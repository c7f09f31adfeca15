"""Pairs across tensions as values: positions far apart and much joint work, positions near and little."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, coded
from scidip.findings.exhibits.cooperation import expected as expected_exhibits
from scidip.findings.exhibits.cooperation import treaties
from scidip.findings.expected import positions, tensions, words
from scidip.findings.expected import ties as expected_ties
from scidip.findings.expected.tensions import Across, Group
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _, ngettext

TITLES: Final[Mapping[Group, str]] = {
    "more": N_("Positions far apart, more joint works than expected"),
    "most": N_("Positions far apart, the most joint works"),
    "fewer": N_("Positions near, fewer joint works than expected"),
}
CAPTIONS: Final[Mapping[Group, str]] = {
    "more": N_("Pairs with positions far apart and more joint works than expected, {year}"),
    "most": N_("Pairs with positions far apart and the most joint works, {year}"),
    "fewer": N_("Pairs with positions near each other and fewer joint works than expected, {year}"),
}
SERIES: Final = (*expected_ties.SERIES, *(treaties.BOTH + theme for theme in treaties.THEMES))
DISTANCE: Final = (
    Column("un_distance", N_("Distance in UN votes"), unit="index", decimals=2),
    Column("un_distance_p05", N_("Distance in UN votes, 5 % point"), unit="index", decimals=2),
    Column("un_distance_p95", N_("Distance in UN votes, 95 % point"), unit="index", decimals=2),
    Column("nearer_pairs", N_("Pairs of states that are nearer"), unit="percent", decimals=0),
)


def heads(desk: Desk) -> tuple[Column, ...]:
    """Return the columns of a pair across tensions."""
    name = treaties.theme_column(desk, treaties.BOTH).write
    themes = (
        Column(treaties.BOTH + t, Sentence(partial(name, treaties.BOTH + t)), unit="count") for t in treaties.THEMES
    )
    return (
        *expected_exhibits.heads(desk),
        *DISTANCE,
        *themes,
        Column("treaties_period", N_("Year of the treaties"), "year"),
        coded("certainty", N_("Certainty"), tensions.CERTAINTY),
    )


def of_group(desk: Desk, year: int, area: str = "", *, group: Group) -> Exhibit | None:
    """Return the pairs of a group in the model's year up to *year*, with *area* those of a country.

    None without a model, and without a pair.
    """
    own = expected_ties.year_for(desk, year)
    found = tensions.of_year(desk, own, group, area) if own is not None else []
    if own is None or not found:
        return None
    when, shared = treaties.of_pairs(desk, [(r.tie.a, r.tie.b) for r in found])
    rows = tuple(
        (
            *expected_exhibits.cells(r.tie),
            *(r.distance.apart, r.distance.low, r.distance.high, 100 * r.nearer),
            *shared[r.tie.a, r.tie.b],
            when,
            r.certainty,
        )
        for r in found
    )
    return Exhibit(
        f"tensions_{group}",
        Sentence(lambda: _finding(desk, group, found)),
        Sentence(lambda: rule(desk, group, own)),
        Table(Message(CAPTIONS[group], {"year": own}), heads(desk), rows),
        SERIES,
        (
            Message(tensions.MEANING),
            Message(tensions.CAUTION),
            Sentence(lambda: words.is_mean(desk, own)),
            Message(words.BY_EFFECTS),
            Message(words.NEVER_A_FORECAST),
            treaties.note(desk, treaties.BOTH),
        ),
    )


def rule(desk: Desk, group: Group, year: int) -> str:
    """Return by which rule the pairs of a group are chosen in a year."""
    places = positions.of_year(desk, year)
    far, near = (numbers.fixed(x, 2) for x in (places.far, places.near))
    return _(tensions.RULES[group]).format(year=year, far=far, near=near, n=tensions.MOST)


def _finding(desk: Desk, group: Group, found: list[Across]) -> str:
    tie = found[0].tie
    pair = " – ".join(desk.areas.name(code) for code in (tie.a, tie.b))
    if group == "most":
        said = _("The most joint works of them: {pair}, {n}")
        return said.format(pair=pair, n=words.works(tie.actual))
    said = ngettext(
        "{n} pair; farthest from what is expected: {pair}",
        "{n} pairs; farthest from what is expected: {pair}",
        len(found),
    )
    return said.format(n=len(found), pair=pair)


def headline(desk: Desk, year: int, area: str = "") -> str:
    """Return how many pairs of the world or of a country are listed on either side."""
    more, fewer = (len(tensions.of_year(desk, year, group, area)) for group in ("more", "fewer"))
    if area:
        said = _(
            "{name}, {year}: {more} of its ties with countries of positions far apart are above what is expected, "
            "{fewer} with near ones below."
        )
        name = sentences.opening(sentences.in_text(desk.areas.name(area)))
        return said.format(name=name, year=year, more=more, fewer=fewer)
    said = _(
        "In {year}, {more} pairs whose positions are far apart publish more together than is expected, and {fewer} "
        "whose positions are near publish less."
    )
    return said.format(year=year, more=more, fewer=fewer)


OF_WORLD: Final[Mapping[str, Callable[[Desk, int, str], Exhibit | None]]] = {
    f"tensions_{group}": partial(of_group, group=group) for group in TITLES
}
"""Every exhibit by its key; each returns None where there is nothing to show."""
