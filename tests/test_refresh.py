"""Renewing from live services: each source and series on its own, one moment for readers, nothing lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scidip.etl.network.client import HttpClient
from scidip.etl.network.memory import AnswerMemory
from scidip.etl.network.snapshots import SnapshotStore
from scidip.etl.refresh import Renewed, is_live, refresh
from scidip.etl.schedule import Keeper, times_of
from scidip.indicators.errors import RunInProgress, ScidipError
from scidip.store.database.engine import open_engine
from scidip.store.database.working_copy import FOLDER, working_copy
from scidip.store.database.writing import writing
from scidip.store.queries import served
from tests.conftest import ROOT, run_cli
from tests.replay.answering import JSON, ZIP, Asked, Reply
from tests.replay.bodies import world_bank
from tests.replay.server import Replay, replay

SERIES = {"IT.NET.USER.ZS": "internet_users", "GB.XPD.RSDV.GD.ZS": "rd_expenditure_gdp"}


class Bank:
    """The World Bank with three series; what it says of each can be set."""

    def __init__(self) -> None:
        self.table = {
            series: {(area, year): 1.0 + n / 4 for n, area in enumerate(("PRT", "GRC", "KEN")) for year in (2023, 2024)}
            for series in SERIES
        }
        self.down: set[str] = set()
        self.pause = 0.0
        """Seconds before each answer."""

    def reply(self, asked: Asked) -> Reply | None:
        series = asked.path.rpartition("/")[2]
        time.sleep(self.pause)
        if series in self.down or series not in self.table:
            return Reply(world_bank.MESSAGE, JSON)
        return Reply(world_bank.archive(series, self.table[series]), ZIP)


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def server(bank):
    with replay({"api.worldbank.org": [bank.reply]}) as found:
        yield found


def renewed(shop, server: Replay, tmp_path: Path, *names: str) -> list[Renewed]:
    store = SnapshotStore(tmp_path / "kept")
    memory = AnswerMemory(tmp_path / "asked", store)
    chosen = [shop.sources[name] for name in names or ("world_bank",)]
    return refresh(shop, chosen, memory, store, lambda: HttpClient(mirror=server.address, attempts=1, memory=memory))


def figures(shop) -> dict[tuple[str, str, int], float]:
    frame = served.observations(shop.engine)
    return dict(
        zip(
            frame[["indicator", "ref_area", "time_period"]].itertuples(index=False, name=None),
            frame["obs_value"],
            strict=True,
        )
    )


def test_a_series_that_is_not_given_keeps_its_figures_and_stops_no_other(fresh_shop, server, bank, tmp_path) -> None:
    first = renewed(fresh_shop, server, tmp_path)[0]
    assert first.status == "in part" and first.loaded == 12 and "was not renewed" in first.message
    bank.down = {"IT.NET.USER.ZS"}
    bank.table["GB.XPD.RSDV.GD.ZS"]["PRT", 2024] = 1.05
    second = renewed(fresh_shop, server, tmp_path)[0]
    assert second.status == "in part"
    assert figures(fresh_shop)["internet_users", "PRT", 2024] == 1.0, "its old figure serves"
    assert figures(fresh_shop)["rd_expenditure_gdp", "PRT", 2024] == 1.05


def test_a_series_that_surprises_is_held_and_the_others_are_renewed(fresh_shop, server, bank, tmp_path) -> None:
    renewed(fresh_shop, server, tmp_path)
    bank.table["IT.NET.USER.ZS"] = {key: value * 5 for key, value in bank.table["IT.NET.USER.ZS"].items()}
    bank.table["GB.XPD.RSDV.GD.ZS"]["PRT", 2025] = 1.1
    report = renewed(fresh_shop, server, tmp_path)[0]
    assert report.status == "in part"
    assert "6 of 6 common figures moved by more than 50% (internet_users)" in report.message
    assert figures(fresh_shop)["internet_users", "PRT", 2024] == 1.0
    assert figures(fresh_shop)["rd_expenditure_gdp", "PRT", 2025] == 1.1


def test_last_years_file_under_this_years_address_is_held(fresh_shop, server, bank, tmp_path) -> None:
    bank.table = {
        s: {(a, y): v for a in ("PRT", "GRC") for y, v in ((y, 1.0) for y in range(2015, 2025))} for s in SERIES
    }
    renewed(fresh_shop, server, tmp_path)
    for series in SERIES:
        bank.table[series] = {(a, y): v for (a, y), v in bank.table[series].items() if y < 2024}
    report = renewed(fresh_shop, server, tmp_path)[0]
    assert report.status == "held" and "its newest year is 2023 where 2024 serves (internet_users)" in report.message
    assert figures(fresh_shop)["internet_users", "PRT", 2024] == 1.0


def test_an_unchanged_source_is_said_to_be_and_is_not_sent_again(fresh_shop, server, bank, tmp_path) -> None:
    bank.down.clear()
    renewed(fresh_shop, server, tmp_path)
    version = served.data_version(fresh_shop.engine)
    report = renewed(fresh_shop, server, tmp_path)[0]
    assert report.status == "in part" and served.data_version(fresh_shop.engine) == version
    assert all(
        "if-none-match" in a.headers
        for a in server.asked
        if a.path.rpartition("/")[2] in SERIES and server.asked.index(a) > len(server.asked) // 2
    )


def test_a_source_without_a_door_is_told_how_and_nothing_is_asked(fresh_shop, server, tmp_path) -> None:
    closed = [s for s in fresh_shop.sources.values() if s.spec.by_hand]
    for source in closed:
        report = renewed(fresh_shop, server, tmp_path, source.spec.id)[0]
        assert (report.status, report.message) == ("by hand", source.spec.by_hand) and not is_live(source)
    assert not server.asked


# --- one moment for readers ------------------------------------------------------------------------


@pytest.fixture
def own_url(built_url, tmp_path) -> str:
    path = tmp_path / "own.sqlite"
    shutil.copy(built_url.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


def test_readers_see_the_old_figures_until_the_copy_is_put_in_place(own_url) -> None:
    reader, engine = open_engine(own_url), open_engine(own_url, create=True)
    before = served.data_version(reader)
    with working_copy(engine, "test") as (copy, put):
        with copy.begin() as connection:
            connection.exec_driver_sql("DELETE FROM vintage WHERE source_id = 'world_bank'")
        assert served.data_version(reader) == before != served.data_version(copy)
        after = served.data_version(copy)
        put()
        assert served.data_version(reader) == after
    folder = Path(own_url.removeprefix("sqlite:///") + FOLDER)
    assert not folder.exists()


def test_what_is_not_put_in_place_never_happened_and_a_rest_is_removed(own_url) -> None:
    engine = open_engine(own_url, create=True)
    before = served.data_version(engine)
    folder = Path(own_url.removeprefix("sqlite:///") + FOLDER)
    folder.mkdir()
    (folder / "rest").write_text("of a killed process")
    with pytest.raises(ZeroDivisionError), working_copy(engine, "test") as (copy, _):
        assert not (folder / "rest").exists()
        with copy.begin() as connection:
            connection.exec_driver_sql("DELETE FROM vintage")
        raise ZeroDivisionError
    assert served.data_version(engine) == before and not folder.exists()


def test_two_at_once_are_told(own_url) -> None:
    engine = open_engine(own_url, create=True)
    with writing(engine, "refresh"):
        done = run_cli("refresh", "world_bank", SCIDIP_DATABASE_URL=own_url, SCIDIP_MIRROR="http://127.0.0.1:9")
    assert done.returncode == 1 and "is being written (refresh" in done.stderr and "Traceback" not in done.stderr
    assert RunInProgress.__name__ not in done.stderr


def settings(server: Replay, own_url: str, tmp_path: Path) -> dict[str, str]:
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    for name in ("catalogue", "codelists", "bundle", "curated", "languages", "documents"):
        if not (data / name).exists():
            (data / name).symlink_to(ROOT / "data" / name)
    return {
        "SCIDIP_DATABASE_URL": own_url,
        "SCIDIP_MIRROR": server.address,
        "SCIDIP_DATA_DIR": str(data),
        "SCIDIP_HTTP_TIMEOUT": "5",
    }


def test_a_refresh_from_the_shell_reports_and_a_killed_one_loses_nothing_and_goes_on(
    own_url, server, bank, tmp_path
) -> None:
    engine, bank.pause = open_engine(own_url), 0.1
    before, env = served.data_version(engine), settings(server, own_url, tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "scidip.cli", "refresh", "world_bank"], cwd=ROOT, env=os.environ | env
    )
    until = time.monotonic() + 60
    while len(server.asked) < 4 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    asked = len(server.asked)
    assert 4 <= asked < 21 and served.data_version(engine) == before
    done = run_cli("refresh", "world_bank", "--json", "--dry-run", **env)
    report = json.loads(done.stdout)
    assert done.returncode == 3 and [line["status"] for line in report] == ["held"]
    assert report[0]["message"].count("\n") == 0 and "and " in report[0]["message"]
    assert served.data_version(engine) == before
    again = [a.path for a in server.asked[asked:]]
    good = {a.path for a in server.asked[: asked - 1] if a.path.rpartition("/")[2] in SERIES}
    assert not good & set(again), "what was answered is not asked for again"


# --- times -----------------------------------------------------------------------------------------


def test_times_are_a_cron_line_and_anything_else_is_a_sentence(tmp_path) -> None:
    monday = datetime(2026, 11, 30, 3, 59, tzinfo=UTC)
    assert times_of("0 4 * * mon").get_next_fire_time(None, monday) == monday.replace(hour=4, minute=0)
    for wrong in ("", "daily", "61 4 * * *", "0 4 * *"):
        with pytest.raises(ScidipError, match=r"is no cron line .* such as '0 4"):
            times_of(wrong)
    done = run_cli("serve", SCIDIP_REFRESH="daily", SCIDIP_DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite")
    assert done.returncode == 1 and "'daily' is no cron line" in done.stderr
    assert not list(tmp_path.iterdir()), "nothing is built before it is said"


def test_who_keeps_the_times_ends_with_the_one_who_began_it() -> None:
    keeper = Keeper("0 0 1 1 *")
    process = keeper._process
    assert process is not None and process.poll() is None
    process.stdin.close()  # as the system does for one that was killed
    assert process.wait(timeout=60) == 0
    Keeper("").close()
