"""The tables that can be downloaded: their columns, whose they are, and their rows, streamed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from sqlalchemy import Engine

from scidip.findings import terms
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.not_ranked_reasons import in_english, read_reason
from scidip.indicators.vocabulary import NotRanked, ObsStatus
from scidip.publish.export.provenance import About, about_table
from scidip.store import table_rows
from scidip.store.queries import list_queries
from scidip.store.table_rows import Chosen

Kind = Literal["text", "year", "number", "integer", "boolean"]
Role = Literal["dimension", "measure", "attribute"]


@dataclass(frozen=True)
class Column:
    """A column of a table: what it holds, and its part in SDMX."""

    name: str
    kind: Kind
    role: Role
    title: str


@dataclass(frozen=True)
class Table:
    """A table to be written in any format; `rows()` starts anew at each call."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[tuple[Any, ...]]]
    about: About = field(default_factory=About)

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [c.name for c in self.columns]


_AREA = Column("ref_area", "text", "dimension", "ISO 3166-1 alpha-3 code of the country")
_YEAR = Column("time_period", "year", "dimension", "The year the figure is about")
_INDICATOR = Column("indicator", "text", "dimension", "Code of the indicator")
_FIELD = Column("field", "text", "dimension", "Field of science of the series; _T: all fields")
_STATUS = Column("obs_status", "text", "attribute", "SDMX status of the observation")
_ORIGIN: Final = (
    Column("source", "text", "attribute", "Who published it"),
    Column("vintage", "text", "attribute", "Date or release of the publisher's file"),
    Column("licence", "text", "attribute", "The terms it was published under"),
)
_FIGURE: Final = (
    _YEAR,
    Column("obs_value", "number", "measure", "The figure, in the unit of the indicator"),
    Column("unit", "text", "attribute", "Code of the unit of measure"),
    _STATUS,
    *_ORIGIN,
)
OBSERVATIONS: Final = (_INDICATOR, _FIELD, _AREA, *_FIGURE)
PAIRS: Final = (*(_INDICATOR, _FIELD, _AREA), Column("counterpart_area", "text", "dimension", "The partner"), *_FIGURE)
SCORES: Final = (
    Column("framework", "text", "dimension", "Which framework the score belongs to"),
    Column("node", "text", "dimension", "The index, a factor or a dimension"),
    _YEAR,
    _AREA,
    *(
        Column(n, "number", "measure", t)
        for n, t in (
            ("score", "Score, 0-100"),
            ("score_p05", "Score, 5 % point"),
            ("score_p50", "Score, median"),
            ("score_p95", "Score, 95 % point"),
            ("rank", "Rank, 1 is best"),
            ("rank_p05", "Rank, 5 % point"),
            ("rank_p50", "Rank, median"),
            ("rank_p95", "Rank, 95 % point"),
        )
    ),
    Column("ranked_areas", "integer", "attribute", "How many are ranked in the year"),
    Column("coverage", "number", "attribute", "Share of the indicators below that are known"),
    Column("carried_share", "number", "attribute", "Share of the figures carried from an earlier year"),
    Column("imputed_share", "number", "attribute", "Share of the figures that are imputed"),
    Column("is_ranked", "boolean", "attribute", "Whether the country is ranked"),
    Column("reason", "text", "attribute", "Why it is not ranked"),
    Column("reason_code", "text", "attribute", f"Why it is not ranked, as a code: {', '.join(NotRanked)}"),
)
CODES: Final = ("framework", "node")
"""Columns of the scores whose codes files have otherwise than pages, for an index of one's own."""
STAGES: Final = (
    _INDICATOR,
    _YEAR,
    _AREA,
    Column("own_period", "year", "attribute", "The year the figure is of"),
    Column("raw", "number", "measure", "The figure before treatment; empty where it may not be passed on"),
    Column("treated", "number", "measure", "After treatment of outliers; empty where raw is withheld"),
    Column("imputed", "number", "measure", "After imputation; the default methodology imputes nothing, so as treated"),
    Column("normalised", "number", "measure", "On the scale 0-100, more is better"),
    Column("weight", "number", "attribute", "Share in the index when everything is known"),
    Column("weighted", "number", "measure", "Normalised value times that share"),
    _STATUS,
    Column("none_by_list", "boolean", "attribute", "The zero is read from a complete list that has no row"),
    Column("withheld", "text", "attribute", "Why raw and treated are empty, and where to get them"),
)


LISTS: Final = (
    _INDICATOR,
    _AREA,
    Column("first_period", "year", "dimension", "From this year on a missing row means none"),
    Column("last_period", "year", "attribute", "To this year"),
)


def lists(engine: Engine, catalogue: Catalogue) -> Table:
    """Return in which years complete lists speak of an area; series that may not be passed on left out."""
    held = terms.withheld(engine, catalogue)

    def rows() -> Iterator[tuple[Any, ...]]:
        frame = list_queries.coverage(engine)
        kept = frame[~frame["indicator"].isin(list(held))]
        return kept.itertuples(index=False, name=None)

    return Table("lists", LISTS, rows, about_table(engine, catalogue, "lists"))


