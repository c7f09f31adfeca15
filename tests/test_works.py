"""Counting works: by hand, by a plain loop, on both engines, stopped and gone on with, and with every bad snapshot."""

import gzip
import importlib.util
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.sources.openalex_works import SOURCE
from scidip.etl.works import counting, engines, fields, steps
from scidip.etl.works.count import FIELD_TABLE, Choice, Counted, count
from scidip.etl.works.counting import KEY, LARGEST_TEAM, SET_ASIDE, TOTAL, UNIT, UNKNOWN, Request
from scidip.etl.works.engines import EngineName, told
from scidip.indicators.errors import MethodError, ScidipError, SourceChanged, SourceError
from tests.conftest import ROOT

sys.path.append(str(ROOT / "bench"))
import works_synthetic as synthetic

pytestmark = pytest.mark.unit
WIRE = ROOT.parent / "shared" / "wire" / "openalex"
WORKS = 20_000
FRACTIONAL = Request(counting="fractional")


def _missing(engine: EngineName) -> str:
    """Why an engine cannot count here; empty when it can."""
    if engine == "duckdb":
        return "" if importlib.util.find_spec("duckdb") else "duckdb is not installed (pip install 'scidip[works]')"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (pip install 'scidip[spark]')"
    return "" if shutil.which("java") else "Spark needs Java, which is not installed"


@pytest.fixture(params=["duckdb", "spark"])
def engine(request) -> EngineName:
    if why := _missing(request.param):
        pytest.skip(why)
    return request.param


def counted(
    snapshot: Path, out: Path, request: Request = FRACTIONAL, *, engine: EngineName = "duckdb", codes: str = "all"
) -> Counted:
    if why := _missing(engine):
        pytest.skip(why)
    return count(snapshot, out, request, fields.chosen(codes), Choice(engine, threads=2), lambda _said: None)


def rows_of(done: Counted) -> dict[tuple[Any, ...], dict[str, int]]:
    """The rows of the table by field, by key."""
    rows = pq.read_table(done.out / FIELD_TABLE).to_pylist()
    return {tuple(row[name] for name in KEY): {k: v for k, v in row.items() if k not in KEY} for row in rows}


def written(folder: Path, *partitions: Sequence[dict[str, Any]]) -> Path:
    """Write works as JSON lines in the layout of a snapshot."""
    files = []
    for number, works in enumerate(partitions):
        name = f"updated_date=2026-06-0{number + 1}/part_0000.gz"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(folder / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(work) + "\n" for work in works)
        files.append((name, (folder / name).stat().st_size, len(works)))
    synthetic.manifest_of(folder, "jsonl", files)
    return folder


def work(number: int, authors: Iterable[Sequence[str | None]] | None, **other: Any) -> dict[str, Any]:
    """A record as the provider writes one, with what is not read left out."""
    field = other.pop("field", 23)
    topic = {"id": "T1", "field": {"id": f"https://openalex.org/fields/{field}"}} if field else None
    people = None if authors is None else [{"author_position": "first", "countries": list(c)} for c in authors]
    record = {"type": "article", "publication_year": 2020, "is_xpac": False, "primary_topic": topic}
    return {"id": f"https://openalex.org/W{number}", **record, "authorships": people, **other}


# --- by hand -------------------------------------------------------------------------------------------------


