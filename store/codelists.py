"""The catalogue's code lists as tables, so that the database explains itself."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Engine, Table, insert, select, update

from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.fields import TOTAL
from scidip.indicators.model.source import SourceSpec
from scidip.indicators.supply import SOURCE
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.database.schema import DERIVED, area, indicator, science_field, source

AFTER_ALL: Final = 100_000
"""Position of what is not in the catalogue."""


def sync_catalogue(engine: Engine, catalogue: Catalogue, areas: Areas, sources: Mapping[str, SourceSpec]) -> None:
    """Bring the tables of sources, indicators and areas to what the catalogue says.

    Codes that are gone from the catalogue stay in the tables: old runs may still refer to them.
    """
    with engine.begin() as connection:
        _sync(connection, source, [_source_row(s) for s in sources.values()] + [_derived_row()])
        _sync(connection, science_field, _field_rows(catalogue))
        _sync(connection, indicator, _indicator_rows(catalogue))
        _sync(connection, area, _area_rows(areas))


def enter_declared(connection: Connection, declared: pd.DataFrame) -> None:
    """Enter what users declare (columns of `declared_indicator`) in the list of indicators, after the catalogue's."""
    rows = {
        one["indicator"]: {
            "indicator": one["indicator"],
            "measure": one["indicator"],
            "field": TOTAL,
            "name": one["name"],
            "unit": one["unit"],
            "arity": "area",
            "directed": True,
            "source_id": SOURCE,
            "absent": "unknown",
            "position": AFTER_ALL,
        }
        for one in declared.to_dict("records")
    }
    _sync(connection, indicator, list(rows.values()))


def _sync(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    key = next(iter(table.primary_key.columns))
    known = {row[key.name]: dict(row) for row in connection.execute(select(table)).mappings()}
    fresh = [row for row in rows if row[key.name] not in known]
    if fresh:
        connection.execute(insert(table), fresh)
    for row in rows:
        if row[key.name] in known and known[row[key.name]] != row:
            # Without the key: to set it, even to itself, makes the database look through all rows that refer to it.
            others = {name: value for name, value in row.items() if name != key.name}
            connection.execute(update(table).where(key == row[key.name]).values(**others))


def _source_row(spec: SourceSpec) -> dict[str, Any]:
    names = (
        *("title", "publisher", "homepage", "licence", "licence_url", "citation", "redistributable", "where_to_get"),
        *("by_hand", "months"),
    )
    return {"source_id": spec.id} | {name: getattr(spec, name) for name in names}


def _derived_row() -> dict[str, Any]:
    return {
        "source_id": DERIVED,
        "title": "Derived by scidip",
        "publisher": "scidip",
        "homepage": "",
        "licence": "as its inputs",
        "licence_url": "",
        "citation": "scidip, derived from the sources named beside it",
        "redistributable": True,
        "where_to_get": "",
        "by_hand": "",
        "months": 12,
    }


def _indicator_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    return [
        {
            "indicator": i.code,
            "measure": i.measure or i.code,
            "field": i.field,
            "name": i.name,
            "unit": i.unit,
            "arity": i.arity,
            "directed": i.directed,
            "source_id": i.source if i.series else DERIVED,
            "absent": i.absent,
            "position": position,
        }
        for position, i in enumerate(catalogue.indicators.values())
    ]


def _field_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    names = {TOTAL: "All fields"} | {f.code: f.name for f in catalogue.fields.values()}
    return [{"field": code, "name": name} for code, name in names.items()]


def _area_rows(areas: Areas) -> list[dict[str, Any]]:
    names = ["ref_area", "name", "region", "income_group", "kind"]
    rows = [dict(zip(names, values, strict=True)) for values in areas.table[names].to_numpy().tolist()]
    return [*rows, dict.fromkeys(names, "") | {"ref_area": NOT_APPLICABLE, "name": "not applicable", "kind": "none"}]
