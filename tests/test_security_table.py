"""The table of defences names tests that exist, for each of its rows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROWS = [
    line
    for line in (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| What is tried", "|---"))
]


def test_the_table_is_read_whole() -> None:
    assert len(ROWS) >= 25


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r[2:40])
def test_each_row_names_a_test_that_exists(row: str) -> None:
    assert row.count("|") == 4
    found = re.search(r"`(tests/\w+\.py)::(test_\w+)` \|$", row)
    assert found, row
    tree = ast.parse((ROOT / found[1]).read_text("utf-8"))
    assert found[2] in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
