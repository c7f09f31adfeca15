"""An index of one's own as tables: against figures worked by hand or by another library. All figures are synthetic."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from scipy import stats
from xlsxwriter import Workbook

from scidip.cli import main
from scidip.indicators.engine.batch_scoring import Rules
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.engine.methodology_faults import parse, tree_faults
from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.methods.aggregate import copeland
from scidip.indicators.methods.outranking_of_draws import copeland_of_draws
from scidip.indicators.own_index import tables
from scidip.indicators.own_index.score import OwnIndex, score_own_index
from scidip.indicators.own_index.text_table import TextTable
from scidip.indicators.robustness import montecarlo
from scidip.indicators.robustness.uncertain_inputs import AggregationChoice, Model, WeightChoice, WeightJitter, mean_of
from scidip.indicators.robustness.uncertainty import models
from scidip.indicators.robustness.varied.designed import designed
from scidip.publish.export.own_index_more import read_other, with_weight_sets
from scidip.publish.export.own_index_reading import read_table
from tests.composites import small_tree

pytestmark = pytest.mark.unit
DATA = """uCode,uName,x1,x2,x3,x4
AA,Aland,0,0,10,1
BB,Beland,5,10,5,2
CC,Celand,10,5,0,3
DD,Deland,2,,6,4
"""
META = """iCode,iName,Type,Level,Parent,Weight,Direction
x1,Labs,Indicator,1,first,1,1
x2,Papers,Indicator,1,first,1,1
x3,Visits,Indicator,1,second,1,1
x4,Treaties,Indicator,1,second,3,1
first,Science,Aggregate,2,top,1,1
second,Diplomacy,Aggregate,2,top,2,1
top,Index,Aggregate,3,,1,1
"""


def table(text: str, name: str = "DATA.csv") -> TextTable:
    head, *rows = csv.reader(io.StringIO(text))
    return TextTable(name, tuple(head), tuple(map(tuple, rows)), tuple(range(2, len(rows) + 2)))


def index_of(method: dict | None = None, data: str = DATA, meta: str = META) -> OwnIndex:
    return score_own_index(table(data), table(meta, "META.csv"), method or {}, "M.toml")


def test_results_have_names_beside_codes_and_are_sorted_by_rank() -> None:
    found = tables.results(index_of())
    # Normalised: x1 0 50 100 20; x2 0 100 50 –; x3 100 50 0 60; x4 0 33 67 100.
    first = {"AA": 0.0, "BB": 75.0, "CC": 75.0, "DD": 20.0}
    second = {"AA": 25.0, "BB": (50 + 100) / 4, "CC": 200 / 4, "DD": 360 / 4}
    top = {c: (first[c] + 2 * second[c]) / 3 for c in first}
    assert found.columns.tolist() == [
        "uCode",
        "uName",
        *(f"{n}{s}" for n in ("top", "first", "second") for s in ("", "_rank")),
    ]
    assert found["uCode"].tolist() == sorted(top, key=lambda c: -top[c])
    assert found["uName"].tolist()[-1] == "Aland" and found["top_rank"].tolist() == [1, 2, 3, 4]
    assert found.set_index("uCode")["top"].to_dict() == pytest.approx(top)
    assert found.set_index("uCode")["first_rank"].to_dict() == {"AA": 4, "BB": 1, "CC": 1, "DD": 3}


def test_ranks_of_rounded_scores_tie_and_a_digest_of_before_stays() -> None:
    data = DATA.replace("AA,Aland,0,0,10,1", "AA,Aland,9.99,5,0,3")  # a hair below CC
    exact, rounded = (index_of(m, data).composite.nodes.ranks[:, -1].tolist() for m in ({}, {"rank": {"decimals": 0}}))
    assert exact == [3, 4, 2, 1] and rounded == [2, 4, 2, 1]
    assert CompositeMethod().digest == CompositeMethod.model_validate({"uncertain": None}).digest
    assert '"rank"' not in json.dumps(sorted(CompositeMethod().model_dump(exclude={"rank"})))


def test_who_is_scored_but_not_ranked_stands_last() -> None:
    found = tables.results(index_of({"reference": {"exclude": ["DD"]}}))
    assert found["uCode"].tolist()[-1] == "DD" and np.isnan(found["top_rank"].tolist()[-1])
    assert found["top"].notna().all()


def test_statistics_and_availability_are_those_of_the_figures() -> None:
    found, missing = tables.analyses(index_of())
    assert not missing and set(found) == set(tables.ANALYSES)
    x1 = found["statistics"].set_index("iCode").loc["x1"]
    own = np.array([0, 5, 10, 2.0])
    assert (x1["available"], x1["unique"], x1["zeros"], x1["min"], x1["max"]) == (4, 4, 1, 0, 10)
    assert x1["sd"] == pytest.approx(own.std(ddof=1)) and x1["skewness"] == pytest.approx(pd.Series(own).skew())
    assert x1["kurtosis"] == pytest.approx(pd.Series(own).kurt())
    assert found["statistics"].set_index("iCode").loc["x2", "availability"] == 0.75
    assert found["availability"].set_index("uCode").loc["DD", ["top", "first", "second"]].tolist() == [0.75, 0.5, 1.0]


def test_correlations_alpha_and_components_agree_with_other_libraries() -> None:
    index = index_of()
    found, _ = tables.analyses(index)
    normal = pd.DataFrame(index.composite.normalised, columns=["x1", "x2", "x3", "x4"])
    r = found["correlations"].set_index(["first", "second"])["r"]
    assert r["x1", "x3"] == pytest.approx(normal["x1"].corr(normal["x3"]))
    top = pd.Series(index.composite.nodes.scores[:, -1])
    assert r["x2", "top"] == pytest.approx(normal["x2"].corr(top))
    assert len(r) == 7 * 6 / 2  # every two of four indicators, two nodes and the index
    alpha = found["cronbach_alpha"].set_index("node")["alpha"]
    pair = normal[["x3", "x4"]]
    assert alpha["second"] == pytest.approx(2 * (1 - pair.var().sum() / pair.sum(axis=1).var()))
    parts = found["principal_components"]
    own = parts[(parts["node"] == "second") & (parts["child"] == "x3")]["eigenvalue"].tolist()
    rho = pair.corr().iloc[0, 1]
    assert own == pytest.approx([1 + abs(rho), 1 - abs(rho)])


def test_effective_weights_removal_strengths_by_hand() -> None:
    found, _ = tables.analyses(index_of())
    weights = found["effective_weights"].set_index("code")["weight"]
    assert weights.loc[["x1", "x3", "x4", "second", "top"]].tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 2, 2 / 3, 1])
    removal = found["removal"].set_index(["level", "element"])
    # Without "second" only science is left: 0, 75, 75, 20; ranks 4 1 1 3 against 4 3 2 1.
    assert removal.loc[(2, "second"), ["mean_shift", "max_shift", "moved"]].tolist() == [5 / 4, 2, 3]
    best = found["strengths_weaknesses"].query("uCode == 'DD'")
    # DD ranks 1 of 4 on x4, 2 of 4 on x3, 3 of 4 on x1 and has no x2.
    assert best[["kind", "place", "iCode", "value", "rank", "of"]].to_numpy().tolist() == [
        ["strength", 1, "x4", 4.0, 1.0, 4],
        ["weakness", 1, "x1", 2.0, 3.0, 4],
    ]


def test_another_index_stands_beside_on_common_units() -> None:
    index = index_of()
    other = pd.DataFrame({"uCode": ["AA", "BB", "DD", "ZZ"], "theirs": [3.0, 2.0, 1.0, 9.0]})
    rows, together = tables.comparison(index, other)
    # Ours among the three: DD, BB, AA; theirs: AA, BB, DD.
    assert rows.set_index("uCode")[["rank", "other_rank", "gained"]].T.to_dict("list") == {
        "DD": [1, 3, -2],
        "BB": [2, 2, 0],
        "AA": [3, 1, 2],
    }
    assert together.loc[0, ["n", "spearman", "kendall"]].tolist() == [3, -1.0, -1.0]
    own = tables.results(index).set_index("uCode")["top"]
    assert together.loc[0, "pearson"] == pytest.approx(stats.pearsonr(own[["AA", "BB", "DD"]], [3, 2, 1])[0])


def test_weights_by_unit_leave_out_what_needs_one_set() -> None:
    found, missing = tables.analyses(index_of({"weight": {"method": "benefit_of_the_doubt"}}))
    assert set(missing) == {"effective_weights", "removal"} and "same for all units" in missing["removal"]
    assert "correlations" in found


# --- what varies --------------------------------------------------------------------------------


def model_of(uncertain: dict) -> Model:
    index = index_of({"normalise": {"lower": 1.0, "upper": 100.0}, "uncertain": {"normalise": [], **uncertain}})
    ((_, model),) = models(index.input.figures, index.composite, index.input.method)
    return model


def test_aggregation_of_any_level_and_sets_of_weights_vary() -> None:
    sets = {"experts": {"x4": 0.0, "first": 5.0}}
    model = model_of(
        {"weights": [0.0, 0.5], "aggregate_at": {"2": ["geometric"], "top": ["harmonic"]}, "weight_sets": sets}
    )
    by_name = {i.name: i for i in model.inputs}
    low, top = (by_name[f"aggregate_at {k}"] for k in ("2", "top"))
    assert isinstance(low, AggregationChoice) and low.nodes == ("first", "second") and top.nodes == ("top",)
    jitter, choice = by_name["weights"], by_name["weighting"]
    assert isinstance(jitter, WeightJitter) and dict(jitter.spread) == {1: 0.0, 2: 0.5}
    assert isinstance(choice, WeightChoice) and choice.options == ("given", "experts")
    one = {i.name: np.zeros(1, int) for i in model.inputs} | {"weights": np.ones((1, 6))}
    values = model.layers.reshape(4, 4)

    def score(**drawn: int) -> float:
        changed = one | {k.replace("_at_", "_at "): np.array([v]) for k, v in drawn.items()}
        return float(montecarlo.evaluate(model, changed)["top"][0, 1])

    first, second = values[1, :2], values[1, 2:]
    geometric = [np.sqrt(first.prod()), (second[0] * second[1] ** 3) ** 0.25]
    assert score(aggregate_at_2=1) == pytest.approx((geometric[0] + 2 * geometric[1]) / 3)
    assert score(weighting=1) == pytest.approx((5 * first.mean() + 2 * second[0]) / 7)
    arithmetic = [first.mean(), (second[0] + 3 * second[1]) / 4]
    assert score(aggregate_at_top=1) == pytest.approx(3 / (1 / arithmetic[0] + 2 / arithmetic[1]))


def test_runs_of_a_design_are_those_that_are_named() -> None:
    uncertain = {"normalise": [], "aggregate_at": {"2": ["geometric"]}, "weight_sets": {"experts": {"x4": 0.0}}}
    index = index_of({"normalise": {"lower": 1.0, "upper": 100.0}, "uncertain": uncertain})
    given = (index.input.figures, index.composite, index.input.method)
    design = {"aggregate_at 2": ["", "geometric", "geometric"], "weighting": ["given", "", "experts"]}
    found = designed(*given, design).pivot(index="run", columns="row", values="score")
    values = index.composite.normalised[1]
    assert found.loc[1].tolist() == pytest.approx(index.composite.nodes.scores[:, -1].tolist())
    first = np.sqrt(values[0] * values[1])
    assert found.loc[2, 1] == pytest.approx((first + 2 * (values[2] * values[3] ** 3) ** 0.25) / 3)
    assert found.loc[3, 1] == pytest.approx((first + 2 * values[2]) / 3)
    with pytest.raises(MethodError, match="run 1, weighting: expert is none of given, experts"):
        designed(*given, {"weighting": ["expert"]})
    with pytest.raises(MethodError, match="aggregate does not vary"):
        designed(*given, {"aggregate": ["geometric"]})


@pytest.mark.parametrize(
    ("uncertain", "words"),
    [
        ({"aggregate_at": {"2": ["geometrical"]}}, "'geometrical' is not known"),
        ({"aggregate_at": {"9": ["geometric"]}}, "9 is neither a level (2 to 3) nor a node"),
        ({"aggregate_at": {"2": ["geometric"], "first": ["harmonic"]}}, "first is varied twice"),
        ({"aggregate": ["harmonic"], "aggregate_at": {"top": ["geometric"]}}, "top is varied twice"),
        ({"weights": [0.1]}, "weights has 1 numbers; the index has 2 steps"),
        ({"weights": 3.0}, "weights must lie between 0 and 1"),
        ({"weight_sets": {"mine": {"x9": 1.0}}}, "mine: x9 is not in the index"),
        ({"weight_sets": {"mine": {"x1": -1.0}}}, "mine, x1: a weight below zero"),
    ],
)
def test_what_cannot_vary_is_named(uncertain: dict, words: str) -> None:
    method, faults = parse({"uncertain": uncertain})
    tree = index_of().input.tree
    told = [*faults, *(tree_faults(method, tree) if method else ())]
    assert len(told) == 1 and words in told[0]


@pytest.mark.parametrize("shared", [True, False], ids=["one table", "a table for each draw"])
def test_copeland_of_many_draws_is_that_of_each(shared: bool) -> None:
    random = np.random.default_rng(7)
    values = random.integers(0, 4, (1 if shared else 12, 9, 5)).astype(float)
    values[random.random(values.shape) < 0.25] = np.nan
    values[:, 3] = np.nan
    weights, kept = random.uniform(0.1, 1, (12, 5)), random.random((12, 5)) > 0.2
    kept[0] = False
    for left in (None, kept):
        own = weights if left is None else weights * left
        found = copeland_of_draws(values, own, left)
        for draw in range(12):
            part = slice(None) if left is None else left[draw]
            seen = values[draw % len(values)][:, part]
            expected = copeland(seen, own[draw][part]) if seen.shape[1] else np.full(9, np.nan)
            np.testing.assert_array_equal(found[draw], expected)


def test_draws_of_copeland_are_made_together_and_counted(monkeypatch) -> None:
    tree = small_tree()
    values = np.random.default_rng(1).uniform(size=(30, 5))
    method = CompositeMethod()
    rules = Rules({n.code: mean_of(method, "copeland") for n in tree.nodes})
    model = Model(tree, values, (WeightJitter("weights", {1: 0.3, 2: 0.3}),), rules)
    told: list[tuple[int, int]] = []
    ((_, _),) = montecarlo.intervals(model, 700, 1, ["I"], progress=lambda made, all_: told.append((made, all_)))
    assert told[-1] == (700, 700) and all(a < b for a, b in pairwise(told))
    drawn = next(montecarlo.blocks(model, 40, 3))
    fast = montecarlo.evaluate(model, drawn)["I"]
    slow = Rules({n.code: lambda v, w: copeland(v, w) for n in tree.nodes})
    np.testing.assert_array_equal(fast, montecarlo.evaluate(Model(tree, values, model.inputs, slow), drawn)["I"])


# --- files --------------------------------------------------------------------------------------


def test_semicolons_decimal_commas_and_workbooks_read_as_commas_do(tmp_path: Path) -> None:
    data = DATA.replace(",5,10,5,2", ",5.25,10,5,2")
    (tmp_path / "comma.csv").write_text(data, "utf-8")
    (tmp_path / "semicolon.csv").write_text(data.replace(",", ";").replace(".", ","), "utf-8-sig")
    with Workbook(tmp_path / "book.xlsx") as book:
        for name in ("Notes", "iData", "iMeta"):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(csv.reader(io.StringIO({"iData": data, "iMeta": META}.get(name, "a,b")))):
                for column, cell in enumerate(cells):
                    number = cell.replace(".", "").isdigit()
                    sheet.write(row, column, float(cell) if number else cell)
    expected = read_table(tmp_path / "comma.csv")
    for name in ("semicolon.csv", "book.xlsx"):
        found = read_table(tmp_path / name, "data")
        assert (found.header, found.rows, found.lines) == (expected.header, expected.rows, expected.lines)
    assert read_table(tmp_path / "book.xlsx", "meta").header[:2] == ("iCode", "iName")


@pytest.mark.parametrize(
    ("text", "words"),
    [("a;b\n1,5;2.5\n", "1,5 has a decimal comma and 2.5 a point"), ("a;b\n1;2;3\n", "3 cells under 2 columns")],
)
def test_a_table_that_can_be_read_in_two_ways_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "t.csv").write_text(text, "utf-8")
    with pytest.raises(InputFaults, match=words):
        read_table(tmp_path / "t.csv")


def test_a_workbook_in_which_the_sheet_cannot_be_told_is_refused(tmp_path: Path) -> None:
    with Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("one")
        book.add_worksheet("two")
    with pytest.raises(InputFaults, match=r"b\.xlsx: has the sheets one, two; call the one that is meant data"):
        read_table(tmp_path / "b.xlsx", "data")
    (tmp_path / "c.xlsx").write_text("no workbook")
    with pytest.raises(InputFaults, match="is no workbook that can be read"):
        read_table(tmp_path / "c.xlsx", "data")


def test_sets_of_weights_and_another_index_are_read_with_their_faults(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("iCode,experts,equal\nx1,2,1\nx2,,1\n", "utf-8")
    found = with_weight_sets({"uncertain": {"weights": 0.1}}, path)["uncertain"]
    assert found == {"weights": 0.1, "weight_sets": {"experts": {"x1": 2.0}, "equal": {"x1": 1.0, "x2": 1.0}}}
    path.write_text("iCode,experts\nx1,many\n", "utf-8")
    with pytest.raises(InputFaults, match=r"w\.csv, row 2, experts: 'many' is not a number"):
        with_weight_sets({}, path)
    path.write_text("uCode,theirs\nAA,1\nAA,2\n", "utf-8")
    with pytest.raises(InputFaults, match=r"row 3, uCode: is in the table twice"):
        read_other(path)
    path.write_text("uCode,uName\nAA,Aland\n", "utf-8")
    with pytest.raises(InputFaults, match="no column of scores"):
        read_other(path)


def test_the_command_writes_every_table_and_a_book_of_all(tmp_path: Path) -> None:
    texts = {
        "d.csv": DATA,
        "m.csv": META,
        "other.csv": "uCode,theirs\nAA,3\nBB,2\nDD,1\n",
        "runs.csv": "run,weighting\n1,given\n2,equal\n",
        "w.csv": "iCode,equal\nx3,1\nx4,1\nfirst,1\nsecond,1\n",
    }
    texts["m.toml"] = '[impute]\nmethod = "mean"\n\n[uncertain]\nnormalise = []\n'
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = {n: str(tmp_path / n) for n in (*texts, "out")}
    asked = ["composite", paths["d.csv"], paths["m.csv"], "--methodology", paths["m.toml"], "--out", paths["out"]]
    more = ["--analyses", "--compare", paths["other.csv"], "--weight-sets", paths["w.csv"], "--uncertainty", "50"]
    more += ["--design", paths["runs.csv"]]
    seen = []
    for _ in range(2):
        done = CliRunner().invoke(main, [*asked, *more])
        assert done.exit_code == 0, done.output
        assert "Drawing: 50 of 50 draws" in done.output
        files = {p.relative_to(tmp_path / "out").as_posix(): p.read_bytes() for p in (tmp_path / "out").rglob("*.*")}
        seen.append(files)
    assert seen[0] == seen[1], "the same input gives the same bytes, the workbook's as well"
    own = {f"analyses/{n}.csv" for n in (*tables.ANALYSES, "comparison", "comparison_correlations")}
    assert own | {"results.csv", "intervals.csv", "design.csv", "index.xlsx"} <= set(files)
    assert files["results.csv"].splitlines()[1].startswith(b"DD,Deland,")
    runs = pd.read_csv(tmp_path / "out/design.csv")
    assert runs.columns.tolist() == ["run", "uCode", "uName", "score", "rank"] and len(runs) == 8
    book = CalamineWorkbook.from_path(str(tmp_path / "out/index.xlsx"))
    sheets = {n.rpartition("/")[2].removesuffix(".csv") for n in files if n.endswith(".csv")}
    assert set(book.sheet_names) == sheets | {"structure", "raw", "log"}
    for name in files:
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(files[name].decode())))
            held = book.get_sheet_by_name(name.rpartition("/")[2].removesuffix(".csv")).to_python()
            assert [len(held), *map(str, held[0])] == [len(rows), *rows[0]]
    assert book.get_sheet_by_name("raw").to_python()[4] == ["DD", "Deland", 2, "", 6, 4]
    log = dict(book.get_sheet_by_name("log").to_python())
    assert log["methodology.impute.method"] == "mean" and log["methodology.uncertain.weight_sets.equal.x4"] == 1
    assert ["x4", "Treaties", 1, "second", 3] in book.get_sheet_by_name("structure").to_python()
