"""Capsules: open without a server, hold what they say, recompute, and show every change."""

import base64
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from scidip.cli import main
from scidip.indicators.errors import DataError, ScidipError
from scidip.publish.capsule import minisign, packing
from scidip.publish.capsule.making import Capsule
from scidip.publish.capsule.markdown import as_html
from scidip.publish.capsule.verifying import verify
from scidip.publish.export.opening import DAMAGE
from scidip.publish.export.recompute import recompute

ABOUT = {"IRN": "scidip-capsule-IRN", "FRA-DEU": "scidip-capsule-FRA-DEU"}


def run(*words: object, **environment: str) -> Result:
    return CliRunner().invoke(main, list(map(str, words)), env=environment)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("capsules")


@pytest.fixture(scope="module")
def key(place) -> Path:
    """A secret key; its public one stands beside it."""
    done = run("capsule", "--new-key", place / "scidip.key")
    assert done.exit_code == 0, done.output
    return place / "scidip.key"


@pytest.fixture(scope="module")
def country(built_url, place, key) -> Path:
    """A signed capsule of a country, with all its pictures, as a zip file."""
    out = place / "iran.zip"
    done = run("capsule", "IRN", "--out", out, SCIDIP_DATABASE_URL=built_url, SCIDIP_SIGNING_KEY=str(key))
    assert done.exit_code == 0, done.output
    assert "Signed with the key" in done.output
    return out


@pytest.fixture(scope="module")
def pair(built_url, place) -> Path:
    """An unsigned capsule of a pair, without pictures, as a folder."""
    out = place / "pair"
    done = run("capsule", "FRA", "DEU", "--no-pictures", "--lang", "fr", "--out", out, SCIDIP_DATABASE_URL=built_url)
    assert done.exit_code == 0, done.output
    assert "Not signed" in done.output and "Without PDF, map and network" in done.output
    return out


@pytest.fixture(scope="module")
def folders(country, pair, place) -> dict[str, Path]:
    """Both capsules as folders."""
    with zipfile.ZipFile(country) as archive:
        archive.extractall(place / "unpacked")
    return {"IRN": place / "unpacked" / ABOUT["IRN"], "FRA-DEU": pair}


