"""The documents say what the program does."""

import re
from pathlib import Path

import pytest

from scidip.cli import main
from scidip.etl.checks import CHECKS
from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.publish.reports import expected_doc, methodology_doc
from scidip.publish.reports.reference_docs import documents
from scidip.settings import SETTINGS, Settings
from scidip.store.database.engine import open_engine
from scidip.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|--index-url|--find-links")


@pytest.mark.parametrize(("name", "sentence"), [(name, sentence) for name, _, sentence in SETTINGS])
def test_every_setting_is_in_the_readme_with_its_sentence(name: str, sentence: str) -> None:
    assert re.search(rf"\| `{name}` \|.*\| {re.escape(sentence)} \|", README)


def test_every_linked_document_exists() -> None:
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_generated_documents_are_current(catalogue, sources) -> None:
    for name, text in documents(catalogue, {k: s.spec for k, s in sources.items()}).items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"run `scidip docs`: {name} is old"


def test_every_command_has_a_sentence() -> None:
    assert all(command.help.strip().endswith(".") for command in main.commands.values())


def test_every_check_has_a_rule_in_words() -> None:
    assert all(check.find.__doc__ and check.message for check in CHECKS)


def test_no_tracked_lock_names_a_registry() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "pyproject.toml", "Makefile"):
        assert not REGISTRIES.search((ROOT / name).read_text("utf-8")), name


def test_settings_refuse_what_is_not_of_their_kind() -> None:
    with pytest.raises(ScidipError, match="SCIDIP_PORT must be a number"):
        Settings.from_env({"SCIDIP_PORT": "http"})
    with pytest.raises(ScidipError, match="between 0 and 65535"):
        Settings.from_env({"SCIDIP_PORT": "70000"})
    assert Settings.from_env({"SCIDIP_PORT": "9000", "HOME": "x"}).port == 9000


def test_the_citation_names_this_version() -> None:
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


@pytest.mark.db
def test_the_methodology_is_current(built_url, catalogue, areas) -> None:
    desk = Reader(open_engine(built_url), catalogue, areas)
    text = methodology_doc.document(ROOT / "data" / "documents", desk)
    assert (ROOT / "docs" / "methodology.md").read_text("utf-8") == text, "run `scidip docs` on a database just built"
    assert len(text.split()) < 2300, "more than four pages"


@pytest.mark.db
def test_what_is_expected_is_current_and_every_listed_tie_is_looked_into(built_url, catalogue, areas) -> None:
    desk, folder = Reader(open_engine(built_url), catalogue, areas), ROOT / "data" / "documents"
    text = expected_doc.document(folder, desk)
    assert (ROOT / "docs" / "expected.md").read_text("utf-8") == text, "run `scidip docs` on a database just built"
    assert expected_doc.unexplained(folder, desk) == [] and expected_doc.MISSING not in text


def test_no_figure_of_the_methodology_is_typed_by_hand() -> None:
    text = (ROOT / "data" / "documents" / "methodology.md").read_text("utf-8")
    bare = re.sub(r"\{[a-z_]+\}|\]\([^)]*\)|`[^`]*`|decision \d+|G1|G2|0\.01|^\d\. ", "", text, flags=re.MULTILINE)
    assert not re.findall(r"\d+", bare)


def test_a_text_that_asks_for_an_unknown_figure_is_refused(built_url, catalogue, areas, tmp_path) -> None:
    (tmp_path / methodology_doc.NAME).write_text("Of {nothing} known.")
    with pytest.raises(ScidipError, match="nothing"):
        methodology_doc.document(tmp_path, Reader(open_engine(built_url), catalogue, areas))
