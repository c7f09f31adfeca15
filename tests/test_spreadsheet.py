"""Tables as spreadsheets keep them: read as they are meant, or refused with what to change."""

import unicodedata

import pandas as pd
import pytest

from scidip.etl.harmonise import harmonise
from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.encoding import decoded
from scidip.etl.reading.spreadsheet import numbers
from scidip.etl.remarks import remark, remarks
from scidip.etl.source import raw_frame, text_of
from scidip.etl.sources import user
from scidip.indicators.errors import SourceChanged
from scidip.indicators.model.areas import Areas
from scidip.indicators.model.source import SourceSpec

HEADER = "indicator,ref_area,name,time_period,obs_value,obs_status,source,licence"
ROWS = ("sab,FRA,France,2023,2.5,A,Ministry,CC0", "sab,CIV,Côte d'Ivoire,2023,3,,Ministry,CC0")
TABLE = "\n".join([HEADER, *ROWS]) + "\n"
FILE = Snapshot("t.csv", b"")


def parse(content: bytes | str, name: str = "t.csv") -> pd.DataFrame:
    raw = content if isinstance(content, bytes) else content.encode()
    return user.SOURCE.parse([Snapshot(name, raw)], ["sab"])


def figures(content: bytes | str) -> list[tuple[str, object, object, str]]:
    frame = parse(content)
    columns = ["source_area", "time_period", "obs_value", "obs_status"]
    return list(frame[columns].itertuples(index=False, name=None))


RIGHT = [("FRA", 2023, 2.5, "A"), ("CIV", 2023, 3.0, "A")]
MANNERS = {
    "utf-8": TABLE.encode(),
    "byte order mark": TABLE.encode("utf-8-sig"),
    "windows-1252": TABLE.encode("cp1252"),
    "unicode text": TABLE.replace(",", "\t").encode("utf-16"),
    "utf-16 without a mark": TABLE.encode("utf-16-le"),
    "utf-32": TABLE.encode("utf-32"),
    "lines of old Macintoshes": TABLE.replace("\n", "\r").encode(),
    "lines of Windows": TABLE.replace("\n", "\r\n").encode(),
    "semicolons": TABLE.replace(",", ";").replace("2.5", "2,5").encode(),
    "semicolons and a point": TABLE.replace(",", ";").encode(),
    "bars": TABLE.replace(",", "|").encode(),
    "sep line": ("sep=;\n" + TABLE.replace(",", ";").replace("2.5", "2,5")).encode(),
    "quoted sep line": ('"sep=,"\r\n' + TABLE.replace("\n", "\r\n")).encode(),
    "capitals": TABLE.replace(HEADER, HEADER.upper()).encode(),
    "decomposed letters": unicodedata.normalize("NFD", TABLE).encode(),
    "blanks": TABLE.replace(",", " , ").encode(),
    "blank lines": TABLE.replace("\n", "\n\n").encode(),
    "empty columns": TABLE.replace("\n", ",,\n").encode(),
    "year with decimals": TABLE.replace("2023", "2023.0").encode(),
    "small status": TABLE.replace(",A,", ",a,").encode(),
}


@pytest.mark.parametrize("manner", MANNERS)
def test_every_manner_of_writing_a_table_gives_the_same_figures(manner: str) -> None:
    assert figures(MANNERS[manner]) == RIGHT


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            TABLE.replace("Ministry,CC0\n", "Ministry, 2026,CC0\n", 1),
            "row 2: the row has 9 cells where the header has 8",
        ),
        (TABLE.replace("obs_value", "value"), "row 1: the column obs_value is missing; found indicator, ref_area"),
        (TABLE.replace("licence", ""), "`scidip template INDICATOR` and leave its first line"),
        (TABLE.replace(",A,", ",X,"), r"row 2: the status 'X' is not in the code list: A \(observed\), B"),
        (TABLE.replace(",A,", ",estimated,"), "row 2: the status 'estimated' is not in the code list"),
        (TABLE.replace("CC0", "", 1), "row 2: a figure without its source and licence"),
        (TABLE.replace("sab,FRA", "gdp,FRA"), "row 2: the indicator 'gdp' does not take supplied figures"),
        (TABLE.replace("Ministry", "Mini\x08stry", 1), r"row 2: the column source holds the letter U\+0008"),
        (TABLE.replace("CC0", "CC0\u202e", 1), r"row 2: the column licence holds the letter U\+202E"),
        (TABLE.replace("FRA", "FRA\ufffe", 1), r"row 2: the column ref_area holds the letter U\+FFFE"),
        (TABLE.replace("France", '"' + "x" * 140_000 + '"'), "row 2: the table is broken here .*131,072 letters"),
        (TABLE.replace("France", '"France'), "the table is broken here"),
        ("just a text", "found just a text"),
        (b"a,b\n\x81\x8d,1\n", r"row 2: the text is neither UTF-8 \(byte 81\) nor Windows-1252"),
        (
            TABLE.encode().replace("Côte".encode(), b"C\xf4te") + "Zürich, Málaga\n".encode(),
            "row 3: the text is UTF-8 but for the byte F4 here; correct that letter",
        ),
        (TABLE.encode() + "é".encode()[:1], "row 4: the text ends within a letter"),
        (TABLE.encode("utf-16")[:-1], "the text begins as utf-16 and is none from byte"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_change(content: bytes | str, told: str) -> None:
    with pytest.raises(SourceChanged, match=f"user: t.csv.*{told}"):
        parse(content)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["2.5", "3"], [2.5, 3.0]),
        (["2,5", "3"], [2.5, 3.0]),
        (["1.234,5", "2,5"], [1234.5, 2.5]),
        (["1,234.5", "2,000"], [1234.5, 2000.0]),
        (["2.5", "1,234"], [2.5, 1234.0]),
        (["2,000", "3"], ["2,000", 3.0]),
        (["1,5", "2.5"], ["1,5", 2.5]),
        (["2.000"], [2.0]),
        (["1 234", "1\u00a0234,5", "1\u202f234", "1'234"], [1234.0, 1234.5, 1234.0, 1234.0]),
        (["٣", "０.８", "٢٫٥", "−1"], [3.0, 0.8, 2.5, -1.0]),
        (["2.5e0", "3.", ".5", "+1"], [2.5, 3.0, 0.5, 1.0]),
        (["12%", "n/a", "inf", "nan", "1_000", "0x1F", "-"], ["12%", "n/a", "inf", "nan", "1_000", "0x1F", "-"]),
    ],
)
def test_numbers_are_what_they_can_only_mean(written: list[str], meant: list[float | str]) -> None:
    assert numbers("s", FILE, written) == meant


