"""Indices that others publish, computed again from their own inputs by a methodology in TOML."""

import csv
import gzip
import tomllib
from pathlib import Path

import numpy as np
import pytest

from scidip.indicators.own_index.score import score_own_index
from scidip.indicators.own_index.text_table import TextTable
from scidip.publish.export.own_index_reading import read_table

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
HDR = SHARED / "sources/undp-hdr-2024/HDR23-24_Composite_indices_complete_time_series.csv.gz"
SPI = SHARED / "sources/wb-spi-2023/SPI_index.csv.gz"
ASEM = SHARED / "examples/asem"


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"{path} is not on this machine")


def table(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> TextTable:
    return TextTable(name, header, tuple(rows), tuple(range(2, len(rows) + 2)))


def meta(rows: str) -> TextTable:
    header = ("iCode", "Type", "Level", "Parent", "Weight", "Direction")
    return table("META.csv", header, [tuple(line.split(",")) for line in rows.split()])


HDI_META = """
le,Indicator,1,health,1,1
eys,Indicator,1,education,1,1
mys,Indicator,1,education,1,1
gnipc,Indicator,1,income,1,1
health,Aggregate,2,hdi,1,1
education,Aggregate,2,hdi,1,1
income,Aggregate,2,hdi,1,1
hdi,Aggregate,3,,1,1
"""
HDI_METHOD = """
[normalise]
method = "goalposts"
[normalise.per_indicator]
le    = {method = "goalposts", lower = 20, upper = 85}
eys   = {method = "goalposts", lower = 0, upper = 18}
mys   = {method = "goalposts", lower = 0, upper = 15}
gnipc = {method = "goalposts", lower = 100, upper = 75_000, log = true}
[aggregate]
per_level = ["arithmetic", "geometric"]
min_available = 1
if_refused = "leave_empty"  # Rwanda in 1994: the goalpost of 20 years is above its life expectancy
"""


@needs(HDR)
def test_the_human_development_index_of_all_countries_and_years() -> None:
    """Technical notes of the Human Development Report 2023/24, note 1."""
    with gzip.open(HDR, "rt", encoding="utf-8-sig", errors="replace") as file:
        source = list(csv.DictReader(file))
    header = ("uCode", "Time", "le", "eys", "mys", "gnipc")
    rows, published = [], []
    for line in source:
        for year in range(1990, 2023):
            cells = [line[f"{code}_{year}"] for code in header[2:]]
            rows.append((line["iso3"], str(year), *cells))
            published.append(float(line[f"hdi_{year}"] or "nan"))
    index = score_own_index(table("DATA.csv", header, rows), meta(HDI_META), tomllib.loads(HDI_METHOD), "hdi.toml")
    ours = np.round(index.composite.nodes.scores[:, -1], 3)
    has = ~np.isnan(np.array(published))
    off = [(*rows[k][:2], published[k], ours[k]) for k in np.nonzero(has & ~(np.abs(ours - published) < 5e-4))[0]]
    assert off == []
    assert has.sum() > 6000
    scored = [rows[k][:2] for k in np.nonzero(~has & ~np.isnan(ours))[0]]
    withheld = [("RWA", str(year)) for year in range(1990, 1994)]  # inputs given, index not
    assert scored == withheld


SPI_META = "\n".join(f"SPI.INDEX.PIL{k},Indicator,1,SPI,1,1" for k in range(1, 6))


@needs(SPI)
def test_the_statistical_performance_score_from_its_pillars() -> None:
    with gzip.open(SPI, "rt", encoding="utf-8-sig") as file:
        source = list(csv.DictReader(file))
    pillars = tuple(f"SPI.INDEX.PIL{k}" for k in range(1, 6))
    rows = [(s["iso3c"], s["date"], *(s[p] for p in pillars)) for s in source]
    method = """
    [normalise]
    method = "scaled"
    lower = 0
    upper = 100
    [aggregate]
    min_available = 1
    """
    index = score_own_index(
        table("DATA.csv", ("uCode", "Time", *pillars), rows),
        meta(f"{SPI_META}\nSPI,Aggregate,2,,1,1"),
        tomllib.loads(method),
        "spi.toml",
    )
    ours = index.composite.nodes.scores[:, -1]
    published = np.array([float(s["SPI.INDEX"].replace("NA", "nan")) for s in source])
    has = ~np.isnan(published)
    assert has.sum() > 600
    assert np.abs(ours[has] - published[has]).max() < 1e-6


ASEM_METHOD = """
[impute]
method = "mean_by_group"
group = "EurAsia_group"
[treat]
method = "winsorise_log"
max_points = 5
"""
ASEM_PRINTED = """
CHE 68.38 62.79 73.98 63.41 32.87 74.78 85.94 56.93 77.21 87.85 56.88
NLD 64.82 61.94 67.70 64.87 46.62 84.55 71.74 41.92 58.73 86.58 57.78
DNK 64.80 57.10 72.51 50.52 30.43 78.13 75.35 51.04 69.83 86.40 61.29
NOR 64.47 57.44 71.50 58.18 25.70 80.03 89.46 33.80 70.90 87.00 56.59
BEL 63.54 63.99 63.09 71.97 48.22 80.84 75.60 43.32 53.01 86.17 50.09
SWE 63.00 53.87 72.12 51.51 23.87 80.98 74.51 38.50 66.37 87.74 62.27
"""
ASEM_NODES = [
    "Index",
    "Conn",
    "Sust",
    "Physical",
    "ConEcFin",
    "Political",
    "Instit",
    "P2P",
    "Environ",
    "Social",
    "SusEcFin",
]


@needs(ASEM)
def test_the_reference_prints_the_same_scores_for_its_example() -> None:
    """The six best as printed by COINr in its article "Presenting Results", two decimals."""
    data, described = (read_table(ASEM / f"ASEM_i{kind}.csv") for kind in ("Data", "Meta"))
    index = score_own_index(data, described, tomllib.loads(ASEM_METHOD), "asem.toml")
    nodes = index.composite.nodes
    columns = [nodes.codes.index(code) for code in ASEM_NODES]
    units = index.input.figures.units.tolist()
    for place, line in enumerate(ASEM_PRINTED.strip().splitlines(), start=1):
        unit, *printed = line.split()
        row = units.index(unit)
        assert nodes.ranks[row, columns[0]] == place
        assert np.round(nodes.scores[row, columns], 2).tolist() == [float(p) for p in printed]
