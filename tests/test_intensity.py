"""Measures of ties, worked by hand, and neutral where ties fall by chance."""

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.pairs import intensity


def layer(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["ref_area", "counterpart_area", "obs_value"])


def test_the_measures_equal_their_formulas() -> None:
    joint, a, b = np.array([10.0]), np.array([40.0]), np.array([90.0])
    assert intensity.salton(joint, a, b) == pytest.approx(10 / 60)
    assert intensity.jaccard(joint, a, b) == pytest.approx(10 / 120)
    assert intensity.affinity(joint, a, b, 1000) == pytest.approx(10 * 1000 / 3600)
    assert intensity.relative_intensity(joint, a, b, 1000) == pytest.approx((10 / 40) / (80 / 960))


def test_relative_intensity_is_one_when_ties_fall_by_chance() -> None:
    # Four equal areas, every pair equally tied: nobody prefers anybody.
    names = "ABCD"
    rows = [(x, y, 6.0) for i, x in enumerate(names) for y in names[i + 1 :]]
    found = intensity.pair_intensities(layer(*rows))
    assert found["intensity"].to_numpy() == pytest.approx(np.ones(6))
    assert found["intensity_back"].to_numpy() == pytest.approx(np.ones(6))


def test_relative_intensity_is_asymmetric() -> None:
    found = intensity.pair_intensities(layer(("A", "B", 50), ("A", "C", 5), ("B", "C", 500), ("C", "D", 400)))
    first = found.iloc[0]
    assert first["intensity"] != pytest.approx(first["intensity_back"])
    # A: 50 of 55 ties are with B; of the 1,800 ends of ties without A, 500 are B's.
    assert first["intensity"] == pytest.approx((50 / 55) / (500 / 1800))


def test_a_partner_with_no_other_ties_has_no_intensity() -> None:
    found = intensity.pair_intensities(layer(("A", "B", 3), ("C", "D", 2)))
    assert np.isnan(found["intensity"].iloc[0])


def test_totals_of_another_kind_can_be_given() -> None:
    found = intensity.pair_intensities(layer(("A", "B", 10)), {"A": 40, "B": 90})
    assert found["salton"].iloc[0] == pytest.approx(10 / 60)
