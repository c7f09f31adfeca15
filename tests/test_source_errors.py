"""Figures drawn within the standard errors of their producers, in the ranges of ranks. On invented figures."""

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.engine.composite import Figures, build
from scidip.indicators.engine.composite_methodology import CompositeMethod
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.observations import to_matrix, with_errors
from scidip.indicators.robustness.uncertainty import intervals, models
from scidip.indicators.robustness.varied.source_errors import drawings_of, drawn, errors_of
from scidip.indicators.tree import Tree, TreeNode
from scidip.indicators.vocabulary import NOT_APPLICABLE
from scidip.store.queries import audit_queries, lab_queries, served

RULE = IndicatorSpec(
    code="rule", name="r", definition="r", unit="points", source="s", series="r", max_age=3, standard_error="rule_se"
)
ERROR = RULE.model_copy(update={"code": "rule_se", "standard_error": ""})
YEARS = [2020, 2021, 2022]


def figures(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["indicator", "ref_area", "time_period", "obs_value"])
    return frame.assign(counterpart_area=NOT_APPLICABLE, obs_status="A", file=0, row=1)


def test_over_all_options_the_variance_is_the_producers() -> None:
    names = [f"A{n}" for n in range(4000)]
    values, errors = np.full((4000, 2), 5.0), np.tile([0.3, 0.0], (4000, 1))
    made = drawn(values, errors, names, [2020] * 4000, ("rule", "other"), 3)
    options = np.concatenate([values[None], made])
    assert options[:, :, 0].std() == pytest.approx(0.3, rel=0.03)
    assert options[:, :, 0].mean() == pytest.approx(5.0, abs=0.01)
    assert (made[:, :, 1] == 5.0).all(), "nothing is drawn where no error is stated"
    assert abs(np.corrcoef(made[0, :, 0], made[1, :, 0])[0, 1]) < 0.05
    other = drawn(values, errors, names, [2021] * 4000, ("rule", "other"), 3)
    assert abs(np.corrcoef(made[0, :, 0], other[0, :, 0])[0, 1]) < 0.05


def test_a_figure_is_drawn_alike_whatever_stands_beside_it() -> None:
    values, errors = np.array([[1.0, np.nan], [2.0, 3.0]]), np.full((2, 2), 0.1)
    whole = drawn(values, errors, ["A", "B"], [2020, 2021], ("x", "y"), 2)
    alone = drawn(values[1:, 1:], errors[1:, 1:], ["B"], [2021], ("y",), 2)
    assert np.isnan(whole[:, 0, 1]).all()
    assert (whole[:, 1, 1] == alone[:, 0, 0]).all() and (whole[:, 1, 1] != 3.0).all()
    assert drawn(values, errors, ["A", "B"], [2020, 2021], ("x", "y"), 0).shape == (0, 2, 2)


def test_a_figure_has_the_error_of_its_own_year() -> None:
    """Carried figures keep theirs; one without a stated error, or moved by treatment, has none."""
    known = figures(
        ("rule", "FRA", 2020, 1.0),
        ("rule_se", "FRA", 2020, 0.2),
        ("rule_se", "FRA", 2021, 0.9),
        ("rule", "DEU", 2022, 2.0),
        ("rule_se", "DEU", 2022, 0.1),
        ("rule", "ITA", 2022, 3.0),
    )
    areas = ["DEU", "FRA", "ITA"]
    outside = [[None] * 3] * 3
    matrix = with_errors(to_matrix(known, [RULE], areas, YEARS, outside), known, [RULE])
    assert matrix.errors is not None
    assert matrix.errors[..., 0].tolist() == [[0, 0, 0.1], [0.2, 0.2, 0.2], [0, 0, 0]]
    cells = pd.DataFrame(
        [("rule", "FRA", 2020, 1.0, 1.0), ("rule", "DEU", 2022, 2.0, 2.0), ("rule", "DEU", 2022, 2.0, 1.5)],
        columns=["indicator", "ref_area", "own_period", "obs_value", "treated"],
    )
    assert errors_of(cells, known, {"rule": RULE, "rule_se": ERROR}).tolist() == [0.2, 0.1, 0.0]
    assert drawings_of(matrix, 2).shape == (2, 3, 3, 1)
    none = with_errors(to_matrix(known, [ERROR], areas, YEARS, outside), known, [ERROR])
    assert none.errors is None and drawings_of(none, 2).shape[0] == 0


def world(errors: float, draws: int) -> tuple:
    """Sixty units of two indicators, the second with gaps; the first with errors."""
    random = np.random.default_rng(5)
    values = random.normal(0, 1, (60, 2))
    values[::7, 1] = np.nan
    units = np.array([f"U{n:02d}" for n in range(60)])
    tree = Tree(("x", "y"), ((TreeNode("top", 2, (0, 1), (1.0, 1.0)),),))
    method = CompositeMethod.model_validate(
        {
            "normalise": {"method": "min_max", "lower": 0, "upper": 100},
            "aggregate": {"min_available": 0.0},
            "uncertain": {
                "weights": 0.0,
                "treat": [],
                "impute": [],
                "normalise": [],
                "gaps": 2,
                "group": "g",
                "source_errors": draws,
            },
        }
    )
    stated = np.column_stack([np.full(60, errors), np.zeros(60)])
    given = Figures(units, np.full(60, 2020.0), values, groups={"g": np.full(60, "one")}, errors=stated)
    return given, build(given, tree, method), method


def test_ranges_widen_by_stated_errors_and_gaps_keep_their_donors() -> None:
    plain, noisy = world(0.0, 3), world(0.3, 3)
    ((_, model),) = models(*noisy)
    names = [i.name for i in model.inputs]
    assert names[-1] == "source_errors" and model.layers.shape == (4, 4, 60, 2)
    gaps = np.isnan(noisy[0].values[:, 1])
    assert (model.layers[2, 1:, gaps, 1] == model.layers[2, :1, gaps, 1]).all(), "a gap is filled as it is stated"
    assert (model.layers[0, 1:, :, 0] != model.layers[0, 0, :, 0]).mean() > 0.9
    widths = [
        (found["rank_p95"] - found["rank_p05"]).mean()
        for found in (intervals(*given, 400, 1) for given in (plain, noisy))
    ]
    assert widths[1] > widths[0] + 3
    assert np.array_equal(noisy[1].nodes.scores, plain[1].nodes.scores, equal_nan=True)


def test_a_methodology_without_them_and_figures_without_errors_draw_nothing() -> None:
    for given in (world(0.3, 0), world(0.0, 0)):
        ((_, model),) = models(*given)
        assert "source_errors" not in [i.name for i in model.inputs]


def test_the_index_draws_within_the_banks_errors_and_the_audit_says_what_they_add(engine, catalogue) -> None:
    cells = lab_queries.treated_cells(engine)
    errors = lab_queries.stated_errors(engine, catalogue, cells)
    stated = {s.code for s in catalogue.indicators.values() if s.standard_error}
    own = cells[cells["indicator"].isin(stated)]
    assert len(stated) == 3 and (errors[own.index] > 0).mean() > 0.99, "no treatment moves them"
    assert 0.05 < np.median(errors[own.index]) < 0.5
    assert not errors[~cells["indicator"].isin(stated).to_numpy()].any()
    told = audit_queries.index_audit_rows(engine, max(served.scored_years(engine)))
    assert "source_errors" in told.to_numpy().astype(str)
