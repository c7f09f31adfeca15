"""The audit of the index: rules, what is kept, exhibits, weak points. Numbers of the first half are synthetic."""

import sqlite3
from contextlib import closing
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from scidip.findings.audit.exhibits import EXHIBITS, headline
from scidip.findings.audit.income import income_of
from scidip.findings.audit.index_audit import audit_of
from scidip.findings.laboratory import ranked_of
from scidip.findings.session import Reader
from scidip.indicators.audit.computed import Computed, computed, of_rows
from scidip.indicators.audit.neighbours import neighbours
from scidip.indicators.audit.rules import RULES, WeakPoint, faults, found
from scidip.indicators.errors import CatalogueError
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.robustness import coherence
from scidip.indicators.robustness.correlation import correlation_table
from scidip.publish.audit.index_told import told
from scidip.store.database.engine import open_engine
from scidip.store.queries import audit_queries, indicator_queries, served
from tests.conftest import ROOT


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.code)
def test_a_rule_names_what_is_beyond_its_bound_and_nothing_else(rule) -> None:
    side = 1 if rule.above else -1
    beyond, inside = WeakPoint(rule.code, "a", rule.bound + side * 0.01), WeakPoint(rule.code, "b", rule.bound)
    unknown = WeakPoint(rule.code, "c", float("nan"))
    assert found([inside, unknown, beyond]) == (beyond,)


def test_weak_points_come_in_the_order_of_the_rules_and_furthest_first() -> None:
    weak = [WeakPoint("too_weak", "x", 0.1), WeakPoint("low_alpha", "y", 0.6), WeakPoint("low_alpha", "z", -0.2)]
    assert [w.element for w in found(weak)] == ["z", "y", "x"]


def test_an_exception_without_rule_or_element_is_a_fault(tmp_path, sources) -> None:
    assert list(faults(["low_alpha:visa"], ["visa"])) == []
    assert len(list(faults(["low_alpha:nobody", "no_rule:visa"], ["visa"]))) == 2
    for part in (ROOT / "data" / "catalogue").iterdir():
        (tmp_path / part.name).symlink_to(part)
    (tmp_path / "exceptions").unlink()
    (tmp_path / "exceptions").mkdir()
    (tmp_path / "exceptions" / "own.toml").write_text('[[exception]]\ncode = "low_alpha:nobody"\nargument = "None."\n')
    with pytest.raises(CatalogueError, match="nobody"):
        load_catalogue(tmp_path, sources)


def test_a_parabola_is_found_and_a_line_is_told_apart() -> None:
    income = np.linspace(5, 12, 40)
    scores = 3 * (income - 4) ** 2
    assert coherence.follows(scores, income, 2)[0] == pytest.approx(1)
    assert coherence.follows(scores, income, 1)[0] < 0.98
    gap = scores.copy()
    gap[3] = np.nan
    rest = gap - coherence.predicted(gap, income)
    assert np.isnan(rest[3]) and np.nanmax(np.abs(rest)) < 1e-9
    assert np.isnan(coherence.predicted(scores[:3], income[:3])).all()


def test_a_neighbour_is_compared_in_its_newest_edition_that_may_be_taken() -> None:
    scores = pd.Series({"A": 1.0, "B": 2.0, "C": 3.0, "D": 9.0})
    rows = [("hdi", a, y, v * s) for y, s in ((2020, 1.0), (2022, -1.0)) for a, v in scores.items()]
    figures = pd.DataFrame(rows, columns=["indicator", "ref_area", "time_period", "obs_value"])
    assert neighbours(scores, figures)["correlation"].tolist() == pytest.approx([-1])
    assert neighbours(scores, figures, 2021)[["edition", "areas"]].values.tolist() == [[2020, 4]]
    assert neighbours(scores, figures, 2019).empty


@pytest.fixture(scope="module")
def desk(built_url, catalogue, areas) -> Reader:
    return Reader(open_engine(built_url), catalogue, areas)


def test_what_was_kept_with_the_scores_is_what_is_computed(desk) -> None:
    year = desk.years[-1]
    audit = audit_of(desk, year)
    assert audit.is_kept and not audit_of(desk, desk.years[0]).is_kept
    ranking = served.ranking(desk.engine, desk.index_code, year)
    published = ranking[ranking["is_ranked"]].set_index("ref_area")
    figures = served.observations(desk.engine, ["hdi", "gii_score"])
    own = computed(ranked_of(desk, "three_factors", year), published, figures)
    for part in fields(Computed):
        wanted, kept = getattr(own, part.name).reset_index(drop=True), getattr(audit.computed, part.name)
        pd.testing.assert_frame_equal(wanted, kept[wanted.columns], check_dtype=False)
        again = getattr(of_rows(own.rows()), part.name)
        pd.testing.assert_frame_equal(wanted, again[wanted.columns], check_dtype=False)


