"""Published indices that are not means of means, computed again by the formulas of docs/composite.md."""

import csv
import gzip
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scidip.indicators.own_index.score import OwnIndex, score_own_index
from scidip.indicators.own_index.text_table import TextTable

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT.parent / "shared/sources"
PAGE = ROOT / "docs/composite.md"


@dataclass(frozen=True)
class Edition:
    """UNDP's file of complete time series in one edition of its report."""

    file: str
    unit: str
    last: int

    @property
    def path(self) -> Path:
        return SOURCES / self.file


EDITIONS = {
    "2023/24": Edition("undp-hdr-2024/HDR23-24_Composite_indices_complete_time_series.csv.gz", "iso3", 2022),
    "2025": Edition("undp-hdr-2025/HDR25_Composite_indices_complete_time_series.csv.gz", "code", 2023),
}


def example(name: str) -> str:
    """Return what stands under a title on the page of one's own index."""
    found = re.search(rf'```\w+ title="{re.escape(name)}"\n(.*?)```', PAGE.read_text("utf-8"), re.DOTALL)
    assert found, name
    return found[1]


def table(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> TextTable:
    return TextTable(name, header, tuple(rows), tuple(range(2, len(rows) + 2)))


@cache
def source(edition: str) -> list[dict[str, str]]:
    with gzip.open(EDITIONS[edition].path, "rt", encoding="utf-8-sig", errors="replace") as file:
        return list(csv.DictReader(file))


@cache
def computed(index: str, edition: str, first: int) -> tuple[OwnIndex, np.ndarray]:
    """Return an index of the page over all units and years of an edition, and the published figures of the same rows."""
    header, *lines = list(csv.reader(example(f"{index}.csv").splitlines()))
    described = table("META.csv", tuple(header), [tuple(line) for line in lines])
    columns = [line[0] for line in lines if line[1] == "Indicator"]
    rows, published = [], []
    for line in source(edition):
        for year in range(first, EDITIONS[edition].last + 1):
            cells = [line[f"{column}_{year}"] for column in columns]
            rows.append((line[EDITIONS[edition].unit], str(year), *cells))
            published.append(float(line[f"{index}_{year}"] or "nan"))
    data = table("DATA.csv", ("uCode", "Time", *columns), rows)
    groups = sorted({row[0] for row in rows if row[0].startswith("ZZ")})
    asked = tomllib.loads(example(f"{index}.toml")) | {"reference": {"exclude": groups}}  # groups have no rank
    return score_own_index(data, described, asked, f"{index}.toml"), np.array(published)


INDICES = {"ihdi": (2010, 2100), "gdi": (1990, 5000), "gii": (1990, 4700)}
"""First year published, and how many figures there are at least."""


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("index", INDICES)
def test_every_published_figure_of_all_countries_and_years_is_ours(index: str, edition: str) -> None:
    """Technical notes 2, 3 and 4 of the Human Development Reports; three decimals."""
    if not EDITIONS[edition].path.exists():
        pytest.skip(f"{EDITIONS[edition].path} is not on this machine")
    first, least = INDICES[index]
    found, published = computed(index, edition, first)
    ours, has = found.composite.nodes.scores[:, -1], ~np.isnan(published)
    agree = has & (np.abs(np.round(ours, 3) - published) < 5e-4)
    figures = found.input.figures
    off = [(figures.units[k], figures.times[k], published[k], ours[k]) for k in np.nonzero(has & ~agree)[0]]
    newest = figures.times == EDITIONS[edition].last
    print(
        f"{index}, {edition}: {agree.sum():,} of {has.sum():,} published figures agree, "
        f"{(agree & newest).sum()} of {(has & newest).sum()} in {EDITIONS[edition].last}"
    )
    assert off == []
    assert has.sum() >= least
    assert not (~has & ~np.isnan(ours)).any(), "nothing is scored that UNDP does not publish"


def test_the_halves_of_the_gender_development_index_are_the_published_ones() -> None:
    edition = EDITIONS["2025"]
    if not edition.path.exists():
        pytest.skip(f"{edition.path} is not on this machine")
    found, _ = computed("gdi", "2025", 1990)
    nodes, years = found.composite.nodes, range(1990, edition.last + 1)
    for half in ("hdi_f", "hdi_m"):
        published = np.array([float(line[f"{half}_{y}"] or "nan") for line in source("2025") for y in years])
        ours = nodes.scores[:, nodes.codes.index(half)]
        assert np.nanmax(np.abs(ours - published)) < 1e-8


def test_the_ranks_of_gender_inequality_are_those_of_the_node_it_is_turned_from() -> None:
    edition = EDITIONS["2025"]
    if not edition.path.exists():
        pytest.skip(f"{edition.path} is not on this machine")
    found, _ = computed("gii", "2025", 1990)
    figures, nodes = found.input.figures, found.composite.nodes
    places = {line["code"]: float(line["gii_rank_2023"] or "nan") for line in source("2025")}
    here = [k for k in np.nonzero(figures.times == edition.last)[0] if not np.isnan(places[str(figures.units[k])])]
    theirs = [places[str(figures.units[k])] for k in here]
    assert len(here) > 160
    assert nodes.ranks[here, nodes.codes.index("equality")].tolist() == theirs
