"""A list read by columns is the list read line by line, and what is odd is left to the one that names the line."""

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import lists
from scidip.indicators.errors import SourceChanged

pytestmark = pytest.mark.unit
CELL = st.text(st.sampled_from("aé 1.;\u00a0\u2003NA-"), max_size=6)


def snapshot(text: str) -> Snapshot:
    return Snapshot("list.csv", text.encode())


def line_by_line(text: str, wanted: list[str]) -> pd.DataFrame:
    before, lists._plain = lists._plain, lambda *_: None
    try:
        return lists.read_list("doaj", snapshot(text), wanted)
    finally:
        lists._plain = before


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.booleans())
def test_a_plain_list_is_the_same_by_columns(rows, ends) -> None:
    text = "\n".join(["a, b ,c", *(",".join(row) for row in rows)]) + "\n" * ends
    pd.testing.assert_frame_equal(lists.read_list("doaj", snapshot(text), ["c", "b"]), line_by_line(text, ["c", "b"]))


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,"x, y"\n',
        "a,b\r\n1,2\r\n",
        "a,b\n1,2\n\n3,4\n",
        "a,b\n1,2\n3\n",
        "a,b\n1,2,3\n",
        "a\n1\n\n2\n",
        "a,a\n1,2\n",
        "x,y\n1,2\n",
    ],
)
def test_what_is_no_plain_list_is_left_to_the_other_reader(text) -> None:
    assert lists._plain(text, ["a"], ",") is None


def test_a_short_record_is_named_by_its_line_as_before() -> None:
    with pytest.raises(SourceChanged, match="row 3") as told:
        lists.read_list("doaj", snapshot("a,b\n1,2\n3\n"), ["a", "b"])
    assert "list.csv" in str(told.value)


def test_a_cell_longer_than_the_limit_is_read_by_the_other_reader() -> None:
    text = "a,b\n1," + "x" * (csv.field_size_limit() + 1) + "\n"
    with pytest.raises(SourceChanged, match="longer than"):
        lists.read_list("doaj", snapshot(text), ["a", "b"])
