"""Settings: read once from the environment, at the composition roots, and passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import ScidipError

ROOT = Path(__file__).resolve().parent

SETTINGS: tuple[tuple[str, str, str], ...] = (
    (
        "SCIDIP_DATABASE_URL",
        f"sqlite:///{ROOT / 'data' / 'scidip.sqlite'}",
        "The database, as an SQLAlchemy URL.",
    ),
    (
        "SCIDIP_DATA_DIR",
        str(ROOT / "data"),
        "The folder of catalogue, code lists, bundle and snapshots.",
    ),
    ("SCIDIP_HOST", "127.0.0.1", "The address the server listens on."),
    ("SCIDIP_PORT", "8050", "The port the server listens on."),
    (
        "SCIDIP_WORKERS",
        str(min(2, os.cpu_count() or 1)),
        "Processes that answer; each computes on one core at a time.",
    ),
    ("SCIDIP_CONTACT", "", "Who runs this copy; sent to producers with each request."),
    ("SCIDIP_HTTP_TIMEOUT", "60", "Seconds to wait for a producer's service."),
    ("SCIDIP_CACHE_SIZE", "2048", "How many query results the server keeps."),
)
"""Every setting: its name, its default and a sentence."""


@dataclass(frozen=True)
class Settings:
    """The settings of this process."""

    database_url: str
    data_dir: Path
    host: str
    port: int
    workers: int
    contact: str
    http_timeout: float
    cache_size: int

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings in *environment* (by default the process's).

        Raises ScidipError for a name that starts with SCIDIP_ and is not known (a typing error must
        not be silent) and for a value that is not of its kind.
        """
        given = {
            k: v
            for k, v in (os.environ if environment is None else environment).items()
            if k.startswith("SCIDIP_")
        }
        known = {name: default for name, default, _ in SETTINGS}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise ScidipError(f"unknown setting {', '.join(unknown)}; known are {', '.join(known)}")
        for name, value in given.items():
            _refuse_bytes(name, value)
        values = known | given
        return cls(
            database_url=values["SCIDIP_DATABASE_URL"],
            data_dir=Path(values["SCIDIP_DATA_DIR"]),
            host=values["SCIDIP_HOST"],
            port=int(_number(values, "SCIDIP_PORT", 0, 65535)),
            workers=int(_number(values, "SCIDIP_WORKERS", 1, 64)),
            contact=values["SCIDIP_CONTACT"],
            http_timeout=_number(values, "SCIDIP_HTTP_TIMEOUT", 1, 3600),
            cache_size=int(_number(values, "SCIDIP_CACHE_SIZE", 1, 1_000_000)),
        )


def _refuse_bytes(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ScidipError(f"{name} is not UTF-8: {os.fsencode(value)!r}; type it anew") from None


def _number(values: Mapping[str, str], name: str, least: float, most: float) -> float:
    try:
        number = float(values[name])
    except ValueError:
        raise ScidipError(f"{name} must be a number, not {values[name]!r}") from None
    if not least <= number <= most:
        raise ScidipError(f"{name} must lie between {least:g} and {most:g}, not {values[name]}")
    return number
