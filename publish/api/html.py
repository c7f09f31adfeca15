"""The readable page of the API: addresses, filters, limits and errors, without scripts."""

from collections.abc import Collection, Mapping
from html import escape
from typing import Final
from urllib.parse import quote

from scidip.indicators.vocabulary import DEFAULT_INDEX
from scidip.publish.api.openapi import DEFAULT_LIMIT, FILTERS, LISTS, MAX_LIMIT, OF_TWO, PARAMETERS, TABLES
from scidip.publish.citation.styles import NAME, TEXTS
from scidip.publish.export.writing import formats

_DOCUMENT: Final = """<!DOCTYPE html>
<html lang="en" dir="ltr"{theme}><head><meta charset="utf-8"><title>API · {site}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css"><link rel="stylesheet" href="/assets/api.css"></head>
<body class="api"><a href="#content" class="skip-link">Skip to the content</a>
<header class="site-header"><div class="wrap header-row"><a class="site-name" href="/">{site}</a>
<nav class="site-nav" aria-label="Pages"><a class="nav-link" href="/downloads">Downloads</a>
<a class="nav-link" href="/api/v1/" aria-current="page">API</a>
<a class="nav-link" href="/api/v1/openapi.json">OpenAPI 3.1</a></nav></div></header>
<main id="content">{body}</main></body></html>"""
_TABLE: Final = """<div class="table-frame" tabindex="0" role="region" aria-label="{caption}">
<table class="table"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"""
_EXAMPLES: Final = {
    "structure": "",
    "compare": "?a=PRT&b=GRC",
    "pair": "?a=FRA&b=DEU",
    "expected": "?area=PRT",
    "events": "?area=POL",
    "citation": "?what=scores&format=text",
    "observations": "?indicator=rd_expenditure_gdp&ref_area=FRA",
    "pairs": "?indicator=copublications&ref_area=FRA&counterpart_area=DEU",
    "scores": "?node=std&ref_area=FRA,DEU&time_period=2018:2023",
    "stages": "?ref_area=FRA&time_period=2022",
}

OF_ANY: Final = ("structure", "citation")
"""Examples that any index can answer."""


def page(root: str, dark: bool = False, title: str = NAME, index: str = "", left_out: Collection[str] = OF_TWO) -> str:
    """Return the description as a page; *root* is the address of the server, for what can be copied.

    Of an index of one's own, *title* is its name, *index* the code of its index, *left_out* what it does not have.
    """
    base = f"{escape(root.rstrip('/'))}/api/v1"
    addresses, notebook = _addresses(left_out, own=bool(index)), _notebook(base, index or DEFAULT_INDEX)
    columns = ('<div class="two-columns">', _asking(), _answers(), "</div>")
    body = "".join((_headline(), addresses, *columns, notebook))
    return _DOCUMENT.format(theme=' data-theme="dark"' if dark else "", site=escape(title), body=body)


def _headline() -> str:
    return (
        '<div class="headline"><p class="kicker">API, version 1 · read-only</p>'
        "<h1>Every figure has an address a program can read.</h1>"
        '<p class="lede">Filters are the names of columns. Every answer names its data version, methodology, licence '
        "and citation, and says in a header whether anything has changed since you last asked.</p></div>"
    )


def _addresses(left_out: Collection[str], *, own: bool) -> str:
    tables, lists = ({n: d for n, d in every.items() if n not in left_out} for every in (TABLES, LISTS))
    examples = {n: e for n, e in _EXAMPLES.items() if n in OF_ANY or not own}
    return (
        "<section><h2>What can be asked</h2>"
        + _table("Tables, in any format", tables, examples)
        + _table("Lists, in JSON", lists, examples)
        + "</section>"
    )


def _table(caption: str, routes: dict[str, str], examples: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="/api/v1/{n}{escape(examples.get(n, ""))}"><code>/{n}</code></a></th>'
        f"<td>{escape(d)}</td><td>{_names((*FILTERS.get(n, ()), *PARAMETERS.get(n, ())))}</td></tr>"
        for n, d in routes.items()
    )
    head = "".join(f'<th scope="col">{w}</th>' for w in ("Address", "Returns", "Filters"))
    return _TABLE.format(caption=escape(caption), head=head, rows=rows)


def _names(names: tuple[str, ...]) -> str:
    return " ".join(f"<code>{n}</code>" for n in names) or '<span class="muted">none</span>'


def _facts(title: str, facts: dict[str, str]) -> str:
    rows = "".join(f"<div><dt>{term}</dt><dd>{text}</dd></div>" for term, text in facts.items())
    return f'<section><h2>{title}</h2><dl class="facts">{rows}</dl></section>'


def _asking() -> str:
    offered = " ".join(f"<code>{code}</code>" for code in formats())
    return _facts(
        "Parameters",
        {
            "Several codes": "<code>ref_area=FRA,DEU</code>, at most 500.",
            "Years": "<code>time_period=2020</code>, a span <code>2018:2023</code>, or open <code>2018:</code>.",
            "Formats": f"<code>format=</code> {offered}. JSON if nothing is said.",
            "Limits": f"A page of JSON holds {DEFAULT_LIMIT:,} rows, or <code>limit</code> of them, at most "
            f"{MAX_LIMIT:,}. Other formats without <code>limit</code> send everything, streamed.",
            "Pages": "<code>next</code> (or the header <code>X-Next-Cursor</code>) is the cursor of the next page. "
            "It holds for one data version: after the figures change it is refused, so that no row is "
            "read twice or missed.",
            "Earlier figures": "With <code>release</code> name a version of <code>/versions</code>, by digits or by "
            "name: everything is then answered as of it. The last ten are kept, and those with a name for ever.",
            "Citation": "<code>/citation?indicator=…</code> or <code>?what=…</code>, as "
            + " ".join(f"<code>{c}</code>" for c in TEXTS)
            + " or <code>json</code>.",
        },
    )


def _answers() -> str:
    return _facts(
        "Answers",
        {
            "Changed?": "Send the <code>ETag</code> back as <code>If-None-Match</code>; <code>304</code> says that "
            "nothing has.",
            "Errors": '<code>{"error": {"code", "message", "remedy"}}</code>: what was wrong, what to do, '
            "and for an unknown code the nearest known ones.",
            "400": "The question was not understood.",
            "403": "The producer’s terms forbid passing the series on; the sentence says where to get it.",
            "404": "No such address, or the country is not ranked in the year.",
            "405": "Only reading: GET, HEAD and OPTIONS. Pages of other sites may ask.",
            "409": "The cursor is of an earlier data version.",
        },
    )


def _notebook(base: str, index: str) -> str:
    year = "time_period=2023&amp;" if index == DEFAULT_INDEX else ""
    address = f"{base}/scores?node={quote(index)}&amp;{year}format=csv"
    return (
        "<section><h2>In a notebook</h2>"
        f'<p class="note">pandas</p><pre tabindex="0"><code>import pandas as pd\n\nscores = pd.read_csv("{address}")'
        "</code></pre>"
        f'<p class="note">R</p><pre tabindex="0"><code>scores &lt;- read.csv("{address}")</code></pre></section>'
    )
