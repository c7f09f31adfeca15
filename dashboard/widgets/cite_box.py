"""How to cite what a page shows: short and long, to be copied, and as files for reference managers."""

from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from scidip.dashboard.core.context import Context
from scidip.dashboard.core.fast_html import aria, for_scripts
from scidip.indicators.language.current import _
from scidip.publish.citation import styles, works
from scidip.publish.export.provenance import methodology_digest


def work_of(ctx: Context, indicator: str = "", what: str = "") -> styles.Work:
    """Return the series *indicator*, else the table *what*, to be cited; in English, as every file says it."""
    root = ctx.site
    catalogue = ctx.declared.with_supplied(ctx.supplied)
    version = ctx.data_version
    if indicator:
        return works.series_works(ctx.engine, catalogue, [indicator], version, root)[0]
    return works.table_work(what, version, methodology_digest(catalogue.methodology), root, catalogue.own)


def cite(ctx: Context, indicator: str = "", what: str = "") -> Component:
    """Return the citations of a series or a table, folded, with buttons to copy and links to files."""
    work = work_of(ctx, indicator, what)
    asked = {"indicator": indicator} if indicator else {"what": what}
    links = [
        html.A(
            name, href=f"/api/v1/citation?{urlencode({**asked, 'format': code})}", download="", className="cite-file"
        )
        for name, code in (("BibTeX", "bibtex"), ("RIS", "ris"))
    ]
    rows = [
        _row(_("Long, for a list of references"), styles.long(work)),
        _row(_("Short, for a slide or a footnote"), styles.short(work)),
        html.Div([html.Dt(_("For reference managers")), html.Dd(links)]),
    ]
    return html.Details(
        [html.Summary(_("Cite: {title}").format(title=work.title)), html.Dl(rows, className="facts")], className="cite"
    )


def _row(name: str, text: str) -> Component:
    button = html.Button(
        _("Copy"),
        type="button",
        className="cite-copy",
        **for_scripts(copied=_("Copied")),
        **aria(label=_("Copy: {what}").format(what=name)),
    )
    return html.Div([html.Dt(name), html.Dd([html.Span(text, className="cite-text", lang="en"), button])])
