"""Run commands in processes as the shell would start them, cheaply: imported once, then forked for each case.

`python -m tests.forked FOLDER` reads `cases.json` there and writes `results.json`: exit code and what was said.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from scidip import app
from scidip.cli import main

NOBODY = 65534


def run(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run one case in a fork; return its exit code and what it wrote to the error stream."""
    said = folder / "stderr"
    said.touch()
    said.chmod(0o666)
    child = os.fork()
    if child == 0:
        code = 70
        try:
            _prepare(case, said)
            main(case["words"], prog_name="scidip")
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException as error:
            os.write(2, f"Traceback: {error!r}".encode())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return {"code": os.waitstatus_to_exitcode(status), "stderr": said.read_text("utf-8", "replace")}


def _prepare(case: dict[str, Any], said: Path) -> None:
    os.dup2(os.open(said, os.O_WRONLY | os.O_TRUNC), 2)
    out = case.get("stdout", "/dev/null")
    if out == "closed pipe":
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
    else:
        os.dup2(os.open(out, os.O_WRONLY), 1)
    # The parent's streams hold what CliRunner left; the shell would give new ones.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    os.environ.update(case.get("env", {}))
    os.chdir(case.get("cwd", "/"))
    if case.get("uid") and os.getuid() == 0:
        os.setgroups([])
        os.setgid(case["uid"])
        os.setuid(case["uid"])


def warm(case: dict[str, Any]) -> dict[str, Any]:
    """Run a case in this process, so that whatever is imported late is there for all forks."""
    os.environ.update(case.get("env", {}))
    os.chdir(case.get("cwd", "/"))
    result = CliRunner().invoke(main, case["words"], prog_name="scidip")
    return {"code": result.exit_code, "stderr": result.stderr}


def all_of(folder: Path) -> None:
    """Run the cases of a folder."""
    app.run_server = lambda _settings: None
    for name in main.commands:
        importlib.import_module(f"scidip.commands.{name.replace('-', '_')}")
    cases = json.loads((folder / "cases.json").read_text())
    results = {name: warm(case) if case.get("warm") else run(case, folder) for name, case in cases.items()}
    (folder / "results.json").write_text(json.dumps(results))


if __name__ == "__main__":
    all_of(Path(sys.argv[1]))
