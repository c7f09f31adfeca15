"""The ending of a file's name and the format asked for: one decides, or both agree."""

from collections.abc import Collection, Mapping
from pathlib import Path

from scidip.indicators.errors import ScidipError

Endings = Mapping[str, Collection[str]]
"""Format → the endings of its files, without the dot, in lower case."""
EVERY = frozenset(
    {
        "csv",
        "tsv",
        "txt",
        "xlsx",
        "xls",
        "parquet",
        "dta",
        "json",
        "zip",
        "pptx",
        "ppt",
        "pdf",
        "html",
        "htm",
        "docx",
        "doc",
        "png",
        "svg",
        "jpg",
        "jpeg",
    }
)
"""Endings that say a format to whoever sees them: a file of another one is never written under such a name."""


class EndingContradicts(ScidipError):
    """The name of a file says one format, the command another."""


def format_of(out: Path, asked: Collection[str], endings: Endings, usual: str) -> tuple[str, ...]:
    """Return the formats to write: those asked for, or that of the ending of *out*, or the usual one.

    A name that ends like a file of another format than the one asked for is refused, and so is an ending that is of
    no format when none is asked for. Folders, pipes and names without an ending decide nothing.
    """
    chosen = tuple(dict.fromkeys(asked))
    ending = "" if out.is_dir() or (out.exists() and not out.is_file()) else _ending(out, endings)
    if not ending:
        return chosen or (usual,)
    fitting = [code for code, known in endings.items() if ending in known]
    listed = ", ".join(f".{e}" for known in endings.values() for e in known)
    if not chosen:
        if not fitting:
            raise EndingContradicts(
                f"{out.name} ends with .{ending}, which is none of {listed}; change the name, or name the --format"
            )
        return (usual,) if usual in fitting else (fitting[0],)
    if (fitting or ending in EVERY) and not set(fitting) & set(chosen):
        own = ", ".join(f".{e}" for e in endings[chosen[0]])
        raise EndingContradicts(
            f"{out.name} ends like {' or '.join(fitting) or ending}, but the format asked for is {chosen[0]}; "
            f"end the name with {own}, or leave --format out"
        )
    return chosen


def _ending(out: Path, endings: Endings) -> str:
    """Return the longest known ending of a name ("sdmx.csv" before "csv"), else its suffix; in lower case."""
    name = out.name.lower()
    known = [e for each in endings.values() for e in each if name.endswith(f".{e}")]
    return max(known, key=len, default=out.suffix.removeprefix(".").lower())
