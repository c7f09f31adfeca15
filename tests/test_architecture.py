"""Who may import whom, and what stands in one place: one test for each rule, over all files."""

import ast
import re
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from scidip.indicators.vocabulary import DEFAULT_FRAMEWORK, DEFAULT_INDEX

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "indicators": set(),
    "store": {"indicators"},
    "figures": {"indicators"},
    "etl": {"indicators", "store"},
    "findings": {"indicators", "store", "figures"},
    "publish": {"indicators", "store", "figures", "findings"},
    "dashboard": {"indicators", "store", "figures", "findings", "publish"},
    "setting_values": {"indicators"},
    "settings": {"indicators", "setting_values"},
    "version": set(),
    "scidip": {"indicators"},
    "app": {"indicators", "store", "etl", "findings", "publish", "dashboard", "settings", "version"},
    "cli": {"commands", "indicators", "program", "settings", "version"},
    "commands": {"indicators", "store", "etl", "findings", "publish", "app", "program", "version"},
    "program": {"indicators", "store", "etl", "findings", "publish", "app", "settings", "version"},
}
ONLY_IN = {
    "httpx": {"etl/network/client.py", "etl/network/answers.py"},
    "cryptography": {"publish/capsule/minisign.py"},
    "sqlalchemy": {"store/"},
    "dash": {"dashboard/", "app.py"},
    "dash_mantine_components": {"dashboard/"},
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
FACE = ["scidip/__init__.py", "scidip/engine.py"]
"""What stands under the one import name itself; all else there is a link to the folders beside it."""
FILES = (
    [ROOT / name for name in FACE]
    + [p for name in ALLOWED if name != "scidip" for p in (ROOT / name).rglob("*.py")]
    + [ROOT / f"{name}.py" for name in ALLOWED if (ROOT / f"{name}.py").exists()]
)


@cache
def parsed(path: Path) -> ast.Module:
    """Return what a file holds."""
    return ast.parse(path.read_text("utf-8"))


def where(path: Path) -> str:
    """Return the name of a file from the top."""
    return path.relative_to(ROOT).as_posix()


@cache
def imports(path: Path, *, loaded: bool = False) -> set[tuple[str, str]]:
    """Return (module, first imported name) pairs of a file; with *loaded* only what is imported when it runs."""
    found = set()
    tree = parsed(path)
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if loaded and node in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {(alias.name.removeprefix("scidip."), "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "scidip":
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module.removeprefix("scidip."), alias.name) for alias in node.names}
    return found


def test_everything_is_imported_under_one_name() -> None:
    """A module imported as `indicators.x` too would be there twice, with two registries and two kinds of error."""
    others = [p for folder in ("tests", "bench") for p in (ROOT / folder).glob("*.py")]
    wrong = [
        f"{where(path)}:{node.lineno}"
        for path in [*FILES, *others]
        for node in ast.walk(parsed(path))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name.split(".")[0] in set(ALLOWED) - {"scidip"}
    ]
    assert wrong == []


def test_the_one_name_holds_every_room_and_its_face() -> None:
    held = {p.name: p for p in (ROOT / "scidip").iterdir() if p.name != "__pycache__"}
    links = {name: p.readlink().as_posix() for name, p in held.items() if p.is_symlink()}
    rooms = {name if (ROOT / name).is_dir() else f"{name}.py" for name in ALLOWED if name != "scidip"}
    assert links == {name: f"../{name}" for name in rooms | {"assets", "data"}}
    assert sorted(f"scidip/{name}" for name in set(held) - set(links)) == FACE


def test_imports_go_one_way() -> None:
    against = {}
    for path in FILES:
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        used = {module.split(".")[0] for module, _ in imports(path)} & set(ALLOWED)
        against[where(path)] = used - {own} - ALLOWED[own]
    assert {file: found for file, found in against.items() if found} == {}


def module_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")


def test_no_modules_import_each_other_in_a_circle() -> None:
    """When they are loaded: what is imported for the type checker alone makes no circle."""
    known = {module_of(p) for p in FILES}
    needs = {
        module_of(p): {
            f"{module}.{name}" if f"{module}.{name}" in known else module for module, name in imports(p, loaded=True)
        }
        & known
        for p in FILES
    }
    assert len(list(TopologicalSorter(needs).static_order())) == len(known)


def test_no_page_is_needed_by_another_or_by_a_room_below() -> None:
    needed = {}
    for path in FILES:
        own = module_of(path).split(".")
        if own[0] == "dashboard":
            page = own[2] if own[:2] == ["dashboard", "pages"] and len(own) > 2 else None
            pages = {m.split(".")[2] for m, _ in imports(path) if m.startswith("dashboard.pages.")}
            needed[where(path)] = pages - {page}
    assert {file: found for file, found in needed.items() if found} == {}


ONE_FILE_ADDITIONS = {"etl/sources", "commands"}
"""Folders that grow by a file for each addition, found by name."""


def test_no_room_is_crowded() -> None:
    crowd = Counter(p.parent.relative_to(ROOT).as_posix() for p in FILES if p.stem != "__init__")
    assert {r: n for r, n in crowd.items() if n > 15 and r not in ONE_FILE_ADDITIONS} == {}


def test_libraries_stay_in_their_rooms() -> None:
    outside = [
        f"{where(path)} imports {module}"
        for path in FILES
        for module, name in imports(path)
        if (rooms := ONLY_IN.get(module.split(".")[0]))
        and (module, name) != ("sqlalchemy", "Engine")
        and not where(path).startswith(tuple(rooms))
    ]
    assert outside == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = {p.name for p in FILES if "os.environ" in p.read_text("utf-8")}
    assert readers == {"settings.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not FORBIDDEN_NAMES & {p.stem for p in FILES}


ASKING = {
    "like",
    "ilike",
    "startswith",
    "istartswith",
    "endswith",
    "contains",
    "icontains",
    "regexp_match",
    "match",
    "fullmatch",
    "search",
    "findall",
    "extract",
}
"""Methods, of SQLAlchemy, texts, frames and patterns, that look into a text."""
IN_SQL = re.compile(r"\breason\s+(NOT\s+)?(I?LIKE|GLOB|REGEXP|SIMILAR)\b|\breason\s*~", re.IGNORECASE)


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


def test_why_an_area_is_not_ranked_is_asked_by_code() -> None:
    found = [
        f"{where(path)}:{node.lineno}: {ast.unparse(node)}"
        for path in FILES
        for node in ast.walk(parsed(path))
        if looks_into_a_reason(node)
    ]
    assert found == []


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
    assert ("re", "") not in imports(ROOT / "indicators" / "model" / "not_ranked_reasons.py")


def test_framework_and_index_are_named_in_one_place() -> None:
    """Everywhere else they come from the catalogue, or are the defaults of the vocabulary."""
    names = {DEFAULT_FRAMEWORK, DEFAULT_INDEX}
    found = [
        f"{where(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert {place.partition(":")[0] for place in found} <= {
        "indicators/vocabulary.py",
        "store/old_reasons.py",  # a migration names things as they were called then
    }, found


def test_importing_a_module_prints_and_opens_nothing() -> None:
    for path in FILES:
        for node in parsed(path).body:
            call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not call, f"{path}: a call at module level"


LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
"""Lines, as formatted."""
LONG_FUNCTIONS: dict[str, str] = {}
"""Functions that may be longer, by file and name, each with the reason."""


def test_no_module_is_long() -> None:
    files = [*FILES, *(ROOT / "bench").glob("*.py")]
    lines = {where(p): len(p.read_text("utf-8").splitlines()) for p in files}
    assert {file: n for file, n in lines.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_long() -> None:
    long = {
        f"{where(path)}:{node.name}"
        for path in [*FILES, *(ROOT / "bench").glob("*.py")]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS)


def test_code_is_formatted_by_one_rule() -> None:
    others = [p for folder in ("tests", "bench") for p in (ROOT / folder).glob("*.py")]
    skipped = "fmt: " + "skip", "fmt: " + "off"
    assert [where(p) for p in [*FILES, *others] if any(s in p.read_text("utf-8") for s in skipped)] == []
