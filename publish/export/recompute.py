"""Recompute the scores of a data package from its own figures, and say what differs."""

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from scidip.indicators.engine.published import publish, score_normalised
from scidip.indicators.errors import DataError
from scidip.indicators.lists import with_none
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.framework import Framework
from scidip.indicators.model.methodology import Methodology
from scidip.indicators.model.not_ranked_reasons import why_outside
from scidip.indicators.model.observations import Matrix, to_matrix
from scidip.indicators.vocabulary import NOT_APPLICABLE, ObsStatus
from scidip.publish.export.data_package import digest_of
from scidip.publish.export.opening import DAMAGE, opened

TOLERANCE: Final = 1e-9
SHOWN: Final = 20
LARGEST: Final = 256 << 20
"""Bytes that all files of a package may unpack to; ours is about 60 MB."""
COMPARED: Final = ("score", "rank", "coverage", "carried_share")
KEY: Final = ["framework", "node", "time_period", "ref_area"]


def recompute(path: Path) -> list[str]:
    """Return a line for each file that was changed and each score that differs; none when all is equal.

    Scores, ranks, coverage and carried shares of every framework; intervals rest on draws and are
    not recomputed. Raises DataError when *path* is no data package.
    """
    try:
        with opened(path, LARGEST) as archive:
            described = json.loads(archive.read("datapackage.json"))
            faults = list(_changed(archive, described))
            frames = {n: _frame(archive, n) for n in ("observations", "lists", "scores", "normalised", "areas")}
            catalogue = json.loads(archive.read("catalogue.json"))
            return faults + list(_differences(frames, catalogue))
    except DAMAGE as error:
        told = str(error).strip("'").splitlines()[:1]
        raise DataError(f"{path} is not a data package of scidip, or is damaged ({''.join(told)})") from error


def _changed(archive: zipfile.ZipFile, described: Any) -> Iterator[str]:
    paths = [r["path"] for r in described["resources"]]
    for path, count in Counter(paths).items():
        # Each is unpacked as often as it is listed.
        if count > 1:
            raise ValueError(f"datapackage.json lists {path} {count} times")
    for resource in described["resources"]:
        digest = hashlib.sha256(archive.read(resource["path"])).hexdigest()
        if resource["hash"] != f"sha256:{digest}":
            yield f"{resource['path']} was changed: its digest is not the one in datapackage.json"
    listed = {"datapackage.json", *paths}
    for name in sorted(set(archive.namelist()) - listed):
        yield f"{name} was added: datapackage.json does not list it"
    if described["digest"] != digest_of(described["resources"]):
        yield "datapackage.json was changed: its digest does not fit the files it lists"


def _frame(archive: zipfile.ZipFile, name: str) -> pd.DataFrame:
    with archive.open(f"{name}.csv") as file:
        texts = {"vintage": str, "reason": str, "reason_code": str, "node": str, "ref_area": str}
        return pd.read_csv(file, dtype=texts, keep_default_na=False, na_values=[""])


def _differences(frames: dict[str, pd.DataFrame], catalogue: Any) -> Iterator[str]:
    specs = {i["code"]: IndicatorSpec.model_validate(i) for i in catalogue["indicators"]}
    methodology = Methodology.model_validate(catalogue["methodology"])
    frameworks = [Framework.model_validate(f) for f in catalogue["frameworks"]]
    matrix, scale = _matrix(frames, specs, frameworks, methodology)
    parts = [score_normalised(matrix, scale, specs, f, methodology).assign(framework=f.code) for f in frameworks]
    again = pd.concat(parts).set_index(KEY)[list(COMPARED)]
    given = frames["scores"].set_index(KEY)[list(COMPARED)]
    rows = again.index.union(given.index)
    again, given = again.reindex(rows).astype(float), given.reindex(rows).astype(float)
    same = np.isclose(again, given, rtol=0, atol=TOLERANCE, equal_nan=True)
    places = np.argwhere(~same)
    found, held = again.to_numpy(), given.to_numpy()
    for row, column in places[:SHOWN]:
        yield (
            f"{' '.join(map(str, rows[row]))}: {COMPARED[column]} is {held[row, column]:.10g} in the package "
            f"and {found[row, column]:.10g} recomputed"
        )
    if len(places) > SHOWN:
        yield f"and {len(places) - SHOWN:,} more"


def _matrix(
    frames: dict[str, pd.DataFrame],
    specs: dict[str, IndicatorSpec],
    frameworks: list[Framework],
    methodology: Methodology,
) -> tuple[Matrix, Any]:
    """Return the matrix of figures and the values on the scale, withheld series as the package has them."""
    scores, held = frames["scores"], frames["normalised"]
    blank: dict[str, Any] = {"counterpart_area": NOT_APPLICABLE, "file": -1, "row": -1}
    figures = with_none(frames["observations"].assign(**blank), frames["lists"])
    areas = sorted(scores["ref_area"].unique())
    years = sorted({int(y) for y in scores["time_period"].unique()})
    unknown, period = [[None] * len(years)] * len(areas), methodology.period
    people = to_matrix(figures, [specs["population"]], areas, years, unknown, period).values[:, :, 0]
    kind = frames["areas"].set_index("ref_area")["kind"]
    minimum = methodology.universe.min_population
    outside = [[why_outside(kind[a], people[i, y], minimum) for y in range(len(years))] for i, a in enumerate(areas)]
    leaves = list(dict.fromkeys(i for f in frameworks for i in f.leaves))
    matrix = to_matrix(figures, [specs[c] for c in leaves], areas, years, outside, period)
    built = publish(matrix, specs, frameworks[0], methodology).built
    scale = built.normalised.reshape(matrix.values.shape)
    at = tuple(
        pd.Index(index).get_indexer(pd.Index(held[column]))
        for index, column in ((areas, "ref_area"), (years, "time_period"), (leaves, "indicator"))
    )
    if any((places < 0).any() for places in at):
        raise ValueError("normalised.csv names an area, a year or an indicator that has no scores")
    scale[at] = matrix.values[at] = held["normalised"]
    matrix.periods[at] = held["own_period"]
    listed = held["none_by_list"].astype(str).str.lower() == "true" if "none_by_list" in held else False
    matrix.statuses[at] = np.where(listed, str(ObsStatus.NONE_LISTED), held["obs_status"].astype(str))
    return matrix, scale
