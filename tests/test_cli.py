"""The command line: sentences, exit codes, and files written whole or not at all."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.findings.terms import withheld
from scidip.store.queries import served
from tests.conftest import run_cli


@pytest.fixture
def scidip(built_url, monkeypatch):
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(main, list(arguments))


def test_every_command_has_help(scidip) -> None:
    for name, command in main.commands.items():
        assert command.help, name
        result = scidip(name, "--help")
        assert result.exit_code == 0
        assert all(p.help for p in command.params if p.param_type_name == "option"), name


def test_the_export_holds_the_figures_of_the_database(scidip, engine, catalogue, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    assert scidip("export", "--format", "csv", "--out", str(out)).exit_code == 0
    table = pd.read_csv(out, dtype={"vintage": str}, keep_default_na=False)
    expected = [
        "indicator",
        "field",
        "ref_area",
        "time_period",
        "obs_value",
        "unit",
        "obs_status",
        "source",
        "vintage",
        "licence",
    ]
    assert table.columns.tolist() == expected
    row = table[(table.indicator == "rd_expenditure_gdp") & (table.ref_area == "USA") & (table.time_period == 2020)]
    assert row.iloc[0].tolist()[4:] == [
        pytest.approx(3.41788),
        "percent_gdp",
        "A",
        "World Bank WDI",
        "2026-07-13",
        "CC BY 4.0",
    ]
    held = served.observations(engine)
    held = held[held["counterpart_area"] == "_Z"]
    closed = withheld(engine, catalogue)
    assert not table["indicator"].isin(list(closed)).any()
    assert len(table) == (~held["indicator"].isin(list(closed))).sum()
    assert (table["source"] != "").all()
    assert (table["licence"] != "").all()


def test_scores_are_exported_with_their_intervals(scidip, engine, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    assert scidip("export", "--table", "scores", "--out", str(out)).exit_code == 0
    table = pd.read_csv(out)
    ranked = table[table["is_ranked"] & (table["node"] == "std")]
    assert ranked[["rank", "rank_p05", "rank_p95"]].notna().all().all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--out", "x.csv", "--indicator", "nope"), "unknown indicator nope"),
        (("export", "--out", "x.csv", "--area", "QQQ"), "unknown area QQQ"),
        (("ingest", "nowhere"), "known are "),
        (("ingest", "nobel", "--file", "not-there.csv"), "not-there.csv: cannot be read"),
        (("bundle", "--from", "not-there"), "does not exist"),
    ],
)
def test_a_mistake_gets_a_sentence_and_a_failing_exit_code(scidip, arguments, words: str) -> None:
    result = scidip(*arguments)
    assert result.exit_code != 0
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_path_that_cannot_be_written_leaves_nothing_behind(scidip, tmp_path: Path) -> None:
    result = scidip("export", "--out", str(tmp_path / "no" / "x.csv"))
    assert result.exit_code != 0
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_setting_stops_the_start() -> None:
    done = run_cli("check", SCIDIP_PROT="1")
    assert done.returncode == 1
    assert "unknown setting SCIDIP_PROT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_text("this is not a database, whatever its name says " * 50)
    done = run_cli("build", SCIDIP_DATABASE_URL=f"sqlite:///{broken}")
    assert done.returncode == 1
    assert "is not a database of scidip" in done.stderr


def test_check_names_every_element_and_every_exclusion(scidip, catalogue) -> None:
    result = scidip("check")
    assert result.exit_code == 0
    for node in catalogue.framework.level("dimension"):
        assert f"{node.name}: " in result.output
    assert "aggregate of the World Bank" in result.output
    agreement = re.search(r"against Human development index 2023: correlation (0\.\d+)", result.output)
    assert agreement is not None
    assert float(agreement[1]) > 0.7


def test_text_that_looks_like_a_formula_is_made_safe() -> None:
    from scidip.publish.formats.csv import lines

    text = "".join(lines(["a", "b"], [["=1+1", -2.5], ["@x", None]]))
    assert list(csv.reader(text.splitlines())) == [["a", "b"], ["'=1+1", "-2.5"], ["'@x", ""]]
