"""Packed files: what is in them is read, and no file can unpack to more than there is room for."""

import gzip
import io
import json
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.workbook import sheets
from scidip.etl.source import text_of
from scidip.indicators.errors import DataError, SourceChanged, SourceError
from scidip.indicators.unpacking import LARGEST, MOST_MEMBERS, TooLarge, gunzip
from scidip.publish.export.recompute import recompute

ROOT = Path(__file__).resolve().parent.parent


def archive(members: dict[str, bytes], name: str = "a.zip") -> Snapshot:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for member, content in members.items():
            opened.writestr(member, content)
    return Snapshot(name, buffer.getvalue())


def bomb(name: str, stated: int = 3_400_000_000) -> Snapshot:
    """A few kB that state to be gigabytes."""
    content = b"0" * 5_000_000
    packed = archive({name: content}).content
    small, huge = len(content).to_bytes(4, "little"), stated.to_bytes(4, "little")
    assert packed.count(small) == 2
    return Snapshot("bomb.zip", packed.replace(small, huge))


def gzip_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b"0" * (1 << 20)
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


def test_a_table_beside_what_is_none_is_read_and_called_by_its_name() -> None:
    held = archive({"README.md": b"x", "__MACOSX/t.csv": b"x", "Codebook.pdf": b"x", "t.csv": b"a,b"})
    inside = unpacked("s", held)
    assert (inside.name, inside.content) == ("a.zip/t.csv", b"a,b")
    assert text_of("s", archive({"t.csv.gz": gzip.compress(b"a,b\n")})) == "a,b\n"


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"a.csv": b"x", "b.csv": b"x"}, "several tables: a.csv, b.csv; unpack it and pass"),
        ({"readme.txt": b"x"}, r"no table \(csv, txt, json or xml\): readme.txt"),
        ({}, "no table .*: nothing"),
        ({"xl/workbook.xml": b"x"}, "an Excel workbook where a table in text is read; save its sheet"),
    ],
)
def test_an_archive_without_one_table_says_what_it_holds(members: dict[str, bytes], told: str) -> None:
    with pytest.raises(SourceChanged, match=f"s: a.zip: .*{told}"):
        unpacked("s", archive(members))


def test_a_password_and_another_way_of_packing_are_told() -> None:
    locked = bytearray(archive({"t.csv": b"a,b"}).content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    with pytest.raises(SourceChanged, match=r"t.csv cannot be unpacked \(.*password.*unpack it"):
        unpacked("s", Snapshot("a.zip", bytes(locked)))
    other = bytearray(archive({"t.csv": b"a,b"}).content)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        other[other.index(mark) + place] = 9
    with pytest.raises(SourceChanged, match=r"t.csv cannot be unpacked .*unpack it and pass"):
        unpacked("s", Snapshot("a.zip", bytes(other)))


def test_every_source_refuses_a_bomb_before_unpacking_it(catalogue, sources) -> None:
    """By registration: archives under every name a source may look for, and gzip files."""
    wanted = ("API_X.csv", "t.csv", "WrldCo2020.net", "organization.csv", "xl/workbook.xml")
    bombs = [bomb(name) for name in wanted]
    bombs.append(Snapshot("2021-05.gz", gzip_bomb(40)))
    for source in sources.values():
        series = [s.series for s in catalogue.of_source(source.spec.id)]
        for file in bombs:
            tracemalloc.start()
            # What makes a source look no further: the file's name, or that it reads archives only.
            with pytest.raises(SourceError, match=r"would unpack to|the name|neither|is damaged"):
                source.parse([file], series)
            assert tracemalloc.get_traced_memory()[1] < 48 << 20
            tracemalloc.stop()


def test_bounds_of_gzip_files() -> None:
    whole = b"a,b\n1,2\n" * 1000
    assert gunzip(gzip.compress(whole)) == whole
    assert gunzip(gzip.compress(whole) + gzip.compress(b"more") + b"\0" * 8) == whole + b"more"
    assert gunzip(gzip.compress(b"")) == b""
    with pytest.raises(TooLarge, match="would unpack to more than 1,000 bytes"):
        gunzip(gzip.compress(bytes(range(256)) * 20), largest=1000)
    with pytest.raises(TooLarge, match="which no table does"):
        gunzip(gzip_bomb(40))
    with pytest.raises(EOFError):
        gunzip(gzip.compress(whole)[:-12])
    with pytest.raises(zlib.error):
        gunzip(b"\x1f\x8b\x08cut")


def test_an_archive_of_too_many_files_is_refused() -> None:
    many = archive({f"{n}.csv": b"" for n in range(MOST_MEMBERS + 1)})
    with pytest.raises(SourceChanged, match=r"it holds 2,001 files, and at most 2,000 are read"):
        unpacked("s", many)


def workbook() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["a", 1])
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, part: str, change) -> Snapshot:
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        return archive({n: change(old.read(n)) if n == part else old.read(n) for n in old.namelist()}, "w.xlsx")


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_in_a_workbook_are_refused_and_a_damaged_one_is_told() -> None:
    good = workbook()
    (found,) = sheets("s", Snapshot("w.xlsx", good))
    assert (found[0], list(found[1])) == ("Sheet", [("a", 1)])
    sheet = "xl/worksheets/sheet1.xml"
    for laugh in (LAUGHS, LAUGHS.decode().encode("utf-16")):
        bad = with_part(good, sheet, lambda xml, laugh=laugh: laugh + xml)
        with pytest.raises(SourceChanged, match=r"w.xlsx: xl/worksheets/sheet1.xml .* declares entities"):
            list(sheets("s", bad))
    for part in (sheet, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        cut = with_part(good, part, lambda xml: xml[: len(xml) // 2])
        with pytest.raises(SourceChanged, match=r"w.xlsx: the workbook is damaged"):
            [list(rows) for _, rows in sheets("s", cut)]


def test_a_package_that_lists_a_file_300_times_is_not_unpacked_300_times(tmp_path) -> None:
    listed = [{"path": "a.csv", "hash": "x"}] * 300
    content = {"datapackage.json": json.dumps({"resources": listed}).encode(), "a.csv": b"0" * (15 << 20)}
    (tmp_path / "p.zip").write_bytes(archive(content).content)
    with pytest.raises(DataError, match=r"datapackage.json lists a.csv 300 times"):
        recompute(tmp_path / "p.zip")
    (tmp_path / "q.zip").write_bytes(bomb("observations.csv").content)
    with pytest.raises(DataError, match="would unpack to 3,400,000,000 bytes, and at most 268,435,456"):
        recompute(tmp_path / "q.zip")


def test_the_bound_leaves_room_for_the_largest_file_that_is_published() -> None:
    assert LARGEST >= 400 << 20, "V-Dem's country-years are 390 MB"


def test_nothing_else_unpacks() -> None:
    """One place knows the bounds; whoever opens an archive or gzip file goes through it."""
    allowed = {
        "indicators/unpacking.py",
        "etl/reading/packed.py",
        "etl/reading/workbook.py",
        "etl/works/layout.py",  # one line, bounded
        "etl/works/snapshot.py",  # line by line, bounded
        "publish/export/opening.py",
    }
    for folder in ("indicators", "etl", "store", "publish", "commands", "dashboard"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            opens = "gzip.decompress(" in text or "gzip.open(" in text or "decompressobj(" in text
            reads = "zipfile.ZipFile(" in text and "ZIP_DEFLATED" not in text
            where = path.relative_to(ROOT).as_posix()
            assert not (opens or reads) or where in allowed, where
