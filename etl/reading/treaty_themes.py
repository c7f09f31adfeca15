"""Treaties by theme, chosen by words in their titles: how many bind each state, and how many bind both of a pair.

The list of environmental treaties has no column of subjects, so a theme is what a title names. A treaty may name
several themes, or none. The words were tried on all titles of the list of 2020: "under water" and "in the atmosphere"
are left out of fresh water and of air, for they name the ban on nuclear tests, and "waters" where they are the sea's.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from scidip.etl.source import raw_frame

THEMES: Final = {
    "fisheries": r"fish|whal|\btuna|salmon|halibut|herring|\bseals\b|sealing",
    "water": (
        r"\brivers?\b|\blakes?\b|watercourse|\bbasins?\b|groundwater|aquifer|irrigation"
        r"|(?<!under )(?<!ballast )(?<!sea )(?<!heavy )\bwater\b|(?:boundary|frontier|inland|danubian) waters"
        r"|^(?!.*(?:fish|seal|whal|turtle|capelin|access rights|territorial|coast|mediterranean|atlantic|pacific))"
        r".*\bwaters\b"
    ),
    "sea": r"\bseas?\b|\boceans?\b|marine|maritime|\bcoast|\bships?\b|seabed|continental shelf|ballast",
    "nature": (
        r"wildlife|wild animals|fauna|flora|species|\bbirds?\b|waterfowl|biodivers|biological diversity|forest|wetland"
        r"|conservation of nature|nature (?:conservation|protection)|national parks?|biosafety"
    ),
    "air": r"climat|ozone|(?<!in the )atmospher|air pollution|greenhouse",
    "waste": r"waste|hazardous|chemical|pesticide|organic pollutants|mercury|dumping",
    "nuclear": r"nuclear|atomic|radioactiv|radiolog",
}
"""Theme → words of titles, as a regular expression without regard to capitals."""
BINDS, BOTH = "theme_", "both_"
"""What the series are called: of a state, and of a pair."""


def themed(bound: pd.DataFrame, series: frozenset[str], file: int, last: int) -> Iterator[pd.DataFrame]:
    """Yield the raw rows of each theme among *series* in the year *last*.

    bound: treaties and states, index: the line; columns treaty, Title, stateID and end (the year it ended, or NaN). A
    state of the list that no treaty of a theme binds has a zero; a pair without one has no row.
    """
    states = sorted(bound["stateID"].unique())
    first_line = bound.reset_index(names="line").groupby("stateID")["line"].min()
    force = bound[~(bound["end"] < last)].drop_duplicates(["treaty", "stateID"])
    for theme, words in THEMES.items():
        if not {BINDS + theme, BOTH + theme} & series:
            continue
        named = force[force["Title"].str.contains(words, case=False, regex=True)]
        joint = _joint(named, states)
        if BINDS + theme in series:
            yield raw_frame(
                series=BINDS + theme,
                source_area=np.array(states, dtype=object),
                time_period=last,
                obs_value=joint.diagonal().astype(float),
                file=file,
                row=first_line.reindex(states).to_numpy(),
            )
        a, b = np.nonzero(np.triu(joint, 1))
        if BOTH + theme in series and len(a):
            yield raw_frame(
                series=BOTH + theme,
                source_area=np.array(states, dtype=object)[a],
                source_counterpart=np.array(states, dtype=object)[b],
                time_period=last,
                obs_value=joint[a, b].astype(float),
                file=file,
                row=first_line.reindex(states).to_numpy()[a],
            )


def _joint(named: pd.DataFrame, states: list[str]) -> np.ndarray:
    """Return how many treaties bind both of two states, states × states; on the diagonal those that bind each."""
    treaties, _ = pd.factorize(named["treaty"])
    members = np.zeros((int(treaties.max(initial=-1)) + 1, len(states)), dtype=np.int64)
    members[treaties, pd.Categorical(named["stateID"], categories=states).codes] = 1
    found: np.ndarray = members.T @ members
    return found
