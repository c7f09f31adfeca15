"""Every read that pages, exports and commands need. A frame (or a plain value) comes out."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from sqlalchemy import Engine, Select, and_, func, select

from scidip.indicators.collector import without_collector
from scidip.indicators.model.declared import PREFIX
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX, DEFAULT_METHODOLOGY
from scidip.store.database.schema import (
    DERIVED,
    SCORES,
    area,
    derived_origin,
    observation,
    run,
    run_file,
    score,
    score_interval,
    source,
    vintage,
)

MANY = 1000
"""Rows from which it is worth to share equal texts."""
TOGETHER = 50_000  # rows that are fetched at a time
_INTERVALS = [c for c in score_interval.c if c.name.startswith(("score_", "rank_"))]


def frame_of(engine: Engine, query: Select[Any]) -> pd.DataFrame:
    """Return the rows of a query as a frame."""
    with engine.connect() as connection, without_collector():
        result = connection.execute(query)
        # By column: pandas looks into each row that it is handed. In parts: two million tuples take a gigabyte.
        columns: dict[str, tuple[list[Any], dict[Any, Any]]] = {name: ([], {}) for name in list(result.keys())}
        for rows in result.partitions(TOGETHER):
            for (column, known), values in zip(columns.values(), zip(*rows, strict=True), strict=True):
                column.extend(shared(values, known))
    return pd.DataFrame({name: column for name, (column, _) in columns.items()})


def shared(column: Sequence[Any], known: dict[Any, Any]) -> Sequence[Any]:
    """Return a long column of texts with equal ones as one object; *known* are those seen before.

    The driver makes a new text for each cell: a million times the same two hundred codes.
    """
    if len(column) < MANY or not isinstance(column[0], str):
        return column
    return [known.setdefault(text, text) for text in column]


def score_run() -> Any:
    """Return the id of the score run that serves, as a subquery."""
    return select(vintage.c.run_id).where(vintage.c.source_id == SCORES).scalar_subquery()


# --- what serves ------------------------------------------------------------------------------


def served_digests(engine: Engine) -> dict[str, str]:
    """Return the content digest of what serves, by source id (and "scidip", "scores")."""
    query = select(vintage.c.source_id, run.c.content_digest).join(run, run.c.run_id == vintage.c.run_id)
    with engine.connect() as connection:
        return {r.source_id: r.content_digest for r in connection.execute(query)}


def served_digest(engine: Engine, subject: str) -> str:
    """Return the content digest of what serves of *subject*, "" when nothing does."""
    return served_digests(engine).get(subject, "")


def was_published(engine: Engine, subject: str, content_digest: str) -> bool:
    """Return whether this content of *subject* has ever been published here."""
    query = select(func.count()).where(
        run.c.subject == subject, run.c.content_digest == content_digest, run.c.status.in_(["succeeded", "unchanged"])
    )
    with engine.connect() as connection:
        return bool(connection.execute(query).scalar())


def served_methodology(engine: Engine) -> str:
    """Return the code of the methodology by which the scores that serve were made; the default's before any."""
    query = select(run.c.methodology).where(run.c.run_id == score_run())
    with engine.connect() as connection:
        return connection.execute(query).scalar() or DEFAULT_METHODOLOGY


def version_of(digests: Mapping[str, str]) -> str:
    """Return ten hex digits that name figures and scores by their digests; "" when there are none."""
    return hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()[:10] if digests else ""


def data_version(engine: Engine) -> str:
    """Return ten hex digits that name the figures and scores that serve; "" for an empty database."""
    return version_of(served_digests(engine))


# --- scores -----------------------------------------------------------------------------------


def scored_years(engine: Engine) -> list[int]:
    """Return the years with scores, ascending."""
    query = (
        select(score.c.time_period)
        .where(score.c.run_id == score_run(), score.c.framework == DEFAULT_FRAMEWORK)
        .distinct()
    )
    with engine.connect() as connection:
        return sorted(connection.execute(query).scalars())


def scores_query(framework: str = DEFAULT_FRAMEWORK) -> Select[Any]:
    """Return the query of a framework's scores, with intervals and the area's name and groups."""
    same = and_(
        *(score.c[k] == score_interval.c[k] for k in ("run_id", "framework", "node", "time_period", "ref_area"))
    )
    columns = [c for c in score.c if c.name != "run_id"]
    return (
        select(*columns, *_INTERVALS, area.c.name, area.c.region, area.c.income_group)
        .select_from(score.outerjoin(score_interval, same).join(area, area.c.ref_area == score.c.ref_area))
        .where(score.c.run_id == score_run(), score.c.framework == framework)
    )


_RANKING = [
    "ref_area",
    "name",
    "region",
    "income_group",
    "score",
    "score_p05",
    "score_p50",
    "score_p95",
    "rank",
    "rank_p05",
    "rank_p50",
    "rank_p95",
    "ranked_areas",
    "coverage",
    "carried_share",
    "imputed_share",
    "is_ranked",
    "reason_code",
    "reason_params",
]


def ranking(engine: Engine, node: str, year: int, framework: str = DEFAULT_FRAMEWORK) -> pd.DataFrame:
    """Return a node's scores of a year: ranked areas by rank, then the others by score.

    `rank` and the interval columns are NaN for areas that are not ranked, and for dimensions.
    """
    chosen = scores_query(framework).where(score.c.node == node, score.c.time_period == year)
    return in_order(typed_scores(frame_of(engine, chosen)))[_RANKING]


def ranking_columns() -> list[str]:
    """Return the columns of a ranking."""
    return list(_RANKING)


