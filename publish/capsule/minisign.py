"""Signatures in the format of minisign: Ed25519 over the BLAKE2b digest of a file, in files of text.

What is signed here is verified by `minisign -Vm FILE -p KEY.pub`, and the other way round. Keys protected with a
password are not read. Needs the package `cryptography`, which `scidip[sign]` brings.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from scidip.indicators.errors import ScidipError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LEGACY, HASHED = b"Ed", b"ED"
SECRET_LENGTH: Final = 2 + 2 + 2 + 32 + 8 + 8 + 8 + 64 + 32
BODY: Final = 54
"""Bytes of a secret key file before what a password would protect."""
Verdict = Literal["good", "bad", "another key", "unreadable"]


@dataclass(frozen=True)
class PublicKey:
    """A public key and its number, eight bytes by which signatures name it."""

    number: bytes
    key: bytes

    @property
    def name(self) -> str:
        """The number as minisign writes it: sixteen hex digits."""
        return self.number[::-1].hex().upper()

    @property
    def text(self) -> str:
        """The file of the key."""
        return f"untrusted comment: minisign public key {self.name}\n{_coded(LEGACY + self.number + self.key)}\n"


@dataclass(frozen=True)
class SecretKey:
    """A secret key: 32 bytes of seed, with its public key."""

    seed: bytes
    public: PublicKey

    @property
    def text(self) -> str:
        """The file of the key, without a password, as `minisign -W` writes it."""
        pair = self.public.number + self.seed + self.public.key
        check = hashlib.blake2b(LEGACY + pair, digest_size=32).digest()
        return (
            f"untrusted comment: minisign secret key {self.public.name}, not protected with a password\n"
            f"{_coded(LEGACY + bytes(2) + b'B2' + bytes(48) + pair + check)}\n"
        )


def new_key() -> SecretKey:
    """Return a new key. Raises ScidipError without the package `cryptography`."""
    seed = secrets.token_bytes(32)
    return SecretKey(seed, PublicKey(secrets.token_bytes(8), _private(seed).public_key().public_bytes_raw()))


def read_secret(text: str, name: str) -> SecretKey:
    """Return the key of a file called *name*. Raises ScidipError for what is no secret key, or is protected."""
    raw = _decoded(text.splitlines()[1:2], SECRET_LENGTH)
    if raw is None or raw[:2] != LEGACY:
        raise ScidipError(f"{name} is no secret key of minisign; `scidip capsule --new-key FILE` makes one")
    if raw[2:4] != bytes(2):
        raise ScidipError(
            f"{name} is protected with a password; make a key without one by `scidip capsule --new-key FILE`, "
            f"or write the capsule unsigned and sign its manifest.json with `minisign -S`"
        )
    pair, check = raw[BODY:-32], raw[-32:]
    public = PublicKey(pair[:8], pair[40:])
    # minisign itself writes no checksum into a key without a password.
    is_whole = check in (bytes(32), hashlib.blake2b(LEGACY + pair, digest_size=32).digest())
    if not is_whole or _private(pair[8:40]).public_key().public_bytes_raw() != public.key:
        raise ScidipError(f"{name} is damaged: its checksum does not fit; take your copy of the key")
    return SecretKey(pair[8:40], public)


def read_public(text: str, name: str) -> PublicKey:
    """Return the key of a file called *name*. Raises ScidipError for what is no public key of minisign."""
    raw = _decoded(text.splitlines()[1:2] or [text], 42)
    if raw is None or raw[:2] != LEGACY:
        raise ScidipError(f"{name} is no public key of minisign; it is the file that ends in .pub, of two lines")
    return PublicKey(raw[2:10], raw[10:])


def sign(content: bytes, key: SecretKey, comment: str) -> str:
    """Return the signature file of *content*; *comment*, one line, is signed with it. The same each time."""
    private = _private(key.seed)
    own = private.sign(hashlib.blake2b(content).digest())
    whole = private.sign(own + comment.encode())
    return (
        f"untrusted comment: signature from scidip, key {key.public.name}\n{_coded(HASHED + key.public.number + own)}\n"
        f"trusted comment: {comment}\n{_coded(whole)}\n"
    )


def verify(content: bytes, signature: str, key: PublicKey) -> Verdict:
    """Return whether *signature*, a signature file, is of *content* and by *key*, its trusted comment included."""
    lines = signature.splitlines()
    first, second = _decoded(lines[1:2], 74), _decoded(lines[3:4], 64)
    if first is None or second is None or first[:2] not in (LEGACY, HASHED) or not lines[2].startswith(_TRUSTED):
        return "unreadable"
    if first[2:10] != key.number:
        return "another key"
    signed = hashlib.blake2b(content).digest() if first[:2] == HASHED else content
    check = _checker(key.key)
    comment = lines[2].removeprefix(_TRUSTED).encode()
    return "good" if check(first[10:], signed) and check(second, first[10:] + comment) else "bad"


def key_name(signature: str) -> str:
    """Return the number of the key that a signature file names; "" where it cannot be read."""
    raw = _decoded(signature.splitlines()[1:2], 74)
    return "" if raw is None else raw[2:10][::-1].hex().upper()


_TRUSTED: Final = "trusted comment: "


def _checker(key: bytes) -> Callable[[bytes, bytes], bool]:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise _missing() from error
    public = Ed25519PublicKey.from_public_bytes(key)

    def check(signature: bytes, content: bytes) -> bool:
        try:
            public.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    return check


def _private(seed: bytes) -> "Ed25519PrivateKey":
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise _missing() from error
    return Ed25519PrivateKey.from_private_bytes(seed)


def _missing() -> ScidipError:
    return ScidipError(
        'signatures need the package cryptography: `pip install "scidip[sign]"`; '
        "`minisign -Vm manifest.json -p KEY.pub` verifies without it"
    )


def _coded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(lines: list[str], length: int) -> bytes | None:
    """Return the bytes of a line; None where there is none, or not of *length*."""
    try:
        raw = base64.b64decode(lines[0].strip(), validate=True) if lines else b""
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == length else None
