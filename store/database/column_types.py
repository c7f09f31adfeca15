"""Types of columns that two databases would otherwise read differently.

Text is in one order everywhere: that of its bytes, which is SQLite's own and PostgreSQL's collation "C".
Without it a PostgreSQL database sorts by the language it was made for, and a page after a key would begin elsewhere.
"""

from typing import Final

from sqlalchemy import BigInteger, Integer
from sqlalchemy import String as PlainString
from sqlalchemy import Text as PlainText
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

COLLATION: Final = "C"


def _in_order_of_bytes(kind: PlainString) -> TypeEngine[str]:
    own = postgresql.TEXT if isinstance(kind, PlainText) else postgresql.VARCHAR
    return kind.with_variant(own(kind.length, collation=COLLATION), "postgresql")


String: Final = _in_order_of_bytes(PlainString())
Letter: Final = _in_order_of_bytes(PlainString(1))
Text: Final = _in_order_of_bytes(PlainText())
Size: Final = Integer().with_variant(BigInteger(), "postgresql")
"""Bytes of a file: SQLite's integers have no bound, PostgreSQL's end at two thousand million."""
