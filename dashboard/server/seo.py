"""The description for search engines that goes with the pages of indicators and downloads."""

from dataclasses import replace
from typing import Any

import pandas as pd
from flask import request

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import cite_box
from scidip.dashboard.widgets import quantity as quantities
from scidip.dashboard.widgets.quantity import Quantity
from scidip.findings import terms
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.publish.citation import schema_org, styles
from scidip.publish.citation.schema_org import Described
from scidip.publish.citation.works import holder_of
from scidip.store.queries import indicator_queries

PAGES = ("/indicator", "/downloads")


def head(ctx: Context) -> str:
    """Return what the served document says of the data on it; nothing for other pages, or without scores."""
    if request.path not in PAGES or not ctx.years:
        return ""
    code = request.args.get("indicator", "")
    if request.path == "/downloads" and code not in ctx.catalogue.indicators:
        found = _scores(ctx, ctx.catalogue.framework.index_code, "/downloads")
    else:
        known = code in quantities.codes(ctx)
        shown = Quantity(ctx, code if known else ctx.catalogue.framework.leaves[0])
        if request.path == "/downloads":
            shown = Quantity(ctx, code)
        found = _series(ctx, shown) if shown.spec else _scores(ctx, shown.code, "/indicator")
    return schema_org.script(schema_org.dataset(replace(found, holder=holder_of(ctx.catalogue.own)), ctx.site))


def _series(ctx: Context, quantity: Quantity) -> Described:
    spec = quantity.spec
    assert spec is not None
    sources = [ctx.sources[s] for s in ctx.catalogue.sources_of(spec.code) if s in ctx.sources]
    coverage = ctx.query(indicator_queries.indicator_coverage, code=spec.code)
    unit = quantity.unit
    names = ", ".join(s.title for s in sources)
    table = "pairs" if spec.arity == "pair" else "observations"
    return Described(
        spec.code,
        spec.name,
        f"{spec.definition} Unit: {unit}. Source: {names}. {spec.note}".strip(),
        unit,
        ctx.data_version,
        styles.long(cite_box.work_of(ctx, spec.code)),
        _technique(spec, [s.publisher for s in sources]),
        f"{'/downloads' if spec.arity == 'pair' else '/indicator'}?indicator={spec.code}",
        f"/api/v1/{table}?indicator={spec.code}",
        tuple(s.licence_url or s.licence for s in sources),
        () if spec.derive else tuple(dict.fromkeys(s.publisher for s in sources)),
        _span(coverage),
        int(coverage["areas"].max()) if len(coverage) else 0,
        terms.refusals(ctx.engine, ctx.catalogue).get(spec.code, ""),
    )


def _technique(spec: IndicatorSpec, publishers: list[str]) -> str:
    if spec.derive:
        return f"Computed by scidip: {spec.derive.measure} of {', '.join(spec.derive.of)}"
    return f"As published by {', '.join(publishers)}, series {spec.series}"


def _scores(ctx: Context, node: str, page: str) -> Described:
    quantity, method = Quantity(ctx, node), ctx.catalogue.methodology
    coverage = ctx.query(indicator_queries.node_coverage, node=node)
    query = f"?indicator={node}" if page == "/indicator" else ""
    return Described(
        f"score_{ctx.catalogue.in_files(node)}",
        f"{quantity.name}: scores and ranks of countries",
        "Composite scores from 0 to 100 with ranks and their 5-95 % ranges, per country and year. "
        f"{method.description}",
        "score 0-100",
        ctx.data_version,
        styles.long(cite_box.work_of(ctx, what="scores")),
        method.description,
        f"{page}{query}",
        f"/api/v1/scores?node={ctx.catalogue.in_files(node)}",
        years=_span(coverage),
        areas=int(coverage["areas"].max()) if len(coverage) else 0,
        licences=(ctx.catalogue.scores_licence if ctx.own else schema_org.SCORES_LICENCE,),
    )


def _span(coverage: pd.DataFrame) -> Any:
    years = coverage["time_period"]
    return (int(years.min()), int(years.max())) if len(years) else None
