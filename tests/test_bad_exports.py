"""What cannot be exported, written or recomputed: one sentence, exit code above zero, nothing half-written."""

import errno
import hashlib
import io
import json
import os
import stat
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from scidip.cli import main
from scidip.dashboard.server.factory import create_app
from scidip.findings import terms
from scidip.publish.export import tables
from scidip.publish.export.data_package import digest_of
from scidip.publish.export.writing import PIECE, formats, write_whole
from tests.ahead import served_context

ONE = ("--indicator", "population", "--area", "FRA")


@pytest.fixture
def scidip(built_url, monkeypatch):
    monkeypatch.setenv("SCIDIP_DATABASE_URL", built_url)
    return lambda *arguments: CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def client(built_url):
    ctx = served_context(built_url)
    return create_app(ctx).server.test_client()


def refused(result, *words: str) -> None:
    """Assert that a command said a sentence, not a trace, and failed."""
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    told = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert len(told) == 1 and "Traceback" not in result.output
    for word in words:
        assert word in told[0], told[0]


# --- questions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--indicator", "populatoin"), ("unknown indicator", "did you mean population")),
        (("--area", "FRX"), ("unknown area", "FRA")),
        (("--what", "scores", "--node", "nationl"), ("unknown node", "national")),
        (("--format", "docx"), ("unknown format docx",)),
        (("--year", "2020:2018"), ("2020:2018", "oldest first")),
        (("--year", "soon"), ("soon",)),
        (("--year", "1066"), ("1066",)),
        (("--what", "scores", "--indicator", "population"), ("--node",)),
        (("--node", "national"), ("--indicator",)),
        (("--indicator", "copublications"), ("--what pairs",)),
        (("--what", "pairs", "--indicator", "population"), ("--what observations",)),
        (("--what", "package", "--area", "FRA"), ("whole",)),
    ],
)
def test_an_impossible_question_is_told_and_no_file_is_made(scidip, tmp_path, arguments, words) -> None:
    refused(scidip("export", *arguments, "--out", tmp_path / "x.csv"), *words)
    assert not list(tmp_path.iterdir())


