"""Intervals and sensitivity of one's own index: the nominal build inside, years apart, any method."""

import subprocess
import sys

import numpy as np
import pytest

from scidip.indicators.engine.composite import build
from scidip.indicators.errors import MethodError
from scidip.indicators.robustness import montecarlo
from scidip.indicators.robustness.uncertainty import alternatives_of, intervals, shares
from tests.composites import four_inputs, large_tree
from tests.test_composite import CHAIN, method, skewed

PLAIN = CHAIN | {"screen": {"min_available": 0}}


@pytest.mark.parametrize(
    "aggregate",
    [
        {"per_level": ["arithmetic", "geometric"]},
        {"per_level": ["harmonic", "copeland"]},
        {"method": "generalised", "power": 2, "min_available": 0.5},
        {"method": "geometric", "if_refused": "leave_empty", "min_available": [0.5, 1]},
        {"method": "geometric", "min_indicators": [0, 0.75], "floor": 30.0},
    ],
)
def test_what_does_not_vary_is_the_index_itself(aggregate: dict) -> None:
    given, tree = skewed(15, 2)
    chosen = method(
        **PLAIN | {"impute": None, "aggregate": aggregate},
        uncertain={"weights": 0, "normalise": [], "treat": [{"method": "winsorise_log", "max_points": 2}]},
    )
    index = build(given, tree, chosen)
    found = intervals(given, index, chosen, draws=5, seed=1)
    for code in index.nodes.codes:
        part = found[found["node"] == code].sort_values("row")
        k = index.nodes.codes.index(code)
        for column in ("score", "score_p05", "score_p95"):
            assert part[column].to_numpy() == pytest.approx(index.nodes.scores[:, k], nan_ok=True)
        assert part["rank"].to_numpy() == pytest.approx(index.nodes.ranks[:, k], nan_ok=True)


def test_intervals_of_a_panel_are_those_of_its_years() -> None:
    given, tree = skewed(12, 3)
    chosen = method(**PLAIN, uncertain={"normalise": [{"method": "z_score", "mean": 10.0}], "leave_out": True})
    index = build(given, tree, chosen)
    found = intervals(given, index, chosen, draws=200, seed=1)
    assert len(found) == 36 * 3
    assert found["rank"].max() <= 12
    assert (found["rank_p05"] <= found["rank_p95"]).all()
    parts = shares(given, index, chosen, base=16, seed=1)
    assert set(parts["input"]) == {"impute", "treat", "normalise", "weights", "leave_out"}
    assert (parts["output"] == "mean_rank_shift").sum() == 3 * 5
    known = parts[["first", "total"]].dropna()
    assert (known["first"] <= known["total"]).all()
    assert (known["first"] >= 0).all()


def test_without_a_section_the_steps_taken_are_also_left_out() -> None:
    options = alternatives_of(method(**PLAIN))
    assert [o and o.method for o in options.impute] == ["mean_by_group", None]
    assert [o and o.method for o in options.treat] == ["winsorise_log", None]
    assert [o.method for o in options.normalise] == ["min_max", "percentile_rank"]
    assert len(alternatives_of(method()).treat) == 1


def test_weights_that_differ_by_unit_are_refused() -> None:
    given, tree = skewed(15)
    chosen = method(impute={"method": "mean"}, weight={"method": "benefit_of_the_doubt"})
    index = build(given, tree, chosen)
    with pytest.raises(MethodError, match="the same for all units"):
        intervals(given, index, chosen, draws=5, seed=1)
    assert np.isfinite(index.nodes.scores).all()


def test_without_a_draw_there_is_no_interval() -> None:
    given, tree = skewed(15)
    chosen = method(**PLAIN)
    with pytest.raises(MethodError, match="at least one draw, not 0"):
        intervals(given, build(given, tree, chosen), chosen, draws=0, seed=1)


@pytest.mark.parametrize("cells", [1, 60, 700, 2500])
def test_intervals_made_in_parts_are_those_made_at_once(monkeypatch, cells: int) -> None:
    model = four_inputs(12, large_tree(12, 4, 2), leave_out=True)
    nodes = [node.code for node in model.tree.nodes]
    monkeypatch.setattr(montecarlo, "BLOCK", 16)
    whole = montecarlo.uncertainty(model, 50, 3, nodes)
    monkeypatch.setattr(montecarlo, "CELLS", cells)
    parts = dict(montecarlo.intervals(model, 50, 3, nodes))
    assert list(parts) == nodes
    for code in nodes:
        np.testing.assert_allclose(parts[code], whole[code].intervals(), rtol=1e-12)


GROWTH = """
import resource
from scidip.indicators.robustness import montecarlo
from tests.composites import four_inputs

model = four_inputs(100)
nodes = [node.code for node in model.tree.nodes]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tables = dict(montecarlo.intervals(model, 20_000, 1, nodes))
assert len(tables) == 12
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_memory_does_not_grow_with_what_is_asked() -> None:
    """All draws of all nodes at once are 384 MB of scores and ranks, without any copy."""
    done = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 350


def test_units_outside_the_reference_are_in_no_interval() -> None:
    given, tree = skewed(15)
    chosen = method(**PLAIN, reference={"exclude": ["u000", "u007"]})
    index = build(given, tree, chosen)
    found = intervals(given, index, chosen, draws=20, seed=1)
    assert set(found["row"]) == set(range(15)) - {0, 7}
    assert found["rank"].max() <= 13


def test_an_alternative_that_cannot_be_computed_is_named_before_any_draw(monkeypatch) -> None:
    given, tree = skewed(15)
    uncertain = {"normalise": [{"method": "z_score"}], "aggregate": ["geometric", "harmonic"]}
    chosen = method(**PLAIN | {"aggregate": {}}, uncertain=uncertain)
    index = build(given, tree, chosen)
    monkeypatch.setattr(montecarlo, "sample", None)
    with pytest.raises(MethodError) as told:
        intervals(given, index, chosen, draws=5, seed=1)
    for name in ("geometric", "harmonic"):
        assert f'[uncertain] normalise = "z_score" with [uncertain] aggregate = "{name}": top: the {name} mean' in str(
            told.value
        )
    assert str(told.value).count("[uncertain] normalise") == 2
