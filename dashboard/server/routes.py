"""Files served beside the pages: observations and scores as CSV, streamed."""

from collections.abc import Iterable

from flask import Blueprint, Response, abort, request

from scidip.dashboard.core.context import Context, current
from scidip.dashboard.files import expensive
from scidip.findings import terms
from scidip.indicators.model.declared import declaration
from scidip.indicators.supply import SOURCE
from scidip.publish.export import tables
from scidip.publish.export.tables import Table
from scidip.publish.formats import csv
from scidip.publish.work import Work, is_small, key_of
from scidip.store.table_rows import Chosen

BLUEPRINT = Blueprint("download", __name__, url_prefix="/download")


@BLUEPRINT.get("/observations.csv")
def observations() -> Response:
    """Send the tidy observations; `?indicator=` and `?area=` may each be given several times."""
    ctx = current()
    indicators = _chosen("indicator", ctx.catalogue.indicators)
    areas = _chosen("area", ctx.areas.codes)
    pairs = bool(indicators) and all(ctx.catalogue.indicators[i].arity == "pair" for i in indicators)
    reasons = terms.refusals(ctx.engine, ctx.catalogue)
    for code in indicators:
        if code in reasons:
            abort(403, reasons[code])
    values = {k: v for k, v in (("indicator", indicators), ("ref_area", areas)) if v}
    chosen = Chosen(values)
    table = tables.observations(ctx.engine, ctx.catalogue, chosen, pairs=pairs)
    return _attachment(table, _name("observations", ctx, indicators, areas), chosen)


@BLUEPRINT.get("/scores.csv")
def scores() -> Response:
    """Send the scores with their intervals; `?node=` limits them to the index, a factor or a dimension."""
    ctx = current()
    node = _chosen("node", {n.code for n in ctx.catalogue.framework.nodes})[:1]
    chosen = Chosen({"node": node} if node else {})
    table = tables.scores(ctx.engine, ctx.catalogue, chosen)
    return _attachment(table, _name("scores", ctx, node), chosen)


@BLUEPRINT.get("/template.csv")
def template() -> Response:
    """Send the table to fill in for `?indicator=`, which users may supply; `scidip ingest user --file` reads it."""
    ctx = current()
    supplied = {spec.code: spec for spec in ctx.declared.of_source(SOURCE)}
    codes = _chosen("indicator", supplied)
    if len(codes) != 1:
        abort(404)
    text = "".join(csv.template_lines(codes[0], ctx.areas, declaration(supplied[codes[0]])))
    headers = {"Content-Disposition": f'attachment; filename="{codes[0]}.csv"'}
    return Response(text, mimetype=csv.FORMAT.mimetype, headers=headers)


def _chosen(name: str, known: Iterable[str]) -> list[str]:
    """Return the values of a filter, none when it is not set; 404 for a code that does not exist."""
    given = [v for v in request.args.getlist(name) if v]
    if set(given) - set(known):
        abort(404)
    return given


def _name(kind: str, ctx: Context, *filters: list[str]) -> str:
    parts = [part for chosen in filters if len(chosen) == 1 for part in chosen]
    return "-".join([ctx.catalogue.stem, kind, *parts, ctx.data_version or "empty"]) + ".csv"


def _attachment(table: Table, name: str, chosen: Chosen) -> Response:
    """Return a table as a file: streamed when it is small, else a dear one, made once and kept."""
    kind = csv.FORMAT
    if is_small(table.name, chosen):
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(kind.pieces(table), mimetype=kind.mimetype, headers=headers)
    key = ("csv", table.name, key_of(chosen))
    return expensive.sent(Work("tables", key, kind.mimetype, name, lambda: kind.pieces(table)))
