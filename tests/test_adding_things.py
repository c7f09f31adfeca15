"""docs/adding-things.md holds its word: its examples are put into a copy of the checkout and run there.

What is asked of the copy is asked in processes of its own: there `scidip` is another program.
"""

import csv
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.small_data import with_few_draws

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "adding-things.md"
FENCE = re.compile(r'^```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S)
AT_END = ", at the end"
NOT_APPLICABLE = "_Z"
"""The other area of a figure of one country. Ties of two are four fifths of all figures, and no example has any."""
LEFT_OUT = shutil.ignore_patterns(
    ".git",
    "build",
    "dist",
    "bundle",
    "kept",
    "packed",
    "snapshots",
    "*.sqlite*",
    "*.egg-info",
    ".*_cache",
    "__pycache__",
    ".venv*",
    ".hypothesis",
)
"""What the copy does without; data/bundle is linked to."""


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is, the file it belongs to ("" for commands), and its text."""

    kind: str
    title: str
    text: str


def blocks() -> list[Block]:
    found = FENCE.finditer(DOCUMENT.read_text("utf-8"))
    return [Block(f["kind"], f["title"] or "", f["text"]) for f in found]


def put(block: Block, top: Path) -> Path:
    """Write a block into its file below *top*: anew, or at the end of what is there. Return the file."""
    path = top / block.title.removesuffix(AT_END)
    added = block.title.endswith(AT_END)
    assert path.exists() == added, f"{block.title}: the file is {'not ' if added else ''}there"
    before = path.read_text("utf-8") + "\n\n" if added else ""
    path.write_text(before + block.text, "utf-8")
    return path


@dataclass(frozen=True)
class Copy:
    """A checkout with the examples in it, and a database of its own."""

    top: Path
    said: dict[str, str]
    """What each command of the document printed, by its first two words."""

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        settings = {"SCIDIP_DATABASE_URL": f"sqlite:///{self.top / 'own.sqlite'}", "PYTHONPATH": str(self.top)}
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.top,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture(scope="module")
def copy(tmp_path_factory, built_url) -> Copy:
    """Every block put into its file and every command run, in the order of the document."""
    top = tmp_path_factory.mktemp("examples") / "scidip"
    shutil.copytree(ROOT, top, symlinks=True, ignore=LEFT_OUT)
    (top / "data" / "bundle").symlink_to(ROOT / "data" / "bundle")
    shutil.copy(built_url.removeprefix("sqlite:///"), top / "own.sqlite")
    with closing(sqlite3.connect(top / "own.sqlite")) as own, own:
        own.execute("DELETE FROM observation WHERE counterpart_area <> ?", (NOT_APPLICABLE,))
    with_few_draws(top / "data" / "catalogue")
    made = Copy(top, {})
    for block in blocks():
        if block.title:
            put(block, top)
            continue
        assert block.kind == "sh", f"a block without a file: {block.text}"
        for line in block.text.splitlines():
            name, *arguments = shlex.split(line)
            assert name == "scidip", line
            done = made.run("-m", "scidip.cli", *arguments)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            made.said[" ".join(line.split()[1:3])] = done.stdout
    return made


def test_every_kind_of_the_table_has_an_example_with_a_block() -> None:
    text = DOCUMENT.read_text("utf-8")
    kinds = re.findall(r"^\| \[([^]]+)\]\(#[\w-]+\) \|", text, re.M)
    parts = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    wanted = {kind: kind[0].upper() + kind[1:].removesuffix(" of rows") for kind in kinds}
    assert len(kinds) == 9
    assert set(wanted.values()) == set(parts)
    without = {name for name, part in parts.items() if "title=" not in part}
    assert without == {"Smaller things"}


def test_the_source_ingests_and_the_check_holds_its_row(copy) -> None:
    assert "3 loaded" in copy.said["ingest lighthouses"]
    assert "2 quarantined" in copy.said["ingest lighthouses"]
    for code in ("VAL_PLACEHOLDER", "AREA_UNKNOWN"):
        assert code in copy.said["check"]


def test_the_indicators_have_figures(copy) -> None:
    with (copy.top / "lighthouses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counted = {r["ref_area"]: float(r["obs_value"]) for r in rows if r["indicator"] == "lighthouses"}
    assert counted == {"PRT": 53, "FRA": 120, "GRC": 115}
    per_head = {r["ref_area"]: float(r["obs_value"]) for r in rows if r["indicator"] == "lighthouses_pm"}
    assert set(per_head) == set(counted)
    assert 3 < per_head["PRT"] < 8  # ten million people
    assert {r["source"] for r in rows if r["indicator"] == "lighthouses"} == {"Lighthouses (synthetic)"}


ASK = """
import json
from scidip.app import create_server
from scidip.settings import Settings

client = create_server(Settings.from_env()).test_client()
asked = {}
for path in ("/lighthouses", "/lighthouse", "/_dash-layout", "/api/v1/indicators", "/api/v1/openapi.json",
             "/api/v1/observations?indicator=lighthouses&format=jsonl", "/figure/lighthouses.csv?part=table-1"):
    answer = client.get(path)
    asked[path] = [answer.status_code, answer.get_data(as_text=True)]
print(json.dumps(asked))
"""


@pytest.fixture(scope="module")
def asked(copy) -> dict[str, tuple[int, str]]:
    """What a server of the copy answers, by address: status and body."""
    done = copy.run("-c", ASK)
    assert done.returncode == 0, done.stderr
    return {path: (status, text) for path, (status, text) in json.loads(done.stdout.splitlines()[-1]).items()}


def test_the_page_answers_and_is_in_the_navigation(asked) -> None:
    assert asked["/lighthouses"][0] == 200
    assert asked["/lighthouse"][0] == 404
    assert "nav-lighthouses" in asked["/_dash-layout"][1]


def test_the_figure_has_its_table(asked, copy) -> None:
    status, text = asked["/figure/lighthouses.csv?part=table-1"]
    assert status == 200
    for code, country, value in (("FRA", "France", "120.0"), ("GRC", "Greece", "115.0"), ("PRT", "Portugal", "53.0")):
        assert f'"{code}","{country}",2023,{value},"count"' in text.splitlines()
    assert "France" in (copy.top / "table.csv").read_text("utf-8-sig")


def test_the_chart_draws_what_is_known(copy) -> None:
    code = (
        "import json, pandas as pd; from scidip.figures import lighthouses as l;"
        "f = pd.DataFrame({'name': ['B', 'A', 'C'], 'obs_value': [2.0, 1.0, None], 'is_known': [True, True, False]});"
        "print(json.dumps(l.bars(f, 'dark').to_plotly_json()['data'][0]['x']))"
    )
    done = copy.run("-c", code)
    assert done.stdout.strip() == "[2.0, 1.0]", done.stderr


def test_the_words_of_the_page_wait_for_translation(copy) -> None:
    assert '"Lighthouses"' in (copy.top / "data" / "languages" / "fr.po").read_text("utf-8")


def test_the_indicator_is_in_the_catalogue_and_its_documents(asked, copy) -> None:
    assert '"lighthouses_pm"' in asked["/api/v1/indicators"][1]
    assert "Lighthouses (synthetic)" in (copy.top / "docs" / "sources.md").read_text("utf-8")


def test_the_command_names_the_highest(copy) -> None:
    assert copy.said["highest lighthouses"].strip() == "France: 120"
    refused = copy.run("-m", "scidip.cli", "highest", "lighthouse", "--year", "2023")
    assert refused.returncode == 2
    assert "did you mean lighthouses" in refused.stderr


def test_the_format_exports_and_the_api_knows_it(asked, copy) -> None:
    lines = (copy.top / "lighthouses.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["ref_area"] for line in lines} == {"PRT", "FRA", "GRC"}
    assert asked["/api/v1/observations?indicator=lighthouses&format=jsonl"] == (200, "\n".join(lines) + "\n")
    assert "jsonl" in asked["/api/v1/openapi.json"][1]


def test_the_method_scores_an_index(copy) -> None:
    files = {p.name: p for p in (copy.top / "result").iterdir()}
    with files["scores.csv"].open(encoding="utf-8", newline="") as file:
        scores = {r["uCode"]: float(r["light"]) for r in csv.DictReader(file)}
    # By hand: lamps 10, 5, 2 and keepers 5, 10, 1 as shares of the largest, times ten; the mean of the two.
    assert scores == pytest.approx({"AA": 7.5, "BB": 7.5, "CC": 1.5})


@pytest.mark.parametrize("tool", [("ruff", "check", "."), ("ruff", "format", "--check", ".")])
def test_the_examples_keep_the_style(copy, tool) -> None:
    done = copy.run("-m", *tool)
    assert done.returncode == 0, done.stdout


def test_the_examples_keep_to_the_architecture(copy) -> None:
    done = copy.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_architecture.py")
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_method_is_put_through_the_laws(copy) -> None:
    chosen = ("tests/test_methods.py", "-k", "share_of_largest")
    done = copy.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen)
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 3
