"""The gravity model: known coefficients are found, intervals hold, nothing is filled in."""

import numpy as np
import pandas as pd
import pytest

from scidip.indicators.errors import ScidipError
from scidip.indicators.gravity.country_effects import fit_effects
from scidip.indicators.gravity.expectation import EXPECTATION, MODEL, tables
from scidip.indicators.gravity.intervals import band_of, coverage
from scidip.indicators.gravity.pair_years import COLUMNS, OUTSIDE, PairYear, pair_years
from scidip.indicators.gravity.poisson import country_errors, deviance, fit, pair_errors, predicted
from scidip.indicators.gravity.validation import MODELS, coverage_of_pairs, folds, unseen

pytestmark = pytest.mark.unit
TRUE = np.array([1.0, 0.6, -0.3, 0.5])


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """A design and Poisson counts of known coefficients (synthetic)."""
    draw = np.random.default_rng(3)
    design = np.column_stack(
        [np.ones(4000), draw.normal(1, 1, 4000), draw.normal(0, 1, 4000), draw.integers(0, 2, 4000)]
    )
    return design, draw.poisson(np.exp(design @ TRUE)).astype(float)


def test_known_coefficients_are_found(drawn) -> None:
    design, counts = drawn
    found = fit(design, counts)
    assert np.abs(found.coefficients - TRUE).max() < 0.03
    # What defines the estimate: the columns are uncorrelated with what is left.
    assert np.abs(design.T @ (counts - found.expected)).max() < 1e-4 * counts.sum()
    assert np.allclose(predicted(design, found.coefficients), found.expected)


def test_estimates_and_errors_are_those_of_statsmodels(drawn) -> None:
    models = pytest.importorskip("statsmodels.api", reason="statsmodels is a dependency of the tests")
    design, counts = drawn
    pair = np.arange(len(counts)) // 2
    found = fit(design, counts)
    plain = models.GLM(counts, design, family=models.families.Poisson())
    robust = plain.fit(cov_type="cluster", cov_kwds={"groups": pair, "use_correction": False}, tol=1e-12)
    assert np.abs(found.coefficients - robust.params).max() < 1e-7
    groups = pair.max() + 1
    own = pair_errors(design, counts, found.expected, pair) / np.sqrt(groups / (groups - 1))
    assert np.abs(own / robust.bse - 1).max() < 1e-6
    assert deviance(counts, found.expected) == pytest.approx(robust.deviance, rel=1e-9)


def test_errors_of_a_country_in_common_are_larger_than_those_of_pairs() -> None:
    draw = np.random.default_rng(5)
    first, second = np.triu_indices(40, 1)
    own = draw.normal(0, 0.5, 40)
    size = draw.normal(0, 1, 40)
    design = np.column_stack([np.ones(len(first)), size[first] + size[second]])
    counts = draw.poisson(np.exp(2 + design[:, 1] * 0.5 + own[first] + own[second])).astype(float)
    found = fit(design, counts)
    pairs = pair_errors(design, counts, found.expected, np.arange(len(counts)))
    assert (country_errors(design, counts, found.expected, first, second) > 1.5 * pairs).all()


def test_what_cannot_be_fitted_is_said() -> None:
    design = np.column_stack([np.ones(50), np.ones(50)])
    with pytest.raises(ScidipError, match="depend on each other"):
        fit(design, np.arange(50.0))


def test_effects_are_those_of_a_column_for_each_country() -> None:
    draw = np.random.default_rng(7)
    first, second = np.triu_indices(12, 1)
    effects, column = draw.normal(1, 0.5, 12), draw.normal(0, 1, (len(first), 1))
    counts = draw.poisson(np.exp(effects[first] + effects[second] - 0.4 * column[:, 0])).astype(float)
    found = fit_effects(column, counts, first, second)
    dummies = np.zeros((len(first), 12))
    dummies[np.arange(len(first)), first] = dummies[np.arange(len(first)), second] = 1
    wanted = fit(np.column_stack([dummies, column]), counts)
    assert np.abs(found.effects - wanted.coefficients[:12]).max() < 1e-5
    assert found.coefficients[0] == pytest.approx(wanted.coefficients[12], abs=1e-5)
    # Every country has as many ties as are expected of it.
    for country in range(12):
        own = (first == country) | (second == country)
        assert counts[own].sum() == pytest.approx(found.expected[own].sum(), rel=1e-5)


def test_deviance_by_hand() -> None:
    assert deviance(np.array([0.0, 2.0]), np.array([1.0, 2.0])) == pytest.approx(2.0)
    assert deviance(np.array([4.0]), np.array([2.0])) == pytest.approx(2 * (4 * np.log(2) - 2))


def test_nine_of_ten_new_counts_lie_in_the_band_however_they_are_spread() -> None:
    draw = np.random.default_rng(11)
    expected = np.exp(draw.uniform(0, 7, 8000))
    spread = draw.gamma(2, 1 / 2, 8000)  # a negative binomial with variance far above the mean
    counts = draw.poisson(expected * spread).astype(float)
    low, high = band_of(counts[:4000], expected[:4000]).of(expected[4000:])
    assert (low <= high).all() and (low >= 0).all()
    assert 0.87 < coverage(counts[4000:], low, high) < 0.96
    large = expected[4000:] > 50
    assert 0.86 < coverage(counts[4000:][large], low[large], high[large]) < 0.94


# --- a world --------------------------------------------------------------------------------------


