"""The laboratory of the figures that serve, and what its choices are called."""

from indicators.choices import Laboratory, laboratory
from indicators.language import N_
from publish.findings.desk import Desk
from store import lab_queries

NORMALISE = {
    "min_max": N_("Distances kept (min-max)"),
    "percentile_rank": N_("Only the order counts (percentile rank)"),
    "z_score": N_("Distances in standard deviations (z-score)"),
}
AGGREGATE = {
    "arithmetic": N_("Factors make up for each other (arithmetic mean)"),
    "geometric": N_("They do so less (geometric mean)"),
    "harmonic": N_("They hardly do (harmonic mean)"),
}


def lab_of(desk: Desk) -> Laboratory:
    """Return the laboratory, remembered until the figures change."""

    def make() -> Laboratory:
        return laboratory(
            lab_queries.treated_cells(desk.engine), lab_queries.outside_universe(desk.engine),
            desk.catalogue.indicators, desk.catalogue.frameworks, desk.catalogue.methodology,
        )  # fmt: skip

    found: Laboratory = desk.cache.get(("laboratory", desk.data_version), make)
    return found