class Links(HTMLParser):
    """Where a document leads to, and whether it runs or loads anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.hrefs.append(given.get("href") or "")
        if tag in ("script", "link", "iframe", "object") or not (given.get("src") or "data:").startswith("data:"):
            self.loads.append(tag)


@pytest.mark.parametrize("about", ABOUT)
def test_every_link_leads_to_a_file_and_every_file_is_led_to(folders, about) -> None:
    folder = folders[about]
    found = Links((folder / "index.html").read_text("utf-8"))
    assert found.loads == []
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == {*found.hrefs, "index.html"}
    assert all(name.isascii() for name in files)
    for document in folder.rglob("*.html"):
        assert Links(document.read_text("utf-8")).loads == [], document.name


def test_a_capsule_has_less_than_five_megabytes(country, folders) -> None:
    assert country.stat().st_size < packing.LARGEST == 5_000_000
    assert len(packing.packed("x", {p.name: p.read_bytes() for p in folders["FRA-DEU"].rglob("*.*")})) < packing.LARGEST


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_from_a_folder_with_the_network_unplugged(folders, browser, about, scheme) -> None:
    folder = folders[about]
    context = browser.new_context(color_scheme=scheme, offline=True, viewport={"width": 390, "height": 844})
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: complaints.append(m.text))
    try:
        for document in sorted(folder.rglob("*.html")):
            page.goto(document.as_uri())
            assert page.locator("h1").first.is_visible(), document
            if document.parent.name != "briefing":
                assert page.evaluate("document.documentElement.scrollWidth") <= 390, document
        page.goto((folder / "index.html").as_uri())
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == {"light": "rgb(251, 250, 247)", "dark": "rgb(16, 22, 28)"}[scheme]
        page.get_by_role("link").first.click()
        page.wait_for_url("**/briefing/briefing.html")
    finally:
        context.close()
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert complaints == []


def test_the_first_page_says_what_it_is_of_and_how_it_is_checked(folders, key) -> None:
    told = json.loads((folders["IRN"] / "manifest.json").read_text())
    name = minisign.read_public(key.with_name("scidip.key.pub").read_text(), "x").name
    text = (folders["IRN"] / "index.html").read_text("utf-8")
    for words in (
        told["data_version"],
        told["made"],
        "CC BY 4.0",
        "Withheld",
        "scidip verify",
        "scidip recompute",
        name,
    ):
        assert words in text, words
    assert told["key"] == name and told["areas"] == ["IRN"]
    french = (folders["FRA-DEU"] / "index.html").read_text("utf-8")
    assert '<html lang="fr"' in french and "key.pub" not in french
    assert json.loads((folders["FRA-DEU"] / "manifest.json").read_text())["key"] == ""


@pytest.mark.parametrize("about", ABOUT)
def test_the_ranking_is_recomputed_from_it(folders, about) -> None:
    assert recompute(folders[about] / "data" / "package.zip") == []


def test_a_figure_changed_in_its_package_moves_scores(folders, tmp_path) -> None:
    with zipfile.ZipFile(folders["IRN"] / "data" / "package.zip") as given:
        files = {n: given.read(n) for n in given.namelist()}
    kept = files["observations.csv"].decode().splitlines()
    files["observations.csv"] = "\n".join(r for r in kept if not r.startswith("rd_expenditure_gdp,_T,IRN,")).encode()
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    told = recompute(tmp_path / "x.zip")
    assert told[0].startswith("observations.csv was changed") and any(" IRN: score is " in line for line in told)


def test_tables_hold_the_area_with_ranges_sources_and_licences_and_nothing_withheld(folders, engine, catalogue) -> None:
    from scidip.findings.terms import withheld

    held = set(withheld(engine, catalogue))
    for about, folder in folders.items():
        areas = set(about.split("-"))
        scores = pd.read_csv(folder / "tables" / "scores.csv")
        figures, ties = (pd.read_csv(folder / "tables" / f"{n}.csv", low_memory=False) for n in ("figures", "ties"))
        assert set(scores["ref_area"]) == set(figures["ref_area"]) == areas
        assert scores["rank_p05"].notna().any() and figures["licence"].notna().all()
        assert len(ties) and all(
            areas & {a, b} for a, b in zip(ties["ref_area"], ties["counterpart_area"], strict=True)
        )
        assert not ties.duplicated(["indicator", "ref_area", "counterpart_area", "time_period"]).any()
        for file in (folder / "tables").glob("*.csv"):
            frame = pd.read_csv(file, comment="#" if file.read_bytes().startswith(b"#") else None, low_memory=False)
            assert not held & ({*frame["indicator"]} if "indicator" in frame else set()), file.name
            assert not held & set(frame.columns), file.name


def test_the_same_figures_make_the_same_bytes(built_url, pair, tmp_path) -> None:
    words = ("capsule", "FRA", "DEU", "--no-pictures", "--lang", "fr", "--out", tmp_path / "again")
    assert run(*words, SCIDIP_DATABASE_URL=built_url).exit_code == 0
    made = {p.relative_to(tmp_path / "again"): p.read_bytes() for p in (tmp_path / "again").rglob("*.*")}
    assert made == {p.relative_to(pair): p.read_bytes() for p in pair.rglob("*.*")}


# --- verified -----------------------------------------------------------------------------------


def rezipped(given: Path, out: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the files of a capsule to *out*, changed."""
    with zipfile.ZipFile(given) as archive:
        files = {n: archive.read(n) for n in archive.namelist()}
    change(files)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out


def test_a_capsule_verifies_as_a_file_and_as_a_folder(country, folders, key) -> None:
    public = key.with_name("scidip.key.pub")
    for path in (country, folders["IRN"]):
        done = run("verify", path, "--public-key", public)
        assert done.exit_code == 0 and "is good." in done.output and "files are as the manifest says" in done.output
        alone = run("verify", path)
        assert alone.exit_code == 0 and "the key that the capsule brings" in alone.output
    unsigned = run("verify", folders["FRA-DEU"])
    assert unsigned.exit_code == 0 and "Not signed" in unsigned.output
    asked = run("verify", folders["FRA-DEU"], "--public-key", public)
    assert asked.exit_code == 1 and "Not signed, and a signature by the key" in asked.output


