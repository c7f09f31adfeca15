"""`scidip ingest`: folders, what is passed over, and what the exit code tells."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.commands import ingest as command
from scidip.etl.publishing import Outcome

WDI = "Country Name,Country Code,Indicator Name,Indicator Code,2020\nFrance,FRA,x,SP.POP.TOTL,67000000\n"


@pytest.fixture
def scidip(tmp_path, monkeypatch):
    """Run `scidip ingest` with what it would read noted, and nothing published."""
    monkeypatch.setenv("SCIDIP_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite'}")
    read: list[list[str]] = []
    outcome = {"world_bank": Outcome("world_bank", "succeeded", {"loaded": 1}, remarks=("a remark",))}

    def ingest(shop, source, snapshots, *_args, **_how) -> Outcome:
        read.append([s.name for s in snapshots or []])
        return outcome[source.spec.id]

    monkeypatch.setattr(command, "ingest", ingest)
    monkeypatch.setattr(command, "rescore", lambda *a, **k: Outcome("scores", "unchanged", {}))

    def run(*arguments: str):
        result = CliRunner().invoke(main, ["ingest", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    run.read, run.outcome = read, outcome
    return run


def test_an_unrelated_file_in_a_folder_is_passed_over_with_its_reason(scidip, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    (folder / "below").mkdir(parents=True)
    (folder / "wdi.csv").write_text(WDI)
    (folder / "notes.txt").write_text("to do: ask for more\n")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 40)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 cut short")
    (folder / ".hidden").write_text("x")
    result = scidip("world_bank", "--file", str(folder))
    assert result.exit_code == 0 and scidip.read == [["wdi.csv"]]
    for name in ("notes.txt", "photo.jpg", "broken.zip"):
        assert f"{name} is passed over: world_bank: {name}" in result.output
    assert "a remark" in result.output


def test_a_folder_without_any_file_of_the_source_is_an_error(scidip, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("to do\n")
    result = scidip("world_bank", "--file", str(tmp_path))
    assert result.exit_code == 1 and scidip.read == []
    assert "none of the" in result.output and "is read" in result.output


def test_a_file_given_by_name_is_never_passed_over(scidip, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("to do\n")
    scidip("world_bank", "--file", str(tmp_path / "notes.txt"))
    assert scidip.read == [["notes.txt"]]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/dev/null", "is no file that can be read whole"),
        ("/dev/zero", "is no file that can be read"),
        ("/nosuch/file.csv", "cannot be read (No such file or directory); check the path"),
    ],
)
def test_what_is_no_file_is_refused(scidip, path: str, told: str) -> None:
    result = scidip("world_bank", "--file", path)
    assert result.exit_code == 1 and told in result.output and scidip.read == []


def test_a_file_too_large_to_hold_is_refused_before_it_is_read(scidip, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(command.LARGEST_FILE + 1)
    result = scidip("world_bank", "--file", str(large))
    assert result.exit_code == 1 and "files up to 1,073,741,824 are read" in result.output


def test_the_exit_code_tells_of_a_series_that_was_not_given(scidip, tmp_path: Path) -> None:
    told = "X.Y was not renewed, and its old figures keep serving (withdrawn)"
    scidip.outcome["world_bank"] = Outcome("world_bank", "succeeded", {"loaded": 20}, remarks=(told,), failures=(told,))
    result = scidip("world_bank")
    assert result.exit_code == 1
    assert result.output.count(told) == 1 and "world_bank: 20 loaded" in result.output
