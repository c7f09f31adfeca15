"""Cache warming: when other figures serve or a new day begins, what visitors asked last is asked again, before them.

The figures and the day are part of every answer's name, so that all answers made before are then those to other
questions. What was asked is kept beside each answer on disk; who asked is not.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from flask import Flask, Request

from scidip.dashboard.core import languages
from scidip.dashboard.files.file_cache import Kept
from scidip.dashboard.widgets.components import THEME_COOKIE, mode
from scidip.indicators.language.current import current
from scidip.store.database.as_of import AS_OF

QUESTION = "question"
"""The field of what is said of a kept answer that holds the question."""
WARMING = "scidip.warming"
"""What marks a request as nobody's, with the moment its question was asked last by a visitor."""
NEVER = 0.0
"""The moment of a question that no visitor has asked yet: its answer is the first that makes room."""
COUNT = 400
"""Questions asked again, the last ones asked first: half a minute of a processor."""
LARGEST = 16_000
"""Characters of a question that is kept."""
PAUSE = 0.02
"""Seconds between two questions: visitors come first."""


def said_of(request: Request) -> dict[str, Any]:
    """Return what is kept of a question beside its answer; nothing of one that is too long to be asked often.

    Nor of one about earlier figures: their answers do not grow old. Nor of what no visitor has asked.
    """
    body, is_asked = request.get_json(silent=True), request.environ.get(WARMING) != NEVER
    if AS_OF.get() or not is_asked or not isinstance(body, dict) or (request.content_length or 0) > LARGEST:
        return {}
    return {QUESTION: {"body": body, "language": current().code, "theme": mode()}}


def asked_last(kept: Kept, count: int = COUNT) -> Iterator[tuple[float, Mapping[str, Any]]]:
    """Yield when a question was asked last, and the question: each once, the last ones first."""
    seen: set[str] = set()
    for moment, said in kept.newest():
        question = said.get(QUESTION)
        text = json.dumps(question, sort_keys=True)
        if not _is_question(question) or text in seen:
            continue
        seen.add(text)
        yield moment, question
        if len(seen) == count:
            return


def _is_question(said: Any) -> TypeGuard[Mapping[str, Any]]:
    """Return whether this is what `said_of` writes: a file on disk may hold anything."""
    return (
        isinstance(said, dict)
        and isinstance(said.get("body"), dict)
        and all(
            isinstance(word, str) and word.replace("-", "").isalnum()
            for word in (said.get("language"), said.get("theme"))
        )
    )


def warm(server: Flask, kept: Kept, path: str, pause: float = PAUSE) -> int:
    """Ask again what visitors asked last; return how many questions have an answer."""
    client = server.test_client(use_cookies=False)
    answered = 0
    for moment, question in list(asked_last(kept)):
        cookies = f"{languages.COOKIE}={question['language']}; {THEME_COOKIE}={question['theme']}"
        response = client.post(
            path,
            json=question["body"],
            headers={"Cookie": cookies, "Host": "localhost"},
            environ_overrides={WARMING: moment, "REMOTE_ADDR": "-"},
        )
        answered += response.status_code == 200
        response.close()
        time.sleep(pause)
    return answered