def test_a_series_that_may_not_be_passed_on_is_refused_at_every_door(
    scidip, client, engine, catalogue, tmp_path
) -> None:
    reasons = terms.refusals(engine, catalogue)
    code = next(c for c in reasons if catalogue.indicators[c].arity == "area")
    refused(scidip("export", "--indicator", code, "--out", tmp_path / "x.csv"), reasons[code])
    assert not list(tmp_path.iterdir())
    for path in (f"/api/v1/observations?indicator={code}", f"/download/observations.csv?indicator={code}"):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 403 and answer.json["error"]["message"] == reasons[code]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("observations?limit=1000000", 400, "bad_limit"),
        ("observations?limit=", 400, "empty_parameter"),
        ("observations?ref_area=", 400, "empty_parameter"),
        ("observations?ref_area=,", 400, "empty_parameter"),
        ("observations?ref_area=FRA&ref_area=DEU", 400, "given_twice"),
        ("pairs?indicator=population", 400, "unknown_code"),
        ("observations/", 404, "unknown_route"),
        ("observations/FRA", 404, "unknown_route"),
        ("areas?format=csv", 400, "unknown_format"),
        ("scores?time_period=2018:2020:2022", 400, "bad_period"),
        ("scores?time_period=+2020", 400, "bad_period"),
        ("compare?a=FRA", 400, "unknown_code"),
    ],
)
def test_the_api_refuses_in_one_shape(client, query: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/{query}")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["message"] and answer.json["error"]["remedy"]


def test_a_figure_per_pair_is_sent_to_the_pairs(client) -> None:
    error = client.get("/api/v1/observations?indicator=copublications").json["error"]
    assert error["remedy"] == "It is a figure per pair: ask /api/v1/pairs."


@pytest.mark.parametrize("code", sorted(formats()))
def test_an_export_of_nothing_is_a_file_with_its_columns_and_a_sentence(scidip, client, tmp_path, code) -> None:
    out = tmp_path / "x"
    result = scidip("export", *ONE, "--year", "1801", "--format", code, "--out", out)
    assert result.exit_code == 0 and "no row fits" in result.output
    answer = client.get(f"/api/v1/observations?indicator=population&ref_area=FRA&time_period=1801&format={code}")
    assert answer.status_code == 200
    for content in (out.read_bytes(), answer.data):
        if code == "json":
            assert json.loads(content)["data"] == []
            continue
        read = {"parquet": pd.read_parquet, "stata": pd.read_stata, "xlsx": pd.read_excel}.get(code, pd.read_csv)
        frame = read(io.BytesIO(content)).rename(columns=str.lower)
        assert frame.empty and {c.name for c in tables.OBSERVATIONS} <= set(frame.columns)


# --- places ----------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(scidip, tmp_path: Path) -> None:
    refused(scidip("export", *ONE, "--out", tmp_path / "no" / "x.csv"), "No such file or directory", "no/x.csv")
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_file(scidip, tmp_path: Path) -> None:
    refused(scidip("export", *ONE, "--out", tmp_path), "is a directory")
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_folder(scidip, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    refused(scidip("export", *ONE, "--out", tmp_path / "x" / "y.csv"), "Not a directory")
    assert (tmp_path / "x").read_text() == "mine"


@pytest.mark.parametrize(
    ("what", "number"),
    [
        *(("observations", n) for n in (errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO)),
        ("package", errno.ENOSPC),
    ],
)
def test_a_disk_that_refuses_leaves_the_old_file(scidip, package, tmp_path, monkeypatch, number, what) -> None:
    """Told by the operating system while the second piece is written; root may write anywhere, so it is made up."""
    out = tmp_path / "x"
    out.write_text("the old file")
    opened = Path.open

    def failing(path: Path, mode: str = "r", *more, **named):
        file = opened(path, mode, *more, **named)
        if path.suffix != ".part":
            return file
        write, written = file.write, []

        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                file.close()

            def write(self, piece: bytes) -> int:
                if written:
                    raise OSError(number, os.strerror(number))
                written.append(piece)
                return write(piece)

        return Full()

    whole = package.read_bytes()  # made before: to make it takes seconds, and how is no matter here
    pieces = lambda *_: (whole[n : n + PIECE] for n in range(0, len(whole), PIECE))  # noqa: E731
    monkeypatch.setattr("scidip.publish.export.export.package_pieces", pieces)
    monkeypatch.setattr(Path, "open", failing)
    refused(scidip("export", "--what", what, "--out", out), os.strerror(number), str(out))
    assert [p.name for p in tmp_path.iterdir()] == ["x"] and out.read_text() == "the old file"


def test_the_full_device_is_told_and_stays_a_device(scidip) -> None:
    full = Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("this system has no /dev/full")
    for code in formats():
        refused(scidip("export", *ONE, "--format", code, "--out", full), "No space left on device: /dev/full")
    assert stat.S_ISCHR(full.stat().st_mode) and not Path("/dev/full.part").exists()


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert write_whole(pipe, iter([b"a,b\n", b"1,2\n"])) == 8
        assert os.read(end, 100) == b"a,b\n1,2\n" and stat.S_ISFIFO(pipe.stat().st_mode)
    finally:
        os.close(end)


# --- packages --------------------------------------------------------------------------------


def rewrite(package: Path, target: Path, change) -> Path:
    """Write *target* with the files that `change(dict)` leaves of a package."""
    with zipfile.ZipFile(package) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, content in files.items():
            new.writestr(name, content)
    return target


def other_score(files: dict[str, bytes]) -> None:
    lines = files["scores.csv"].decode().split("\n")
    place = next(i for i, row in enumerate(lines) if ",std,2020,FRA," in row)
    cells = lines[place].split(",")
    lines[place] = ",".join([*cells[:4], "99.5", *cells[5:]])
    files["scores.csv"] = "\n".join(lines).encode()


def signed_again(files: dict[str, bytes]) -> None:
    """Change a score and every digest with it, as somebody would who knows how."""
    other_score(files)
    described = json.loads(files["datapackage.json"])
    for resource in described["resources"]:
        resource["hash"] = "sha256:" + hashlib.sha256(files[resource["path"]]).hexdigest()
    described["digest"] = digest_of(described["resources"])
    files["datapackage.json"] = json.dumps(described).encode()


def other_hash(files: dict[str, bytes]) -> None:
    described = json.loads(files["datapackage.json"])
    described["resources"][0]["hash"] = "sha256:" + "0" * 64
    files["datapackage.json"] = json.dumps(described).encode()


def strange_area(files: dict[str, bytes]) -> None:
    files["normalised.csv"] = files["normalised.csv"].replace(b",FRA,", b",QQQ,")


def nested(files: dict[str, bytes]) -> None:
    files["datapackage.json"] = b"[" * 100_000


TAMPERED = {
    "value": (other_score, "std 2020 FRA: score is 99.5"),
    "value, signed again": (signed_again, "std 2020 FRA: score is 99.5"),
    "hash": (other_hash, "observations.csv was changed"),
    "file added": (lambda f: f.update({"more.csv": b"a\n1\n"}), "more.csv was added"),
    "file missing": (lambda f: f.pop("normalised.csv"), "no item named 'normalised.csv'"),
    "no descriptor": (lambda f: f.pop("datapackage.json"), "no item named 'datapackage.json'"),
    "descriptor of nothing": (lambda f: f.update({"datapackage.json": b"[]"}), "not a data package"),
    "descriptor of text": (lambda f: f.update({"datapackage.json": b"hello"}), "not a data package"),
    "descriptor too deep": (nested, "not a data package"),
    "no rows": (lambda f: f.update({"observations.csv": b""}), "not a data package"),
    "no catalogue": (lambda f: f.update({"catalogue.json": b"{}"}), "not a data package"),
    "strange area": (strange_area, "normalised.csv names an area"),
    "name that leads outside": (lambda f: f.update({"../evil.csv": b"x"}), "leads outside"),
    "name of a drive": (lambda f: f.update({"C:\\evil.csv": b"x"}), "leads outside"),
    "name from the root": (lambda f: f.update({"/etc/evil": b"x"}), "leads outside"),
}


@pytest.mark.parametrize("kind", sorted(TAMPERED))
def test_each_kind_of_tampering_is_told(scidip, package: Path, tmp_path: Path, kind: str) -> None:
    change, words = TAMPERED[kind]
    bad = rewrite(package, tmp_path / "bad.zip", change)
    result = scidip("recompute", bad)
    refused(result)
    assert words in result.output and "equal" not in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["bad.zip"]


def test_a_bomb_is_not_unpacked(scidip, package: Path, tmp_path: Path) -> None:
    """A few kB that state to be two gigabytes."""
    bomb = rewrite(package, tmp_path / "bomb.zip", lambda f: f.update({"normalised.csv": b"0" * 5_000_000}))
    content = bytearray(bomb.read_bytes())
    with zipfile.ZipFile(bomb) as archive:
        entry = archive.getinfo("normalised.csv")
    stated, huge = (5_000_000).to_bytes(4, "little"), (1 << 31).to_bytes(4, "little")
    assert content.count(stated) == 2 and entry.compress_size < 50_000
    bomb.write_bytes(bytes(content).replace(stated, huge))
    refused(scidip("recompute", bomb), "would unpack to 2,147,483,648 bytes")


@pytest.mark.parametrize("content", [b"", b"no", b"PK\x03\x04" + b"\0" * 40], ids=["empty", "text", "half a zip"])
def test_what_is_no_zip_is_said(scidip, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    refused(scidip("recompute", tmp_path / "x.zip"), "is not a data package")


def test_a_cut_package_is_said(scidip, package: Path, tmp_path: Path) -> None:
    whole = package.read_bytes()
    (tmp_path / "x.zip").write_bytes(whole[: len(whole) // 2])
    refused(scidip("recompute", tmp_path / "x.zip"), "is not a data package")
    flipped = bytearray(whole)
    flipped[2000:2010] = b"\xff" * 10
    (tmp_path / "y.zip").write_bytes(flipped)
    refused(scidip("recompute", tmp_path / "y.zip"))
