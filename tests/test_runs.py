"""Runs: conserved, atomic, gated, and safe against being killed at any moment."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from scidip.etl.network.snapshots import Snapshot, SnapshotStore
from scidip.etl.run import Workshop, ingest
from scidip.indicators.errors import RunHeld, RunInProgress, SourceChanged, SourceError, SourceUnavailable
from scidip.store import runs
from scidip.store.database.engine import open_engine
from scidip.store.database.schema import observation
from scidip.store.database.writing import writing
from scidip.store.queries import served as queries
from scidip.store.queries import source_queries
from scidip.store.runs import running
from tests import small_data

ROOT = Path(__file__).resolve().parent.parent
HEADER = "Country Name,Country Code,Indicator Name,Indicator Code,2019,2020,"


def wdi(*rows: str, header: str = HEADER, stamp: str = "2026-07-13") -> Snapshot:
    """A small body in the shape of the World Bank's CSV download."""
    lines = ['"Data Source","World Development Indicators",', "", f'"Last Updated Date","{stamp}",', "", header, *rows]
    return Snapshot("API_GB.XPD.RSDV.GD.ZS.csv", ("\ufeff" + "\r\n".join(lines) + "\r\n").encode())


def row(name: str, code: str, *values: str) -> str:
    return f'{name},{code},"Research and development expenditure (% of GDP)",GB.XPD.RSDV.GD.ZS,{",".join(values)},'


GOOD = wdi(row("France", "FRA", "2.2", "2.3"), row("Kosovo", "XKX", "", "0.1"), row("World", "WLD", "2.0", "2.1"))
SMALLER = wdi(row("France", "FRA", "2.2", ""), stamp="2026-08-01")


def read(shop: Workshop, tmp_path: Path, *snapshots: Snapshot, source: str = "world_bank", **how):
    store_ = SnapshotStore(tmp_path / "snapshots")
    return ingest(shop, shop.sources[source], snapshots, store_, lambda: None, **how)


def served(shop: Workshop) -> list[tuple]:
    frame = queries.observations(shop.engine)
    return list(frame[["indicator", "ref_area", "time_period", "obs_value"]].itertuples(index=False, name=None))


def test_a_file_becomes_a_vintage_and_its_rows_are_conserved(fresh_shop, tmp_path) -> None:
    outcome = read(fresh_shop, tmp_path, GOOD)
    assert outcome.counts == {"parsed": 5, "loaded": 3, "excluded": 2, "quarantined": 0}
    assert served(fresh_shop) == [
        ("rd_expenditure_gdp", "FRA", 2019, 2.2),
        ("rd_expenditure_gdp", "FRA", 2020, 2.3),
        ("rd_expenditure_gdp", "XKX", 2020, 0.1),
    ]
    assert (tmp_path / "snapshots" / GOOD.sha256).read_bytes() == GOOD.content


def test_ingesting_twice_is_ingesting_once(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, GOOD)
    version = queries.data_version(fresh_shop.engine)
    assert read(fresh_shop, tmp_path, GOOD).status == "unchanged"
    assert queries.data_version(fresh_shop.engine) == version


def test_a_held_run_leaves_the_old_vintage_serving_until_a_human_accepts(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, GOOD)
    before = served(fresh_shop)
    with pytest.raises(RunHeld, match=r"(?s)only 1 figures where 3 serve.*--accept"):
        read(fresh_shop, tmp_path, SMALLER)
    assert served(fresh_shop) == before
    assert source_queries.runs(fresh_shop.engine)["status"].tolist() == ["held", "succeeded"]
    # Accepting renews what the file holds; only --replace drops the rest, and says so first.
    assert read(fresh_shop, tmp_path, SMALLER, accept=True).status == "succeeded"
    assert served(fresh_shop) == before
    told: list[str] = []
    assert read(fresh_shop, tmp_path, SMALLER, replace=True, tell=told.append).status == "succeeded"
    assert told == ["world_bank: --replace drops 2 of the 3 figures that serve (rd_expenditure_gdp 2)"]
    assert len(served(fresh_shop)) == 1


