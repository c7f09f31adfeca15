"""JSON: what the file says of itself, then one object for each row, streamed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from scidip.publish.export.tables import Table
from scidip.publish.export.writing import Format


def pieces(table: Table) -> Iterator[bytes]:
    """Yield the table as one JSON document, a thousand rows at a time."""
    told = asdict(table.about)
    sources = [dict(zip(("title", "licence", "citation"), s, strict=True)) for s in told.pop("sources")]
    names = ("indicator", "licence", "citation", "citation_short")
    series = [dict(zip(names, s, strict=True)) for s in told.pop("series")]
    head = json.dumps({"table": table.name, **told, "sources": sources, "series": series}, ensure_ascii=False)
    yield (head[:-1] + ', "data": [').encode()
    rows, header, comma = table.rows(), table.header, ""
    while block := list(islice(rows, 1000)):
        text = ",\n".join(
            json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, allow_nan=False) for row in block
        )
        yield (comma + "\n" + text).encode()
        comma = ","
    yield b"\n]}\n"


FORMAT = Format("JSON", "json", "application/json", pieces)
