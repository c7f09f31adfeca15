"""The steps of the OECD/JRC Handbook, each a registry of small functions found by name."""

from indicators.methods.aggregate import AGGREGATORS, RELATIVE_AGGREGATORS
from indicators.methods.impute import IMPUTERS
from indicators.methods.normalise import NORMALISERS
from indicators.methods.outliers import TREATMENTS
from indicators.methods.weight import WEIGHTERS

__all__ = [
    "AGGREGATORS",
    "IMPUTERS",
    "NORMALISERS",
    "RELATIVE_AGGREGATORS",
    "TREATMENTS",
    "WEIGHTERS",
]
