"""UNESCO's nouns: each has exactly one answer, figures that exist, reasons that are specific; the knowledge gap."""

import re

import numpy as np
import pandas as pd
import pytest

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.sources import user
from scidip.findings.exhibits.cooperation import unesco as exhibits
from scidip.findings.unesco.gap import COUNTED, PANEL, KnowledgeGap
from scidip.indicators.model.catalogue_files import _programme_faults
from scidip.indicators.model.panel import Programme
from scidip.indicators.shortfall import mean_shortfall, medians, shortfalls
from scidip.publish.formats import csv
from scidip.publish.reports import reference_docs
from scidip.store.queries import indicator_queries
from tests.test_pages import make_context

NOUNS = {
    *("geoparks", "hydrology", "heritage", "biosphere", "capacity", "inclusion", "women", "youth", "ethics"),
    *("open_science", "chairs", "twinning", "poles", "teachers", "hiv_education", "virtual_laboratories"),
    *("scholarships", "brain_drain", "knowledge_gap"),
}
"""The nouns of the two texts."""


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.mark.unit
def test_every_noun_has_exactly_one_answer(catalogue) -> None:
    programmes = catalogue.panels[PANEL].programme
    assert {p.code for p in programmes} == NOUNS and len(programmes) == len(NOUNS)
    for p in programmes:
        given = [bool(p.indicators and not p.proxy), bool(p.indicators and p.proxy), bool(p.not_measured)]
        assert given.count(True) == 1, p.code
        assert bool(p.supply) == bool(p.not_measured), p.code
        for told in filter(None, (p.proxy, p.not_measured)):
            assert len(told.split()) >= 15 and not re.search(
                r"no data\b(?! set)|not available|n/a", told, re.IGNORECASE
            ), p.code
    reasons = [p.not_measured for p in programmes if p.not_measured]
    assert len(set(reasons)) == len(reasons), "a reason is its noun's own"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "give either indicators or the reason"),
        ({"indicators": ("hdi",), "not_measured": "x"}, "give either indicators or the reason"),
        ({"not_measured": "x"}, "needs an indicator that may be supplied"),
        ({"indicators": ("hdi",), "supply": "unesco_chairs"}, "needs an indicator that may be supplied"),
        ({"not_measured": "x", "supply": "hdi"}, "'hdi' is published by 'undp_hdr'"),
        ({"not_measured": "x", "supply": "nothing"}, "the indicator 'nothing' does not exist"),
        ({"indicators": ("hdi",), "compared": ("nothing",)}, "the indicator 'nothing' does not exist"),
    ],
)
def test_a_registry_with_a_fault_is_refused(catalogue, given, told: str) -> None:
    faults = list(_programme_faults(Programme(code="x", name="X", **given), catalogue.indicators))
    assert any(told in fault for fault in faults)


def test_figures_that_are_named_exist_and_have_values(ctx) -> None:
    rows = exhibits.answers(ctx, ctx.years[-1]).table.records()
    assert {r["programme"] for r in rows} == NOUNS
    for r in rows:
        if r["answer"] == "not_measured":
            assert r["template"] and r["remark"] and r["indicator"] is None
            continue
        assert r["areas"] >= 40, r["indicator"]
        assert np.isfinite(r["median"]) and r["newest_period"] >= 2018 and r["source"]
        assert bool(r["remark"]) == (r["answer"] == "proxy")


