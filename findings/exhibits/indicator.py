"""An indicator, or a score of the framework, across the world as values: of one year, over the years, its coverage."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings.exhibit import Column, Message, Sentence, Table, Words, area_column
from scidip.findings.exhibits import columns as shared
from scidip.findings.session import Desk
from scidip.indicators.language.current import N_, _, sorting
from scidip.indicators.units import UNITS

CARRIED, OWN = "carried", "own_year"


def unit_words(desk: Desk, code: str) -> str:
    """Return the words of the unit: "% of GDP", "number" of plain counts, "score 0–100" of a node."""
    spec = desk.catalogue.indicators.get(code)
    if spec is None:
        return _("score 0–100")
    return _(UNITS.get(spec.unit, spec.unit)) or _("number")


def axis(desk: Desk, code: str) -> str:
    """Return the words of an axis: name and unit."""
    name, unit = str(shared.named(desk, code)), unit_words(desk, code)
    return name if unit in name else f"{name}, {unit}"


def figures(desk: Desk, code: str, frame: pd.DataFrame, year: int, full: bool) -> Table:
    """Return the figure that stands for *year* of every area, highest first, then the areas without one.

    frame: as of `Quantity.values` of an indicator. `time_period` is the figure's own year; of one that is too old,
    only that is said. With *full*, each row also has its score and its origin.
    """
    spec = desk.catalogue.indicators[code]
    columns = (
        shared.indicator_column(desk),
        area_column(desk.areas),
        shared.YEAR,
        Column("obs_value", N_("Value"), unit=spec.unit),
        shared.HOW_KNOWN,
        shared.OBS_STATUS,
        *((Column("normalised", N_("Score 0–100"), unit="score"), *shared.ORIGIN) if full else ()),
    )
    names = shared.english_names(desk)
    found = list(each_row(frame))
    rest = sorted((r for r in found if not r.is_ranked), key=lambda r: sorting(names[r.ref_area]))
    rows = [
        (
            code,
            r.ref_area,
            shared.whole(r.time_period),
            r.score,
            CARRIED if r.carried else OWN,
            shared.status_of(r),
            *((shared.plain(r.normalised), *shared.origin(r)) if full else ()),
        )
        for r in found
        if r.is_ranked
    ]
    none = (None,) * (len(columns) - 5)
    rows += [
        (code, r.ref_area, own := shared.whole(r.time_period), None, "too_old" if own else "not_published", *none)
        for r in rest
    ]
    words = N_("{name}, {unit}: newest figures up to {year}, highest first")
    parts = {"name": shared.named(desk, code), "unit": Sentence(lambda: unit_words(desk, code)), "year": year}
    return Table(Message(words, parts), columns, tuple(rows))


def beside(desk: Desk, code: str, mine: pd.DataFrame, official: pd.DataFrame, year: int) -> Table:
    """Return the figure that the institution supplied for *year* of each area that has one, beside the producer's.

    code: of the supplied series; frames as of `Quantity.values`. Where the producer has none, its cells are empty.
    """
    spec = desk.catalogue.indicators[code]
    columns = (
        area_column(desk.areas),
        Column("own_value", N_("Supplied"), unit=spec.unit),
        Column("own_period", N_("Year of the supplied figure"), "year"),
        Column("obs_value", N_("Published"), unit=spec.unit),
        Column("time_period", N_("Year of the published figure"), "year"),
    )
    published = {r.ref_area: r for r in each_row(official) if r.is_ranked}
    rows = []
    for row in (r for r in each_row(mine) if r.is_ranked):
        other = published.get(row.ref_area)
        its = (other.score, shared.whole(other.time_period)) if other else (None, None)
        rows.append((row.ref_area, row.score, shared.whole(row.time_period), *its))
    caption = Message(
        N_("{name}, beside what is published, up to {year}"), {"name": shared.named(desk, code), "year": year}
    )
    return Table(caption, columns, tuple(rows))


def scores(desk: Desk, node: str, frame: pd.DataFrame, year: int) -> Table:
    """Return the scores of a node without ranks, highest first; *frame* as of `Quantity.values`."""
    columns = (
        shared.node_column(desk),
        shared.YEAR,
        area_column(desk.areas),
        Column("score", N_("Score"), unit="score"),
    )
    rows = [(node, year, r.ref_area, r.score) for r in each_row(frame) if numbers.known(r.score)]
    words = N_("{name}: scores of {year}, highest first")
    return Table(Message(words, {"name": shared.named(desk, node), "year": year}), columns, tuple(rows))


def by_year(desk: Desk, code: str, series: pd.DataFrame, breaks: Mapping[str, Sequence[int]]) -> Table:
    """Return the figures, or scores, of some areas by year, the newest first; *series* as of `Quantity.series`.

    `own_period` is the year a carried figure is of. Scores have a range, and `series_break` where a line over the years
    breaks (*breaks*, by area).
    """
    of_indicator = code in desk.catalogue.indicators
    columns = (
        _what(desk, code),
        area_column(desk.areas),
        shared.YEAR,
        *_measures(desk, code),
        shared.HOW_KNOWN,
        Column("own_period", N_("Year the figure is of"), "year")
        if of_indicator
        else Column("series_break", N_("Other figures than the year before"), "flag"),
    )
    known = [r for r in each_row(series) if numbers.known(r.score)]
    place = {area: i for i, area in enumerate(dict.fromkeys(r.ref_area for r in known))}
    known.sort(key=lambda r: (place[r.ref_area], -r.time_period))
    rows = [
        (
            code,
            r.ref_area,
            int(r.time_period),
            *((r.score,) if of_indicator else shared.scored(r)),
            CARRIED if r.hollow else OWN,
            shared.whole(getattr(r, "own", r.time_period))
            if of_indicator
            else int(r.time_period) in breaks.get(r.ref_area, ()),
        )
        for r in known
    ]
    caption = Message(N_("{name}, by year"), {"name": Sentence(lambda: axis(desk, code))})
    return Table(caption, columns, tuple(rows))


def marked(desk: Desk, code: str, frame: pd.DataFrame, shown: Collection[str], year: int) -> Table:
    """Return the values of the areas *shown* in a distribution, highest first; *frame* as of `Quantity.values`."""
    columns = (_what(desk, code), area_column(desk.areas), shared.YEAR, *_measures(desk, code), shared.HOW_KNOWN)
    rows = [
        (
            code,
            r.ref_area,
            shared.whole(r.time_period),
            *((r.score,) if code in desk.catalogue.indicators else shared.scored(r)),
            CARRIED if r.hollow else OWN,
        )
        for r in each_row(frame)
        if r.ref_area in shown and r.is_ranked
    ]
    caption = Sentence(lambda: f"{axis(desk, code)}, {year}")
    return Table(caption, columns, tuple(rows))


def _what(desk: Desk, code: str) -> Column:
    known = code in desk.catalogue.indicators
    return shared.indicator_column(desk) if known else shared.node_column(desk)


def _measures(desk: Desk, code: str) -> tuple[Column, ...]:
    spec = desk.catalogue.indicators.get(code)
    return (Column("obs_value", N_("Value"), unit=spec.unit),) if spec else shared.SCORE


def coverage(desk: Desk, code: str, frame: pd.DataFrame, caption: Words) -> Table:
    """Return how many areas have a figure, or score, of each year itself, the newest first.

    frame: columns time_period, areas.
    """
    columns = (_what(desk, code), shared.YEAR, Column("areas", N_("Countries"), "integer", unit="countries"))
    rows = [(code, int(r.time_period), int(r.areas)) for r in each_row(frame.iloc[::-1])]
    return Table(caption, columns, tuple(rows))
