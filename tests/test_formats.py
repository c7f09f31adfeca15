"""Every format: what is written and read again is the same table."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scidip.findings import terms
from scidip.publish.export import tables
from scidip.publish.export.tables import OBSERVATIONS, PAIRS, SCORES, STAGES, Column, Table
from scidip.publish.export.writing import formats, write_whole
from scidip.store.table_rows import Chosen

# Texts stay texts: an empty one is not a missing one, and a vintage such as 2024 is no number.
TEXTS = {c.name: str for t in (OBSERVATIONS, PAIRS, SCORES, STAGES) for c in t if c.kind == "text"}
NUMBERS = {c.name: [""] for t in (OBSERVATIONS, PAIRS, SCORES, STAGES) for c in t if c.kind != "text"}
AS_WRITTEN: dict[str, Any] = {"dtype": TEXTS, "keep_default_na": False, "na_values": NUMBERS}
IN_CAPITALS: dict[str, Any] = {
    "dtype": {k.upper(): v for k, v in TEXTS.items()},
    "keep_default_na": False,
    "na_values": {k.upper(): v for k, v in NUMBERS.items()},
}
# To the last digit: pandas' own parser is fast and off by one in the last place.
READ: dict[str, Callable[[bytes], pd.DataFrame]] = {
    "csv": lambda b: pd.read_csv(io.BytesIO(b), float_precision="round_trip", **AS_WRITTEN),
    "json": lambda b: pd.DataFrame(json.loads(b)["data"]),
    "parquet": lambda b: pd.read_parquet(io.BytesIO(b)),
    "sdmx_csv": lambda b: pd.read_csv(io.BytesIO(b), float_precision="round_trip", **IN_CAPITALS).rename(
        columns=str.lower
    ),
    "stata": lambda b: pd.read_stata(io.BytesIO(b)),
    "xlsx": lambda b: pd.read_excel(io.BytesIO(b), sheet_name="data", **AS_WRITTEN),
}


def test_every_format_is_read_here() -> None:
    assert set(READ) == set(formats())


@pytest.fixture(scope="module")
def all_tables(engine, catalogue) -> dict[str, Table]:
    some = Chosen({"ref_area": ["FRA", "TUV", "ABW"]}, 2018, 2021)
    return {
        "observations": tables.observations(engine, catalogue, some),
        "pairs": tables.observations(engine, catalogue, some, pairs=True),
        "scores": tables.scores(engine, catalogue, some),
        "stages": tables.stages(engine, catalogue, some),
    }


@pytest.fixture(scope="module")
def table(all_tables) -> Table:
    return all_tables["observations"]


@pytest.mark.parametrize("name", ["observations", "pairs", "scores", "stages"])
@pytest.mark.parametrize("code", sorted(READ))
def test_what_is_written_is_read_again(code: str, name: str, all_tables) -> None:
    """Every table, every format, every cell: equal, not nearly equal. (Excel keeps 16 digits of a number.)"""
    table = all_tables[name]
    read = READ[code](b"".join(formats()[code].pieces(table)))[table.header]
    expected = pd.DataFrame(list(table.rows()), columns=table.header)
    assert len(expected) > 200 and expected.notna().any().all()
    for column in table.columns:
        if column.kind == "text":
            expected[column.name] = expected[column.name].fillna("").astype(str)
            read[column.name] = read[column.name].fillna("").astype(str)
        else:
            expected[column.name] = expected[column.name].astype("float64")
            read[column.name] = read[column.name].astype("float64")
    pd.testing.assert_frame_equal(
        read, expected, check_exact=code != "xlsx", **({"rtol": 1e-15} if code == "xlsx" else {})
    )


def test_a_table_that_is_not_simple_comes_back() -> None:
    """Quotes, commas, line ends, other scripts, extremes of numbers: what a supplied series may hold."""
    columns = (
        Column("what", "text", "dimension", "x"),
        Column("much", "number", "measure", "y"),
        Column("many", "integer", "attribute", "z"),
        Column("is", "boolean", "attribute", "w"),
    )
    rows = [
        ('a "b", c', 0.1 + 0.2, 1, True),
        ("d\ne", 1e300, -3, False),
        ("Côte d’Ivoire 北京 \U0001f600", -5e-300, None, True),
        ("", None, 0, False),
        (" x ", 123456789.123456789, 2**40, True),
    ]
    odd = Table("odd", columns, lambda: iter(rows))
    expected = pd.DataFrame(rows, columns=odd.header)
    keep = {
        "dtype": {"what": str, "WHAT": str},
        "keep_default_na": False,
        "na_values": {n: [""] for n in ("much", "many", "MUCH", "MANY")},
    }
    readers = READ | {
        "csv": lambda b: pd.read_csv(io.BytesIO(b), float_precision="round_trip", **keep),
        "sdmx_csv": lambda b: pd.read_csv(io.BytesIO(b), float_precision="round_trip", **keep).rename(
            columns=str.lower
        ),
        "xlsx": lambda b: pd.read_excel(io.BytesIO(b), sheet_name="data", **keep),
    }
    for code, read in readers.items():
        found = read(b"".join(formats()[code].pieces(odd)))[odd.header]
        exact = {"rtol": 1e-15} if code == "xlsx" else {"check_exact": True}
        pd.testing.assert_frame_equal(
            found.assign(
                what=found["what"].fillna("").astype(str), **{c: found[c].astype(float) for c in odd.header[1:]}
            ),
            expected.assign(
                what=expected["what"].astype(str), **{c: expected[c].astype(float) for c in odd.header[1:]}
            ),
            obj=code,
            **exact,
        )


def test_stata_takes_every_name_and_text() -> None:
    """Names of at most 32 letters, labels of at most 80, texts longer than its short kind holds (2,045)."""
    columns = (
        Column("a_name_that_is_longer_than_stata_takes", "text", "dimension", "x" * 200),
        Column("a_name_that_is_longer_than_stata_takes_too", "number", "measure", "y"),
    )
    rows = [("z" * 5000, 1.5), ("short", None)]
    found = pd.read_stata(io.BytesIO(b"".join(formats()["stata"].pieces(Table("x", columns, lambda: iter(rows))))))
    assert [len(name) <= 32 for name in found.columns] == [True, True] and len(set(found.columns)) == 2
    assert found.iloc[0, 0] == "z" * 5000 and found.iloc[0, 1] == 1.5 and pd.isna(found.iloc[1, 1])
    known = {c.name for t in (OBSERVATIONS, PAIRS, SCORES, STAGES) for c in t}
    assert all(len(name) <= 32 for name in known)


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


@pytest.mark.parametrize("name", ["observations", "pairs", "scores", "stages"])
def test_sdmx_csv_keeps_its_rules(name: str, all_tables) -> None:
    """SDMX-CSV 2.0: three columns of its own, then dimensions before measures before attributes; each row named."""
    table = all_tables[name]
    lines = list(csv.reader(io.StringIO(b"".join(formats()["sdmx_csv"].pieces(table)).decode())))
    header, rows = lines[0], lines[1:]
    assert header[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    roles = {c.name.upper(): c.role for c in table.columns}
    order = [roles[n] for n in header[3:]]
    assert order == sorted(order, key=["dimension", "measure", "attribute"].index)
    assert sorted(header[3:]) == sorted(roles) and all(re.fullmatch("[A-Z][A-Z0-9_]*", n) for n in header)
    assert {tuple(r[:3]) for r in rows} == {("dataflow", f"SCIDIP:{name.upper()}(1.0)", "I")}
    keys = [tuple(r[3 : 3 + order.count("dimension")]) for r in rows]
    assert all(all(key) for key in keys) and len(set(keys)) == len(keys)


def test_stages_stand_side_by_side_and_hide_what_may_not_be_passed_on(engine, catalogue) -> None:
    table = tables.stages(engine, catalogue, Chosen({"ref_area": ["FRA"]}, 2020, 2020))
    frame = pd.DataFrame(list(table.rows()), columns=table.header)
    held = frame["indicator"].isin(terms.withheld(engine, catalogue))
    assert held.any() and not held.all()
    assert frame.loc[held, ["raw", "treated"]].isna().all(axis=None)
    assert frame.loc[~held, ["raw", "treated", "normalised"]].notna().all(axis=None)
    assert (frame.loc[held, "withheld"].str.contains("may not be passed on")).all()


def test_pages_after_a_key_together_give_every_row_once(engine, catalogue) -> None:
    chosen = {"indicator": ["rd_expenditure_gdp", "population"]}
    whole = list(tables.observations(engine, catalogue, Chosen(chosen)).rows())
    walked, after = [], None
    while rows := list(tables.observations(engine, catalogue, Chosen(chosen, after=after, limit=999)).rows()):
        walked += rows
        code, _field, area, period, *_rest = rows[-1]
        after = (code, area, "_Z", period)
    assert walked == whole and len(set(walked)) == len(walked)


def test_a_file_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    def broken():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "x.csv", broken())
    assert not list(tmp_path.iterdir())


def test_logical_values_are_words_that_every_reader_takes_for_them() -> None:
    """R takes "True" for a text, and what is compared with TRUE for none; SDMX writes as XML does."""
    columns = (Column("ref_area", "text", "dimension", "x"), Column("is_ranked", "boolean", "attribute", "x"))
    rows = [("FRA", True), ("DEU", False), ("ITA", None)]
    written = Table("scores", columns, lambda: iter(rows))
    text = b"".join(formats()["csv"].pieces(written)).decode()
    assert text == "ref_area,is_ranked\nFRA,TRUE\nDEU,FALSE\nITA,\n"
    assert pd.read_csv(io.StringIO(text.replace("ITA,\n", "")))["is_ranked"].dtype == bool
    sdmx = b"".join(formats()["sdmx_csv"].pieces(written)).decode().splitlines()
    assert [line.split(",")[-1] for line in sdmx] == ["IS_RANKED", "true", "false", ""]
