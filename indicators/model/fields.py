"""Fields of science: the code list of the dimension `field`, its groups, and the series that have one.

A series is of a measure and a field. What counts all fields has the field `_T`, as every series that knows of no
fields; the parts have codes of their own, so that nobody who is unaware of fields adds a part to its total.

Producers divide science in different ways. Fields of two classifications overlap and are never added up or compared;
what adds up fields asks for those of one (`parts_of`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from pydantic import Field as Limited

from scidip.indicators.language.current import N_
from scidip.indicators.model.base import Model

TOTAL: Final = "_T"
"""The field of what counts all fields (SDMX: total)."""
OF_A_FIELD: Final = N_("{name}: {field}")
"""What a series of a field is called."""
BY_FIELD: Final = "by_field"
"""The key of an entry of the catalogue that has series by field."""

LONG: Final = 40
"""Letters of a name up to which it is written whole in a sentence."""
Entry = dict[str, Any]
Classification = Literal["ncses", "openalex"]
"""Whose fields: the fourteen (and one across them) of the NCSES, the 26 of OpenAlex."""


class Field(Model):
    """A field of science."""

    code: str = Limited(pattern=r"^[A-Z]{2,3}(\d\d)?$")
    name: str
    """As the producer names it."""
    classification: Classification = "ncses"
    """Whose division of science it belongs to."""
    short: str = ""
    """A name that fits at the end of a line; the producer's own where it does."""
    crosses: bool = False
    """Whether it lies across the others, so that it is no part of their total."""

    @property
    def label(self) -> str:
        """The name in a sentence and above a bar: the producer's, where it is not too long."""
        return self.name if len(self.name) <= LONG else self.tag

    @property
    def tag(self) -> str:
        """The name at the end of a line."""
        return self.short or self.name


def parts_of(fields: Mapping[str, Field], classification: Classification) -> tuple[str, ...]:
    """Return the codes of the fields that add up to all articles in one classification, in the order of the list."""
    return tuple(c for c, f in fields.items() if f.classification == classification and not f.crosses)


class Topic(Model):
    """A topic of concern: some fields, and what they stand for only in part."""

    code: str = Limited(pattern=r"^[a-z]+$")
    name: str
    fields: tuple[str, ...] = Limited(min_length=1)
    proxy: str


def spread(entry: Entry, fields: Mapping[str, Field], faults: list[str]) -> Iterator[Entry]:
    """Yield an entry of an indicator and, where it has `by_field`, one for each of its fields.

    `by_field` gives, by field, the producer's series; or it lists the fields, of a derived indicator whose inputs
    with fields are then those of the same field, and which has no total of its own. Nor has one that gives the
    producer's series by field and none of all fields. Unknown fields go to *faults*.
    """
    parts = entry.pop(BY_FIELD, None)
    if parts is None or (isinstance(parts, dict) and "series" in entry):
        yield entry
    # Jumps are looked for in the total: a small field of a small country jumps by itself, and to set its figure aside
    # would leave fields that do not add up.
    entry = {key: value for key, value in entry.items() if key != "jump"}
    for field in parts or ():
        if field not in fields:
            faults.append(f"{entry.get('code')}: by_field: there is no field {field!r} in fields.toml")
            continue
        own: Entry = {} if not isinstance(parts, dict) else {"series": parts[field]}
        if "derive" in entry:
            own["derive"] = {**entry["derive"], "of": [_of(i, field) for i in entry["derive"]["of"]]}
        name = OF_A_FIELD.format(name=entry.get("name"), field=fields[field].name)
        yield {**entry, **own, "code": series_code(str(entry.get("code")), field), "name": name} | {
            "measure": entry.get("code"),
            "field": field,
        }


def _of(code: str, field: str) -> str:
    """Return the input of a derived series: of the same field where it is marked so by a star."""
    return series_code(code.removesuffix("*"), field) if code.endswith("*") else code


def series_code(measure: str, field: str) -> str:
    """Return the code of a measure's series of a field; of the total, that of the measure."""
    return measure if field == TOTAL else f"{measure}_{field.lower()}"


def spoken_name(name: str, field: Field, translate: Callable[[str], str]) -> str:
    """Return the name of a series of a field in another language, from those of its measure and of the field."""
    measure = measure_name(name, field)
    return translate(OF_A_FIELD).format(name=translate(measure), field=translate(field.name))


def measure_name(name: str, field: Field) -> str:
    """Return the name of the measure from that of its series of a field, in English."""
    return name.removesuffix(OF_A_FIELD.format(name="", field=field.name))
