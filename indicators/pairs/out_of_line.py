"""Years of a pair that are out of line with those beside them: oddities of a source, or of one year's consortia.

They stay: absence would read as none. Whoever sees the line is told.
"""

import pandas as pd

FACTOR = 3.0
"""As of an area's own history (`etl.jumps`)."""
FLOOR = 200.0
"""Joint works below which a factor of three between two years says little."""


def out_of_line(series: pd.Series) -> list[int]:
    """Return the years whose figure is over three times both beside it, or under a third of both.

    series: figures by year, ascending. A year is judged where the one before and the one after are known, and where
    the larger figures reach `FLOOR`.
    """
    held = series.dropna()
    known = dict(zip(held.index.tolist(), held.tolist(), strict=True))
    found = []
    for year, value in known.items():
        if year - 1 not in known or year + 1 not in known:
            continue
        low, high = sorted((known[year - 1], known[year + 1]))
        above = value >= FLOOR and value > FACTOR * high
        below = low >= FLOOR and FACTOR * value < low
        if above or below:
            found.append(year)
    return found
