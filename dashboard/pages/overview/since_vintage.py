"""What changed in the figures since the vintages before: for the foot of the overview."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.widgets import components
from scidip.figures.text import numbers
from scidip.findings.exhibit import said
from scidip.findings.exhibits import quality as quality_exhibits
from scidip.indicators.language.current import _
from scidip.store import provenance

MOST = 6
"""Sources listed."""


def changes_of(ctx: Context) -> pd.DataFrame:
    """Return `provenance.last_changes`, remembered until the figures change."""
    frame: pd.DataFrame = ctx.query(provenance.last_changes, most=MOST)
    return frame


def section(ctx: Context) -> Component:
    """Return the sources that were replaced last with what that changed, or that none was replaced yet."""
    frame = changes_of(ctx)
    more = components.sentence(
        _("Every vintage and every row set aside: {page}."), page=dcc.Link(_("Data quality"), href="/data-quality")
    )
    head = html.H2(_("Since the last vintage"), className="figure-title")
    if frame.empty:
        words = _("Every source stands at the first vintage loaded here: no figure has been replaced yet.")
        return html.Section([head, html.P([words, " ", *more], className="note")], className="figure since")
    heads = (_("Source"), _("Replaced on"), _("New"), _("Revised"), _("Withdrawn"))
    table = quality_exhibits.revisions(frame)
    rows = [_row(r) for r in table.records()]
    return html.Section(
        [
            head,
            components.data_table(said(table.caption), heads, rows, table, "stack since-table"),
            html.P(more, className="figure-footer"),
        ],
        className="figure since",
    )


def _row(row: Mapping[str, Any]) -> list[str]:
    counts = [numbers.value(row[key], "count") for key in ("new", "revised", "withdrawn")]
    return [row["source"], row["replaced_on"], *counts]