def world(years=(2003, 2004, 2005), n=40, seed=1) -> tuple[pd.DataFrame, dict[str, str]]:
    """A synthetic world of observations with known coefficients, in the shape of the store."""
    draw = np.random.default_rng(seed)
    codes = [f"A{i:02}" for i in range(n)]
    first, second = np.triu_indices(n, 1)
    ends = [[codes[i] for i in first], [codes[j] for j in second]]
    own, point = np.exp(draw.normal(8, 1.5, n)) + 60, draw.normal(0, 1, n)
    flat = {
        "distance_km": np.exp(draw.normal(8, 0.7, len(first))),
        "shared_border": draw.integers(0, 2, len(first)),
        "common_language": draw.integers(0, 2, len(first)),
        "colonial_tie": draw.integers(0, 2, len(first)),
        "shared_igos": draw.integers(20, 70, len(first)),
    }
    size = np.log(own)[first] + np.log(own)[second]
    eta = -6 + 0.6 * size - 0.2 * np.log(flat["distance_km"]) + 0.5 * flat["common_language"]
    frames = []

    def add(code: str, year: int, values, a=codes, b="_Z") -> None:
        parts = {"indicator": code, "ref_area": a, "counterpart_area": b, "time_period": year, "obs_value": values}
        frames.append(pd.DataFrame(parts))

    for code, values in flat.items():
        add(code, 2002 if code == "shared_igos" else 2011, np.asarray(values, float), *ends)
    for year in (*years, max(years) + 1):
        for code, factor in (("articles", 1.0), ("articles_whole_count", 1.2), ("international_works", 0.5)):
            add(code, year, own * factor)
        add("un_ideal_point", year, point)
        joint = draw.poisson(np.exp(eta) * draw.gamma(4, 1 / 4, len(first))).astype(float)
        kept = joint > 0
        add("copublications", year, joint[kept], *([x for x, k in zip(e, kept, strict=True) if k] for e in ends))
    return pd.concat(frames, ignore_index=True), {code: f"Region {i % 3}" for i, code in enumerate(codes)}


def test_a_world_gives_back_its_coefficients_and_zeros_are_kept() -> None:
    observations, regions = world()
    found = list(pair_years(observations, regions))
    # The newest year of the joint works is being filled and is left out.
    assert [pairs.year for pairs in found] == [2003, 2004, 2005]
    assert all(len(pairs.actual) == 780 and (pairs.actual == 0).any() for pairs in found)
    expected, model = tables(observations, regions)
    assert tuple(expected.columns) == EXPECTATION and tuple(model.columns) == MODEL
    main = model[(model["part"] == "main") & (model["measure"] == "coefficient")]
    means = main.groupby("element")["value"].mean()
    assert means["size"] == pytest.approx(0.6, abs=0.05) and means["language"] == pytest.approx(0.5, abs=0.12)
    assert means["distance"] == pytest.approx(-0.2, abs=0.08) and means["political"] == pytest.approx(0, abs=0.12)
    shares = model[model["part"] == "coverage"]["value"]
    assert len(shares) == 5 and shares.between(0.85, 0.985).all()
    assert (expected["low"] <= expected["high"]).all() and (expected["expected"] >= 5).all()
    assert (expected["ref_area"] < expected["counterpart_area"]).all()
    compared = model[(model["part"] == "compared") & (model["measure"] == "pairs")].set_index("element")["value"]
    assert compared["main"] < compared["size"] and set(compared.index) == set(MODELS)


def test_who_is_not_in_the_model_has_a_reason() -> None:
    observations, regions = world((2003, 2004))
    area, indicator = observations["ref_area"], observations["indicator"]
    small = (area == "A00") & (indicator == "articles")
    observations.loc[small, "obs_value"] = 49.0
    observations.loc[(area == "A01") & (indicator == "international_works"), "obs_value"] = 1e9
    silent = (area == "A02") & (indicator == "un_ideal_point")
    lost = (indicator == "distance_km") & ((area == "A03") | (observations["counterpart_area"] == "A03"))
    uncounted = (area == "A04") & (indicator == "articles_whole_count")
    alone = (indicator == "copublications") & ((area == "A05") | (observations["counterpart_area"] == "A05"))
    found = next(pair_years(observations[~(silent | lost | uncounted | alone)], regions))
    assert found.outside == {
        "A00": "few_works",
        "A01": "attribution",
        "A02": "no_votes",
        "A03": "no_distance",
        "A04": "not_compared",
        "A05": "no_joint",
    }
    assert set(found.outside.values()) | {"no_organisations"} == set(OUTSIDE)
    assert not set(found.outside) & set(found.areas) and len(found.areas) == 34


def test_without_its_sources_there_is_no_model() -> None:
    observations, regions = world((2003,))
    expected, model = tables(observations[observations["indicator"] != "distance_km"], regions)
    assert expected.empty and model.empty and tuple(model.columns) == MODEL
    few = dict.fromkeys(list(regions)[:5], "")
    assert tables(observations, few)[1].empty


def test_a_pair_is_expected_by_a_fit_that_has_not_seen_it() -> None:
    observations, regions = world((2003,))
    pairs = next(pair_years(observations, regions))
    parts = folds(pairs)
    assert set(parts.tolist()) == set(range(5))
    before = unseen(pairs, "main", parts)
    moved = pairs.actual.copy()
    moved[0] += 5000.0
    after = unseen(PairYear(**{**vars_of(pairs), "actual": moved}), "main", parts)
    assert after[0] == pytest.approx(before[0]) and not np.allclose(after[parts != parts[0]], before[parts != parts[0]])
    assert 0.8 < coverage_of_pairs(pairs.actual, before, parts) < 0.99
    assert pairs.design().shape == (len(pairs.actual), len(COLUMNS))


def vars_of(pairs: PairYear) -> dict:
    return {name: getattr(pairs, name) for name in PairYear.__dataclass_fields__}
