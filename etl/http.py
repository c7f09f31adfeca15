"""The one way onto the network: polite, patient, and distrustful of what comes back.

Statistical services answer 200 with an error page, drop connections and ask callers to slow
down. This module knows about that, so that the source jobs need not.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from scidip.etl.source import Snapshot
from scidip.indicators.errors import SourceRefused, SourceUnavailable

TIMEOUT: Final = httpx.Timeout(90.0, connect=10.0)
ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 60.0
"""Seconds. A service that asks for a longer pause is left alone, and the user is told."""
PAUSE: Final = 0.5
"""Seconds between two calls to the same host."""
NOT_WORTH_RETRYING: Final = 501

Parameters = Mapping[str, str | int]


class _Transient(Exception):
    """A failure that may pass: what happened, and the pause the service asked for (seconds)."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        self.pause = pause
        super().__init__(reason)


class HttpClient:
    """Fetches bodies for the source jobs.

    Waits between calls to one host, retries what may pass, and refuses web pages. `contact` (the
    setting SCIDIP_CONTACT) is sent along so that a service can reach whoever runs this.
    `transport` and `sleep` can be replaced in tests.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        timeout: httpx.Timeout | float = TIMEOUT,
        attempts: int = ATTEMPTS,
        pause: float = PAUSE,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = httpx.Client(
            headers={"User-Agent": user_agent(contact)}, timeout=timeout, transport=transport, follow_redirects=True
        )
        self._attempts, self._pause, self._sleep = attempts, pause, sleep
        self._backoff = wait_exponential_jitter(initial=1.0, max=LONGEST_WAIT, jitter=1.0)
        self._lock = threading.Lock()
        self._free_from: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def snapshot(
        self, source: str, url: str, *, name: str, params: Parameters | None = None, begins: bytes = b""
    ) -> Snapshot:
        """Return the body at *url* as a snapshot called *name*, dated today (UTC).

        `begins` is what the body must start with after blanks and a byte order mark, such as
        b"PK" for an archive. Raises SourceUnavailable when there is no such body.
        """
        response = self._response(source, url, params)
        body = response.content
        start = body[:512].lstrip(b"\xef\xbb\xbf \r\n\t")
        if not start:
            raise SourceRefused(source, f"{url} answered nothing; try again later")
        if _is_web_page(start):
            raise SourceRefused(source, f"{url} answered a web page instead of data; open it in a browser to see why")
        if not start.startswith(begins):
            shown = start[:200].decode("utf-8", "replace")
            raise SourceRefused(source, f"{url} answered something else than data: {shown}; check the series codes")
        today = datetime.now(UTC).date().isoformat()
        return Snapshot(name=name, content=body, url=str(response.url), retrieved=today)

    def _response(self, source: str, url: str, params: Parameters | None) -> httpx.Response:
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_Transient),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, source, url, params)
        except _Transient as error:
            raise SourceUnavailable(
                source, f"{url} {error}, {self._attempts} times; try again later or pass --file"
            ) from error

    def _once(self, source: str, url: str, params: Parameters | None) -> httpx.Response:
        self._wait_for_turn(httpx.URL(url).host)
        try:
            response = self._client.get(url, params=params)
        except httpx.TransportError as error:
            raise _Transient(f"could not be read ({type(error).__name__})") from error
        except httpx.HTTPError as error:
            raise SourceUnavailable(source, f"{url} could not be read: {error}") from error
        status = response.status_code
        if response.is_success:
            return response
        pause = _retry_after(response)
        if pause is not None and pause > LONGEST_WAIT:
            raise SourceUnavailable(source, f"{url} asks to wait {pause:.0f} seconds; run the job again after that")
        # The World Bank now and then answers a good request with 400 and a web page.
        passing = status == 429 or (status >= 500 and status != NOT_WORTH_RETRYING)
        if passing or (status == 400 and _is_web_page(response.content[:512])):
            raise _Transient(f"answered {status}", pause)
        raise SourceRefused(source, f"{url} answered {status}; check the address or pass the file with --file")

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause if isinstance(error, _Transient) else None
        return asked if asked is not None else min(self._backoff(state), LONGEST_WAIT)

    def _wait_for_turn(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_from.get(host, now))
            self._free_from[host] = turn + self._pause
        if turn > now:
            self._sleep(turn - now)


def user_agent(contact: str = "") -> str:
    """Return how the program introduces itself, with a contact when one was given."""
    # Headers are one line of ASCII.
    shown = " ".join(contact.encode("ascii", "ignore").decode().split())
    return f"scidip/0.1 ({shown or 'no contact given, set SCIDIP_CONTACT'})"


def _is_web_page(start: bytes) -> bool:
    head = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return head.startswith((b"<!doctype html", b"<html"))


def _retry_after(response: httpx.Response) -> float | None:
    """Return the pause a service asks for in seconds; None when it asks for none we can read."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
