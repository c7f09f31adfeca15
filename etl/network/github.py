"""Files in repositories on GitHub: their addresses, the names in a folder, the day a file last changed.

Addresses: raw.githubusercontent.com/{owner}/{name}/{branch}/{path} is used all over stored repositories (2026), HEAD
stands for the branch that is shown; api.github.com/repos/{owner}/{name}/commits and /contents are GitHub's own.
"""

import re
from typing import TYPE_CHECKING, Any, Final

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.answers.documents import anything
from scidip.indicators.errors import SourceChanged

if TYPE_CHECKING:
    from scidip.etl.network.client import HttpClient, Parameters

RAW: Final = "https://raw.githubusercontent.com"
API: Final = "https://api.github.com/repos"
DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T")


def raw(repository: str, path: str) -> str:
    """Return the address of a file as it stands today."""
    return f"{RAW}/{repository}/HEAD/{path}"


def changed(source: str, http: "HttpClient", repository: str, path: str) -> str:
    """Return the day (ISO date) on which a file last changed."""
    commits, asked = _listed(source, http, f"{repository}/commits", {"path": path, "per_page": 1})
    try:
        found = DAY.match(str(commits[0]["commit"]["author"]["date"]))
    except (LookupError, TypeError):
        found = None
    if found is None:
        raise SourceChanged(source, f"the day on which {path} changed could not be read", file=asked.name)
    return found[1]


def names(source: str, http: "HttpClient", repository: str, folder: str) -> list[str]:
    """Return the names of the files in a folder."""
    entries, asked = _listed(source, http, f"{repository}/contents/{folder}", None)
    found = [str(e.get("name", "")) for e in entries if isinstance(e, dict) and e.get("type") == "file"]
    if not found:
        raise SourceChanged(source, f"the list of files in {folder} could not be read", file=asked.name)
    return found


def _listed(source: str, http: "HttpClient", what: str, params: "Parameters | None") -> tuple[list[Any], Snapshot]:
    name = f"{what.replace('/', '_')}.json"
    asked = http.snapshot(source, f"{API}/{what}", name=name, params=params, begins=b"[")
    said = anything(source, asked)
    return (said if isinstance(said, list) else []), asked
