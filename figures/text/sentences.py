"""The sentences that pages open with, made from the figures. Pure: frames in, words out."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scidip.figures.rankings import indistinguishable
from scidip.figures.text import numbers
from scidip.indicators.language.current import ENGLISH, _, current, euphonic, ngettext
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue, IndicatorSpec
from scidip.indicators.model.methodology import Methodology

NAMED = 4
"""Leaders named one by one; the others are counted."""

_WITH_THE = (
    "United ",
    "Netherlands",
    "Russian Federation",
    "Philippines",
    "Republic ",
    "Central African",
    "Dominican Rep",
    "Bahamas",
    "Gambia",
    "Maldives",
    "Comoros",
    "Seychelles",
    "Solomon",
    "Marshall",
    "Czech Rep",
    "Holy See",
    "Syrian ",
    "Lao People",
    "DPR ",
    "DR ",
    "Democratic",
)
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
    return euphonic(_("{first} and {last}").format(first=_(", ").join(words[:-1]), last=words[-1]))


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
        one = _("{name} leads{what} in {year}, in 90 % of simulated methods.")
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
        words = _("{name} is {rank} of {all} in {year}, in 90 % of simulated methods.")
    else:
        words = _("{name} is {rank} of {all} in {year}; between {low} and {high} in 90 % of simulated methods.")
    ends = {"low": numbers.ordinal(low), "high": numbers.ordinal(high)} if numbers.known(low) else {}
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
    return _("{change}, since {year}; {clear}").format(change=change(row), year=since, clear=is_clear(row))


def is_clear(row: Any) -> str:
    """Return whether a change of rank is clear, within the doubt, of what is known about the country, or of others.

    row: with change_is_clear, is_of_coverage and is_of_others, as of `drivers.with_like_for_like`.
    """
    if row["is_of_coverage"]:
        return _("data coverage changed")
    if row["is_of_others"]:
        return _("others moved, its own score did not move that way")
    return _("clear") if row["change_is_clear"] else _("within the doubt")


def change(row: pd.Series) -> str:
    """Return "up 5 places, from 12 (10–14) to 7 (6–9)"; the ranks of *row* must differ."""
    places = round(abs(row["rank"] - row["rank_before"]))
    if row["rank"] < row["rank_before"]:
        words = ngettext("up one place, from {before} to {after}", "up {n} places, from {before} to {after}", places)
    else:
        words = ngettext(
            "down one place, from {before} to {after}", "down {n} places, from {before} to {after}", places
        )
    before = numbers.interval(row["rank_p05_before"], row["rank_p95_before"])
    after = numbers.interval(row["rank_p05"], row["rank_p95"])
    return words.format(
        n=places, before=f"{round(row['rank_before'])} ({before})", after=f"{round(row['rank'])} ({after})"
    )


def not_known(spec: IndicatorSpec, row: Any, year: int) -> str:
    """Return why there is no figure up to *year*, and the first one after it.

    row: with `later_period` and `later_value`, as of `area_queries.area_indicators`; None when nothing is known.
    """
    later = row is not None and numbers.known(row.later_period)
    if spec.absent == "unknown":
        if not later:
            return _("no figure published up to {year}").format(year=year)
        words = _("no figure published up to {year}; the first is of {later}: {value}")
    elif not later:
        return _("not known: the list does not speak of this country by itself")
    else:
        words = _("not known up to {year}: the list begins in {later}, with {value}")
    value = numbers.value(row.later_value, spec.unit)
    return words.format(year=year, later=f"{row.later_period:.0f}", value=value)


def named(spec: IndicatorSpec) -> str:
    """Return an indicator's name as it stands inside a sentence; a proxy is called one."""
    name = spec.name if spec.name[1:2].isupper() else spec.name[:1].lower() + spec.name[1:]
    return _("{name} (a proxy)").format(name=name) if spec.proxy else name


def dimension_named(catalogue: Catalogue, code: str) -> str:
    """Return a dimension's name as it stands inside a sentence; where it rests on proxies, it says so.

    "incubators (by a proxy)", "policy councils (half of it by proxies)": when all, or at least half, of the
    indicators are proxies.
    """
    node = catalogue.framework.node(code)
    name = _(node.name)
    name = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    proxies = [catalogue.indicators[i].proxy for i in node.indicators]
    if proxies and all(proxies):
        words = ngettext("{name} (by a proxy)", "{name} (by proxies)", len(proxies))
        return words.format(name=name)
    if 2 * sum(proxies) >= len(proxies) > 0:
        return _("{name} (partly by proxies)").format(name=name)
    return name


def groupings(areas: Areas, about: Any) -> list[str]:
    """Return the groups an area is in, each with its edition: "High income (World Bank, FY24)".

    about: its row in the table of areas.
    """
    words = _("{group} ({edition})")
    return [
        words.format(group=_(about[column]), edition=_(areas.editions[column].short))
        for column in ("region", "income_group")
        if isinstance(about[column], str) and about[column]
    ]


def in_range(methodology: Methodology) -> str:
    """Return what a range of ranks or scores contains and what it does not."""
    uncertain = methodology.uncertain
    words = (
        _(
            "weights within ± {weights} % of the stated ones or of those learnt from the figures, {scales} scales, "
            "{means} means of the factors"
        )
        if uncertain.weighting
        else _("weights within ± {weights} %, {scales} scales, {means} means of the factors")
    )
    varied = words.format(
        weights=numbers.fixed(100 * uncertain.weights, 0),
        scales=count(len(uncertain.normalise)),
        means=count(len(uncertain.aggregate)),
    )
    contained, absent = [varied], []
    if uncertain.source_errors:
        contained.append(_("estimates of governance drawn within the errors that the World Bank states"))
        absent.append(_("other errors of the sources"))
    else:
        absent.append(_("errors of the sources"))
    if uncertain.gaps:
        contained.append(_("gaps left or filled with figures of countries alike"))
    else:
        absent.append(_("missing figures"))
    if uncertain.leave_out:
        contained.append(_("one indicator left out, the more often the more it weighs"))
    else:
        absent.append(_("the choice of series"))
    words = _("In a range: {contained}. Not in it: {absent}; with these it would be wider.")
    return words.format(contained=_(", ").join(contained), absent=_(", ").join(absent))
