"""Server time of every page and callback on a full database, computed anew over inputs drawn by a seeded generator.

Beside it the time from the memory of whole answers, which is emptied before each request that is computed anew.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import dash  # noqa: E402
from callbacks import Question, questions_of  # noqa: E402

from scidip.app import create_context  # noqa: E402
from scidip.dashboard import pages as page_modules  # noqa: E402
from scidip.dashboard.answers.reading import prepare  # noqa: E402
from scidip.dashboard.answers.visits import opening  # noqa: E402
from scidip.dashboard.core.context import Context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.indicators.registry import plugins  # noqa: E402
from scidip.settings import Settings  # noqa: E402
from scidip.store.queries import served  # noqa: E402

SEED, DRAWS = 20, 20
MEDIAN, HIGH = 60.0, 150.0
"""Milliseconds at most: the median of the draws of one callback, and their 95th percentile."""
LAB = 400.0
"""Milliseconds at most for the laboratory, which simulates 1,000 draws for each answer."""
PATH = "/_dash-update-component"
SHOWN: dict[str, dict[str, str]] = {"/country": {"area": "PRT"}, "/pair": {"a": "FRA", "b": "DEU"}}
"""What a page is asked to show, where it needs to be told."""


def verdict(figure: float, limit: float) -> str:
    """Return how a figure stands to its limit."""
    return "pass" if figure <= limit else "OVER THE LIMIT"


def percentile(times: list[float], share: float = 0.95) -> float:
    """Return a percentile of some times, between the two nearest."""
    return statistics.quantiles(times, n=100, method="inclusive")[round(100 * share) - 1]


def ranked_areas(context: Context) -> set[str]:
    """Return the countries ranked in the newest year: those a visitor is likely to ask for."""
    frame = context.query(served.ranking, node="std", year=context.years[-1])
    return set(frame.loc[frame["is_ranked"].astype(bool), "ref_area"])


def questions(app: dash.Dash) -> list[Question]:
    """Return every callback of the application with what its controls may be set to."""
    with app.server.test_request_context():
        shell = app.layout() if callable(app.layout) else app.layout
        layouts = [p["layout"](**SHOWN.get(p["path"], {})) for p in dash.page_registry.values()]
    return [q for q in questions_of(app, shell, layouts) if not q.name.startswith("_pages")]


def drawn_bodies(asked: list[Question], ranked: set[str], draws: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Return *draws* requests of each callback, all of them different from what the pages are first set to."""
    chance = random.Random(seed)
    order = sorted(ranked)
    return {q.name: [q.drawn(chance, order) for _ in range(draws)] for q in asked}


def first_visits(context: Context, chance: random.Random) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return, for each page, requests that open it at addresses drawn at random."""
    order, found = sorted(ranked_areas(context)), []
    for module in plugins(page_modules, "PAGE", entry="page").values():
        bodies = []
        for _ in range(DRAWS):
            a, b = chance.sample(order, 2)
            drawn = {"area": a, "a": a, "b": b, "areas": f"{a},{b}", "year": str(chance.choice(context.years))}
            fields = {f for f in module.State.__dataclass_fields__}
            query = "&".join(f"{k}={v}" for k, v in drawn.items() if k in fields)
            bodies.append(opening(module.PAGE.path, f"?{query}" if query else ""))
        found.append((f"page {module.PAGE.path}", bodies))
    return sorted(found)


def main() -> None:
    """Print a line for each page and callback, with the limits beside the figures."""
    context = create_context(Settings.from_env())
    app = create_app(context)
    client = app.server.test_client()
    prepare(context)

    def ask(body: dict[str, Any], anew: bool = False) -> tuple[float, float]:
        if anew:
            app.server.extensions["scidip-answers"].forget()
        text = json.dumps(body)
        start, work = time.perf_counter(), time.thread_time()
        answer = client.post(PATH, data=text, content_type="application/json")
        taken = 1000 * (time.perf_counter() - start), 1000 * (time.thread_time() - work)
        if answer.status_code not in (200, 204):
            raise RuntimeError(f"{body['output']} answered {answer.status_code} to {text[:500]}")
        return taken

    bodies = drawn_bodies(questions(app), ranked_areas(context), DRAWS, SEED)
    lines = [*first_visits(context, random.Random(SEED)), *bodies.items()]
    print(f"server time, {DRAWS} inputs drawn by a seeded generator (seed {SEED}); ms")
    print(f"{'page or callback':48} {'median':>8} {'limit':>6} {'95 %':>8} {'limit':>6} {'kept':>6}")
    everything = [_line(name, drawn, ask) for name, drawn in lines]
    print(f"{sum(everything)} of {len(everything)} within their limits")


def _line(name: str, drawn: list[dict[str, Any]], ask: Callable[..., tuple[float, float]]) -> bool:
    """Print the figures of one callback.

    "cpu" is the median of the processor's time, which others on the machine disturb less; "kept" the median of the
    same questions asked again.
    """
    anew, work = zip(*(ask(body, anew=True) for body in drawn), strict=True)
    for body in drawn:
        ask(body)
    kept = statistics.median(ask(body)[0] for body in drawn)
    middle, high = statistics.median(anew), percentile(list(anew))
    median_limit, high_limit = (LAB, LAB) if "robustness" in name else (MEDIAN, HIGH)
    within = middle <= median_limit and high <= high_limit
    print(
        f"{name[:48]:48} {middle:8.1f} {median_limit:6.0f} {high:8.1f} {high_limit:6.0f} {statistics.median(work):6.1f}"
        f" {kept:6.1f}  {'pass' if within else 'OVER THE LIMIT'}",
        flush=True,
    )
    return within


if __name__ == "__main__":
    main()
