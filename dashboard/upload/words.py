"""Why a row is set aside and what to do, and what became of an order: in the visitor's language."""

from collections.abc import Mapping
from typing import Final

from scidip.dashboard.core.context import Context
from scidip.figures.text.numbers import number
from scidip.indicators.language.current import N_, _
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.supply import Refused

CODE: Final = N_("Write its code of two or three letters (ISO 3166), or its name in English.")
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "AREA_UNKNOWN": (N_("The country “{area}” is not known."), CODE),
    "COUNTERPART_UNKNOWN": (N_("The country “{counterpart}” is not known."), CODE),
    "PAIR_SELF": (N_("A country cannot be paired with itself."), N_("Correct one of the two.")),
    "PERIOD_INVALID": (N_("“{period}” is not a year."), N_("Write one whole year, such as 2023.")),
    "PERIOD_FUTURE": (N_("The year {period} lies in the future."), N_("Correct the year, or wait.")),
    "VAL_TEXT": (
        N_("“{value}” is not a number."),
        N_("Write digits with a point before decimals, nothing between thousands, and no unit."),
    ),
    "VAL_RANGE": (
        N_("The value lies outside what is plausible ({low} to {high})."),
        N_("Write it in the unit of the indicator."),
    ),
    "KEY_DUPLICATE": (N_("The same country and year appears with different values."), N_("Leave one of the rows.")),
    "VAL_JUMP": (
        N_("The value is more than three times the neighbouring years, or less than a third, and none confirms it."),
        N_("Correct the value, or give the later years too."),
    ),
}
"""By check: why, and what to do."""
ENDINGS: Final[Mapping[str, str]] = {
    "checked": N_("The file was checked. Nothing has been published yet."),
    "published": N_("Published as data version {version}."),
    "unchanged": N_("All of it serves already: nothing was changed."),
    "removed": N_("Removed. The data version is now {version}."),
    "listed": N_("What has been uploaded stands below."),
    "held": N_("Not published: it has to be accepted first. Check the file, and tick the box below the report."),
    "changed": N_("Not published: other figures serve since the file was checked. Check it again."),
    "other": N_("Not published: this is not the file that was checked. Check it first."),
    "none": N_("No file was chosen."),
    "busy": N_("Somebody else is writing the database. Nothing was changed; try again in a minute."),
    "readonly": N_("This copy can only be read: its operator has to let it write the database."),
    "full": N_("Other files are being worked on. Nothing was changed; try again in a minute."),
    "failed": N_("It could not be done, and nothing was changed. The fault has been written to the log."),
    "late": N_("It took too long and was stopped. Nothing was changed."),
    "wrong": N_("That is not the token of this copy."),
    "often": N_("Too many wrong tokens. Try again in {seconds} seconds."),
    "strange": N_("This can only be sent from the page itself. Open it anew."),
}
"""By what became of an order: the sentence."""


def reason(ctx: Context, row: Refused) -> tuple[str, str]:
    """Return why a row is set aside and what to do; for a check without words of its own, those of the check."""
    if row.check not in REASONS:
        return row.message, row.remedy
    spec = next((s for s in ctx.catalogue.of_source("user") if s.series == row.series), None)
    low, high = _bounds(spec)
    why, remedy = REASONS[row.check]
    parts = {"area": row.area, "counterpart": row.counterpart, "period": row.period, "value": row.value}
    return _(why).format(**parts, low=low, high=high), _(remedy)


def _bounds(spec: IndicatorSpec | None) -> tuple[str, str]:
    if spec is None or not spec.plausible:
        return "–", "–"
    low, high = spec.plausible
    return number(low), number(high)


def ending(code: str, **parts: object) -> str:
    """Return the sentence on what became of an order."""
    return _(ENDINGS[code]).format(**parts)
