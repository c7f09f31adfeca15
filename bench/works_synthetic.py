"""Synthetic works in the layout of an OpenAlex snapshot of 2026. No work in it exists; the manifest says `synthetic`.

With the traps of real ones: authors without country, empty and missing lists, empty countries inside a list, more than
a hundred authors, several institutions and countries of an author, works outside the core, other types, no topic,
no year, ids that were deleted or merged. Drawn with numpy, a seed a partition.
"""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PARTITION: Final = 250_000
"""Works in a file: real ones hold up to some hundred thousand."""
ROWS: Final = 20_000
"""Works in a row group."""
DATE: Final = "2026-06-25"
CODES: Final = (
    "US CN GB DE JP FR IN IT CA ES AU BR KR NL CH SE PL TR RU IR BE DK AT PT NO FI MX ZA SG IL GR EG SA AR "
    "CZ IE NZ MY TH CL PK TW HK CO UA RO HU NG ID VN BD KE ET GH MA TN DZ PE UY EC CR PA BO PY VE CU JM TT "
    "IS LU EE LV LT SI SK HR RS BA MK AL BG CY MT GE AM AZ KZ UZ MN LK NP MM KH LA PH AE QA KW OM BH JO LB "
    "IQ SY YE SD UG TZ ZM ZW MZ BW NA SN CI CM"
)
COUNTRIES: Final = np.array(CODES.split())
"""The larger stand before the smaller: drawn by a power law, as works are."""
TYPES: Final = np.array(["article", "review", "preprint", "book-chapter", "dataset", "paratext", "dissertation"])
TYPE_SHARES: Final = (0.62, 0.05, 0.10, 0.09, 0.08, 0.02, 0.04)


def _country_shares() -> np.ndarray:
    weight = 1 / np.arange(1, len(COUNTRIES) + 1) ** 0.9
    return weight / weight.sum()


def _texts(prefix: str, numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast("string"), "")


def _team_sizes(draw: np.random.Generator, works: int) -> np.ndarray:
    sizes = np.minimum(draw.geometric(0.24, works), 40)
    large = draw.random(works)
    sizes = np.where(large < 0.0008, draw.integers(101, 400, works), sizes)
    sizes = np.where((large >= 0.0008) & (large < 0.001), 100, sizes)
    return np.where(large > 0.985, 0, sizes)


def _lists(lengths: np.ndarray, values: pa.Array, missing: np.ndarray | None = None) -> pa.ListArray:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype("int32")
    mask = None if missing is None else pa.array(missing)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=mask)


def _institutions(draw: np.random.Generator, home: np.ndarray, number: np.ndarray) -> tuple[pa.Array, pa.Array]:
    """Return institutions and countries of each authorship: countries different and sorted, some empty."""
    total = int(number.sum())
    owner = np.repeat(np.arange(len(number)), number)
    abroad = draw.random(total) < 0.12
    country = np.where(abroad, draw.choice(len(COUNTRIES), total, p=_country_shares()), home[owner])
    unknown = draw.random(total) < 0.02
    number_of = draw.integers(0, 300, total) + 1000 * country
    codes = pa.array(COUNTRIES[country], mask=unknown)
    kinds = pa.array(np.array(["education", "facility", "government", "company"])[number_of % 4])
    names = _texts("Synthetic Institute ", number_of)
    ids = _texts("https://openalex.org/I", number_of)
    entries = pa.StructArray.from_arrays(
        [ids, names, _texts("https://ror.org/0s", number_of), codes, kinds, _lists(np.ones(total, int), ids)],
        ["id", "display_name", "ror", "country_code", "type", "lineage"],
    )
    # Different countries of each authorship; what is unknown stays as an empty cell in a few lists.
    keys = np.unique(owner * 1000 + np.where(unknown, 999, country))
    at, which = keys // 1000, keys % 1000
    kept = (which < 999) | (at % 50 == 0)
    at, which = at[kept], which[kept]
    lengths = np.bincount(at, minlength=len(number))
    values = pa.array(COUNTRIES[np.minimum(which, len(COUNTRIES) - 1)], mask=which == 999)
    return _lists(number, entries), _lists(lengths, values)


