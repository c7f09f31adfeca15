"""The embedded bundle: harmonised figures in our own shape, one deterministic file per source.

`data/bundle/<source>.csv.gz` holds observations, `bundle.toml` says where they come from, and
`<source>.quarantine.csv.gz` holds the quarantined rows. Same input, same bytes.
"""

import gzip
import hashlib
import io
import tomllib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scidip.etl.harmonise import QUARANTINE_COLUMNS
from scidip.indicators.errors import SourceChanged, SourceUnavailable
from scidip.indicators.unpacking import TooLarge, gunzip
from scidip.indicators.vocabulary import OBSERVATION_COLUMNS
from scidip.store.runs import Batch, FileRecord

MANIFEST = "bundle.toml"
_TYPES = {c: "str" for c in ("indicator", "ref_area", "counterpart_area", "obs_status")} | {
    "time_period": "int64",
    "obs_value": "float64",
    "file": "int64",
    "row": "int64",
}


def to_csv(observations: pd.DataFrame) -> bytes:
    """Return the observations as canonical CSV: columns and rows in order, shortest exact numbers."""
    text: str = observations[list(OBSERVATION_COLUMNS)].to_csv(index=False, lineterminator="\n")
    return text.encode()


def digest(
    batch_csv: bytes,
    quarantined: pd.DataFrame,
    excluded: Mapping[str, int],
    origins: pd.DataFrame | None = None,
    declared: pd.DataFrame | None = None,
) -> str:
    """Return the SHA-256 that names the content of a vintage: figures, quarantine, exclusions, origins, declarations.

    Only figures that users supply state their origins and declare indicators; to correct a licence is a change, too.
    """
    content = hashlib.sha256(batch_csv)
    content.update(_quarantine_csv(quarantined))
    content.update(repr(sorted(excluded.items())).encode())
    if origins is not None and len(origins):
        content.update(origins.drop(columns="vintage").to_csv(index=False).encode())
    if declared is not None and len(declared):
        content.update(declared.to_csv(index=False).encode())
    return content.hexdigest()


def _quarantine_csv(quarantined: pd.DataFrame) -> bytes:
    text: str = quarantined[QUARANTINE_COLUMNS].to_csv(index=False, lineterminator="\n")
    return text.encode()


def _compress(content: bytes) -> bytes:
    # A fixed time stamp and no file name, or the same figures would give other bytes tomorrow.
    return gzip.compress(content, compresslevel=9, mtime=0)


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_source(folder: Path, source: str, batch: Batch) -> dict[str, Any]:
    """Write the files of one source and return its entry in the manifest."""
    figures = to_csv(batch.observations)
    _write_whole(folder / f"{source}.csv.gz", _compress(figures))
    quarantine = folder / f"{source}.quarantine.csv.gz"
    quarantine.unlink(missing_ok=True)
    if len(batch.quarantined):
        _write_whole(quarantine, _compress(_quarantine_csv(batch.quarantined)))
    return {
        "content_digest": batch.content_digest,
        "rows": len(batch.observations),
        "sha256": hashlib.sha256(figures).hexdigest(),
        "quarantined": len(batch.quarantined),
        "excluded": dict(sorted(batch.excluded.items())),
        "file": [
            {"name": f.name, "vintage": f.vintage, "bytes": f.bytes, "sha256": f.sha256, "retrieved": f.retrieved}
            for f in batch.files
        ],
    }


def write_manifest(
    folder: Path, entries: Mapping[str, Mapping[str, Any]], headers: Mapping[str, Mapping[str, str]]
) -> None:
    """Write `bundle.toml`. *headers* gives, per source, its title, publisher, licence and citation."""
    lines = ["# What the bundle holds and where it comes from. Written by `scidip bundle`; do not edit."]
    for source in sorted(entries):
        # An entry that was read from a manifest has the headers already.
        entry = {k: v for k, v in entries[source].items() if k not in headers[source]}
        lines += ["", f"[{source}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in headers[source].items()]
        lines += [f"{key} = {_toml(value)}" for key, value in entry.items() if key not in ("file", "excluded")]
        lines += [f"[{source}.excluded]"] + [f"{_toml(why)} = {n}" for why, n in entry["excluded"].items()]
        for file in entry["file"]:
            lines += [f"[[{source}.file]]"] + [f"{key} = {_toml(value)}" for key, value in file.items()]
    _write_whole(folder / MANIFEST, ("\n".join(lines) + "\n").encode())


def _toml(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources it holds, in name order."""
        return tuple(sorted(self.manifest))

    def digest_of(self, source: str) -> str:
        """Return the content digest of a source's figures."""
        return str(self.manifest[source]["content_digest"])

    def read(self, source: str) -> Batch:
        """Return a source's figures as they were bundled.

        Raises SourceChanged when the file is damaged or does not match the manifest.
        """
        entry = self.manifest[source]
        figures = self._unpack(source, f"{source}.csv.gz")
        if hashlib.sha256(figures).hexdigest() != entry["sha256"]:
            raise SourceChanged(
                source,
                f"the figures do not match {MANIFEST}; restore both from the repository or run `scidip bundle`",
                file=f"{source}.csv.gz",
            )
        observations = pd.read_csv(
            io.BytesIO(figures), dtype=_TYPES, keep_default_na=False, na_values={"obs_value": [""]}
        )
        quarantined = pd.DataFrame(columns=QUARANTINE_COLUMNS)
        if entry["quarantined"]:
            held = self._unpack(source, f"{source}.quarantine.csv.gz")
            quarantined = pd.read_csv(io.BytesIO(held), dtype={"file": "int64", "row": "int64"}, keep_default_na=False)
        files = tuple(
            FileRecord(f["name"], f["sha256"], f["bytes"], f["vintage"], "", f["retrieved"]) for f in entry["file"]
        )
        return Batch(observations, quarantined, entry["excluded"], files, entry["content_digest"])

    def _unpack(self, source: str, name: str) -> bytes:
        try:
            return gunzip((self.folder / name).read_bytes())
        except (OSError, EOFError, zlib.error, TooLarge) as error:
            raise SourceChanged(
                source, f"cannot be read ({error}); restore it from the repository or run `scidip bundle`", file=name
            ) from error


def open_bundle(folder: Path) -> Bundle:
    """Return the bundle in *folder*. Raises SourceUnavailable when there is none or it is unreadable."""
    path = folder / MANIFEST
    try:
        return Bundle(folder, tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise SourceUnavailable(
            "bundle", "there is no bundle; run `scidip bundle --from DIR`", file=str(path)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SourceChanged(
            "bundle", f"not valid TOML ({error}); restore it from the repository", file=str(path)
        ) from error


def headers_of(sources: Iterable[Any]) -> dict[str, dict[str, str]]:
    """Return the manifest's headers by source id, from sources' descriptions."""
    names = ("title", "publisher", "homepage", "licence", "citation")
    return {s.spec.id: {n: str(getattr(s.spec, n)) for n in names} for s in sources}
