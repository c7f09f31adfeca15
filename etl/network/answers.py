"""What comes back from a producer: what it asks for, and whether it is data, may pass by waiting, or will not come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from scidip.indicators.errors import SourceRefused, SourceUnavailable

LONGEST_WAIT: Final = 60.0
"""Seconds. A service that asks for a longer pause is left alone, and the user is told."""
NOT_WORTH_RETRYING: Final = 501
NOT_THERE: Final = 404
CONDITIONS: Final = frozenset({"If-None-Match", "If-Modified-Since"})
"""Headers that ask for an answer only where it has changed."""


class Transient(Exception):
    """A failure that may pass: what happened, and the pause the service asked for (seconds)."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        self.pause = pause
        super().__init__(reason)


@dataclass(frozen=True)
class Call:
    """What is asked for: by which source, where, how, and where else it may lead."""

    source: str
    address: str
    headers: Mapping[str, str]
    hosts: Sequence[str]
    pause: float
    account: str
    """Who is charged: the source itself, or the one whose key and budget it shares."""
    accepts: Sequence[int] = ()
    """Statuses beside those of success whose body is read, since it says more than the status."""


@dataclass(frozen=True)
class Answer:
    """What came back; `location` is where a redirect leads."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    location: str = ""


def judged(call: Call, answer: Answer) -> Answer:
    """Return a good answer; raise for one that may pass by waiting, and for one that will not."""
    if 200 <= answer.status < 300 or (answer.status == httpx.codes.NOT_MODIFIED and _is_conditional(call)):
        return answer
    if answer.status in call.accepts:
        return answer
    pause = _retry_after(answer.headers)
    if pause is not None and pause > LONGEST_WAIT:
        raise SourceUnavailable(
            call.source, f"{call.address} asks to wait {pause:.0f} seconds; run the job again after that"
        )
    # The World Bank now and then answers a good request with 400 and a web page.
    passing = answer.status == 429 or (answer.status >= 500 and answer.status != NOT_WORTH_RETRYING)
    if passing or (answer.status == 400 and _is_web_page(answer.body[:512])):
        raise Transient(f"answered {answer.status}", pause)
    if answer.status in (401, 403):
        raise SourceRefused(
            call.source, f"{call.address} answered {answer.status}; check the key in the settings, or pass --file"
        )
    raise SourceRefused(
        call.source, f"{call.address} answered {answer.status}; check the address or pass the file with --file"
    )


def _is_conditional(call: Call) -> bool:
    return bool(CONDITIONS & set(call.headers))


def expected_redirect(call: Call, address: str) -> str:
    """Return where a redirect leads. Raises SourceRefused for another host, or out of encryption."""
    old, new = urlsplit(call.address), urlsplit(address)
    known = new.hostname == old.hostname or new.hostname in call.hosts
    if not known or (old.scheme == "https" and new.scheme != "https"):
        raise SourceRefused(
            call.source,
            f"{call.address} redirects to {new.scheme}://{new.netloc}, which is not known; "
            "see in a browser where the data went, and pass the file with --file",
        )
    return address


def no_message(_body: bytes) -> str:
    """Return the empty text: a body is data unless it is seen not to be."""
    return ""


def refuse_other_bodies(
    source: str, url: str, body: bytes, begins: bytes | tuple[bytes, ...], message: Callable[[bytes], str] = no_message
) -> None:
    """Raise SourceRefused for an empty body, a web page, a *message* of the service, or one that starts otherwise."""
    start = body[:512].lstrip(b"\xef\xbb\xbf \r\n\t")
    if not start:
        raise SourceRefused(source, f"{url} answered nothing; try again later")
    if _is_web_page(start):
        raise SourceRefused(source, f"{url} answered a web page instead of data; open it in a browser to see why")
    if told := message(body):
        raise SourceRefused(source, f"{url} answered no data: {told}")
    if not start.startswith(begins):
        shown = " ".join(start[:200].decode("utf-8", "replace").split())
        raise SourceRefused(source, f"{url} answered something else than data: {shown}; check the series codes")


def _is_web_page(start: bytes) -> bool:
    head = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the pause a service asks for in seconds; None when it asks for none we can read."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