BAD_FILES = {
    "empty": (Snapshot("rd.csv", b""), "rd.csv: the file is empty"),
    "web page": (Snapshot("rd.csv", b"<!DOCTYPE html><html>502</html>"), "rd.csv, row 1: this is a web page"),
    "renamed column": (wdi("France,FRA,x,y,1,2,", header=HEADER.replace("Country Code", "Code")), "Country Code"),
    "header elsewhere": (Snapshot("rd.csv", ("\n" + HEADER + "\nFrance,FRA,x,y,1,2,\n").encode()), "rd.csv, row "),
    "other source's file": (Snapshot("rd.csv", b"Passport,Destination,Requirement\nAFG,ALB,e-visa\n"), "rd.csv"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_fails_the_run_with_a_sentence_and_nothing_is_lost(fresh_shop, tmp_path, case: str) -> None:
    read(fresh_shop, tmp_path, GOOD)
    before = served(fresh_shop)
    snapshot, words = BAD_FILES[case]
    with pytest.raises((SourceChanged, SourceUnavailable), match=words):
        read(fresh_shop, tmp_path, snapshot)
    assert served(fresh_shop) == before
    last = source_queries.runs(fresh_shop.engine).iloc[0]
    assert last["status"] == "failed"
    assert words in last["message"]


def test_figures_that_jump_are_held(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, GOOD)
    jumped = wdi(row("France", "FRA", "4.4", "4.6"), row("Kosovo", "XKX", "", "0.1"))
    with pytest.raises(RunHeld, match="2 of 3 common figures moved by more than 50%"):
        read(fresh_shop, tmp_path, jumped)


def test_a_truncated_zip_fails_the_run(fresh_shop, tmp_path) -> None:
    snapshot = Snapshot("WrldCo.zip", b"PK\x03\x04 cut short")
    with pytest.raises(SourceError, match=r"WrldCo\.zip"):
        ingest(fresh_shop, fresh_shop.sources["openalex"], [snapshot], SnapshotStore(tmp_path), lambda: None)


def test_bad_rows_go_to_quarantine_with_their_place(fresh_shop, tmp_path) -> None:
    good = [row(c, c, "1.5", "1.6") for c in ("FRA", "DEU", "ITA", "ESP", "PRT", "GRC", "AUT", "BEL", "CHE", "DNK")]
    bad = [row("Wonderland", "WWW", "1.0", ""), row("Sweden", "SWE", "three", "77")]
    read(fresh_shop, tmp_path, wdi(*good, *bad))
    found = source_queries.quarantined(fresh_shop.engine)
    assert set(zip(found["check_code"], found["row"], strict=True)) == {
        ("AREA_UNKNOWN", 16),
        ("VAL_TEXT", 17),
        ("VAL_RANGE", 17),
    }


def test_killed_between_insert_and_pointer_the_old_vintage_serves(fresh_shop, tmp_path, monkeypatch) -> None:
    read(fresh_shop, tmp_path, GOOD)
    before = served(fresh_shop)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "point", die)
    with pytest.raises(KeyboardInterrupt):
        read(fresh_shop, tmp_path, SMALLER, accept=True)
    assert served(fresh_shop) == before
    monkeypatch.undo()
    assert read(fresh_shop, tmp_path, SMALLER, accept=True).status == "succeeded"


def test_one_writer_at_a_time(fresh_shop) -> None:
    other = open_engine(str(fresh_shop.engine.url))
    with running(fresh_shop.engine, "ingest", "nobel", "test"), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: writing(other, "score", wait=0.1).__enter__())
        with pytest.raises(RunInProgress, match=r"is being written \(ingest nobel, since 20"):
            asked.result()
        with writing(fresh_shop.engine, "the same process may go on"):
            pass
    with writing(other, "score", wait=0.1):
        pass


def test_a_writer_waits_for_the_one_before(fresh_shop) -> None:
    with ThreadPoolExecutor(1) as pool:
        with writing(fresh_shop.engine, "first"):
            second = pool.submit(lambda: writing(fresh_shop.engine, "second").__enter__())
            time.sleep(0.3)
            assert not second.done()
        second.result(timeout=5)


def test_a_run_whose_process_is_gone_does_not_block_the_next(fresh_shop, tmp_path) -> None:
    """Ended without a word as the first process of a container, and again: both times the process has the number 1."""
    url = str(fresh_shop.engine.url)
    dying = (
        "import os, sys; from scidip.store.database.engine import open_engine; from scidip.store.runs import running\n"
        "with running(open_engine(sys.argv[1], create=True), 'ingest', 'nobel', 'test'): os._exit(9)"
    )
    namespace = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    may = subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0
    for _ in range(2):
        command = [*(namespace if may else []), sys.executable, "-c", dying, url]
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode != 0
    with running(fresh_shop.engine, "ingest", "nobel", "test"):
        runs = source_queries.runs(fresh_shop.engine)
    assert sorted(runs["status"]) == ["failed", "failed", "running"]


def test_interrupted_at_any_line_of_its_beginning_a_run_is_not_on_record_as_running(fresh_shop) -> None:
    """Ctrl-C may come at any moment: also between a run's entry and the moment its number is known."""
    lines = 0

    def interrupted_at(place: int):
        nonlocal lines
        lines = 0

        def trace(frame, event, _argument):
            nonlocal lines
            if frame.f_code is not runs._opened.__code__:
                return trace if frame.f_code.co_filename == runs.__file__ else None
            lines += event in ("line", "return")
            if lines == place:
                sys.settrace(None)
                raise KeyboardInterrupt
            return trace

        return trace

    place = 0
    while True:
        place += 1
        begun = False
        before = sys.gettrace()
        sys.settrace(interrupted_at(place))
        try:
            with running(fresh_shop.engine, "ingest", "nobel", "test"):
                begun = True
                sys.settrace(None)
        except KeyboardInterrupt:
            statuses = source_queries.runs(fresh_shop.engine)["status"]
            assert "running" not in set(statuses), f"interrupted at step {place}"
        finally:
            sys.settrace(before)
        if begun:
            break
    assert place > 5, "every line of the beginning was interrupted once"


