"""How numbers are written: values with their unit, ranks with their interval, years carried."""

import math
from typing import Any

from indicators.catalogue import UNITS

NOTHING = "no figure published"


def number(value: float) -> str:
    """Return at most three significant decimals: 3.42, 45.7, 1,234, 0.0123. NaN in words."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    if size >= 100 or (float(value).is_integer() and size >= 10):
        return f"{value:,.0f}"
    if size == 0:
        return "0"
    decimals = 2 if size >= 1 else min(2 - math.floor(math.log10(size)), 6)
    text = f"{value:.{1 if size >= 10 else decimals}f}"
    return text.rstrip("0").rstrip(".") if float(text).is_integer() else text


def value(amount: float, unit: str) -> str:
    """Return a value with the words of its unit (a code of UNITS): "3.42 % of GDP"."""
    if amount is None or not math.isfinite(amount):
        return NOTHING
    whole = (
        unit in ("count", "people", "students", "countries", "works") and float(amount).is_integer()
    )
    written = f"{amount:,.0f}" if whole else number(amount)
    return f"{written} {UNITS.get(unit, unit)}".strip()


def score(amount: float) -> str:
    """Return a score 0-100 with one decimal; a dash when there is none."""
    return f"{amount:.1f}" if known(amount) else "–"


def known(amount: Any) -> bool:
    """Return whether there is a number (neither None nor NaN nor infinite)."""
    return amount is not None and math.isfinite(float(amount))


def ordinal(rank: float) -> str:
    """Return 1st, 2nd, 3rd, 11th …"""
    n = round(rank)
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def interval(low: float, high: float) -> str:
    """Return "6–12", or one number when both ends are the same; empty when not known."""
    if not (known(low) and known(high)):
        return ""
    return f"{round(low)}–{round(high)}" if round(low) != round(high) else f"{round(low)}"


def rank_words(rank: float, low: float, high: float) -> str:
    """Return "8th, between 6th and 12th"; never the rank alone."""
    if not known(rank):
        return "not ranked"
    if not (known(low) and known(high)):
        return "rank not certain"
    if round(low) == round(high):
        return f"{ordinal(rank)} in nine of ten ways of counting"
    return f"{ordinal(rank)}, between {ordinal(low)} and {ordinal(high)}"
