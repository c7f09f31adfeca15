"""Reading a file of settings with all its faults: what stands there, of which kind it is, which files it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeGuard, TypeVar

from scidip.indicators.model.methodology_checks import remedy

Kind = TypeVar("Kind")
LARGEST: Final = 100_000
"""Bytes of the file, and of a text that it names."""
SHOWN: Final = 60
"""Letters of a value that a sentence repeats."""


@dataclass
class Reading:
    """The faults found so far, and the digest of all that was read."""

    path: Path
    faults: list[str] = field(default_factory=list)
    content: Any = field(default_factory=sha256)

    def fault(self, key: str, words: str, *value: Any) -> None:
        """Note what is wrong with a key, of a *value* that stands there, and what to do."""
        self.faults.append(f"{key} = {short(value[0])}: {words}" if value else f"{key}: {words}")

    def bytes_of(self, path: Path, most: int, key: str, given: str) -> bytes | None:
        """Return what a file holds, and take it into the digest; None, and a fault, where it cannot be read."""
        try:
            if not path.is_file():
                self.fault(key, "there is no such file; put it there, or take the name out", given)
                return None
            if path.stat().st_size > most:
                self.fault(key, f"the file is larger than {most:,} bytes; make it smaller", given)
                return None
            data = path.read_bytes()
        except (OSError, ValueError):
            self.fault(key, "the file cannot be read; let the server's user read it", given)
            return None
        self.content.update(len(data).to_bytes(8, "big") + data)
        return data

    def text_of(self, key: str, data: bytes, given: str) -> str | None:
        """Return the text of a file; None, and a fault, for what is not UTF-8."""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.fault(key, f"not UTF-8 from byte {error.start} on; save it so", given)
        return None

    def beside(self, key: str, given: str, most: int) -> bytes | None:
        """Return what a file holds that lies in the folder of the agency's file; others are not read."""
        folder = self.path.parent.resolve()
        try:
            place = (self.path.parent / given).resolve()
            is_inside = not Path(given).is_absolute() and place.is_relative_to(folder)
        except (OSError, ValueError):
            is_inside = False
        if not is_inside:
            self.fault(key, f"a file in the folder of {self.path.name} is meant; put it there", given)
            return None
        return self.bytes_of(place, most, key, given)

    def unknown(self, table: Mapping[str, Any], known: tuple[str, ...], at: str = "") -> None:
        """Note the keys of a table that are not known, each with the nearest."""
        for key in sorted(table.keys() - set(known)):
            self.fault(f"{at}{key}", f"there is no such key; {remedy(key, known)}", table[key])

    def is_kind(self, value: Any, kind: type[Kind], key: str, words: str) -> TypeGuard[Kind]:
        """Return whether a value is of a kind; another one is a fault, none is not."""
        if value is not None and not isinstance(value, kind):
            self.fault(key, f"{words} is meant", value)
        return isinstance(value, kind)

    def codes(self, key: str, given: Any, what: str) -> tuple[str, ...]:
        """Return a list of texts without repetition."""
        if not self.is_kind(given, list, key, f"a list of {what}"):
            return ()
        codes = [code for code in given if self.is_kind(code, str, key, f"a list of {what}")]
        for code in dict.fromkeys(c for c in codes if codes.count(c) > 1):
            self.fault(key, "it stands there twice; take one out", code)
        return tuple(dict.fromkeys(codes))


def short(value: Any) -> str:
    """Return a value as a sentence repeats it."""
    told = repr(value)
    return told if len(told) <= SHOWN else f"{told[:SHOWN]}…"