def test_a_template_that_is_filled_in_is_read_and_answers_the_noun(catalogue, areas, client) -> None:
    for p in catalogue.panels[PANEL].programme:
        if not p.supply:
            continue
        assert p.supply in {spec.code for spec in catalogue.of_source("user")}
        lines = "".join(csv.template_lines(p.supply, areas)).splitlines(keepends=True)
        answer = client.get(f"/download/template.csv?indicator={p.supply}")
        assert answer.status_code == 200 and answer.get_data(as_text=True) == "".join(lines)
        filled = lines[1].strip().split(",")
        filled[3:5], filled[6:8] = ["2023", "7"], ["Ministry", "CC0"]
        snapshot = Snapshot("filled.csv", (lines[0] + ",".join(filled) + "\n").encode(), "", "")
        read = user.SOURCE.parse([snapshot], [p.supply])
        assert read["obs_value"].tolist() == [7.0] and read["series"].tolist() == [p.supply]
        supplied = {q.code: q for q in catalogue.with_supplied([p.supply]).panels[PANEL].programme}[p.code]
        assert supplied.answer == "figure" and supplied.indicators == (p.supply,) and not supplied.not_measured
    assert client.get("/download/template.csv?indicator=hdi").status_code == 404
    assert client.get("/download/template.csv").status_code == 404


@pytest.fixture(scope="module")
def client(ctx):
    from scidip.dashboard.server.factory import create_app

    return create_app(ctx).server.test_client()


@pytest.mark.unit
def test_a_shortfall_is_the_distance_below_the_median_and_a_gap_is_none() -> None:
    nan = np.nan
    values = pd.DataFrame({"x": [1.0, 2.0, 4.0, nan], "y": [0.0, 0.0, 5.0, nan], "z": [nan, 10.0, 5.0, 3.0]})
    lines = medians(values)
    assert lines.tolist() == [2.0, 0.0, 5.0]
    short = shortfalls(values, lines)
    assert short["x"].tolist()[:3] == [0.5, 0.0, 0.0] and np.isnan(short["x"][3])
    assert short["y"].isna().all(), "no line, no shortfall"
    assert short["z"].tolist()[1:] == [0.0, 0.0, 0.4]
    found = mean_shortfall(short[["x", "z"]], least=1.0)
    assert np.isnan(found["shortfall"][0]) and found["shortfall"][1] == 0.0 and np.isnan(found["shortfall"][3])
    assert found["known"].tolist() == [1, 2, 2, 1] and found["below"].tolist() == [1, 0, 0, 1]


def test_the_knowledge_gap_is_that_of_the_figures(ctx) -> None:
    year = ctx.years[-1]
    gap = KnowledgeGap(ctx, year)
    code = "researchers_pm"
    frame = indicator_queries.indicator_values(ctx.engine, code, year, ctx.catalogue.indicators[code].max_age)
    own = frame[frame["is_known"] & frame["ref_area"].map(ctx.areas.kinds).isin(COUNTED)].set_index("ref_area")
    median = float(np.median(own["obs_value"]))
    row = next(r for r in exhibits.of_country(ctx, "KEN", year).table.records() if r["indicator"] == code)
    assert row["median"] == pytest.approx(median) and row["areas"] == len(own)
    assert row["shortfall"] == pytest.approx(100 * max(0, 1 - own["obs_value"]["KEN"] / median))
    assert row["difference"] == pytest.approx(own["obs_value"]["KEN"] - median)
    world = exhibits.of_world(ctx, year).table.records()
    kenya = next(r for r in world if r["ref_area"] == "KEN")
    mine = [r["shortfall"] for r in exhibits.of_country(ctx, "KEN", year).table.records() if r["shortfall"] is not None]
    assert kenya["shortfall"] == pytest.approx(np.mean(mine)) and kenya["known"] == len(mine)
    assert all((r["shortfall"] is None) == (r["known"] < len(gap.elements) / 2) for r in world)


@pytest.mark.unit
def test_the_document_is_written_from_the_registry(catalogue, sources) -> None:
    told = reference_docs.documents(catalogue, {k: s.spec for k, s in sources.items()})["unesco.md"]
    for p in catalogue.panels[PANEL].programme:
        line = next(row for row in told.splitlines() if row.startswith(f"| {p.name} |"))
        assert all(f"`{code}`" in line for code in (*p.indicators, *filter(None, [p.supply])))
        assert (p.proxy or p.not_measured) in line
    assert "Foster, Greer & Thorbecke" in told
