"""Crowds on a real server: pages, clicks, and with *files* pictures, tables and briefings too.

`python bench/crowd.py [users seconds thought files usual seed]`, by default 50 users and then 200, as `make load` says.
Bounded in count and time; everything on the loopback interface.
"""

import collections
import contextlib
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from answers import PATH, opening, percentile, questions, ranked_areas  # noqa: E402
from callbacks import flat  # noqa: E402
from load import served  # noqa: E402

from scidip.app import create_context  # noqa: E402
from scidip.dashboard.server.factory import create_app  # noqa: E402
from scidip.settings import Settings  # noqa: E402

ORDER = 14
"""The seed of the order in which countries are asked for most, the same for all crowds."""
WARM, CALM = 300.0, 0.3
"""Seconds at most until the server has read ahead; it has when it uses less than this of a processor in five."""
CROWDS = (
    (50, 60.0, 1.0, False, 0.0, 14),
    (50, 60.0, 1.0, False, 0.7, 15),
    (50, 60.0, 1.0, True, 0.7, 16),
    (200, 60.0, 3.0, False, 0.7, 17),
    (50, 60.0, 1.0, False, 0.7, 18),
    (50, 60.0, 1.0, True, 0.7, 19),
    (200, 60.0, 3.0, False, 0.7, 20),
    (200, 60.0, 3.0, False, 1.0, 22),
    (50, 600.0, 1.0, True, 0.7, 21),
)
"""Users, seconds, seconds of thought between two clicks, whether they take files too, how usual their questions are,
and the seed of their chance: no two crowds ask the same, but later ones find more of what they ask already answered.

With 0 every choice is drawn evenly: each asks what nobody has asked. With 0.7 that share of the choices is left as the
page sets them, and the n-th country is asked for in proportion to 1/n. With 1 half of the clicks open a page, and the
others touch one control of a page as it opens: as visitors do.
"""
OPENED = ("/", "/ranking", "/country", "/country", "/country", "/pair", "/pair", "/compare", "/indicator", "/network")
"""Pages that visitors open, as often as they stand here."""
FILES = (
    "/figure/overview.png?part=overview-map&year={year}",
    "/figure/ranking.csv?part=table-1&year={year}",
    "/figure/compare.svg?part=compare-profile&areas={a},{b}",
    "/download/brief.pptx?area={a}&year={year}",
    "/download/scores.csv",
    "/api/v1/scores?ref_area={a}",
    "/api/v1/scores?format=xlsx&time_period={year}",
)
MINUTE = 60.0
PART = "-part-"
"""What stands in the name of a callback that answers for a part of a page: asked after a click, and counted with it."""
SHARE = 0.1
"""Of the clicks, those that take a file."""


def family(process: int) -> list[Path]:
    """Return a process and all below it: workers, what makes files, browsers, what reads ahead (Linux)."""
    below = collections.defaultdict(list)
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            below[int((path / "stat").read_text().rpartition(")")[2].split()[1])].append(int(path.name))
    found = [process]
    for one in found:
        found += below[one]
    return [Path("/proc") / str(one) for one in found]


def memory(process: int) -> int:
    """Return the bytes a process and all below it hold, each page shared counted once."""
    held = 0
    for path in family(process):
        with contextlib.suppress(OSError, StopIteration):
            lines = (path / "smaps_rollup").read_text().splitlines()
            held += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return held


