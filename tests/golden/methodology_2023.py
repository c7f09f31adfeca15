"""Figures and scores of version 0.7.0, for methodology "2023": the default of then.

`methodology_2023.npz.xz` was written from a database that version 0.7.0 had built of its bundle, by

    python -m tests.golden.methodology_2023 /path/of/scidip.sqlite

It holds the figures of the indicators scored then, as they entered the scores of 2010 to 2023, who was outside the
universe that is ranked, and of the three factors' nodes the scores and ranks of `COMPARED`. Figures behind those years
are exact; so are the lowest and highest of each indicator, which set its scale. All others only decide how skewed a
series is: of them so many binary digits are kept as give the same treatment, or the file would be three times as large. Written is only what
gives back the scores to 1e-12 and all ranks. It is not renewed: figures of today have no place in it.
"""

import io
import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import create_engine, text

from scidip.indicators.engine.published import score
from scidip.indicators.methods.outliers import winsorise_log
from scidip.indicators.model.catalogue import Catalogue
from scidip.indicators.model.not_ranked_reasons import Reason
from scidip.indicators.model.observations import to_matrix
from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, NotRanked
from scidip.program import Program
from scidip.settings import Settings

FILE = Path(__file__).with_name("methodology_2023.npz.xz")
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 3, "pb": 3}]
"""What packs numbers of eight bytes best."""
METHODOLOGY = "2023"
COMPARED = (2010, 2023)
"""In 2010 no area had an international factor: there are scores of dimensions and factors, and no ranks."""
TOLERANCE = 1e-12
RENAMED = {"visa_openness": "visa_openness_of_the_year"}
"""Codes of then that name another indicator today, and those of today."""
STATUSES = ("", "A", "E", "P", "Z")
REASONS = ("", *(str(r.value) for r in (NotRanked.TERRITORY, NotRanked.SMALL_POPULATION, NotRanked.NO_POPULATION)))
KEY = ["node", "ref_area", "time_period"]
CELL = ["indicator", "ref_area", "own_period"]
EXTREMES = 8
"""So many different values at each end are exact: winsorising moves at most five points, and looks at the next."""
Numbers = dict[str, NDArray[Any]]


def held() -> Numbers:
    """Return the arrays of the file.

    Labels `codes`, `areas`, `periods`, `years`, `nodes`. `status` over code × area × period is a position in `STATUSES`,
    `values` are the figures where it names one, in order. `outside` over area × year, why an area is not ranked, is a
    position in `REASONS`. `score` and `rank` are over node × area × `COMPARED` (NaN and 0: none).
    """
    with lzma.open(FILE) as packed, np.load(io.BytesIO(packed.read())) as file:
        return dict(file)


def scored(numbers: Numbers, catalogue: Catalogue) -> Numbers:
    """Return `score` and `rank` that the *catalogue*'s methodology gives for the figures, laid out as in the file."""
    codes, areas, years = (numbers[n].tolist() for n in ("codes", "areas", "years"))
    code, area, period = np.nonzero(numbers["status"])
    figures = pd.DataFrame(
        {
            "indicator": numbers["codes"][code],
            "ref_area": numbers["areas"][area],
            "time_period": numbers["periods"][period],
            "obs_value": numbers["values"],
            "obs_status": np.array(STATUSES)[numbers["status"][code, area, period]],
        }
    )
    reasons = [Reason(NotRanked(r)) if r else None for r in REASONS]
    outside = [[reasons[k] for k in row] for row in numbers["outside"].tolist()]
    leaves = [catalogue.indicators[c] for c in dict.fromkeys([*codes, *catalogue.framework.leaves])]
    matrix = to_matrix(figures, leaves, areas, years, outside, catalogue.methodology.period)
    result = score(matrix, catalogue.indicators, catalogue.framework, catalogue.methodology)
    return laid_out(result.scores, numbers["nodes"].tolist(), areas)


def laid_out(frame: pd.DataFrame, nodes: list[str], areas: list[str]) -> Numbers:
    """Return score and rank of a table of scores over node × area × `COMPARED`."""
    frame = frame[frame["time_period"].isin(COMPARED)]
    labels = (nodes, areas, list(COMPARED))
    at = tuple(pd.Index(known).get_indexer(pd.Index(frame[c])) for known, c in zip(labels, KEY, strict=True))
    scores = np.full([len(known) for known in labels], np.nan)
    ranks = np.zeros(scores.shape, dtype=np.uint16)
    scores[at] = frame["score"].astype(float)
    ranks[at] = frame["rank"].astype(float).fillna(0)
    return {"score": scores, "rank": ranks}


