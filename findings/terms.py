"""Which series may not be passed on, and why: the terms of their sources."""

from sqlalchemy import Engine

from scidip.indicators.model.catalogue import Catalogue
from scidip.store import table_rows


def withheld(engine: Engine, catalogue: Catalogue) -> dict[str, str]:
    """Return, by indicator that may not be passed on, the source whose terms forbid it."""
    closed = table_rows.closed_sources(engine)
    found = {}
    for code in catalogue.indicators:
        of = [s for s in catalogue.sources_of(code) if s in closed]
        if of:
            found[code] = of[0]
    return found


def refusals(engine: Engine, catalogue: Catalogue) -> dict[str, str]:
    """Return, by indicator that may not be passed on, the sentence that says why and where to get it."""
    closed = table_rows.closed_sources(engine)
    return {
        code: f"{code} may not be passed on under the terms of {closed[s][0]} ({closed[s][1]}). "
        f"{closed[s][2].rstrip('.')}."
        for code, s in withheld(engine, catalogue).items()
    }
