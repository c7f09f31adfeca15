"""No pinned package has a known weakness, where the list of known ones can be asked."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

LOCK = ROOT / "requirements.lock"


def audited(said: str) -> list[dict[str, Any]]:
    """What pip-audit says of each package; skips when of some it could say nothing: not asked is not passed."""
    found = json.loads(said)["dependencies"]
    weak = [f for f in found if f.get("vulns")]
    unknown = [f"{f['name']}: {f['skip_reason']}" for f in found if "skip_reason" in f]
    if unknown and not weak:
        pytest.skip(f"{len(unknown)} of {len(found)} packages could not be asked about; {unknown[0]}")
    return weak


def test_no_pinned_package_has_a_known_weakness() -> None:
    words = ["-r", str(LOCK), "--no-deps", "--disable-pip", "-f", "json", "--timeout", "5", "--progress-spinner", "off"]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *words], capture_output=True, text=True, check=False, timeout=300
    )
    if not done.stdout.strip():
        pytest.skip(f"the list of known weaknesses cannot be asked: {done.stderr.strip()[-200:]}")
    assert audited(done.stdout) == []


def pinned(lock: str) -> dict[str, set[str]]:
    """What a lock names for this Python, each with its version, and the digests that it may have."""
    text = re.sub(r"\\\n *", " ", (ROOT / lock).read_text("utf-8"))
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            asked = Requirement(line.partition(" --hash")[0])
            if asked.marker is None or asked.marker.evaluate():
                found[f"{asked.name}{asked.specifier}"] = set(re.findall(r"--hash=(\S+)", line))
    return found


def test_the_lock_of_the_tests_holds_that_of_the_program() -> None:
    """`make test` installs the first alone, `make run` the second; both name every package with its digests."""
    program, tests = pinned("requirements.lock"), pinned("requirements-test.lock")
    assert len(program) > 50 and all(tests.values())
    assert {name: tests.get(name) for name in program} == program


def test_nothing_that_is_installed_lacks_what_it_needs() -> None:
    """The locks are installed without asking any package what it needs: they name it."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


PACKAGE = {"name": "waitress", "version": "3.0.2", "vulns": []}


def test_a_known_weakness_is_seen_and_what_was_not_asked_is_not_passed() -> None:
    weak = PACKAGE | {"vulns": [{"id": "PYSEC-0", "fix_versions": ["3.0.3"]}]}
    unasked = {"name": "dash", "skip_reason": "not found"}
    assert audited(json.dumps({"dependencies": [PACKAGE]})) == []
    assert audited(json.dumps({"dependencies": [PACKAGE, weak, unasked]})) == [weak]
    with pytest.raises(pytest.skip.Exception, match="1 of 2 packages"):
        audited(json.dumps({"dependencies": [PACKAGE, unasked]}))
