"""The one way onto the network: polite, patient, and distrustful of what comes back.

Statistical services answer 200 with an error page, drop connections and ask callers to slow
down. This module knows about that, so that the source jobs need not.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from scidip.etl.network.answers import (
    LONGEST_WAIT,
    Answer,
    Call,
    Transient,
    expected_redirect,
    judged,
    no_message,
    refuse_other_bodies,
)
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.promises import Promised, kept, no_promise
from scidip.etl.network.snapshots import Snapshot
from scidip.indicators.errors import BudgetSpent, SourceRefused, SourceUnavailable

TIMEOUT: Final = httpx.Timeout(90.0, connect=10.0)
ATTEMPTS: Final = 5
PAUSE: Final = 0.5
"""Seconds between two calls to the same host."""
LARGEST: Final = 1 << 30
"""Bytes of an answer at most; it is held in memory while it is read."""
PATIENCE: Final = 10
"""How many times the longest silence that is borne (`timeout`) a whole answer may take."""
MOST_REDIRECTS: Final = 5
COST: Final = "x-ratelimit-cost-usd"
"""What a service charges for an answer, in its headers."""

Parameters = Mapping[str, str | int]


class HttpClient:
    """Fetches bodies for the source jobs.

    Waits between calls to one host, retries what may pass, and refuses web pages, redirects to hosts that were not
    named and bodies without an end. `contact` (the setting SCIDIP_CONTACT) is sent along so that a service can reach
    whoever runs this. With a `mirror`, every address is asked for at `{mirror}/{host}{path}` and nothing else is asked.
    With a `memory`, what it holds is asked for conditionally or not at all. `keys` and `budgets` (US dollars a day)
    are by source; so is `parts`, which part of what a source offers the settings want. `transport` and
    `sleep` can be replaced in tests.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        version: str = "",
        timeout: httpx.Timeout | float = TIMEOUT,
        attempts: int = ATTEMPTS,
        pause: float = PAUSE,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        mirror: str = "",
        memory: AnswerMemory | None = None,
        keys: Mapping[str, str] | None = None,
        budgets: Mapping[str, float] | None = None,
        parts: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._client = httpx.Client(
            headers={"User-Agent": user_agent(contact, version)}, timeout=timeout, transport=transport
        )
        self._attempts, self._pause, self._sleep = attempts, 0.0 if mirror else pause, sleep
        self._backoff = wait_exponential_jitter(initial=1.0, max=LONGEST_WAIT, jitter=1.0)
        self._mirror, self._memory = mirror.rstrip("/"), memory
        self._keys, self._budgets = keys or {}, budgets or {}
        self._parts = parts or {}
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

    def key(self, source: str) -> str:
        """Return the key that the settings hold for *source*, or the empty string."""
        return self._keys.get(source, "")

    def part(self, source: str, name: str, default: str = "") -> str:
        """Return which part of what *source* offers the settings want, under *name*."""
        return self._parts.get(source, {}).get(name, default)

    def asked(self, url: str, params: Parameters | None = None) -> str:
        """Return when an address was last asked for, an ISO moment (UTC); "" where its answer is not kept."""
        return self._memory.asked(_address(url, params)) if self._memory else ""

    def snapshot(
        self,
        source: str,
        url: str,
        *,
        name: str,
        params: Parameters | None = None,
        begins: bytes | tuple[bytes, ...] = b"",
        headers: Mapping[str, str] | None = None,
        pause: float | None = None,
        hosts: Sequence[str] = (),
        account: str = "",
        since: str = "",
        message: Callable[[bytes], str] = no_message,
        promised: Promised = no_promise,
    ) -> Snapshot:
        """Return the body at *url* as a snapshot called *name*, dated today (UTC).

        `begins` is what the body must start with after blanks and a byte order mark, such as b"PK" for an archive.
        `headers` are sent along (Accept, a key) and do not stand in the snapshot's address. `pause` is the seconds
        between two calls where the host asks for more than half a one. `hosts` are where *url* may redirect to beside
        its own. `account` is the source that is charged, where it is another; what was answered after the ISO moment
        `since` is taken as it is. `message` returns what a body says that is a message and no data: it is refused with
        these words and not kept. `promised` reads what a body (also one with status 413) says of an answer that is made
        later, which is waited for within bounds (`etl.network.promises`). Raises SourceUnavailable when there is no
        such body, SourceRefused when it will not come by waiting, BudgetSpent when nothing more may be charged today.
        """
        address = _address(url, params)
        known = self._memory.known(address) if self._memory else None
        if self._memory and known and (self._memory.is_fresh(known) or (since and known.asked >= since)):
            return self._memory.snapshot(known, name)
        asked = {**(headers or {}), **(known.conditions if known else {})}
        accepts = () if promised is no_promise else (httpx.codes.REQUEST_ENTITY_TOO_LARGE,)
        call = Call(source, address, asked, hosts, self._pause if pause is None else pause, account or source, accepts)
        first = self._patiently(call)
        if self._memory and known and first.status == httpx.codes.NOT_MODIFIED:
            return self._memory.snapshot(self._memory.confirm(known), name)
        answer = kept(call, first, promised, self._once, self._sleep)
        refuse_other_bodies(source, address, answer.body, begins, message)
        return self._remember(name, address, answer.body, answer.headers if answer is first else {})

    def _remember(self, name: str, address: str, body: bytes, marks: Mapping[str, str]) -> Snapshot:
        """Return the answer, kept with its *marks*; those of a file that was promised are not those of the address."""
        today = datetime.now(UTC).date().isoformat()
        snapshot = Snapshot(name=name, content=body, url=address, retrieved=today)
        if self._memory:
            self._memory.keep(address, snapshot, marks)
        return snapshot

    def _patiently(self, call: Call) -> Answer:
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            retry=retry_if_exception_type(Transient),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, call)
        except Transient as error:
            raise SourceUnavailable(
                call.source, f"{call.address} {error}, {self._attempts} times; try again later or pass --file"
            ) from error

    def _once(self, call: Call) -> Answer:
        """Ask once, following redirects to the hosts that are expected."""
        address = call.address
        for _hop in range(MOST_REDIRECTS + 1):
            self._refuse_spent(call)
            answer = self._read(call, address)
            self._charge(call, answer.headers)
            if not answer.location:
                return judged(call, answer)
            address = expected_redirect(call, str(httpx.URL(address).join(answer.location)))
        raise SourceRefused(call.source, f"{call.address} redirects without end; check the address")

    def _read(self, call: Call, address: str) -> Answer:
        """Return status, headers and the whole body, within bounds of bytes and time."""
        self._wait_for_turn(str(urlsplit(address).hostname), call.pause)
        longest = PATIENCE * (self._client.timeout.read or TIMEOUT.read or 0.0)
        until = time.monotonic() + longest
        body = bytearray()
        try:
            with self._client.stream("GET", self._mirrored(address), headers=call.headers) as response:
                for part in response.iter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise SourceRefused(
                            call.source, f"{address} sends more than {LARGEST:,} bytes; pass a part of it with --file"
                        )
                    if time.monotonic() > until:
                        raise SourceUnavailable(
                            call.source, f"{address} was not read whole within {longest:.0f} seconds; try again later"
                        )
                location = response.headers.get("location", "") if response.is_redirect else ""
                return Answer(response.status_code, response.headers, bytes(body), location)
        except httpx.TransportError as error:
            raise Transient(f"could not be read ({type(error).__name__})") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnavailable(call.source, f"{address} could not be read: {error}") from error

    def _mirrored(self, address: str) -> str:
        if not self._mirror:
            return address
        parts = urlsplit(address)
        return f"{self._mirror}/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _refuse_spent(self, call: Call) -> None:
        budget = self._budgets.get(call.account)
        if budget is not None and self._memory is not None and (spent := self._memory.spent(call.account)) >= budget:
            raise BudgetSpent(call.source, spent, budget)

    def _charge(self, call: Call, headers: Mapping[str, str]) -> None:
        try:
            dollars = float(headers.get(COST, "0"))
        except ValueError:
            return
        if self._memory is not None and 0 < dollars < float("inf"):
            for payer in {call.account, call.source}:  # of the account, what each source took of it is told, too
                self._memory.charge(payer, dollars)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause if isinstance(error, Transient) else None
        return asked if asked is not None else min(self._backoff(state), LONGEST_WAIT)

    def _wait_for_turn(self, host: str, pause: float) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_from.get(host, now))
            self._free_from[host] = turn + (0.0 if self._mirror else pause)
        if turn > now:
            self._sleep(turn - now)


def _address(url: str, params: Parameters | None) -> str:
    return str(httpx.URL(url, params=params) if params else httpx.URL(url))


def user_agent(contact: str = "", version: str = "") -> str:
    """Return how the program introduces itself, with a contact when one was given."""
    # Headers are one line of ASCII.
    shown = " ".join(contact.encode("ascii", "ignore").decode().split())
    return f"scidip/{version or 'unknown'} ({shown or 'no contact given, set SCIDIP_CONTACT'})"
