"""The bundle: deterministic, complete, and what the producers' files give."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from scidip.etl.bundle import Bundle, open_bundle, write_source
from scidip.etl.rescore import is_stale, rescore
from scidip.etl.run import load_bundle, write_bundle
from scidip.indicators.errors import SourceChanged, SourceUnavailable
from scidip.store.queries import served, source_queries

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "sources"
ELSEWHERE = {"un_population"}
"""Sources in the bundle whose files were not among those in SHARED."""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return open_bundle(ROOT / "data" / "bundle")


def test_writing_what_was_read_gives_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    for source in bundle.sources:
        write_source(tmp_path, source, bundle.read(source))
        for name in (f"{source}.csv.gz", f"{source}.quarantine.csv.gz"):
            original = bundle.folder / name
            assert (tmp_path / name).exists() == original.exists()
            if original.exists():
                assert (tmp_path / name).read_bytes() == original.read_bytes()


def test_every_source_says_who_made_it_and_under_which_licence(bundle: Bundle) -> None:
    for entry in bundle.manifest.values():
        assert all(entry[key] for key in ("title", "publisher", "licence", "citation"))
        assert all(file["vintage"] and len(file["sha256"]) == 64 for file in entry["file"])


def test_known_figures_are_in_it(bundle: Bundle) -> None:
    figures = bundle.read("world_bank").observations.set_index(["indicator", "ref_area", "time_period"])["obs_value"]
    assert figures["rd_expenditure_gdp", "USA", 2020] == pytest.approx(3.42, abs=0.005)
    assert figures["rd_expenditure_gdp", "ISR", 2023] == pytest.approx(6.35, abs=0.005)
    assert figures["resident_patents", "KOR", 2020] == 180_477
    students = bundle.read("unesco_uis").observations.set_index(["indicator", "ref_area", "time_period"])["obs_value"]
    assert students["inbound_students", "DEU", 2023] == 423_197
    assert "WLD" not in figures.index.get_level_values("ref_area")


def test_a_damaged_file_is_refused_with_the_remedy(bundle: Bundle, tmp_path: Path) -> None:
    for path in bundle.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    damaged = tmp_path / "nobel.csv.gz"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    with pytest.raises(SourceChanged, match=r"nobel\.csv\.gz.*restore it from the repository"):
        open_bundle(tmp_path).read("nobel")


def test_no_bundle_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="run `scidip bundle --from DIR`"):
        open_bundle(tmp_path)


def test_the_producers_files_give_the_same_bundle_twice_and_as_shipped(
    fresh_shop, bundle: Bundle, tmp_path: Path
) -> None:
    if not SHARED.exists():
        pytest.skip("the producers' files (../shared/sources) are not on this machine")
    again = tmp_path / "again"
    write_bundle(fresh_shop, SHARED, again)
    told = [tomllib.loads((f / "bundle.toml").read_text("utf-8")) for f in (again, bundle.folder)]
    assert set(told[1]) - set(told[0]) == ELSEWHERE
    assert told[0] == {k: v for k, v in told[1].items() if k not in ELSEWHERE}
    for path in sorted(bundle.folder.glob("*.gz")):
        if path.name.split(".")[0] not in ELSEWHERE:
            assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_database_that_was_built_is_whole_and_loading_twice_changes_nothing(
    fresh_shop, built_shop, bundle: Bundle
) -> None:
    assert is_stale(fresh_shop, bundle)
    assert not is_stale(built_shop, bundle)
    version = served.data_version(built_shop.engine)
    assert load_bundle(built_shop, bundle) == []
    assert rescore(built_shop).status == "unchanged"
    assert served.data_version(built_shop.engine) == version
    totals = source_queries.sources(built_shop.engine)
    assert set(totals.loc[totals["loaded"] > 0, "source"]) >= set(bundle.sources)
    assert (totals["parsed"] == totals["loaded"] + totals["excluded"] + totals["quarantined"]).all()
    assert isinstance(totals, pd.DataFrame)
