"""What a caller of the API asks for: filters, limits and cursors, checked."""

import base64
import hashlib
import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from scidip.findings import terms
from scidip.indicators.errors import UnknownVersion
from scidip.indicators.model.fields import TOTAL
from scidip.indicators.vocabulary import LAST_PERIOD
from scidip.publish.api.openapi import COLUMNS, DEFAULT_LIMIT, FILTERS, MAX_LIMIT, RELEASE
from scidip.publish.export.export import period
from scidip.store import versions
from scidip.store.table_rows import Chosen

LONGEST = 500
"""How many codes a filter takes."""


class Refused(Exception):
    """A request that cannot be answered: what is wrong, and what to do."""

    def __init__(self, code: str, message: str, remedy: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy
        self.status, self.more = status, more

    def document(self) -> dict[str, Any]:
        """Return the error as the API sends it."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy, **self.more}


def once(args: Any) -> None:
    """Raise Refused for a parameter without a value, or given twice: neither says what is wanted."""
    for key, values in args.lists():
        if len(values) > 1:
            raise Refused(
                "given_twice",
                f"{key[:80]!r} is given {len(values)} times.",
                "Give it once, with commas between several codes.",
                parameter=key[:80],
            )
        if not values[0].strip(" ,"):
            raise Refused(
                "empty_parameter",
                f"{key[:80]!r} has no value.",
                "Leave the parameter out to take everything.",
                parameter=key[:80],
            )


def release_of(ctx: Any, args: Any) -> str:
    """Return the version that is asked for; "" for the newest. Raises Refused for one that is not kept."""
    asked = args.get(RELEASE, "").strip()
    if not asked:
        return ""
    try:
        return versions.find(ctx.engine, asked)
    except UnknownVersion:
        known = versions.kept(ctx.engine)["version"].tolist()
        raise Refused(
            "unknown_release",
            f"The version {asked[:80]!r} is not kept.",
            "The versions that can be read are at /api/v1/versions; leave release out for the newest figures.",
            parameter=RELEASE,
            nearest=get_close_matches(asked[:80], known),
        ) from None


def chosen_of(ctx: Any, name: str, args: Any, version: str) -> tuple[Chosen, int | None]:
    """Return the rows asked for (one more than the page, to know whether more follow) and the limit."""
    allowed = {*FILTERS[name], "format", "limit", "cursor", RELEASE}
    for key in args:
        if key not in allowed:
            raise Refused(
                "unknown_parameter",
                f"The parameter {key[:80]!r} is not known.",
                f"Known are {', '.join(sorted(allowed))}.",
                nearest=get_close_matches(key[:80], sorted(allowed)),
            )
    values = {}
    for column, known in _known(ctx, name).items():
        if args.get(column):
            elsewhere = _elsewhere(ctx, name) if column == "indicator" else {}
            values[column] = _codes(column, args[column], known, elsewhere)
    _refuse_withheld(ctx, name, values.get("indicator", ()))
    first, last = _years(args["time_period"]) if args.get("time_period") else (None, None)
    limit = _limit(args["limit"]) if args.get("limit") else None
    after = _after(name, args, version) if args.get("cursor") else None
    paged = limit or (DEFAULT_LIMIT if args.get("format", "json") == "json" or after else None)
    return Chosen(values, first, last, after, paged and paged + 1), limit or (DEFAULT_LIMIT if after else None)


def _known(ctx: Any, name: str) -> dict[str, Any]:
    arity = "pair" if name == "pairs" else "area"
    every = {
        "indicator": _series(ctx, arity),
        "field": [TOTAL, *ctx.catalogue.fields],
        "ref_area": ctx.areas.codes,
        "counterpart_area": ctx.areas.codes,
        "framework": [ctx.catalogue.in_files(f) for f in ctx.catalogue.frameworks],
        "node": {ctx.catalogue.in_files(n.code) for f in ctx.catalogue.frameworks.values() for n in f.nodes},
    }
    return {k: v for k, v in every.items() if k in FILTERS[name]}


def _series(ctx: Any, arity: str) -> list[str]:
    """Return the codes of the series of an arity, and of the measures that have fields."""
    own = [i for i in ctx.catalogue.indicators.values() if i.arity == arity]
    return list(dict.fromkeys([i.code for i in own] + [i.measure for i in own if i.measure]))


def _elsewhere(ctx: Any, name: str) -> dict[str, str]:
    """Return, by indicator of the other arity, where it is to be asked for."""
    other, per = ("observations", "area") if name == "pairs" else ("pairs", "pair")
    return {
        i.code: f"It is a figure per {per}: ask /api/v1/{other}."
        for i in ctx.catalogue.indicators.values()
        if i.arity == per
    }


def _codes(column: str, text: str, known: Any, elsewhere: Mapping[str, str]) -> list[str]:
    given = list(dict.fromkeys(t.strip() for t in text.split(",") if t.strip()))
    if len(given) > LONGEST:
        raise Refused("too_many_codes", f"{column} has {len(given):,} codes.", f"Give at most {LONGEST}.")
    for code in given:
        if code not in known:
            near = get_close_matches(code[:80], list(known)) or get_close_matches(code[:80].upper(), list(known))
            remedy = f"Did you mean {', '.join(near)}?" if near else "The lists are at /api/v1/structure."
            if code in elsewhere:
                near, remedy = [], elsewhere[code]
            raise Refused(
                "unknown_code", f"{column} has no code {code[:80]!r}.", remedy, parameter=column, nearest=near
            )
    return given


def _refuse_withheld(ctx: Any, name: str, codes: Any) -> None:
    if name not in ("observations", "pairs") or not codes:
        return
    reasons = terms.refusals(ctx.engine, ctx.catalogue)
    held = [c for c in codes if c in reasons]
    if held:
        raise Refused("withheld", reasons[held[0]], "Leave it out, or get it from its publisher.", 403, indicators=held)


def _years(text: str) -> tuple[int, int]:
    try:
        return period(text)
    except ValueError:
        raise Refused(
            "bad_period",
            f"time_period is {text[:80]!r}.",
            "Give a year (2020) or a span, oldest first (2018:2023).",
            parameter="time_period",
        ) from None


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MAX_LIMIT):
        raise Refused(
            "bad_limit",
            f"limit is {text[:80]!r}.",
            f"Give 1 to {MAX_LIMIT:,}; for everything at once ask for a file: format=csv without a limit.",
            parameter="limit",
        )
    return int(text)


_KEYS = {
    "observations": ("indicator", "ref_area", "", "time_period"),
    "pairs": ("indicator", "ref_area", "counterpart_area", "time_period"),
    "scores": ("framework", "node", "time_period", "ref_area"),
    "stages": ("indicator", "time_period", "ref_area"),
}


def _query_digest(name: str, args: Mapping[str, Any]) -> str:
    asked = sorted((k, v) for k, v in args.items() if k not in ("cursor", "limit", "format"))
    return hashlib.sha256(repr((name, asked)).encode()).hexdigest()[:10]


def next_cursor(name: str, row: Any, version: str, args: Mapping[str, Any]) -> str:
    """Return the cursor after *row*; it holds for this data version and these filters only."""
    values = dict(zip((c.name for c in COLUMNS[name]), row, strict=True))
    key = [values[k] if k else "_Z" for k in _KEYS[name]]
    text = json.dumps([version, _query_digest(name, args), key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _after(name: str, args: Mapping[str, Any], version: str) -> tuple[Any, ...]:
    wrong = Refused(
        "bad_cursor",
        "The cursor cannot be read.",
        "Use the cursor as it was sent, or begin anew without one.",
        parameter="cursor",
    )
    try:
        text = args["cursor"]
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        of_version, of_query, key = found
        fits = len(key) == len(_KEYS[name]) and all(
            type(v) is (int if k == "time_period" else str) for k, v in zip(_KEYS[name], key, strict=True)
        )
        if not fits or any(type(v) is int and abs(v) > LAST_PERIOD for v in key):
            raise wrong
    except (ValueError, TypeError, KeyError, RecursionError):
        raise wrong from None
    if of_version != version:
        raise Refused(
            "stale_cursor",
            "The cursor is of another data version; the figures have changed since.",
            "Begin anew without a cursor.",
            409,
            parameter="cursor",
            data_version=version,
        )
    if of_query != _query_digest(name, args):
        raise Refused(
            "foreign_cursor", "The cursor is of another query.", "Keep the filters while paging.", parameter="cursor"
        )
    return tuple(key)
