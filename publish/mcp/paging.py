"""How much of an answer is sent at a time: what fits, and a cursor for the rest."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import BaseModel

from scidip.publish.api.query import Refused

LARGEST: Final = 19_000
"""Bytes of an answer as it is sent: its JSON as a structure and once more as text, which the protocol asks for."""
FEWEST: Final = 1
"""A page has at least one row."""


def as_text(answer: BaseModel) -> str:
    """Return an answer as it is sent."""
    return answer.model_dump_json(exclude_none=True)


def size(answer: BaseModel) -> int:
    """Return the bytes that an answer takes on the wire, both as a structure and as text."""
    text = as_text(answer)
    return len(text.encode()) + len(json.dumps(text, ensure_ascii=False).encode())


def cursor(tool: str, asked: BaseModel, version: str, offset: int) -> str:
    """Return the cursor of the row at *offset*; it holds for this question and data version only."""
    told = json.dumps([version, _digest(tool, asked), offset])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def offset_of(tool: str, asked: BaseModel, version: str) -> int:
    """Return the row at which to go on. Raises Refused for a cursor that is not of this question and version."""
    given = getattr(asked, "cursor", None)
    if not given:
        return 0
    try:
        found = json.loads(base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True))
        of_version, of_question, offset = found
        if type(offset) is not int or not 0 < offset < 10**9:
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise Refused(
            "bad_cursor", "The cursor cannot be read.", "Accepted is the value of next, as it was sent, or none."
        ) from None
    if of_version != version:
        raise Refused("stale_cursor", "The figures have changed since the cursor was sent.", "Ask without a cursor.")
    if of_question != _digest(tool, asked):
        raise Refused("foreign_cursor", "The cursor is of another question.", "Keep all else as it was while paging.")
    return offset


def fitted(rows: Sequence[Any], most: int, build: Callable[[Sequence[Any], bool], BaseModel]) -> BaseModel:
    """Return the answer with as many of *rows* as are asked for and fit; *build* gets them and whether more follow."""
    taken = min(most, len(rows))
    answer = build(rows[:taken], taken < len(rows))
    while taken > FEWEST and (now := size(answer)) > LARGEST:
        taken = max(FEWEST, min(taken - 1, int(taken * LARGEST / now * 0.98)))
        answer = build(rows[:taken], True)
    return answer


def _digest(tool: str, asked: BaseModel) -> str:
    told = asked.model_dump(exclude={"cursor", "limit"})
    return hashlib.sha256(repr((tool, sorted(told.items()))).encode()).hexdigest()[:10]
