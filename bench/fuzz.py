"""Five thousand callbacks asked wrongly: no answer may be a fault of ours. `python bench/fuzz.py [calls] [seed]`."""

import collections
import copy
import json
import logging
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import dash  # noqa: E402
from callbacks import questions_of  # noqa: E402

PATH = "/_dash-update-component"
CALLS, SEED = 5000, 14
SHOWN: dict[str, dict[str, str]] = {"/country": {"area": "PRT"}, "/pair": {"a": "FRA", "b": "DEU"}}
"""What a page is asked to show, where it needs to be told."""
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    10**19,
    1.5,
    1e308,
    "",
    " ",
    "x",
    "0",
    "-1",
    "9" * 19,
    "2020.5",
    "²",
    "١٢٣",
    "\x00",
    "\ud800",
    "'; DROP TABLE score; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "x" * 20_000,
    "é" * 3000,
    [],
    {},
    [[]],
    [None],
    [{}],
    ["PRT", "PRT"],
    ["PRT"] * 1000,
    ["PRT,GRC"],
    {"a": {"b": []}},
    {"id": "x"},
    "PRT",
    "std",
    "2020",
    "NaN",
    "light",
    [2020],
    {"path": 1, "still": 2, "moving": [[]]},
    {"moving": {"0.z": {}}},
    "/",
    "//",
    "?" + "a=" * 4000,
)
"""Values that no control has, and some that another has."""


def right_requests(app: dash.Dash) -> list[dict[str, Any]]:
    """Return each callback's request as the pages set it; of one whose parts stand on no page, as declared."""
    with app.server.test_request_context():
        shell = app.layout() if callable(app.layout) else app.layout
        layouts = [p["layout"](**SHOWN.get(p["path"], {})) for p in dash.page_registry.values()]
    found = {q.output: q.body() for q in questions_of(app, shell, layouts)}
    for output, known in app.callback_map.items():
        if output not in found:
            found[output] = _declared(output, known)
    return [found[k] for k in sorted(found)]


def _declared(output: str, known: dict[str, Any]) -> dict[str, Any]:
    parts = {k: [{**p, "value": None} for p in known.get(k, [])] for k in ("inputs", "state")}
    names = [n.partition("@")[0].rpartition(".") for n in output.strip(".").split("...")]
    outputs = [{"id": i, "property": p} for i, _, p in names]
    changed = [f"{p['id']}.{p['property']}" for p in parts["inputs"][:1]]
    several = output.startswith("..")
    return {"output": output, "outputs": outputs if several else outputs[0], "changedPropIds": changed, **parts}


def wrong_requests(app: dash.Dash, chance: random.Random, each: int) -> Iterator[tuple[str, Any]]:
    """Yield (how, request): each callback as it is asked rightly, then *each* times wrongly."""
    for right in right_requests(app):
        yield "right", copy.deepcopy(right)
        for _ in range(each):
            how, body = chance.choice(WAYS)(chance, copy.deepcopy(right))
            yield how, body


def _value(chance: random.Random, body: dict[str, Any]) -> tuple[str, Any]:
    parts = [p for p in _parts(body) if "value" in p]
    if parts:
        for part in chance.sample(parts, chance.randint(1, min(3, len(parts)))):
            part["value"] = chance.choice(ODD)
    return "a value", body


def _lost(chance: random.Random, body: dict[str, Any]) -> tuple[str, Any]:
    if chance.random() < 0.5:
        body.pop(chance.choice(sorted(body)))
        return "a key is missing", body
    part = chance.choice(_parts(body) or [body])
    if part:
        part.pop(chance.choice(sorted(part)))
    return "a key of a part is missing", body


def _kind(chance: random.Random, body: dict[str, Any]) -> tuple[str, Any]:
    where = chance.choice([body, *_parts(body)])
    if where:
        where[chance.choice(sorted(where))] = chance.choice(ODD)
    return "another kind", body


def _length(chance: random.Random, body: dict[str, Any]) -> tuple[str, Any]:
    name = chance.choice(["inputs", "state", "outputs", "changedPropIds"])
    listed = body.get(name)
    if isinstance(listed, list):
        body[name] = chance.choice([listed[:-1], listed * 2, listed[::-1], [*listed, None], [listed], []])
    return "another length", body


def _not(chance: random.Random, _body: dict[str, Any]) -> tuple[str, Any]:
    return "no request", chance.choice(ODD)


WAYS = (_value, _value, _value, _lost, _kind, _length, _not)


def _parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    listed = [*body.get("inputs", []), *body.get("state", [])]
    flat = [p for part in listed for p in (part if isinstance(part, list) else [part])]
    return [p for p in flat if isinstance(p, dict)]


def main() -> None:
    """Ask, count the statuses, print what failed."""
    from scidip.app import create_context
    from scidip.dashboard.server.factory import create_app
    from scidip.settings import Settings

    given = [int(a) for a in sys.argv[1:3]]
    calls, seed = [*given, *(CALLS, SEED)[len(given) :]]
    logging.disable(logging.CRITICAL)
    app = create_app(create_context(Settings.from_env()))
    client = app.server.test_client()
    each = -(-calls // len(app.callback_map))
    counts: collections.Counter[int] = collections.Counter()
    start = time.perf_counter()
    for how, body in wrong_requests(app, random.Random(seed), each):
        answer = client.post(PATH, data=json.dumps(body), content_type="application/json")
        counts[answer.status_code] += 1
        if answer.status_code >= 500:
            print(f"{answer.status_code} {how}: {json.dumps(body)[:600]}")
    seconds = time.perf_counter() - start
    said = dict(sorted(counts.items()))
    print(f"{sum(counts.values())} callbacks asked wrongly (seed {seed}) in {seconds:.0f} s: {said}")
    raise SystemExit(any(status >= 500 for status in counts))


if __name__ == "__main__":
    main()
