"""What is said of fields of science, in sentences."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from scidip.figures.text import numbers, sentences
from scidip.findings.fields.profile import COMPARED, MARGIN, Profile, TwoProfiles
from scidip.findings.pair import PairView
from scidip.findings.session import Desk
from scidip.indicators.language.current import _, ngettext
from scidip.indicators.specialisation import ENOUGH

RANGE: Final = ("activity", "activity_p05", "activity_p95")
NAMED, EACH = 3, 2
"""Fields named in a sentence on one country, and on each side of two."""


def field_name(desk: Desk, field: str) -> str:
    """Return the name of a field inside a sentence."""
    name = desk.catalogue.fields[field].label
    return name[:1].lower() + name[1:]


def with_range(row: pd.Series) -> str:
    """Return an index with its range: "2.10 (1.93–2.28)"."""
    index, low, high = (numbers.fixed(float(row[c]), 2) for c in RANGE)
    return f"{index} ({numbers.isolated(f'{low}–{high}')})"


def specialised(profile: Profile) -> str:
    """Return the field a country is most specialised in with its range, or that none can be told."""
    name = sentences.in_text(profile.desk.areas.name(profile.area))
    strong = profile.strong
    if not profile.leading(1):
        words = ngettext(
            "{name} has {n} article in {year}: too few to say in which fields it does more",
            "{name} has {n} articles in {year}: too few to say in which fields it does more",
            round(profile.total),
        )
        return sentences.opening(words.format(name=name, n=numbers.fixed(profile.total, 0), year=profile.year))
    if strong.empty:
        words = _("In no field does {name} clearly do more than the world, {year}")
        return sentences.opening(words.format(name=name, year=profile.year))
    first, *others = strong.index[:NAMED]
    words = _("{name} is most specialised in {field}: index {index}, {year}")
    if others:
        words = _("{name} is most specialised in {field}: index {index}, {year}; then in {others}")
    told = words.format(
        name=name,
        field=field_name(profile.desk, str(first)),
        index=with_range(strong.loc[first]),
        year=profile.year,
        others=sentences.listed([field_name(profile.desk, str(f)) for f in others]),
    )
    return sentences.opening(told)


def rule(profile: Profile) -> str:
    """Return what the index is made of, and from which count on a field is told of."""
    words = _(
        "Fractional counts: an article of three countries counts a third in each. A field is told of where the country "
        "would have {enough} articles or more at the world’s share; of fewer the index is drawn hollow. "
        "More or less than the world: the range lies off 1, and the index by a factor of {margin} or more. "
        "It says what is done more, not what is done well; the data base holds few journals in languages other than "
        "English."
    )
    return words.format(enough=numbers.fixed(ENOUGH, 0), margin=numbers.fixed(MARGIN, 1))


def on_topics(profile: Profile) -> str:
    """Return in which topics a country does more than the world."""
    topics = profile.topics(profile.year or 0)
    more = topics[topics["reading"] == "more"].sort_values("activity", ascending=False, kind="stable")
    if (topics["reading"] == "few").all():
        return _("Too few articles to say anything of topics")
    if more.empty:
        return _("More than the world in none of the topics")
    names = [profile.desk.catalogue.topics[str(t)].name for t in more.index]
    named = _("; ").join(n[:1].lower() + n[1:] for n in names)
    return _("More than the world in: {topics}").format(topics=named)


def together(pair: PairView, both: TwoProfiles) -> str:
    """Return where two countries both do more than the world, and where they complete each other."""
    return of_two(pair.desk, *pair.spoken, both)


def of_two(desk: Desk, a: str, b: str, both: TwoProfiles) -> str:
    """Return the same of two countries named *a* and *b* inside a sentence."""
    shared, first, second = ([field_name(desk, f) for f in both.where(c)[:EACH]] for c in ("both", "first", "second"))
    if (both.meeting == "few").all():
        return _("Too few articles of one to compare the fields of both")
    parts = []
    if shared:
        parts.append(_("Both do more than the world in {fields}").format(fields=sentences.listed(shared)))
    for name, fields in ((a, first), (b, second)):
        if fields:
            words = _("only {name} in {fields}") if parts else _("Only {name} does more than the world in {fields}")
            parts.append(words.format(name=name, fields=sentences.listed(fields)))
    return (
        sentences.opening(_("; ").join(parts)) if parts else _("Neither clearly does more than the world in any field")
    )


def apart(both: TwoProfiles) -> str:
    """Return how far two profiles lie apart."""
    words = _(
        "Krugman’s index of the two profiles is {index}, from 0 (the same shares of all fields) to 2 (no field in "
        "common), {year}: {share} of the articles of either would have to be of another field for the two to be alike."
    )
    index = both.apart
    if not numbers.known(index):
        words = _("Profiles are compared as a whole from {n} articles a year on: one of the two has fewer.")
        return words.format(n=numbers.fixed(COMPARED, 0))
    share = f"{numbers.fixed(50 * index, 0)} %"
    return words.format(index=numbers.fixed(index, 2), year=both.year, share=share)


def joint(pair: PairView, rows: Sequence[tuple[Any, ...]], held: int = 0) -> str:
    """Return how many articles two countries have together in a field, and whether that is much for their sizes.

    Of the first of *rows*: where it is of a single year, the field with the most of the *held* ones.
    """
    field, _a, _b, first, last, works, index = rows[0]
    if first == last:
        words = ngettext(
            "Most joint articles in {field}, of {held} fields: {n} article, {year}",
            "Most joint articles in {field}, of {held} fields: {n} articles, {year}",
            round(works),
        )
        if held == 1:
            words = ngettext(
                "{n} joint article in {field}, {year}", "{n} joint articles in {field}, {year}", round(works)
            )
        name = field_name(pair.desk, field)
        return words.format(n=numbers.value(works, "count"), field=name, year=last, held=numbers.number(held))
    words = ngettext(
        "{n} joint article in {field}, {first}–{last}", "{n} joint articles in {field}, {first}–{last}", round(works)
    )
    told = words.format(n=numbers.value(works, "count"), field=field_name(pair.desk, field), first=first, last=last)
    if index is None:
        return told
    return _("{told}: collaboration index {index}").format(told=told, index=numbers.fixed(index, 2))
