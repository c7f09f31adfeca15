"""The steps of the OECD/JRC Handbook, each a registry of small functions found by name."""

from scidip.indicators.methods.aggregate import AGGREGATORS, RELATIVE_AGGREGATORS
from scidip.indicators.methods.donors import donors
from scidip.indicators.methods.impute import IMPUTERS
from scidip.indicators.methods.normalise import NORMALISERS
from scidip.indicators.methods.outliers import TREATMENTS
from scidip.indicators.methods.weight import WEIGHTERS

__all__ = ["AGGREGATORS", "IMPUTERS", "NORMALISERS", "RELATIVE_AGGREGATORS", "TREATMENTS", "WEIGHTERS", "donors"]
