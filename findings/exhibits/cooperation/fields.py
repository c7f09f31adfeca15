"""What is shown of fields of science: a country's specialisation, also by year and by topic; that of two countries."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from scidip.figures.rows import each_row
from scidip.findings.exhibit import Column, Exhibit, Message, Sentence, Table, area_column, coded
from scidip.findings.exhibits import columns
from scidip.findings.fields import words
from scidip.findings.fields.profile import READINGS, SERIES, TOGETHER, Profile, TwoProfiles
from scidip.findings.pair import PairView, figures_between
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.store.queries import pair_queries

DRAWN: Final = 4
"""Fields that are followed over the years."""
INDEX: Final = (
    Column("relative_activity", N_("Relative activity index"), unit="ratio", decimals=2),
    Column("relative_activity_p05", N_("Index, 5 % point"), unit="ratio", decimals=2),
    Column("relative_activity_p95", N_("Index, 95 % point"), unit="ratio", decimals=2),
)
READING: Final = coded("reading", N_("Reading"), READINGS)
COUNTS: Final = (
    Column("articles", N_("Articles, fractional count"), unit="count", decimals=1),
    Column("articles_whole", N_("Articles, whole count"), unit="count", decimals=0),
)
SHARES: Final = (
    Column("share", N_("Share of the country’s articles"), unit="percent", decimals=1),
    Column("world_share", N_("Share of the world’s articles"), unit="percent", decimals=1),
)
SUBTITLE: Final = N_(
    "Relative activity index: share of the field in the country’s articles over its share in the world’s, {year}; "
    "1 is neither more nor less; with the 90 % range of chance"
)


def field_column(desk: Desk) -> Column:
    """Return a column of fields of science by their codes."""
    return Column("field", N_("Field"), "code", names=lambda code: desk.catalogue.fields[code].name)


def specialisation(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return the relative activity of a country in every field, the highest first; None without articles by field."""
    profile = Profile(desk, area, year)
    if profile.year is None:
        return None
    heads = (area_column(desk.areas), field_column(desk), columns.YEAR, *INDEX, READING, *SHARES, *COUNTS)
    listed = profile.now.sort_values("activity", ascending=False, kind="stable")
    rows = tuple((area, r.field, profile.year, *_index(r), r.reading, *_amounts(r)) for r in _rows(listed))
    return Exhibit(
        "country_specialisation",
        Sentence(lambda: words.specialised(profile)),
        Message(SUBTITLE, {"year": profile.year}),
        Table(Message(N_("Fields of science, {year}"), {"year": profile.year}), heads, rows),
        SERIES,
        (Sentence(lambda: words.rule(profile)),),
    )