def in_order(frame: pd.DataFrame, first: Sequence[str] = ()) -> pd.DataFrame:
    """Return scores as a ranking lists them: by rank, then those without one by score; before that by *first*."""
    return frame.sort_values(
        [*first, "is_ranked", "rank", "score", "ref_area"],
        ascending=[*(True for _ in first), False, True, False, True],
        ignore_index=True,
    )


def typed_scores(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `scores_query` with numbers as floats, NaN where there is none."""
    numbers = [
        c
        for c in map(str, frame)
        if c.startswith(("score", "rank_")) or c in ("rank", "coverage", "carried_share", "imputed_share")
    ]
    return frame.astype({c: "float64" for c in numbers} | {"is_ranked": "bool"})


def area_scores(engine: Engine, ref_area: str, framework: str = DEFAULT_FRAMEWORK) -> pd.DataFrame:
    """Return all scores of an area, every node and year, in the order of nodes and years."""
    frame = typed_scores(frame_of(engine, scores_query(framework).where(score.c.ref_area == ref_area)))
    return frame[["node", "time_period", *_RANKING]].sort_values(["node", "time_period"], ignore_index=True)


def year_scores(engine: Engine, year: int) -> pd.DataFrame:
    """Return the scores of a year, areas × nodes; NaN where a node is not scored. Index `ref_area`, ascending."""
    query = select(score.c.ref_area, score.c.node, score.c.score).where(
        score.c.run_id == score_run(), score.c.framework == DEFAULT_FRAMEWORK, score.c.time_period == year
    )
    scores = frame_of(engine, query).astype({"score": "float64"})
    return scores.pivot(index="ref_area", columns="node", values="score")


def movers(engine: Engine, node: str, year: int, since: int) -> pd.DataFrame:
    """Return the ranks of two years side by side, for areas ranked in both.

    `change_is_clear` says that the two rank intervals do not overlap.
    """
    return movers_of(ranking(engine, node, year), ranking(engine, node, since))


def movers_of(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """Return two rankings side by side, as `movers` does."""
    both = new[new["is_ranked"]].merge(old[old["is_ranked"]], on="ref_area", suffixes=("", "_before"))
    clear = (both["rank_p95"] < both["rank_p05_before"]) | (both["rank_p05"] > both["rank_p95_before"])
    columns = [
        "ref_area",
        "name",
        "rank",
        "rank_p05",
        "rank_p95",
        "rank_before",
        "rank_p05_before",
        "rank_p95_before",
        "score",
        "score_before",
    ]
    return both[columns].assign(change_is_clear=clear)


def health(engine: Engine) -> dict[str, Any]:
    """Return the data version, the newest scored year and how many areas are ranked in it."""
    years = scored_years(engine)
    latest = years[-1] if years else None
    query = select(func.count()).where(
        score.c.run_id == score_run(),
        score.c.time_period == latest,
        score.c.is_ranked,
        score.c.node == DEFAULT_INDEX,
        score.c.framework == DEFAULT_FRAMEWORK,
    )
    with engine.connect() as connection:
        ranked = connection.execute(query).scalar() if years else 0
    return {"data_version": data_version(engine), "latest_year": latest, "ranked_areas": ranked}


# --- observations -----------------------------------------------------------------------------


def observations(
    engine: Engine, indicators: Sequence[str] | None = None, *, sources_only: bool = False
) -> pd.DataFrame:
    """Return the current observations of some (or all) indicators, sorted by key.

    With *sources_only*, figures derived by scidip are left out.
    """
    query = select(*(c for c in observation.c if c.name != "run_id")).join(
        vintage, vintage.c.run_id == observation.c.run_id
    )
    if indicators is not None:
        query = query.where(observation.c.indicator.in_(list(indicators)))
    if sources_only:
        query = query.where(vintage.c.source_id != DERIVED)
    frame = frame_of(engine, query.order_by(observation.c.run_id, *KEY))
    return frame.astype({"obs_value": "float64", "time_period": "int64", "file": "int64", "row": "int64"})


def each_line(engine: Engine) -> Iterator[tuple[tuple[str, str, str], list[tuple[int, float]]]]:
    """Yield every series that serves, sorted: indicator, area, counterpart; known years and values; or in two parts."""
    serving = observation.c.run_id.in_(select(vintage.c.run_id)), observation.c.obs_value.is_not(None)
    query = select(*KEY, observation.c.obs_value).where(*serving)
    with engine.connect() as connection:
        # A million and a half rows: fetched one by one they would take twice as long, at once all memory.
        for part in connection.execution_options(yield_per=20_000).execute(query.order_by(*KEY)).partitions():
            for key, figures in groupby(part, key=itemgetter(0, 1, 2)):
                yield key, [(row[3], row[4]) for row in figures]


ORIGIN = [
    func.coalesce(derived_origin.c.title, source.c.title).label("source_title"),
    func.coalesce(derived_origin.c.vintage, run_file.c.vintage).label("vintage"),
    func.coalesce(derived_origin.c.licence, source.c.licence).label("licence"),
]
"""Title, vintage and licence of a figure; of a derived one, those of what it rests on."""


def same_origin(figure: Any) -> Any:
    """Return the condition that joins a figure to its derived origin."""
    return and_(derived_origin.c.run_id == figure.run_id, derived_origin.c.indicator == figure.indicator)


KEY = [observation.c[k] for k in ("indicator", "ref_area", "counterpart_area", "time_period")]


def supplied_indicators(engine: Engine) -> tuple[str, ...]:
    """Return the codes of the catalogue's indicators with figures of the user of this copy; scores may contain them."""
    own = observation.c.indicator.startswith(PREFIX, autoescape=True)
    found = select(observation.c.indicator).join(vintage, vintage.c.run_id == observation.c.run_id).distinct()
    with engine.connect() as connection:
        return tuple(sorted(connection.execute(found.where(vintage.c.source_id == "user", ~own)).scalars()))
