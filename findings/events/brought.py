"""The study of a list of events that a user brings: of countries, and of pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from scidip.findings.events import words
from scidip.findings.events.followed import Followed, Together, followed
from scidip.findings.session import Desk
from scidip.indicators.events.held import DATED, event_rows, study_of, study_rows
from scidip.indicators.events.lists import Given
from scidip.indicators.events.study import studied
from scidip.indicators.events.windows import Panel, Unit
from scidip.indicators.events.works import SHARE, JointWorks, joint_works
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import _
from scidip.store.queries import expectation_queries, served

COUNTRIES = {"works": "international_works", "share": "international_share"}
"""What may be followed after events of countries."""
KIND = "brought"


@dataclass(frozen=True)
class Brought:
    """The events of a list, of countries or of pairs, each beside its candidates, and all together."""

    events: tuple[Followed, ...]
    together: Together
    first: int
    last: int
    """The years of the figures."""

    @property
    def finding(self) -> str:
        """What is shown, in one sentence."""
        is_pair = self.together.outcome == "joint_works"
        if not any(e.is_studied for e in self.events):
            words_ = _(
                "None of {n} events can be compared: the figures are of {first} to {last}, and an event needs five "
                "years before it, three after it, and ten countries or pairs alike"
            )
            return words_.format(n=len(self.events), first=self.first, last=self.last)
        return words.of_all(self.together, _("Pairs of the list") if is_pair else _("Countries of the list"))


def works_of(desk: Desk) -> JointWorks | None:
    """Return the joint works of the database that serves; None without them."""
    observations = served.observations(desk.engine, (JOINT, SHARE))
    return joint_works(observations, desk.areas.table, expectation_queries.every(desk.engine))


def study(works: JointWorks, given: Sequence[Given], followed_after: str = "works") -> list[Brought]:
    """Return the study of the events of countries of a list, and that of pairs, as far as there are such events.

    A country or pair of the list stands for none of the others within five years of an event of its own.
    """
    found = []
    for size in (1, 2):
        events = [(g.unit, g.year) for g in given if len(g.unit) == size and all(a in works.places for a in g.unit)]
        if not events:
            continue
        outcome = COUNTRIES[followed_after] if size == 1 else "joint_works"

        def panel(unit: Unit, year: int, outcome: str = outcome) -> Panel:
            return works.of_pair(*unit, year) if len(unit) == 2 else works.of_country(unit[0], outcome)

        one = studied(events, panel, events)
        rows = pd.DataFrame(list(event_rows(KIND, outcome, one)), columns=list(DATED))
        parts = study_of(study_rows(KIND, outcome, one.study))
        together = Together(KIND, outcome, parts)
        found.append(Brought(tuple(followed(rows)), together, works.first, works.last))
    return found
