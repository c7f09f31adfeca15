"""What changed between versions, why ranks moved, and how much so far; against a history known by hand. Synthetic."""

import json

import pytest
from plotly.utils import PlotlyJSONEncoder

from scidip.dashboard.pages import what_changed as page
from scidip.dashboard.server.factory import create_app, render
from scidip.findings import revision_risk
from scidip.findings.exhibits import versions as exhibits
from scidip.findings.session import Reader
from scidip.findings.what_changed import changes_of
from scidip.store import versions
from scidip.store.database.as_of import as_of
from tests.dated import AREAS, INDICATOR, ingest, revise, score, version
from tests.test_pages import make_context


@pytest.fixture
def writer(fresh_shop):
    return fresh_shop.engine


@pytest.fixture
def desk(writer, catalogue, areas) -> Reader:
    return Reader(writer, catalogue, areas)


def ranks(desk, before: str, after: str) -> dict[str, tuple[int, ...]]:
    frame = changes_of(desk, before, after).ranks
    return {r.ref_area: (r.places, r.by_own, r.by_others, r.by_method) for r in frame.itertuples()}


def test_figures_are_counted_revised_new_and_gone(writer, desk) -> None:
    before = version(writer, 1.0, 2.0, 3.0)
    ingest(writer, {"FRA": 1.5, "DEU": 2.0, "PRT": 9.0})
    after = score(writer)
    found = changes_of(desk, before, after)
    assert found.figures.to_dict("records") == [
        {"source": "world_bank", "indicator": INDICATOR, "revised": 1, "new": 1, "gone": 1, "common": 2}
    ]
    back = changes_of(desk, after, before)
    assert (back.count("revised"), back.count("new"), back.count("gone")) == (1, 1, 1)
    table = exhibits.figures(desk, found)
    assert table.frame().loc[0, ["indicator", "revised", "new", "gone"]].tolist() == [INDICATOR, 1, 1, 1]


def test_a_rank_that_rose_by_its_own_figure_and_those_that_fell_by_anothers(writer, desk) -> None:
    before = version(writer, 1.0, 2.0, 3.0, 4.0, 5.0)  # FRA last … PRT first
    after = version(writer, 4.5, 2.0, 3.0, 4.0, 5.0)
    assert ranks(desk, before, after) == {
        "FRA": (3, 3, 0, 0),
        "DEU": (-1, 0, -1, 0),
        "ITA": (-1, 0, -1, 0),
        "ESP": (-1, 0, -1, 0),
    }


def test_what_only_the_code_moved_is_of_the_method(writer, desk) -> None:
    before = version(writer, 1.0, 2.0, 3.0, 4.0, 5.0)
    after = score(writer, code="other code", upside_down=True)
    found = changes_of(desk, before, after)
    assert found.is_other_method and found.figures.empty
    moved = ranks(desk, before, after)
    assert moved["FRA"] == (4, 0, 0, 4) and moved["PRT"] == (-4, 0, 0, -4) and len(moved) == 4


def test_places_add_up_to_the_move_in_a_database_of_real_figures(built_url, tmp_path, catalogue, areas) -> None:
    import shutil

    from scidip.store.database.engine import open_engine

    path = tmp_path / "real.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), path)
    engine = open_engine(f"sqlite:///{path}", create=True)
    first = versions.present(engine)
    second = revise(engine)
    found = changes_of(Reader(engine, catalogue, areas), first, second)
    frame = found.ranks
    assert len(frame) > 20
    assert (frame["rank_before"] - frame["rank"]).tolist() == frame["places"].tolist()
    assert (frame[["by_own", "by_others", "by_method"]].sum(axis=1)).tolist() == frame["places"].tolist()
    assert found.count("revised") > 10_000 and found.count("gone") > 100 and found.count("new") == 0
    engine.dispose()


def test_revision_risk_is_that_of_the_history(writer, desk) -> None:
    codes = [version(writer, 1.0, 2.0, 4.0), version(writer, 1.1, 2.0, 4.0), version(writer, 1.1, 1.0, 4.0)]
    (row,) = revision_risk.series(desk, codes[-1]).to_dict("records")
    # Six common figures of two pairs of vintages: 10 % once, 50 % once, four times nothing.
    assert (row["vintages"], row["common"]) == (3, 6)
    assert row["share_revised"] == pytest.approx(100 / 3)
    assert (row["median_revision"], row["median_of_revised"]) == (0, pytest.approx(30))
    told = revision_risk.ranks(desk, codes[-1]).set_index("ref_area")
    # DEU and FRA change places in the second step.
    assert told.loc["DEU"].tolist() == told.loc["FRA"].tolist() == [3, 1, 0.5]
    assert told.loc["ITA"].tolist() == [3, 0, 0]
    (early,) = revision_risk.series(desk, codes[1]).to_dict("records")
    assert (early["vintages"], early["common"]) == (2, 3)
    assert revision_risk.series(desk, codes[0]).empty and revision_risk.ranks(desk, codes[0]).empty


def shown(ctx, query: dict[str, str]) -> str:
    return json.dumps(render(page, ctx, query), cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_the_page_says_one_version_so_far_and_then_what_changed(writer, catalogue, areas, sources) -> None:
    ctx = make_context(str(writer.url), catalogue, areas, sources)
    with create_app(ctx).server.test_request_context("/what-changed"):
        assert "One version so far" in shown(ctx, {})
    codes = [version(writer, *(n + i / 10 for n in range(len(AREAS)))) for i in (1, 2, 3)]
    ctx = make_context(str(writer.url), catalogue, areas, sources)
    with create_app(ctx).server.test_request_context("/what-changed"):
        newest = shown(ctx, {})
        assert "5 figures revised, 0 new, 0 gone; 0 ranks of the index moved." in newest
        assert "No rank of the " in newest  # "index" leads to the glossary
        assert f"From version {codes[1]} to version {codes[2]}." in newest and "are the same" in newest
        assert "3 versions can be read again" in newest
        both = f"From version {codes[0]} to version {codes[2]}"
        assert both in shown(ctx, {"since": codes[0], "to": codes[2]})
        # Chosen the other way round, the earlier one still comes first; a version is not compared with itself.
        assert both in shown(ctx, {"since": codes[2], "to": codes[0]})
        assert "not compared with itself" in shown(ctx, {"since": codes[1], "to": codes[1]})
        assert "no earlier version" in shown(ctx, {"to": codes[0]})
        assert "which is not known here" in shown(ctx, {"since": "0123456789"})
    with as_of(codes[1]), create_app(ctx).server.test_request_context("/what-changed"):
        assert f"From version {codes[0]} to version {codes[1]}" in shown(ctx, {})
    with as_of(codes[0]), create_app(ctx).server.test_request_context("/what-changed"):
        assert "One version so far" in shown(ctx, {})
    ctx.engine.dispose()
