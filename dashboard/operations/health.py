"""`/health`: this process answers. `/ready`: the database serves scores, so that visitors may be sent here."""

from flask import Flask, Response, jsonify

from scidip.dashboard.core.context import Context
from scidip.dashboard.operations.counts import Counts, count, metrics
from scidip.store.database.postgres.standing import standing
from scidip.store.queries import served

LATER = "5"
"""Seconds after which a load balancer may ask again whether it is ready."""


def register(server: Flask, ctx: Context, counts: Counts, metrics_to: tuple[str, ...] = ()) -> None:
    """Make *server* answer the operator's machines; *metrics_to* are networks besides this machine that read counts."""

    @server.get("/health")
    def health() -> Response:
        """Answer 200 with versions, the newest year, how many are ranked, and which database is read."""
        return jsonify(
            {"status": "ok", "version": ctx.version, **ctx.query(served.health), "database": standing(ctx.engine)}
        )

    @server.get("/ready")
    def ready() -> Response:
        """Answer 200 when the database serves scores; else 503: it has none yet. Without a database, 503 as well."""
        said = ctx.query(served.health)
        serves = bool(said["ranked_areas"])
        response = jsonify({"status": "ready" if serves else "no scores", "version": ctx.version, **said})
        if not serves:
            response.status_code = 503
            response.headers["Retry-After"] = LATER
        return response

    @server.get("/metrics")
    def read_metrics() -> Response:
        """Send the counts in the text format of Prometheus to those who may read them."""
        return metrics(ctx, counts, metrics_to)

    count(server, counts)
