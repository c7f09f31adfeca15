"""What is said of dated events: what was compared with what, and whether more is seen than chance makes."""

from collections.abc import Sequence

from scidip.figures.text import numbers, sentences
from scidip.findings.events.followed import Followed, Gap, Together, percent
from scidip.findings.session import Desk
from scidip.indicators.events.held import KINDS
from scidip.indicators.events.study import Difference
from scidip.indicators.events.windows import WHY
from scidip.indicators.events.works import OUTCOMES
from scidip.indicators.language.current import N_, _

TITLE = N_("Did it change anything?")
COMPARED_COUNTRIES = N_(
    "Compared is the mean of the one to five years after the event with that of the five years before, beside the "
    "same of five countries: of the region or the income group, of about the size, with the most similar five years "
    "before, and with no accession to any of these organisations within five years of the event."
)
COMPARED_PAIRS = N_(
    "Compared is the mean of the one to five years after the event with that of the five years before, beside the "
    "same of five pairs: of one of the two with a third country, of which about as much is expected, with the most "
    "similar five years before, and with no such agreement within five years of the event."
)
RANGES = N_(
    "Own range: between which differences nine of ten of those alike lie that had no such event. Interval of all "
    "events: 95 %, from draws in which each event is given to one of those alike."
)
NOT_ALONE = N_(
    "An event rarely comes alone: membership of the European Union, funds, reforms or sanctions fall into the same "
    "years. This is what followed, not what the event did."
)
CONSORTIA = N_(
    "A work of a large consortium counts as a joint work of each two of its countries, so that taking part in one "
    "raises the count by itself."
)

EACH_YEAR = N_(
    "Mean of the events, less the mean of the five years before and less the same of those alike. Interval of each "
    "year: 95 %, from draws in which each event is given to one of those alike. Each year is tested by itself: with "
    "nothing behind it, one year or more of eleven lies beyond chance in about two studies of five. The last years may "
    "hold fewer events."
)


def signed(value: float | None) -> str:
    """Return a difference in logarithms as percent with its sign; "–" without one."""
    return percentage(percent(value))


def percentage(shown: float | None) -> str:
    """Return a percentage, whole, with its sign; "–" without one."""
    if shown is None:
        return "–"
    text = numbers.value(abs(float(round(shown))), "percent")
    return text if round(shown) == 0 else f"{'+' if shown > 0 else '−'}{text}"


def ranged(value: float | None, low: float | None, high: float | None) -> str:
    """Return a percentage with its range, *+9 % (−13 % to +34 %)*; "–" without one."""
    if value is None:
        return "–"
    return _("{value} ({low} to {high})").format(value=percentage(value), low=percentage(low), high=percentage(high))


def kind(code: str) -> str:
    """Return what kind of event it is, as a sentence begins."""
    return sentences.opening(_(KINDS[code]))


def finding(desk: Desk, events: list[Followed], all_of: dict[tuple[str, str], Together]) -> str:
    """Return what is shown of the newest event that is studied, all of its kind together; or why none is."""
    lead = next((e for e in events if e.is_studied), None)
    if lead is None:
        return not_studied(events)
    return of_all(all_of[lead.kind, lead.outcome])


def not_studied(events: list[Followed]) -> str:
    """Return why the newest of some events is not compared, in one sentence."""
    newest = events[0]
    return _("{kind} in {year}: not compared, because {why}").format(
        kind=kind(newest.kind), year=newest.year, why=_(WHY[newest.why])
    )


def left_out(why: str) -> str:
    """Return that an event is not compared, and why."""
    return _("not compared, because {why}").format(why=_(WHY[why]))


def of_all(found: Together, name: str = "") -> str:
    """Return what all events of a kind show together; *name* in place of that of the kind."""
    effect, head = found.effect, name or kind(found.kind)
    if effect is None:
        return _("{kind}: one event only, which nothing tells from what else happened in those years").format(kind=head)
    words = {
        "none": _(
            "{kind}, {n} events: no effect shown. {outcome}: {value} beside those alike, interval {low} to {high}"
        ),
        "more": _(
            "{kind}, {n} events: more than in those alike. {outcome}: {value} beside them, interval {low} to {high}"
        ),
        "less": _(
            "{kind}, {n} events: less than in those alike. {outcome}: {value} beside them, interval {low} to {high}"
        ),
        "before": _(
            "{kind}, {n} events: on their way already before, so not read as an effect. {outcome}: {value} beside "
            "those alike, interval {low} to {high}"
        ),
        "few": "",
    }[found.reading]
    return words.format(
        kind=head,
        n=effect.events,
        outcome=sentences.opening(_(OUTCOMES[found.outcome])),
        value=signed(effect.value),
        low=signed(effect.low),
        high=signed(effect.high),
    )


def before(found: Together) -> str:
    """Return what both tests of the years before the events say; "" with one event only."""
    slope, earlier = found.parts.get("slope"), found.parts.get("earlier")
    if slope is None:
        return ""
    told = _("Before the events, what is left of a trend is {value} a year ({chance}).").format(
        value=signed(slope.value), chance=chance(slope)
    )
    if earlier is None:
        return told
    placebo = _("With all dates six years earlier the same comparison gives {value} ({chance}).")
    return f"{told} {placebo.format(value=signed(earlier.value), chance=chance(earlier))}"


def chance(found: Difference) -> str:
    """Return how often chance alone makes as much."""
    return _("chance makes as much in {n} of 100 cases").format(n=max(1, round(100 * found.chance)))


def own(desk: Desk, one: Followed) -> str:
    """Return how an event's own difference stands beside those of its candidates."""
    names = [sentences.in_text(desk.areas.name(code)) for code in one.unit]
    words = (
        _(
            "{name} after {year}: {outcome} {value} beside those alike, as nine of ten without the event "
            "({low} to {high})."
        )
        if one.is_usual
        else _(
            "{name} after {year}: {outcome} {value} beside those alike; nine of ten without the event lie between "
            "{low} and {high}."
        )
    )
    told = {"name": " – ".join(names), "year": one.year, "outcome": _(OUTCOMES[one.outcome])}
    ends = {"value": signed(one.difference), "low": signed(one.low), "high": signed(one.high)}
    return sentences.opening(words.format(**told, **ends))


def by_year(gaps: Sequence[Gap]) -> str:
    """Return in how many of the years after the event the difference is beyond chance."""
    after = [g for g in gaps if g.lag > 0]
    clear = sum(g.is_clear for g in after)
    if not after or any(g.low is None for g in after):
        return _("Year by year before and after the event")
    if not clear:
        return _("Year by year: beyond chance in none of the {m} years after the event").format(m=len(after))
    return _("Year by year: beyond chance in {n} of the {m} years after the event").format(n=clear, m=len(after))


def lag(years: int) -> str:
    """Return years from the event with their sign, *−3*, *+2*; 0 is the event."""
    return f"{'' if years == 0 else '+' if years > 0 else '−'}{numbers.fixed(abs(years), 0)}"


def of_studies(readings: Sequence[str]) -> str:
    """Return of how many studies no effect is shown, the honest answer first."""
    told = _("No effect shown in {n} of {m} studies").format(n=readings.count("none"), m=len(readings))
    if stopped := readings.count("before"):
        told = _("{finding}; in {n} the years before forbid reading one").format(finding=told, n=stopped)
    return told
