"""Lowy Global Diplomacy Index: which country keeps which diplomatic post where.

One record per post and edition (2016, 2017, 2019, 2021, 2023). The edition covers 42 countries at
first and 66 at last, so a country that is not listed as a sender is not covered. Spellings differ
between editions and inside them: an asterisk after a name ("Taiwan*"), capitals, and a territory's
state in brackets. The European External Action Service sends like a country and is declared an
exclusion.

Two series. `posts` is the published total of a country: posts of every type. `pair` counts the
posts of one country in another; permanent missions are left out there, because they are sent to
the organisation that sits in the country (China has 274 posts in 2023, eight of them missions).

A JSON file of totals by country stands behind the index's own page; it holds no list of posts, so it is not fetched.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.lists import read_list, tally
from scidip.etl.source import ByHand, concat_raw
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.source import SourceSpec

ID: Final = "lowy"
SPEC: Final = SourceSpec(
    id=ID,
    kind="compiled",
    title="Lowy Global Diplomacy Index",
    publisher="Lowy Institute",
    homepage="https://globaldiplomacyindex.lowyinstitute.org",
    licence="Terms of the site, with attribution",
    licence_url="https://globaldiplomacyindex.lowyinstitute.org",
    citation="Lowy Institute, Global Diplomacy Index, 2016-2023",
    cadence="every two years",
    area_scheme="name",
    renews="years",
    redistributable=False,
    where_to_get="Ask the Lowy Institute at https://globaldiplomacyindex.lowyinstitute.org",
    months=24,
    by_hand=(
        "open https://globaldiplomacyindex.lowyinstitute.org, ask the institute for the list of posts of the "
        "newest edition, or write it down from the pages of the countries, as a CSV with a line per post and the "
        "header year,sending_country,receiving_country,type_of_post; pass it with --file"
    ),
)

POSTS: Final = "posts"
PAIR: Final = "pair"
COLUMNS: Final = ("year", "sending_country", "receiving_country", "type_of_post")
MISSION: Final = "Permanent Mission"
TYPES: Final = ("Embassy / High Commission", "Consulate / Consulate-General", MISSION, "Other")
SPELLINGS: Final = {"Cote D'Ivoire": "Cote d'Ivoire", "Democratic The Congo": "Democratic the Congo"}
"""Spellings that stand beside each other in one edition."""


class Lowy(ByHand):
    """Posts of a country, and of one in another, per edition; a pair without posts is no row."""

    spec = SPEC
    files: tuple[str, ...] = ("diplomacy-lowy-gdi/lowy_gdi_posts_*.csv.gz",)

    def vintage(self, snapshot: Snapshot) -> str:
        """Return the year of the newest edition in the file."""
        return str(_posts(snapshot)["year"].max())

    def parse(self, snapshots: Sequence[Snapshot], series: Sequence[str]) -> pd.DataFrame:
        """Return the counts of every edition; of editions in several files the last file's."""
        frames: dict[str, list[pd.DataFrame]] = {}
        for file, snapshot in enumerate(snapshots):
            for year, posts in _posts(snapshot).groupby("year"):
                frames[str(year)] = _counts(posts, file, series)
        return concat_raw([frame for edition in frames.values() for frame in edition])


def _posts(snapshot: Snapshot) -> pd.DataFrame:
    """Return one line per post, names without their marks; refuse a type of post never seen."""
    posts = read_list(ID, snapshot, COLUMNS)
    unknown = ~posts["type_of_post"].isin(TYPES)
    if unknown.any():
        raise SourceChanged(
            ID,
            f"the type of post {posts['type_of_post'][unknown].iloc[0]!r} is none of "
            f"{', '.join(sorted(TYPES))}; correct it, or leave the row out",
            file=snapshot.name,
            row=int(posts.index[unknown][0]),
        )
    return posts.assign(**{c: _plain(posts[c]) for c in ("sending_country", "receiving_country")})


def _plain(names: pd.Series) -> pd.Series:
    found = {n: re.sub(r"\s*\*$", "", n) for n in names.unique()}
    return names.map({n: SPELLINGS.get(plain, plain) for n, plain in found.items()})


def _counts(posts: pd.DataFrame, file: int, series: Sequence[str]) -> list[pd.DataFrame]:
    counted = partial(tally, area="sending_country", period="year", file=file)
    frames = []
    if POSTS in series:
        frames.append(counted(POSTS, posts))
    if PAIR in series:
        between = posts[posts["type_of_post"] != MISSION]
        frames.append(counted(PAIR, between, counterpart="receiving_country"))
    return frames


SOURCE = Lowy()
