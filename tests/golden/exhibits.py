"""The golden exhibits: every table of the pages of 30 countries and 30 pairs, as values.

`exhibits.txt.xz` holds a line for each row: the page, the table, the row as it is in a file, numbers to nine digits. Written
from a database that `scidip build` made of the bundle, by

    SCIDIP_DATABASE_URL=sqlite:////path/of/scidip.sqlite python -m tests.golden.exhibits

Renew it in the same commit as a change that means to move what is shown; a move of code leaves it alone.
"""

import io
import lzma
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from scidip.app import create_context
from scidip.dashboard.core.component_tree import kind, parts, values_of
from scidip.dashboard.core.context import Context
from scidip.dashboard.pages.country import page as country
from scidip.dashboard.pages.pair import page as pair
from scidip.settings import Settings

FILE = Path(__file__).with_name("exhibits.txt.xz")
MANY, SEED = 30, 15
ODD = ("FRA", "USA", "CHN", "TUV", "PRK", "XKX", "TWN", "HKG", "VAT", "NGA")
"""Countries that were wrong once; the others are drawn."""
ODD_PAIRS = (("FRA", "DEU"), ("KAZ", "RUS"), ("TUV", "NRU"), ("PRK", "SOM"), ("VAT", "ITA"), ("TWN", "CHN"))


def lines(ctx: Context) -> list[str]:
    """Return every row of every table of the pages, each after the names of page and table."""
    chance, areas = random.Random(SEED), sorted(ctx.present_areas)
    countries = [*ODD, *chance.sample([a for a in areas if a not in ODD], MANY - len(ODD))]
    pairs = [*ODD_PAIRS, *(tuple(chance.sample(areas, 2)) for _ in range(MANY - len(ODD_PAIRS)))]
    found: list[str] = []
    with ctx.at_one_moment():
        for area in countries:
            found += _rows(area, country.layout(ctx, country.State(area=area)))
        for a, b in pairs:
            found += _rows(f"{a}-{b}", pair.layout(ctx, pair.State(a, b)))
    return found


def _rows(page: str, tree: Any) -> Iterator[str]:
    for number, frame in enumerate(_frames(tree), 1):
        text = io.StringIO()
        frame.to_csv(text, index=False, float_format="%.9g", lineterminator="\n")
        yield from (f"{page} {number} {row}" for row in text.getvalue().splitlines())


def _frames(node: Any) -> Iterator[pd.DataFrame]:
    if kind(node) == "Table":
        yield values_of(node).frame()
        return
    for child in parts(node):
        if kind(child) or isinstance(child, list | tuple):
            yield from _frames(child)


def held() -> list[str]:
    """Return the golden lines."""
    return lzma.decompress(FILE.read_bytes()).decode().splitlines()


def main() -> None:
    made = lines(create_context(Settings.from_env()))
    FILE.write_bytes(lzma.compress("\n".join(made).encode(), preset=9))
    print(f"{len(made):,} rows, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