def gaps(ours: Numbers, golden: Numbers) -> tuple[float, int]:
    """Return the largest difference of scores (infinite where only one has any) and how many ranks differ."""
    apart = np.abs(ours["score"] - golden["score"])
    one = np.isnan(ours["score"]) != np.isnan(golden["score"])
    return np.inf if one.any() else float(np.nanmax(apart)), int((ours["rank"] != golden["rank"]).sum())


def _read(database: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells and the scores that serve in a database of version 0.7.0."""
    engine = create_engine(f"sqlite:///file:{database}?mode=ro&immutable=1&uri=true")
    serves = "run_id = (SELECT run_id FROM vintage WHERE source_id = 'scores')"
    cells = pd.read_sql(text(f"SELECT * FROM scored_cell WHERE {serves}"), engine)
    scores = pd.read_sql(text(f"SELECT * FROM score WHERE {serves} AND framework = '{DEFAULT_FRAMEWORK}'"), engine)
    return cells.assign(indicator=cells["indicator"].replace(RENAMED)), scores


def numbers_of(cells: pd.DataFrame, scores: pd.DataFrame, catalogue: Catalogue) -> Numbers:
    """Return what the file holds of them."""
    areas, nodes = sorted(set(cells["ref_area"])), sorted(set(scores["node"]))
    codes, years = list(catalogue.framework.leaves), sorted(set(scores["time_period"]))
    whole = scores[scores["node"] == catalogue.framework.index_code]
    why = whole["reason_code"].where(whole["reason_code"].isin(REASONS), "")
    outside = np.zeros((len(areas), len(years)), dtype=np.uint8)
    places = pd.Index(areas).get_indexer(pd.Index(whole["ref_area"])), whole["time_period"].to_numpy() - years[0]
    outside[places] = pd.Index(REASONS).get_indexer(pd.Index(why))
    figures = _shortened(cells, set(zip(whole["ref_area"][why == ""], whole["time_period"][why == ""], strict=True)))
    labels = codes, areas, sorted(set(figures["own_period"]))
    at = tuple(pd.Index(known).get_indexer(pd.Index(figures[c])) for known, c in zip(labels, CELL, strict=True))
    status, values = np.zeros([len(known) for known in labels], dtype=np.uint8), np.zeros([len(k) for k in labels])
    status[at] = pd.Index(STATUSES).get_indexer(pd.Index(figures["obs_status"]))
    values[at] = figures["obs_value"]
    return {
        "codes": np.array(codes),
        "areas": np.array(areas),
        "years": np.array(years),
        "nodes": np.array(nodes),
        "periods": np.array(labels[-1]),
        "values": values[status > 0],
        "status": status,
        "outside": outside,
        **laid_out(scores, nodes, areas),
    }


def _shortened(cells: pd.DataFrame, inside: set[tuple[str, int]]) -> pd.DataFrame:
    """Return each figure once, exact where it must be; *inside* are area and year of those that set the scale."""
    counts = pd.Series([k in inside for k in zip(cells["ref_area"], cells["time_period"], strict=True)], cells.index)
    parts = []
    for _, known in cells.groupby("indicator"):
        values, sets_scale = known["obs_value"].astype(float), counts[known.index]
        ordered = np.unique(values[sets_scale])
        low, high = ordered[:EXTREMES][-1], ordered[-EXTREMES:][0]
        exact = known["time_period"].isin(COMPARED) | (values <= low) | (values >= high)
        exact = exact.groupby([known["ref_area"], known["own_period"]]).transform("any")
        for digits in range(1, 54):
            short = values.where(exact, _coarse(values, digits).clip(low, high))
            if _fit(short[sets_scale]) == _fit(values[sets_scale]):
                break
        parts.append(known.assign(obs_value=short).drop_duplicates(CELL))
    return pd.concat(parts)


def _fit(values: pd.Series) -> tuple[str, float, float]:
    """Return what is done to a series, and its bounds."""
    found = winsorise_log(values.to_numpy())
    return found.rule, found.lower, found.upper


def _coarse(values: pd.Series, digits: int) -> pd.Series:
    """Return values with their first binary digits."""
    fraction, exponent = np.frexp(values)
    return np.ldexp(np.round(fraction * 2**digits) / 2**digits, exponent)


def main() -> None:
    """Write the file from the database that is named, once it is seen to give its scores."""
    catalogue = Program(Settings.from_env({})).catalogue.under(METHODOLOGY)
    numbers = numbers_of(*_read(Path(sys.argv[1])), catalogue)
    apart, ranks = gaps(scored(numbers, catalogue), numbers)
    print(f"largest difference {apart:.3g}, {ranks} ranks differ")
    if apart > TOLERANCE or ranks:
        sys.exit("nothing is written")
    packed = io.BytesIO()
    np.savez(packed, **numbers)
    FILE.write_bytes(lzma.compress(packed.getvalue(), filters=FILTERS))
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes, {len(numbers['values']):,} figures")


if __name__ == "__main__":
    main()
