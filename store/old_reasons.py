"""Why an area was not ranked, as databases before 0.7 have it: an English sentence, read once by a migration."""

import re
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    TableClause,
    Text,
    and_,
    column,
    insert,
    select,
    table,
    text,
    update,
)

from scidip.indicators.model.not_ranked_reasons import Known, Reason
from scidip.indicators.vocabulary import NotRanked

FACTORS: Final = {
    "three_factors": {"Infrastructural": "infra", "National": "national", "International": "international"},
    "four_factors": {
        "International exchange": "exchange",
        "Internationalised education": "internationalised_education",
        "Structural": "structural",
        "Infrastructural": "infrastructural",
    },
}
"""Codes of the factors by framework and name, as they were when sentences were kept."""
_FIXED: Final = {
    "Dependent territory: scored on the same scale, listed apart": NotRanked.TERRITORY,
    "No population figure in the sources: listed apart": NotRanked.NO_POPULATION,
}
_SMALL: Final = re.compile(r"Fewer than ([\d,]+) people: scored on the same scale, listed apart")
_FACTOR: Final = r"(.+?) \((\d+) of (\d+) figures\)"
_FEW: Final = re.compile(rf"Too few figures: ({_FACTOR}(?:, {_FACTOR})*)")


def reason_of(sentence: str, framework: str) -> Reason:
    """Return what an old sentence on an area in *framework* says; one that is not known is kept as it is."""
    if sentence in _FIXED:
        return Reason(_FIXED[sentence])
    if found := _SMALL.fullmatch(sentence):
        return Reason(NotRanked.SMALL_POPULATION, min_population=int(found[1].replace(",", "")))
    if found := _FEW.fullmatch(sentence):
        codes = FACTORS.get(framework, {})
        factors = tuple(
            Known(codes.get(name, name), int(known), int(of))
            for name, known, of in re.findall(rf"{_FACTOR}(?:, |$)", found[1])
        )
        return Reason(NotRanked.FEW_FIGURES, factors=factors)
    return Reason(NotRanked.OTHER, text=sentence)


def sentences_to_codes(connection: Connection) -> None:
    """Replace the column of sentences in the table of scores by codes and their parameters."""
    for definition in ("reason_code VARCHAR", "reason_params TEXT"):
        connection.execute(text(f"ALTER TABLE score ADD COLUMN {definition} DEFAULT '' NOT NULL"))
    columns = ("framework", "reason", "reason_code", "reason_params")
    old = table("score", *map(column, columns))
    found = connection.execute(select(old.c.framework, old.c.reason).where(old.c.reason != "").distinct()).all()
    reasons = [reason_of(sentence, framework) for framework, sentence in found]
    read = [
        dict(zip(columns, (*row, r.code.value, r.params), strict=True)) for row, r in zip(found, reasons, strict=True)
    ]
    if read:
        _write(connection, old, read)
    connection.execute(text("ALTER TABLE score DROP COLUMN reason"))


def _write(connection: Connection, old: TableClause, read: list[dict[str, str]]) -> None:
    """Write what was *read* into the rows with the same framework and sentence."""
    keys, values = ("framework", "reason"), ("reason_code", "reason_params")
    beside = Table(
        "read_reason",
        MetaData(),
        *(Column(k, Text, primary_key=True) for k in keys),
        *(Column(v, Text) for v in values),
        prefixes=["TEMPORARY"],
    )
    beside.create(connection)
    connection.execute(insert(beside), read)
    same = and_(*(beside.c[k] == old.c[k] for k in keys))
    new = {v: select(beside.c[v]).where(same).scalar_subquery() for v in values}
    connection.execute(update(old).where(old.c.reason != "").values(new))
    beside.drop(connection)
