"""Which columns of a work are read, in the words of each reader, and how a partition of another layout is told."""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scidip.indicators.errors import SourceChanged

if TYPE_CHECKING:
    import pyarrow as pa

ID: Final = "openalex_works"
"""The source that the counts are published under."""

COLUMNS: Final[dict[str, str]] = {
    "id": "string",
    "type": "string",
    "publication_year": "bigint",
    "is_xpac": "boolean",
    "primary_topic": "struct<field: struct<id: string>>",
    "authorships": "array<struct<countries: array<string>>>",
}
"""The part of a work that is read, in the words of Spark. All else in a record is passed over."""
DUCKDB_COLUMNS: Final[dict[str, str]] = {
    "id": "VARCHAR",
    "type": "VARCHAR",
    "publication_year": "BIGINT",
    "is_xpac": "BOOLEAN",
    "primary_topic": "STRUCT(field STRUCT(id VARCHAR))",
    "authorships": "STRUCT(countries VARCHAR[])[]",
}
"""The same in the words of DuckDB."""
LONGEST: Final = 1 << 26
"""Letters of a record of which the beginning is looked at: as long as a record that is read may be."""
NESTED: Final = ("primary_topic.field.id", "authorships.countries")
OLDER: Final = (
    "the partition has no {missing}: it is of an older layout, or of another entity; "
    "synchronise s3://openalex/data/parquet/works anew"
)


BATCH: Final = 32_768
"""Works that are read at once."""


def leaves(paths: Sequence[Path]) -> "pa.RecordBatchReader":
    """Return the works in Parquet files as a stream of what is read of them: of authorships, the countries alone.

    Raises ValueError naming the file that cannot be read to its end, when the stream comes to it.
    """
    import pyarrow as pa

    countries = pa.list_(pa.struct([("countries", pa.list_(pa.string()))]))
    topic = pa.struct([("field", pa.struct([("id", pa.string())]))])
    kinds = (pa.string(), pa.string(), pa.int64(), pa.bool_(), topic, countries)
    shape = pa.schema(list(zip(COLUMNS, kinds, strict=True)))
    return pa.RecordBatchReader.from_batches(shape, _batches(paths, shape))


def _batches(paths: Sequence[Path], shape: "pa.Schema") -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in paths:
        try:
            with pq.ParquetFile(path) as file:
                places = [file.schema.column(n).path for n in range(len(file.schema))]
                for batch in file.iter_batches(BATCH, columns=[place for place in places if _is_read(place)]):
                    table = pa.Table.from_batches([batch]).select(shape.names).cast(shape)
                    yield from table.to_batches()
        except (pa.ArrowException, OSError) as error:
            raise ValueError(f"{path}: {error}") from error


def _is_read(place: str) -> bool:
    """Return whether a leaf of a Parquet file is read; the lists on the way are named differently by writers."""
    parts = place.split(".")
    if parts[0] == "authorships":
        return "countries" in parts
    return place in COLUMNS or place == NESTED[0]


def refuse_older_parquet(path: Path, name: str, records: int) -> None:
    """Raise SourceChanged unless the file's own foot has the columns that are read and *records* rows."""
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (ArrowException, OSError) as error:
        raise SourceChanged(
            ID, "this is no whole Parquet file (cut off while it was copied?); synchronise it again", file=name
        ) from error
    found = {field.name: field.type for field in schema}
    missing = [column for column in COLUMNS if column not in found]
    missing += [place for place in NESTED if not missing and not _has(found, place.split("."))]
    _refuse(missing, name)
    if rows != records:
        raise SourceChanged(
            ID,
            f"the partition holds {rows:,} works where the manifest says {records:,}; synchronise it again",
            file=name,
        )


def _has(types: dict[str, Any], place: Sequence[str]) -> bool:
    """Return whether a nested name is in the types, whatever lists are on the way."""
    kind = types.get(place[0])
    for step in place[1:]:
        while kind is not None and hasattr(kind, "value_type"):
            kind = kind.value_type
        fields = {kind.field(i).name: kind.field(i).type for i in range(kind.num_fields)} if kind is not None else {}
        kind = fields.get(step)
    return kind is not None


def refuse_older_json(path: Path, name: str, records: int) -> None:
    """Raise SourceChanged unless the first record has the columns that are read. The records are counted later."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            line = file.readline(LONGEST)
        record = json.loads(line) if line.strip() else None
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise SourceChanged(
            ID,
            "this is no whole gzip file of JSON lines (cut off while it was copied?); synchronise it again",
            file=name,
        ) from error
    if record is None and records:
        raise SourceChanged(ID, f"it is empty where the manifest says {records:,} works", file=name)
    if record is None:
        return
    if not isinstance(record, dict):
        raise SourceChanged(ID, "its first line is no record; synchronise it again", file=name)
    missing = [column for column in COLUMNS if column not in record]
    topic, authors = record.get("primary_topic"), record.get("authorships")
    if topic and "field" not in topic:
        missing.append(NESTED[0])
    if authors and "countries" not in authors[0]:
        missing.append(NESTED[1])
    _refuse(missing, name)


def _refuse(missing: Sequence[str], name: str) -> None:
    if missing:
        raise SourceChanged(ID, OLDER.format(missing=missing[0]), file=name)
