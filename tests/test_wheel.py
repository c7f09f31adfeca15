"""The wheel in an environment of its own: commands, the server and the engine, with nothing written into it."""

import io
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest

from scidip import engine
from scidip.program import Program
from scidip.settings import Settings
from tests.conftest import ROOT, free_port, wait_for
from tests.test_own_index import DATA, META

pytestmark = pytest.mark.slow

LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "kept", "packed", "snapshots", "scidip.sqlite*", "build", "dist", "*.egg-info"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of a copy of this checkout: building leaves folders behind."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", symlinks=True, ignore=LEFT_OUT)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--disable-pip-version-check",
        "--wheel-dir",
        str(folder),
        str(folder / "source"),
    ]
    subprocess.run(command, check=True, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def place(wheel, tmp_path_factory) -> Path:
    """A folder with an environment that holds the wheel; what scidip needs is found where the tests find it."""
    folder = tmp_path_factory.mktemp("place")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "env")}))
    # A path named here is searched, but its own .pth files, which lead to the checkout, are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder / "env" / "bin" / "python"),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
        "--no-compile",
        "--ignore-installed",
        str(wheel),
    ]
    subprocess.run(command, check=True, timeout=120)
    return folder


@pytest.fixture
def environment(place, built_url) -> dict[str, str]:
    """Settings of a user who has none, with a database where `scidip` looks for it."""
    home = place / "home"
    database = home / ".local" / "share" / "scidip" / "scidip.sqlite"
    if not database.exists():
        database.parent.mkdir(parents=True)
        shutil.copy(built_url.removeprefix("sqlite:///"), database)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SCIDIP_", "XDG_", "PYTHON"))}
    return kept | {"HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def unchanged(place) -> Iterator[None]:
    """Fails when anything in the environment is other than before."""
    before = _listing(place / "env")
    yield
    assert _listing(place / "env") == before


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    files = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in files}


def run(place: Path, environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment, in a folder that is no checkout."""
    command = [str(place / "env" / "bin" / words[0]), *words[1:]]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=120)


def test_the_wheel_holds_one_name_with_data_and_assets(wheel) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"scidip"}
    held = {name.removeprefix("scidip/") for name in names}
    rooms = ("indicators", "etl", "store", "figures", "findings", "publish", "dashboard", "commands")
    code = {p.relative_to(ROOT).as_posix() for room in rooms for p in (ROOT / room).rglob("*.py")}
    files = {
        p.relative_to(ROOT).as_posix()
        for folder in (
            "assets",
            *(f"data/{name}" for name in ("bundle", "catalogue", "codelists", "curated", "documents", "languages")),
        )
        for p in (ROOT / folder).rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert (code | files) - held == set()
    assert not [name for name in held if name.startswith("data/") and name not in files]


def test_a_command_answers_from_the_users_own_folder(place, environment, unchanged) -> None:
    done = run(place, environment, "scidip", "brief", "PRT", "--format", "html", "--no-pictures", "--out", "prt.html")
    assert done.returncode == 0, done.stderr
    assert "Portugal" in (place / "prt.html").read_text("utf-8")


def test_without_a_database_it_says_what_to_run(place, environment, unchanged) -> None:
    done = run(place, environment | {"HOME": str(place / "nobody")}, "scidip", "brief", "PRT")
    assert done.returncode == 1
    assert "scidip build" in done.stderr
    assert not (place / "nobody").exists()


def test_the_server_serves_pages_and_assets(place, environment, unchanged) -> None:
    port = free_port()
    process = subprocess.Popen(
        [str(place / "env" / "bin" / "scidip"), "serve"],
        cwd=place,
        env=environment | {"SCIDIP_PORT": str(port), "SCIDIP_WORKERS": "1", "SCIDIP_ACCESS_LOG": ""},
    )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(base, process)
        assert httpx.get(f"{base}/country?area=PRT", timeout=30).status_code == 200
        outlines = httpx.get(f"{base}/assets/topojson/world_50m.json", timeout=30)
        assert outlines.json()["type"] == "Topology"
        book = httpx.get(f"{base}/api/v1/scores?ref_area=PRT&format=xlsx", timeout=90)
        assert (book.status_code, book.content[:2]) == (200, b"PK"), "a process of its own makes dear files"
    finally:
        process.terminate()
        process.wait(timeout=30)


ENGINE = """
import io, pandas as pd
from scidip import engine
data, meta = (pd.read_csv(io.StringIO(text)) for text in ({data!r}, {meta!r}))
index = engine.score(data, meta)
print(index.scores.to_json(double_precision=15))
print(len(index.intervals(20)), index.ranks.shape)
"""


def test_the_engine_is_a_library(place, environment, unchanged) -> None:
    done = run(place, environment, "python", "-c", ENGINE.format(data=DATA, meta=META))
    assert done.returncode == 0, done.stderr
    scores, size = done.stdout.splitlines()
    expected = engine.score(*(pd.read_csv(io.StringIO(text)) for text in (DATA, META)))
    assert scores == expected.scores.to_json(double_precision=15)
    assert size == f"{3 * len(expected.scores)} {expected.ranks.shape}"


def test_settings_of_a_checkout_stay_inside_it() -> None:
    settings = Settings.from_env({})
    assert settings.written_dir == ROOT / "data"
    assert settings.database_url == f"sqlite:///{ROOT / 'data' / 'scidip.sqlite'}"
    assert Program(settings).bundle_dir == ROOT / "data" / "bundle"
