"""Nodes by formula: what they compute, what they refuse, what is wrong with them, and what varies around them."""

import csv
import json
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scidip import engine
from scidip.cli import main
from scidip.indicators.engine.composite import Figures, build
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.engine.methodology_faults import parse, tree_faults
from scidip.indicators.errors import InputFaults
from scidip.indicators.formulas.computing import Computation
from scidip.indicators.formulas.functions import FUNCTIONS
from scidip.indicators.formulas.reading import DEEPEST, LONGEST, read
from scidip.indicators.methods import AGGREGATORS, WEIGHTERS
from scidip.indicators.robustness.montecarlo import evaluate, nominal_scores, sample
from scidip.indicators.robustness.uncertainty import models
from scidip.indicators.tree import Tree
from scidip.indicators.vocabulary import OWN_DATABASE
from scidip.publish.workspace import read_workspace
from scidip.store.database.engine import open_engine
from tests.composites import large_tree, small_tree
from tests.test_own_workspace import said, served_by

NAN = float("nan")
law = settings(max_examples=60, deadline=None)
PAGE = Path(__file__).resolve().parent.parent / "docs/composite.md"


def computed(text: str, **columns: object) -> list[float]:
    """Return what a formula gives over columns; refused cells as NaN."""
    found, faults = read(text)
    assert faults == []
    assert found is not None
    arrays_ = {name: np.array(values, dtype=float) for name, values in columns.items()}
    return Computation(arrays_, {}).result(found).tolist()


def method(document: str) -> CompositeMethod:
    found, faults = parse(tomllib.loads(document))
    assert faults == []
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + 2 * 3 - 1", 7.0),
        ("a - 1 - 1", 0.0),
        ("12 / a / 3", 2.0),
        ("-a^2", -4.0),
        ("(-a)^2", 4.0),
        ("a^3^2", 512.0),
        ("a^-1", 0.5),
        ("2 * -a", -4.0),
        ("+a", 2.0),
        ("75_000 / 1e3 + .5 + a", 77.5),
        ("min(a, 1, 3) + max(a, 5)", 6.0),
        ("log(exp(a))", 2.0),
        ("sqrt(a * 8)", 4.0),
        ("abs(1 - a * 2)", 3.0),
        ("mean(a, 4, 6)", 4.0),
        ("geometric(a, 8)", 4.0),
        ("harmonic(a, 6)", 3.0),
        ("first_known(a, 9)", 2.0),
        ("`a`*(1)", 2.0),
    ],
)
def test_a_formula_means_what_it_says(text: str, value: float) -> None:
    assert computed(text, a=[2.0]) == pytest.approx([value], rel=1e-14)


