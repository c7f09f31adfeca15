"""The data package: a zip of tables with schema, sources, licences and digests, that recomputes its scores."""

import hashlib
import json
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import IO, Any, Final

from sqlalchemy import Engine

from scidip.findings import terms
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.framework import Framework
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.publish.export import tables
from scidip.publish.export.provenance import NAME, About, about_table
from scidip.publish.export.tables import Column, Table
from scidip.publish.export.writing import through_file
from scidip.publish.formats import csv
from scidip.store import table_rows
from scidip.store.table_rows import Chosen

TYPES: Final = {"text": "string", "year": "integer", "number": "number", "integer": "integer", "boolean": "boolean"}
NORMALISED: Final = tuple(
    c
    for c in tables.STAGES
    if c.name
    in ("indicator", "time_period", "ref_area", "own_period", "normalised", "obs_status", "none_by_list", "withheld")
)
COMPARED: Final = tuple(
    c
    for c in tables.SCORES
    if c.name in ("framework", "node", "time_period", "ref_area", "score", "rank", "coverage", "carried_share")
)
"""Of the scores, what is computed again."""
ALWAYS: Final = frozenset({"population"})
"""Series that decide who is ranked, whatever is scored."""
AREAS: Final = tuple(
    Column(n, "text", "attribute", t)
    for n, t in (("ref_area", "Code"), ("name", "Name"), ("kind", "State, economy, territory or former"))
)
CC_BY: Final = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
NOTE: Final = (
    "normalised.csv holds, for series whose terms do not let their figures be passed on, the values from 0 to 100 "
    "that enter the scores: made by scidip from treated figures. Why, and where the figures are, stands in withheld."
)

SMALL_NOTE: Final = (
    "Only what the scores of the default framework are computed from, of all areas and years, since one scale is set "
    "over all of them. Left out: series that are not scored, pairs, other frameworks, and the ranges of the scores."
)


def package_pieces(engine: Engine, catalogue: Catalogue, areas: Areas) -> Iterator[bytes]:
    """Yield the package as a zip file."""
    return through_file(lambda file: write_package(file, engine, catalogue, areas))


