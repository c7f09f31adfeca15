"""Methodologies by name: "2023" gives the scores of version 0.7.0, and what is wrong with one is told in a sentence."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.engine.coverage import covered
from scidip.indicators.engine.published import score
from scidip.indicators.errors import CatalogueError
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.catalogue_files import load_catalogue
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology, StepChoice
from scidip.indicators.robustness.alternative_methodologies import Choices, Laboratory
from scidip.indicators.robustness.published_intervals import intervals_of
from tests import worlds
from tests.golden import methodology_2023 as golden
from tests.test_coverage import FRAMEWORK, SPECS, matrix

ROOT = Path(__file__).resolve().parent.parent
THEN = golden.METHODOLOGY


@pytest.fixture(scope="module")
def then(catalogue: Catalogue) -> Catalogue:
    return catalogue.under(THEN)


@pytest.fixture(scope="module")
def held() -> golden.Numbers:
    return golden.held()


# --- the figures of version 0.7.0 ---------------------------------------------------------------


def test_2023_gives_the_scores_and_ranks_of_version_070(then: Catalogue, held: golden.Numbers) -> None:
    apart, ranks = golden.gaps(golden.scored(held, then), held)
    assert apart <= golden.TOLERANCE and ranks == 0


def test_the_scores_of_then_are_of_two_years_and_all_nodes(then: Catalogue, held: golden.Numbers) -> None:
    measured = {n.code for n in then.framework.nodes if not n.not_measured}
    assert set(held["nodes"]) == measured and held["codes"].tolist() == list(then.framework.leaves)
    assert held["years"].tolist() == list(range(2010, 2024)) and {2010, 2023} <= set(golden.COMPARED)
    index = held["nodes"].tolist().index("std")
    assert (held["rank"][index] > 0).sum(axis=0).tolist() == [0, 166]
    assert np.isfinite(held["score"]).sum() > 6000


def changed(method: Methodology, part: str, **values: Any) -> Methodology:
    return method.model_copy(update={part: getattr(method, part).model_copy(update=values)})


def without(method: Methodology, dimension: str, **values: Any) -> Methodology:
    other = method.dimensions[dimension].model_copy(update=values)
    return method.model_copy(update={"dimensions": {**method.dimensions, dimension: other}})


@pytest.mark.parametrize(
    "change",
    [
        lambda m: changed(m, "coverage", list_zero="not known"),
        lambda m: changed(m, "coverage", least_dimensions=3),
        lambda m: changed(m, "coverage", small=3),
        lambda m: changed(m, "coverage", scored=0.6),
        lambda m: m.model_copy(update={"treat": StepChoice(method="none")}),
        lambda m: without(m, "incubators", weight=0.5),
        lambda m: without(m, "exhibitions", indicators=("conference_papers_hosted_pm",)),
        lambda m: m.model_copy(update={"dimensions": {}}),
        lambda m: m.model_copy(
            update={
                "indicators": m.indicators
                | {"articles_pm": m.indicators["articles_pm"].model_copy(update={"max_age": 0})}
            }
        ),
    ],
)
def test_any_rule_of_then_that_is_another_is_noticed(catalogue: Catalogue, held: golden.Numbers, change: Any) -> None:
    read = catalogue.read
    assert read is not None
    other = {**read.methodologies, THEN: change(read.methodologies[THEN])}
    apart, ranks = golden.gaps(golden.scored(held, replace(read, methodologies=other).under(THEN)), held)
    assert apart > golden.TOLERANCE or ranks > 0


# --- the rules alone, in a small world ----------------------------------------------------------


TWO = Framework.model_validate(
    FRAMEWORK
    | {
        "factor": [
            FRAMEWORK["factor"][0],
            FRAMEWORK["factor"][1] | {"dimension": FRAMEWORK["factor"][1]["dimension"][:2]},
        ]
    }
)
"""Of the second factor the first two dimensions, of two indicators and of one."""


@pytest.mark.parametrize(
    ("row", "by_then", "by_default"),
    [
        ("1zzzz", True, False),  # a zero of a list is known
        ("111..", True, False),  # one dimension of two is half of them
        ("1....", False, False),
        ("1.1..", False, False),  # one of two indicators makes a dimension known, but is not half of three
    ],
)
def test_a_factor_is_ranked_by_the_rules_of_then(
    then: Catalogue, catalogue: Catalogue, row: str, by_then: bool, by_default: bool
) -> None:
    found = [bool(covered(matrix([row]), TWO, c.methodology.coverage).ranked["two"][0, 0]) for c in (then, catalogue)]
    assert found == [by_then, by_default]


def scored(rows: list[str], method: Methodology) -> pd.DataFrame:
    given = worlds.methodology(coverage=method.coverage.model_dump())
    table = score(matrix(rows), SPECS, Framework.model_validate(FRAMEWORK), given).scores
    return table.set_index(["node", "ref_area"])


def test_zeros_of_lists_are_covered_and_ranked_by_the_rules_of_then(then: Catalogue, catalogue: Catalogue) -> None:
    rows = ["1zzzz", "21111", "32222", "43333"]
    old, new = (scored(rows, c.methodology).loc[("two", "A00")] for c in (then, catalogue))
    assert (old["coverage"], old["rank"], old["score"], old["reason_code"]) == (1.0, 4, 0.0, "")
    assert new["coverage"] == 0 and np.isnan(new["rank"]) and new["reason_code"] == "FEW_FIGURES"


def test_a_factor_is_ranked_wherever_it_is_scored_by_the_rules_of_then(then: Catalogue) -> None:
    random = np.random.default_rng(3)
    rows = ["".join(random.choice(list("z.0123456789"), 5)) for _ in range(200)]
    found = covered(matrix(rows), Framework.model_validate(FRAMEWORK), then.methodology.coverage)
    for code, where in found.scored.items():
        assert (where == found.ranked[code]).all() and 0 < where.sum() < len(rows)


def test_ranges_of_then_hold_no_gaps_and_leave_nothing_out(then: Catalogue, catalogue: Catalogue) -> None:
    random = np.random.default_rng(5)
    rows = ["".join(str(d) for d in random.integers(1, 10, 5)) for _ in range(12)]
    rows[0] = rows[0][:2] + ".." + rows[0][4]
    here, framework = replace(matrix(rows), peers=("High | Here",) * len(rows)), Framework.model_validate(FRAMEWORK)

    def ranges(uncertain: Any, known: Any) -> pd.DataFrame:
        method = worlds.methodology(uncertain=uncertain.model_copy(update={"draws": 300}).model_dump())
        return intervals_of(known, score(known, SPECS, framework, method), framework, method)

    old, new = then.methodology.uncertain, catalogue.methodology.uncertain
    alone = replace(here, peers=())
    pd.testing.assert_frame_equal(ranges(old, here), ranges(old, alone))
    assert not ranges(new, here).equals(ranges(new, alone))
    assert not ranges(old, here).equals(ranges(old.model_copy(update={"leave_out": True}), here))


@pytest.mark.parametrize("missing", ["half", "most", "any"])
def test_other_choices_of_the_laboratory_keep_what_is_known(then: Catalogue, missing: str) -> None:
    laboratory = Laboratory(matrix(["1zzzz"]), SPECS, {"f": Framework.model_validate(FRAMEWORK)}, then.methodology)
    assert laboratory._method(Choices("f", missing=missing)).coverage.list_zero == "known"


# --- the catalogue by a methodology -------------------------------------------------------------


def test_2023_states_all_that_a_later_catalogue_could_change(then: Catalogue) -> None:
    method, framework = then.methodology, then.framework
    assert set(method.dimensions) == {d.code for d in framework.level("dimension") if d.indicators}
    assert set(method.indicators) == set(framework.leaves)
    assert all(c.max_age is not None and c.weight is not None for c in method.indicators.values())
    for part in ("coverage", "period", "uncertain"):
        left = set(type(getattr(method, part)).model_fields) - getattr(method, part).model_fields_set
        assert left <= {"edition"}, part


def test_a_later_catalogue_does_not_move_2023(catalogue: Catalogue, then: Catalogue) -> None:
    read = catalogue.read
    assert read is not None
    document = read.framework.model_dump()
    for factor in document["factor"]:
        for dimension in factor["dimension"]:
            dimension["weight"] = 0.25
    other = {c: s.model_copy(update={"weight": 0.5, "max_age": 1}) for c, s in read.indicators.items()}
    later = replace(read, indicators=other, frameworks={"three_factors": Framework.model_validate(document)}).under(
        THEN
    )
    assert [(n.code, n.weight) for n in later.framework.nodes if n.indicators] == [
        (n.code, n.weight) for n in then.framework.nodes if n.indicators
    ]
    for code in then.framework.leaves:
        one, two = later.indicators[code], then.indicators[code]
        assert (one.weight, one.max_age) == (two.weight, two.max_age)


def test_what_is_not_scored_by_a_methodology_is_shown(catalogue: Catalogue, then: Catalogue) -> None:
    assert set(then.frameworks) == set(then.methodology.frameworks) < set(catalogue.frameworks)
    for code, other in then.frameworks.items():
        framework = catalogue.frameworks[code]
        assert set(other.leaves) == set(then.framework.leaves)
        for node in framework.level("dimension"):
            beside = set(node.indicators) | set(framework.shown(node.code))
            assert set(other.node(node.code).indicators) | set(other.shown(node.code)) >= beside
    assert "international_works_pm" in then.framework.shown("collaboration")


def test_the_default_is_as_its_files_have_it_and_each_is_made_once(catalogue: Catalogue, then: Catalogue) -> None:
    read = catalogue.read
    assert read is not None
    assert catalogue.frameworks == read.frameworks and catalogue.indicators == read.indicators
    assert then.under("default") is catalogue and catalogue.under(THEN) is then
    assert (catalogue.scored_by, then.scored_by, then.methodology.code) == ("default", THEN, THEN)


def test_scores_depend_on_the_methodology_that_scores_and_on_no_other(catalogue: Catalogue, then: Catalogue) -> None:
    read = catalogue.read
    assert read is not None and catalogue.digest != then.digest
    alone = replace(read, methodologies={"default": read.methodologies["default"]}).under("default")
    assert alone.digest == catalogue.digest


def test_a_methodology_that_is_not_there_is_refused_by_name(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueError, match=r"'1999', which is not there; score by one of 2023, default"):
        catalogue.under("1999")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            '"visa_reach"]',
            '"visa_raech"]',
            "dimensions.visa.indicators: the indicator 'visa_raech' does not exist; write 'visa_reach' or 'visa_rule', or take it out",
        ),
        (
            "visa_reach = {",
            "visa_raech = {",
            "indicators.visa_raech: the indicator 'visa_raech' does not exist; write 'visa_reach' or 'visa_rule', or take it out",
        ),
        (
            "[dimensions.visa]",
            "[dimensions.vista]",
            "dimensions.vista: no framework has the dimension 'vista'; write 'visa', or take it out",
        ),
        (
            'list_zero = "known"',
            'list_zeros = "known"',
            "coverage.list_zeros = 'known': there is no such key; write 'list_zero', or take it out",
        ),
        (
            "[dimensions.visa]\n",
            "[dimensions.visa]\nwieght = 2\n",
            "dimensions.visa.wieght = 2: there is no such key; take it out",
        ),
        (
            'list_zero = "known"',
            'list_zero = "yes"',
            "coverage.list_zero = 'yes': Input should be 'not known' or 'known'",
        ),
        (
            '"visa_reach"]',
            '"student_flow"]',
            "dimensions.visa.indicators: 'student_flow' is a pair layer; name an indicator per area",
        ),
        (
            '"visa_reach"]',
            '"articles_pm"]',
            "dimensions: the indicator 'articles_pm' is scored twice; take it out of one of them",
        ),
        ('method = "winsorise_log"', 'method = "winsorize"', "treatment method 'winsorize' is not known"),
    ],
)
def test_a_fault_of_a_methodology_names_file_key_value_and_remedy(
    tmp_path: Path, sources: dict, old: str, new: str, words: str
) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    shutil.copytree(ROOT / "data" / "codelists", tmp_path / "codelists")
    file = folder / "methodologies" / "2023.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder, sources)
    assert f"2023.toml, 2023: {words}" in caught.value.faults[0]
    assert all(f.startswith("2023.toml, 2023: ") for f in caught.value.faults)


def test_a_methodology_that_names_one_dimension_leaves_the_others(tmp_path: Path, sources: dict) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT / "data" / "catalogue", folder)
    shutil.copytree(ROOT / "data" / "codelists", tmp_path / "codelists")
    small = folder / "methodologies" / "small.toml"
    words = (folder / "methodologies" / "default.toml").read_text().replace('code = "default"', 'code = "small"')
    small.write_text(f'{words}\n[dimensions.visa]\nindicators = ["visa_reach"]\nweight = 2\n')
    found = load_catalogue(folder, sources)
    one, two = found.framework, found.under("small").framework
    assert (two.node("visa").indicators, two.node("visa").weight) == (("visa_reach",), 2)
    assert [n for n in one.nodes if n.code != "visa"] == [n for n in two.nodes if n.code != "visa"]
    small.write_text(f'{words}\n[dimensions.visa]\nindicators = ["articles_pm"]\n')
    with pytest.raises(
        CatalogueError, match=r"small\.toml, small: .*also scored in publishing_regulation of the framew"
    ):
        load_catalogue(folder, sources)
