"""A list of views to present: addresses of this site with notes, in an address or in a small file.

In an address a list is one readable text, `/~/ranking?region=South Asia;year=2021~/country?area=PRT!Say this`:
`~` stands between views, `;` for the `&` of a query, `!` before the notes; `%` escapes these four.
Nothing from outside is trusted: only pages of this site with parameters they know come through.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, unquote, urlencode, urlsplit

from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import _

MOST_VIEWS = 30
MOST_ADDRESS = 1_000
"""Characters of one address."""
MOST_NOTES = 1_000
MOST_ENCODED = 7_000
"""Bytes of a whole list in an address; servers and proxies read lines of 8 kB."""
MOST_FILE = 200_000
"""Characters of a file."""
FORMAT = "scidip-presentation"
FORMAT_VERSION = 1
CARRIED = ("lang", "present")
"""Parameters that belong to who looks, not to the view."""
VERSION = "v"
SAFE = "/?=;~!,:"
"""What an address may hold as it stands, and what keeps it readable."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|[\ud800-\udfff]")
_SPECIAL = re.compile(r"[%;~!]")
_SHOWN = 60

Pages = Mapping[str, Collection[str]]
"""The parameters each page knows, by its path."""


class ViewRefused(ScidipError):
    """An address, a list or a file that cannot be presented; its text says why."""


@dataclass(frozen=True)
class View:
    """One view: an address of this site, path and query, and what the presenter wants to remember."""

    address: str
    notes: str = ""


def view(address: Any, notes: Any, pages: Pages) -> View:
    """Return a view from outside, its address in one spelling; ViewRefused with the reason when it is none."""
    if not isinstance(address, str) or not isinstance(notes, str):
        raise ViewRefused(_("The address and the notes of a view must be text."))
    if len(notes) > MOST_NOTES or _CONTROL.search(notes):
        words = _("The notes of {address} are longer than {n} characters, or hold signs that are no text.")
        raise ViewRefused(words.format(address=_short(address), n=MOST_NOTES))
    return View(own_address(address, pages), notes.strip())


def own_address(address: str, pages: Pages) -> str:
    """Return *address* in one spelling: path, known parameters in their order, no fragment.

    ViewRefused for another site, another scheme, a page or a parameter that is not known.
    """
    given = address.strip()
    if len(given) > MOST_ADDRESS:
        words = _("An address is longer than {n} characters: {address}")
        raise ViewRefused(words.format(n=MOST_ADDRESS, address=_short(given)))
    foreign = not given.startswith("/") or given.startswith("//")
    if foreign or "\\" in given or "\n" in given or "\t" in given or _CONTROL.search(given):
        words = _("“{address}” is not an address of this site; it must begin with one slash.")
        raise ViewRefused(words.format(address=_short(given)))
    parts = urlsplit(given)
    if parts.path not in pages:
        words = _("There is no page to present at “{address}”.")
        raise ViewRefused(words.format(address=_short(parts.path)))
    query = _query(parts.query, parts.path, pages[parts.path])
    return parts.path + (f"?{urlencode(query, safe=',:')}" if query else "")


def _query(text: str, path: str, known: Collection[str]) -> dict[str, str]:
    pairs = [p for p in parse_qsl(text, keep_blank_values=True) if p[0] not in CARRIED]
    query = dict(pairs)
    unknown = [k for k in query if k not in known and k != VERSION]
    if unknown:
        words = _("The page {path} knows no “{name}”.")
        raise ViewRefused(words.format(path=path, name=_short(unknown[0])))
    if len(query) < len(pairs):
        words = _("An address of {path} gives a value more than once.")
        raise ViewRefused(words.format(path=path))
    return query