def _authorships(draw: np.random.Generator, works: int) -> pa.Array:
    sizes = _team_sizes(draw, works)
    total = int(sizes.sum())
    owner = np.repeat(np.arange(works), sizes)
    base = draw.choice(len(COUNTRIES), works, p=_country_shares())
    open_team = draw.random(works) < 0.22
    abroad = open_team[owner] & (draw.random(total) < 0.4)
    home = np.where(abroad, draw.choice(len(COUNTRIES), total, p=_country_shares()), base[owner])
    number = draw.choice([0, 1, 2, 3, 5], total, p=[0.13, 0.62, 0.18, 0.06, 0.01])
    institutions, countries = _institutions(draw, home, number)
    person = draw.integers(1, 90_000_000, total)
    first = np.zeros(total, dtype=bool)
    first[np.cumsum(sizes)[sizes > 0] - sizes[sizes > 0]] = True
    name = _texts("Synthetic Author ", person % 50_000)
    author = pa.StructArray.from_arrays(
        [_texts("https://openalex.org/A", person), name, pa.nulls(total, pa.string())], ["id", "display_name", "orcid"]
    )
    address = _texts("Synthetic Institute of a synthetic place, number ", home * 1000 + person % 300)
    people = pa.StructArray.from_arrays(
        [
            pa.array(np.where(first, "first", "middle")),
            author,
            institutions,
            countries,
            pa.array(first),
            name,
            _lists(np.ones(total, int), address),
        ],
        [
            "author_position",
            "author",
            "institutions",
            "countries",
            "is_corresponding",
            "raw_author_name",
            "raw_affiliation_strings",
        ],
    )
    return _lists(sizes, people, missing=(sizes == 0) & (np.arange(works) % 3 == 0))


def _named(prefix: str, numbers: np.ndarray, missing: np.ndarray | None = None) -> pa.StructArray:
    arrays = [_texts(f"https://openalex.org/{prefix}/", numbers), _texts(f"Synthetic {prefix} ", numbers)]
    return pa.StructArray.from_arrays(arrays, ["id", "display_name"])


def _topics(draw: np.random.Generator, works: int) -> pa.Array:
    field = draw.integers(11, 37, works)
    parts: dict[str, Any] = {
        "id": _texts("https://openalex.org/T", 10_000 + draw.integers(0, 4500, works)),
        "score": pa.array(draw.random(works).round(4)),
        "subfield": _named("subfields", field * 100 + 1),
        "field": _named("fields", field),
        "domain": _named("domains", 1 + field % 4),
    }
    missing = pa.array(draw.random(works) < 0.03)
    return pa.StructArray.from_arrays(list(parts.values()), list(parts), mask=missing)


def table_of(first: int, works: int, seed: int) -> pa.Table:
    """Return works with the numbers from *first* on, none of which exists."""
    draw = np.random.default_rng([seed, first])
    year = draw.integers(2010, 2026, works)
    numbers = np.arange(first, first + works)
    columns: dict[str, Any] = {
        "id": _texts("https://openalex.org/W", numbers),
        "doi": _texts("https://doi.org/10.0000/synthetic.", numbers),
        "title": _texts("A synthetic work, which nobody wrote, number ", numbers),
        "publication_year": pa.array(year, mask=draw.random(works) < 0.002),
        "type": pa.array(TYPES[draw.choice(len(TYPES), works, p=TYPE_SHARES)]),
        "is_xpac": pa.array(draw.random(works) < 0.3, mask=draw.random(works) < 0.001),
        "primary_topic": _topics(draw, works),
        "authorships": _authorships(draw, works),
        "cited_by_count": pa.array(draw.poisson(9, works)),
        "updated_date": pa.array([f"{DATE}T00:00:00"] * works),
    }
    return pa.table(columns)


def write(folder: Path, works: int, *, form: str = "parquet", seed: int = 1, partition: int = PARTITION) -> Path:
    """Write a snapshot of *works* synthetic works; return its folder. What is there is written over."""
    files = []
    for number, first in enumerate(range(0, works, partition)):
        table = table_of(first + 1, min(partition, works - first), seed)
        part = "parquet" if form == "parquet" else "gz"
        name = f"updated_date=2026-06-{1 + number % 24:02d}/part_{number // 24:04d}.{part}"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if form == "parquet":
            pq.write_table(table, path, compression="zstd", row_group_size=ROWS)
        else:
            with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
                file.writelines(json.dumps(row) + "\n" for row in table.to_pylist())
        files.append((name, path.stat().st_size, table.num_rows))
    every = np.arange(7, works, 211)
    half = len(every) // 2
    deleted = "".join(f"W{n},2026-05-01\n" for n in every[:half])
    (folder / "deleted_ids.csv").write_text("work_id,deleted_date\n" + deleted)
    (folder / "merged_ids").mkdir(exist_ok=True)
    merged = "".join(f"2025-01-01,W{n},W{n + 1}\n" for n in every[half:])
    (folder / "merged_ids" / "2025-01-01.csv").write_text("merge_date,id,merge_into_id\n" + merged)
    manifest_of(folder, form, files)
    return folder


def manifest_of(folder: Path, form: str, files: list[tuple[str, int, int]]) -> None:
    """Write the manifest of partitions given as name, bytes and records."""
    place = f"s3://openalex/data/{form}/works/"
    entries = [{"url": place + n, "meta": {"content_length": size, "record_count": rows}} for n, size, rows in files]
    total = {"record_count": sum(f[2] for f in files), "content_length": sum(f[1] for f in files)}
    manifest = {"date": DATE, "format": form, "entity": "works", "synthetic": True, **total, "files": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
