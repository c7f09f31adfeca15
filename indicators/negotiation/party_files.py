"""Parties from files: TOML or CSV, read as text and kept nowhere.

TOML: `name` and a table `weights`, or several `[[party]]` of both. CSV: columns `node` and `weight`, and `party` where
the file holds several; commas, semicolons or tabs, with a point or (beside other separators) a comma for decimals. The
table of weights that the page saves is read as well: its column `points` is what counts there, and its first lines,
which begin with #, are passed over.
"""

import csv
import io
import tomllib
from collections.abc import Iterator
from typing import Any

from scidip.indicators.language.current import _
from scidip.indicators.model.framework import Framework
from scidip.indicators.negotiation.parties import Party, PartyError, checked, named, seated, shown

LARGEST = 20_000
"""Characters of a file."""


def from_file(text: str, file: str, framework: Framework) -> tuple[Party, ...]:
    """Return the parties of a file; one without a name is called as the file. Raises PartyError."""
    if len(text) > LARGEST:
        words = _("{file} is larger than {n} characters; weights of a few parties are smaller.")
        raise PartyError(words.format(file=shown(file), n=LARGEST))
    stem = file.rpartition(".")[0] or file
    found = _of_toml(text, file, stem) if file.lower().endswith(".toml") else _of_csv(text, file, stem)
    parties = []
    for name, pairs in found:
        told = named(name)
        parties.append(Party(told, checked(pairs, framework, told)))
    if not parties:
        raise PartyError(_("{file} holds no party; write its name and its weights.").format(file=shown(file)))
    return seated(parties)


Read = Iterator[tuple[str, list[tuple[str, float]]]]
"""The name of a party, and its elements with their points."""


def _of_toml(text: str, file: str, stem: str) -> Read:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = _("{file} is not TOML: {fault}.")
        raise PartyError(words.format(file=shown(file), fault=shown(str(error)))) from None
    listed = document.get("party", [document])
    for entry in listed if isinstance(listed, list) else [listed]:
        entry = entry if isinstance(entry, dict) else {}
        weights = entry.get("weights", {})
        name = str(entry.get("name", stem))
        if not isinstance(weights, dict):
            raise PartyError(
                _("{party}: weights is not a table; write [weights] and a line for each.").format(party=shown(name))
            )
        yield name, [(str(k), _number(v, str(k), name)) for k, v in weights.items()]


def _of_csv(text: str, file: str, stem: str) -> Read:
    lines = "\n".join(line for line in text.lstrip("\ufeff").splitlines() if not line.startswith("#"))
    head = lines.partition("\n")[0]
    separator = max(";\t,", key=head.count)
    rows = csv.DictReader(io.StringIO(lines), delimiter=separator, skipinitialspace=True)
    names = {(n or "").strip().casefold() for n in rows.fieldnames or ()}
    column = "points" if "points" in names else "weight"
    if not {"node", column} <= names:
        words = _("{file} has the columns {seen}; expected are node and weight, and party where it holds several.")
        raise PartyError(words.format(file=shown(file), seen=shown(", ".join(sorted(names))) or "–"))
    found: dict[str, list[tuple[str, float]]] = {}
    for row in rows:
        cells = {(k or "").strip().casefold(): (v or "").strip() for k, v in row.items() if isinstance(v, str)}
        name = cells.get("party") or stem
        own = found.setdefault(name, [])
        given = cells.get(column, "")
        if cells.get("node") and (given or column == "weight"):
            own.append(
                (cells["node"], _number(given if separator == "," else given.replace(",", "."), cells["node"], name))
            )
    yield from found.items()


def _number(value: Any, node: str, name: str) -> float:
    try:
        number = float("nan") if isinstance(value, bool) else float(str(value).strip().removesuffix("%"))
    except ValueError:
        number = float("nan")
    if number != number:
        words = _("{party}: the weight of {node} is “{text}”, which is no number; write points from 0 to 100.")
        raise PartyError(words.format(party=shown(name), node=shown(node), text=shown(str(value))))
    return number
