"""The catalogue is checked as a whole, and all its faults are told at once."""

import shutil
from pathlib import Path

import pytest

from scidip.indicators.errors import CatalogueError
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.catalogue_files import load_catalogue

ROOT = Path(__file__).resolve().parent.parent


def test_the_three_factors_have_the_papers_elements(catalogue: Catalogue) -> None:
    framework = catalogue.framework
    assert [n.code for n in framework.level("factor")] == ["infra", "national", "international"]
    assert len(framework.level("dimension")) == 18
    assert all(n.indicators or n.not_measured for n in framework.level("dimension"))


def test_at_least_two_dimensions_of_each_factor_are_measured(catalogue: Catalogue) -> None:
    for factor in catalogue.framework.level("factor"):
        assert sum(bool(d.indicators) for d in catalogue.framework.children(factor.code)) >= 2


def test_the_digest_of_a_methodology_ignores_its_words(catalogue: Catalogue) -> None:
    method = catalogue.methodology
    assert method.model_copy(update={"name": "other"}).digest == method.digest
    assert method.model_copy(update={"seed": 2}).digest != method.digest


def test_all_faults_are_reported_together_each_with_file_and_code(tmp_path: Path, sources: dict) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    (folder / "indicators" / "zz.toml").write_text(
        # Each entry has one fault.
        '[[indicator]]\ncode = "a"\nname = "A"\ndefinition = "."\nunit = "furlong"\nsource = "nowhere"\nseries = "S"\n'
        '[[indicator]]\ncode = "b"\nname = "B"\ndefinition = "."\nunit = "count"\nderive = {measure = "sum", of = ["q"]}\n'
        '[[indicator]]\ncode = "c"\nname = "C"\ndefinition = "."\nunit = "count"\ncolour = "red"\n'
        '[[indicator]]\ncode = "population"\nname = "P"\ndefinition = "."\nunit = "people"\nsource = "nobel"\nseries = "S"\n'
    )
    default = folder / "methodologies" / "default.toml"
    default.write_text(default.read_text().replace("max_points = 5", "max_pionts = 5"))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder, sources)
    text = str(caught.value)
    for words in (
        "'furlong'",
        "'nowhere' is not installed",
        "measure method 'sum' is not known",
        "derived from 'q'",
        "zz.toml, c: colour",
        "population: the code appears twice",
        "max_pionts",
    ):
        assert words in text, words


def test_a_missing_default_and_broken_toml_are_faults(tmp_path: Path, sources: dict) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    (folder / "frameworks" / "three_factors.toml").write_text("code = ")
    with pytest.raises(CatalogueError, match=r"three_factors.toml: not valid TOML"):
        load_catalogue(folder, sources)


def test_the_rival_framework_regroups_the_same_dimensions_and_indicators(catalogue: Catalogue) -> None:
    rival = catalogue.frameworks["four_factors"]
    assert len(rival.level("factor")) == 4
    assert sorted(rival.leaves) == sorted(catalogue.framework.leaves)
    assert {d.code for d in rival.level("dimension")} == {d.code for d in catalogue.framework.level("dimension")}


def test_a_framework_that_takes_over_an_unknown_dimension_is_a_fault(tmp_path: Path, sources: dict) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    rival = folder / "frameworks" / "four_factors.toml"
    rival.write_text(rival.read_text().replace('"visa"', '"vista"'))
    with pytest.raises(CatalogueError, match=r"four_factors\.toml, exchange: no dimension 'vista' to take over"):
        load_catalogue(folder, sources)


def test_totals_stand_where_figures_per_head_are_scored_and_these_are_shown(catalogue: Catalogue) -> None:
    """Nothing per head is left where the same is held in total, and no indicator is scored twice."""
    totals, usual = catalogue.frameworks["three_factors_totals"], catalogue.framework
    assert [n.code for n in totals.nodes] == [n.code for n in usual.nodes]
    assert len(set(totals.leaves)) == len(totals.leaves) == len(usual.leaves)
    changed = dict(pair for pair in zip(usual.leaves, totals.leaves, strict=True) if pair[0] != pair[1])
    assert len(changed) > 10
    for code, total in changed.items():
        assert catalogue.indicators[total].unit in ("people", "students", "works", "count", "usd")
        assert code.removesuffix("_pm").removesuffix("_gdp").split("_")[0] in total
    shown = [i for f in totals.factor for d in f.dimension for i in d.shown]
    assert set(changed) <= set(shown)
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('articles_pm = "article"', r"totals\.toml.* 'article' does not exist|publishing_regulation.*'article'"),
        ('article_pm = "articles"', "three_factors_totals\\.toml, replaced: 'article_pm' is not scored"),
    ],
)
def test_a_replacement_of_what_is_not_scored_or_by_nothing_is_a_fault(
    tmp_path: Path, sources: dict, wrong: str, message: str
) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    file = folder / "frameworks" / "three_factors_totals.toml"
    file.write_text(file.read_text().replace('articles_pm = "articles"', wrong))
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(folder, sources)


def test_the_default_index_has_the_code_that_addresses_and_scores_name(tmp_path: Path, sources: dict) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    framework = folder / "frameworks" / "three_factors.toml"
    framework.write_text(framework.read_text().replace('index_code = "std"', 'index_code = "idx"'))
    with pytest.raises(CatalogueError, match="index_code of the default, 'idx', must be 'std'"):
        load_catalogue(folder, sources)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('standard_error = "nothing"', "rule_of_law: the standard error 'nothing' is no indicator"),
        ('standard_error = "visa_reach"', "rule_of_law: the standard error 'visa_reach' must have its source, unit"),
    ],
)
def test_a_standard_error_is_a_series_of_the_same_source_and_unit(tmp_path, sources, wrong, message) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    file = folder / "indicators" / "infrastructural.toml"
    file.write_text(file.read_text().replace('standard_error = "rule_of_law_se"', wrong))
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(folder, sources)
