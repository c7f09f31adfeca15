"""What every file and answer says of itself: data version, methodology, licence, citation, sources."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from indicators.catalogue import Catalogue, Methodology
from store import queries, table_rows

NAME = "Science and Technology Diplomacy Observatory"
LICENCE = "Scores: CC BY 4.0. Figures: the terms of each source, named in the column licence."


@dataclass(frozen=True)
class About:
    """Where a file comes from; `sources` holds title, licence and citation of each."""

    data_version: str = ""
    methodology: str = ""
    methodology_digest: str = ""
    licence: str = LICENCE
    citation: str = ""
    sources: tuple[tuple[str, str, str], ...] = ()


def methodology_digest(methodology: Methodology) -> str:
    """Return ten hex digits that name a methodology."""
    return hashlib.sha256(methodology.model_dump_json().encode()).hexdigest()[:10]


def about(engine: Engine, catalogue: Catalogue) -> About:
    """Return what a file of the figures and scores that serve says of itself."""
    version = queries.data_version(engine)
    today = datetime.now(UTC).date().isoformat()
    method = catalogue.methodology
    return About(
        version, f"{method.name}: {method.description}", methodology_digest(method),
        citation=f"{NAME}. Data version {version or 'empty'}. Accessed {today}.",
        sources=tuple(table_rows.source_citations(engine)),
    )  # fmt: skip
