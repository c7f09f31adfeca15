"""Partition by partition: which are counted together, what of it is done, and how a count that was stopped goes on.

All sums are of whole numbers, so that a count that was killed and goes on ends with the same digits. A step is
written beside its place and moved there when it is on the disk: it is there whole, or not at all.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scidip.etl.works import counting, fields
from scidip.etl.works.counting import KEY, SET_ASIDE, Request
from scidip.etl.works.engines import STEP_BYTES, Engine, EngineName, told
from scidip.etl.works.layout import ID
from scidip.etl.works.snapshot import Part, WorksSnapshot
from scidip.indicators.errors import MethodError, SourceChanged

if TYPE_CHECKING:
    import pyarrow as pa

WORK: Final = ".counting"
"""Folder in the results' folder that holds what is done so far; it goes when all is."""
PLAN: Final = "plan.json"
PENDING: Final = 4_000_000
"""Rows of steps that are held before they are added up."""
Step = tuple[Part, ...]


@dataclass(frozen=True)
class Plan:
    """What a count is of: a snapshot, a request, an engine's steps. A count goes on under the same plan alone."""

    snapshot: WorksSnapshot
    request: Request
    engine: EngineName

    @property
    def steps(self) -> tuple[Step, ...]:
        """The partitions that are counted together, in order of names."""
        found: list[list[Part]] = []
        size = 0
        for part in self.snapshot.parts:
            if not found or size + part.size > STEP_BYTES[self.engine]:
                found.append([])
                size = 0
            found[-1].append(part)
            size += part.size
        return tuple(tuple(step) for step in found)

    @property
    def document(self) -> dict[str, Any]:
        """The plan as it is kept beside the steps."""
        return {
            "snapshot": self.snapshot.digest,
            "format": self.snapshot.format,
            "engine": self.engine,
            "request": json.loads(json.dumps(asdict(self.request))),
            "steps": len(self.steps),
        }


def written(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place, see it on the disk, and move it there. Raises MethodError on a full disk."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        write(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise disk_fault(error) from error
    finally:
        part.unlink(missing_ok=True)


def disk_fault(error: OSError) -> Exception:
    """Return a sentence for a full disk or a folder that may not be written; other errors as they are."""
    found = told(error, ("",))
    if found is error and isinstance(error, PermissionError):
        return MethodError(f"{error.filename} may not be written; name another folder with --out")
    return found


def begin(out: Path, plan: Plan) -> Path:
    """Return the folder of the steps, made or found. Raises MethodError when it is another count's."""
    folder = out / WORK
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_fault(error) from error
    kept = folder / PLAN
    if not kept.exists():
        text = json.dumps(plan.document, indent=1)
        written(kept, lambda path: path.write_text(text, "utf-8"))
    elif json.loads(kept.read_text("utf-8")) != plan.document:
        raise MethodError(
            f"{out} holds an unfinished count of another snapshot, request or engine; finish it with the same "
            f"options, name another folder, or remove {folder}"
        )
    return folder


def place_of(folder: Path, number: int) -> Path:
    """Return where the rows of a step are."""
    return folder / f"step_{number:05d}.parquet"


def take(plan: Plan, folder: Path, engine: Engine, number: int, removed: Any, *, by_field: bool) -> None:
    """Count a step and keep its rows. Raises SourceChanged naming the partition that is not as the manifest says."""
    import pyarrow.parquet as pq

    step = plan.steps[number]
    names = [part.name for part in step]
    try:
        works = engine.works([part.path for part in step], plan.snapshot.format)
        rows = engine.rows(counting.counts(works, plan.request, removed))
    except Exception as error:
        if (sentence := told(error, names)) is error:
            raise
        raise sentence from error
    _refuse_miscount(rows, step)
    if by_field:
        _refuse_strange_fields(rows, names)
    written(place_of(folder, number), lambda path: pq.write_table(rows, path))


def read_of(rows: "pa.Table") -> int:
    """Return how many works the rows are of: counted and set aside."""
    import pyarrow.compute as pc

    kinds = pc.is_in(rows["area"], value_set=_array([counting.TOTAL, *SET_ASIDE]))
    return int(pc.sum(rows.filter(kinds)["works"]).as_py() or 0)


def _array(values: Sequence[str]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(values)


def _refuse_miscount(rows: "pa.Table", step: Step) -> None:
    found, said = read_of(rows), sum(part.records for part in step)
    if found != said:
        raise SourceChanged(
            ID,
            f"{found:,} works were read where the manifest says {said:,}"
            + ("" if len(step) == 1 else f" (with {len(step) - 1} partitions after it)")
            + "; synchronise the snapshot again",
            file=step[0].name,
        )


def _refuse_strange_fields(rows: "pa.Table", names: Sequence[str]) -> None:
    import pyarrow.compute as pc

    counted = rows.filter(pc.equal(rows["area"], counting.TOTAL))
    seen = set(counted["field"].unique().to_pylist()) - {counting.UNKNOWN}
    fields.refuse_unknown(sorted(seen), f"in {names[0]}" + (" or after it" if len(names) > 1 else ""))


def added(folder: Path, plan: Plan, tables: Iterator["pa.Table"] | None = None) -> "pa.Table":
    """Return the rows of all steps added up, sorted by KEY."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    measures = plan.request.measures
    pending: list[pa.Table] = []
    for table in tables or (pq.read_table(place_of(folder, n)) for n in range(len(plan.steps))):
        pending.append(table)
        if sum(t.num_rows for t in pending) > PENDING:
            pending = [_summed(pending, measures)]
    return _summed(pending, measures).sort_by([(name, "ascending") for name in KEY])


def _summed(tables: Sequence["pa.Table"], measures: Sequence[str]) -> "pa.Table":
    import pyarrow as pa

    found = pa.concat_tables(tables).group_by(list(KEY)).aggregate([(name, "sum") for name in measures])
    return found.rename_columns([*KEY, *measures]) if found.column_names[0] == KEY[0] else _renamed(found, measures)


def _renamed(found: "pa.Table", measures: Sequence[str]) -> "pa.Table":
    """Return the columns in order: older pyarrow puts the sums first."""
    return found.select([*KEY, *(f"{name}_sum" for name in measures)]).rename_columns([*KEY, *measures])


def finished(folder: Path) -> None:
    """Remove what was kept of the steps, and the halves of results that kills have left beside it."""
    for left in folder.parent.rglob("*.part"):
        left.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
