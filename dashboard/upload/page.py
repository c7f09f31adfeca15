"""The page itself: one form, and below it what was found in a file and what has been put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template_string

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.page import site_name, site_title
from scidip.dashboard.server import branding, errors
from scidip.dashboard.upload import words
from scidip.dashboard.upload.labels import WORDS
from scidip.dashboard.upload.template import TEMPLATE
from scidip.dashboard.widgets.components import mode
from scidip.figures.text.numbers import number, spoken
from scidip.indicators.language.current import _, current, ngettext
from scidip.indicators.supply import SHOWN, SOURCE, Entry, Report, Taken
from scidip.indicators.vocabulary import NOT_APPLICABLE

NOTHING: Final = "–"
MEGABYTES: Final = errors.LARGEST_BODY >> 20
Cells = Sequence[str]


@dataclass(frozen=True)
class Shown:
    """What the page shows besides its form."""

    said: str = ""
    is_fault: bool = False
    report: Report | None = None
    entries: list[Entry] | None = None
    """What has been put in; None while nobody has shown the token."""
    writable: bool = True


@dataclass(frozen=True)
class Rows:
    """A table of the page."""

    title: str
    heads: Cells
    rows: Sequence[Cells]
    more: str = ""
    """That there are further rows, if there are."""
    numeric: tuple[int, ...] = ()


def written(ctx: Context, shown: Shown) -> str:
    """Return the document."""
    specs = ctx.catalogue.of_source(SOURCE)
    return render_template_string(
        TEMPLATE,
        w={name: _(text).format(n=MEGABYTES) for name, text in WORDS.items()},
        lang=current().code,
        dir=current().direction,
        prefix=ctx.prefix,
        theme=mode(),
        title=site_title(_("Upload figures"), ctx.agency),
        name=site_name(ctx.agency),
        branding=branding.head(ctx.agency),
        most=errors.LARGEST_BODY,
        specs=[(s.code, s.name) for s in specs],
        shown=shown,
        held=_held(shown.report) if shown.report else [],
        report=shown.report,
        tables=_tables(ctx, shown.report) if shown.report else [],
        counted=_counted(shown.report) if shown.report else [],
        entries=[(e, _of_entry(ctx, e)) for e in shown.entries or []],
    )


def _counted(report: Report) -> list[str]:
    """Return what would become of the rows, a sentence each."""
    accepted = report.added + report.same + report.replaced_rows
    told = [
        ngettext("{n} row would be taken.", "{n} rows would be taken.", accepted).format(n=_count(accepted)),
        ngettext("{n} row is refused.", "{n} rows are refused.", report.refused_rows).format(
            n=_count(report.refused_rows)
        ),
        ngettext(
            "{n} figure would be replaced, {new} added; {same} as before.",
            "{n} figures would be replaced, {new} added; {same} as before.",
            report.replaced_rows,
        ).format(n=_count(report.replaced_rows), new=_count(report.added), same=_count(report.same)),
    ]
    left_out = [f"{_(why)}: {_count(rows)}" for why, rows in report.excluded.items()]
    if left_out:
        told.append(_("Left out: {what}").format(what="; ".join(left_out)))
    return told


def _held(report: Report) -> list[str]:
    """Return why the figures have to be accepted, a sentence each; usually none."""
    told = [_("It differs much from what serves: {what}.").format(what=what) for what in report.held]
    if report.many_refused:
        words = _("{n} of {all} rows are refused: either they are corrected first, or the others are published alone.")
        told.insert(0, words.format(n=_count(report.refused_rows), all=_count(report.parsed)))
    return told


def _tables(ctx: Context, report: Report) -> list[Rows]:
    found = [_taken(ctx, report), _refused(ctx, report), _replaced(ctx, report)]
    return [table for table in found if table.rows]


def _taken(ctx: Context, report: Report) -> Rows:
    rows = [
        (
            _named(ctx, t) + (f" ({_('new')})" if t.is_new else ""),
            _count(t.areas),
            _years(t.first, t.last),
            _count(t.rows),
        )
        for t in report.taken
    ]
    heads = (_("Indicator"), _("Countries"), _("Years"), _("Rows"))
    return Rows(_("What would be taken"), heads, rows, numeric=(1, 3))


def _refused(ctx: Context, report: Report) -> Rows:
    rows = [
        (str(r.row), r.area + _beside(r.counterpart), r.period, r.value, *words.reason(ctx, r)) for r in report.refused
    ]
    heads = (_("Row"), _("Country"), _("Year"), _("Value"), _("Why"), _("What to do"))
    return Rows(_("What is refused"), heads, rows, _more(report.refused_rows), numeric=(0,))


def _replaced(ctx: Context, report: Report) -> Rows:
    rows = [
        (
            _indicator(ctx, r.indicator),
            ctx.areas.name(r.ref_area) + _beside(r.counterpart_area),
            str(r.time_period),
            *(NOTHING if value is None else number(value) for value in (r.old, r.new)),
        )
        for r in report.replaced
    ]
    heads = (_("Indicator"), _("Country"), _("Year"), _("Now"), _("Then"))
    return Rows(_("What would be replaced"), heads, rows, _more(report.replaced_rows), numeric=(3, 4))


def _more(rows: int) -> str:
    left = rows - SHOWN
    return ngettext("And {n} more row.", "And {n} more rows.", left).format(n=_count(left)) if left > 0 else ""


def _of_entry(ctx: Context, entry: Entry) -> dict[str, Any]:
    names = "; ".join(_indicator(ctx, code) for code in entry.indicators) or NOTHING
    years = _years(entry.first, entry.last) if entry.first else NOTHING
    asks = ngettext("Remove {n} figure", "Remove {n} figures", entry.figures).format(n=_count(entry.figures))
    return {"names": names, "years": years, "figures": _count(entry.figures), "waiting": entry.waiting, "asks": asks}


def _indicator(ctx: Context, code: str) -> str:
    spec = ctx.catalogue.indicators.get(code)
    return spec.name if spec else code


def _named(ctx: Context, taken: Taken) -> str:
    """Return the name of what would be taken; of what would stand beside the catalogue, that it is not scored."""
    if not taken.name:
        return _indicator(ctx, taken.indicator)
    name = _indicator(ctx, taken.beside) if taken.beside else taken.name
    words = _("{name}, beside what is published, not scored") if taken.beside else _("{name}, not scored")
    return words.format(name=name)


def _beside(counterpart: str) -> str:
    return "" if counterpart == NOT_APPLICABLE else f" – {counterpart}"


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _count(n: int) -> str:
    return spoken(f"{n:,}")