def observations(engine: Engine, catalogue: Catalogue, chosen: Chosen, pairs: bool = False) -> Table:
    """Return the figures per area, or with *pairs* per pair; series that may not be passed on left out."""
    arity = "pair" if pairs else "area"
    held = terms.withheld(engine, catalogue)
    codes = [
        i.code
        for i in catalogue.indicators.values()
        if i.arity == arity and i.code not in held and _takes(catalogue, chosen, i)
    ]

    # The database's list of indicators has one unit for a code: what a user declares is as the version read has it.
    units = {c: catalogue.indicators[c].unit for c in codes if catalogue.indicators[c].supplied_by}
    place = [c.name for c in (PAIRS if pairs else OBSERVATIONS)].index("unit")

    def rows() -> Iterator[tuple[Any, ...]]:
        found = table_rows.observation_rows(engine, codes, chosen, pairs=pairs)
        if not units:
            return found
        return ((*row[:place], units.get(row[0], row[place]), *row[place + 1 :]) for row in found)

    name = "pairs" if pairs else "observations"
    told = about_table(engine, catalogue, name, codes)
    return Table(name, PAIRS if pairs else OBSERVATIONS, rows, told)


def _takes(catalogue: Catalogue, chosen: Chosen, spec: IndicatorSpec) -> bool:
    """Return whether a series is chosen: by its code, or by that of its measure.

    By the measure where fields are chosen, or where there is no total that the code could mean instead.
    """
    named = chosen.takes("indicator", spec.code)
    if "field" in chosen.values or spec.measure not in catalogue.indicators:
        named = named or chosen.takes("indicator", spec.measure or spec.code)
    return named and chosen.takes("field", spec.field)


def scores(engine: Engine, catalogue: Catalogue, chosen: Chosen) -> Table:
    """Return the scores of the chosen nodes, ranks with their intervals."""
    kept = [c.name for c in SCORES if c.name != "reason"] + ["reason_params"]
    place = [c.name for c in SCORES].index("reason")
    asked = _on_pages(catalogue, chosen)

    def rows() -> Iterator[tuple[Any, ...]]:
        said: dict[tuple[str, ...], str] = {}
        for row in table_rows.score_rows(engine, kept, asked):
            why = (row[0], *row[-2:])
            if why not in said:
                framework = catalogue.frameworks[row[0]]
                said[why] = in_english(read_reason(*row[-2:]), framework)
            codes = (catalogue.in_files(code) for code in row[:2])
            yield (*codes, *row[2:place], said[why], *row[place:-1])

    return Table("scores", SCORES, rows, about_table(engine, catalogue, "scores"))


def _on_pages(catalogue: Catalogue, chosen: Chosen) -> Chosen:
    """Return what is chosen of the scores by the codes of the pages, as the store has them."""
    named = {k: [catalogue.on_pages(c) for c in v] if k in CODES else v for k, v in chosen.values.items()}
    after = chosen.after and (*map(catalogue.on_pages, chosen.after[:2]), *chosen.after[2:])
    return replace(chosen, values=named, after=after)


def stages(engine: Engine, catalogue: Catalogue, chosen: Chosen) -> Table:
    """Return what every scored figure is at each step: raw, treated, imputed, normalised, weighted."""
    reasons = terms.refusals(engine, catalogue)
    shares = _index_shares(catalogue)

    def rows() -> Iterator[tuple[Any, ...]]:
        for code, year, area, own, raw, treated, normalised, status in table_rows.cell_rows(engine, chosen):
            why = reasons.get(code, "")
            raw, treated = (None, None) if why else (raw, treated)
            share = shares.get(code, 0.0)
            yield (
                code,
                year,
                area,
                own,
                raw,
                treated,
                treated,
                normalised,
                share,
                normalised * share,
                "A" if status == ObsStatus.NONE_LISTED else status,
                status == ObsStatus.NONE_LISTED,
                why,
            )

    return Table("stages", STAGES, rows, about_table(engine, catalogue, "stages"))


def _index_shares(catalogue: Catalogue) -> dict[str, float]:
    """Return, by indicator, its share in the default index when everything is known."""
    framework, shares = catalogue.framework, {}
    factors = framework.level("factor")
    for factor in factors:
        measured = [d for d in framework.children(factor.code) if d.indicators]
        for dimension in measured:
            total = sum(catalogue.indicators[i].weight for i in dimension.indicators)
            for code in dimension.indicators:
                shares[code] = (
                    catalogue.indicators[code].weight
                    / total
                    * dimension.weight
                    / sum(d.weight for d in measured)
                    * factor.weight
                    / sum(f.weight for f in factors)
                )
    return shares