def test_a_small_corpus_is_counted_as_by_hand(tmp_path) -> None:
    snapshot = written(
        tmp_path / "snapshot",
        [
            work(1, [["FR"], ["FR"], ["DE"]]),
            work(2, [["FR", "DE"], ["US"], []]),
            work(3, [["FR"]], field=17),
            work(4, [], field=None),
            work(5, None),
            work(6, [[None], ["FR", None]], publication_year=2021),
        ],
        [
            work(7, [["FR"]], is_xpac=True),
            work(8, [["FR"]], type="preprint"),
            work(9, [["FR"]], publication_year=None),
            work(10, [["FR"]]),
            work(11, [["FR"]]),
        ],
    )
    (snapshot / "deleted_ids.csv").write_text("work_id,deleted_date\nW10,2026-01-01\nW10,2026-01-01\n")
    (snapshot / "merged_ids").mkdir()
    (snapshot / "merged_ids" / "a.csv").write_text("merge_date,id,merge_into_id\n2025-01-01,W11,W1\n")
    done = counted(snapshot, tmp_path / "out")
    third = 333_333_333
    names = ("works", "international", "authors", "large_teams", "parts")
    by_hand = {
        ("FR", "_Z", 2020, "23"): (2, 2, 6, 0, 666_666_667 + UNIT // 4),  # 2/3 of the first, 1/2 author of 2
        ("DE", "_Z", 2020, "23"): (2, 2, 6, 0, third + UNIT // 4),
        ("US", "_Z", 2020, "23"): (1, 1, 3, 0, UNIT // 2),
        ("DE", "FR", 2020, "23"): (2, 2, 6, 0, UNIT + UNIT // 2),  # two countries: 1; three: 1/2
        ("DE", "US", 2020, "23"): (1, 1, 3, 0, UNIT // 2),
        ("FR", "US", 2020, "23"): (1, 1, 3, 0, UNIT // 2),
        ("FR", "_Z", 2020, "17"): (1, 0, 1, 0, UNIT),
        ("FR", "_Z", 2021, "23"): (1, 0, 2, 0, UNIT),
        (UNKNOWN, "_Z", 2020, "23"): (1, 0, 0, 0, UNIT),
        (UNKNOWN, "_Z", 2020, UNKNOWN): (1, 0, 0, 0, UNIT),
        (TOTAL, "_Z", 2020, "23"): (3, 2, 6, 0, 2 * UNIT),
        (TOTAL, "_Z", 2020, "17"): (1, 0, 1, 0, UNIT),
        (TOTAL, "_Z", 2020, UNKNOWN): (1, 0, 0, 0, 0),
        (TOTAL, "_Z", 2021, "23"): (1, 0, 2, 0, UNIT),
    }
    assert rows_of(done) == {key: dict(zip(names, values, strict=True)) for key, values in by_hand.items()}
    assert dict(done.account.set_aside) == {"~removed": 2, "~xpac": 1, "~type": 1, "~no_year": 1, "~year": 0}
    assert (done.account.read, done.account.counted) == (11, 6)
    assert (done.account.without_country, done.account.without_field) == (2, 1)


def test_the_recorded_works_are_counted_as_by_hand(tmp_path) -> None:
    if not WIRE.is_dir():
        pytest.skip("the recorded answers are not beside this repository (../shared/wire/openalex)")
    works = json.loads((WIRE / "works_list_page1_cursor_trimmed.json").read_text())["results"]
    works.append(json.loads((WIRE / "work_W4234567890.json").read_text()))
    rows = rows_of(done := counted(written(tmp_path / "snapshot", works), tmp_path / "out"))
    whole = {key: row["works"] for key, row in rows.items()}
    alone = {(area, year, field): n for (area, partner, year, field), n in whole.items() if partner == "_Z"}
    countries = {key: n for key, n in alone.items() if key[0] not in (TOTAL, UNKNOWN)}
    five, four = ("CR", "MX", "NL", "SV", "US"), ("CH", "GB", "NL", "US")
    expected = {("FR", 1999, "20"): 1, ("GB", 2005, "23"): 1, ("IS", 2005, "23"): 1}
    expected |= {(area, 2008, "23"): 1 for area in five} | {(area, 2009, "20"): 1 for area in four}
    assert countries == expected
    pairs = {(a, b, year) for a, b, year, _ in whole if b != "_Z"}
    assert pairs == {("GB", "IS", 2005)} | {(*p, 2008) for p in combinations(five, 2)} | {
        (*p, 2009) for p in combinations(four, 2)
    }
    # Twelve authors, ten of known country, five of them in Mexico; two of five in Switzerland.
    assert rows["MX", "_Z", 2008, "23"]["parts"] == UNIT // 2
    assert [rows[area, "_Z", 2009, "20"]["parts"] / UNIT for area in four] == [0.4, 0.2, 0.1, 0.3]
    assert rows["MX", "_Z", 2008, "23"]["authors"] == 12
    assert (done.account.counted, done.account.without_country) == (6, 2)
    assert done.account.set_aside["~type"] == 3  # a report, an editorial, a paratext


def test_a_recorded_work_of_2025_is_of_an_older_layout(tmp_path) -> None:
    if not WIRE.is_dir():
        pytest.skip("the recorded answers are not beside this repository (../shared/wire/openalex)")
    old = json.loads((WIRE / "work_W2741809807_2025-06.json").read_text())
    with pytest.raises(SourceChanged, match=r"updated_date=2026-06-01/part_0000.gz: .* no is_xpac: .*older layout"):
        counted(written(tmp_path / "snapshot", [old]), tmp_path / "out")


# --- by a plain loop ------------------------------------------------------------------------------------------


def plain(tables: Iterable[pa.Table], removed: set[str], request: Request) -> Counter[tuple[Any, ...]]:
    """The definition as a loop: (key, measure) to number. Written without a look at the expression."""
    found: Counter[tuple[Any, ...]] = Counter()

    def add(area: str, partner: str, year: int, field: str, part: Fraction, people: int, many: int) -> None:
        key = (area, partner, year, field)
        found[*key, "works"] += 1
        found[*key, "international"] += many > 1
        found[*key, "authors"] += min(people, LARGEST_TEAM)
        found[*key, "large_teams"] += people >= LARGEST_TEAM
        found[*key, "parts"] += int(part * UNIT + Fraction(1, 2))

    for one in (row for table in tables for row in table.to_pylist()):
        year, people = one["publication_year"], one["authorships"] or []
        if one["id"] in removed or one["is_xpac"] or one["type"] not in request.types or year is None:
            continue
        if request.years and not request.years[0] <= year <= request.years[1]:
            continue
        field = one["primary_topic"]["field"]["id"].split("/")[-1] if one["primary_topic"] else UNKNOWN
        known = [{c for c in a["countries"] or [] if c} for a in people[:LARGEST_TEAM]]
        known = [codes for codes in known if codes]
        countries = sorted(set().union(*known))
        many = len(countries)
        add(TOTAL, "_Z", year, field, Fraction(many > 0), len(people), many)
        if not countries:
            add(UNKNOWN, "_Z", year, field, Fraction(1), len(people), 0)
        for area in countries:
            shares = [Fraction(1, len(codes)) for codes in known if area in codes]
            add(area, "_Z", year, field, sum(shares, Fraction()) / len(known), len(people), many)
        for a, b in combinations(countries, 2):
            add(a, b, year, field, Fraction(1, many - 1), len(people), many)
    return +found


@pytest.fixture(scope="module")
def twenty_thousand(tmp_path_factory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("works"), WORKS, partition=6000)


@pytest.fixture(scope="module")
def four_hundred(tmp_path_factory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("few"), 400)


def read(snapshot: Path) -> list[pa.Table]:
    columns = [
        "id",
        "type",
        "publication_year",
        "is_xpac",
        "primary_topic.field.id",
        "authorships.list.element.countries",
    ]
    return [pq.ParquetFile(path).read(columns=columns) for path in sorted(snapshot.glob("updated_date=*/*.parquet"))]


def gone(snapshot: Path) -> set[str]:
    texts = [p.read_text().splitlines()[1:] for p in (snapshot / "deleted_ids.csv", *snapshot.glob("merged_ids/*"))]
    deleted, merged = ({line.split(",")[n] for line in lines} for n, lines in enumerate(texts))
    return {f"https://openalex.org/{name}" for name in deleted | merged}


@pytest.mark.parametrize("years", [None, (2015, 2020)], ids=["all years", "2015-2020"])
def test_an_engine_counts_as_the_plain_loop(engine, twenty_thousand, tmp_path, years) -> None:
    request = Request(years=years, counting="fractional")
    rows = rows_of(done := counted(twenty_thousand, tmp_path / "out", request, engine=engine))
    found = Counter({(*key, name): n for key, row in rows.items() for name, n in row.items()})
    assert +found == plain(read(twenty_thousand), gone(twenty_thousand), request)
    assert done.account.read == WORKS and done.account.large_teams > 0
    assert all(done.account.set_aside[code] for code in SET_ASIDE if code != "~year" or years)


def test_whole_counts_are_the_same_beside_fractional_ones_and_fractions_add_up_to_works(
    twenty_thousand, tmp_path
) -> None:
    fractional = rows_of(counted(twenty_thousand, tmp_path / "fractional"))
    whole = rows_of(counted(twenty_thousand, tmp_path / "whole", Request()))
    assert whole == {key: {n: v for n, v in row.items() if n != "parts"} for key, row in fractional.items()}
    alone = [(key[0], row["parts"]) for key, row in fractional.items() if key[1] == "_Z"]
    world = sum(n for area, n in alone if area == TOTAL)
    parts = sum(n for area, n in alone if area not in (TOTAL, UNKNOWN))
    assert world > 5000 * UNIT and abs(parts - world) < 50_000  # each is rounded to a thousand-millionth


def test_fields_that_are_asked_for_change_no_total(four_hundred, tmp_path) -> None:
    done = counted(four_hundred, tmp_path / "two", Request(), codes="23, 17")
    assert {key[3] for key in rows_of(done)} == {"17", "23"}
    none = counted(four_hundred, tmp_path / "none", Request(), codes="")
    assert not (none.out / FIELD_TABLE).exists()
    name = "openalex_works_2026-06-25.csv"
    assert (done.out / name).read_bytes() == (none.out / name).read_bytes()


# --- stopped and gone on with ---------------------------------------------------------------------------------


class _Stop(Exception):
    pass


def test_stopped_anywhere_a_count_goes_on_and_ends_with_the_same_digest(tmp_path, monkeypatch) -> None:
    few = synthetic.write(tmp_path / "few", 400, partition=100)
    once = counted(few, tmp_path / "once")
    monkeypatch.setitem(engines.STEP_BYTES, "duckdb", 1)  # every partition is a step
    real, out, seen = steps.written, tmp_path / "out", []

    def stopping(path: Path, write: Callable[[Path], object]) -> None:
        if path.name not in seen:
            seen.append(path.name)
            path.with_name(f"{path.name}.1.part").write_bytes(b"half of it")
            raise _Stop
        real(path, write)

    monkeypatch.setattr(steps, "written", stopping)
    for _ in range(20):
        try:
            done = counted(few, out)
            break
        except _Stop:
            assert not (out / "_count.json").exists()
    assert len(seen) == 8  # the plan, four steps, and three results
    assert done.digest == once.digest and not done.before
    names = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert names == {"_count.json", "openalex_works_2026-06-25.csv", FIELD_TABLE}
    assert counted(few, out).before


def test_a_count_goes_on_with_the_same_request_only(four_hundred, tmp_path) -> None:
    counted(four_hundred, tmp_path / "out", Request(), codes="")
    with pytest.raises(MethodError, match="another snapshot or request"):
        counted(four_hundred, tmp_path / "out", FRACTIONAL)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").write_bytes(b"years of work")
    with pytest.raises(MethodError, match=r"holds other files \(thesis.docx\)"):
        counted(four_hundred, tmp_path / "other")


# --- bad snapshots --------------------------------------------------------------------------------------------

PART = "updated_date=2026-06-01/part_0000.parquet"


def _manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def spoil(snapshot: Path) -> None:
        path = snapshot / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))

    return spoil


def _cut(snapshot: Path) -> None:
    (snapshot / PART).write_bytes((snapshot / PART).read_bytes()[:-500])


def _cut_and_listed(snapshot: Path) -> None:
    _cut(snapshot)
    size = (snapshot / PART).stat().st_size
    _manifest(lambda m: m["files"][0]["meta"].update(content_length=size))(snapshot)


def _spoilt(snapshot: Path) -> None:
    """Keep length and foot of a partition, and spoil its pages."""
    content = bytearray((snapshot / PART).read_bytes())
    content[1000 : len(content) // 2] = bytes(len(content) // 2 - 1000)
    (snapshot / PART).write_bytes(content)


def _without(column: str) -> Callable[[Path], None]:
    def spoil(snapshot: Path) -> None:
        table = pq.read_table(snapshot / PART).drop_columns([column])
        pq.write_table(table, snapshot / PART)
        size = (snapshot / PART).stat().st_size
        _manifest(lambda m: m["files"][0]["meta"].update(content_length=size))(snapshot)

    return spoil


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda s: (s / PART).unlink(), f"{PART}: the partition is missing, which the manifest names"),
    "cut off": (_cut, f"{PART}: .*bytes where the manifest says"),
    "cut off and listed": (_cut_and_listed, f"{PART}: this is no whole Parquet file"),
    "spoilt within": (_spoilt, f"{PART}: cannot be read whole"),
    "older layout": (_without("is_xpac"), f"{PART}: the partition has no is_xpac: it is of an older layout"),
    "no authors": (_without("authorships"), f"{PART}: the partition has no authorships"),
    "sums": (_manifest(lambda m: m.update(record_count=7)), "says 7 works and its partitions add up to 400"),
    "records": (
        _manifest(lambda m: (m["files"][0]["meta"].update(record_count=399), m.update(record_count=399))),
        f"{PART}: the partition holds 400 works where the manifest says 399",
    ),
    "another entity": (_manifest(lambda m: m.update(entity="authors")), "a snapshot of authors; give that of works"),
    "older manifest": (_manifest(lambda m: m.update(entries=[])), "layout before 2026"),
    "a way out": (_manifest(lambda m: m["files"][0].update(url="s3://x/../../etc/passwd")), "is no partition of"),
    "no manifest": (lambda s: (s / "manifest.json").unlink(), "there is no manifest.json of works"),
    "no JSON": (lambda s: (s / "manifest.json").write_text("<html>"), "this is no JSON"),
    "ids": (lambda s: (s / "deleted_ids.csv").write_text("id\nW1\n"), "deleted_ids.csv: the column work_id is missing"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_snapshot_gets_a_sentence_and_leaves_nothing(four_hundred, tmp_path, fault) -> None:
    spoil, words = BAD[fault]
    snapshot = tmp_path / "snapshot"
    shutil.copytree(four_hundred, snapshot)
    spoil(snapshot)
    with pytest.raises(SourceError, match=words) as caught:
        counted(snapshot, tmp_path / "out")
    assert len(str(caught.value).splitlines()) == 1
    left = [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert left in ([], [steps.PLAN])


def test_lines_that_are_cut_off_or_fewer_than_listed_get_a_sentence(tmp_path) -> None:
    snapshot = written(tmp_path / "snapshot", [work(n, [["FR"]]) for n in range(400)])
    _manifest(lambda m: (m["files"][0]["meta"].update(record_count=401), m.update(record_count=401)))(snapshot)
    with pytest.raises(SourceChanged, match="400 works were read where the manifest says 401"):
        counted(snapshot, tmp_path / "out")
    part = snapshot / "updated_date=2026-06-01/part_0000.gz"
    part.write_bytes(part.read_bytes()[:-30])
    size = part.stat().st_size
    _manifest(lambda m: m["files"][0]["meta"].update(content_length=size))(snapshot)
    with pytest.raises(SourceChanged, match=r"part_0000.gz: (cannot be read whole|this is no whole gzip)"):
        counted(snapshot, tmp_path / "out2")


def test_a_field_that_is_none_is_refused_where_it_is_asked_for_and_where_it_is_seen(tmp_path) -> None:
    with pytest.raises(MethodError, match=r"unknown field '99' asked for; fields are the numbers 11 to 36"):
        fields.chosen("23,99")
    with pytest.raises(MethodError, match=r"did you mean 16 \(Chemistry\)"):
        fields.chosen("chemistri")
    snapshot = written(tmp_path / "snapshot", [work(1, [["FR"]], field=99)])
    with pytest.raises(MethodError, match=r"unknown field '99' in updated_date=2026-06-01/part_0000\.gz"):
        counted(snapshot, tmp_path / "out")


def test_a_full_disk_gets_a_sentence_and_leaves_no_part(four_hundred, tmp_path, monkeypatch) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(MethodError, match="the disk is full; make room and run the same command again"):
        counted(four_hundred, tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()] == [steps.PLAN]
    monkeypatch.undo()
    assert counted(four_hundred, tmp_path / "out").account.read == 400


@pytest.mark.parametrize(("engine", "extra"), engines.EXTRAS.items())
def test_an_engine_that_is_not_installed_is_named_with_its_extra(four_hundred, tmp_path, monkeypatch, engine, extra):
    monkeypatch.setitem(sys.modules, {"duckdb": "duckdb", "spark": "pyspark"}[engine], None)
    monkeypatch.setattr(engines.Spark, "__init__", _importing_pyspark) if engine == "spark" else None
    with pytest.raises(MethodError, match=rf"engine {engine} is not installed .*pip install 'scidip\[{extra}\]'"):
        count(four_hundred, tmp_path / "out", Request(), (), Choice(engine), lambda _said: None)


def _importing_pyspark(*_args: object) -> None:
    import pyspark  # noqa: F401


def test_spark_without_java_is_told(tmp_path, monkeypatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.")

    monkeypatch.setattr(engines.Spark, "__init__", fail)
    with (
        pytest.raises(MethodError, match=r"needs Java 17 or later.*default-jre-headless"),
        engines.opened("spark", engines.Means(500, 1, tmp_path)),
    ):
        pass


def test_what_an_engine_raises_is_told_by_its_kind() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (pip install 'scidip[works]')")
    full = duckdb.IOException("IO Error: Could not write all bytes to file: No space left on device")
    assert "the disk is full" in str(told(full, ["a"]))
    assert "--memory" in str(told(duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block"), ["a"]))
    spoilt = told(duckdb.InvalidInputException('Failed to read file "/x/b/part": bad page'), ["a/part", "b/part"])
    assert isinstance(spoilt, SourceChanged) and spoilt.file == "b/part"
    own = KeyError("ours")
    assert told(own, ["a"]) is own


# --- the source -----------------------------------------------------------------------------------------------


def test_what_is_counted_is_read_by_the_source(four_hundred, tmp_path) -> None:
    done = counted(four_hundred, tmp_path / "out")
    path = done.out / "openalex_works_2026-06-25.csv"
    file = Snapshot(path.name, path.read_bytes())
    assert SOURCE.vintage(file) == "2026-06-25"
    series = ["works_fractional", "joint_fractional", "international_share", "team_size"]
    frame = SOURCE.parse([file], series)
    assert set(frame["series"]) == set(series)
    rows = rows_of(done)
    us = sum(row["parts"] for key, row in rows.items() if key[:3] == ("US", "_Z", 2024))
    hit = frame[(frame["series"] == "works_fractional") & (frame["source_area"] == "US")]
    assert hit[hit["time_period"] == 2024]["obs_value"].item() == pytest.approx(us / UNIT, abs=1e-6)
    assert set(frame[frame["time_period"] >= 2025]["obs_status"]) == {"P"}
    assert set(frame[frame["time_period"] < 2025]["obs_status"]) == {"A"}
    twice = SOURCE.parse([file, file], series)
    assert len(twice) == len(frame)


def test_counts_of_other_types_are_no_figures_of_these_indicators(four_hundred, tmp_path) -> None:
    done = counted(four_hundred, tmp_path / "out", Request(types=("preprint",)), codes="")
    path = done.out / "openalex_works_2026-06-25.csv"
    with pytest.raises(ScidipError, match=r"row 2: works of the types 'preprint' are counted.*--types article,review"):
        SOURCE.parse([Snapshot(path.name, path.read_bytes())], ["works_whole"])


def test_the_fields_are_those_of_the_classification() -> None:
    assert list(fields.FIELDS) == [str(n) for n in range(11, 37)] and fields.chosen("all") == tuple(fields.FIELDS)
    assert set(counting.WHOLE) < set(FRACTIONAL.measures)
