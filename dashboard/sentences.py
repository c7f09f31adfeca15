"""The sentences that pages open with, made from the figures. Pure: frames in, words out."""

from collections.abc import Sequence

import pandas as pd

from figures import numbers
from figures.rankings import indistinguishable

NAMED = 4
"""Leaders named one by one; the others are counted."""

_WITH_THE = (
    "United ", "Netherlands", "Russian Federation", "Philippines", "Republic ", "Central African", "Dominican Rep",
    "Bahamas", "Gambia", "Maldives", "Comoros", "Seychelles", "Solomon", "Marshall", "Czech Rep", "Holy See", "Syrian ",
    "Lao People", "DPR ", "DR ", "Democratic",
)  # fmt: skip
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLURAL = ("Netherlands", "Philippines", "Maldives", "Seychelles", "Bahamas", "Comoros")


def in_text(name: str) -> str:
    """Return the name as it stands inside a sentence: "the United Kingdom"."""
    return f"the {name}" if name.startswith(_WITH_THE) else name


def opening(text: str) -> str:
    """Return *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def count(n: int) -> str:
    """Return small numbers in words."""
    return _SMALL[n] if 0 <= n < len(_SMALL) else f"{n:,}"


def listed(words: Sequence[str]) -> str:
    """Return "A, B and C"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def leaders(frame: pd.DataFrame, year: int, what: str = "") -> str:
    """Return who leads a ranking (columns of `queries.ranking`), *what* being " on …" or nothing.

    All whose rank interval overlaps with that of the first lead together.
    """
    together = frame[indistinguishable(frame)].sort_values("rank")
    if together.empty:
        ranked = frame[frame["rank"].notna()].sort_values("rank")
        if ranked.empty:
            return f"No country is ranked{what} in {year}."
        first = opening(in_text(ranked["name"].iloc[0]))
        return f"{first} has the highest score{what} in {year}; its lead has not been tested."
    names = [in_text(n) for n in together["name"]]
    if len(names) == 1:
        verb = "lead" if together["name"].iloc[0] in _PLURAL else "leads"
        return f"{opening(names[0])} {verb}{what} in {year}, in nine of ten ways of counting."
    shown = (
        names
        if len(names) <= NAMED + 1
        else [*names[:NAMED], f"{count(len(names) - NAMED)} others"]
    )
    return f"{opening(listed(shown))} lead{what} in {year}; their order is not certain."


def standing(name: str, row: pd.Series, year: int, ranked_areas: int) -> str:
    """Return where a country stands on the index: "Chile is 43rd of 141 in 2022, between …"."""
    subject = opening(in_text(name))
    verb = "are" if name in _PLURAL else "is"
    if not numbers.known(row["rank"]):
        reason = str(row["reason"] or "").strip()
        ending = f": {reason[:1].lower()}{reason[1:]}" if reason else "."
        text = f"{subject} {verb} not ranked in {year}{ending}"
        return text if text.endswith(".") else f"{text}."
    place = f"{subject} {verb} {numbers.ordinal(row['rank'])} of {ranked_areas} in {year}"
    low, high = row["rank_p05"], row["rank_p95"]
    if not numbers.known(low):
        return f"{place}; how certain this is has not been computed."
    if round(low) == round(high):
        return f"{place}, in nine of ten ways of counting."
    return f"{place}; between {numbers.ordinal(low)} and {numbers.ordinal(high)} in nine of ten ways of counting."


def moved(row: pd.Series, since: int) -> str:
    """Return a change of rank since a year, both ranks with their intervals, and whether it is clear."""
    places = round(abs(row["rank"] - row["rank_before"]))
    if places == 0:
        return f"no change since {since}"
    way = "up" if row["rank"] < row["rank_before"] else "down"
    clear = "clear" if row["change_is_clear"] else "within the doubt"
    before = numbers.interval(row["rank_p05_before"], row["rank_p95_before"])
    after = numbers.interval(row["rank_p05"], row["rank_p95"])
    return (
        f"{way} {places} {'place' if places == 1 else 'places'} since {since}: "
        f"from {round(row['rank_before'])} ({before}) to {round(row['rank'])} ({after}); {clear}"
    )
