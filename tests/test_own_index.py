"""An index of one's own: files in, files out, and every fault told with its place and remedy."""

import csv
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from scidip.cli import main
from scidip.indicators.engine.methodology_faults import parse
from scidip.indicators.methods import AGGREGATORS, IMPUTERS, NORMALISERS, RELATIVE_AGGREGATORS, TREATMENTS, WEIGHTERS
from tests.test_published_indices import ASEM, needs

DATA = """uCode,uName,zone,people,x1,x2,x3
AA,Aland,north,10,1,9,40
BB,Beland,north,20,2,7,10
CC,Celand,south,40,4,5,
DD,Deland,south,5,8,1,20
"""
META = """iCode,Type,Level,Parent,Weight,Direction,Denominator
x1,Indicator,1,first,1,1,
x2,Indicator,1,first,1,-1,
x3,Indicator,1,second,1,1,people
first,Aggregate,2,top,1,1,
second,Aggregate,2,top,2,1,
top,Aggregate,3,,1,1,
zone,Group,,,,,
people,Denominator,,,,,
"""
METHOD = '[impute]\nmethod = "mean_by_group"\ngroup = "zone"\n'


@pytest.fixture
def scidip(tmp_path: Path):
    def run(data: str = DATA, meta: str = META, method: str = METHOD, *more: str) -> Result:
        for name, text in (("DATA.csv", data), ("META.csv", meta), ("M.toml", method)):
            (tmp_path / name).write_text(text, "utf-8")
        paths = [str(tmp_path / name) for name in ("DATA.csv", "META.csv")]
        options = ["--methodology", str(tmp_path / "M.toml"), "--out", str(tmp_path / "out")]
        return CliRunner().invoke(main, ["composite", *paths, *options, *more])

    return run


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_scores_equal_those_worked_by_hand(scidip, tmp_path: Path) -> None:
    result = scidip()
    assert result.exit_code == 0, result.output
    # x1: 0 1/7 3/7 1; x2 turned: 0 1/4 1/2 1; x3 per head: 4, 0.5, (4, from the south), 4.
    rows = {row["uCode"]: row for row in read(tmp_path / "out/scores.csv")}
    assert list(rows["AA"]) == ["uCode", "first", "second", "top"]
    first = [0, 50 * (1 / 7 + 1 / 4), 50 * (3 / 7 + 1 / 2), 100]
    second = [100, 0, 100, 100]
    for code, a, b in zip(("AA", "BB", "CC", "DD"), first, second, strict=True):
        found = [float(rows[code][n]) for n in ("first", "second", "top")]
        assert found == pytest.approx([a, b, (a + 2 * b) / 3])
    ranks = {row["uCode"]: row for row in read(tmp_path / "out/ranks.csv")}
    assert [ranks[c]["second"] for c in ("AA", "BB", "CC", "DD")] == ["1", "4", "1", "1"]
    assert [row["x3"] for row in read(tmp_path / "out/stages/denominated.csv")] == ["4", "0.5", "", "4"]
    assert [row["x3"] for row in read(tmp_path / "out/stages/imputed.csv")] == ["4", "0.5", "4", "4"]
    document = json.loads((tmp_path / "out/methodology.json").read_text("utf-8"))
    assert document["weights"]["top"] == {"first": 1.0, "second": 2.0}
    assert len(document["digest"]) == 64


