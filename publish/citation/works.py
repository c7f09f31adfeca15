"""What there is to cite: the tables of the observatory and each series, with its producers."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import Engine

from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.vocabulary import OWN_LICENCE
from scidip.publish.citation.styles import NAME, Work
from scidip.store import table_rows
from scidip.store.table_rows import Cited

LICENCE: Final = "Scores: CC BY 4.0. Figures: the terms of each source, named in the column licence."
_OF_EACH: Final = "the terms of each source, named in the file"
TABLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "observations": ("Figures per country", "/downloads", _OF_EACH),
    "pairs": ("Figures per pair of countries", "/downloads", _OF_EACH),
    "lists": ("Years in which complete lists speak of each country", "/downloads", _OF_EACH),
    "scores": ("Scores and ranks with their intervals", "/ranking", "CC BY 4.0"),
    "stages": ("Scored figures step by step", "/downloads", _OF_EACH),
    "package": ("Data package that recomputes its scores", "/downloads", f"scores CC BY 4.0; figures {_OF_EACH}"),
}
"""Title, page and licence of what is cited as a whole."""


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def holder_of(own: str) -> str:
    """Return whose the tables are: the observatory's, or those of an index of one's own by its name."""
    return f"{own} (own index)" if own else NAME


def name_of(own: str) -> str:
    """Return what the whole is called: the observatory, or an index of one's own."""
    return own or NAME


def table_work(what: str, version: str, methodology: str, root: str = "", own: str = "") -> Work:
    """Return a table to be cited; *root* is the address of the server, empty when unknown.

    own: what an index of one's own is called, where it is that.
    """
    title, path, licence = TABLES[what]
    licence = OWN_LICENCE if own else licence
    scored = what in ("scores", "stages", "package")
    return Work(
        what,
        title,
        version,
        today(),
        licence,
        methodology=methodology if scored else "",
        holder=holder_of(own),
        address=f"{root.rstrip('/')}{path}?v={version}" if root and version else "",
    )


def series_works(
    engine: Engine, catalogue: Catalogue, codes: Collection[str], version: str, root: str = ""
) -> list[Work]:
    """Return the series of *codes* to be cited, in that order."""
    sources = table_rows.cited_sources(engine)
    return [_series(catalogue, code, sources, version, root) for code in codes]


def _series(catalogue: Catalogue, code: str, sources: Mapping[str, Cited], version: str, root: str) -> Work:
    spec = catalogue.indicators[code]
    own = [sources[s] for s in catalogue.sources_of(code) if s in sources]
    page = "/downloads" if spec.arity == "pair" else "/indicator"
    return Work(
        code,
        spec.name,
        version,
        today(),
        "; ".join(dict.fromkeys(s.licence for s in own)),
        tuple((s.title, s.publisher, s.citation, s.vintage) for s in own),
        spec.derive is not None,
        f"{root.rstrip('/')}{page}?indicator={code}&v={version}" if root else "",
        holder=holder_of(catalogue.own),
    )
