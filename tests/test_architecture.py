"""Who may import whom."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "indicators": set(),
    "store": {"indicators"},
    "figures": {"indicators"},
    "etl": {"indicators", "store"},
    "publish": {"indicators", "store", "figures"},
    "dashboard": {"indicators", "store", "figures", "publish"},
    "settings": {"indicators"},
    "version": set(),
    "app": {"indicators", "store", "etl", "publish", "dashboard", "settings", "version"},
    "cli": {"commands", "indicators", "program", "settings", "version"},
    "commands": {"indicators", "store", "etl", "publish", "app", "program", "version"},
    "program": {"indicators", "store", "etl", "publish", "app", "settings", "version"},
}
ONLY_IN = {
    "httpx": {"etl/http.py"},
    "sqlalchemy": {"store/"},
    "dash": {"dashboard/", "app.py"},
    "dash_mantine_components": {"dashboard/"},
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
FILES = [p for name in ALLOWED for p in (ROOT / name).rglob("*.py")] + [
    ROOT / f"{name}.py" for name in ALLOWED if (ROOT / f"{name}.py").exists()
]


def imports(path: Path) -> set[tuple[str, str]]:
    """Return (module, first imported name) pairs of a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, alias.name) for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    used = {module.split(".")[0] for module, _ in imports(path)} & set(ALLOWED)
    assert used - {own} <= ALLOWED[own]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    for module, name in imports(path):
        rooms = ONLY_IN.get(module.split(".")[0])
        engine_type = (module, name) == ("sqlalchemy", "Engine")
        assert rooms is None or engine_type or where.startswith(tuple(rooms)), (
            f"{where} imports {module}"
        )


def test_the_environment_is_read_in_one_place() -> None:
    readers = {p.name for p in FILES if "os.environ" in p.read_text("utf-8")}
    assert readers == {"settings.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not FORBIDDEN_NAMES & {p.stem for p in FILES}


ASKING = {
    "like", "ilike", "startswith", "istartswith", "endswith", "contains", "icontains", "regexp_match",
    "match", "fullmatch", "search", "findall", "extract",
}  # fmt: skip
"""Methods, of SQLAlchemy, texts, frames and patterns, that look into a text."""
IN_SQL = re.compile(
    r"\breason\s+(NOT\s+)?(I?LIKE|GLOB|REGEXP|SIMILAR)\b|\breason\s*~", re.IGNORECASE
)


def is_sentence(node: ast.AST) -> bool:
    """Return whether an expression is, or holds, a variable, an attribute or a column called `reason`."""
    return any(
        (isinstance(part, ast.Name) and part.id == "reason")
        or (isinstance(part, ast.Attribute) and part.attr == "reason")
        or (isinstance(part, ast.Subscript) and ast.unparse(part.slice) == "'reason'")
        for part in ast.walk(node)
    )


def is_text(node: ast.AST) -> bool:
    """Return whether an expression is made of texts that are not empty."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return all(isinstance(p, ast.Constant) and isinstance(p.value, str) and p.value for p in parts)


def looks_into_a_reason(node: ast.AST) -> bool:
    """Return whether code decides by the sentence that says why an area is not ranked."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ASKING and any(map(is_sentence, (node.func.value, *node.args)))
    if isinstance(node, ast.Compare):
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], ast.In | ast.NotIn) and is_sentence(right):
            return True
        return any(is_sentence(a) and is_text(b) for a, b in ((left, right), (right, left)))
    return isinstance(node, ast.Constant) and bool(IN_SQL.search(str(node.value)))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_why_an_area_is_not_ranked_is_asked_by_code(path: Path) -> None:
    found = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if looks_into_a_reason(n)]
    assert not found, "\n".join(f"line {n.lineno}: {ast.unparse(n)}" for n in found)


@pytest.mark.parametrize(
    ("code", "looks"),
    [
        ('query.where(score.c.reason.like("%listed apart"))', True),
        ("text(\"SELECT * FROM score WHERE reason LIKE '%apart'\")", True),
        ('index["reason"].str.startswith("Too few figures")', True),
        ("_SMALL.fullmatch(reason)", True),
        ('"listed apart" in row["reason"]', True),
        ('standing.reason == "Too few figures."', True),
        ('row.reason in ("Too small", "Too few figures")', True),
        ('score.c.reason != ""', False),
        ('"reason" in frame.columns', False),
        ('words.format(reason=reason.rstrip("."))', False),
        ('index["reason_code"].isin(LISTED_APART)', False),
    ],
)
def test_what_counts_as_looking_into_a_reason(code: str, looks: bool) -> None:
    assert any(map(looks_into_a_reason, ast.walk(ast.parse(code)))) == looks


def test_old_sentences_are_read_by_a_migration_only() -> None:
    readers = {p.name for p in FILES if "store.old_reasons" in {m for m, _ in imports(p)}}
    assert readers == {"migrations.py"}
    assert ("re", "") not in imports(ROOT / "indicators" / "reasons.py")


def test_importing_a_module_prints_and_opens_nothing() -> None:
    for path in FILES:
        for node in ast.parse(path.read_text("utf-8")).body:
            call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not call, f"{path}: a call at module level"