@pytest.mark.skipif(shutil.which("minisign") is None, reason="no minisign on this machine to compare with")
def test_minisign_itself_verifies_it_and_its_keys_sign(folders, key, place) -> None:
    public = key.with_name("scidip.key.pub")
    manifest = folders["IRN"] / "manifest.json"
    done = subprocess.run(["minisign", "-Vm", manifest, "-p", public], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Trusted comment: scidip capsule IRN, data version" in done.stdout, done.stderr
    theirs = place / "theirs"
    words = ["minisign", "-GW", "-p", f"{theirs}.pub", "-s", theirs]
    subprocess.run(words, check=True, capture_output=True)
    read = minisign.read_secret(theirs.read_text(), "theirs")
    assert read.public == minisign.read_public(Path(f"{theirs}.pub").read_text(), "theirs.pub")
    (place / "text").write_bytes(b"signed by the other program")
    for more in ([], ["-l"]):
        subprocess.run(["minisign", "-Sm", place / "text", "-s", key, *more], check=True, capture_output=True)
        made = (place / "text.minisig").read_text()
        own = minisign.read_public(public.read_text(), "own")
        assert minisign.verify(b"signed by the other program", made, own) == "good"
        assert minisign.verify(b"signed by another program", made, own) == "bad"


def test_a_changed_missing_or_added_file_is_named(country, folders, tmp_path) -> None:
    top = ABOUT["IRN"]

    def change(files: dict[str, bytes]) -> None:
        text = bytearray(files[f"{top}/tables/scores.csv"])
        text[1000] ^= 1
        files[f"{top}/tables/scores.csv"] = bytes(text)
        del files[f"{top}/stories/water.html"]
        files[f"{top}/tables/more.csv"] = b"x"
        files["beside.txt"] = b"x"

    path = rezipped(country, tmp_path / "x.zip", change)
    done = run("verify", path)
    assert done.exit_code == 1
    for line in (
        "tables/scores.csv was changed: its digest",
        "stories/water.html is missing.",
        "tables/more.csv was added",
        "../beside.txt was added",
        "is not as it was made",
    ):
        assert line in done.output, line
    copy = tmp_path / "folder"
    shutil.copytree(folders["IRN"], copy)
    (copy / "index.html").write_bytes((copy / "index.html").read_bytes() + b" ")
    assert verify(copy, None).faults == ("index.html was changed: its digest is not the one in the manifest.",)
    (copy / "leads-out").symlink_to("/etc/passwd")
    with pytest.raises(DataError, match="leads-out is a link"):
        verify(copy, None)


def contents(path: Path) -> dict[str, bytes] | None:
    """The files of a capsule as they are read; None where one cannot be."""
    with zipfile.ZipFile(path) as archive:
        try:
            return {n: archive.read(n) for n in archive.namelist()}
        except (*DAMAGE, NotImplementedError):
            return None


def test_a_changed_byte_of_what_a_file_holds_is_found_wherever_it_is(country, tmp_path) -> None:
    content, whole = country.read_bytes(), contents(country)
    with zipfile.ZipFile(country) as archive:
        spans = [(e.header_offset + 30 + len(e.filename), e.compress_size) for e in archive.infolist()]
    draw, path, noticed = random.Random(7), tmp_path / "x.zip", 0
    for start, size in spans:
        changed = bytearray(content)
        changed[start + draw.randrange(size)] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        if contents(path) == whole:
            continue  # a bit that packing leaves open, behind the last one of a file
        try:
            found = verify(path, None)
        except DataError as error:
            assert "is damaged" in str(error), "the manifest itself"
        else:
            assert not found.is_good, start
        noticed += 1
    assert noticed > 0.8 * len(spans)


def test_a_forged_manifest_is_found_by_the_signature(country, key, tmp_path) -> None:
    top, other = ABOUT["IRN"], minisign.new_key()

    def forge(files: dict[str, bytes], key: minisign.SecretKey | None) -> None:
        plain = {n.removeprefix(f"{top}/"): c for n, c in files.items()}
        told = json.loads(plain.pop(packing.MANIFEST))
        sealed = plain.pop(packing.SIGNATURE)
        plain["tables/scores.csv"] = b"forged"
        if key:
            plain[packing.KEY] = key.public.text.encode()
        listed = packing.manifest(plain, {k: told[k] for k in ("key", "areas")})
        sealed = minisign.sign(listed, key, "forged").encode() if key else sealed
        files.clear()
        made = {**plain, packing.MANIFEST: listed, packing.SIGNATURE: sealed}
        files.update({f"{top}/{n}": c for n, c in made.items()})

    public = minisign.read_public(key.with_name("scidip.key.pub").read_text(), "x")
    found = verify(rezipped(country, tmp_path / "a.zip", lambda f: forge(f, None)), public)
    assert not found.faults and "is bad: the manifest was changed" in found.signature and not found.is_good
    found = verify(rezipped(country, tmp_path / "b.zip", lambda f: forge(f, other)), public)
    assert f"Signed by another key, {other.public.name}, not by {public.name}." == found.signature
    assert not found.is_good

    def strip(files: dict[str, bytes]) -> None:
        del files[f"{top}/{packing.SIGNATURE}"]

    found = verify(rezipped(country, tmp_path / "c.zip", strip), None)
    assert "The signature is missing" in found.signature and not found.is_good

    def blot(files: dict[str, bytes]) -> None:
        files[f"{top}/{packing.SIGNATURE}"] = b"untrusted comment: x\nnothing\n"

    found = verify(rezipped(country, tmp_path / "d.zip", blot), public)
    assert "cannot be read" in found.signature and not found.is_good


def test_what_is_no_capsule_is_refused_in_a_sentence(country, tmp_path) -> None:
    cut, bomb, out, twice = (tmp_path / f"{name}.zip" for name in ("cut", "bomb", "out", "twice"))
    cut.write_bytes(country.read_bytes()[:-2000])
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/manifest.json", bytes(80 << 20))
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x/manifest.json", "{}")
        archive.writestr("../../etc/evil", "x")
    with zipfile.ZipFile(twice, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("x/manifest.json", "{}")
        archive.writestr("x/manifest.json", "{}")
    (tmp_path / "empty").mkdir()
    manifests = ('{"format": "other"}', "[]", "{}", '{"format": "scidip capsule 1", "files": [{"path": 1}]}', "\xff")
    odd = []
    for number, text in enumerate(manifests):
        odd.append(tmp_path / f"odd{number}.zip")
        with zipfile.ZipFile(odd[-1], "w") as archive:
            archive.writestr("manifest.json", text.encode("latin-1"))
    for path in (cut, bomb, out, twice, tmp_path / "empty", *odd):
        done = run("verify", path)
        assert done.exit_code == 1 and "is no capsule of scidip, or is damaged (" in done.output, path
        assert len(done.output.strip().splitlines()) == 1


# --- keys and mistakes --------------------------------------------------------------------------


def test_a_key_is_the_owners_and_never_written_over(key, place) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_text()
    again = run("capsule", "--new-key", key)
    assert again.exit_code == 1 and "is there already" in again.output and key.read_text() == before
    (place / "half.pub").write_text("mine")
    half = run("capsule", "--new-key", place / "half")
    assert half.exit_code == 1 and not (place / "half").exists()
    assert run("capsule", "FRA", "--new-key", place / "other").exit_code == 2


def test_a_key_that_cannot_sign_is_said() -> None:
    made = minisign.new_key()
    lines = made.text.splitlines()
    assert minisign.read_secret(made.text, "k") == made
    with pytest.raises(ScidipError, match="is no secret key"):
        minisign.read_secret(made.public.text, "k")
    raw = bytearray(base64.b64decode(lines[1]))
    raw[2:4] = b"Sc"
    with pytest.raises(ScidipError, match="protected with a password"):
        minisign.read_secret(f"x\n{base64.b64encode(raw).decode()}\n", "k")
    raw[2:4], raw[70] = bytes(2), raw[70] ^ 1
    with pytest.raises(ScidipError, match="is damaged"):
        minisign.read_secret(f"x\n{base64.b64encode(raw).decode()}\n", "k")
    with pytest.raises(ScidipError, match="is no public key"):
        minisign.read_public("", "k")
    with pytest.raises(ScidipError, match="is no public key"):
        minisign.read_public(made.text, "k")


def test_without_the_package_that_signs_the_remedy_is_said(monkeypatch, country) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with pytest.raises(ScidipError, match=r"pip install \"scidip\[sign\]\""):
        minisign.new_key()
    found = verify(country, None)
    assert not found.faults and not found.is_good and "cannot be checked: signatures need" in found.signature


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "name a country, or two for a pair"),
        (("IRQN",), "unknown area IRQN; did you mean IRQ, IRN"),
        (("FRA", "FRA"), "no tie with itself"),
        (("FRA", "DEU", "ITA"), "about one country or about two"),
        (("FRA", "--year", "1900"), "no scores of 1900"),
        (("FRA", "--lang", "xx"), "unknown language xx"),
        (("FRA", "--key", "not-there"), "No such file or directory: not-there"),
        (("FRA", "--out", "x.tar"), "zip"),
        (("FRA", "--out", "/no/such/place/x.zip"), "No such file or directory: /no/such/place/x.zip"),
    ],
)
def test_what_cannot_be_made_is_a_sentence(built_url, words, sentence) -> None:
    done = run("capsule", *words, SCIDIP_DATABASE_URL=built_url)
    assert done.exit_code in (1, 2) and sentence in done.output and "Traceback" not in done.output, done.output


