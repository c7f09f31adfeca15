"""The data package: valid, complete, and its scores come out of its own figures."""

import csv
import zipfile
from pathlib import Path

import pytest

from scidip.indicators.errors import DataError
from scidip.publish.export.data_package import package_pieces
from scidip.publish.export.recompute import recompute
from scidip.publish.export.writing import write_whole


@pytest.fixture(scope="module")
def package(engine, catalogue, areas, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("package") / "scidip.zip"
    write_whole(path, package_pieces(engine, catalogue, areas))
    return path


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
        return "\n".join(row for row in lines if not row.startswith("rd_expenditure_gdp,FRA,")).encode()

    told = recompute(rewritten(package, tmp_path / "x.zip", "observations.csv", change))
    assert told[0].startswith("observations.csv was changed") and len(told) > 2


def test_what_is_no_package_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no")
    with pytest.raises(DataError, match="is not a data package"):
        recompute(tmp_path / "x.zip")


def test_frictionless_finds_it_valid(package: Path, tmp_path: Path) -> None:
    import frictionless

    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid and not report.flatten(["type", "note"])
    # Every row was looked at, and every digest: no limit is set.
    for task in report.tasks:
        if task.type == "table":
            with (tmp_path / task.place).open(encoding="utf-8", newline="") as file:
                assert task.stats["rows"] == sum(1 for _ in csv.reader(file)) - 1 > 200
    assert sum(task.type == "table" for task in report.tasks) == 5
