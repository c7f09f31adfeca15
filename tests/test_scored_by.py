"""Scores say by which methodology they are: a database is scored by "2023", and pages, files and commands follow."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from scidip.dashboard.core.context import Context
from scidip.dashboard.pages.downloads import PAGE as DOWNLOADS
from scidip.dashboard.pages.methodology import page as methodology
from scidip.dashboard.server import shell
from scidip.etl.bundle import open_bundle
from scidip.etl.rescore import is_stale
from scidip.figures.text import sentences
from scidip.findings.claims import check
from scidip.findings.session import Reader
from scidip.program import Program
from scidip.publish.export.provenance import about, methodology_digest
from scidip.settings import Settings
from scidip.store.database.schema import SCORES
from scidip.store.queries import served
from tests.asking import pages_of_one_index
from tests.conftest import run_cli
from tests.test_pages import make_context
from tests.test_ties import words

ROOT = Path(__file__).resolve().parent.parent
THEN = "2023"
PAGES = pages_of_one_index()


@pytest.fixture(scope="module")
def by_default(built_url, catalogue, areas, sources) -> Context:
    return make_context(built_url, catalogue, areas, sources)


@pytest.fixture(scope="module")
def url(tmp_path_factory, built_url) -> str:
    """The address of a copy of the built database."""
    copy = tmp_path_factory.mktemp("by2023") / "scidip.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="module")
def ctx(url, catalogue, areas, sources) -> Context:
    """A context that was opened on scores of the default, and by whose database was then scored by 2023."""
    made = make_context(url, catalogue, areas, sources)
    before = (made.declared.scored_by, made.catalogue.scored_by, made.years[-1])
    done = run_cli("score", SCIDIP_DATABASE_URL=url, SCIDIP_METHODOLOGY=THEN)
    assert done.returncode == 0, done.stderr
    assert f"scores: by the methodology {THEN}" in done.stdout
    assert before == ("default", "default", 2026)
    return made


def program(url: str, code: str) -> Program:
    return Program(Settings.from_env({"SCIDIP_DATABASE_URL": url, "SCIDIP_METHODOLOGY": code}))


def test_a_context_follows_the_scores_that_serve(ctx: Context, catalogue: Any) -> None:
    assert served.served_methodology(ctx.engine) == THEN
    assert ctx.declared is catalogue.under(THEN) and ctx.catalogue.methodology.code == THEN
    assert ctx.years == list(range(2010, 2024))
    ranking = ctx.query(served.ranking, node="std", year=2023)
    assert ranking["rank"].max() > 150
    assert Reader(ctx.engine, catalogue, ctx.areas).catalogue.methodology.code == THEN


def test_the_other_database_stays_with_the_default(by_default: Context, ctx: Context) -> None:
    assert by_default.declared.scored_by == "default" and by_default.years[-1] == 2026


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_is_drawn_of_such_scores(ctx: Context, name: str) -> None:
    page = PAGES[name]
    assert words(page.layout(ctx, page.State()))


def test_pages_name_the_methodology_and_its_choices(ctx: Context, by_default: Context) -> None:
    page = words(methodology.layout(ctx, methodology.State()))
    assert all(reason in page for reason in ctx.catalogue.methodology.reasons.values())
    assert all(ctx.catalogue.indicators[c].definition in page for c in ctx.catalogue.framework.leaves)
    assert "Methodology: 2023. The robustness page" in page and ctx.catalogue.methodology.digest[:12] in page
    assert "Methodology: 2023." in words(PAGES["downloads"].layout(ctx, PAGES["downloads"].State()))
    assert "Methodology: 2023" in words(shell.layout(ctx, [DOWNLOADS]))
    assert "Methodology: " not in words(shell.layout(by_default, [DOWNLOADS]))


def test_what_a_range_contains_is_said_of_the_methodology_that_made_it(ctx: Context, by_default: Context) -> None:
    old, new = (sentences.in_range(c.catalogue.methodology) for c in (ctx, by_default))
    assert "gaps" not in old and "Not in it: errors of the sources, missing figures, the choice of series;" in old
    assert "gaps left or filled" in new and "Not in it: other errors of the sources; with" in new
    assert "within the errors that the World Bank states" in new and "World Bank" not in old
    rules = [check.check("France ranks above Chad in 2022", check.evidence_of(c)).rule for c in (ctx, by_default)]
    assert rules == [check.RULE_OF_RANKS_OF_OTHERS, check.RULE_OF_RANKS]


def test_files_and_citations_name_the_methodology(ctx: Context, by_default: Context, url: str, tmp_path: Path) -> None:
    told = about(ctx.engine, ctx.catalogue)
    assert told.methodology.startswith("2023: ")
    assert told.methodology_digest == methodology_digest(ctx.declared.methodology)
    assert told.methodology_digest != about(by_default.engine, by_default.catalogue).methodology_digest
    done = run_cli("cite", "--what", "scores", SCIDIP_DATABASE_URL=url)
    assert f"methodology {told.methodology_digest}" in done.stdout


def test_such_scores_are_up_to_date_for_who_asks_for_them_only(ctx: Context, url: str) -> None:
    bundle = open_bundle(ROOT / "data" / "bundle")
    asked = {}
    for code in (THEN, "default"):
        opened = program(url, code)
        asked[code] = is_stale(opened.workshop, bundle)
        opened.close()
    assert asked == {THEN: False, "default": True}


@pytest.mark.parametrize("command", ["score", "build", "serve"])
def test_an_unknown_methodology_is_one_sentence_and_nothing_starts(ctx: Context, url: str, command: str) -> None:
    before = served.served_digest(ctx.engine, SCORES)
    done = run_cli(command, SCIDIP_DATABASE_URL=url, SCIDIP_METHODOLOGY="2032", SCIDIP_PORT="0")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.strip() == (
        "Error: SCIDIP_METHODOLOGY is '2032', and the catalogue has no such methodology; set it to one of 2023, default"
    )
    assert served.served_digest(ctx.engine, SCORES) == before


@pytest.mark.parametrize("code", ["default", THEN])
def test_a_methodology_with_a_fault_starts_nothing_and_the_old_scores_serve(
    ctx: Context, url: str, tmp_path: Path, code: str
) -> None:
    for part in ("catalogue", "codelists", "languages"):
        shutil.copytree(ROOT / "data" / part, tmp_path / part)
    file = tmp_path / "catalogue" / "methodologies" / "2023.toml"
    file.write_text(file.read_text().replace('"visa_reach"]', '"visa_raech"]'))
    before = served.served_digest(ctx.engine, SCORES)
    done = run_cli("score", SCIDIP_DATABASE_URL=url, SCIDIP_DATA_DIR=str(tmp_path), SCIDIP_METHODOLOGY=code)
    assert done.returncode == 1
    assert (
        "2023.toml, 2023: dimensions.visa.indicators: the indicator 'visa_raech' does not exist; write" in done.stderr
    )
    assert served.served_digest(ctx.engine, SCORES) == before
    assert len(ctx.query(served.ranking, node="std", year=2022)) > 150