def query_of(address: str) -> dict[str, str]:
    """Return the parameters of an address that `own_address` returned."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def with_version(found: View, version: str | None, other: str | None = None) -> View:
    """Return a view without *version*, that of today: what is said of every view need not stand in each.

    A view that names no version gets *other*, when that is not today's.
    """
    path, query = urlsplit(found.address).path, query_of(found.address)
    if other and VERSION not in query:
        query[VERSION] = other
    if VERSION in query and query[VERSION] == version:
        query.pop(VERSION)
    return View(path + (f"?{urlencode(query, safe=',:')}" if query else ""), found.notes)


def to_text(views: Iterable[View]) -> str:
    """Return the views as one text, not yet encoded for an address (see `encoded`)."""
    return "~".join(view_text(v) for v in views)


def view_text(found: View) -> str:
    """Return one view as it stands in the text of a list."""
    query = ";".join(f"{_escaped(k)}={_escaped(v)}" for k, v in query_of(found.address).items())
    notes = f"!{_escaped(found.notes)}" if found.notes else ""
    return urlsplit(found.address).path + (f"?{query}" if query else "") + notes


def encoded(text: str) -> str:
    """Return the text of a list as it stands in the query of an address."""
    return quote_plus(text, safe=SAFE)


def from_text(text: str, pages: Pages) -> tuple[list[View], list[str]]:
    """Return the views of a text, and a sentence for each that was refused."""
    if not text:
        return [], []
    if len(encoded(_valid(text))) > MOST_ENCODED:
        words = _("The list in the address is longer than {n} bytes. Keep it in a file instead.")
        return [], [words.format(n=MOST_ENCODED)]
    return listed((_parted(part) for part in text.split("~")), pages)


def _valid(text: str) -> str:
    """Return *text* with what cannot be encoded replaced; the view that holds it is refused later."""
    return text.encode("utf-8", "replace").decode()


def _parted(part: str) -> tuple[str, str]:
    """Return the address and the notes of one view of a text."""
    place, _mark, notes = part.partition("!")
    path, mark, query = place.partition("?")
    sides = [p.partition("=") for p in query.split(";") if p]
    pairs = [(unquote(key), unquote(value)) for key, _sign, value in sides]
    return path + mark + urlencode(pairs, errors="replace"), unquote(notes)


def listed(given: Iterable[tuple[Any, Any]], pages: Pages) -> tuple[list[View], list[str]]:
    """Return the views among (address, notes) pairs, at most MOST_VIEWS, and a sentence for each refusal."""
    views: list[View] = []
    refused: list[str] = []
    for address, notes in given:
        try:
            views.append(view(address, notes, pages))
        except ViewRefused as error:
            refused.append(str(error))
    if len(views) > MOST_VIEWS:
        words = _("A presentation holds at most {n} views; {more} more were left out.")
        refused.append(words.format(n=MOST_VIEWS, more=len(views) - MOST_VIEWS))
    return views[:MOST_VIEWS], refused


def to_file(views: Sequence[View], data_version: str | None) -> str:
    """Return the views as the JSON text of a file."""
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "data_version": data_version,
        "views": [{"address": v.address, "notes": v.notes} for v in views],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def from_file(text: Any, pages: Pages) -> tuple[list[View], list[str]]:
    """Return the views of a file, and a sentence for each that was refused; ViewRefused when it is no such file."""
    content = _json(text)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        words = _('This is not a file of a presentation: it lacks "format": "{format}".')
        raise ViewRefused(words.format(format=FORMAT))
    if content.get("format_version") != FORMAT_VERSION:
        words = _("The file is of version {given}; this observatory reads version {known}.")
        given = _short(str(content.get("format_version")))
        raise ViewRefused(words.format(given=given, known=FORMAT_VERSION))
    entries = content.get("views")
    if not isinstance(entries, list) or not entries:
        raise ViewRefused(_("The file names no views."))
    views, refused = listed(map(_entry, entries), pages)
    old = content.get("data_version")
    return [with_version(v, None, old if isinstance(old, str) else None) for v in views], refused


def _json(text: Any) -> Any:
    if not isinstance(text, str) or len(text) > MOST_FILE:
        words = _("The file is larger than {n} characters; a presentation is smaller.")
        raise ViewRefused(words.format(n=MOST_FILE))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        words = _("The file is not JSON: line {line}, column {column} cannot be read.")
        raise ViewRefused(words.format(line=error.lineno, column=error.colno)) from None
    except (RecursionError, ValueError):
        raise ViewRefused(_("The file is not JSON that can be read.")) from None


def _entry(entry: Any) -> tuple[Any, Any]:
    """Return the address and the notes of an entry; None where it has none, which `view` refuses."""
    if not isinstance(entry, dict):
        return None, None
    return entry.get("address"), entry.get("notes", "")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _short(text: str) -> str:
    text = " ".join(_valid(str(text)).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
