"""The laboratory of the figures that serve, and what its choices are called."""

from scidip.findings.session import Desk
from scidip.indicators.language.current import N_
from scidip.indicators.robustness.alternative_methodologies import Laboratory, laboratory
from scidip.indicators.robustness.country_robustness import Ranked
from scidip.store.queries import lab_queries

NORMALISE = {
    "min_max": N_("Distances kept (min-max)"),
    "percentile_rank": N_("Only the order counts (percentile rank)"),
    "z_score": N_("Distances in standard deviations (z-score)"),
}
AGGREGATE = {
    "arithmetic": N_("High (arithmetic mean)"),
    "geometric": N_("Medium (geometric mean)"),
    "harmonic": N_("Low (harmonic mean)"),
}
"""Compensation between factors."""
SCALES = {
    "min_max": N_("distances kept"),
    "percentile_rank": N_("only the order of countries counts in each figure"),
    "z_score": N_("distances in standard deviations"),
}
MEANS = {
    "arithmetic": N_("arithmetic mean of the factors"),
    "geometric": N_("geometric mean of the factors"),
    "harmonic": N_("harmonic mean of the factors"),
}
"""The same choices as they stand inside a sentence."""


def lab_of(desk: Desk) -> Laboratory:
    """Return the laboratory, remembered until the figures change."""

    def make() -> Laboratory:
        cells = lab_queries.treated_cells(desk.engine)
        return laboratory(
            cells.assign(error=lab_queries.stated_errors(desk.engine, desk.catalogue, cells)),
            lab_queries.outside_universe(desk.engine),
            desk.catalogue.indicators,
            desk.catalogue.frameworks,
            desk.catalogue.methodology,
            desk.areas.peers,
        )

    found: Laboratory = desk.cache.get(("laboratory", desk.data_version), make)
    return found


def ranked_of(desk: Desk, framework: str, year: int) -> Ranked:
    """Return the ranked areas of a year under the default choices, remembered until the figures change."""
    key = ("ranked", framework, year, desk.data_version)
    found: Ranked = desk.cache.get(key, lambda: Ranked(lab_of(desk), framework, year))
    return found
