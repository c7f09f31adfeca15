"""JSON documents of services, with every fault told as SourceChanged."""

import json
from typing import Any

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.source import text_of
from scidip.indicators.errors import SourceChanged


def document(source: str, snapshot: Snapshot, holds: str) -> dict[str, Any]:
    """Return the object in a JSON text, packed or plain; *holds* says in words what it is looked at for."""
    found = anything(source, snapshot)
    if not isinstance(found, dict):
        raise SourceChanged(source, f"the answer is a list where {holds} were expected; ask again", file=snapshot.name)
    return found


def anything(source: str, snapshot: Snapshot) -> Any:
    """Return what a JSON text holds."""
    try:
        return json.loads(text_of(source, snapshot))
    except json.JSONDecodeError as error:
        raise SourceChanged(
            source, "the answer is not whole JSON; download it again", file=snapshot.name, row=error.lineno
        ) from error
    except RecursionError as error:
        raise SourceChanged(
            source, "the answer is nested without end; download it again", file=snapshot.name
        ) from error
