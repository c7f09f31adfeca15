"""Every format: what is written and read again is the same table."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from publish import tables
from publish.tables import Column, Table
from publish.writing import formats, write_whole
from store.table_rows import Chosen

READ: dict[str, Callable[[bytes], pd.DataFrame]] = {
    "csv": lambda b: pd.read_csv(io.BytesIO(b), dtype={"vintage": str}, keep_default_na=False, na_values={"obs_value": [""]}),
    "json": lambda b: pd.DataFrame(json.loads(b)["data"]),
    "parquet": lambda b: pd.read_parquet(io.BytesIO(b)),
    "sdmx_csv": lambda b: pd.read_csv(io.BytesIO(b), dtype={"VINTAGE": str}, keep_default_na=False, na_values={"OBS_VALUE": [""]}).rename(columns=str.lower),
    "stata": lambda b: pd.read_stata(io.BytesIO(b)),
    "xlsx": lambda b: pd.read_excel(io.BytesIO(b), sheet_name="data", dtype={"vintage": str}, keep_default_na=False, na_values={"obs_value": [""]}),
}  # fmt: skip


def test_every_format_is_read_here() -> None:
    assert set(READ) == set(formats())


@pytest.fixture(scope="module")
def table(engine, catalogue) -> Table:
    return tables.observations(engine, catalogue, Chosen({"ref_area": ["FRA", "TUV"]}, 2018, 2021))


@pytest.mark.parametrize("code", sorted(READ))
def test_what_is_written_is_read_again(code: str, table: Table) -> None:
    read = READ[code](b"".join(formats()[code].pieces(table)))[table.header]
    expected = pd.DataFrame(list(table.rows()), columns=table.header)
    assert len(expected) > 200
    pd.testing.assert_frame_equal(read, expected, check_dtype=False, rtol=1e-15, atol=0)


@pytest.mark.parametrize("code", sorted(READ))
def test_a_table_without_rows_is_a_file_with_columns(code: str, table: Table) -> None:
    empty = Table("observations", table.columns, lambda: iter(()), table.about)
    content = b"".join(formats()[code].pieces(empty))
    if code != "json":
        assert set(table.header) <= set(READ[code](content).columns)
    else:
        assert json.loads(content)["data"] == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_is_a_text_in_spreadsheets(text: str) -> None:
    one = Table("x", (Column("what", "text", "dimension", "x"),), lambda: iter([(text,)]))
    assert f"'{text}".strip() in b"".join(formats()["csv"].pieces(one)).decode()
    sheet = pd.read_excel(io.BytesIO(b"".join(formats()["xlsx"].pieces(one))), sheet_name="data")
    assert sheet["what"][0].startswith("'")


def test_sdmx_csv_begins_with_its_structure(table: Table) -> None:
    first = next(formats()["sdmx_csv"].pieces(table)).decode().strip().split(",")
    assert first[:6] == [
        "STRUCTURE",
        "STRUCTURE_ID",
        "ACTION",
        "INDICATOR",
        "REF_AREA",
        "TIME_PERIOD",
    ]


def test_stages_stand_side_by_side_and_hide_what_may_not_be_passed_on(engine, catalogue) -> None:
    table = tables.stages(engine, catalogue, Chosen({"ref_area": ["FRA"]}, 2020, 2020))
    frame = pd.DataFrame(list(table.rows()), columns=table.header)
    held = frame["indicator"].isin(tables.withheld(engine, catalogue))
    assert held.any() and not held.all()
    assert frame.loc[held, ["raw", "treated"]].isna().all(axis=None)
    assert frame.loc[~held, ["raw", "treated", "normalised"]].notna().all(axis=None)
    assert (frame.loc[held, "withheld"].str.contains("may not be passed on")).all()


def test_pages_after_a_key_together_give_every_row_once(engine, catalogue) -> None:
    chosen = {"indicator": ["rd_expenditure_gdp", "population"]}
    whole = list(tables.observations(engine, catalogue, Chosen(chosen)).rows())
    walked, after = [], None
    while rows := list(
        tables.observations(engine, catalogue, Chosen(chosen, after=after, limit=999)).rows()
    ):
        walked += rows
        after = (rows[-1][0], rows[-1][1], "_Z", rows[-1][2])
    assert walked == whole and len(set(walked)) == len(walked)


def test_a_file_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    def broken():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "x.csv", broken())
    assert not list(tmp_path.iterdir())
