"""Two indices side by side: what is in both, who moves, whether ranges overlap, what is in one only. All synthetic."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import dash
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from scidip.app import create_context, create_server
from scidip.cli import main
from scidip.findings.beside import exhibits
from scidip.findings.beside.sides import Beside, Side
from scidip.program import Program
from scidip.settings import Settings
from tests.test_own_index import DATA, META
from tests.test_own_workspace import asem_like, opened, run, said

NONE = float("nan")


def side(name: str, **units: tuple[float, float, float]) -> Side:
    """Return an index of units by rank and ends of the range; scores fall with the rank."""
    rows = {k: (k, 100 - r, r, lo, hi, float(len(units))) for k, (r, lo, hi) in units.items()}
    names = ["name", "score", "rank", "rank_p05", "rank_p95", "ranked_areas"]
    return Side(name, 2024, "0123456789", "as its user says", pd.DataFrame.from_dict(rows, "index", columns=names))


@pytest.fixture(scope="module", autouse=True)
def _no_page_left() -> Iterator[None]:
    """Take the page of two indices away in the end: Dash keeps the pages of all applications of a process in one list."""
    yield
    for name in [n for n, page in dash.page_registry.items() if page.get("path") == "/beside"]:
        del dash.page_registry[name]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("two")
    data, meta = asem_like(folder)
    (folder / "M.toml").write_text("[aggregate]\nmethod = 'geometric'\nfloor = 1\n", "utf-8")
    fewer = folder / "fewer.csv"
    fewer.write_text("\n".join(x for x in Path(data).read_text().splitlines() if not x.startswith("FRA,")), "utf-8")
    few = ("--uncertainty", "50")
    one = run("workspace", data, meta, "--out", folder / "one", "--name", "Means", *few)
    two = run(
        *("workspace", fewer, meta, "--out", folder / "two", "--name", "Products", *few),
        *("--methodology", folder / "M.toml"),
    )
    assert one.exit_code == two.exit_code == 0, one.output + two.output
    return folder / "one", folder / "two"


def test_who_stands_where_in_each_and_whether_the_ranges_overlap() -> None:
    one = side("A", a=(1, 1, 2), b=(2, 1, 2), c=(3, 3, 3), d=(4, 4, 4))
    two = side("B", b=(1, 1, 1), a=(2, 2, 2), c=(3, 3, 3), e=(4, 4, 4))
    frame = Beside(one, two).frame
    assert frame["where"].to_dict() == {"a": "both", "b": "both", "c": "both", "d": "first", "e": "second"}
    assert frame.loc[["a", "b", "c"], "difference"].tolist() == [1.0, -1.0, 0.0]
    assert frame.loc[["a", "b", "c"], "overlap"].tolist() == [1.0, 1.0, 1.0]
    assert frame.loc[["d", "e"], "difference"].isna().all() and frame.loc[["d", "e"], "overlap"].isna().all()


def test_places_are_among_the_units_in_both_whatever_else_an_index_ranks() -> None:
    one = side("A", a=(10, 8, 12), b=(20, 18, 22), c=(30, 28, 32), x=(1, 1, 1), y=(15, 15, 15))
    two = side("B", a=(3, 3, 3), b=(2, 2, 2), c=(1, 1, 1))
    frame = Beside(one, two).frame
    assert frame.loc[["a", "b", "c"], "place_first"].tolist() == [1.0, 2.0, 3.0]
    assert frame.loc[["a", "b", "c"], "difference"].tolist() == [2.0, 0.0, -2.0]
    assert frame.loc[["a", "b", "c"], "overlap"].tolist() == [0.0, 1.0, 0.0]


def test_a_place_is_within_its_range_for_any_two_indices() -> None:
    random = np.random.default_rng(3)
    for _ in range(40):
        n = int(random.integers(1, 30))

        def drawn(keep: float, n: int = n) -> Side:
            ranks = random.permutation(n) + 1.0
            rows = {
                f"u{k}": (r, max(1.0, r - random.integers(0, 5)), r + random.integers(0, 5))
                for k, r in enumerate(ranks)
                if random.random() < keep
            }
            return side("S", **rows)

        beside = Beside(drawn(0.8), drawn(0.7))
        for end in ("first", "second"):
            both = beside.both
            assert (both[f"place_p05_{end}"] <= both[f"place_{end}"]).all()
            assert (both[f"place_p95_{end}"] >= both[f"place_{end}"]).all()
        assert beside.both["difference"].sum() == pytest.approx(0)
        assert len(exhibits.table(beside).rows) == len(beside.frame)


def test_the_correlation_is_spearman_s_and_is_not_told_of_fewer_than_three() -> None:
    one = side("A", a=(1, 1, 1), b=(2, 2, 2), c=(3, 3, 3), d=(4, 4, 4))
    assert Beside(one, side("B", a=(4, 4, 4), b=(3, 3, 3), c=(2, 2, 2), d=(1, 1, 1))).correlation == pytest.approx(-1)
    few = Beside(one, side("B", a=(1, 1, 1), b=(2, 2, 2)))
    assert np.isnan(few.correlation) and exhibits.finding(few) == "Two units are ranked in both"


def test_without_ranges_nothing_is_said_to_overlap() -> None:
    one = side("A", a=(1, NONE, NONE), b=(2, NONE, NONE), c=(3, NONE, NONE))
    beside = Beside(one, one)
    assert beside.frame["overlap"].isna().all() and "nothing says" in exhibits.certainty(beside)
    assert all(row[-1] is None for row in exhibits.table(beside).rows)


def test_a_unit_that_is_no_country_is_not_the_country_of_its_code(tmp_path) -> None:
    data = DATA.replace("BB,Beland", "FRA,Norden")
    assert opened(tmp_path, data).exit_code == 0
    first = Program.side(str(tmp_path / "own"))
    assert opened(tmp_path, data, META, "", "--own-units").exit_code == 0
    beside = Beside(first, Program.side(str(tmp_path / "own")))
    assert beside.only("first") == ["France"] and beside.only("second") == ["Norden"]
    assert {row[0] for row in exhibits.table(beside).rows} == {"FRA", ":FRA", ":AA", ":CC", ":DD"}
    assert set(exhibits.table(beside).frame()["unit"]) == {"FRA", "AA", "CC", "DD"}


def test_the_page_names_both_and_lists_what_is_in_one_only(folders) -> None:
    one, two = folders
    settings = Settings.from_env({"SCIDIP_WORKSPACE": str(one), "SCIDIP_BESIDE": str(two)})
    client = create_server(settings, create_context(settings)).test_client()
    words = said(client, "/beside")
    for text in (
        "Means beside Products",
        "among the 50 units ranked in both",
        "Only in Means: France",
        "Rank in Products",
    ):
        assert text in words, text
    assert "Spearman" in words and "do not overlap" in words
    for kind in ("csv", "xlsx"):
        file = client.get(f"/figure/beside.{kind}?part=table-1")
        assert file.status_code == 200
    table = pd.read_csv(io.StringIO(client.get("/figure/beside.csv?part=table-1").get_data(as_text=True)), comment="#")
    assert len(table) == 51 and table["where"].value_counts().to_dict() == {"both": 50, "first": 1}
    api = client.get("/api/v1/beside").get_json()["data"]
    assert (api["first"]["name"], api["second"]["name"], api["n"]) == ("Means", "Products", 50)
    assert len(api["rows"]) == 51 and -1 <= api["spearman"] <= 1
    alone = Settings.from_env({"SCIDIP_WORKSPACE": str(one)})
    client = create_server(alone, create_context(alone)).test_client()
    assert client.get("/api/v1/beside").status_code == 404


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_the_shell_writes_the_same_table(folders, tmp_path, ending) -> None:
    file = tmp_path / f"two.{ending}"
    done = CliRunner().invoke(main, ["beside", *map(str, folders), "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert "Means (" in done.output and "Only in Means: France." in done.output
    if ending == "json":
        rows = pd.DataFrame(json.loads(file.read_text("utf-8"))["rows"])
    else:
        rows = (
            pd.read_csv(file, comment="#")
            if ending == "csv"
            else pd.read_excel(file, sheet_name="Table", engine="openpyxl")
        )
    assert len(rows) == 51 and {"rank_first", "rank_p05_first", "rank_p95_second", "ranges_overlap"} <= {*rows}


def test_what_cannot_be_held_beside_is_told(folders, tmp_path) -> None:
    one = str(folders[0])
    done = CliRunner().invoke(main, ["beside", one, str(tmp_path)])
    assert done.exit_code == 1 and "is no workspace" in done.output
    done = CliRunner().invoke(main, ["beside", one, one, "--out", str(tmp_path / "x.doc")])
    assert done.exit_code == 1 and "end the name with one of" in done.output
    done = CliRunner().invoke(main, ["serve", "--workspace", one, "--workspace", one, "--beside", "published"])
    assert done.exit_code == 2 and "name two at most" in done.output


def test_an_own_index_stands_beside_the_published_one(folders, built_url, monkeypatch) -> None:
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    beside = Beside(Program.side(str(folders[0])), Program.side("published"))
    assert beside.second.name == "Science and Technology Diplomacy Observatory"
    assert len(beside.both) > 30 and -1 <= beside.correlation <= 1
    assert (beside.both["place_second"] <= len(beside.both)).all()