def test_a_full_disk_and_a_folder_that_is_there_leave_nothing_behind(built_url, tmp_path, monkeypatch) -> None:
    made = Capsule("x", {"index.html": b"x", "tables/x.csv": b"y"}, b"z" * 100_000)
    monkeypatch.setattr("scidip.commands.capsule.capsule_of", lambda *_a: made)
    (tmp_path / "full.zip").symlink_to("/dev/full")
    full = run("capsule", "FRA", "--out", tmp_path / "full.zip", SCIDIP_DATABASE_URL=built_url)
    assert full.exit_code == 1 and f"No space left on device: {tmp_path / 'full.zip'}" in full.output
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    there = run("capsule", "FRA", "--out", tmp_path / "mine", SCIDIP_DATABASE_URL=built_url)
    assert there.exit_code == 1 and "File exists" in there.output
    write = Path.write_bytes

    def fail(path: Path, data: bytes) -> int:
        if path.suffix == ".csv":
            raise OSError(28, os.strerror(28), str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fail)
    folder = run("capsule", "FRA", "--out", tmp_path / "new", SCIDIP_DATABASE_URL=built_url)
    assert folder.exit_code == 1 and f"No space left on device: {tmp_path / 'new'}" in folder.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full.zip", "mine"]


def test_a_capsule_that_would_be_too_large_is_refused_with_its_size(built_url, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(packing, "LARGEST", 1000)
    words = ("capsule", "NRU", "--no-pictures", "--out", tmp_path / "x.zip")
    done = run(*words, SCIDIP_DATABASE_URL=built_url)
    assert done.exit_code == 1 and "at most 1,000 are written" in done.output and not list(tmp_path.iterdir())


def test_markdown_is_set_and_what_is_dangerous_is_escaped() -> None:
    text = "# A `b` & c\n\nOne *two* **three** [four](x.md)\nmore <script>.\n\n1. first\n   on\n2. second\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert as_html(text) == (
        "<h1>A <code>b</code> &amp; c</h1>\n"
        "<p>One <em>two</em> <strong>three</strong> four more &lt;script&gt;.</p>\n"
        "<ol><li>first on</li><li>second</li></ol>\n"
        "<div class=frame tabindex=0><table><thead><tr><th scope=col>a</th><th scope=col>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>"
    )
