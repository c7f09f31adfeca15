"""The sentences that pages open with, made from the figures. Pure: frames in, words out."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from figures import numbers
from figures.rankings import indistinguishable
from indicators.language import ENGLISH, _, current, ngettext

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
    """Return the name as it stands inside a sentence: "the United Kingdom"; unchanged in other languages."""
    if current() is not ENGLISH:
        return name
    return f"the {name}" if name.startswith(_WITH_THE) else name


def factor_title(name: str) -> str:
    """Return "National factor", from the name of a factor."""
    return _("{factor} factor").format(factor=name).capitalize()


def opening(text: str) -> str:
    """Return *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def count(n: int) -> str:
    """Return small numbers in words; in digits where the language is not English."""
    if current() is not ENGLISH:
        return numbers.spoken(f"{n:,}")
    return _SMALL[n] if 0 <= n < len(_SMALL) else f"{n:,}"


def listed(words: Sequence[str]) -> str:
    """Return "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def on(name: str) -> str:
    """Return " on the national factor", for the end of a clause; *name* as of a heading."""
    # L10N: stands inside a sentence, after a verb such as "leads"
    return " " + _("on the {factor}").format(factor=name.lower())


def leaders(frame: pd.DataFrame, year: int, what: str = "") -> str:
    """Return who leads a ranking (columns of `queries.ranking`), *what* being that of `on`, or nothing.

    All whose rank interval overlaps with that of the first lead together.
    """
    together = frame[indistinguishable(frame)].sort_values("rank")
    if together.empty:
        ranked = frame[frame["rank"].notna()].sort_values("rank")
        if ranked.empty:
            return _("No country is ranked{what} in {year}.").format(what=what, year=year)
        words = _("{name} has the highest score{what} in {year}; its lead has not been tested.")
        return opening(words.format(name=in_text(ranked["name"].iloc[0]), what=what, year=year))
    names = [in_text(n) for n in together["name"]]
    if len(names) == 1:
        one = _("{name} leads{what} in {year}, in nine of ten ways of counting.")
        if together["name"].iloc[0] in _PLURAL:
            one = one.replace("leads", "lead")
        return opening(one.format(name=names[0], what=what, year=year))
    if len(names) > NAMED + 1:
        names = [*names[:NAMED], _("{n} others").format(n=count(len(names) - NAMED))]
    words = _("{names} lead{what} in {year}; their order is not certain.")
    return opening(words.format(names=listed(names), what=what, year=year))


def standing(name: str, row: pd.Series, year: int, ranked_areas: int) -> str:
    """Return where a country stands on the index: "Chile is 43rd of 141 in 2022, between …"."""
    if not numbers.known(row["rank"]):
        reason = str(row["reason"] or "").strip().rstrip(".")
        words = _("{name} is not ranked in {year}: {reason}.")
        if not reason:
            words = _("{name} is not ranked in {year}.")
        return _about(words, name, year=year, reason=reason[:1].lower() + reason[1:])
    low, high = row["rank_p05"], row["rank_p95"]
    if not numbers.known(low):
        words = _("{name} is {rank} of {all} in {year}; how certain this is has not been computed.")
    elif round(low) == round(high):
        words = _("{name} is {rank} of {all} in {year}, in nine of ten ways of counting.")
    else:
        words = _(
            "{name} is {rank} of {all} in {year}; between {low} and {high} in nine of ten ways of counting."
        )
    ends = (
        {"low": numbers.ordinal(low), "high": numbers.ordinal(high)} if numbers.known(low) else {}
    )
    rank = numbers.ordinal(row["rank"])
    return _about(words, name, year=year, rank=rank, all=ranked_areas, **ends)


def _about(words: str, name: str, **fields: Any) -> str:
    """Return a sentence about a country, its verb in the plural where English asks for that."""
    if name in _PLURAL:
        words = words.replace("{name} is ", "{name} are ")
    return opening(words.format(name=in_text(name), **fields))


def moved(row: pd.Series, since: int) -> str:
    """Return a change of rank since a year, both ranks with their intervals, and whether it is clear."""
    if round(row["rank"]) == round(row["rank_before"]):
        return _("no change since {year}").format(year=since)
    return _("{change}, since {year}; {clear}").format(
        change=change(row),
        year=since,
        clear=is_clear(row["change_is_clear"], row["is_of_coverage"]),
    )


def is_clear(clear: bool, of_coverage: bool) -> str:
    """Return whether a change of rank is clear, within the doubt, or one of what is known about the country."""
    if of_coverage:
        return _("figures came or went")
    return _("clear") if clear else _("within the doubt")


def change(row: pd.Series) -> str:
    """Return "up 5 places, from 12 (10–14) to 7 (6–9)"; the ranks of *row* must differ."""
    places = round(abs(row["rank"] - row["rank_before"]))
    if row["rank"] < row["rank_before"]:
        words = ngettext(
            "up one place, from {before} to {after}",
            "up {n} places, from {before} to {after}",
            places,
        )
    else:
        words = ngettext(
            "down one place, from {before} to {after}",
            "down {n} places, from {before} to {after}",
            places,
        )
    before = numbers.interval(row["rank_p05_before"], row["rank_p95_before"])
    after = numbers.interval(row["rank_p05"], row["rank_p95"])
    return words.format(
        n=places,
        before=f"{round(row['rank_before'])} ({before})",
        after=f"{round(row['rank'])} ({after})",
    )
