"""The whole counts once more, in Polars: what DuckDB and Spark are measured beside. `works_polars.py SNAPSHOT OUT`."""

import sys
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from scidip.etl.works import counting  # noqa: E402
from scidip.etl.works.counting import KEY, LARGEST_TEAM, TOTAL, UNKNOWN, WHOLE  # noqa: E402
from scidip.etl.works.snapshot import open_snapshot  # noqa: E402
from scidip.indicators.vocabulary import NOT_APPLICABLE  # noqa: E402

TYPES = ["article", "review"]


def main() -> None:
    """Count a snapshot step by step and write the rows as Parquet, sorted."""
    snapshot, out = open_snapshot(Path(sys.argv[1])), Path(sys.argv[2])
    removed = pl.LazyFrame({"id": list(snapshot.removed)}).with_columns(is_removed=True)
    found = [
        _counts(pl.scan_parquet([p.path for p in snapshot.parts[n : n + 8]]), removed).collect(engine="streaming")
        for n in range(0, len(snapshot.parts), 8)
    ]
    rows = pl.concat(found).group_by(KEY).sum().sort(KEY).select(*KEY, *WHOLE)
    rows.cast(dict.fromkeys(("year", *WHOLE), pl.Int64)).write_parquet(out)


def _counts(works: pl.LazyFrame, removed: pl.LazyFrame) -> pl.LazyFrame:
    """Return the sums by KEY of works, counted and set aside."""
    judged = _judged(works.join(removed, on="id", how="left"))
    aside = judged.filter(pl.col("reason").is_not_null()).select(
        area="reason", partner=pl.lit(NOT_APPLICABLE), year=pl.lit(0, pl.Int64), field=pl.lit(NOT_APPLICABLE)
    )
    aside = aside.group_by(KEY).agg(works=pl.len().cast(pl.Int64), **dict.fromkeys(WHOLE[1:], pl.lit(0, pl.Int64)))
    sums = _rows(judged.filter(pl.col("reason").is_null())).group_by(KEY)
    counted = sums.agg(
        works=pl.len().cast(pl.Int64),
        international=(pl.col("many") > 1).sum().cast(pl.Int64),
        authors=pl.col("authors").clip(upper_bound=LARGEST_TEAM).sum(),
        large_teams=(pl.col("authors") >= LARGEST_TEAM).sum().cast(pl.Int64),
    )
    return pl.concat([counted, aside.select(*KEY, *WHOLE)])


def _judged(works: pl.LazyFrame) -> pl.LazyFrame:
    """Return reason (null: counted), year, field, authors and countries of each work."""
    reason = (
        pl.when(pl.col("is_removed").fill_null(False))
        .then(pl.lit(counting.REMOVED))
        .when(pl.col("is_xpac").fill_null(False))
        .then(pl.lit(counting.XPAC))
        .when(~pl.col("type").fill_null("").is_in(TYPES))
        .then(pl.lit(counting.OTHER_TYPE))
        .when(pl.col("publication_year").is_null())
        .then(pl.lit(counting.NO_YEAR))
    )
    field = pl.col("primary_topic").struct.field("field").struct.field("id").str.split("/").list.last()
    named = pl.col("authorships").list.eval(pl.element().struct.field("countries"))
    return works.select(
        reason=reason,
        year=pl.col("publication_year").cast(pl.Int64),
        field=field.fill_null(UNKNOWN),
        authors=pl.col("authorships").list.len().fill_null(0).cast(pl.Int64),
        countries=named.list.head(LARGEST_TEAM)
        .list.eval(pl.element().explode().drop_nulls().unique().sort())
        .fill_null([]),
    )


def _rows(counted: pl.LazyFrame) -> pl.LazyFrame:
    """Return a row for each area alone and for each pair of areas of a work."""
    counted = counted.with_columns(many=pl.col("countries").list.len())
    others = pl.when(pl.col("many") == 0).then(pl.lit([TOTAL, UNKNOWN])).otherwise(pl.lit([TOTAL]))
    alone = counted.with_columns(area=pl.concat_list("countries", others), partner=pl.lit(NOT_APPLICABLE))
    pairs = counted.filter(pl.col("many") > 1).with_columns(area="countries", partner="countries")
    pairs = pairs.explode("area").explode("partner").filter(pl.col("partner") > pl.col("area"))
    return pl.concat([frame.select(*KEY, "authors", "many") for frame in (alone.explode("area"), pairs)])


if __name__ == "__main__":
    main()
