"""Environmental treaties by theme: how many bind both of a pair, and how many bind a country."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from scidip.figures.text import numbers, sentences
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column
from scidip.findings.exhibits import columns
from scidip.findings.pair import PairView, figures_between
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _
from scidip.store.queries import indicator_queries, pair_queries

THEMES: Final = ("fisheries", "water", "sea", "nature", "air", "waste", "nuclear")
SHORT: Final[Mapping[str, str]] = {
    "fisheries": N_("fisheries"),
    "water": N_("fresh water"),
    "sea": N_("the sea"),
    "nature": N_("nature"),
    "air": N_("air and climate"),
    "waste": N_("waste and chemicals"),
    "nuclear": N_("nuclear matters"),
}
"""The themes as they stand inside a cell."""
BINDS, BOTH = "treaties_", "joint_treaties_"
LAST: Final = 9999
"""A year after every list’s last."""


def of_country(desk: Desk, area: str, theme: str) -> tuple[int, float] | None:
    """Return the last year of the list and how many treaties of a theme bind a country; None where it is not in it."""
    return listed(desk)[theme].get(area)


Listed = dict[str, dict[str, tuple[int, float]]]


def listed(desk: Desk) -> Listed:
    """Return, by theme and state, the last year of the list and how many treaties bind the state; kept while it serves.

    Where the list speaks of a state and has no row of it, none.
    """
    known: Listed = desk.cache.get(
        ("treaties_listed", desk.data_version), lambda: {t: _listed(desk, t) for t in THEMES}
    )
    return known


def _listed(desk: Desk, theme: str) -> dict[str, tuple[int, float]]:
    newest = desk.query(indicator_queries.indicator_values, code=BINDS + theme, year=LAST, max_age=LAST)
    known = newest[newest["obs_value"].notna()]
    columns = (known[c].tolist() for c in ("ref_area", "time_period", "obs_value"))
    return {area: (int(year), float(value)) for area, year, value in zip(*columns, strict=True)}


def of_pair(desk: Desk, a: str, b: str) -> dict[str, tuple[int, float, float, float]]:
    """Return by theme its year, treaties that bind both, the first and the second; nothing where either is not listed.

    Both in the list: a pair without a row has no treaty in common.
    """
    found = figures_between(desk, [BOTH + theme for theme in THEMES], a, b)
    keys = zip(found["indicator"].tolist(), found["time_period"].tolist(), strict=True)
    both = dict(zip(keys, found["obs_value"].tolist(), strict=True))
    ends = {theme: (of_country(desk, a, theme), of_country(desk, b, theme)) for theme in THEMES}
    return {
        theme: (own[0], both.get((BOTH + theme, own[0]), 0.0), own[1], other[1])
        for theme, (own, other) in ends.items()
        if own is not None and other is not None
    }


def of_pairs(
    desk: Desk, pairs: Sequence[tuple[str, str]]
) -> tuple[int | None, dict[tuple[str, str], list[float | None]]]:
    """Return the year of the list and, by pair, how many treaties of each theme (in the order of THEMES) bind both.

    0 where both are in the list and share none; None where either is not in it. Ends in the order of the alphabet.
    """
    areas = tuple(sorted({area for pair in pairs for area in pair}))
    series = desk.query(indicator_queries.indicator_series, code=BINDS + THEMES[0], areas=areas)
    if series.empty:
        return None, {pair: [None] * len(THEMES) for pair in pairs}
    codes = tuple(BOTH + theme for theme in THEMES)
    frame = desk.query(pair_queries.of_pairs, codes=codes, pairs=tuple(sorted(pairs)))
    year, listed = int(series["time_period"].max()), set(series["ref_area"])
    own = frame[frame["time_period"] == year]
    keys = zip(own["ref_area"], own["counterpart_area"], own["indicator"], strict=True)
    found = dict(zip(keys, own["obs_value"].astype(float), strict=True))
    return year, {
        (a, b): [found.get((a, b, code), 0.0) if {a, b} <= listed else None for code in codes] for a, b in pairs
    }


def of_two(pair: PairView) -> Exhibit | None:
    """Return the treaties that bind both, by theme; None where either country is not in the list."""
    found = of_pair(pair.desk, pair.a, pair.b)
    rows = [
        (BOTH + theme, pair.a, pair.b, year, both, first, second)
        for theme, (year, both, first, second) in found.items()
    ]
    if not rows:
        return None
    a, b = pair.spoken
    heads = (
        theme_column(pair.desk, BOTH),
        area_column(pair.desk.areas, "ref_area", N_("First country")),
        area_column(pair.desk.areas, "counterpart_area", N_("Second country")),
        columns.YEAR,
        Column("both", N_("Both party"), unit="count"),
        Column("first", Message(N_("{name} party"), {"name": a}), unit="count"),
        Column("second", Message(N_("{name} party"), {"name": b}), unit="count"),
    )
    return Exhibit(
        "pair_treaties",
        Sentence(lambda: _of_two_words(pair, rows)),
        Message(N_("Environmental treaties in force, by what their titles name, {year}"), {"year": rows[0][3]}),
        Table(N_("Environmental treaties of both, by theme"), heads, tuple(rows)),
        tuple(BOTH + theme for theme in THEMES),
        (note(pair.desk, BOTH),),
    )


def note(desk: Desk, kind: str) -> Sentence:
    """Return what is said of the list of treaties in the catalogue."""
    return Sentence(lambda: desk.catalogue.indicators[kind + THEMES[0]].note)


def theme_column(desk: Desk, kind: str) -> Column:
    """Return the column of themes by the code of the indicator, named as the country's indicator is."""

    def name(code: str) -> str:
        # The catalogue is asked each time, for it speaks the language of whoever reads.
        return desk.catalogue.indicators[BINDS + code.removeprefix(kind)].name

    return Column("indicator", N_("Theme"), "code", names=name)


def _of_two_words(pair: PairView, rows: list[tuple[Any, ...]]) -> str:
    a, b = pair.spoken
    most = max(rows, key=lambda row: float(row[4]))
    if not most[4]:
        return sentences.opening(_("{a} and {b} share no treaty of these themes").format(a=a, b=b))
    theme = pair.desk.catalogue.indicators[BINDS + most[0].removeprefix(BOTH)].name
    words = _("{theme}: {n} bind both {a} and {b}, the most of these themes")
    return words.format(a=a, b=b, n=numbers.value(most[4], "count"), theme=theme)


def of_one(desk: Desk, area: str) -> Exhibit | None:
    """Return the treaties that bind a country, by theme, beside the median of all; None where it is not listed."""
    rows = tuple(_country_rows(desk, area))
    if not rows:
        return None
    heads = (
        theme_column(desk, BINDS),
        area_column(desk.areas),
        columns.YEAR,
        Column("obs_value", N_("Treaties in force"), unit="count"),
        Column("median", N_("Median of all states"), unit="count"),
    )
    return Exhibit(
        "country_treaties",
        N_("Environmental treaties by theme"),
        Message(N_("Environmental treaties in force, by what their titles name, {year}"), {"year": rows[0][2]}),
        Table(N_("Environmental treaties by theme"), heads, rows),
        tuple(BINDS + theme for theme in THEMES),
        (note(desk, BINDS),),
    )


def _country_rows(desk: Desk, area: str) -> Iterator[tuple[Any, ...]]:
    for theme in THEMES:
        own = of_country(desk, area, theme)
        if own is not None:
            year, amount = own
            same = [value for when, value in listed(desk)[theme].values() if when == year]
            yield BINDS + theme, area, year, amount, statistics.median(same)