def test_a_number_of_two_meanings_is_none_to_those_who_read_on() -> None:
    (_, two) = numbers("s", FILE, ["1,5", "2.000"])
    assert pd.isna(pd.to_numeric(pd.Series([two]), errors="coerce")[0])
    assert "between thousands?" in str(two)


def test_what_was_understood_is_said_and_nobody_need_listen() -> None:
    with remarks() as told:
        parse(MANNERS["windows-1252"])
        parse(MANNERS["windows-1252"])
        parse(MANNERS["sep line"])
    assert told == [
        "t.csv was read as Windows-1252 (which ISO-8859-1 is part of), since it is not UTF-8",
        "t.csv: cells parted by semicolons",
        "t.csv: a comma is read as the decimal mark",
    ]
    remark("said to nobody")
    assert "said to nobody" not in told


def test_producers_files_may_be_in_other_encodings_and_lines(sources) -> None:
    row = "CIV,Côte d'Ivoire,0.582"
    file = f"iso3,country,hdi_2023\r{row}\r"
    for content in (file.encode("latin-1"), file.encode("utf-16"), file.encode()):
        raw = sources["undp_hdr"].parse([Snapshot("HDR.csv", content)], ["hdi"])
        assert raw[["source_area", "obs_value", "row"]].to_numpy().tolist() == [["CIV", 0.582, 2]]
    assert text_of("s", Snapshot("x", b"a\rb\r")) == "a\nb\n"
    assert decoded("s", "x", "Zürich".encode("cp1252")) == "Zürich"


def test_a_status_outside_the_code_list_is_set_aside_whatever_its_source(areas, catalogue) -> None:
    spec = SourceSpec(
        id="world_bank", title="T", publisher="P", homepage="", licence="L", citation="C", kind="official"
    )
    specs = catalogue.of_source("world_bank")
    raw = raw_frame(
        series="SP.POP.TOTL",
        source_area=["FRA", "DEU"],
        time_period=[2020, 2020],
        obs_value=[1e6, 2e6],
        obs_status=["A", "Q"],
        row=[2, 3],
    )
    done = harmonise(raw, spec, specs, areas, 2026)
    assert done.observations["ref_area"].tolist() == ["FRA"]
    assert done.quarantined["check_code"].tolist() == ["STATUS_UNKNOWN"]
    assert "'Q' is not in the code list (A, B, E, I, M, O, P, U)" in done.quarantined["message"][0]


def test_names_in_capitals_and_in_decomposed_letters_are_found(areas: Areas) -> None:
    """By registration: every name of every area, as spreadsheets and old systems write it."""
    lost = []
    for name, code in areas.known_names.items():
        for written in (unicodedata.normalize("NFD", name), name.upper(), unicodedata.normalize("NFD", name.upper())):
            if areas.resolve("nobody", written, "name").ref_area != code:
                lost.append((written, code))
    assert not lost
    for written, code in {"COTE D'IVOIRE": "CIV", "TÜRKİYE": "TUR", "TURKIYE": "TUR", "CURACAO": "CUW"}.items():
        assert areas.resolve("nobody", written, "name").ref_area == code
    assert areas.resolve("nobody", "Cote d'Ivoire 2", "name").ref_area == ""
