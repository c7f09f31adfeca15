"""Answers that a service promises for later: it makes a file of them, and is asked again until the file is there.

Bounds: `TRIES` questions and `LONGEST` seconds between the promise and the last question, whichever comes first; each
answer has the bounds of any other (`etl.network.client`). Only the host that was asked is asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from scidip.etl.network.answers import CONDITIONS, NOT_THERE, Answer, Call, Transient, judged
from scidip.indicators.errors import SourceRefused, SourceUnavailable

TRIES: Final = 20
"""Questions after the promise at most, that for the file included."""
LONGEST: Final = 600.0
"""Seconds after the promise at most in which a question is begun."""
PAUSES: Final = (2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before each question; the last pause is that before all others."""


@dataclass(frozen=True)
class Promise:
    """What a body says that stands in the place of data: where to ask next, or why there will be none."""

    address: str = ""
    is_ready: bool = False
    """The service says that the answer is there: it is asked for at once."""
    may_be_absent: bool = False
    """Until the answer is there, nothing is at the address (404)."""
    refused: str = ""
    """Why nothing will come, and the remedy; the empty text where something will."""


Promised = Callable[[str, bytes], Promise | None]
"""Returns what the body that an address answered with promises; None for data, and for any other message."""


def no_promise(_address: str, _body: bytes) -> Promise | None:
    """Return None: a service that makes no promises."""
    return None


def kept(
    call: Call, first: Answer, promised: Promised, ask: Callable[[Call], Answer], sleep: Callable[[float], None]
) -> Answer:
    """Return the answer that *first* promises; *first* itself where it promises nothing.

    Raises SourceRefused for another host and where the service says that nothing will come, SourceUnavailable where
    nothing came within the bounds.
    """
    since, slept = monotonic(), 0.0
    answer, promise = first, promised(call.address, first.body)
    reason, tries = "", 0
    while promise is not None:
        if promise.refused:
            raise SourceRefused(call.source, f"{call.address} answered no data: {promise.refused}")
        later = _asked_later(call, promise)
        pause = 0.0 if promise.is_ready else PAUSES[min(tries, len(PAUSES) - 1)]
        if tries == TRIES or max(slept, monotonic() - since) + pause > LONGEST:
            raise _not_kept(call, tries, max(slept, monotonic() - since), reason)
        if pause:
            sleep(pause)
        slept, tries = slept + pause, tries + 1
        try:
            answer, reason = ask(later), ""
        except Transient as error:
            promise, reason = replace(promise, is_ready=False), f" ({later.address} {error})"
            continue
        if answer.status != NOT_THERE:
            promise = promised(later.address, answer.body)
    return judged(replace(call, accepts=()), answer)


def _asked_later(call: Call, promise: Promise) -> Call:
    """Return the question for what is promised. Raises SourceRefused where that is at another host."""
    asked, next_one = urlsplit(call.address), urlsplit(promise.address)
    if next_one.netloc not in (asked.netloc, *call.hosts) or next_one.scheme not in ("http", "https"):
        raise SourceRefused(
            call.source,
            f"{call.address} promises its answer at {promise.address[:200]!r}, which is not known; "
            "see in a browser where the data went, and pass the file with --file",
        )
    headers = {name: value for name, value in call.headers.items() if name not in CONDITIONS}
    accepts = (NOT_THERE,) if promise.may_be_absent else ()
    # Never out of encryption: old messages name addresses without it.
    address = next_one._replace(scheme=asked.scheme).geturl()
    return replace(call, address=address, headers=headers, accepts=accepts)


def _not_kept(call: Call, tries: int, seconds: float, reason: str) -> SourceUnavailable:
    return SourceUnavailable(
        call.source,
        f"{call.address} is made into a file by the service, which was not ready after {tries} questions in "
        f"{seconds:.0f} seconds{reason}; run the job again in half an hour, or download the table and pass it with "
        "--file",
    )
