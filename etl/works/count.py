"""Count the works of a snapshot: check it, count step by step, write the results; stopped, it goes on where it was."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scidip.etl.works import steps, tables
from scidip.etl.works.counting import Request
from scidip.etl.works.engines import EngineName, Means, opened
from scidip.etl.works.snapshot import WorksSnapshot, open_snapshot
from scidip.etl.works.steps import Plan
from scidip.etl.works.tables import Account
from scidip.indicators.errors import MethodError

if TYPE_CHECKING:
    import pyarrow as pa

DOCUMENT: Final = "_count.json"
"""What was counted, by what, and the account. It is written last: a folder with it is whole."""
FIELD_TABLE: Final = "by_field/works_by_field.parquet"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Choice:
    """An engine and what it may use."""

    engine: EngineName = "duckdb"
    memory: int = 1200
    """Megabytes of the engine's own; the process has some hundred more."""
    threads: int | None = None


@dataclass(frozen=True)
class Counted:
    """A finished count: where it is, its account and the digest of its rows; *before* when it was there already."""

    out: Path
    account: Account
    digest: str
    before: bool = False


def count(
    folder: Path, out: Path, request: Request, fields: tuple[str, ...], choice: Choice, progress: Progress
) -> Counted:
    """Count the works of the snapshot below *folder* into *out*; go on where an earlier run of it stopped.

    Written are the published figures (`openalex_works_DATE.csv`), a table by field where *fields* are named, and
    DOCUMENT. Raises SourceError for a snapshot with a fault, MethodError for what cannot be done here.
    """
    snapshot = open_snapshot(folder)
    plan = Plan(snapshot, request, choice.engine)
    asked = plan.document | {"fields": list(fields)}
    if (done := _before(out, asked)) is not None:
        steps.finished(out / steps.WORK)  # a kill may have come between the last result and this
        return done
    kept = steps.begin(out, plan)
    version = _counted(plan, kept, choice, progress, by_field=bool(fields))
    progress("adding up")
    rows = steps.added(kept, plan)
    found = Counted(out, tables.account_of(rows), tables.digest(rows))
    _write(out, rows, plan, fields, _document(found, asked, snapshot, version))
    steps.finished(kept)
    return found


def _before(out: Path, asked: dict[str, Any]) -> Counted | None:
    """Return the count that *out* holds if it is this one. Raises MethodError for a folder of other things."""
    if out.exists() and not out.is_dir():
        raise MethodError(f"{out} is a file; name a folder with --out")
    document = out / DOCUMENT
    if not document.exists():
        strange = [p.name for p in out.iterdir() if p.name != steps.WORK] if out.exists() else []
        if strange and not (out / steps.WORK).exists():
            raise MethodError(f"{out} holds other files ({min(strange)}); name a new folder with --out")
        return None
    try:
        kept = json.loads(document.read_text("utf-8"))
        account, same = Account(**kept["account"]), kept["asked"] == asked
    except (ValueError, KeyError, TypeError) as error:
        raise MethodError(f"{document} is not as it was written; name a new folder with --out") from error
    if not same:
        raise MethodError(f"{out} holds a count of another snapshot or request; name a new folder with --out")
    return Counted(out, account, kept["digest"], before=True)


def _counted(plan: Plan, kept: Path, choice: Choice, progress: Progress, *, by_field: bool) -> str:
    """Count the steps that are not done; return the engine and its version."""
    number = len(plan.steps)
    waiting = [n for n in range(number) if not steps.place_of(kept, n).exists()]
    if len(waiting) < number:
        progress(f"{number - len(waiting)} of {number} steps were done before")
    means = Means(choice.memory, choice.threads, kept / "spill")
    with opened(choice.engine, means) as engine:
        removed = _removed(plan.snapshot)
        for n in waiting:
            step = plan.steps[n]
            progress(f"step {n + 1} of {number}, {step[0].name}, {sum(p.records for p in step):,} works")
            steps.take(plan, kept, engine, n, removed, by_field=by_field)
        return engine.version


def _removed(snapshot: WorksSnapshot) -> Any:
    """Return the table of ids that are no works any more; None when there are none."""
    if not snapshot.removed:
        return None
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.table({"id": pa.array(snapshot.removed)}))


def _document(found: Counted, asked: dict[str, Any], snapshot: WorksSnapshot, version: str) -> dict[str, Any]:
    return {
        "asked": asked,
        "snapshot": {"date": snapshot.date, "partitions": len(snapshot.parts), "works": snapshot.records},
        "engine": version,
        "digest": found.digest,
        "account": asdict(found.account),
        "in_words": list(found.account.sentences),
    }


def _write(out: Path, rows: "pa.Table", plan: Plan, fields: tuple[str, ...], document: dict[str, Any]) -> None:
    """Write the results, each whole, the document last."""
    import pyarrow.parquet as pq

    date = plan.snapshot.date
    steps.written(
        out / f"openalex_works_{date}.csv", lambda path: path.write_bytes(tables.figures(rows, plan.request, date))
    )
    if fields:
        (out / FIELD_TABLE).parent.mkdir(exist_ok=True)
        steps.written(out / FIELD_TABLE, lambda path: pq.write_table(tables.by_field(rows, fields), path))
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    steps.written(out / DOCUMENT, lambda path: path.write_text(text, "utf-8"))
