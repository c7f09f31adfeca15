"""Where a country stands: headline, position, neighbours, what is missing, and the case against its rank."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scidip.figures import maps, rankings, theme
from scidip.figures.rows import row_at
from scidip.figures.text import numbers, sentences
from scidip.indicators.language.current import _, ngettext
from scidip.indicators.model.framework import Node
from scidip.publish.briefs.brief import Card, Cards, Chart, Grid, Part, Picture, Series, Words
from scidip.publish.briefs.country.subject import Country, percent, plain
from scidip.store.queries import served

AROUND = 4
"""Neighbours in the ranking on each side."""


def main_nodes(country: Country) -> list[tuple[Node, str, str]]:
    """Return the index and the factors: node, name, colour."""
    nodes = [n for n in country.desk.catalogue.framework.nodes if n.level in ("index", "factor")]
    return [(n, _("Index") if n.level == "index" else _(n.name), country.colours[n.code]) for n in nodes]


def headline(country: Country) -> Part:
    """Return the opening: one sentence, the index and the factors with their ranges."""
    cards = [_card(country, node, name, colour) for node, name, colour in main_nodes(country)]
    about = country.desk.areas.table.set_index("ref_area")
    facts = sentences.groupings(country.desk.areas, row_at(about, country.area))
    return Part(
        "headline",
        country.standing,
        " · ".join(facts) or _("No region or income group assigned"),
        (Cards(tuple(cards)),),
        (1.0,),
        country.asked.score_source,
        country.link,
        country.notes(
            _("Ranges: 90 % of the simulated methods give a rank between the two ends."),
            sentences.in_range(country.desk.catalogue.methodology),
        ),
    )


def _card(country: Country, node: Node, name: str, colour: str) -> Card:
    row = row_at(country.now, node.code) if node.code in country.now.index else None
    if row is None or not numbers.known(row["rank"]):
        score = row["score"] if row is not None else float("nan")
        basis = _("Score {score}").format(score=numbers.score(score)) if numbers.known(score) else ""
        reason = row["reason"] if row is not None and isinstance(row["reason"], str) else ""
        return Card(name, _("Not ranked"), reason or _("Too few figures."), basis, colour)
    figure = _("{rank} of {n}").format(rank=numbers.ordinal(row["rank"]), n=int(row["ranked_areas"]))
    words = _("Score {score}, {share} of figures carried")
    if country.own is not None:
        words = _("Score {score}, {share} of figures imputed") if country.filled(row) else _("Score {score}")
    basis = words.format(score=numbers.score(row["score"]), share=percent(country.filled(row)))
    return Card(name, figure, _between(row), basis, colour)


def _between(row: Any) -> str:
    low, high = row["rank_p05"], row["rank_p95"]
    if not numbers.known(low):
        return _("range not computed")
    if round(low) == round(high):
        return _("in 90 % of simulated methods")
    return _("between {low} and {high}").format(low=numbers.ordinal(low), high=numbers.ordinal(high))


def ranges(rows: pd.DataFrame, names: list[str], colours: list[str], alt: str, chosen: int | None = None) -> Chart:
    """Return ranks with their ranges as a chart; *rows* with rank, rank_p05, rank_p95, all ranked."""
    found = [
        Series(name, tuple(plain(v) for v in rows[column].fillna(rows["rank"])), colours=tuple(colours))
        for name, column in (
            (_("Best rank (5 %)"), "rank_p05"),
            (_("Rank"), "rank"),
            (_("Worst rank (95 %)"), "rank_p95"),
        )
    ]
    return Chart(
        "ranges", alt, tuple(names), tuple(found), _("Rank; the best is on the left"), decimals=0, chosen=chosen
    )


def position(country: Country) -> Part | None:
    """Return the ranks of the index and the factors with their ranges; None without any rank."""
    known = [
        (n, name, colour)
        for n, name, colour in main_nodes(country)
        if n.code in country.now.index and numbers.known(country.now.at[n.code, "rank"])
    ]
    if not known:
        return None
    rows = country.now.loc[[n.code for n, _name, _colour in known]]
    names, colours = [k[1] for k in known], [k[2] for k in known]
    alt = _("Rank of the index and of the factors in {year}, each as a bar from the best to the worst of nine in ten.")
    chart = ranges(rows, names, colours, alt.format(year=country.year))
    chart = Chart(**{**vars(chart), "high": float(rows["ranked_areas"].max())})
    records: list[dict[Any, Any]] = rows.to_dict("records")
    table = Grid(
        _("Position of {name}, {year}").format(name=country.name, year=country.year),
        ("", _("Rank"), _("Range"), _("Score"), _("Range"), _("Known"), country.filled_short),
        tuple(_position_row(country, name, r) for name, r in zip(names, records, strict=True)),
        (3.0, 1.2, 1.5, 1.1, 1.8, 1.2, 1.4),
        (1, 2, 3, 4, 5, 6),
        tuple(colours),
    )
    return Part(
        "position",
        _position_words(rows.iloc[1:], names[1:]),
        _ranks_words(country).format(n=int(rows["ranked_areas"].max()), year=country.year),
        (chart, table),
        (0.46, 0.54),
        country.asked.score_source,
        country.link,
        country.notes(country.known_rule),
    )


def _ranks_words(country: Country) -> str:
    if country.own is not None:
        return _(
            "Rank among {n} units, {year}: from the best to the worst rank in 90 % of simulated methods; "
            "the change of shade is the rank"
        )
    return _(
        "Rank among {n} countries, {year}: from the best to the worst rank in 90 % of simulated methods; "
        "the change of shade is the published rank"
    )


def _position_row(country: Country, name: str, row: dict[str, Any]) -> tuple[str, ...]:
    low, high = row["score_p05"], row["score_p95"]
    span = numbers.span(numbers.score(low), numbers.score(high)) if numbers.known(low) and numbers.known(high) else "–"
    return (
        name,
        numbers.ordinal(row["rank"]),
        numbers.interval(row["rank_p05"], row["rank_p95"]) or "–",
        numbers.score(row["score"]),
        span,
        percent(row["coverage"]),
        percent(country.filled(row)),
    )


def _position_words(rows: pd.DataFrame, names: list[str]) -> str:
    """Return on which factor it stands highest and on which lowest; whether the ranges tell them apart."""
    if len(rows) < 2:
        return _("Ranked on one factor only") if len(rows) else _("Ranked on the index only")
    order = rows["rank"].to_numpy().argsort(kind="stable")
    best, worst = rows.iloc[order[0]], rows.iloc[order[-1]]
    words = _("Highest on the {one} factor ({best}), lowest on the {other} ({worst})")
    if not best["rank_p95"] < worst["rank_p05"]:
        words = _("Highest on the {one} factor ({best}), lowest on the {other} ({worst}), but the ranges overlap")
    return words.format(
        one=names[order[0]].lower(), best=_span(best), other=names[order[-1]].lower(), worst=_span(worst)
    )


def _span(row: Any) -> str:
    return numbers.rank_words(row["rank"], row["rank_p05"], row["rank_p95"])


def missing(country: Country) -> Part:
    """Return, for a country without a rank, what is known and what is not, factor by factor."""
    rows = []
    for node, name, _colour in main_nodes(country):
        row = row_at(country.now, node.code) if node.code in country.now.index else None
        if row is None:
            rows.append((name, "–", "–", "–"))
        else:
            rows.append((name, percent(row["coverage"]), percent(country.filled(row)), numbers.score(row["score"])))
    reason = country.index["reason"] if country.index is not None else ""
    table = Grid(
        _("What is known of {name}, {year}").format(name=country.name, year=country.year),
        ("", _("Figures known"), country.filled_name, _("Score")),
        tuple(rows),
        (3, 1.5, 1.5, 1),
        (1, 2, 3),
        tuple(colour for _n, _m, colour in main_nodes(country)),
    )
    said = [
        _("Why there is no rank: {reason}.").format(reason=reason.rstrip(".")) if reason else "",
        _("A score without a rank is on the same scale as all others; a dash says that too little is known to score."),
        "" if country.own else _("Missing is not zero: a figure that nobody publishes says nothing about the country."),
    ]
    return Part(
        "missing",
        _missing_words(country),
        _shares_words(country).format(year=country.year),
        (table, Words(tuple(filter(None, said)))),
        (0.58, 0.42),
        country.asked.score_source,
        country.link,
        country.notes(),
    )


def _missing_words(country: Country) -> str:
    words = _("{share} of the figures behind the index are published for {name}")
    if country.own is not None:
        words = _("{share} of the figures behind the index are known for {name}")
    known = country.index["coverage"] if country.index is not None else 0.0
    return words.format(share=percent(known), name=country.spoken)


def _shares_words(country: Country) -> str:
    return (
        _("Share of the figures that are published, {year}")
        if country.own is None
        else _("Share of the figures that are known, {year}")
    )


def neighbours(country: Country) -> Part | None:
    """Return the map and those next in the ranking; None for a country without a rank."""
    if not country.is_ranked or country.index is None:
        return None
    frame = country.desk.query(served.ranking, node=country.desk.catalogue.framework.index_code, year=country.year)
    ranked = frame[frame["rank"].notna()]
    own = country.index
    overlap = int(((ranked["rank_p05"] <= own["rank_p95"]) & (ranked["rank_p95"] >= own["rank_p05"])).sum()) - 1
    near = rankings.neighbours(frame, country.area, AROUND)
    at = near["ref_area"].tolist().index(country.area)
    colours = ["ink" if a == country.area else "muted" for a in near["ref_area"]]
    alt = _("Ranks next to {name} in {year} with their ranges.").format(name=country.spoken, year=country.year)
    chart = ranges(near, near["name"].tolist(), colours, alt, at)
    words = ngettext(
        "{name} cannot be told apart from one other country",
        "{name} cannot be told apart from {n} other countries",
        overlap,
    )
    if overlap == 0:
        words = _("No other country’s range overlaps with that of {name}")
    if not numbers.known(own["rank_p05"]):
        words = _("Ranges were not computed, so that nothing says whether {name} can be told apart from others")
    finding = words.format(name=country.spoken, n=sentences.count(overlap))
    blocks, shares = ((_map(country, frame), chart), (0.56, 0.44)) if country.is_on_map else ((chart,), (1.0,))
    note = maps.boundary_note(country.desk.agency) if country.is_on_map else ""
    return Part(
        "neighbours",
        finding[:1].upper() + finding[1:],
        _next_words(country).format(year=country.year),
        blocks,
        shares,
        country.asked.score_source,
        country.link,
        country.notes(note, _("Two countries are told apart when their ranges do not overlap.")),
    )


def _next_words(country: Country) -> str:
    if country.own is not None:
        return _("Index {year}: rank and its range in 90 % of simulated methods; the change of shade is the rank")
    return _("Index {year}: rank and its range in 90 % of simulated methods; the change of shade is the published rank")


def _map(country: Country, frame: pd.DataFrame) -> Picture:
    shown = frame[frame["is_ranked"].astype(bool)]
    bounds = maps.class_bounds(shown["score"])
    colours = theme.sequential("light", "ink", max(len(bounds) - 1, 1))

    def draw() -> go.Figure:
        return maps.world(frame, "ink", "light", country.area)

    legend = [
        *zip(colours, maps.class_labels(bounds), strict=False),
        (theme.token("light", "rule"), _("not ranked")),
        (theme.token("light", "accent"), _("ringed: {name}").format(name=country.name)),
    ]
    alt = _("World map of the index in {year} in five classes of score; {name} is ringed.")
    return Picture(alt.format(year=country.year, name=country.spoken), draw, 760, 420, tuple(legend))
