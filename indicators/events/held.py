"""The dated events that are held, each kind as a study, as two tables to be kept.

`studies` has a row for each kind of event, each thing that is followed and each part of the study. `dated` has a row
for each event: its difference beside those of its candidates, or why it is not studied.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from scidip.indicators.events.matching import Matched
from scidip.indicators.events.study import Difference, Studied, Study, by_year, own_range, studied
from scidip.indicators.events.windows import Events, Panel, Unit
from scidip.indicators.events.works import SHARE, JointWorks, joint_works
from scidip.indicators.gravity.pair_years import JOINT
from scidip.indicators.language.current import N_
from scidip.indicators.vocabulary import NOT_APPLICABLE

KINDS: Mapping[str, str] = {
    "cern": N_("accession to CERN"),
    "esa": N_("accession to ESA"),
    "embl": N_("accession to EMBL"),
    "eso": N_("accession to ESO"),
    "ecmwf": N_("accession to ECMWF"),
    "agreement": N_("agreement on science in environment and energy"),
}
"""Kinds of events that are held."""
ACCESSIONS: Mapping[str, str] = {kind: f"{kind}_accessions" for kind in KINDS if kind != "agreement"}
"""Kind → the indicator that is 1 in the year of an accession."""
ANY = ("bigscience_accessions", "bigscience_associations")
"""Accessions to any of the organisations, full or associate: who has one around the event stands for nobody."""
AGREEMENT, AGREEMENTS = "agreement", "bilateral_agreements"
OF_COUNTRIES = ("member_works", "international_works", "international_share")
OF_PAIRS = ("joint_works",)
NEEDED = (JOINT, SHARE, AGREEMENTS, *ACCESSIONS.values(), *ANY)
"""The series that are read."""
STUDIES = ("kind", "outcome", "part", "lag", "value", "low", "high", "chance", "events")
DATED = (
    *("kind", "outcome", "ref_area", "counterpart_area", "time_period", "why", "works", "after"),
    *("difference", "low", "high", "candidates", "controls"),
)
PARTS = ("effect", "slope", "earlier", "path")
"""Parts of a study: the difference, the trend before, the placebo date; and the mean gap by years from the event.

The gap of a year has no interval with one event only, nor in a database that an earlier version scored.
"""


def tables(
    observations: pd.DataFrame, areas: pd.DataFrame, expected: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `studies` (columns STUDIES) and `dated` (columns DATED), both empty without joint works.

    Values are in logarithms. observations, areas, expected: as `works.joint_works` takes them.
    """
    held = observations[observations["indicator"].isin(NEEDED)]
    works = joint_works(held, areas, expected)
    found = [] if works is None else list(_studies(held, works))
    events = [row for kind, outcome, one in found for row in event_rows(kind, outcome, one)]
    rows = [study_rows(kind, outcome, one.study) for kind, outcome, one in found]
    whole = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(STUDIES))
    return whole, pd.DataFrame(events, columns=list(DATED))


def _studies(held: pd.DataFrame, works: JointWorks) -> Iterator[tuple[str, str, Studied]]:
    busy = [event for code in ANY for event in _accessions(held, code)]
    for kind, code in ACCESSIONS.items():
        events = [(unit, year) for unit, year in _accessions(held, code) if unit[0] in works.places]
        for outcome in OF_COUNTRIES if events else ():
            yield kind, outcome, _joined(works, events, outcome, busy)
    agreed = [(unit, year) for unit, year in agreements(held) if all(area in works.places for area in unit)]
    if agreed:
        yield (
            AGREEMENT,
            "joint_works",
            studied(agreed, lambda pair, year: works.of_pair(pair[0], pair[1], year), agreed),
        )


def _joined(works: JointWorks, events: Events, outcome: str, busy: Events) -> Studied:
    def panel(unit: Unit, year: int) -> Panel:
        members = {area for (area,), own in events if own < year}
        return works.of_country(unit[0], outcome, members - {unit[0]})

    return studied(events, panel, busy)


def _accessions(held: pd.DataFrame, code: str) -> list[tuple[Unit, int]]:
    rows = held[(held["indicator"] == code) & (held["obs_value"] > 0)]
    return [((str(area),), int(year)) for area, year in zip(rows["ref_area"], rows["time_period"], strict=True)]


def agreements(held: pd.DataFrame) -> list[tuple[Unit, int]]:
    """Return pairs and the years in which one agreement more is in force between them than in the year before.

    The list counts a pair from its first agreement on.
    """
    found: list[tuple[Unit, int]] = []
    rows = held[held["indicator"] == AGREEMENTS].sort_values(["ref_area", "counterpart_area", "time_period"])
    for ends, own in rows.groupby(["ref_area", "counterpart_area"], sort=True):
        rises = own["obs_value"].diff().fillna(own["obs_value"]) > 0
        a, b = sorted(map(str, ends))
        found += [((a, b), int(year)) for year in own.loc[rises, "time_period"]]
    return found


def study_rows(kind: str, outcome: str, study: Study) -> pd.DataFrame:
    """Return the rows of a study, columns STUDIES."""
    return pd.DataFrame(list(_rows(kind, outcome, study)), columns=list(STUDIES))


def _rows(kind: str, outcome: str, study: Study) -> Iterator[tuple[object, ...]]:
    for part, found in (("effect", study.effect), ("slope", study.slope), ("earlier", study.earlier)):
        if found is not None:
            yield kind, outcome, part, 0, found.value, found.low, found.high, found.chance, found.events
    tested = by_year(study.events)
    for lag, value, events in study.path:
        one = tested.get(lag)
        ends = (one.low, one.high, one.chance) if one is not None else (None, None, None)
        yield kind, outcome, "path", lag, value, *ends, events


def event_rows(kind: str, outcome: str, one: Studied) -> Iterator[tuple[object, ...]]:
    """Yield a row for each event of a study, columns DATED, sorted by year."""
    found: dict[tuple[Unit, int], Matched] = {(m.unit, m.year): m for m in one.study.events}
    for unit, year in sorted([*found, *one.left], key=lambda event: (event[1], event[0])):
        ends = (unit[0], unit[1] if len(unit) > 1 else NOT_APPLICABLE)
        m = found.get((unit, year))
        if m is None:
            yield kind, outcome, *ends, year, one.left[unit, year], *(None,) * 6, ""
            continue
        low, high = own_range(m)
        controls = " ".join("-".join(c) for c in m.controls)
        values = (m.before, m.after, float(m.differences[0]), low, high, len(m.candidates))
        yield kind, outcome, *ends, year, "", *values, controls


def study_of(rows: pd.DataFrame) -> dict[str, Difference]:
    """Return the parts of a study but its path from its kept rows."""
    tested = rows[rows["part"] != "path"]
    columns = (tested[c].tolist() for c in ("part", "value", "low", "high", "chance", "events"))
    return {part: Difference(*values) for part, *values in zip(*columns, strict=True)}
