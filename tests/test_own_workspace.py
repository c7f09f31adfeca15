"""An index of one's own opened in the dashboard: the command's scores, every fault at once, the pages. All synthetic."""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from scidip.app import create_context, create_server
from scidip.cli import main
from scidip.dashboard.core.component_tree import text as words_of
from scidip.publish.workspace import read_workspace
from scidip.settings import Settings
from scidip.store.database.engine import open_engine
from scidip.store.queries import served
from tests.asking import whole_page
from tests.test_own_index import DATA, META

CODES = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD NOR POL PRT ROU SVK SVN ESP SWE "
    "CHE GBR AUS BGD BRN KHM CHN IND IDN JPN KAZ KOR LAO MYS MNG MMR NZL PAK PHL RUS SGP THA VNM"
)
UNITS = CODES.split()
PILLARS = {"Phys": 8, "Econ": 5, "Polit": 3, "Inst": 6, "P2P": 8, "Env": 4, "Soc": 9, "Fin": 6}
"""Pillar → indicators: the shape of the ASEM index, 49 of them."""
STEPS = '[screen]\nmin_available = 0.6\n[impute]\nmethod = "median"\n[treat]\nmethod = "winsorise_log"\n'
LEFT_OUT = ("/pair", "/network", "/unesco", "/negotiation", "/tensions", "/audit", "/sources", "/stories")
CLOSE = 1e-12


def asem_like(folder: Path) -> tuple[str, str]:
    """Write synthetic tables of the shape of ASEM's; return their paths."""
    random = np.random.default_rng(7)
    leaves = [(f"{pillar}.{k + 1}", pillar) for pillar, n in PILLARS.items() for k in range(n)]
    values = np.exp(random.normal(size=(len(UNITS), len(leaves))) / 2 + random.normal(size=(len(UNITS), 1)) / 2)
    values[random.random(values.shape) < 0.03] = np.nan
    head = "uCode," + ",".join(leaf for leaf, _ in leaves)
    lines = [
        ",".join([unit, *("" if v != v else f"{v:.6f}" for v in row)])
        for unit, row in zip(UNITS, values.tolist(), strict=True)
    ]
    meta = ["iCode,iName,Type,Level,Parent,Weight,Direction"]
    meta += [f"{c},Synthetic {c},Indicator,1,{p},1,{-1 if k % 7 == 3 else 1}" for k, (c, p) in enumerate(leaves)]
    meta += [f"{p},{p} pillar,Aggregate,2,{'Conn' if k < 5 else 'Sust'},1,1" for k, p in enumerate(PILLARS)]
    meta += ["Conn,Connectivity,Aggregate,3,Index,1,1", "Sust,Sustainability,Aggregate,3,Index,2,1"]
    meta += ["Index,Synthetic connectivity,Aggregate,4,,1,1"]
    for name, text in (("iData.csv", [head, *lines]), ("iMeta.csv", meta)):
        (folder / name).write_text("\n".join(text) + "\n", "utf-8")
    return str(folder / "iData.csv"), str(folder / "iMeta.csv")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def opened(folder: Path, data: str = DATA, meta: str = META, method: str = "", *more: str) -> Result:
    for name, text in (("DATA.csv", data), ("META.csv", meta), ("M.toml", method)):
        (folder / name).write_text(text, "utf-8")
    files = [folder / "DATA.csv", folder / "META.csv", "--methodology", folder / "M.toml"]
    return run("workspace", *files, "--out", folder / "own", "--uncertainty", "20", *more)


def served_by(folder: Path) -> Flask:
    settings = Settings.from_env({"SCIDIP_WORKSPACE": str(folder)})
    return create_server(settings, create_context(settings))


def said(client: Any, address: str) -> str:
    return " ".join(words_of(part) for part in whole_page(client, address))


@dataclass(frozen=True)
class Asem:
    """The synthetic index: its folder, its tables, how many seconds of a core a served front page took."""

    folder: Path
    tables: tuple[str, str]
    server: Flask
    seconds: float


@pytest.fixture(scope="module")
def asem(tmp_path_factory) -> Iterator[Asem]:
    folder = tmp_path_factory.mktemp("asem")
    tables = asem_like(folder)
    began = time.process_time()
    done = run("workspace", *tables, "--out", folder / "own")
    assert done.exit_code == 0, done.output
    server = served_by(folder / "own")
    assert server.test_client().get("/").status_code == 200
    assert "Synthetic connectivity" in said(server.test_client(), "/")
    yield Asem(folder, tables, server, time.process_time() - began)


def test_tables_of_the_size_of_asem_are_a_front_page_in_five_seconds(asem) -> None:
    # Of one core: how long it takes by the clock depends on who else computes.
    assert asem.seconds < 5