def test_the_same_input_gives_the_same_bytes(scidip, tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        assert scidip(DATA, META, METHOD, "--uncertainty", "20", "--sensitivity", "4").exit_code == 0
        files = sorted((tmp_path / "out").rglob("*.*"))
        seen.append({f.name: f.read_bytes() for f in files})
    assert seen[0] == seen[1]
    assert {"intervals.csv", "sensitivity.csv", "methodology.json"} <= set(seen[0])


def test_an_alternative_that_cannot_be_computed_leaves_the_index_written(scidip, tmp_path: Path) -> None:
    scaled = METHOD + "[normalise]\nlower = 1\n"
    assert scidip(DATA, META, scaled).exit_code == 0
    base = {n: (tmp_path / "out" / n).read_bytes() for n in ("scores.csv", "ranks.csv")}
    method = scaled + '[uncertain]\nnormalise = [{method = "z_score"}]\naggregate = ["geometric"]\n'
    result = scidip(DATA, META, method, "--uncertainty", "20", "--sensitivity", "4")
    assert result.exit_code == 3
    assert 'Not written: intervals.csv. [uncertain] normalise = "z_score" with [uncertain] aggregate' in result.output
    assert "Not written: sensitivity.csv." in result.output
    assert "floor under [aggregate]" in result.output
    assert {n: (tmp_path / "out" / n).read_bytes() for n in base} == base
    document = json.loads((tmp_path / "out/methodology.json").read_text("utf-8"))
    assert set(document["not_written"]) == {"intervals.csv", "sensitivity.csv"}
    assert not (tmp_path / "out/intervals.csv").exists()
    remedied = scidip(DATA, META, method + "[aggregate]\nfloor = 1\n", "--uncertainty", "20")
    assert remedied.exit_code == 0, remedied.output


def swap(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


FAULTS = [
    ("meta", "x3,Indicator,1,second", "x3,Indicator,1,first", "META.csv, row 6, second: has no children"),
    ("meta", "top,Aggregate,3,,1", "top,Aggregate,3,first,1", "a loop: "),
    (
        "meta",
        "x3,Indicator,1,second",
        "x3,Indicator,1,top",
        "META.csv, row 4, Parent of x3: x3 is at level 1 and top at level 3",
    ),
    (
        "meta",
        "x3,Indicator,1,second",
        "x3,Indicator,1,secnd",
        "Parent of x3: secnd is not in the table; add it or name another; did you mean second?",
    ),
    ("meta", "x3,Indicator,1,second", "x3,Indicator,1,", "META.csv, row 4, Parent of x3: is empty"),
    ("meta", "zone,Group", "x1,Group", "META.csv, row 8, iCode: x1 is also in row 2; rename"),
    ("meta", "first,1,-1,", "first,1,0,", "META.csv, row 3, Direction of x2: 0 given; write 1 (more is better) or -1"),
    (
        "meta",
        "second,Aggregate,2,top,2",
        "second,Aggregate,2,top,-2",
        "META.csv, row 6, Weight of second: -2 is negative",
    ),
    ("meta", "second,Aggregate,2,top,2", "second,Aggregate,2,top,", "Weight of second: is not a number"),
    ("meta", "second,Aggregate,2", "second,Agregate,2", "'Agregate' is not known; did you mean Aggregate?"),
    ("meta", "1,1,people", "1,1,peple", "Denominator of x3: peple is not of Type Denominator"),
    ("meta", "Parent,Weight", "Parnt,Weight", "META.csv, row 1: the column Parent is missing"),
    ("data", "DD,Deland", "AA,Deland", "DATA.csv, row 5, uCode: AA is also in row 2"),
    ("data", "1,9,40", "1,nine,40", "DATA.csv, row 2, x2: 'nine' is not a number"),
    ("data", "4,5,\n", "4,5,\n,,,,,,9\n", "DATA.csv, row 5, uCode: is empty"),
    ("data", "DD,Deland,south,5,", "DD,Deland,south,0,", "DATA.csv, row 5, people: the denominator of DD is zero"),
    ("data", "CC,Celand,south", "CC,Celand,mid", "DATA.csv, row 4, zone: CC is the only member of mid"),
    ("data", ",x3\n", ",x4\n", "DATA.csv, row 1: the column x3 is missing"),
    ("data", ",x3\n", ",x2\n", "the column x2 appears twice"),
    ("data", "4,5,\n", "4,5\n", "DATA.csv, row 4: 6 cells under 7 columns"),
    ("method", "method =", "metod =", "[impute.method]: Field required"),
    ("method", "mean_by_group", "mean_by_grup", "did you mean mean_by_group?"),
    ("method", 'group = "zone"', 'group = "zones"', "zones is not of Type Group in META; did you mean zone?"),
    ("method", "[impute]", "[imputee]", "[imputee] is not known; did you mean impute?"),
    ("method", METHOD, "[normalise]\nlowr = 1", "lowr is not a parameter of min_max; did you mean lower?"),
    ("method", METHOD, "[aggregate]\nmin_avail = 1", "[aggregate] min_avail is not known; did you mean min_available?"),
    ("method", METHOD, "[screen]\nmin_avalable = 1", "[screen.min_avalable] is not known; did you mean min_available?"),
    ("method", METHOD, '[aggregate]\nper_level = ["geometric"]', "per_level names 1 methods; the index has 2 steps"),
    (
        "method",
        METHOD,
        '[aggregate]\nper_node = {tip = "geometric"}',
        "per_node: tip is not a node of the index; did you mean top?",
    ),
    (
        "method",
        METHOD,
        '[aggregate]\nmethod = "geometric"',
        "M.toml: first: the geometric mean needs values above zero",
    ),
    ("method", METHOD, "[normalise\n", "M.toml: not valid TOML"),
]


@pytest.mark.parametrize(("table", "old", "new", "words"), FAULTS, ids=[f[3][:60] for f in FAULTS])
def test_a_fault_is_told_with_its_place_and_remedy(
    scidip, tmp_path: Path, table: str, old: str, new: str, words: str
) -> None:
    given = {"data": DATA, "meta": META, "method": METHOD}
    given[table] = swap(given[table], old, new)
    result = scidip(*given.values())
    assert words in result.output
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("cells", "words"), [(",,,", "not a single value"), ("7,7,7,7", "is 7 everywhere")])
def test_an_indicator_that_says_nothing_is_a_fault(scidip, cells: str, words: str) -> None:
    values = cells.split(",") if cells != ",,," else [""] * 4
    lines = DATA.splitlines()
    rows = [
        line.rsplit(",", 2)[0] + f",{v}," + line.rsplit(",", 1)[1] for line, v in zip(lines[1:], values, strict=True)
    ]
    result = scidip("\n".join([lines[0], *rows]) + "\n")
    assert words in result.output
    assert "remove the indicator from META" in result.output
    assert result.exit_code == 2


def test_all_faults_are_told_together(scidip) -> None:
    meta = swap(swap(META, "first,1,-1,", "first,1,0,"), "second,1,1,people", "nowhere,1,1,people")
    data = swap(swap(DATA, "1,9,40", "1,nine,40"), "south,5,8", "south,0,8")
    result = scidip(data, meta, swap(METHOD, "mean_by_group", "men_by_group") + "[treat]\nmax_point = 2\n")
    for words in (
        "7 faults in the input; nothing was written",
        "Direction of x2",
        "Parent of x3",
        "'nine'",
        "is zero",
        "men_by_group",
        "max_point",
    ):
        assert words in result.output, words
    assert result.exit_code == 2


def test_rows_may_repeat_over_time_and_times_may_differ_in_who_is_there(scidip, tmp_path: Path) -> None:
    head, *rows = DATA.splitlines()
    panel = [f"{row},{year}" for year in (2021, 2020) for row in rows if (row[:2], year) != ("DD", 2020)]
    result = scidip("\n".join([f"{head},Time", *panel]) + "\n", META, '[impute]\nmethod = "latest"\n')
    assert result.exit_code == 0, result.output
    scores = read(tmp_path / "out/scores.csv")
    assert [(r["uCode"], r["Time"]) for r in scores][:1] == [("AA", "2021")]
    assert {r["Time"]: r["top"] for r in read(tmp_path / "out/ranks.csv") if r["uCode"] == "BB"} == {
        "2021": "4",
        "2020": "3",
    }


def test_goalposts_and_targets_stand_in_meta(scidip, tmp_path: Path) -> None:
    head, *rows = META.splitlines()
    cells = ["0,10,100,2", "0,10,100,2"] + [",,,"] * 6
    extra = f"{head},goalpost_lower,goalpost_upper,goalpost_scale,Target"
    meta = "\n".join([extra, *(f"{r},{c}" for r, c in zip(rows, cells, strict=True))]) + "\n"
    method = '[normalise]\nmethod = "goalposts"\nper_indicator.x3 = {method = "min_max"}\n'
    assert scidip(DATA, meta, method).exit_code == 0
    found = read(tmp_path / "out/stages/normalised.csv")
    assert [float(row["x1"]) for row in found] == pytest.approx([10, 20, 40, 80])
    assert [float(row["x2"]) for row in found] == pytest.approx([10, 30, 50, 90])
    assert found[0]["x3"] == "100"  # min-max does not take the goalposts' bounds
    aim = '[normalise.per_indicator]\nx2 = {method = "distance_to_target", clip = true}\n'
    assert scidip(DATA, meta, aim).exit_code == 0
    found = read(tmp_path / "out/stages/normalised.csv")
    assert [float(row["x2"]) for row in found] == pytest.approx([0, 2 / 7, 4 / 7, 1])


def test_a_denominator_that_is_not_used_may_be_zero(scidip) -> None:
    zero = swap(DATA, "south,5,8", "south,0,8")
    assert scidip(zero, META, "[denominate]\nenabled = false\n").exit_code == 0


def test_a_folder_of_others_is_not_touched(scidip, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("years of work")
    result = scidip()
    assert result.exit_code == 2
    assert "thesis.docx" in result.output
    assert (tmp_path / "out" / "thesis.docx").read_text() == "years of work"


def test_a_failed_run_leaves_the_earlier_result(scidip, tmp_path: Path) -> None:
    assert scidip().exit_code == 0
    before = (tmp_path / "out/scores.csv").read_bytes()
    assert scidip(DATA, swap(META, "first,1,-1,", "first,1,0,")).exit_code == 2
    assert (tmp_path / "out/scores.csv").read_bytes() == before
    assert not (tmp_path / "out.part").exists()


def test_a_column_that_meta_does_not_know_is_noted(scidip) -> None:
    result = scidip(swap(DATA, ",uName,", ",colour,"))
    assert result.exit_code == 0
    assert "not described in META and not used: colour" in result.output


def test_the_methods_need_no_file(tmp_path: Path) -> None:
    (tmp_path / "D.csv").write_text(DATA)
    (tmp_path / "M.csv").write_text(META)
    arguments = ["composite", str(tmp_path / "D.csv"), str(tmp_path / "M.csv"), "--out", str(tmp_path / "o")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert read(tmp_path / "o/treatments.csv") == []


@needs(ASEM)
def test_the_index_of_asian_and_european_countries_runs_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        '[impute]\nmethod = "mean_by_group"\ngroup = "EurAsia_group"\n[treat]\nmax_points = 5\n'
        '[normalise]\nmethod = "min_max"\n[aggregate]\nmethod = "arithmetic"\n'
    )
    arguments = [
        "composite",
        str(ASEM / "ASEM_iData.csv"),
        str(ASEM / "ASEM_iMeta.csv"),
        "--out",
        str(tmp_path / "o"),
        "--methodology",
        str(tmp_path / "m.toml"),
        "--uncertainty",
        "50",
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "51 rows scored (0 screened out), 49 indicators, 11 nodes" in result.output
    ranks = read(tmp_path / "o/ranks.csv")
    assert len(ranks) == 51
    assert next(r["uCode"] for r in ranks if r["Index"] == "1") == "CHE"
    scores = np.array([[float(r[n]) for n in list(r)[2:]] for r in read(tmp_path / "o/scores.csv")])
    assert np.isfinite(scores).all()
    assert scores.min() >= 0
    assert scores.max() <= 100


def test_the_page_names_every_method_and_its_example_is_sound() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "composite.md").read_text("utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    assert parse(tomllib.loads(example))[1] == []
    for registry in (IMPUTERS, TREATMENTS, NORMALISERS, WEIGHTERS, AGGREGATORS, RELATIVE_AGGREGATORS):
        for name in registry:
            assert f"`{name}`" in text, name
