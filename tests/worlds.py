"""A small named world for tests: five areas, three indicators, every pathology once. Synthetic."""

import tomllib

import pandas as pd

from scidip.indicators.lists import COVERAGE_COLUMNS, with_none
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.not_ranked_reasons import Reason
from scidip.indicators.model.observations import Matrix, to_matrix
from scidip.indicators.vocabulary import NOT_APPLICABLE, OBSERVATION_COLUMNS, NotRanked

AREAS = ("ARE", "BRA", "CHE", "DNK", "EGY")
YEARS = (2020, 2021, 2022)
TOO_SMALL = Reason(NotRanked.SMALL_POPULATION, min_population=1_000)

FRAMEWORK = tomllib.loads(
    """
code = "small"
name = "Small"
description = "Two factors, three dimensions."
reference = "tests"
index_code = "std"
index_name = "Index"

[[factor]]
code = "one"
name = "First"
[[factor.dimension]]
code = "one_a"
name = "First a"
indicators = ["up", "down"]
[[factor.dimension]]
code = "one_b"
name = "First b"
not_measured = "nobody counts it"
[[factor]]
code = "two"
name = "Second"
[[factor.dimension]]
code = "two_a"
name = "Second a"
indicators = ["prizes"]
"""
)

INDICATORS = [
    {
        "code": "up",
        "name": "Up",
        "definition": "More is better.",
        "unit": "percent",
        "source": "s",
        "series": "U",
        "max_age": 1,
    },
    {
        "code": "down",
        "name": "Down",
        "definition": "Less is better.",
        "unit": "percent",
        "source": "s",
        "series": "D",
        "direction": -1,
        "max_age": 0,
    },
    {
        "code": "prizes",
        "name": "Prizes",
        "definition": "A complete list.",
        "unit": "count",
        "source": "s",
        "series": "P",
        "absent": "none_in_edition",
        "max_age": 0,
    },
]

FIGURES = [
    ("up", "ARE", 2020, 10.0),
    ("up", "ARE", 2021, 20.0),
    ("up", "ARE", 2022, 30.0),
    ("up", "BRA", 2020, 0.0),  # carried to 2021, gone in 2022
    ("up", "CHE", 2022, 40.0),
    ("up", "DNK", 2020, 20.0),
    ("up", "DNK", 2021, 20.0),
    ("up", "DNK", 2022, 20.0),
    ("down", "ARE", 2022, 5.0),
    ("down", "CHE", 2022, 1.0),
    ("down", "DNK", 2022, 3.0),
    ("prizes", "ARE", 2022, 0.0),  # an observed zero, unlike those that the list implies
    ("prizes", "CHE", 2021, 4.0),
    ("prizes", "CHE", 2022, 2.0),
    ("prizes", "DNK", 2022, 1.0),
]


def framework() -> Framework:
    """Return the small framework."""
    return Framework.model_validate(FRAMEWORK)


def specs() -> dict[str, IndicatorSpec]:
    """Return the three indicators by code."""
    return {entry["code"]: IndicatorSpec.model_validate(entry) for entry in INDICATORS}


def methodology(**changes: object) -> Methodology:
    """Return the plainest methodology, with *changes* made to it."""
    document = {
        "code": "plain",
        "name": "Plain",
        "description": "",
        "seed": 7,
        "treat": {"method": "none"},
        "normalise": {"method": "min_max"},
        "coverage": {"factor": 0.5, "indicators": 0.5},
        "uncertain": {"draws": 200, "weights": 0.25, "aggregate": ["arithmetic", "geometric"]},
    }
    return Methodology.model_validate(document | changes)


def observations() -> pd.DataFrame:
    """Return the figures as an observation frame."""
    frame = pd.DataFrame(FIGURES, columns=["indicator", "ref_area", "time_period", "obs_value"])
    return frame.assign(counterpart_area=NOT_APPLICABLE, obs_status="A", file=0, row=1)[list(OBSERVATION_COLUMNS)]


def small_world() -> Matrix:
    """Return the matrix: EGY has nothing, BRA is too small to be ranked."""
    outside = [[TOO_SMALL if a == "BRA" else None for _ in YEARS] for a in AREAS]
    known = with_none(observations(), editions())
    return to_matrix(known, list(specs().values()), AREAS, YEARS, outside)


def editions() -> pd.DataFrame:
    """Return where the list of prizes speaks: of all areas, in 2021 and 2022."""
    rows = [("prizes", area, 2021, 2022) for area in AREAS]
    return pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS))
