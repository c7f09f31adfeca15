"""What the API says of itself: limits, filters and the OpenAPI document."""

from collections.abc import Collection
from typing import Any, Final

from scidip.publish.citation import works
from scidip.publish.citation.styles import NAME, TEXTS
from scidip.publish.export import tables
from scidip.publish.export.export import PERIOD
from scidip.publish.export.tables import Column
from scidip.publish.export.writing import formats

DEFAULT_LIMIT: Final = 1_000
MAX_LIMIT: Final = 10_000
FILTERS: Final[dict[str, tuple[str, ...]]] = {
    "observations": ("indicator", "field", "ref_area", "time_period"),
    "pairs": ("indicator", "field", "ref_area", "counterpart_area", "time_period"),
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
    "indicators": "Definitions of the indicators, each with its citation, long and short.",
    "sources": "Sources with licence and citation.",
    "methodologies": "The methodology, its parameters and reasons.",
    "versions": "The versions of the figures that can be read again: the last ten, and those with a name.",
    "runs": "What was read and scored, and when.",
    "compare": "Whether area a stands above area b, and in what share of the simulated methods.",
    "pair": "What ties two countries: every layer, trends, exposure, complementarity, as tables of values with units.",
    "fields": "A country by field of science: relative activity with its range, by year, and by topic of concern.",
    "openness": "A country's joint publications by year and field: volume, concentration, largest partner; beside all.",
    "expected": "Joint works of a country beside what is expected of them, openings and ties that would be missed.",
    "events": "What followed dated events beside countries or pairs alike, with no effect shown as an answer; by year.",
    "tensions": "Pairs whose positions are far apart and who publish much together, and near ones who publish little.",
    "unesco": "What UNESCO's texts name, how each is answered, and the distance of countries from the world median.",
    "claim": "Whether a claim in a sentence is supported, with probability, figures and a frozen link.",
    "beside": "The index beside another one: ranks with ranges in both, correlation, what is in one only.",
    "citation": "How a series or a table is cited: text, BibTeX, RIS or JSON.",
}
PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "compare": ("a", "b", "year", "node"),
    "pair": ("a", "b", "year"),
    "fields": ("area", "year"),
    "openness": ("area", "year"),
    "expected": ("area", "year"),
    "events": ("area",),
    "tensions": ("area", "year"),
    "unesco": ("area", "year"),
    "claim": ("text",),
    "citation": ("indicator", "what"),
}
OF_PUBLISHED: Final = frozenset({"pairs", "pair", "fields", "openness", "expected", "events", "tensions", "unesco"})
"""What an index of one's own does not have."""
OF_TWO: Final = frozenset({"beside"})
"""What there is only where an index stands beside another."""
RELEASE: Final = "release"
"""The parameter that names a version; every table and list takes it but that of the versions."""
REQUIRED: Final = {
    ("compare", "a"),
    ("compare", "b"),
    ("pair", "a"),
    ("pair", "b"),
    ("expected", "area"),
    ("fields", "area"),
    ("openness", "area"),
    ("claim", "text"),
}
COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "observations": tables.OBSERVATIONS,
    "pairs": tables.PAIRS,
    "scores": tables.SCORES,
    "stages": tables.STAGES,
}
OBJECTS: Final = frozenset({"structure", *PARAMETERS} - {"citation"})
"""Lists whose data are one object; the others are arrays."""
HEAD: Final = ("data_version", "methodology_digest", "licence", "citation", "citation_short")
"""What stands at the head of every answer in JSON, and in headers of all."""
_TYPES: Final = {"text": "string", "year": "integer", "number": "number", "integer": "integer", "boolean": "boolean"}
_WORDS: Final = {
    "time_period": "A year (2020) or a span (2018:2023; either end may be left open).",
    "limit": f"Rows of a page, 1 to {MAX_LIMIT}; JSON pages hold {DEFAULT_LIMIT}, files all, unless told.",
    "cursor": "The value of `next` (or the header X-Next-Cursor); for the same data version and filters.",
    RELEASE: "A version to read as of: its ten digits or its name, of /versions; the newest if not given.",
    "field": "Fields of science, listed in /structure; with them, an indicator may be a measure that has fields.",
    "year": "A scored year; the newest if not given.",
    "node": "A node of a framework, listed in /structure.",
    "area": "ISO alpha-3 code of an area.",
    "a": "ISO alpha-3 code of an area.",
    "b": "ISO alpha-3 code of another area.",
    "what": "A table; give this or indicator.",
    "text": "A sentence, such as: Portugal ranks above Greece in national factors in 2022.",
}