@pytest.mark.about_files
def test_the_log_is_empty_after_each_write_also_while_others_have_it_open(fresh_shop, tmp_path) -> None:
    reader = open_engine(str(fresh_shop.engine.url))
    queries.data_version(reader)
    read(fresh_shop, tmp_path, GOOD)
    assert (tmp_path / "fresh.sqlite-wal").stat().st_size == 0
    assert len(queries.observations(reader)) == 3


def test_codes_are_checked(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, GOOD)
    frame = queries.observations(fresh_shop.engine).head(1)
    for code in ("indicator", "ref_area", "counterpart_area"):
        wrong = frame.assign(**{code: "QQQ"})
        with pytest.raises(IntegrityError, match=r"FOREIGN KEY|ForeignKey"), fresh_shop.engine.begin() as connection:
            runs.insert_frame(connection, observation, wrong, 1)
    with pytest.raises(IntegrityError, match=r"FOREIGN KEY|ForeignKey"), fresh_shop.engine.begin() as connection:
        runs.insert_frame(connection, observation, frame, 7)
    assert len(queries.observations(fresh_shop.engine)) == 3


@pytest.mark.about_files
def test_no_number_is_stored_as_a_blob(fresh_shop, tmp_path) -> None:
    read(fresh_shop, tmp_path, GOOD)
    with fresh_shop.engine.connect() as connection:
        kinds = connection.execute(
            text("SELECT DISTINCT typeof(time_period), typeof(row), typeof(file) FROM observation")
        )
        assert kinds.fetchall() == [("integer", "integer", "integer")]


def test_a_missing_number_becomes_null(fresh_shop) -> None:
    assert runs._plain(pd.Series([1.0, np.nan])) == [1.0, None]


def test_only_the_last_vintages_keep_their_figures(fresh_shop, tmp_path) -> None:
    for value in ("2.1", "2.2", "2.3", "2.4", "2.5"):
        read(fresh_shop, tmp_path, wdi(row("France", "FRA", value, "")), accept=True)
    with fresh_shop.engine.connect() as connection:
        held = connection.execute(select(func.count(observation.c.run_id.distinct()))).scalar()
    assert held == runs.KEEP_VINTAGES
    assert len(source_queries.runs(fresh_shop.engine)) == 5


def test_killed_at_any_moment_of_a_build_the_next_one_goes_on_and_the_last_succeeds(tmp_path) -> None:
    data = small_data.make(tmp_path / "data")
    url, unharmed = (f"sqlite:///{tmp_path / name}.sqlite" for name in ("killed", "unharmed"))
    command = [sys.executable, "-m", "scidip.cli", "build"]

    def building(address: str, **more: Any) -> subprocess.Popen[str]:
        environment = os.environ | {"SCIDIP_DATABASE_URL": address, "SCIDIP_DATA_DIR": str(data)}
        return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.DEVNULL, **more)

    # Each upon what the one before left: while it starts, among the sources, while the scores are saved.
    for moment in ("", "unesco_uis", "save scores"):  # `make torture` has 100, with all figures
        with building(url, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            if moment:
                assert any(moment in line for line in process.stderr), f"it ended before {moment}"
            time.sleep(0.1 if moment else 0.8)
            assert process.poll() is None, "killed before it ends"
            process.send_signal(signal.SIGKILL)
    for address in (url, unharmed):
        with building(address, stderr=subprocess.DEVNULL) as process:
            assert process.wait() == 0
    mended, whole = open_engine(url), open_engine(unharmed)
    assert queries.data_version(mended) == queries.data_version(whole) != ""
    year = queries.scored_years(whole)[-1]
    ranking = queries.ranking(whole, "std", year)
    assert ranking["rank"].notna().sum() > 50
    pd.testing.assert_frame_equal(queries.ranking(mended, "std", year), ranking)


def test_killed_while_rebuilding_the_old_figures_serve(tmp_path, built_url) -> None:
    path = tmp_path / "again.sqlite"
    path.write_bytes(Path(built_url.removeprefix("sqlite:///")).read_bytes())
    url = f"sqlite:///{path}"
    before = queries.ranking(open_engine(url), "std", 2023)
    process = subprocess.Popen(
        [sys.executable, "-m", "scidip.cli", "build", "--force"],
        cwd=ROOT,
        env=os.environ | {"SCIDIP_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(2.5)
    process.kill()
    process.wait()
    pd.testing.assert_frame_equal(queries.ranking(open_engine(url), "std", 2023), before)


def test_the_workshop_is_a_value(fresh_shop) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        fresh_shop.latest_period = 1  # type: ignore[misc]
