"""The rows of a pair's exhibits in words, for pages and briefings alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from scidip.figures.text import numbers
from scidip.findings import pair_sentences
from scidip.findings.exhibit import Exhibit
from scidip.findings.exhibits.pair import LAYER
from scidip.findings.pair import STATUS
from scidip.indicators.language.current import _

Record = Mapping[str, Any]
"""A row by the keys of its columns."""


def value_words(way: Record) -> str:
    """Return the figure of a row of `layers` in words: a rule by its name, a missing one by what that means."""
    if way["obs_value"] is None:
        missing = STATUS[way["status"]]
        return _(missing)
    return str(way["meaning"] or numbers.value(way["obs_value"], way["unit"]))


def year_words(ways: Sequence[Record]) -> str:
    """Return the year of a layer's figures, both where they differ, the span where years are added up; "" without."""
    known = [w for w in ways if w["time_period"] is not None]
    years = [w["time_period"] for w in ways]
    if not known:
        return ""
    if known[0]["first_period"] is not None:
        return numbers.span(known[0]["first_period"], known[0]["time_period"])
    if len({w["time_period"] for w in known}) == 1:
        return str(known[0]["time_period"])
    return _("{there} · {back}").format(there=years[0], back=years[1])


def span_words(ways: Sequence[Record]) -> str:
    """Return the 10th–90th percentiles of comparable pairs, once where both ways are alike; a dash without any."""
    spans = [
        numbers.span(numbers.number(w["comparable_p10"]), numbers.number(w["comparable_p90"]))
        for w in ways
        if w["reading"]
    ]
    return " · ".join(dict.fromkeys(spans)) or "–"


def reading_words(ways: Sequence[Record]) -> str:
    """Return how a layer's figures lie among those of comparable pairs, once where both ways lie alike."""
    readings = [pair_sentences.READINGS[w["reading"]] for w in ways if w["reading"]]
    said_of = [_(reading) for reading in readings]
    alike = len(set(said_of)) == 1
    return said_of[0] if alike else " · ".join(said_of) or _("not compared")


def share_words(way: Record | None) -> str:
    """Return "12.0 %, 3rd of 140" of a row of `exposure`: share, place among the partners; a dash without a tie."""
    if way is None:
        return "–"
    return _("{share} %, {place} of {of}").format(
        share=numbers.fixed(way["share"]), place=numbers.ordinal(way["place"]), of=way["partners"]
    )


@dataclass(frozen=True)
class Dimension:
    """A dimension in which both are scored."""

    name: str
    """In the language that is spoken."""
    factor: str
    scores: Mapping[str, float]
    """By area."""


def side_by_side(shown: Exhibit) -> list[Dimension]:
    """Return the dimensions of `complementarity`, each with the scores of both."""
    write = shown.table.columns[0].write
    found: dict[str, Dimension] = {}
    for row in shown.table.records():
        node = row["node"]
        old = found.get(node, Dimension(write(node), row["parent"], {}))
        found[node] = replace(old, scores={**old.scores, row["ref_area"]: row["score"]})
    return list(found.values())


def by_layer(shown: Exhibit) -> list[tuple[str, list[Record]]]:
    """Return the rows of an exhibit under the code of their layer."""
    rows = shown.table.records()
    return [(code, list(ways)) for code, ways in groupby(rows, lambda r: str(r[LAYER]))]