def test_names_are_those_of_meta_and_other_signs_stand_between_backticks() -> None:
    columns = {"SPI.INDEX": [2.0], "éducation": [3.0], "R&D per head": [4.0], "log": [5.0]}
    assert computed("SPI.INDEX * éducation * `R&D per head` * log", **columns) == [120.0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_unknown_operand_gives_an_unknown_result_unless_the_formula_says_otherwise(name: str) -> None:
    both = FUNCTIONS[name].least > 1
    text = f"{name}(a, b)" if both else f"{name}(a)"
    found = computed(text, a=[NAN, 4.0], b=[3.0, 3.0])
    assert np.isnan(found[0]) == (name != "first_known")
    assert np.isfinite(found[1])
    if name == "first_known":
        assert found == [3.0, 4.0]


REFUSED = "a / b; b / b; log(b); log(b - 1); sqrt(b - 1); b^-1; (b - 1)^0.5; exp(1000 + b); 1e300 * 1e300 * a"
REFUSED += "; geometric(a, b); harmonic(a, b); geometric(a, b - 1); first_known(1 / b, a)"


@pytest.mark.parametrize("text", REFUSED.split("; "))
def test_what_has_no_finite_value_is_refused_and_nothing_else(text: str) -> None:
    found, _ = read(text)
    assert found is not None
    columns = {"a": np.array([2.0, NAN, 2.0]), "b": np.array([0.0, 0.0, NAN])}
    computation = Computation(columns, {})
    result = computation.result(found)
    assert computation.refusals
    assert computation.refusals[0].cells[0]
    assert np.isnan(result[0]), "what is refused is not made known again"


def tree_values(units: int = 9) -> tuple[Tree, Figures]:
    tree = small_tree()
    values = np.random.default_rng(3).uniform(1, 90, (units, 5))
    values[0, 1] = values[4, 3] = NAN
    return tree, Figures(np.array([f"U{k}" for k in range(units)]), np.zeros(units), values)


MEANS = {
    "arithmetic": ('A = "(a1 + 2 * a2 + a3) / 4"', 'B = "(3 * b1 + b2) / 4"', 'I = "mean(A, B)"'),
    "geometric": ('A = "(a1 * a2^2 * a3)^(1/4)"', 'B = "exp((3 * log(b1) + log(b2)) / 4)"', 'I = "geometric(A, B)"'),
    "harmonic": ('A = "4 / (1 / a1 + 2 / a2 + 1 / a3)"', 'B = "4 / (3 / b1 + 1 / b2)"', 'I = "harmonic(A, B)"'),
}


@pytest.mark.parametrize("mean", MEANS)
@law
@given(values=arrays(float, (6, 5), elements=st.floats(0.5, 1e4)), gap=st.integers(0, 29))
def test_a_weighted_mean_as_a_formula_is_the_aggregation_of_that_name(mean: str, values: np.ndarray, gap: int) -> None:
    tree = small_tree()
    values = values.copy()
    values[gap // 5, gap % 5] = NAN
    figures = Figures(np.array(list("UVWXYZ")), np.zeros(6), values)
    scale = '[normalise]\nmethod = "none"\n'
    by_key = build(figures, tree, method(f'{scale}[aggregate]\nmethod = "{mean}"\nmin_available = 1'))
    by_formula = build(figures, tree, method(f"{scale}[nodes]\n" + "\n".join(MEANS[mean])))
    expected, found = by_key.nodes.scores, by_formula.nodes.scores
    assert np.array_equal(np.isnan(expected), np.isnan(found))
    assert np.nanmax(np.abs(found / expected - 1), initial=0) < 1e-12


def test_an_indicator_stands_in_a_formula_as_normalised_and_with_none_as_in_data() -> None:
    data = pd.DataFrame({"uCode": list("ABC"), "deaths": [10.0, 20.0, 40.0], "years": [1.0, 2.0, 5.0]})
    rows = [
        ("deaths", "Indicator", 1, "I", 1, -1),
        ("years", "Indicator", 1, "I", 1, 1),
        ("I", "Aggregate", 2, "", 1, ""),
    ]
    meta = pd.DataFrame(rows, columns=["iCode", "Type", "Level", "Parent", "Weight", "Direction"])
    nodes = {"nodes": {"I": "deaths + years"}}
    assert engine.score(data, meta, nodes).scores["I"].tolist() == pytest.approx([100.0, 200 / 3 + 25, 100.0])
    own = {"normalise": {"method": "none"}, **nodes}
    index = engine.score(data, meta, own)
    assert index.scores["I"].tolist() == [11.0, 22.0, 45.0]
    assert index.result.composite.normalised[:, 0].tolist() == [-10.0, -20.0, -40.0], "elsewhere more is better"


DATA = """uCode,uName,x1,x2,x3,x4,people,wealth
AA,Aland,1,10,3,0,5,low
BB,Beland,2,8,4,2,6,high
CC,Celand,4,6,1,4,7,low
DD,Deland,8,2,,6,8,high
"""
META = """iCode,Type,Level,Parent,Weight,Direction
x1,Indicator,1,one,1,1
x2,Indicator,1,one,1,1
x3,Indicator,1,two,1,1
x4,Indicator,1,two,1,1
one,Aggregate,2,I,1,1
two,Aggregate,2,I,1,1
I,Aggregate,3,,1,1
people,Denominator,,,,
wealth,Group,,,,
"""
NONE = '[normalise]\nmethod = "none"\n'


@pytest.fixture
def scidip(tmp_path: Path):
    (tmp_path / "d.csv").write_text(DATA)
    (tmp_path / "m.csv").write_text(META)

    def run(methodology: str, *more: str, command: str = "composite"):
        (tmp_path / "m.toml").write_text(methodology)
        paths = [str(tmp_path / name) for name in ("d.csv", "m.csv", "m.toml", "out")]
        return CliRunner().invoke(main, [command, *paths[:2], "--methodology", paths[2], "--out", paths[3], *more])

    run.out = tmp_path / "out"
    return run


def test_a_refused_row_is_told_with_unit_node_and_values(scidip) -> None:
    result = scidip(NONE + '[nodes]\none = "x1 / x2"\ntwo = "x3 / x4"\n')
    assert result.exit_code == 2
    assert "[nodes.two] formula, at 4: AA: 3 / 0 has no finite value" in result.output
    assert 'set if_refused = "leave_empty" under [nodes.two]' in result.output
    assert not scidip.out.exists()


def test_a_refused_row_of_a_panel_is_told_with_its_time_and_how_many_more_there_are() -> None:
    rows = [("u", "Indicator", 1, "I", 1, 1), ("v", "Indicator", 1, "I", 1, 1), ("I", "Aggregate", 2, "", 1, "")]
    meta = pd.DataFrame(rows, columns=["iCode", "Type", "Level", "Parent", "Weight", "Direction"])
    data = pd.DataFrame(
        {"uCode": list("AABB"), "Time": [2020, 2021] * 2, "u": [3.0, 4.0, 5.0, NAN], "v": [1.0, 0.0, -2.0, 0.0]}
    )
    nodes = {"I": {"formula": "u / p", "parts": {"p": "sqrt(v)"}}}
    with pytest.raises(InputFaults) as told:
        engine.score(data, meta, {"normalise": {"method": "none"}, "nodes": nodes})
    (fault,) = told.value.faults
    assert fault.startswith(
        "the methodology: [nodes.I] parts.p, at 1: B at 2020: sqrt(-2) has no finite value; truncate"
    )
    nodes["I"]["parts"]["p"] = "max(v, 0)"
    with pytest.raises(InputFaults) as told:
        engine.score(data, meta, {"normalise": {"method": "none"}, "nodes": nodes})
    assert "[nodes.I] formula, at 3: A at 2021: 4 / 0 has no finite value (and one more row); " in told.value.faults[0]


LEFT_EMPTY = (
    '[nodes]\ntwo = "x3 / x4"\n[aggregate]\nif_refused = "leave_empty"\n',
    '[nodes.two]\nformula = "x3 / x4"\nif_refused = "leave_empty"\n',
)


@pytest.mark.parametrize("says", LEFT_EMPTY)
def test_a_refused_row_is_left_empty_where_the_methodology_says_so(scidip, says: str) -> None:
    result = scidip(NONE + says)
    assert result.exit_code == 0, result.output
    assert "two: 1 row(s) that the method refuses are left empty" in result.output
    with (scidip.out / "scores.csv").open() as file:
        scores = {row["uCode"]: row["two"] for row in csv.DictReader(file)}
    assert {unit: float(s) for unit, s in scores.items() if s} == {"BB": 2.0, "CC": 0.25}, "DD has no x3"


FAULTS = {
    '[nodes]\none = "x1 +"': "[nodes.one] formula, at 5: the formula ends too early",
    '[nodes]\none = "(x1 * x2"': "[nodes.one] formula, at 1: this parenthesis is not closed",
    '[nodes]\none = "x1 x2"': "[nodes.one] formula, at 4: 'x2' cannot stand here",
    '[nodes]\none = "x1 ** x2"': "[nodes.one] formula, at 5: '**' is not known; write ^ for a power",
    '[nodes]\none = "x1 % x2"': "[nodes.one] formula, at 4: '%' is not a number, a name or one of",
    '[nodes]\none = "2x1 + x2"': "[nodes.one] formula, at 1: '2x1' is not a number",
    '[nodes]\none = "x1 + x2 + 1e999"': "[nodes.one] formula, at 11: 1e999 is too large a number",
    '[nodes]\none = "x1 + maxx(x2, 1)"': "[nodes.one] formula, at 6: maxx is not a function; did you mean max?",
    '[nodes]\none = "x1 + log(x2, 2)"': "[nodes.one] formula, at 6: log takes 1, and is given 2",
    '[nodes]\none = "x1 + min(x2)"': "[nodes.one] formula, at 6: min takes 2 or more, and is given 1",
    '[nodes]\none = "x1 / y2"': "[nodes.one] formula, at 6: y2 is not known; known are x1, x2",
    '[nodes]\nI = "one / twoo"': "[nodes.I] formula, at 7: twoo is not known; did you mean two?",
    '[nodes]\none = "x1"': "[nodes.one] formula: the child x2 is not in it; name it, or move it in META",
    '[nodes]\none = "x1 + x2 + x3"': "[nodes.one] formula, at 11: x3 is not a child of one in META",
    '[nodes]\none = "x1 + x2 + two"': "[nodes.one] formula, at 11: two is not a child of one in META",
    '[nodes]\none = "x1 + x2 + one"': "[nodes.one] formula, at 11: a loop: one → one",
    '[nodes]\none = "x1 + x2 + I"': "[nodes.one] formula, at 11: a loop: I → one → I",
    '[nodes]\none = "x1 + x2 / people"': "at 11: people is of Type Denominator; a formula takes children",
    '[nodes]\noen = "x1 + x2"': "[nodes.oen]: oen is not a node of the index; did you mean one?",
    "[nodes]\none = 5": "[nodes.one]: 5 is not a formula; write a text, or a table with the key formula",
    "[nodes.one]\nformula = 5": "[nodes.one.formula]: Input should be a valid string",
    '[nodes.one]\nformula = "x1 + x2"\nforumla = "x1"': "[nodes.one.forumla] is not known; did you mean formula?",
    '[nodes.one]\nformula = "x1+x2"\nif_refused = "no"': "[nodes.one.if_refused]: Input should be 'stop' or 'leave_empty'",
    '[nodes.one]\nformula = "p"\nparts.p = "q*x1"\nparts.q = "p*x2"': "[nodes.one] parts: a loop: p → q → p; break it",
    '[nodes.one]\nformula = "x1 + x2"\nparts.p = "x1"': "[nodes.one] parts.p: is not used",
    '[nodes.one]\nformula = "x1 + x2"\nparts.x1 = "x2"': "[nodes.one] parts.x1: is the code of a child",
    '[nodes.one]\nformula = "p + x2"\nparts.p = "x1 * y1"': "[nodes.one] parts.p, at 6: y1 is not known",
    '[nodes]\none = "x1 + x2"\n[aggregate]\nper_node = {one = "harmonic"}': "[aggregate] per_node: one is put together by",
    '[nodes]\nI = "one / two"\n[uncertain]\naggregate = ["geometric"]': "[uncertain] aggregate: the index, I, is put",
    '[nodes]\nI = "one / two"\n[uncertain.aggregate_at]\n3 = ["geometric"]': "[uncertain.aggregate_at] 3: is put together",
    '[nodes]\none="x1+x2"\ntwo="x3+x4"\n[uncertain]\nleave_out=true': "[uncertain] leave_out: formulas need every indicator",
    f'[nodes]\none = "x1 + x2{" + x1" * 600}"': f"[nodes.one] formula, at 1: has 3,007 letters, and {LONGEST:,} is the most",
    f'[nodes]\none = "{"(" * 60}x1 + x2{")" * 60}"': f"formula, at {DEEPEST + 1}: more than {DEEPEST} levels within each",
    f'[nodes]\none = "x1 + {"-" * 60}x2"': f"more than {DEEPEST} levels within each other",
}


@pytest.mark.parametrize("methodology", FAULTS)
def test_a_fault_names_its_key_and_place(scidip, methodology: str) -> None:
    result = scidip(methodology)
    assert result.exit_code == 2
    assert FAULTS[methodology] in result.output
    assert result.output.count("\n  - ") == 1, result.output
    assert not scidip.out.exists()


def test_all_faults_are_told_together(scidip) -> None:
    result = scidip('[nodes]\none = "x1 / y2 + lgo(x2)"\ntwo = "x3 +"\nthree = "x1"\n[treat]\nmethod = "wins"\n')
    for told in ("y2 is not known", "lgo is not a function", "ends too early", "three is not a node", "[treat] method"):
        assert told in result.output


def test_parts_that_need_each_other_are_as_deep_as_they_like() -> None:
    deep = "(" * (DEEPEST - 1) + "{}" + ")" * (DEEPEST - 1)
    parts = {f"p{k}": deep.format(f"p{k + 1} + 1") for k in range(49)} | {"p49": "b1 + b2"}
    chosen = CompositeMethod.model_validate(
        {"normalise": {"method": "none"}, "nodes": {"B": {"formula": "p0", "parts": parts}}}
    )
    tree, figures = tree_values()
    assert list(tree_faults(chosen, tree)) == []
    found = build(figures, tree, chosen).nodes
    assert np.allclose(found.scores[:, 1], figures.values[:, 3:].sum(axis=1) + 49, equal_nan=True)


@law
@given(text=st.text(alphabet="ab12.,+-*/^()` \n_exp", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    found, faults = read(text)
    assert (found is None) <= bool(faults)
    assert all(1 <= fault.at <= len(text) + 1 for fault in faults)


def test_a_formula_is_never_run_as_a_program(scidip) -> None:
    for text in ("__import__('os')", "x1.__class__", "(lambda: x1)()", "x1; x2", "[x1]", "x1 if x2 else 1"):
        result = scidip(f"[nodes]\none = '''{text}'''\n")
        assert result.exit_code == 2
        assert "[nodes.one] formula" in result.output


RATIO = NONE + '[nodes]\nA = "a1 * a2 / max(a3, 1)"\n[impute]\nmethod = "median"\n'


def test_a_draw_with_formulas_is_a_build_of_its_own() -> None:
    """With imputation and without, jittered weights, and one indicator less where a formula can do without it."""
    tree, figures = tree_values()
    chosen = method(RATIO + "[uncertain]\nleave_out = true\nweights = 0.5\n")
    built = build(figures, tree, chosen)
    ((_, model),) = models(figures, built, chosen)
    named = {i.name: i for i in model.inputs}
    assert named["leave_out"].options == ("", "b1", "b2")
    assert sum(named["leave_out"].chances) == pytest.approx(1)
    draws = sample(model, 200, np.random.default_rng(1))
    found = evaluate(model, draws, ["A", "B", "I"])
    without = build(figures, tree, chosen.model_copy(update={"impute": None}))
    for imputed, other in ((0, built), (1, without)):
        rows = draws["impute"] == imputed
        alike = np.broadcast_to(other.nodes.scores[:, 0], found["A"][rows].shape)
        assert np.allclose(found["A"][rows], alike, rtol=1e-12, equal_nan=True), "weights do not touch a formula"
    assert np.ptp(found["B"][:, 1]) > 0
    nominal = evaluate(
        model, {n: np.zeros_like(d[:1]) if n != "weights" else np.ones_like(d[:1]) for n, d in draws.items()}
    )
    assert nominal["I"][0] == pytest.approx(built.nodes.scores[:, -1], rel=1e-12, nan_ok=True)


@law
@given(
    holes=arrays(bool, (9, 5)),
    least=st.sampled_from([0.0, 0.5, 1.0]),
    below=st.sampled_from([0.0, 0.5, 0.8]),
    says=st.sampled_from(['A = "first_known(a1, a2, a3)"', 'B = "b1 / max(b2, 2)"', 'I = "first_known(A, 1) - B"']),
)
def test_draws_and_builds_agree_on_what_must_be_known(holes: np.ndarray, least: float, below: float, says: str) -> None:
    tree, figures = tree_values()
    holes[0] = False
    figures = Figures(figures.units, figures.times, np.where(holes, NAN, figures.values))
    nodes = {"A": 'A = "a1 + a2 + a3"', "B": 'B = "b1 * b2"', says[0]: says}
    shares = f"[aggregate]\nmin_available = {least}\nmin_indicators = {below}\n"
    chosen = method(f"[normalise]\nlower = 1\n[nodes]\n{chr(10).join(nodes.values())}\n{shares}")
    built = build(figures, tree, chosen)
    ((_, model),) = models(figures, built, chosen)
    found = nominal_scores(model, ["A", "B", "I"])
    for column, code in enumerate(("A", "B", "I")):
        assert np.allclose(found[code], built.nodes.scores[:, column], rtol=1e-12, equal_nan=True)


def test_weights_are_learnt_beside_formulas_and_levels_are_varied_around_them() -> None:
    tree, figures = tree_values(30)
    says = '[nodes]\nA = "min(a1, a2) + a3"\n[uncertain]\nweighting = ["entropy"]\n'
    chosen = method(says + '[uncertain.aggregate_at]\n2 = ["geometric"]\n[normalise]\nlower = 1\n')
    ((_, model),) = models(figures, build(figures, tree, chosen), chosen)
    named = {i.name: i for i in model.inputs}
    assert named["aggregate_at 2"].nodes == ("B",)
    learnt = named["weighting"].trees[1]
    (a, b), (index,) = learnt.levels
    assert a.weights == tree.levels[0][0].weights, "a formula learns none"
    assert b.weights != tree.levels[0][1].weights
    columns = model.layers.reshape(-1, *model.layers.shape[-2:])[0]
    one = np.minimum(columns[:, 0], columns[:, 1]) + columns[:, 2]
    other = AGGREGATORS.call("arithmetic", columns[:, 3:], np.array(b.weights))
    found = WEIGHTERS.call("entropy", np.column_stack([one, other]), np.ones(2))
    assert index.weights == pytest.approx(found / found.sum() * 2), "of what the formula gives, not of a mean"


def test_what_a_formula_takes_keeps_its_scale_in_every_draw() -> None:
    tree, figures = tree_values()
    chosen = method(RATIO + '[uncertain]\nnormalise = [{method = "rank"}]\n')
    ((_, model),) = models(figures, build(figures, tree, chosen), chosen)
    first, other = model.layers[0, 0], model.layers[0, 1]
    assert np.array_equal(first[:, :3], other[:, :3])
    assert not np.array_equal(first[:, 3:], other[:, 3:])


def test_ranges_sensitivity_analyses_and_pages_of_an_index_with_formulas(scidip) -> None:
    says = '[nodes]\none = "geometric(x1, x2)"\n[nodes.I]\nformula = "p / two"\nparts.p = "one + 1"\n[normalise]\nlower = 1\n'
    result = scidip(says, "--uncertainty", "60", "--sensitivity", "16", "--analyses")
    assert result.exit_code == 3, result.output
    assert "effective_weights" in result.output
    assert "[nodes] one, I: a formula knows no weights" in result.output
    with (scidip.out / "intervals.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["node"] == "I"]
    assert len(rows) == 4
    assert (scidip.out / "sensitivity.csv").exists()
    with (scidip.out / "analyses/removal.csv").open() as file:
        assert {row["element"] for row in csv.DictReader(file)} == {"x3", "x4"}
    choices = json.loads((scidip.out / "methodology.json").read_text())
    assert choices["methodology"]["nodes"]["I"]["parts"] == {"p": "one + 1"}
    told = (scidip.out / "scores.csv").read_bytes()
    assert scidip(says).exit_code == 0
    assert (scidip.out / "scores.csv").read_bytes() == told


def test_an_alternative_that_a_formula_refuses_is_named_before_any_draw(scidip) -> None:
    says = '[nodes]\nI = "one / (two - 50)"\n[normalise]\nlower = 60\nupper = 90\n'
    result = scidip(
        says + '[uncertain]\nnormalise = [{method = "fraction_of_max"}, {method = "min_max", upper = 50}]\n'
    )
    assert result.exit_code == 0
    asked = says + '[uncertain]\nnormalise = [{method = "min_max", lower = 50, upper = 50}]\n'
    result = scidip(asked, "--uncertainty", "20")
    assert result.exit_code == 3
    assert '[uncertain] normalise = "min_max": [nodes.I] formula, at 5: 50 / 0 has no finite value' in result.output


def test_what_is_not_used_leaves_the_digests_of_before() -> None:
    bare = CompositeMethod()
    assert bare.digest == "b64d9af4c5c12f44923e842cc79396351378722661ac5a820c6999178b4a3a3d", "as before there were any"
    assert method('[nodes]\nI = "a/b"').digest != bare.digest


def test_an_index_without_formulas_does_not_read_any(monkeypatch) -> None:
    """1,000 units by 200 indicators: no formula is read, and none is computed."""
    tree = large_tree(200, 20, 4)
    values = np.random.default_rng(0).uniform(1, 100, (1000, 200))
    figures = Figures(np.array([f"U{k}" for k in range(1000)]), np.zeros(1000), values)

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("scidip.indicators.formulas.nodes.read", never)
    monkeypatch.setattr(Computation, "result", never)
    start = time.perf_counter()
    build(figures, tree, CompositeMethod())
    print(f"1,000 units by 200 indicators: {time.perf_counter() - start:.3f} s")


def test_a_node_by_formula_opens_as_pages_with_the_scores_of_the_command(scidip) -> None:
    says = NONE + '[nodes]\none = "geometric(x1, x2)"\nI = "one / max(two, 1)"\n'
    result = scidip(says, "--uncertainty", "20", command="workspace")
    assert result.exit_code == 0, result.output
    assert not read_workspace(scidip.out).can_be_varied, "the laboratory knows means alone"
    scores = open_engine(f"sqlite:///{scidip.out / OWN_DATABASE}")
    with scores.connect() as connection:
        found = pd.read_sql("SELECT ref_area, score FROM score WHERE node = 'std'", connection)
    page = said(served_by(scidip.out).test_client(), "/methodology")
    assert 'one = "geometric(x1, x2)", I = "one / max(two, 1)"' in page
    expected = {"AA": np.sqrt(10) / 1.5, "BB": 4 / 3, "CC": np.sqrt(24) / 2.5, "DD": 4 / 6}
    assert found.set_index("ref_area")["score"].to_dict() == pytest.approx(expected, rel=1e-12)


def test_a_thousand_units_by_two_hundred_indicators_by_formulas_take_no_longer() -> None:
    tree = large_tree(200, 20, 4)
    values = np.random.default_rng(0).uniform(1, 100, (1000, 200))
    figures = Figures(np.array([f"U{k}" for k in range(1000)]), np.zeros(1000), values)
    nodes = {n.code: f"mean({', '.join(tree.children(n))})" for n in tree.nodes}
    took = []
    for chosen in (CompositeMethod(), CompositeMethod(nodes=nodes)) * 5:
        start = time.perf_counter()
        found = build(figures, tree, chosen)
        took.append(time.perf_counter() - start)
    assert found.nodes.scores == pytest.approx(build(figures, tree, CompositeMethod()).nodes.scores, rel=1e-12)
    print(f"by means {min(took[::2]):.3f} s, by formulas {min(took[1::2]):.3f} s")
    assert min(took[1::2]) < 5 * min(took[::2]) + 0.2


def test_the_page_names_every_function() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in FUNCTIONS if f"`{name}`" not in text and f"`{name}(" not in text] == []


def test_an_engine_call_tells_all_faults_of_a_formula() -> None:
    data = pd.DataFrame({"uCode": list("ABC"), "a": [1.0, 2.0, 3.0]})
    rows = [("a", "Indicator", 1, "I", 1, 1), ("I", "Aggregate", 2, "", 1, "")]
    meta = pd.DataFrame(rows, columns=["iCode", "Type", "Level", "Parent", "Weight", "Direction"])
    with pytest.raises(InputFaults) as told:
        engine.score(data, meta, {"nodes": {"I": "a / b + c"}})
    assert len(told.value.faults) == 2
