"""What the API says of itself: limits, filters, the OpenAPI document and a page to read."""

from html import escape
from typing import Any, Final

from publish.writing import formats

DEFAULT_LIMIT: Final = 1_000
MAX_LIMIT: Final = 10_000
FILTERS: Final[dict[str, tuple[str, ...]]] = {
    "observations": ("indicator", "ref_area", "time_period"),
    "pairs": ("indicator", "ref_area", "counterpart_area", "time_period"),
    "scores": ("framework", "node", "ref_area", "time_period"),
    "stages": ("indicator", "ref_area", "time_period"),
}
TABLES: Final[dict[str, str]] = {
    "observations": "Figures per area, each with its own year, source, vintage and licence.",
    "pairs": "Figures per pair of areas.",
    "scores": "Scores and ranks with their intervals, of the index, factors and dimensions.",
    "stages": "Scored figures step by step: raw, treated, imputed, normalised, weighted.",
}
LISTS: Final[dict[str, str]] = {
    "structure": "Columns of the tables, frameworks and scored years.",
    "areas": "Countries and territories with their groups.",
    "indicators": "Definitions of the indicators.",
    "sources": "Sources with licence and citation.",
    "methodologies": "The methodology, its parameters and reasons.",
    "runs": "What was read and scored, and when.",
    "compare": "Whether area a stands above area b, and in what share of ways of counting.",
    "claim": "Whether a claim in a sentence is supported, with probability, figures and a frozen link.",
}
PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "compare": ("a", "b", "year", "node"),
    "claim": ("text",),
}
REQUIRED: Final = {("compare", "a"), ("compare", "b"), ("claim", "text")}
_WORDS: Final = {
    "time_period": "A year (2020) or a span (2018:2023).",
    "limit": f"Rows of a page, 1 to {MAX_LIMIT}; JSON pages hold {DEFAULT_LIMIT}, files all, unless told.",
    "cursor": "The value of `next` (or the header X-Next-Cursor); for the same data version and filters.",
    "year": "A scored year; the newest if not given.",
    "node": "The index or a factor.",
    "text": "A sentence, such as: Portugal ranks above Greece in national factors in 2022.",
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    paths = {f"/{n}": {"get": _operation(n, d)} for n, d in (TABLES | LISTS).items()}
    error = {"type": "object", "required": ["code", "message", "remedy"], "properties": {
        k: {"type": "string"} for k in ("code", "message", "remedy")}}  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "Science and Technology Diplomacy Observatory", "version": "1",
                 "description": f"Read-only. At most {MAX_LIMIT} rows a page."},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": {"Error": {"type": "object", "required": ["error"], "properties": {"error": error}}}},
    }  # fmt: skip


def _operation(name: str, description: str) -> dict[str, Any]:
    if name in TABLES:
        parameters = [_parameter(n) for n in (*FILTERS[name], "limit", "cursor")]
        parameters.append(
            {
                "name": "format",
                "in": "query",
                "schema": {"type": "string", "enum": list(formats()), "default": "json"},
            }
        )
    else:
        parameters = [_parameter(n, (name, n) in REQUIRED) for n in PARAMETERS.get(name, ())]
    refused = {"description": "What was wrong and what to do.", "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}  # fmt: skip
    return {
        "operationId": name, "summary": description, "parameters": parameters,
        "responses": {
            "200": {"description": description, "content": {"application/json": {"schema": {
                "type": "object", "required": ["data_version", "methodology_digest", "licence", "citation", "data"]}}}},
            "304": {"description": "Nothing has changed since the ETag given."},
            **dict.fromkeys(("400", "403", "404", "409"), refused),
        },
    }  # fmt: skip


def _parameter(name: str, required: bool = False) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": "string"}
    if name == "limit":
        kind = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    words = _WORDS.get(name, "One code, or several with commas between.")
    return {"name": name, "in": "query", "required": required, "description": words, "schema": kind}


def page() -> str:
    """Return the description as a page without scripts."""
    rows = "".join(
        f'<tr><td><a href="/api/v1/{n}">/{n}</a></td><td>{escape(d)}</td>'
        f"<td>{', '.join((*FILTERS.get(n, ()), *PARAMETERS.get(n, ()))) or '–'}</td></tr>"
        for n, d in (TABLES | LISTS).items()
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>API · scidip</title>'
        '<meta name="viewport" content="width=device-width"></head><body><main><h1>API, version 1</h1>'
        "<p>Read-only. Filters are names of columns: "
        "<code>/api/v1/scores?ref_area=FRA,DEU&amp;time_period=2018:2023</code>. "
        f"Formats: <code>{', '.join(formats())}</code>. A page of JSON holds {DEFAULT_LIMIT:,} rows unless "
        f"<code>limit</code> says otherwise, at most {MAX_LIMIT:,}; <code>next</code> is the cursor of the next page. "
        "Files in other formats hold everything unless a limit is given. Every answer names its data version, "
        'methodology, licence and citation.</p><p><a href="/api/v1/openapi.json">OpenAPI description</a></p>'
        f"<table><thead><tr><th>Address</th><th>What it holds</th><th>Parameters</th></tr></thead><tbody>{rows}</tbody>"
        "</table></main></body></html>"
    )