@pytest.mark.parametrize("method", ["", STEPS], ids=["all defaults", "all steps"])
def test_every_score_of_every_node_is_the_command_s(asem, tmp_path, method) -> None:
    (tmp_path / "M.toml").write_text(method, "utf-8")
    files = [*asem.tables, "--methodology", tmp_path / "M.toml"]
    assert run("composite", *files, "--out", tmp_path / "files").exit_code == 0
    assert run("workspace", *files, "--out", tmp_path / "own", "--uncertainty", "5").exit_code == 0
    own = read_workspace(tmp_path / "own")
    assert own is not None
    engine = open_engine(f"sqlite:///{tmp_path / 'own' / 'scidip.sqlite'}")
    compared = 0
    with (tmp_path / "files/scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {row.pop("uCode"): row for row in csv.DictReader(file)}
    ranks = {row["uCode"]: row for row in csv.DictReader((tmp_path / "files/ranks.csv").open(encoding="utf-8"))}
    for unit in own.units:
        frame = served.area_scores(engine, unit.ref_area).set_index("node")
        for code, score in rows.get(unit.code, {}).items():
            here = frame.loc[own.codes[code]]
            assert here["score"] == pytest.approx(float(score), rel=CLOSE, abs=CLOSE)
            if code in ("Conn", "Sust", "Index"):
                assert here["rank"] == int(ranks[unit.code][code])
            compared += 1
    engine.dispose()
    assert compared == len(rows) * 11 and len(rows) >= 49


def test_ranges_are_the_command_s_too(asem, tmp_path) -> None:
    done = run("composite", *asem.tables, "--out", tmp_path / "files", "--uncertainty", "1000")
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((tmp_path / "files/intervals.csv").open(encoding="utf-8")))
    engine = open_engine(f"sqlite:///{asem.folder / 'own' / 'scidip.sqlite'}")
    frame = served.ranking(engine, "std", served.scored_years(engine)[0]).set_index("ref_area")
    engine.dispose()
    of_index = [row for row in rows if row["node"] == "Index"]
    assert len(of_index) == len(UNITS)
    for row in of_index:
        assert frame.loc[row["uCode"], "rank_p95"] == pytest.approx(float(row["rank_p95"]))


def test_all_that_is_wrong_with_the_tables_is_told_at_once(tmp_path) -> None:
    data = DATA.replace("1,9,40", "1,nine,40").replace("DD,Deland", "AA,Deland")
    meta = META.replace("second,Aggregate,2,top,2", "second,Aggregate,2,top,-2").replace("people,Denom", "people,Denm")
    done = opened(tmp_path, data, meta, "[normalise]\nmethod = 'min_maks'\n")
    assert done.exit_code == 2
    for fault in ("'nine' is not a number", "AA is also in row", "-2 is negative", "'Denminator'", "min_maks"):
        assert fault in done.output, done.output
    assert not (tmp_path / "own").exists() and not (tmp_path / "own.part").exists()
    files = [tmp_path / "DATA.csv", tmp_path / "META.csv", "--methodology", tmp_path / "M.toml"]
    same = run("composite", *files, "--out", tmp_path / "files")
    assert done.output.partition("faults in")[2] == same.output.partition("faults in")[2]


def test_what_the_pages_cannot_show_is_told_at_once(tmp_path) -> None:
    data = "uCode,Time,x\nA,2020.5,1\nB,2020.5,2\nA,30,1\nB,30,3\n"
    meta = "iCode,Type,Level,Parent,Weight,Direction\nx,Indicator,1,n2,1,1\n"
    meta += "".join(f"n{k},Aggregate,{k},n{k + 1},1,1\n" for k in range(2, 5)) + "n5,Aggregate,5,,1,1\n"
    done = opened(tmp_path, data, meta)
    assert done.exit_code == 2
    assert "up to 3 levels of nodes, and it has 4" in done.output and "not 30, 2020.5" in done.output
    assert not (tmp_path / "own").exists()


def test_units_that_are_no_countries_keep_their_names(tmp_path) -> None:
    data = DATA.replace("AA,Aland", '"A, a/1",Åland & Söhne').replace("BB,Beland", "FRA,Norden")
    assert opened(tmp_path, data).exit_code == 0
    own = read_workspace(tmp_path / "own")
    assert own is not None
    assert {(u.code, u.name, u.is_country) for u in own.units} == {
        ("A, a/1", "Åland & Söhne", False),
        ("FRA", "France", True),
        ("CC", "Celand", False),
        ("DD", "Deland", False),
    }
    client = served_by(tmp_path / "own").test_client()
    odd = next(u.ref_area for u in own.units if u.code == "A, a/1")
    for address in ("/", "/ranking", f"/country?area={odd}", f"/compare?areas={odd},FRA"):
        assert "Åland & Söhne" in said(client, address)
    assert opened(tmp_path, data, META, "", "--own-units", "--year", "2024").exit_code == 0
    again = read_workspace(tmp_path / "own")
    assert again is not None and not any(u.is_country for u in again.units)
    assert next(u.name for u in again.units if u.code == "FRA") == "Norden"


