"""What the text of a setting means, and the sentence that refuses one that means nothing."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from urllib.parse import urlsplit

from scidip.indicators.errors import ScidipError

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("", "0.0.0.0", "::")
"""Hosts to listen on that are the name of nothing."""

SHORTEST_TOKEN = 16


def token(given: str) -> str:
    """Return the token; of one that is too short only the length is told."""
    token = given.strip()
    if 0 < len(token) < SHORTEST_TOKEN:
        short = f"SCIDIP_UPLOAD_TOKEN has {len(token)} characters and needs {SHORTEST_TOKEN} or more"
        raise ScidipError(f"{short}; make one with `openssl rand -hex 16`")
    return token


def site(given: str, prefix: str, host: str, port: int) -> str:
    """Return the public address, the prefix with it, without a slash at its end.

    Raises ScidipError for what is no address, and for one with another path than the prefix.
    """
    if not given:
        return f"http://{LOOPBACK if host in EVERYWHERE else _bracketed(host)}:{port}{prefix}"
    try:
        parts = urlsplit(given)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or parts.path.rstrip("/") not in ("", prefix):
        raise ScidipError(
            f"SCIDIP_SITE must be an address like https://example.org, without a path but that of SCIDIP_URL_PREFIX, "
            f"not {given!r}"
        )
    return f"{parts.scheme}://{parts.netloc}{prefix}"


def prefix(given: str) -> str:
    """Return a prefix with a slash before it and none behind, the empty text for none.

    Raises ScidipError for a path that could be read in several ways.
    """
    inner = given.strip().strip("/")
    if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._~-]*", part) for part in inner.split("/") if inner):
        raise ScidipError(
            f"SCIDIP_URL_PREFIX must be a path like /observatory, of letters, digits and -._~ between slashes, "
            f"not {given!r}"
        )
    return f"/{inner}" if inner else ""


def address(name: str, given: str) -> str:
    """Return an address without a slash at its end, or the empty string. Raises ScidipError for what is no address."""
    address = given.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if address and (not fits or parts.query or parts.fragment):
        raise ScidipError(f"{name} must be an address like https://mirror.example.org, not {given!r}")
    return address


def origins(given: str) -> tuple[str, ...]:
    """Return the origins named. Raises ScidipError for one that is none, or that stands for many."""
    named = tuple(dict.fromkeys(part.strip().rstrip("/") for part in given.split(",") if part.strip()))
    for origin in named:
        if "*" in origin:
            raise ScidipError(
                f"SCIDIP_EMBED_ORIGINS must name each site in full, as https://example.org, not {origin!r}: with a "
                f"wildcard, pages of anybody could embed and disguise a figure"
            )
        if not re.fullmatch(r"https?://(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::\d{1,5})?", origin):
            raise ScidipError(
                f"SCIDIP_EMBED_ORIGINS must be origins like https://example.org, without a path, not {origin!r}"
            )
    return named


def networks(given: str) -> tuple[str, ...]:
    """Return the networks named, "10.0.0.0/8". Raises ScidipError for one that is none."""
    named = tuple(part.strip() for part in given.split(",") if part.strip())
    for network in named:
        try:
            ip_network(network, strict=False)
        except ValueError:
            raise ScidipError(f"SCIDIP_METRICS must be networks like 10.0.0.0/8, not {network!r}") from None
    return named


def hosts(given: str, host: str, site: str) -> tuple[str, ...]:
    """Return the names that a request may call this server by, the loopback's and its own among them."""
    own = [urlsplit(site).hostname or "", "localhost", LOOPBACK, "[::1]"]
    own += [] if host in EVERYWHERE else [_bracketed(host)]
    named = [name.strip().lower() for name in given.split(",")]
    return tuple(dict.fromkeys(name for name in (*own, *named) if name))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def refuse_bytes(name: str, value: str) -> None:
    """Raise ScidipError for a value that is not UTF-8; of a token nothing is shown."""
    try:
        value.encode()
    except UnicodeEncodeError:
        shown = "" if name.endswith("_TOKEN") else f": {os.fsencode(value)!r}"
        raise ScidipError(f"{name} is not UTF-8{shown}; type it anew") from None


def number(values: Mapping[str, str], name: str, least: float, most: float) -> float:
    """Return a number between *least* and *most*. Raises ScidipError for what is none, or lies outside."""
    try:
        given = float(values[name])
    except ValueError:
        raise ScidipError(f"{name} must be a number, not {values[name]!r}") from None
    if not least <= given <= most:
        raise ScidipError(f"{name} must lie between {least:g} and {most:g}, not {values[name]}")
    return given
