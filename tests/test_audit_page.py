"""The page of the audit, its files, and the second reading on the front page and on the pages of countries."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from scidip.dashboard.core.component_tree import text
from scidip.dashboard.pages.audit import page as audit_page
from scidip.dashboard.pages.country import page as country
from scidip.dashboard.pages.overview import beyond_income
from scidip.dashboard.server.factory import create_app
from scidip.findings.audit.exhibits import EXHIBITS, headline
from scidip.findings.audit.income import income_of
from scidip.findings.audit.index_audit import audit_of
from scidip.store.queries import served
from tests.test_pages import make_context


@pytest.fixture(scope="module")
def ctx(built_url, catalogue, areas, sources):
    return make_context(built_url, catalogue, areas, sources)


@pytest.fixture(scope="module")
def client(ctx) -> Iterator[FlaskClient]:
    yield create_app(ctx).server.test_client()


def test_the_page_tells_every_weak_point_and_its_argument(ctx) -> None:
    page = text(audit_page.layout(ctx, audit_page.State()))
    audit = audit_of(ctx, ctx.years[-1])
    assert headline(ctx, audit).rstrip(".") in page
    for row in EXHIBITS["weak_points"](ctx, audit).table.records():
        assert str(row["finding"]) in page
        assert row["argument"] is None or str(row["argument"]) in page


def test_another_year_is_audited_on_its_own_figures(ctx) -> None:
    year = ctx.years[0]
    page = text(audit_page.layout(ctx, audit_page.State(year)))
    assert f"Audit of the index, {year}" in page
    assert headline(ctx, audit_of(ctx, year)).rstrip(".") in page


def test_the_files_hold_the_exhibits(ctx, client) -> None:
    answer = client.get("/download/audit.json")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    given, audit = json.loads(answer.get_data()), audit_of(ctx, ctx.years[-1])
    assert set(given["exhibits"]) == set(EXHIBITS) and given["ranked"] == audit.ranked
    for key, make in EXHIBITS.items():
        frame = make(ctx, audit).table.frame()
        assert given["exhibits"][key]["rows"] == frame.astype(object).where(frame.notna(), None).to_dict("records")
    for address in ("audit.docx", "audit.json?year=1700", "audit.pdf?year=x"):
        assert client.get(f"/download/{address}").status_code == 404


def test_the_front_page_names_ranked_countries_only_with_both_years(ctx) -> None:
    year = ctx.years[-1]
    ranking = served.ranking(ctx.engine, ctx.index_code, year)
    ranked = set(ranking.loc[ranking["is_ranked"].astype(bool), "ref_area"])
    first = income_of(ctx, year).frame.head(5)
    assert set(first["ref_area"]) <= ranked and (first["beyond"] > 0).all()
    said = " ".join(text(part) for part in beyond_income.section(ctx, year))
    assert all(ctx.areas.name(a) in said for a in first["ref_area"])
    assert f"score of {year}" in said and str(int(first["gdp_period"].max())) in said
    assert "Not an effect of policy" in said


def test_a_country_tells_where_it_stands_beside_its_income_or_nothing(ctx) -> None:
    year = ctx.years[-1]
    found = income_of(ctx, year)
    for row in (found.frame.iloc[0], found.frame.iloc[-1]):
        said = " ".join(text(part) for part in country.headline(ctx, row["ref_area"], year))
        assert f"{abs(row['beyond']):.1f} points {'above' if row['beyond'] > 0 else 'below'}" in said
    outside = " ".join(text(part) for part in country.headline(ctx, "TUV", year))
    assert "GDP per head" not in outside
