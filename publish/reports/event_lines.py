"""Studies of dated events as lines of text: those held, that of a list, and how far the comparison can be believed."""

from collections.abc import Iterator, Sequence

from scidip.findings.events import words
from scidip.findings.events.brought import Brought
from scidip.findings.events.followed import Followed, together
from scidip.findings.session import Desk
from scidip.indicators.events.calibration import EVENTS, RUNS, rates
from scidip.indicators.events.held import KINDS, OF_COUNTRIES, OF_PAIRS
from scidip.indicators.events.windows import WHY
from scidip.indicators.language.current import _

NONE = "No dated events can be compared: joint works are not in the database. Run `scidip build`."


def held(desk: Desk) -> Iterator[str]:
    """Yield a line for each kind of event that is held and each thing that is followed."""
    found = [together(desk, kind, outcome) for kind in KINDS for outcome in (*OF_COUNTRIES, *OF_PAIRS)]
    shown = [one for one in found if one.parts]
    if not shown:
        yield NONE
        return
    for one in shown:
        yield words.of_all(one)
        yield f"  {words.before(one)}"
    yield _(words.NOT_ALONE)


def of_list(found: Sequence[Brought], labels: dict[tuple[tuple[str, ...], int], str]) -> Iterator[str]:
    """Yield what is shown of a list, then a line for each event."""
    for one in found:
        yield one.finding + "."
        if one.together.parts:
            yield words.before(one.together)
        for event in one.events:
            yield f"  {_event(event, labels.get((event.unit, event.year), ''))}"
    yield _(words.NOT_ALONE)


def _event(event: Followed, label: str) -> str:
    head = " ".join(filter(None, ("–".join(event.unit), str(event.year), label)))
    if not event.is_studied:
        return f"{head}: not compared, because {_(WHY[event.why])}"
    ends = f"without the event {words.signed(event.low)} to {words.signed(event.high)}"
    return f"{head}: {words.signed(event.difference)} beside {', '.join(event.controls)}; {ends}"


def calibration(runs: int = RUNS) -> Iterator[str]:
    """Yield how often the comparison is clear on made figures without an effect, and with one."""
    yield f"{runs} made worlds each, {EVENTS} events among 60 countries over 30 years; clear at 5 %:"
    for effect, clear, before in rates(runs):
        name = "no effect (false alarms)" if effect == 0 else f"effect of {effect:.0%}".replace("%", " %")
        yield f"  {name}: {100 * clear:.1f} %; something clear before the events: {100 * before:.1f} %"
