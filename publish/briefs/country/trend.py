"""The trend of a country's scores in its briefing, and what moved them."""

from collections.abc import Sequence

import pandas as pd

from scidip.figures.rows import each_row
from scidip.figures.text import numbers
from scidip.findings import counter_reading
from scidip.indicators.language.current import _
from scidip.publish.briefs.brief import Block, Chart, Grid, Part, Series
from scidip.publish.briefs.country.standing import main_nodes
from scidip.publish.briefs.country.subject import Country, plain_values

DRIVERS = 6


def trend(country: Country) -> Part | None:
    """Return index and factors by year with the range of the index, and what moved it; None without two years."""
    code = country.desk.catalogue.framework.index_code
    scores = country.scores[country.scores["score"].notna()]
    nodes = [n.code for n, _name, _colour in main_nodes(country)]
    scored = scores[scores["node"] == code]
    if scored.empty:
        scored = scores[scores["node"].isin(nodes)]
    years = sorted({int(y) for y in scored["time_period"]})
    if len(years) < 2:
        return None
    chart = _score_lines(country, scores, years)
    moved = counter_reading.moved(country.desk, country.year, country.scores)
    finding = (
        moved.finding
        if moved
        else _("Scored from {first} to {last}, without an index in between").format(first=years[0], last=years[-1])
    )
    blocks: tuple[Block, ...] = (chart, _drivers(country, moved)) if moved else (chart,)
    return Part(
        "trend",
        finding,
        _explained(country),
        blocks,
        (0.56, 0.44) if moved else (1.0,),
        country.asked.score_source,
        country.link,
        country.notes("" if country.own else _one_scale()),
    )


def _explained(country: Country) -> str:
    if country.own is not None:
        return _("{score} by year; thin: range of the index in 90 % of simulated methods").format(
            score=country.asked.score_name
        )
    return _(
        "Score 0–100 by year; thin: range of the index in 90 % of simulated methods; "
        "hollow: half or more of the figures carried"
    )


def _one_scale() -> str:
    return _(
        "All years are on one scale, so a score that rises has risen against the same "
        "yardstick; ranks also move when others do."
    )


def _score_lines(country: Country, scores: pd.DataFrame, years: Sequence[int]) -> Chart:
    alt = _("Score of the index and of the factors of {name} by year, with the range of the index.")
    lines = [s for node, name, colour in main_nodes(country) for s in _lines(scores, node.code, name, colour, years)]
    return Chart(
        "lines", alt.format(name=country.spoken), tuple(map(str, years)), tuple(lines), country.asked.score_name
    )


def _lines(scores: pd.DataFrame, code: str, name: str, colour: str, years: Sequence[int]) -> list[Series]:
    own = scores[scores["node"] == code].set_index("time_period").reindex(list(years))
    if own["score"].isna().all():
        return []
    hollow = tuple(bool(v >= 0.5) for v in own["carried_share"].fillna(0.0))
    found = [Series(name, plain_values(own["score"]), colour, hollow=hollow)]
    if colour == "ink" and own["score_p05"].notna().any():
        found += [
            Series(_("Index, 5 %"), plain_values(own["score_p05"]), "muted", bound=True),
            Series(_("Index, 95 %"), plain_values(own["score_p95"]), "muted", bound=True),
        ]
    return found


def _drivers(country: Country, moved: counter_reading.Moved) -> Grid:
    node = country.desk.catalogue.framework.node
    shown = moved.frame.head(DRIVERS)
    rows = [
        (
            _(node(r.node).name) + ("" if r.known else " ○"),
            numbers.score(r.before),
            numbers.score(r.after),
            counter_reading.signed(r.change),
        )
        for r in each_row(shown)
    ]
    rest = float(moved.frame["change"].iloc[DRIVERS:].sum())
    rows += [
        (_("The other dimensions"), "", "", counter_reading.signed(rest)),
        (_("Index"), "", "", counter_reading.signed(moved.total)),
    ]
    first = _("Dimension") if shown["known"].all() else _("Dimension; ○ scored in one year only")
    colours = [country.colours[node(r.node).parent] for r in each_row(shown)]
    return Grid(
        _("What moved the index from {since} to {year}").format(since=moved.since, year=moved.year),
        (first, str(moved.since), str(moved.year), _("Points of the index")),
        tuple(rows),
        (3.2, 1, 1, 1.4),
        (1, 2, 3),
        (*colours, "muted", "ink"),
    )
