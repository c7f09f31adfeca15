"""What two indices say of the units in both, as values and in words."""

from typing import Any, Final

import pandas as pd

from scidip.figures.text import numbers, sentences
from scidip.findings.beside.sides import BOTH, FIRST, LEAST, SECOND, Beside
from scidip.findings.exhibit import Column, Message, Table, Value, coded
from scidip.indicators.language.current import N_, _, ngettext

WHERE: Final = {BOTH: N_("in both"), FIRST: N_("in the first only"), SECOND: N_("in the second only")}
ENDS: Final = (FIRST, SECOND)


def table(beside: Beside) -> Table:
    """Return scores, ranks and ranges of every unit in each index, and how they differ; ranks never without range."""
    frame = beside.frame
    names = frame["name"].to_dict()
    heads = (
        Column(
            "unit", N_("Unit compared"), "code", names=lambda key: names[key], told=lambda key: key.removeprefix(":")
        ),
        coded("where", N_("Where"), WHERE),
        *(c for end, side in zip(ENDS, (beside.first, beside.second), strict=True) for c in _columns(end, side.name)),
        *(c for end in ENDS for c in _places(end)),
        Column("difference", N_("Difference in place"), "integer"),
        Column("ranges_overlap", N_("Ranges overlap"), "flag"),
    )
    caption = Message(
        N_("{first}, {year}, and {second}, {other}"),
        {
            "first": beside.first.name,
            "year": beside.first.year,
            "second": beside.second.name,
            "other": beside.second.year,
        },
    )
    return Table(caption, heads, tuple(_row(str(key), row) for key, row in frame.iterrows()))


def _columns(end: str, name: str) -> tuple[Column, ...]:
    """Return the columns of one index; their words name it."""

    def words(text: str) -> Message:
        return Message(text, {"name": name})

    return (
        Column(f"score_{end}", words(N_("Score in {name}")), unit="score"),
        Column(f"rank_{end}", words(N_("Rank in {name}")), "integer"),
        Column(f"rank_p05_{end}", words(N_("Rank in {name}, 5 % point")), "integer"),
        Column(f"rank_p95_{end}", words(N_("Rank in {name}, 95 % point")), "integer"),
        Column(f"ranked_{end}", words(N_("Ranked in {name}")), "integer"),
    )


def _places(end: str) -> tuple[Column, ...]:
    words = {
        FIRST: (N_("Place among those in both, first"), N_("Place, first, 5 % point"), N_("Place, first, 95 % point")),
        SECOND: (
            N_("Place among those in both, second"),
            N_("Place, second, 5 % point"),
            N_("Place, second, 95 % point"),
        ),
    }[end]
    keys = (f"place_{end}", f"place_p05_{end}", f"place_p95_{end}")
    return tuple(Column(key, text, "integer") for key, text in zip(keys, words, strict=True))


def _row(key: str, row: "pd.Series[Any]") -> tuple[Value, ...]:
    def whole(name: str) -> int | None:
        return round(row[name]) if numbers.known(row[name]) else None

    found: list[Value] = [key, str(row["where"])]
    for end in ENDS:
        score = row[f"score_{end}"]
        found.append(float(score) if numbers.known(score) else None)
        ranked = whole(f"ranked_areas_{end}") if numbers.known(row[f"rank_{end}"]) else None
        found += [*(whole(f"{name}_{end}") for name in ("rank", "rank_p05", "rank_p95")), ranked]
    found += [whole(f"{name}_{end}") for end in ENDS for name in ("place", "place_p05", "place_p95")]
    overlap = row["overlap"]
    return (*found, whole("difference"), bool(overlap) if numbers.known(overlap) else None)


def finding(beside: Beside) -> str:
    """Return how alike the two order the units in both."""
    n = len(beside.both)
    if n < LEAST:
        words = ngettext("{n} unit is ranked in both", "{n} units are ranked in both", n)
        return sentences.opening(words.format(n=sentences.count(n)))
    words = _("Spearman’s rank correlation of the two is {r} among the {n} units ranked in both")
    return words.format(r=numbers.fixed(beside.correlation, 2), n=n)


def certainty(beside: Beside) -> str:
    """Return of how many units the ranges do not overlap; and who is furthest apart."""
    both = beside.both
    known = both["overlap"].notna()
    if not known.any():
        return _("Ranges were not computed in both, so that nothing says whether two ranks differ for certain.")
    n = int(known.sum())
    words = ngettext(
        "The ranges of {apart} of {n} unit do not overlap.", "The ranges of {apart} of {n} units do not overlap.", n
    )
    return words.format(apart=beside.apart, n=n)


def only(beside: Beside) -> list[str]:
    """Return a sentence for each index that lists the units which the other does not have."""
    words = _("Only in {name}: {units}.")
    sides = ((FIRST, beside.first), (SECOND, beside.second))
    found = [(side.name, beside.only(end)) for end, side in sides]
    return [words.format(name=name, units=_(", ").join(units)) for name, units in found if units]


def rank_of(row: Any, end: str) -> str:
    """Return rank and range of a row of `Beside.frame` in one index; a dash where there is none."""
    rank = row[f"rank_{end}"]
    if not numbers.known(rank):
        return "–"
    return numbers.rank_words(rank, row[f"rank_p05_{end}"], row[f"rank_p95_{end}"])