def write_package(file: IO[bytes], engine: Engine, catalogue: Catalogue, areas: Areas, *, small: bool = False) -> None:
    """Write the package into *file*; a *small* one holds what the default framework is computed from, and no more."""
    told = about_table(engine, catalogue, "package")
    resources = []
    if small:
        catalogue = replace(catalogue, frameworks={DEFAULT_FRAMEWORK: catalogue.frameworks[DEFAULT_FRAMEWORK]})
    made = (small_tables if small else package_tables)(engine, catalogue, areas, told)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9 if small else None) as archive:
        for table in made:
            resources.append({**_resource(archive, table), **_cited(table)})
        document = json.dumps(_catalogue(catalogue), ensure_ascii=False).encode()
        _write(archive, "catalogue.json", document)
        digest = hashlib.sha256(document).hexdigest()
        resources.append(
            {
                "name": "catalogue",
                "type": "json",
                "path": "catalogue.json",
                "format": "json",
                "bytes": len(document),
                "hash": f"sha256:{digest}",
            }
        )
        described = _descriptor(catalogue, told, resources, f"{NOTE} {SMALL_NOTE}" if small else NOTE)
        _write(archive, "datapackage.json", json.dumps(described, indent=1, ensure_ascii=False).encode())


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Write a file without the time of day, so that the same figures make the same bytes."""
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def package_tables(engine: Engine, catalogue: Catalogue, areas: Areas, told: About) -> list[Table]:
    """Return the tables of the package."""
    frameworks = Chosen({"framework": list(catalogue.frameworks)})
    stages = tables.stages(engine, catalogue, Chosen({"indicator": list(terms.withheld(engine, catalogue))}))
    return [
        tables.observations(engine, catalogue, Chosen()),
        tables.lists(engine, catalogue),
        tables.scores(engine, catalogue, frameworks),
        replace(_columns(stages, NORMALISED), name="normalised"),
        Table("areas", AREAS, lambda: areas.table[["ref_area", "name", "kind"]].itertuples(index=False, name=None)),
    ]


def small_tables(engine: Engine, catalogue: Catalogue, areas: Areas, told: About) -> list[Table]:
    """Return the tables of a small package: rows of the scored series only, of the scores what is computed again."""
    _whole, lists, scores, normalised, listed = package_tables(engine, catalogue, areas, told)
    needed = ALWAYS.union(*(f.leaves for f in catalogue.frameworks.values()))
    observations = tables.observations(engine, catalogue, Chosen({"indicator": needed}))
    # A country and year of which no figure of this framework is known has no row in it.
    told_of = {(year, area) for _, year, area, *_ in table_rows.cell_rows(engine, Chosen({"indicator": needed}))}
    kept = _columns(scores, COMPARED)
    year, area = (kept.header.index(name) for name in ("time_period", "ref_area"))
    return [
        _of_series(observations, needed),
        _of_series(lists, needed),
        replace(kept, rows=lambda: (row for row in kept.rows() if (row[year], row[area]) in told_of)),
        _of_series(normalised, needed),
        listed,
    ]


def _of_series(table: Table, codes: Collection[str]) -> Table:
    place = table.header.index("indicator")
    return replace(table, rows=lambda: (row for row in table.rows() if row[place] in codes))


def _columns(table: Table, columns: tuple[Column, ...]) -> Table:
    places = [table.header.index(c.name) for c in columns]
    return replace(table, columns=columns, rows=lambda: (tuple(row[i] for i in places) for row in table.rows()))


def digest_of(resources: list[dict[str, Any]]) -> str:
    """Return the digest of a package: of the digests of its files, in order."""
    return hashlib.sha256("\n".join(f"{r['path']} {r['hash']}" for r in resources).encode()).hexdigest()


def _resource(archive: zipfile.ZipFile, table: Table) -> dict[str, Any]:
    path, content, size = f"{table.name}.csv", hashlib.sha256(), 0
    with archive.open(path, "w", force_zip64=True) as file:
        for piece in csv.FORMAT.pieces(table):
            content.update(piece)
            size += file.write(piece)
    fields = [{"name": c.name, "type": TYPES[c.kind], "title": c.title} for c in table.columns]
    key = [c.name for c in table.columns if c.role == "dimension"]
    schema = {"fields": fields, "missingValues": [""], **({"primaryKey": key} if key else {})}
    return {
        "name": table.name,
        "type": "table",
        "path": path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{content.hexdigest()}",
        "schema": schema,
    }


def _cited(table: Table) -> dict[str, Any]:
    """Return how a resource is cited, and each of its series."""
    told = table.about
    if not told.citation:
        return {}
    names = ("indicator", "licence", "citation", "citation_short")
    series = [dict(zip(names, s, strict=True)) for s in told.series]
    return {"citation": told.citation, "citation_short": told.citation_short, **({"series": series} if series else {})}


def _in_files(catalogue: Catalogue, framework: Framework) -> Framework:
    """Return a framework with the codes that files have."""
    codes = {"code": catalogue.in_files(framework.code), "index_code": catalogue.in_files(framework.index_code)}
    return framework.model_copy(update=codes) if catalogue.files else framework


def _catalogue(catalogue: Catalogue) -> Mapping[str, Any]:
    return {
        "indicators": [i.model_dump(mode="json") for i in catalogue.indicators.values()],
        "fields": [f.model_dump(mode="json") for f in catalogue.fields.values()],
        "topics": [t.model_dump(mode="json") for t in catalogue.topics.values()],
        "frameworks": [_in_files(catalogue, f).model_dump(mode="json") for f in catalogue.frameworks.values()],
        "methodology": catalogue.methodology.model_dump(mode="json"),
    }


def _descriptor(catalogue: Catalogue, told: About, resources: list[dict[str, Any]], note: str) -> dict[str, Any]:
    return {
        "name": catalogue.stem,
        "title": catalogue.own or NAME,
        "description": note,
        "version": told.data_version,
        "licenses": [{"name": "other", "title": told.licence} if catalogue.own else {**CC_BY, "title": told.licence}],
        "sources": [{"title": t, "licence": li, "citation": c} for t, li, c in told.sources],
        "citation": told.citation,
        "citation_short": told.citation_short,
        "methodology": told.methodology,
        "methodology_digest": told.methodology_digest,
        "digest": digest_of(resources),
        "resources": resources,
    }
