"""The engine as a library: the same figures as files give, pandas' habits, and faults with their place."""

import io

import numpy as np
import pandas as pd
import pytest

from scidip import engine
from scidip.publish.export import own_index_files
from tests.test_own_index import DATA, META

pytestmark = pytest.mark.unit


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def test_frames_and_files_give_the_same_index(tmp_path) -> None:
    (tmp_path / "data.csv").write_text(DATA)
    (tmp_path / "meta.csv").write_text(META)
    by_files = own_index_files.score_files(tmp_path / "data.csv", tmp_path / "meta.csv", None)
    by_frames = engine.score(read(DATA), read(META))
    np.testing.assert_array_equal(by_frames.scores.to_numpy(), by_files.composite.nodes.scores)
    assert by_frames.ranks.index.tolist() == ["AA", "BB", "CC", "DD"][: len(by_frames.ranks)]


def test_a_level_that_pandas_read_as_a_decimal_is_a_level() -> None:
    meta = read(META).astype({"Level": "float64", "Direction": "float64"})
    assert engine.score(read(DATA), meta).scores.equals(engine.score(read(DATA), read(META)).scores)


def test_years_are_part_of_the_index() -> None:
    data = pd.concat([read(DATA).assign(Time=year) for year in (2020, 2021)])
    scores = engine.score(data, read(META)).scores
    assert scores.index.names == ["uCode", "Time"]
    assert scores.loc[("AA", 2020)].equals(scores.loc[("AA", 2021)])


def test_a_fault_names_table_and_row() -> None:
    data = read(DATA)
    data["x1"] = data["x1"].astype(object)
    data.loc[1, "x1"] = "many"
    with pytest.raises(engine.InputFaults, match=r"data, row 3.*many"):
        engine.score(data, read(META))


def test_intervals_hold_the_score() -> None:
    index = engine.score(read(DATA), read(META))
    found = index.intervals(draws=30, seed=1)
    assert found.index.names == ["uCode", "node"]
    assert set(found.index.get_level_values("node")) == set(index.scores.columns)