def test_a_database_of_before_is_read_and_audited(desk, built_url, tmp_path, catalogue, areas) -> None:
    path = tmp_path / "before.sqlite"
    with (
        closing(sqlite3.connect(built_url.removeprefix("sqlite:///"))) as whole,
        closing(sqlite3.connect(path)) as base,
    ):
        whole.backup(base)
        base.execute("DROP TABLE index_audit")
        base.execute("DELETE FROM migration WHERE name = 'index_audits_are_kept'")
        base.commit()
    before, year = Reader(open_engine(f"sqlite:///{path}"), catalogue, areas), desk.years[-1]
    assert audit_queries.index_audit_rows(before.engine, year).empty
    audit = audit_of(before, year)
    assert not audit.is_kept
    assert list(told(before, audit)) == list(told(desk, audit_of(desk, year)))


def test_fit_is_the_correlation_of_the_table(desk) -> None:
    ranked = ranked_of(desk, "three_factors", desk.years[-1])
    table = correlation_table(ranked.values(), ranked.tree, (1, 2)).set_index(["first", "second"])
    mine = coherence.fit(ranked.values(), ranked.tree).set_index(["indicator", "node"])
    assert (mine["r"] - table["r"].reindex(mine.index)).abs().max() < 1e-12
    assert (mine["areas"] == table["n"].reindex(mine.index)).all() and len(mine) == len(table)


def test_every_weak_point_stands_in_an_exhibit_with_its_figure(desk) -> None:
    audit = audit_of(desk, desk.years[-1])
    tables = {key: make(desk, audit).table for key, make in EXHIBITS.items()}
    alphas = {r["node"]: r["alpha"] for r in tables["alpha"].records()}
    ratios = {r["indicator"]: r["ratio"] for r in tables["balance"].records()}
    weak = tables["weak_points"].records()
    for row in weak:
        if row["rule"] == "low_alpha":
            assert row["obs_value"] == alphas[row["element"]] < 0.7
        if row["rule"] == "too_weak":
            assert row["obs_value"] == ratios[row["element"]] < 1 / 3
        key = f"{row['rule']}:{row['element']}"
        assert (row["argument"] is not None) == (key in desk.catalogue.exceptions)
    assert {k for k, a in alphas.items() if a < 0.7} == {r["element"] for r in weak if r["rule"] == "low_alpha"}
    assert str(len(weak)) in headline(desk, audit)
    assert sum(r["named"] for r in tables["rules"].records()) == len(weak)
    assert headline(desk, replace(audit, ranked=1, factors=audit.factors.head(0), computed=nothing(audit.computed)))


def nothing(whole: Computed) -> Computed:
    return Computed(**{f.name: getattr(whole, f.name).head(0) for f in fields(Computed)})


def test_income_is_gdp_per_head_of_the_ranked(desk) -> None:
    year = desk.years[-1]
    found_ = income_of(desk, year)
    frame = found_.frame.set_index("ref_area")
    gdp, people = (
        indicator_queries.indicator_values(desk.engine, c, year, 8).set_index("ref_area") for c in ("gdp", "population")
    )
    ranking = served.ranking(desk.engine, desk.index_code, year).set_index("ref_area")
    assert ranking.loc[frame.index, "is_ranked"].all() and len(frame) > 100
    for area in ("FRA", "IND", "TCD"):
        assert frame.at[area, "gdp_per_head"] == pytest.approx(gdp.at[area, "obs_value"] / people.at[area, "obs_value"])
        assert frame.at[area, "score"] == ranking.at[area, "score"]
        assert frame.at[area, "beyond"] == pytest.approx(frame.at[area, "score"] - frame.at[area, "predicted"])
    fitted = np.polyfit(np.log(frame["gdp_per_head"]), frame["score"], 2)
    assert np.polyval(fitted, np.log(frame["gdp_per_head"])) == pytest.approx(frame["predicted"].to_numpy())
    assert frame["beyond"].is_monotonic_decreasing and frame["beyond"].mean() == pytest.approx(0, abs=1e-9)
    assert found_.of("TUV") is None and found_.of("FRA")["ref_area"] == "FRA"
