"""Who may import whom."""

import ast
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


def test_importing_a_module_prints_and_opens_nothing() -> None:
    for path in FILES:
        for node in ast.parse(path.read_text("utf-8")).body:
            call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not call, f"{path}: a call at module level"
