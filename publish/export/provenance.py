"""What every file and answer says of itself: data version, methodology, licence, citation, sources."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.vocabulary import OWN_LICENCE
from scidip.publish.citation import styles as citation
from scidip.publish.citation import works
from scidip.publish.citation.styles import NAME
from scidip.publish.citation.works import LICENCE
from scidip.store import table_rows
from scidip.store.queries import served

__all__ = ["LICENCE", "NAME", "About", "about", "about_table", "methodology_digest"]


@dataclass(frozen=True)
class About:
    """Where a file comes from.

    `sources` holds title, licence and citation of each; `series` code, licence, long and short citation.
    """

    data_version: str = ""
    methodology: str = ""
    methodology_digest: str = ""
    licence: str = LICENCE
    citation: str = ""
    citation_short: str = ""
    sources: tuple[tuple[str, str, str], ...] = ()
    series: tuple[tuple[str, str, str, str], ...] = ()


def methodology_digest(methodology: Methodology) -> str:
    """Return ten hex digits that name a methodology."""
    return hashlib.sha256(methodology.model_dump_json().encode()).hexdigest()[:10]


def about(engine: Engine, catalogue: Catalogue, version: str | None = None) -> About:
    """Return what an answer about the figures and scores that serve says of itself, without its sources.

    *version* is the data version when it is known already.
    """
    version = served.data_version(engine) if version is None else version
    method = catalogue.methodology
    stamp = f"Data version {version or 'empty'}. Accessed {works.today().isoformat()}."
    return About(
        version,
        f"{method.name}: {method.description}",
        methodology_digest(method),
        OWN_LICENCE if catalogue.own else f"{LICENCE}{_supplied(engine)}",
        citation=f"{works.holder_of(catalogue.own)} (scidip). {stamp}",
        citation_short=f"scidip. {stamp}",
    )


def _supplied(engine: Engine) -> str:
    """Return which series hold figures that the user of this copy supplied, for scores may rest on them; usually ""."""
    codes = served.supplied_indicators(engine)
    return f" Contains figures supplied by the user of this copy: {', '.join(codes)}." if codes else ""


def about_table(engine: Engine, catalogue: Catalogue, what: str, codes: Collection[str] = ()) -> About:
    """Return what a file of the table *what*, with the series *codes*, says of itself."""
    told = about(engine, catalogue)
    whole = works.table_work(what, told.data_version, told.methodology_digest, own=catalogue.own)
    each = works.series_works(engine, catalogue, codes, told.data_version) if codes else []
    own = [c for c, i in catalogue.indicators.items() if i.supplied_by and (c in codes or what == "package")]
    beside = f" Supplied by the user of this copy, and not scored: {', '.join(own)}." if own else ""
    return replace(
        told,
        licence=f"{told.licence}{beside}",
        citation=citation.long(whole),
        citation_short=citation.short(whole),
        sources=tuple(table_rows.source_citations(engine)),
        series=tuple((w.key, w.licence, citation.long(w), citation.short(w)) for w in each),
    )