def processor(process: int) -> float:
    """Return the seconds of a processor that a process and all below it have used, those that ended among them."""
    ticks = 0
    for path in family(process):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, (path / "stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_until_calm(process: int) -> None:
    """Wait until the server has read ahead, or for as long as it may take on a busy machine."""
    until, used = time.monotonic() + WARM, -1.0
    time.sleep(10)
    while time.monotonic() < until and processor(process) - used > CALM:
        used = processor(process)
        time.sleep(5)


class Crowd:
    """Users that click, look, and click again, each on other questions."""

    def __init__(
        self, base: str, asked: list[Any], areas: list[str], years: list[int], usual: float, seed: int
    ) -> None:
        self._base, self._years = base, years
        self._asked = [q for q in asked if PART not in q.name]
        self._parts = [q for q in asked if PART in q.name]
        self._usual, self._seed = usual, seed
        self._areas = random.Random(ORDER).sample(areas, len(areas))
        self.times: dict[str, list[float]] = collections.defaultdict(list)
        self.seen: collections.Counter[str] = collections.Counter()

    def run(self, users: int, seconds: float, thought: float, files: bool) -> float:
        """Let the users click for some seconds; return how long it took until all had their answers."""
        until = time.monotonic() + seconds
        each = [threading.Thread(target=self._user, args=(n, until, thought, files)) for n in range(users)]
        start = time.monotonic()
        for one in each:
            one.start()
        for one in each:
            one.join()
        return time.monotonic() - start

    def _user(self, n: int, until: float, thought: float, files: bool) -> None:
        chance = random.Random(1000 * self._seed + n)
        transport = httpx.HTTPTransport(verify=False, local_address=f"127.0.1.{n % 250 + 1}")
        with httpx.Client(base_url=self._base, timeout=60, transport=transport) as client:
            time.sleep(thought * chance.random())
            while time.monotonic() < until:
                self._click(client, chance, files)
                time.sleep(thought * (0.5 + chance.random()))

    def _click(self, client: httpx.Client, chance: random.Random, files: bool) -> None:
        start = time.perf_counter()
        kind = "file" if files and chance.random() < SHARE else "click"
        try:
            if kind == "file":
                status = client.get(self._file(chance)).status_code
            else:
                body = self._asked_by(chance)
                status = client.post(PATH, json=body).status_code
                self.times[kind].append(time.perf_counter() - start)
                self._follow(client, body)
        except httpx.HTTPError as error:
            self.seen[f"{kind} {type(error).__name__}"] += 1
        else:
            self.seen[f"{kind} {status}"] += 1
        if kind == "file":
            self.times[kind].append(time.perf_counter() - start)

    def _asked_by(self, chance: random.Random) -> dict[str, Any]:
        """Return what a click asks for."""
        if self._usual < 1 or chance.random() < 0.5:
            drawn: dict[str, Any] = chance.choice(self._asked).drawn(chance, self._areas, self._usual)
            return drawn
        path = chance.choice(OPENED)
        a, b = chance.choices(self._areas, [1 / (n + 1) for n in range(len(self._areas))], k=2)
        words = {"/country": f"?area={a}", "/pair": f"?a={a}&b={b if b != a else self._areas[-1]}"}
        return opening(path, words.get(path, ""))

    def _follow(self, client: httpx.Client, body: dict[str, Any]) -> None:
        """Ask for the parts of the page that a click has begun, one after the other as a browser does."""
        held = {(str(i["id"]), i["property"]): i["value"] for i in flat([*body["inputs"], *body.get("state", [])])}
        page = body["output"].strip(".").partition("-")[0]
        if path := held.get(("_pages_location", "pathname")):
            page = path.strip("/")
            asked = parse_qsl(held["_pages_location", "search"].removeprefix("?"))
            held |= {(f"{page}-{name}", part): value for name, value in asked for part in ("data", "value")}
        for part in (q for q in self._parts if q.name.startswith(f"{page}{PART}")):
            own, start = part.body(), time.perf_counter()
            for one in flat([*own["inputs"], *own["state"]]):
                one["value"] = held.get((str(one["id"]), one["property"]), one["value"])
            status = client.post(PATH, json=own).status_code
            self.seen[f"part {status}"] += 1
            self.times["part"].append(time.perf_counter() - start)

    def _file(self, chance: random.Random) -> str:
        a, b = chance.sample(self._areas, 2)
        if self._usual:
            weights = [1 / (n + 1) for n in range(len(self._areas))]
            a = chance.choices(self._areas, weights)[0]
        year = self._years[-1] if chance.random() < self._usual else chance.choice(self._years)
        return chance.choice(FILES).format(a=a, b=b, year=year)


def measure(base: str, process: int, crowd: tuple[int, float, float, bool, float, int], known: tuple[Any, ...]) -> None:
    """Print what one crowd waits for, and the memory before and after."""
    users, seconds, thought, files, usual, seed = crowd
    before, used, one = memory(process), processor(process), Crowd(base, *known, usual, seed)
    held: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(MINUTE):
            held.append(memory(process))

    watch = threading.Thread(target=look)
    watch.start()
    took = one.run(users, seconds, thought, files)
    done.set()
    watch.join()
    count = sum(len(times) for kind, times in one.times.items() if kind != "part")
    print(
        f"{users} users, {thought:g} s of thought, {'with' if files else 'without'} files, usual {usual:g}, "
        f"seed {seed}, "
        f"{took:.0f} s: "
        f"{count / took:.0f} answers a second, {1000 * (processor(process) - used) / count:.0f} ms of processor each, "
        f"{dict(sorted(one.seen.items()))}; "
        f"memory {before / 1e6:.0f} → {memory(process) / 1e6:.0f} MB",
        flush=True,
    )
    if len(held) > 1:
        print(f"  memory after each minute: {', '.join(f'{m / 1e6:.0f}' for m in held)} MB", flush=True)
    for kind, times in sorted(one.times.items()):
        said = ", ".join(
            f"{name} {1000 * percentile(times, share):.0f} ms"
            for name, share in (("median", 0.5), ("95th", 0.95), ("99th", 0.99))
        )
        print(f"  {kind}: {len(times)} times, {said}, worst {1000 * max(times):.0f} ms", flush=True)


def main() -> None:
    """Serve the database of the settings; let the crowds in."""
    context = create_context(Settings.from_env())
    known = (questions(create_app(context)), sorted(ranked_areas(context)), context.years)
    given = [float(a) for a in sys.argv[1:]]
    one = (int(given[0]), *given[1:3], bool(given[3]), given[4], int(given[5])) if len(given) == 6 else None
    crowds = (one,) if one else CROWDS
    with served() as (base, _, process):
        wait_until_calm(process)
        for crowd in crowds:
            measure(base, process, crowd, known)


if __name__ == "__main__":
    main()
