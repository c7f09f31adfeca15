"""How numbers are written: values with their unit, ranks with their interval, years carried."""

import math
from typing import Any

from scidip.indicators.language.current import ENGLISH, N_, _, current, ngettext
from scidip.indicators.units import UNITS

NOTHING = N_("no figure published")
COUNTED = ("count", "people", "students", "countries", "works")
"""Units of things that are counted one by one."""


def spoken(text: str) -> str:
    """Return a number written the English way ("-1,234.5") as the current language writes it, with a true minus."""
    language, text = current(), text.replace("-", "−")
    if language is ENGLISH:
        return text
    swap = {",": language.group, ".": language.decimal}
    return "".join(swap.get(c, c) for c in text)


def fixed(value: float, decimals: int = 1) -> str:
    """Return a number with a fixed count of decimals; a dash when there is none."""
    return spoken(f"{value:,.{decimals}f}") if known(value) else "–"


def number(value: float) -> str:
    """Return at most three significant decimals: 3.42, 45.7, 1,234, 0.0123. NaN in words."""
    if value is None or not math.isfinite(value):
        return _(NOTHING)
    size = abs(value)
    if size >= 100 or (float(value).is_integer() and size >= 10):
        return spoken(f"{value:,.0f}")
    if size == 0:
        return "0"
    decimals = 2 if size >= 1 else min(2 - math.floor(math.log10(size)), 6)
    text = f"{value:.{1 if size >= 10 else decimals}f}"
    return spoken(text.rstrip("0").rstrip(".") if float(text).is_integer() else text)


def value(amount: float, unit: str) -> str:
    """Return a value with the words of its unit (a code of UNITS): "3.42 % of GDP"."""
    if amount is None or not math.isfinite(amount):
        return _(NOTHING)
    if unit not in COUNTED or not float(amount).is_integer():
        return f"{number(amount)} {_(UNITS.get(unit, unit))}".strip()
    return f"{spoken(f'{amount:,.0f}')} {_things(unit, int(amount))}".strip()


def _things(unit: str, n: int) -> str:
    """Return what is counted, in the number that *n* asks for."""
    words = {
        "people": ngettext("person", "people", n),
        "students": ngettext("student", "students", n),
        "countries": ngettext("country", "countries", n),
        "works": ngettext("work", "works", n),
    }
    return words.get(unit, "")


def score(amount: float) -> str:
    """Return a score 0-100 with one decimal; a dash when there is none."""
    return fixed(amount)


def known(amount: Any) -> bool:
    """Return whether there is a number (neither None nor NaN nor infinite)."""
    return amount is not None and math.isfinite(float(amount))


def ordinal(rank: float) -> str:
    """Return 1st, 2nd, 3rd, 11th …; in other languages as their catalogue writes the first and the others."""
    n = round(rank)
    if current() is not ENGLISH:
        # L10N: an ordinal number from 2 on (French: {n}e), and the first (1er)
        return _("1st") if n == 1 else _("{n}th").format(n=n)
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def interval(low: float, high: float) -> str:
    """Return "6–12", or one number when both ends are the same; empty when not known."""
    if not (known(low) and known(high)):
        return ""
    return isolated(f"{round(low)}–{round(high)}" if round(low) != round(high) else f"{round(low)}")


def span(low: Any, high: Any) -> str:
    """Return "4–11" of two ends that are written already, or whole numbers."""
    return isolated(f"{low}–{high}")


def isolated(text: str) -> str:
    """Return "4–11" so that it does not read 11–4 in a text that runs from right to left."""
    return f"\u2066{text}\u2069" if current().direction == "rtl" else text


def rank_words(rank: float, low: float, high: float) -> str:
    """Return "8th, between 6th and 12th"; never the rank alone."""
    if not known(rank):
        return _("not ranked")
    if not (known(low) and known(high)):
        return _("rank not certain")
    if round(low) == round(high):
        return _("{rank} in 90 % of simulated methods").format(rank=ordinal(rank))
    words = _("{rank}, between {low} and {high}")
    return words.format(rank=ordinal(rank), low=ordinal(low), high=ordinal(high))
