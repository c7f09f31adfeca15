"""A capsule held against its manifest and its signature: every file, and what is missing, added or changed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scidip.indicators.errors import DataError, ScidipError
from scidip.publish.capsule import minisign
from scidip.publish.capsule.minisign import PublicKey
from scidip.publish.capsule.packing import FORMAT, KEY, MANIFEST, SIGNATURE
from scidip.publish.export.opening import DAMAGE, opened

MOST: Final = 64 << 20
"""Bytes that all files of a capsule may unpack to."""
SHOWN: Final = 20


@dataclass(frozen=True)
class Verified:
    """What was found: a sentence for each fault, one on the files, one on the signature."""

    faults: tuple[str, ...]
    files: str
    signature: str
    is_signature_good: bool

    @property
    def is_good(self) -> bool:
        """Whether every file is as the manifest says and nothing speaks against the signature."""
        return not self.faults and self.is_signature_good


Read = Callable[[str], bytes]


def verify(path: Path, key: PublicKey | None) -> Verified:
    """Return what is found of the capsule at *path*, a zip file or a folder, and whether it is signed by *key*.

    Without *key* the one that the capsule brings is taken, which shows that nothing was changed after it was signed,
    not by whom. Raises DataError when *path* is no capsule: no manifest, a cut or dangerous archive.
    """
    try:
        with _opened(path) as (names, read):
            signed = read(MANIFEST)
            told = _manifest(signed)
            listed = {str(f["path"]): (int(f["bytes"]), str(f["sha256"])) for f in told["files"]}
            faults = list(_faults(names, read, listed))
            words, is_good = _signature(names, read, signed, str(told.get("key", "")), key)
    except (*DAMAGE, OSError) as error:
        said = str(error).strip("'").splitlines()[:1]
        raise DataError(f"{path} is no capsule of scidip, or is damaged ({''.join(said)})") from error
    if len(faults) > SHOWN:
        faults[SHOWN:] = [f"and {len(faults) - SHOWN:,} more"]
    files = "" if faults else f"All {len(listed)} files are as the manifest says."
    return Verified(tuple(faults), files, words, is_good)


def _manifest(content: bytes) -> Mapping[str, Any]:
    told = json.loads(content)
    if told["format"] != FORMAT:
        raise ValueError(f"its manifest is of the format {str(told['format'])[:40]!r}, and {FORMAT!r} is read")
    paths = [f["path"] for f in told["files"]]
    if len(set(paths)) != len(paths):
        raise ValueError("its manifest lists a file twice")
    found: Mapping[str, Any] = told
    return found


def _faults(names: frozenset[str], read: Read, listed: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    for name, (size, digest) in sorted(listed.items()):
        if name not in names:
            yield f"{name} is missing."
            continue
        try:
            content = read(name)
        except DAMAGE:
            yield f"{name} was changed: it cannot be unpacked."
            continue
        if hashlib.sha256(content).hexdigest() != digest or len(content) != size:
            yield f"{name} was changed: its digest is not the one in the manifest."
    for name in sorted(names - {*listed, MANIFEST, SIGNATURE}):
        yield f"{name} was added: the manifest does not list it."


def _signature(names: frozenset[str], read: Read, signed: bytes, named: str, key: PublicKey | None) -> tuple[str, bool]:
    """Return a sentence on the signature, and whether nothing speaks against it."""
    if SIGNATURE not in names:
        if named:
            return f"The signature is missing: the manifest says that the key {named} signed it.", False
        if key:
            return f"Not signed, and a signature by the key {key.name} was asked for.", False
        return "Not signed: who wrote the manifest is not shown.", True
    if key is None and KEY not in names:
        return f"The signature is not checked: {KEY} is missing; give the maker's key (--public-key FILE).", False
    try:
        text = read(SIGNATURE).decode()
        known = key or minisign.read_public(read(KEY).decode(), KEY)
        verdict = minisign.verify(signed, text, known)
    except (ScidipError, *DAMAGE) as error:
        return f"The signature cannot be checked: {error}.", False
    if verdict == "good":
        whose = (
            "" if key else " It is the key that the capsule brings; the maker's own (--public-key FILE) shows by whom."
        )
        return f"The signature by the key {known.name} is good.{whose}", True
    other = minisign.key_name(text)
    return {
        "another key": f"Signed by another key, {other}, not by {known.name}.",
        "bad": f"The signature by the key {known.name} is bad: the manifest was changed after it was signed.",
        "unreadable": f"The signature cannot be read: {SIGNATURE} is not in minisign's format.",
    }[verdict], False


@contextmanager
def _opened(path: Path) -> Iterator[tuple[frozenset[str], Read]]:
    """Yield the names of the files of a capsule, and what reads one. Nothing is unpacked to disk."""
    if path.is_dir():
        yield _in_folder(path)
        return
    with opened(path, MOST) as archive:
        names = [n for n in archive.namelist() if not n.endswith("/")]
        tops = sorted((n.removesuffix(MANIFEST) for n in names if f"/{n}".endswith(f"/{MANIFEST}")), key=len)
        if not tops:
            raise ValueError(f"there is no {MANIFEST} in it")
        top = tops[0]
        # What stands beside the folder keeps its whole name, which the manifest does not list.
        within = {n.removeprefix(top) if n.startswith(top) else f"../{n}": n for n in names}
        yield frozenset(within), lambda name: archive.read(within[name])


def _in_folder(path: Path) -> tuple[frozenset[str], Read]:
    found = [p for p in path.rglob("*") if p.is_symlink() or not p.is_dir()]
    for one in found:
        if one.is_symlink() or not one.is_file():
            raise ValueError(f"{one.relative_to(path).as_posix()} is a link or a device, which no capsule holds")
    if sum(p.stat().st_size for p in found) > MOST:
        raise ValueError(f"it holds more than {MOST:,} bytes")
    names = frozenset(p.relative_to(path).as_posix() for p in found)
    if MANIFEST not in names:
        raise ValueError(f"there is no {MANIFEST} in it")
    return names, lambda name: (path / name).read_bytes()
