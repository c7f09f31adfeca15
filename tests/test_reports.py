"""Provenance to the row, vintages compared, figures supplied by a user, and cross-checks."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.dashboard.pages.data_quality import sections as data_quality
from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.rescore import rescore
from scidip.etl.run import ingest
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.catalogue import CrossCheck
from scidip.indicators.robustness.crosscheck import agreement
from scidip.publish.formats.csv import template_lines
from scidip.publish.reports import lines as reports
from scidip.store import provenance
from scidip.store.queries import served
from tests.test_runs import read, row, wdi


def test_a_score_is_explained_down_to_the_producers_row(engine, catalogue, areas) -> None:
    text = "\n".join(reports.explain(engine, catalogue, areas, "rd_expenditure_gdp", "USA", 2020))
    assert "3.41788 % of GDP in 2020, observed" in text
    assert "World Bank WDI, 2026-07-13, CC BY 4.0" in text
    assert "wdi-api-2026/GB.XPD.RSDV.GD.ZS.csv, row 256 (sha256 " in text
    assert "in 90 % of simulated methods" in text


def test_a_derived_figure_is_explained_through_its_inputs(engine, catalogue, areas) -> None:
    text = "\n".join(reports.explain(engine, catalogue, areas, "articles_pm", "DEU", 2020))
    assert "derived: ratio of articles, population" in text
    assert "population.csv, row" in text


def test_a_missing_figure_is_said(engine, catalogue, areas) -> None:
    text = "\n".join(reports.explain(engine, catalogue, areas, "rd_expenditure_gdp", "SOM", 2020))
    assert "no figure published" in text


def test_two_vintages_are_compared(fresh_shop, tmp_path) -> None:
    names = [("France", "FRA"), ("Germany", "DEU"), ("Italy", "ITA"), ("Spain", "ESP"), ("Portugal", "PRT")]
    old = [row(n, c, "2.0", "2.1") for n, c in names]
    new = [*old[:4], row("Portugal", "PRT", "2.0", "2.2"), row("Greece", "GRC", "1.0", "")]
    read(fresh_shop, tmp_path, wdi(*old))
    read(fresh_shop, tmp_path, wdi(*new, stamp="2026-08-01"))
    lines = list(reports.difference(fresh_shop.engine, "world_bank"))
    assert lines[1] == "rd_expenditure_gdp: 1 new, 0 gone, 1 revised"
    assert lines[2] == "  PRT 2020: 2.1 to 2.2 (+4.8%)"
    (change,) = provenance.last_changes(fresh_shop.engine, most=6).to_dict("records")
    assert (change["source_id"], change["new"], change["revised"], change["gone"]) == ("world_bank", 1, 1, 0)


def test_a_first_vintage_has_changed_nothing(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, wdi(row("France", "FRA", "2.0", "2.1")))
    assert provenance.last_changes(fresh_shop.engine, most=6).empty


def test_a_figure_that_vanished_is_gone_not_zero() -> None:
    columns = ["indicator", "ref_area", "counterpart_area", "time_period", "obs_value"]
    old = pd.DataFrame([("a", "FRA", "_Z", 2020, 1.0), ("a", "ITA", "_Z", 2020, 0.0)], columns=columns)
    (change,) = provenance.compare(old, old.iloc[1:]).to_dict("records")
    assert (change["ref_area"], change["change"]) == ("FRA", "gone")


def supplied(**changes: str) -> Snapshot:
    entry = {
        "indicator": "sabbatical_leave_share",
        "ref_area": "FRA",
        "name": "France",
        "time_period": "2022",
        "obs_value": "4.5",
        "obs_status": "A",
        "source": "Ministry survey",
        "licence": "CC0",
    } | changes
    text = ",".join(entry) + "\n" + ",".join(entry.values()) + "\n" + "sabbatical_leave_share,DEU,Germany,,,A,,\n"
    return Snapshot("mine.csv", text.encode(), retrieved="2026-11-21")


def test_supplied_figures_keep_their_source_and_licence_and_measure_the_dimension(fresh_shop, tmp_path) -> None:
    store = SnapshotStore(tmp_path)
    ingest(fresh_shop, fresh_shop.sources["user"], [supplied()], store, lambda: None)
    figure = provenance.figure(fresh_shop.engine, "sabbatical_leave_share", "FRA", 2023)
    assert figure is not None
    assert (figure["title"], figure["licence"]) == ("User: Ministry survey", "CC0")
    codes = served.supplied_indicators(fresh_shop.engine)
    effective = fresh_shop.catalogue.with_supplied(codes).framework
    assert effective.node("sabbatical_leave").indicators == ("sabbatical_leave_share",)
    assert fresh_shop.catalogue.framework.node("sabbatical_leave").not_measured


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"licence": ""}, "mine.csv, row 2: a figure without its source and licence"),
        ({"indicator": "populous"}, "'populous' does not take supplied figures"),
    ],
)
def test_a_supplied_figure_that_cannot_be_used_is_refused(fresh_shop, tmp_path, changes, words) -> None:
    with pytest.raises(SourceChanged, match=words):
        ingest(fresh_shop, fresh_shop.sources["user"], [supplied(**changes)], SnapshotStore(tmp_path), lambda: None)


def test_a_template_lists_every_state_and_economy(areas) -> None:
    table = list(csv.DictReader("".join(template_lines("sabbatical_leave_share", areas)).splitlines()))
    assert len(table) == 199
    assert {r["ref_area"] for r in table} >= {"FRA", "XKX", "TWN", "HKG"}
    assert all(r["obs_value"] == "" for r in table)


def test_commands_suggest_the_nearest_code(built_url, monkeypatch) -> None:
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    result = CliRunner().invoke(main, ["explain", "--area", "FRA", "--indicator", "rd_expenditure_gpd"])
    assert result.exit_code == 2
    assert "did you mean rd_expenditure_gdp" in result.output


def test_agreement_is_measured_on_common_cells_only() -> None:
    columns = ["ref_area", "counterpart_area", "time_period", "obs_value"]
    first = pd.DataFrame(
        [("A", "_Z", 1, 1.0), ("B", "_Z", 1, 2.0), ("C", "_Z", 1, 4.0), ("D", "_Z", 1, 9.0)], columns=columns
    )
    second = pd.DataFrame(
        [("A", "_Z", 1, 1.0), ("B", "_Z", 1, 2.0), ("C", "_Z", 1, 5.0), ("E", "_Z", 1, 0.0)], columns=columns
    )
    found = agreement(CrossCheck(code="x", first="a", second="b"), first, second)
    assert found.common == 3
    assert found.within == pytest.approx(2 / 3)
    assert found.worst.iloc[0]["ref_area"] == "C"
    assert found.correlation == pytest.approx(0.99587, abs=1e-5)


def test_rescoring_an_empty_database_says_so(fresh_shop) -> None:
    from scidip.indicators.errors import DataError

    with pytest.raises(DataError, match="no year from 2010 on"):
        rescore(fresh_shop)


def test_a_folder_of_files_can_be_ingested(fresh_shop, tmp_path: Path) -> None:
    assert read(fresh_shop, tmp_path, wdi(row("France", "FRA", "1", "2"))).status == "succeeded"


def test_two_series_without_common_cells_do_not_agree(engine, monkeypatch) -> None:
    one = {"code": "x", "first": "a", "second": "b", "scale": "linear", "common": 0, "at_least": 0.9}
    nothing = pd.DataFrame([{**one, "correlation": None, "median_ratio": None, "within": None}])
    monkeypatch.setattr(reports.source_queries, "crosschecks", lambda _engine: nothing)
    (line,) = reports.crosschecks(engine)
    assert "correlation – (below the expected 0.9), – within 5 %, median ratio –" in line
    for correlation in (None, float("nan")):
        row = {"scale": "linear", "correlation": correlation, "correlation_expected": 0.9}
        assert data_quality.verdict(row) == "–, expected 0.90"
