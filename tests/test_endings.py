"""The ending of a file decides its format or agrees with the one asked for, in every command that writes."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.publish.export.writing import formats
from scidip.publish.render.endings import EndingContradicts, format_of
from tests.conftest import ROOT

TABLES = {code: (f.extension,) for code, f in formats().items()}


@pytest.mark.parametrize("code", sorted(TABLES))
def test_the_ending_decides_when_nothing_is_asked_for(code, tmp_path) -> None:
    found = format_of(tmp_path / f"out.{TABLES[code][0].upper()}", (), TABLES, "csv")
    assert found == (code,)
    for other in TABLES:
        if other != code:
            with pytest.raises(EndingContradicts, match=rf"ends like {code}, but the format asked for is {other}"):
                format_of(tmp_path / f"out.{TABLES[code][0]}", (other,), TABLES, "csv")


def test_names_that_decide_nothing_leave_the_choice(tmp_path) -> None:
    assert format_of(tmp_path, (), TABLES, "csv") == ("csv",)
    assert format_of(tmp_path / "out", ("json",), TABLES, "csv") == ("json",)
    assert format_of(Path("/dev/null"), ("xlsx",), TABLES, "csv") == ("xlsx",)
    assert format_of(tmp_path / "figures.2023", ("csv",), TABLES, "csv") == ("csv",)
    with pytest.raises(EndingContradicts, match=r"\.doc, which is none of"):
        format_of(tmp_path / "irn.doc", (), {"pptx": ("pptx",), "pdf": ("pdf",)}, "pptx")


def test_every_command_that_writes_a_file_looks_at_its_ending(built_url, tmp_path) -> None:
    """By registration: each command with --out is tried with a name of another format."""
    other = {"capsule": "pdf"}
    events = tmp_path / "events.csv"
    events.write_text("country,date\nFRA,2010\n")
    tried = {
        "events": (str(events),),
        "story": ("export", str(ROOT / "data" / "stories" / "water.toml")),
        "brief": ("IRN", "--format", "pptx"),
        "export": ("--format", "csv"),
        "template": ("sabbatical_leave_share",),
        "audit-index": (),
        "capsule": ("IRN", "--no-pictures"),
        "chart": ("/country?area=PRT", "--part", "country-profile"),
        "beside": ("published", "published"),
    }
    folders = {"bundle", "composite", "docs", "works", "workspace"}
    context = click.Context(main)
    writing = {
        name
        for name in main.list_commands(context)
        for option in main.get_command(context, name).params
        if "--out" in option.opts
    }
    assert writing == set(tried) | folders
    for name, arguments in tried.items():
        out = tmp_path / f"{name}.{other.get(name, 'zip')}"
        done = CliRunner().invoke(main, [name, *arguments, "--out", str(out)], env={"SCIDIP_DATABASE_URL": built_url})
        assert done.exit_code != 0 and not out.exists(), name
        assert out.name in done.output, done.output
    wrong = CliRunner().invoke(
        main,
        ["brief", "IRN", "--format", "pptx", "--out", str(tmp_path / "irn.pdf")],
        env={"SCIDIP_DATABASE_URL": built_url},
    )
    assert wrong.exit_code != 0 and "ends like pdf, but the format asked for is pptx" in wrong.output
    assert list(tmp_path.iterdir()) == [events]


def test_a_briefing_is_what_its_name_says(built_url, tmp_path) -> None:
    out = tmp_path / "irn.html"
    done = CliRunner().invoke(
        main, ["brief", "IRN", "--no-pictures", "--out", str(out)], env={"SCIDIP_DATABASE_URL": built_url}
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes()[:15].lower() == b"<!doctype html>"
