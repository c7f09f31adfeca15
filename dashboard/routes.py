"""Files served beside the pages: observations and scores as CSV, streamed."""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, request

from dashboard.context import Context, current
from publish.formats import csv

BLUEPRINT = Blueprint("download", __name__, url_prefix="/download")


@BLUEPRINT.get("/observations.csv")
def observations() -> Response:
    """Send the tidy observations; `?indicator=` and `?area=` may each be given several times."""
    ctx = current()
    indicators = _chosen("indicator", ctx.catalogue.indicators)
    areas = _chosen("area", ctx.areas.codes)
    pairs = bool(indicators) and all(
        ctx.catalogue.indicators[i].arity == "pair" for i in indicators or ()
    )
    lines = csv.observation_lines(ctx.engine, ctx.catalogue, indicators, areas, pairs=pairs)
    return _attachment(lines, _name("observations", ctx, indicators, areas))


@BLUEPRINT.get("/scores.csv")
def scores() -> Response:
    """Send the scores with their intervals; `?node=` limits them to the index, a factor or a dimension."""
    ctx = current()
    node = (_chosen("node", {n.code for n in ctx.catalogue.framework.nodes}) or [None])[0]
    return _attachment(
        csv.score_lines(ctx.engine, ctx.catalogue, node),
        _name("scores", ctx, [node] if node else None),
    )


def _chosen(name: str, known: Iterable[str]) -> list[str] | None:
    """Return the values of a filter, None when it is not set; 404 for a code that does not exist."""
    given = [v for v in request.args.getlist(name) if v]
    if set(given) - set(known):
        abort(404)
    return given or None


def _name(kind: str, ctx: Context, *filters: list[str] | None) -> str:
    parts = [part for chosen in filters if chosen and len(chosen) == 1 for part in chosen]
    return "-".join(["scidip", kind, *parts, ctx.data_version or "empty"]) + ".csv"


def _attachment(lines: Iterable[str], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(lines, mimetype="text/csv", headers=headers)