def document(prefix: str = "", title: str = NAME, left_out: Collection[str] = OF_TWO) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of what is called *title*, without the addresses *left_out*."""
    error = {
        "type": "object",
        "required": ["code", "message", "remedy"],
        "properties": {
            **{k: {"type": "string"} for k in ("code", "message", "remedy", "parameter", "data_version")},
            "nearest": {"type": "array", "items": {"type": "string"}},
            "indicators": {"type": "array", "items": {"type": "string"}},
        },
    }
    schemas = {
        "Error": {"type": "object", "required": ["error"], "properties": {"error": error}},
        **{n.capitalize(): _row(columns) for n, columns in COLUMNS.items()},
    }
    about = (
        f"Read-only. JSON comes in pages of {DEFAULT_LIMIT} rows unless `limit` says otherwise, at most {MAX_LIMIT}; "
        "other formats without `limit` send everything, streamed. A filter takes at most 500 codes."
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1", "description": about},
        "servers": [{"url": f"{prefix}/api/v1"}],
        "paths": {f"/{n}": {"get": _operation(n, d)} for n, d in (TABLES | LISTS).items() if n not in left_out},
        "components": {"schemas": schemas},
    }


def _row(columns: tuple[Column, ...]) -> dict[str, Any]:
    """Return the schema of a row: what identifies it is always there, the rest may be null."""
    fields = {
        c.name: {"type": _TYPES[c.kind] if c.role == "dimension" else [_TYPES[c.kind], "null"], "description": c.title}
        for c in columns
    }
    return {"type": "object", "required": [c.name for c in columns], "properties": fields}


def _operation(name: str, description: str) -> dict[str, Any]:
    names = (*FILTERS[name], "limit", "cursor") if name in TABLES else PARAMETERS.get(name, ())
    names = names if name == "versions" else (*names, RELEASE)
    parameters = [_parameter(n, (name, n) in REQUIRED) for n in names]
    offered = ["json"] if name in LISTS else list(formats())
    if name == "citation":
        offered = ["json", *TEXTS]
    parameters.append(
        {
            "name": "format",
            "in": "query",
            "description": "Of the answer.",
            "schema": {"type": "string", "enum": offered, "default": "json"},
        }
    )
    return {
        "operationId": name,
        "summary": description,
        "parameters": parameters,
        "responses": {
            "200": {"description": description, "headers": _headers(name), "content": _content(name)},
            "304": {"description": "Nothing has changed since the ETag given."},
            **dict.fromkeys(_refusals(name), _REFUSED),
        },
    }


_REFUSED: Final = {
    "description": "What was wrong and what to do.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def _refusals(name: str) -> tuple[str, ...]:
    """Return the statuses of refusal: 403 withheld, 404 not ranked or nothing, 409 old cursor, 503 no database."""
    more = {
        "observations": ("403", "409"),
        "pairs": ("403", "409"),
        "scores": ("409",),
        "stages": ("409",),
        "compare": ("404",),
    }
    return ("400", *more.get(name, ()), "405", "503")


def _content(name: str) -> dict[str, Any]:
    head: dict[str, Any] = {n: {"type": "string"} for n in HEAD}
    data: dict[str, Any] = {"type": "object" if name in OBJECTS else "array"}
    required = [*HEAD, "data"]
    if name in TABLES:
        data["items"] = {"$ref": f"#/components/schemas/{name.capitalize()}"}
        head |= {"count": {"type": "integer"}, "next": {"type": ["string", "null"]}}
        required += ["count", "next"]
    if name == "citation":
        data = {"type": "object", "required": ["citation", "citation_short", "bibtex", "ris"]}
    schema = {"type": "object", "required": required, "properties": {**head, "data": data}}
    found: dict[str, Any] = {"application/json": {"schema": schema}}
    if name in TABLES:
        found |= {f.mimetype: {} for k, f in formats().items() if k != "json"}
    if name == "citation":
        found |= {mimetype: {"schema": {"type": "string"}} for _, mimetype, _ in TEXTS.values()}
    return found


def _headers(name: str) -> dict[str, Any]:
    words = {
        "ETag": "The data version; send it back as If-None-Match.",
        "X-Data-Version": "The data version.",
        "X-Methodology-Digest": "Ten hex digits that name the methodology.",
        "X-Licence": "Terms of use.",
        "X-Citation": "How to cite the answer.",
    }
    if name in TABLES:
        words["X-Next-Cursor"] = "The cursor of the next page; absent on the last."
    return {n: {"description": d, "schema": {"type": "string"}} for n, d in words.items()}


def _parameter(name: str, required: bool = False) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        "year": {"type": "integer", "minimum": 1800, "maximum": 2100},
        "time_period": {"type": "string", "pattern": f"^{PERIOD}$"},
        "what": {"type": "string", "enum": list(works.TABLES)},
        RELEASE: {"type": "string", "minLength": 1, "maxLength": 80},
        "area": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "a": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "b": {"type": "string", "pattern": "^[A-Z]{3}$"},
    }
    words = _WORDS.get(name, "One code, or several with commas between.")
    schema = kinds.get(name, {"type": "string", "minLength": 1})
    return {"name": name, "in": "query", "required": required, "description": words, "schema": schema}
