"""The engines that count: DuckDB on one machine, Spark on one or on many. Neither is in the default install.

Both are spoken to through Ibis. What an engine raises is told as a sentence that names the partition and the remedy.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from scidip.etl.works.layout import COLUMNS, DUCKDB_COLUMNS, ID, leaves
from scidip.etl.works.snapshot import Format
from scidip.indicators.errors import MethodError, SourceChanged

if TYPE_CHECKING:
    import pyarrow as pa

EngineName = Literal["duckdb", "spark"]
EXTRAS: Final[dict[EngineName, str]] = {"duckdb": "works", "spark": "spark"}
"""What to install for each engine: `pip install 'scidip[works]'`."""
STEP_BYTES: Final[dict[EngineName, int]] = {"duckdb": 512 << 20, "spark": 16 << 30}
"""Packed bytes that are counted in one query: what a kill may cost to do again."""
LARGEST_RECORD: Final = 64 << 20
"""Bytes of one JSON line at most: a work of thousands of authors with its abstract has some megabytes."""
VIEW: Final = "works_of_step"


@dataclass(frozen=True)
class Means:
    """What an engine may use: memory of its own in MB, threads (None: all), a folder for what does not fit."""

    memory: int
    threads: int | None
    spill: Path


class DuckDB:
    """DuckDB in this process, bounded in memory; what does not fit is spilled."""

    name: EngineName = "duckdb"

    def __init__(self, means: Means) -> None:
        import duckdb
        import ibis

        self.version = f"duckdb {duckdb.__version__}, ibis {ibis.__version__}"
        settings: dict[str, Any] = {
            "memory_limit": f"{means.memory}MB",
            "temp_directory": str(means.spill),
            "preserve_insertion_order": False,
        }
        if means.threads:
            settings["threads"] = means.threads
        self._open = ibis.duckdb.connect(":memory:", **settings)

    def works(self, paths: Sequence[Path], form: Format) -> Any:
        """Return the table of the works in *paths*."""
        names = [str(path) for path in paths]
        if form == "parquet":
            # DuckDB reads all of a list of structs; Arrow only the leaf that is asked for, in a tenth of the time.
            self._open.con.register(VIEW, leaves(paths))
            return self._open.table(VIEW)
        options = {"format": "newline_delimited", "maximum_object_size": LARGEST_RECORD, "compression": "gzip"}
        return self._open.read_json(names, table_name=VIEW, columns=DUCKDB_COLUMNS, **options)

    def rows(self, expression: Any) -> "pa.Table":
        """Return the rows of an expression."""
        return self._open.to_pyarrow(expression)

    def close(self) -> None:
        """Let go of memory and files."""
        self._open.disconnect()


class Spark:
    """Spark as its own configuration says: on this machine, or on the cluster that spark-defaults.conf names."""

    name: EngineName = "spark"

    def __init__(self, means: Means) -> None:
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        import ibis
        import pyspark
        from pyspark.sql import SparkSession

        build = SparkSession.builder.appName("scidip works").config("spark.ui.enabled", "false")
        build = build.config("spark.driver.memory", f"{means.memory}m").config("spark.log.level", "ERROR")
        build = build.config("spark.local.dir", str(means.spill)).config("spark.sql.session.timeZone", "UTC")
        if means.threads:
            build = build.master(f"local[{means.threads}]").config("spark.sql.shuffle.partitions", means.threads)
        self._session: Any = build.getOrCreate()
        self.version = f"spark {pyspark.__version__}, ibis {ibis.__version__}"
        self._open = ibis.pyspark.connect(self._session)

    def works(self, paths: Sequence[Path], form: Format) -> Any:
        """Return the table of the works in *paths*, of which only what is counted is read."""
        shape = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        reader = self._session.read.schema(shape).option("mode", "FAILFAST")
        names = [str(path.resolve()) for path in paths]
        frame = reader.parquet(*names) if form == "parquet" else reader.json(names)
        frame.createOrReplaceTempView(VIEW)
        return self._open.table(VIEW)

    def rows(self, expression: Any) -> "pa.Table":
        """Return the rows of an expression."""
        return self._open.to_pyarrow(expression)

    def close(self) -> None:
        """End the session."""
        self._session.stop()


Engine = DuckDB | Spark


@contextmanager
def opened(name: EngineName, means: Means) -> Iterator[Engine]:
    """Yield an engine. Raises MethodError when it, or its Java, is not installed."""
    means.spill.mkdir(parents=True, exist_ok=True)
    try:
        engine: Engine = DuckDB(means) if name == "duckdb" else Spark(means)
    except ImportError as error:
        raise MethodError(
            f"the engine {name} is not installed ({error.name or error}); run: pip install 'scidip[{EXTRAS[name]}]'"
        ) from error
    except Exception as error:
        if "JAVA_GATEWAY_EXITED" in str(error) or "Java gateway process" in str(error):
            raise MethodError(
                "Spark needs Java 17 or later, which did not start; install it (Debian: apt-get install "
                "default-jre-headless), or count with --engine duckdb"
            ) from error
        raise
    try:
        yield engine
    finally:
        engine.close()


FULL: Final = re.compile(r"no space left|disk quota|max_temp_directory_size|could not write", re.IGNORECASE)
SMALL: Final = re.compile(r"out of ?memory|java heap space", re.IGNORECASE)
FULL_DISK: Final = "the disk is full; make room and run the same command again: it goes on where it stopped"


def told(error: Exception, names: Sequence[str]) -> Exception:
    """Return what an engine raised on the partitions *names* as an error with a sentence; other errors as they are."""
    said = " ".join(str(error).split())
    if isinstance(error, OSError) or FULL.search(said):
        return MethodError(FULL_DISK) if FULL.search(said) else error
    if SMALL.search(said):
        return MethodError("the engine's memory is too small; give more with --memory, or fewer --threads")
    if type(error).__module__.partition(".")[0] in {"_duckdb", "duckdb", "pyspark", "py4j"}:
        named = next((name for name in names if name in said), names[0])
        why = re.sub(r"\s*(LINE 1:|JVM stacktrace:).*", "", said)[:200]
        return SourceChanged(ID, f"cannot be read whole ({why}); synchronise it again", file=named)
    return error
