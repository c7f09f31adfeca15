"""Counts of requests in the text format of Prometheus: of all processes together, for the operator only."""

import time
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from scidip.dashboard.answers import cache_warming
from scidip.dashboard.core.context import Context
from scidip.dashboard.server import errors, mount
from scidip.indicators.errors import StoreError
from scidip.indicators.language.current import _
from scidip.store.database.engine import DatabaseFault
from scidip.store.queries import served

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus-client is told where processes count together; it reads nothing else."""
SECONDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the classes of times to answer."""
KINDS: Final = {
    "/_dash-update-component": "callback",
    "/_dash-": "part",
    "/assets/": "asset",
    "/api/": "api",
    "/download/": "download",
    "/figure/": "figure",
    "/embed/": "embed",
}
"""What requests are counted as, by how their paths begin; the rest are pages."""
OPERATORS: Final = ("/health", "/ready", "/metrics")
"""What the operator's machines ask all the time: not counted, or it would be most of what is."""
TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


class Counts:
    """What is counted: requests by kind and status, and how long answers took."""

    def __init__(self, folder: Path | None = None) -> None:
        """Count for this process, or for all that count into *folder*."""
        own = CollectorRegistry()
        self.registry, self._folder = own, folder
        self._requests = Counter("scidip_requests", "Requests answered.", ("kind", "status"), registry=own)
        self._seconds = Histogram(
            "scidip_answer_seconds", "Seconds until an answer began.", ("kind",), buckets=SECONDS, registry=own
        )

    def add(self, kind: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(kind, str(status)).inc()
        self._seconds.labels(kind).observe(seconds)

    def text(self, ctx: Context) -> bytes:
        """Return the counts of all processes, and what serves."""
        found = self.registry
        if self._folder is not None:
            found = CollectorRegistry()
            MultiProcessCollector(found, str(self._folder))  # type: ignore[no-untyped-call]
        serves = CollectorRegistry()
        serves.register(_Serves(ctx))
        return generate_latest(found) + generate_latest(serves)


class _Serves(Collector):
    """What serves at the moment it is asked: no process counts it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield the versions, and the newest year and the number of ranked areas where there are scores."""
        try:
            said = self._ctx.query(served.health)
        except (StoreError, DatabaseFault):
            said = {"data_version": "", "latest_year": None, "ranked_areas": 0}
        about = GaugeMetricFamily("scidip_serving", "What serves.", labels=("version", "data_version"))
        about.add_metric((self._ctx.version, said["data_version"] or ""), 1)
        yield about
        yield GaugeMetricFamily("scidip_ranked_areas", "Areas ranked in the newest year.", said["ranked_areas"])
        if said["latest_year"]:
            yield GaugeMetricFamily("scidip_latest_year", "The newest scored year.", said["latest_year"])


def kind_of(path: str) -> str:
    """Return what a request is counted as: one of a few, whatever addresses visitors invent."""
    return next((kind for begin, kind in KINDS.items() if path.startswith(begin)), "page")


def count(server: Flask, counts: Counts) -> None:
    """Make *server* count its answers."""

    def add(response: Response) -> Response:
        if request.path not in OPERATORS and cache_warming.WARMING not in request.environ:
            now = time.perf_counter()
            counts.add(kind_of(request.path), response.status_code, now - g.get("scidip_began", now))
        return response

    # At the first place, which is asked last: what is counted is the status that is sent.
    server.after_request_funcs.setdefault(None, []).insert(0, add)


def metrics(ctx: Context, counts: Counts, networks: Iterable[str]) -> Response:
    """Return the counts for who asks from this machine or one of *networks*; 403 for anybody else.

    Who asks through a proxy that is not the trusted one could be anybody, whatever address he seems to have.
    """
    if not (mount.is_trusted(request.environ, ctx.proxy) and _may_read(request.remote_addr or "", networks)):
        return errors.answer(
            403,
            _("These counts are for the operator of this server."),
            _("They are read on this machine; its operator can name further networks in SCIDIP_METRICS."),
        )
    return Response(counts.text(ctx), content_type=TEXT)


def _may_read(address: str, networks: Iterable[str]) -> bool:
    try:
        asks = ip_address(address)
    except ValueError:
        return False
    return asks.is_loopback or any(asks in ip_network(n, strict=False) for n in networks)


def count_together() -> None:
    """Let all processes that part from this one count into the folder FOLDER names; before any `Counts` is made."""
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


def count_alone() -> None:
    """Let this process count for itself: it makes files for those that count the requests for them."""
    values.ValueClass = values.MutexValue
