"""Scores, ranks and ranges are those that version 0.7.0 published, in all years and both frameworks."""

import numpy as np
import pytest

from tests.ahead import served_context
from tests.golden import exhibits
from tests.golden.write import ENDS, FRAMEWORKS, Numbers, differences, digest_of, held, numbers_of

RENEW = "tests/golden/write.py says when and how to renew the golden numbers"


@pytest.fixture(scope="module")
def golden() -> Numbers:
    return held()


@pytest.fixture(scope="module")
def gaps(engine, golden: Numbers) -> dict[str, float]:
    assert digest_of(engine) == str(golden["figures"]), f"other figures are scored: {RENEW}"
    return differences(numbers_of(engine), golden)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_scores_and_ranks_are_the_golden_ones(gaps: dict[str, float], framework: str) -> None:
    """Of the index, the factors and the dimensions."""
    for labels in ("nodes", "areas", "years"):
        assert gaps[f"{framework}/{labels}"] == 0, f"other {labels}: {RENEW}"
    assert gaps[f"{framework}/score"] <= 1e-12
    assert gaps[f"{framework}/rank"] == 0


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_ranges_of_rank_end_within_one_place_of_the_golden_ones(gaps: dict[str, float], framework: str) -> None:
    assert max(gaps[f"{framework}/{end}"] for end in ENDS) <= 1


def test_the_golden_numbers_hold_all_years_and_both_frameworks(golden: Numbers) -> None:
    for framework in FRAMEWORKS:
        years = golden[f"{framework}/years"].tolist()
        assert years == [*range(years[0], 2024), 2026]
        assert years[0] <= 2012
        scores = golden[f"{framework}/score"]
        assert len(golden[f"{framework}/nodes"]) > 20
        assert np.isfinite(scores).sum() > 30_000
        assert (golden[f"{framework}/rank"] > 0).sum() == (golden[f"{framework}/rank_p05"] > 0).sum()


@pytest.mark.parametrize("kind", ["score", "rank", "rank_p05", "years"])
def test_any_number_that_moves_is_noticed(golden: Numbers, kind: str) -> None:
    name = f"{FRAMEWORKS[0]}/{kind}"
    moved = golden[name].copy()
    known = np.argwhere(np.nan_to_num(moved) > 0)[-1]
    moved[tuple(known)] += {"score": 1e-11}.get(kind, 2)
    assert differences(golden, golden)[name] == 0
    assert differences(golden | {name: moved}, golden)[name] > (1e-12 if kind == "score" else 1)


@pytest.fixture(scope="module")
def shown(built_url) -> list[str]:
    return exhibits.lines(served_context(built_url))


def test_exhibits_of_countries_and_pairs_are_the_golden_ones(shown: list[str]) -> None:
    golden = exhibits.held()
    moved = [f"- {old}\n+ {new}" for old, new in zip(golden, shown, strict=False) if old != new]
    assert moved[:5] == [] and len(shown) == len(golden), "tests/golden/exhibits.py says when and how to renew them"


def test_the_golden_exhibits_are_of_thirty_countries_and_pairs() -> None:
    pages = {line.split(" ")[0] for line in exhibits.held()}
    assert len({p for p in pages if "-" not in p}) == len({p for p in pages if "-" in p}) == exhibits.MANY
