"""Why an area is not ranked, in the language of the visitor. Scores keep the reason as an English sentence."""

import re

from indicators.language import ENGLISH, N_, _, current

FIXED = (
    N_("Dependent territory: scored on the same scale, listed apart"),
    N_("No population figure in the sources: listed apart"),
)
_SMALL = re.compile(r"Fewer than ([\d,]+) people: scored on the same scale, listed apart")
_FEW = re.compile(r"Too few figures: (.+)")
_PART = re.compile(r"(.+) \((\d+) of (\d+) figures\)")


def spoken(reason: str) -> str:
    """Return *reason* in the current language; as it is when it is none of the known ones."""
    if current() is ENGLISH or not reason:
        return reason
    if found := _SMALL.fullmatch(reason):
        words = _("Fewer than {people} people: scored on the same scale, listed apart")
        return words.format(people=found[1].replace(",", current().group))
    if found := _FEW.fullmatch(reason):
        parts = [_part(text) for text in found[1].split("), ")]
        return _("Too few figures: {parts}").format(parts=", ".join(parts))
    return _(reason)


def _part(text: str) -> str:
    found = _PART.fullmatch(text if text.endswith(")") else f"{text})")
    if not found:
        return text
    words = _("{factor} ({known} of {all} figures)")
    return words.format(factor=_(found[1]), known=found[2], all=found[3])
