"""docs/finding-your-way.md leads to what is there: every file exists and defines the name."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENTRY = re.compile(r"^\| (?P<question>[^|]+\?) \| `(?P<file>[^`]+)` \| `(?P<name>[^`]+)` \|$", re.M)
TEXT = (ROOT / "docs" / "finding-your-way.md").read_text("utf-8")
ENTRIES = [(m["question"], m["file"], m["name"]) for m in ENTRY.finditer(TEXT)]


def names_of(statement: ast.stmt) -> set[str]:
    """Return what a statement defines: a function, a class, or names that it assigns."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return {t.id for t in targets if isinstance(t, ast.Name)}


def defines(tree: ast.Module, name: str) -> bool:
    """Return whether a module defines *name*; "Areas.resolve" is a method of a class."""
    outer, _, inner = name.partition(".")
    for statement in tree.body:
        if outer in names_of(statement):
            within = statement.body if isinstance(statement, ast.ClassDef) else []
            return not inner or any(inner in names_of(s) for s in within)
    return False


def test_there_is_enough_to_find_and_every_line_is_read() -> None:
    lines = [x for x in TEXT.splitlines() if x.startswith("|") and "where is" not in x and "|---" not in x]
    assert len(lines) == len(ENTRIES) >= 12
    assert len({question for question, _, _ in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize(("question", "file", "name"), ENTRIES)
def test_the_named_file_defines_the_name(question: str, file: str, name: str) -> None:
    assert defines(ast.parse((ROOT / file).read_text("utf-8")), name), f"{question} {file}: {name}"


@pytest.mark.parametrize(
    ("name", "there"),
    [("f", True), ("C", True), ("C.m", True), ("C.n", False), ("A", True), ("B", True), ("g", False), ("f.x", False)],
)
def test_what_counts_as_defined(name: str, there: bool) -> None:
    code = "A = 1\nB: int = 2\ndef f():\n    def g(): ...\nclass C:\n    def m(self): ...\n# def g\n"
    assert defines(ast.parse(code), name) == there