def by_year(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return the index of the fields a country is most specialised in, by year; None where no field is told of."""
    profile = Profile(desk, area, year)
    leading = profile.leading(DRAWN)
    if not leading or len(profile.years) < 2:
        return None
    heads = (area_column(desk.areas), field_column(desk), columns.YEAR, *INDEX, READING)
    rows = tuple((area, field, *told) for field in leading for told in reversed(profile.over_years(field)))
    return Exhibit(
        "country_specialisation_years",
        N_("Specialisation over the years"),
        N_("Relative activity index of the fields that are highest now; years with too few articles are left out"),
        Table(N_("Relative activity by year"), heads, rows),
        SERIES,
    )


def topics(desk: Desk, area: str, year: int) -> Exhibit | None:
    """Return the relative activity of a country in each topic of concern; None without articles by field."""
    profile = Profile(desk, area, year)
    if profile.year is None:
        return None
    known = desk.catalogue.topics
    heads = (
        area_column(desk.areas),
        Column("topic", N_("Topic"), "code", names=lambda code: desk.catalogue.topics[code].name),
        columns.YEAR,
        *INDEX,
        READING,
        *SHARES,
        COUNTS[0],
        Column("fields", N_("Fields"), "text"),
        Column("proxy", N_("What it stands for"), "text"),
    )
    rows = tuple(
        (
            *(area, r.field, profile.year, *_index(r), r.reading, *_amounts(r)[:3]),
            " ".join(known[r.field].fields),
            _proxy(desk, r.field),
        )
        for r in _rows(profile.topics(profile.year))
    )
    return Exhibit(
        "country_topics",
        Sentence(lambda: words.on_topics(profile)),
        Message(
            N_("Groups of fields that stand for topics, most of them in part only, {year}"), {"year": profile.year}
        ),
        Table(Message(N_("Topics of concern, {year}"), {"year": profile.year}), heads, rows),
        SERIES,
    )


def _proxy(desk: Desk, topic: str) -> Sentence:
    return Sentence(lambda: desk.catalogue.topics[topic].proxy)


def _rows(frame: pd.DataFrame) -> Any:
    return each_row(frame.reset_index())


def _index(row: Any) -> tuple[float | None, ...]:
    return tuple(columns.known(row[c] if isinstance(row, dict) else getattr(row, c)) for c in words.RANGE)


def _amounts(row: Any) -> tuple[float | None, ...]:
    return tuple(columns.known(getattr(row, c)) for c in ("share", "world_share", "articles", "articles_whole"))


def of_pair(pair: PairView) -> Exhibit | None:
    """Return the relative activity of both in every field and where they meet; None where one has none by field."""
    both = TwoProfiles(*(Profile(pair.desk, area, pair.year) for area in (pair.a, pair.b)))
    if both.year is None:
        return None
    heads = (
        field_column(pair.desk),
        area_column(pair.desk.areas),
        columns.YEAR,
        *INDEX,
        READING,
        coded("meeting", N_("Together"), TOGETHER),
        Column("field_share", SHARES[0].label, unit="percent", decimals=1),
        COUNTS[0],
    )
    sides = [side.to_dict("index") for side in both.sides]
    rows = tuple(
        (
            field,
            area,
            both.year,
            *_index(row),
            row["reading"],
            both.meeting[field],
            float(row["share"]),
            float(row["articles"]),
        )
        for field in both.meeting.index
        for area, side in zip((pair.a, pair.b), sides, strict=True)
        for row in [side[field]]
    )
    return Exhibit(
        "pair_specialisation",
        Sentence(lambda: words.together(pair, both)),
        Message(SUBTITLE, {"year": both.year}),
        Table(Message(N_("Fields of both, {year}"), {"year": both.year}), heads, rows),
        SERIES,
        (Sentence(lambda: words.apart(both)), Sentence(lambda: words.rule(both.a))),
    )


JOINT: Final[Mapping[str, tuple[str, int]]] = {"copublications_ai": ("ai_collaboration_index", 2003)}
"""Layers of joint articles of many years together, each with its index of collaboration and the first of the years."""
BY_FIELD: Final = "copublications_by_field"
"""The measure whose series are joint articles of single years by field; pages say nothing of it until one is held."""
ONLY_AI: Final = N_("Held for artificial intelligence only, among 60 economies; not held for any other field.")
HOW_BY_FIELD: Final = N_(
    "Fields are those of OpenAlex: articles and reviews of one year, each in the field of its primary topic and "
    "counted whole for every pair of its countries. Works without a topic are in none. Fields without a joint work "
    "are not listed."
)
APART_AI: Final = N_(
    "Artificial intelligence lies across the fields and is from another data base (NCSES): it is not a part of any sum "
    "with them."
)
Row = tuple[Any, ...]
"""Field, both countries, first and last year, joint articles, index of collaboration (None where there is none)."""


def joint(pair: PairView) -> Exhibit | None:
    """Return joint articles in the fields of which they are held, a row for each; None where none holds the pair.

    Those of single years come first, the most first; what adds up many years cannot stand among them.
    """
    single, held = _of_single_years(pair)
    together = _of_many_years(pair)
    rows = tuple((*single.values(), *together.values()))
    if not rows:
        return None
    desk = pair.desk
    heads = (
        field_column(desk),
        area_column(desk.areas, "ref_area", N_("Country")),
        area_column(desk.areas, "counterpart_area", N_("Partner")),
        Column("first_period", N_("From year"), "year"),
        columns.YEAR,
        Column("joint_articles", N_("Joint articles"), unit="works"),
        Column("collaboration_index", N_("Collaboration index"), unit="ratio", decimals=2),
    )
    notes = (HOW_BY_FIELD, *([APART_AI] if together else [])) if held else (ONLY_AI,)
    return Exhibit(
        "pair_joint_by_field",
        Sentence(lambda: words.joint(pair, rows, held)),
        _joint_subtitle(bool(single), bool(together)),
        Table(N_("Joint articles by field"), heads, rows),
        (*single, *together, *(JOINT[code][0] for code in together)),
        notes,
    )


def _joint_subtitle(single: bool, together: bool) -> str:
    if not single:
        return N_("Articles with authors in both, all years together; index: 1 is what the sizes of both would give")
    if not together:
        return N_("Articles with authors in both, in the year that is given")
    return N_(
        "Articles with authors in both, in the years that are given; index: 1 is what the sizes of both would give"
    )


def _of_single_years(pair: PairView) -> tuple[dict[str, Row], int]:
    """Return the rows of a pair by layer, the most joint articles first, and how many fields are held of any pair.

    Each is of the newest year of its field, and none where the pair has no joint article in that year.
    """
    desk, rows, newest = pair.desk, [], single_years(pair.desk)
    if not newest:
        return {}, 0
    known = figures_between(desk, newest, pair.a, pair.b)
    for r in each_row(known[known["time_period"] == known["indicator"].map(newest)]):
        field, year = desk.catalogue.indicators[str(r.indicator)].field, int(r.time_period)
        rows.append((str(r.indicator), (field, pair.a, pair.b, year, year, float(r.obs_value), None)))
    return dict(sorted(rows, key=lambda row: (-row[1][5], row[0]))), len(newest)


def single_years(desk: Desk) -> dict[str, int]:
    """Return the layers of single years by field of which any pair has a figure, each with its newest year."""
    codes = tuple(s.code for s in desk.catalogue.indicators.values() if s.measure == BY_FIELD)
    newest: dict[str, int] = desk.query(pair_queries.newest_years, codes=codes)
    return newest


def _of_many_years(pair: PairView) -> dict[str, Row]:
    """Return the rows of a pair by layer, for layers whose one figure adds up many years."""
    desk, rows = pair.desk, {}
    for code, (index, first) in JOINT.items():
        known = figures_between(desk, (code, index), pair.a, pair.b)
        works, relative = (known[known["indicator"] == c].set_index("time_period")["obs_value"] for c in (code, index))
        if works.empty:
            continue
        year = int(works.index.max())
        field = desk.catalogue.indicators[code].field
        rows[code] = (field, pair.a, pair.b, first, year, float(works[year]), columns.known(relative.get(year)))
    return rows


OF_COUNTRY: Final[Mapping[str, Callable[[Desk, str, int], Exhibit | None]]] = {
    "country_specialisation": specialisation,
    "country_specialisation_years": by_year,
    "country_topics": topics,
}
"""Every exhibit of a country by its key; each returns None where there is nothing to show."""
