"""A folder of downloads: which of its files a source reads, and why not the others."""

from collections.abc import Sequence

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading import unforeseen
from scidip.etl.source import Source
from scidip.indicators.errors import SourceError

PassedOver = list[tuple[str, str]]
"""Name of a file, and why it is none of the source's."""


def readable_files(
    source: Source, series: Sequence[str], files: Sequence[Snapshot]
) -> tuple[list[Snapshot], PassedOver]:
    """Return the files that *source* reads together, and the others with the reason for each.

    A file is asked for its vintage, which every source refuses for a file of another shape, and then
    all are read: the one that a refusal names is left out, until what remains is read.
    """
    kept: list[Snapshot] = []
    passed: PassedOver = []
    for file in files:
        try:
            with unforeseen.told(source.spec.id, [file]):
                source.vintage(file)
        except SourceError as error:
            passed.append((file.name, str(error)))
        else:
            kept.append(file)
    while kept:
        try:
            source.parse(kept, series)
        except SourceError as error:
            guilty = [f for f in kept if error.file == f.name or error.file.startswith(f"{f.name}/")]
            if not guilty:
                raise
            kept = [f for f in kept if f is not guilty[0]]
            passed.append((guilty[0].name, str(error)))
        else:
            break
    return kept, passed