@pytest.mark.parametrize("levels", [1, 2])
def test_an_index_of_fewer_levels_is_shown_as_well(tmp_path, levels) -> None:
    meta = "iCode,Type,Level,Parent,Weight,Direction\n"
    meta += "".join(f"x{k},Indicator,1,{'top' if levels == 1 else 'a'},1,1\n" for k in (1, 2, 3))
    meta += "top,Aggregate,2,,1,1\n" if levels == 1 else "a,Aggregate,2,top,1,1\ntop,Aggregate,3,,1,1\n"
    assert opened(tmp_path, DATA, meta + "zone,Group,,,,\npeople,Other,,,,\n").exit_code == 0
    client = served_by(tmp_path / "own").test_client()
    for address in ("/", "/ranking", "/country?area=CC", "/compare", "/methodology", "/robustness"):
        assert "of the user’s own" in said(client, address)


def test_every_page_says_whose_index_it_is(asem) -> None:
    client = asem.server.test_client()
    paths = (
        "/",
        "/ranking",
        "/country?area=FRA",
        "/compare",
        "/indicator",
        "/robustness",
        "/methodology",
        "/downloads",
    )
    for address in (*paths, "/claim?text=France ranks above Germany in the index", *LEFT_OUT):
        words = said(client, address)
        assert "Synthetic connectivity is an index of the user’s own" in words, address
        assert "Vaziri" not in words and "CC BY" not in words, address
        assert ("has no such page" in words) == (address in LEFT_OUT), address


def test_what_is_handed_out_is_the_user_s(asem) -> None:
    client = asem.server.test_client()
    scores = client.get("/download/scores.csv")
    assert scores.status_code == 200 and len(scores.get_data(as_text=True).splitlines()) == 51 * 11 + 1
    cited = client.get("/api/v1/citation?what=scores").get_data(as_text=True)
    assert "Synthetic connectivity (own index)" in cited
    assert "Diplomacy" not in cited and "CC BY" not in cited
    assert client.get("/download/brief.html?area=FRA").status_code == 200
    assert client.get("/download/brief.html?a=FRA&b=DEU").status_code == 404


def test_a_methodology_that_cannot_be_scored_anew_has_no_page_of_robustness(tmp_path) -> None:
    assert opened(tmp_path, DATA, META, "[normalise]\nmethod = 'z_score'\n").exit_code == 0
    client = served_by(tmp_path / "own").test_client()
    assert "steps that it cannot repeat" in said(client, "/robustness")
    assert "steps that it cannot repeat" in said(client, "/claim")
    assert "z_score" in said(client, "/methodology")
    told = client.get("/api/v1/claim?text=Celand ranks first in the index").get_data(as_text=True)
    assert "cannot be checked" in told


def test_ranges_that_cannot_be_computed_leave_the_index_open(tmp_path) -> None:
    method = "[normalise]\nmethod = 'z_score'\n[uncertain]\naggregate = ['geometric']\n"
    done = opened(tmp_path, DATA, META, method)
    assert done.exit_code == 3 and "Not computed: ranges of ranks." in done.output
    assert "Deland" in said(served_by(tmp_path / "own").test_client(), "/ranking")


def test_a_workspace_is_written_again_and_nothing_else_is(tmp_path) -> None:
    assert opened(tmp_path).exit_code == 0
    assert opened(tmp_path, DATA, META, "", "--name", "Called anew").exit_code == 0
    own = read_workspace(tmp_path / "own")
    assert own is not None and own.name == "Called anew"
    (tmp_path / "own" / "thesis.txt").write_text("mine")
    done = opened(tmp_path)
    assert done.exit_code == 2 and "holds other files (thesis.txt)" in done.output
    assert (tmp_path / "own" / "thesis.txt").read_text() == "mine"


def test_commands_of_the_observatory_do_not_touch_a_workspace(tmp_path) -> None:
    assert opened(tmp_path).exit_code == 0
    own = {"SCIDIP_WORKSPACE": str(tmp_path / "own")}
    refused = CliRunner().invoke(main, ["build"], env=own)
    assert refused.exit_code == 2 and "build is about the observatory" in refused.output
    out = tmp_path / "scores.csv"
    done = CliRunner().invoke(main, ["export", "--what", "scores", "--out", str(out)], env=own)
    assert done.exit_code == 0, done.output
    assert "CC" in out.read_text("utf-8")
    nowhere = CliRunner().invoke(main, ["export", "--out", str(out)], env={"SCIDIP_WORKSPACE": str(tmp_path)})
    assert nowhere.exit_code == 1 and "is no workspace" in nowhere.output
