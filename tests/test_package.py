"""The data package: valid, complete, and its scores come out of its own figures."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from scidip.indicators.errors import DataError
from scidip.publish.export.recompute import recompute


def rewritten(package: Path, target: Path, name: str, change) -> Path:
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry == name else content)
    return target


def test_the_scores_come_out_of_the_packages_own_figures(package: Path) -> None:
    assert recompute(package) == []


def test_a_changed_score_is_told(package: Path, tmp_path: Path) -> None:
    def change(content: bytes) -> bytes:
        lines = content.decode().splitlines()
        place = next(i for i, row in enumerate(lines) if ",std,2020,FRA," in row)
        cells = lines[place].split(",")
        cells[4] = "99.5"
        lines[place] = ",".join(cells)
        return "\n".join(lines).encode()

    told = recompute(rewritten(package, tmp_path / "x.zip", "scores.csv", change))
    assert told[0].startswith("scores.csv was changed")
    assert len(told) == 2 and "std 2020 FRA: score is 99.5" in told[1]


def test_a_changed_figure_is_told_with_the_scores_it_moves(package: Path, tmp_path: Path) -> None:
    def change(content: bytes) -> bytes:
        lines = content.decode().splitlines()
        return "\n".join(row for row in lines if not row.startswith("rd_expenditure_gdp,_T,FRA,")).encode()

    told = recompute(rewritten(package, tmp_path / "x.zip", "observations.csv", change))
    assert told[0].startswith("observations.csv was changed") and len(told) > 2


def test_what_is_no_package_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no")
    with pytest.raises(DataError, match="is not a data package"):
        recompute(tmp_path / "x.zip")


# --- valid --------------------------------------------------------------------------------------

CELLS = {
    "string": r"[\s\S]*",
    "integer": r"[-+]?\d+",
    "number": r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?",
    "boolean": "true|True|TRUE|1|false|False|FALSE|0",
}
"""What a cell of a type may be, if it is not empty. Stricter than the standard, which also knows NaN and INF."""
HEAD, OF_EACH = 1000, 3
"""How many rows frictionless reads at each end of a table, and of each value of its first column."""


def faults_of(content: bytes, schema: dict) -> list[str]:
    """Return what of a whole table its schema does not allow: header, width of rows, types, empty or repeated keys."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    if header != [f["name"] for f in schema["fields"]]:
        return ["the header is not that of the schema"]
    if {len(row) for row in rows} != {len(header)}:
        return ["a row is not as wide as the header"]
    faults, frame = [], pd.DataFrame(rows, columns=header, dtype=object)
    for field in schema["fields"]:
        known = pd.Series(frame[field["name"]].unique(), dtype=object)
        wrong = known[~known.str.fullmatch(CELLS[field["type"]]) & (known != "")]
        faults += [f"{field['name']} holds {wrong.iloc[0]}"] if len(wrong) else []
    key = schema.get("primaryKey", [])
    if key:
        faults += ["a key is empty"] if (frame[key] == "").to_numpy().any() else []
        faults += ["a key is repeated"] if frame.duplicated(key).any() else []
    return faults


def excerpt(content: bytes) -> bytes:
    """Return the header and some rows of a table as they stand: both ends, and some of each value of the first column."""
    header, *rows = content.decode().splitlines(keepends=True)
    first = pd.Series([row.split(",", 1)[0] for row in rows])
    some = first.groupby(first).cumcount().to_numpy() < OF_EACH
    some[:HEAD] = some[-HEAD:] = True
    return (header + "".join(rows[i] for i in some.nonzero()[0])).encode()


@pytest.fixture(scope="module")
def resources(package: Path) -> dict[str, tuple[dict, bytes]]:
    """What the package says of each of its files, and what the file holds."""
    with zipfile.ZipFile(package) as archive:
        described = json.loads(archive.read("datapackage.json"))["resources"]
        return {r["name"]: (r, archive.read(r["path"])) for r in described}


def test_every_row_is_as_its_schema_says_and_every_digest_as_it_is_told(resources) -> None:
    assert sum(r["type"] == "table" for r, _ in resources.values()) == 5
    for told, content in resources.values():
        assert told["bytes"] == len(content)
        assert told["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        if told["type"] == "table":
            assert content.count(b"\n") > 200
            assert faults_of(content, told["schema"]) == [], told["name"]


@pytest.mark.parametrize(
    ("break_row", "fault"),
    [
        (lambda cells, _: [*cells[:2], "20x0", *cells[3:]], "time_period holds 20x0"),
        (lambda cells, _: [*cells[:4], "high", *cells[5:]], "score holds high"),
        (lambda cells, _: [*cells[:3], "", *cells[4:]], "a key is empty"),
        (lambda _, before: before, "a key is repeated"),
        (lambda cells, _: cells[:4], "a row is not as wide"),
        (lambda cells, _: [*cells, "more"], "a row is not as wide"),
    ],
)
def test_a_single_broken_cell_anywhere_is_noticed(resources, break_row, fault) -> None:
    told, content = resources["scores"]
    lines = content.decode().splitlines()[:4000]
    for place in (1001, len(lines) // 2, len(lines) - 1):
        broken = break_row(lines[place].split(","), lines[place - 1].split(","))
        found = faults_of("\n".join([*lines[:place], ",".join(broken), *lines[place + 1 :]]).encode(), told["schema"])
        assert any(fault in f for f in found), (place, found)


def test_frictionless_finds_it_valid(package: Path, resources, tmp_path: Path) -> None:
    """Descriptor, schemas and an excerpt of each table; above, all rows and digests are looked at, a hundredfold faster."""
    import frictionless

    with zipfile.ZipFile(package) as archive:
        described = json.loads(archive.read("datapackage.json"))
    for told in described["resources"]:
        content = resources[told["name"]][1]
        content = excerpt(content) if told["type"] == "table" else content
        (tmp_path / told["path"]).write_bytes(content)
        told |= {"bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest()}
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid and not report.flatten(["type", "note"])
    for task in report.tasks:
        if task.type == "table":
            with (tmp_path / task.place).open(encoding="utf-8", newline="") as file:
                assert task.stats["rows"] == sum(1 for _ in csv.reader(file)) - 1 > 200
    assert sum(task.type == "table" for task in report.tasks) == 5
