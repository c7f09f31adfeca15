"""The golden numbers: scores, ranks and ranges of rank of both frameworks, as version 0.7.0 published them.

`numbers.npz.xz` holds them for `tests/test_golden.py`: all years, all ranked areas. They were written from a database
that `scidip build` made of the bundle, by

    SCIDIP_DATABASE_URL=sqlite:////path/of/scidip.sqlite python -m tests.golden.write

Renew them in the same commit as a change of figures, catalogue or methodology that means to move numbers, and say
under *Methodology* in CHANGELOG.md what moved and by how much; `python -m tests.golden.write --compare` says it. A
change of code that means to move nothing leaves the file alone.
"""

import hashlib
import io
import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK
from scidip.settings import Settings
from scidip.store.database.engine import open_engine
from scidip.store.database.schema import DERIVED, SCORES
from scidip.store.queries import served

FILE = Path(__file__).with_name("numbers.npz.xz")
FRAMEWORKS = (DEFAULT_FRAMEWORK, "four_factors")
KEY = ["node", "ref_area", "time_period"]
ENDS = ("rank_p05", "rank_p50", "rank_p95")
Numbers = dict[str, NDArray[Any]]


def numbers_of(engine: Engine) -> Numbers:
    """Return the served numbers as arrays over node × area × year, by framework and kind.

    Kinds: the labels `nodes`, `areas`, `years`; `score` (NaN: none); `rank`, `rank_p05`, `rank_p50` and `rank_p95` (0:
    none). Only ranked areas. `figures` is a digest of what was scored.
    """
    found: Numbers = {"figures": np.array(digest_of(engine))}
    for framework in FRAMEWORKS:
        frame = served.frame_of(engine, served.scores_query(framework))
        frame = frame[frame["is_ranked"].astype(bool)]
        labels = [sorted(set(frame[column])) for column in KEY]
        names = [f"{framework}/{kind}" for kind in ("nodes", "areas", "years")]
        found |= {name: np.array(known) for name, known in zip(names, labels, strict=True)}
        at = tuple(
            pd.Index(known).get_indexer(pd.Index(frame[column])) for column, known in zip(KEY, labels, strict=True)
        )
        shape = tuple(map(len, labels))
        scores = np.full(shape, np.nan)
        scores[at] = frame["score"].astype(float)
        found[f"{framework}/score"] = scores
        for kind in ("rank", *ENDS):
            places = np.zeros(shape, dtype=np.uint16)
            places[at] = frame[kind].astype(float).fillna(0)
            found[f"{framework}/{kind}"] = places
    return found


def digest_of(engine: Engine) -> str:
    """Return a digest of the figures of all sources that serve: not of the code, nor of what it made of them."""
    digests = sorted(served.served_digests(engine).items())
    told = "\n".join(f"{s}:{d}" for s, d in digests if s not in (SCORES, DERIVED))
    return hashlib.sha256(told.encode()).hexdigest()


def held() -> Numbers:
    """Return the numbers of the file."""
    with lzma.open(FILE) as packed, np.load(io.BytesIO(packed.read())) as file:
        return dict(file)


def differences(ours: Numbers, golden: Numbers) -> dict[str, float]:
    """Return by kind the largest difference of *ours* from the *golden* ones, infinite where one has none."""
    largest = {}
    for name, known in golden.items():
        mine = ours.get(name)
        if mine is None or mine.shape != known.shape:
            largest[name] = np.inf
        elif known.dtype.kind in "US" or name.endswith("/years"):
            largest[name] = 0.0 if np.array_equal(mine, known) else np.inf
        else:
            gap = np.abs(mine.astype(float) - known.astype(float))
            one = (mine > 0) != (known > 0) if known.dtype.kind == "u" else np.isnan(mine) != np.isnan(known)
            largest[name] = np.inf if one.any() else float(np.nanmax(gap, initial=0.0))
    return largest


def main() -> None:
    """Write the file from the database of the settings, or say how far that is from it."""
    engine = open_engine(Settings.from_env().database_url)
    ours = numbers_of(engine)
    if "--compare" in sys.argv:
        for name, gap in differences(ours, held()).items():
            print(f"{name:28} {gap:.3g}")
    else:
        packed = io.BytesIO()
        np.savez(packed, **ours)
        FILE.write_bytes(lzma.compress(packed.getvalue(), preset=9))
        print(f"{FILE}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
