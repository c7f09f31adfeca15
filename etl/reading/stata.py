"""Tables that producers hand out as Stata files, and the same tables saved as CSV."""

import io
import struct
from collections.abc import Sequence
from typing import Final

import pandas as pd

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.packed import unpacked
from scidip.etl.reading.tables import column_table
from scidip.etl.source import require_columns
from scidip.indicators.errors import SourceChanged

MARK: Final = b"<stata_dta>"
"""The beginning of a file of format 117 (Stata 13) and later."""


def stata_or_csv(
    source: str, snapshot: Snapshot, wanted: Sequence[str], texts: Sequence[str], sep: str = ","
) -> pd.DataFrame:
    """Return the *wanted* columns of a table, packed or plain; index: the line in a CSV file, the row in a Stata one.

    The columns *texts* are texts, "" where they are blank. Raises SourceChanged when a column is missing or the file
    is neither.
    """
    plain = unpacked(source, snapshot)
    if not plain.content.startswith(MARK):
        table = column_table(source, plain, wanted, texts=texts, sep=sep)
        return table.assign(**{name: table[name].fillna("").str.strip() for name in texts})
    try:
        whole = pd.read_stata(io.BytesIO(plain.content), convert_categoricals=False)
    except (ValueError, OSError, EOFError, KeyError, struct.error, UnicodeDecodeError) as error:
        raise SourceChanged(
            source, f"the Stata file cannot be read ({error}); download it again", file=plain.name
        ) from error
    require_columns(source, plain, list(whole.columns), wanted)
    table = whole[list(wanted)].set_axis(whole.index + 1, axis="index")
    return table.assign(**{name: table[name].fillna("").astype(str).str.strip() for name in texts})
