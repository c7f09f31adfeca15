"""The corners of the weights allowed give each unit the score that its own linear programme gives it."""

import numpy as np
import pytest

from scidip.indicators.methods import doubt
from scidip.indicators.methods.aggregate import benefit_of_the_doubt


@pytest.mark.parametrize("children", range(1, doubt.MOST_CORNERS + 1))
@pytest.mark.parametrize("seed", range(6))
def test_corners_score_as_the_programme_of_each_unit(monkeypatch, children: int, seed: int) -> None:
    """Figures of different scale, with gaps, equal units and a child that nobody has anything of."""
    chance = np.random.default_rng(seed)
    values = chance.random((40, children)) * chance.choice([1, 100], children)
    values[chance.random(values.shape) < 0.15] = np.nan
    values[:5] = values[5:10]
    if seed % 3 == 0:
        values = np.round(values, 1)
    if seed % 2:
        values[:, 0] = np.where(np.isnan(values[:, 0]), np.nan, 0.0)
    found = benefit_of_the_doubt(values, np.ones(children))
    monkeypatch.setattr(doubt, "MOST_CORNERS", 0)
    programme = benefit_of_the_doubt(values, np.ones(children))
    assert np.allclose(found, programme, rtol=1e-9, equal_nan=True)
    assert np.nanmax(found, initial=0.0) <= 1 + 1e-12
