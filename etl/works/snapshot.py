"""A snapshot of OpenAlex's works on this disk: its manifest, its partitions, and whether they agree.

Layout of 2026: `manifest.json` beside folders `updated_date=YYYY-MM-DD` of `part_0000.parquet` or `part_0000.gz`,
and `deleted_ids.csv` (`work_id,deleted_date`). The manifest names each partition with bytes and records. Only what it
names is read: what an earlier download left behind is not. Ids of the older `merged_ids/*.csv` are honoured as well.
"""

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from scidip.etl.works.layout import ID, refuse_older_json, refuse_older_parquet
from scidip.indicators.errors import SourceChanged, SourceUnavailable

Format = Literal["parquet", "jsonl"]
MANIFEST: Final = "manifest.json"
PLACES: Final = ("", "works", "data/parquet/works", "parquet/works", "data/jsonl/works", "jsonl/works")
"""Where below the folder that was named the works are looked for, in this order."""
OLDER: Final = ("data/works/manifest", "legacy-data/works/manifest", "manifest")
PART: Final = re.compile(r"updated_date=\d{4}-\d{2}-\d{2}/part_\d+\.(?:parquet|gz)")
ADDRESS: Final = "https://openalex.org/"
REMEDY: Final = "synchronise the snapshot again"


@dataclass(frozen=True)
class Part:
    """A partition: its name below the works' folder, where it is, and what the manifest says of it."""

    name: str
    path: Path
    size: int
    records: int


@dataclass(frozen=True)
class WorksSnapshot:
    """What is counted: partitions in order of names, the day of the snapshot, ids that are no works any more."""

    folder: Path
    format: Format
    date: str
    parts: tuple[Part, ...]
    removed: tuple[str, ...]
    """Addresses of deleted and merged works, sorted, each once."""
    digest: str
    """SHA-256 of the manifest and of the ids."""

    @property
    def records(self) -> int:
        """Works in all partitions, as the manifest has them."""
        return sum(part.records for part in self.parts)


def open_snapshot(folder: Path) -> WorksSnapshot:
    """Return the snapshot below *folder*, its partitions present, whole and in the layout that is read.

    Raises SourceUnavailable for what is missing, SourceChanged for what disagrees or is of another layout.
    """
    place = _place(folder)
    text = _text(place / MANIFEST)
    manifest = _manifest(text, place)
    form: Format = "parquet" if manifest["format"] == "parquet" else "jsonl"
    parts = tuple(sorted(_parts(manifest, place), key=lambda part: part.name))
    _refuse_sums(manifest, parts, place)
    for part in parts:
        _refuse_faulty(part)
        (refuse_older_parquet if form == "parquet" else refuse_older_json)(part.path, part.name, part.records)
    removed = tuple(sorted(set(_removed(place))))
    digest = hashlib.sha256("\n".join((text, *removed)).encode()).hexdigest()
    return WorksSnapshot(place, form, str(manifest["date"]), parts, removed, digest)


def _place(folder: Path) -> Path:
    for below in PLACES:
        if (folder / below / MANIFEST).is_file():
            return folder / below
    if any((folder / old).is_file() for old in OLDER):
        raise SourceChanged(
            ID, "this is the layout before 2026; synchronise s3://openalex/data/parquet/works", file=str(folder)
        )
    raise SourceUnavailable(
        ID,
        f"there is no {MANIFEST} of works; name the folder that holds it and the folders updated_date=…",
        file=str(folder),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnavailable(ID, f"cannot be read ({error}); {REMEDY}", file=str(path)) from error


def _manifest(text: str, place: Path) -> Mapping[str, Any]:
    """Return the manifest of works, refused when it is another entity's or of another shape."""
    file = str(place / MANIFEST)
    try:
        found = json.loads(text)
    except ValueError as error:
        raise SourceChanged(ID, f"this is no JSON ({error}); {REMEDY}", file=file) from error
    if isinstance(found, dict) and "entries" in found:
        raise SourceChanged(
            ID, "the manifest is of the layout before 2026; synchronise s3://openalex/data/parquet/works", file=file
        )
    wanted = ("date", "format", "entity", "record_count", "files")
    missing = [key for key in wanted if not isinstance(found, dict) or key not in found]
    if missing:
        raise SourceChanged(ID, f"the manifest has no {missing[0]}; {REMEDY}", file=file)
    if found["entity"] != "works":
        raise SourceChanged(ID, f"this is a snapshot of {found['entity']}; give that of works", file=file)
    if found["format"] not in ("parquet", "jsonl"):
        raise SourceChanged(ID, f"the format is {found['format']!r}; give that of parquet or jsonl", file=file)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(found["date"])):
        raise SourceChanged(ID, f"the date {found['date']!r} is none of the form 2026-06-25; {REMEDY}", file=file)
    return dict(found)


def _parts(manifest: Mapping[str, Any], place: Path) -> Iterator[Part]:
    file = str(place / MANIFEST)
    for entry in manifest["files"]:
        try:
            name = "/".join(str(entry["url"]).split("/")[-2:])
            size, records = int(entry["meta"]["content_length"]), int(entry["meta"]["record_count"])
        except (KeyError, TypeError, ValueError) as error:
            raise SourceChanged(
                ID, f"an entry has no url, content_length or record_count; {REMEDY}", file=file
            ) from error
        if not PART.fullmatch(name):
            raise SourceChanged(
                ID, f"{name} is no partition of the form updated_date=2026-06-24/part_0000; {REMEDY}", file=file
            )
        yield Part(name, place / name, size, records)


def _refuse_sums(manifest: Mapping[str, Any], parts: tuple[Part, ...], place: Path) -> None:
    """Raise SourceChanged when the manifest's own sums, or its names, disagree."""
    file = str(place / MANIFEST)
    if len({part.name for part in parts}) < len(parts):
        raise SourceChanged(ID, f"a partition is named twice; {REMEDY}", file=file)
    total, said = sum(part.records for part in parts), int(manifest["record_count"])
    if total != said:
        raise SourceChanged(
            ID, f"the manifest says {said:,} works and its partitions add up to {total:,}; {REMEDY}", file=file
        )


def _refuse_faulty(part: Part) -> None:
    if not part.path.is_file():
        raise SourceUnavailable(ID, f"the partition is missing, which the manifest names; {REMEDY}", file=part.name)
    size = part.path.stat().st_size
    if size != part.size:
        raise SourceChanged(
            ID,
            f"the partition has {size:,} bytes where the manifest says {part.size:,} (cut off, or of another "
            f"snapshot); {REMEDY}",
            file=part.name,
        )


def _removed(place: Path) -> Iterator[str]:
    """Yield the addresses of deleted works, and of those merged into others."""
    deleted = place / "deleted_ids.csv"
    lists = [(deleted, "work_id")] if deleted.is_file() else []
    lists += [(path, "id") for path in sorted((place / "merged_ids").glob("*.csv*"))]
    for path, column in lists:
        try:
            with (
                gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file
            ):
                reader = csv.DictReader(file)
                if column not in (reader.fieldnames or ()):
                    raise SourceChanged(ID, f"the column {column} is missing; {REMEDY}", file=path.name)
                yield from (ADDRESS + str(row[column]).rsplit("/", 1)[-1] for row in reader)
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise SourceChanged(ID, f"cannot be read ({error}); {REMEDY}", file=path.name) from error
