"""What the tools read: the figures that serve, asked for anew when others begin to serve."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from scidip.findings.session import Reader
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.source import SourceSpec
from scidip.store.queries import served


@dataclass(frozen=True)
class ToolDesk(Reader):
    """A reader that knows the sources and its own address as well: what the functions of the API ask of a context."""

    sources: Mapping[str, SourceSpec] = field(default_factory=dict)
    site: str = ""

    def link(self, page: str, **query: Any) -> str:
        """Return the address of a page with the data version it was read of."""
        told = {k: v for k, v in query.items() if v not in (None, "")}
        version = {"v": self.data_version} if self.data_version else {}
        return f"{self.site.rstrip('/')}{page}?{urlencode({**told, **version})}"


@dataclass
class Desks:
    """Gives the desk of the figures that serve; a new one when they are others than before."""

    engine: Engine
    catalogue: Catalogue
    areas: Areas
    sources: Mapping[str, SourceSpec]
    site: str
    _last: ToolDesk | None = None
    _lock: Lock = field(default_factory=Lock)

    def current(self) -> ToolDesk:
        """Return the desk of the figures that serve now."""
        with self._lock:
            version = served.data_version(self.engine)
            if self._last is None or self._last.data_version != version:
                self._last = ToolDesk(self.engine, self.catalogue, self.areas, sources=self.sources, site=self.site)
            return self._last
