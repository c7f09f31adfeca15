"""Reads of the database: what a page asks, also of areas and years that have nothing."""

import pytest

from scidip.indicators.errors import SchemaMismatch, StoreError
from scidip.store.database.engine import open_engine
from scidip.store.database.schema import migration
from scidip.store.queries import area_queries, served


def test_an_area_without_any_figure_has_a_row_for_each_indicator_and_no_value(engine, catalogue, areas) -> None:
    areal = [i for i in catalogue.indicators.values() if i.arity == "area"]
    bare = sorted(areas.codes - set(served.observations(engine, [i.code for i in areal])["ref_area"]))
    for area in [*bare[:3], "QQQ"]:
        frame = area_queries.area_indicators(engine, area, 2023)
        assert len(frame) == len(areal)
        assert frame["obs_value"].isna().all()


def test_more_than_a_hundred_areas_are_ranked_each_with_its_interval(engine) -> None:
    for node in ("std", "infra", "national", "international"):
        frame = served.ranking(engine, node, served.scored_years(engine)[-1])
        ranked = frame[frame["is_ranked"]]
        assert len(ranked) > (60 if node == "international" else 100)
        assert ranked[["rank", "rank_p05", "rank_p50", "rank_p95"]].notna().all().all()
        assert ranked["score"].between(0, 100).all()
        assert ((frame["reason_code"] == "") == frame["is_ranked"]).all()


def test_no_aggregate_and_no_former_state_is_scored(engine, areas) -> None:
    scored = set(served.ranking(engine, "std", served.scored_years(engine)[-1])["ref_area"])
    former = set(areas.table.loc[areas.table["kind"] == "former", "ref_area"])
    assert not scored & former
    assert scored <= areas.codes


def test_the_year_of_a_figure_is_its_own(engine) -> None:
    frame = area_queries.area_indicators(engine, "USA", 2023).set_index("indicator")
    assert frame.at["resident_patents", "time_period"] == 2021
    assert frame.at["resident_patents", "carried"]


def test_a_missing_database_is_said_with_the_remedy(tmp_path) -> None:
    with pytest.raises(StoreError, match="run `scidip build`"):
        open_engine(f"sqlite:///{tmp_path / 'none.sqlite'}")


def test_a_database_of_another_version_is_refused(tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'other.sqlite'}"
    engine = open_engine(url, create=True)
    with engine.begin() as connection:
        connection.execute(migration.insert().values(name="from_the_future", applied_at="2030"))
    engine.dispose()
    with pytest.raises(SchemaMismatch, match="from_the_future"):
        open_engine(url)
