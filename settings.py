"""Settings: read once from the environment, at the composition roots, and passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from scidip import setting_values as of
from scidip.indicators.errors import ScidipError
from scidip.indicators.vocabulary import DEFAULT_METHODOLOGY, OWN_DATABASE, PUBLISHED

ROOT = Path(__file__).resolve().parent
"""The checkout, or the package where it is installed."""
WRITTEN = ROOT / "data" if (ROOT / "pyproject.toml").exists() else user_data_path("scidip", appauthor=False)
"""Where this copy writes: in a checkout beside its data, else in the user's own folder."""

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("SCIDIP_DATABASE_URL", f"sqlite:///{WRITTEN / 'scidip.sqlite'}", "The database, as an SQLAlchemy URL."),
    ("SCIDIP_READ_URL", "", "A standby of the same PostgreSQL database, read in its place, as an SQLAlchemy URL."),
    (
        "SCIDIP_DATA_DIR",
        str(ROOT / "data"),
        "The folder of catalogue, code lists and bundle; if given, also of what is written beside the database.",
    ),
    ("SCIDIP_WORKSPACE", "", "The folder of an index of one's own that is shown instead; see `docs/composite.md`."),
    ("SCIDIP_BESIDE", "", "An index to hold beside the one that is shown: a folder like that, or `published`."),
    ("SCIDIP_METHODOLOGY", DEFAULT_METHODOLOGY, "The methodology that scores, one of `data/catalogue/methodologies`."),
    ("SCIDIP_HOST", "127.0.0.1", "The address the server listens on."),
    ("SCIDIP_PORT", "8050", "The port the server listens on."),
    ("SCIDIP_WORKERS", str(min(2, os.cpu_count() or 1)), "Processes that answer; each computes on one core at a time."),
    ("SCIDIP_SITE", "", "The public address of this copy, for citations and links; by default that of host and port."),
    ("SCIDIP_URL_PREFIX", "", "The path under which a site mounts it, as `/observatory`; by default the site's root."),
    ("SCIDIP_ALLOWED_HOSTS", "", "Further names, separated by commas, under which it may be asked; `*` for any."),
    ("SCIDIP_PROXY", "", "The reverse proxy in front, whose word on visitor, TLS, name and prefix is believed."),
    ("SCIDIP_EMBED_ORIGINS", "", "Sites, separated by commas, whose pages may embed a figure: `https://example.org`."),
    ("SCIDIP_METRICS", "", "Networks, separated by commas, that may read `/metrics` besides this machine."),
    ("SCIDIP_ACCESS_LOG", "-", "Where a line for each request goes: a file, `-` for standard error, nothing for none."),
    ("SCIDIP_CONTACT", "", "Who runs this copy; sent to producers with each request."),
    (
        "SCIDIP_AGENCY",
        "",
        "The file in which a ministry or institute says how its copy is called and set up; see `docs/agency.md`.",
    ),
    ("SCIDIP_SIGNING_KEY", "", "The file of the secret key that signs capsules; see `docs/capsule.md`."),
    ("SCIDIP_UPLOAD_TOKEN", "", "What opens the upload page; see `docs/files.md`. By default there is none."),
    ("SCIDIP_HTTP_TIMEOUT", "60", "Seconds to wait for a producer's service."),
    (
        "SCIDIP_MIRROR",
        "",
        "An address that answers in the place of all producers, as `{mirror}/{host}{path}`; no producer is asked then.",
    ),
    (
        "SCIDIP_REFRESH",
        "",
        "When `serve` refreshes the live sources: minute, hour, day, month and weekday in UTC; by default never.",
    ),
    ("SCIDIP_OPENALEX_KEY", "", "The key for OpenAlex's service; without one it gives a tenth."),
    ("SCIDIP_OPENALEX_BUDGET", "1", "US dollars a day that OpenAlex may charge."),
    ("SCIDIP_OPENALEX_FIELDS", "all", "Fields that OpenAlex is asked for, as `17,27`, or `all` 26 (11 to 36)."),
    ("SCIDIP_OPENALEX_FIELD_YEARS", "1", "For how many whole years, the newest first, it is asked for them."),
    ("SCIDIP_CACHE_SIZE", "2048", "How many query results the server keeps."),
)
"""Every setting: its name, its default and a sentence."""


@dataclass(frozen=True)
class Settings:
    """The settings of this process."""

    database_url: str
    read_url: str
    data_dir: Path
    written_dir: Path
    workspace: Path | None
    """The folder of an index of one's own, whose database is then the database, and where is written."""
    beside: str
    methodology: str
    host: str
    port: int
    workers: int
    site: str
    allowed_hosts: tuple[str, ...]
    proxy: str
    embed_origins: tuple[str, ...]
    metrics: tuple[str, ...]
    access_log: str
    contact: str
    agency: Path | None
    signing_key: Path | None
    upload_token: str = field(repr=False)
    http_timeout: float
    mirror: str
    refresh: str
    openalex_key: str
    openalex_budget: float
    openalex_parts: Mapping[str, str]
    """The fields that OpenAlex is asked for, and for how many years: `fields`, `years`."""
    cache_size: int

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings in *environment* (by default the process's).

        Raises ScidipError for a name that starts with SCIDIP_ and is not known (a typing error must
        not be silent) and for a value that is not of its kind.
        """
        given = _own(os.environ if environment is None else environment)
        values = _checked(given)
        port = int(of.number(values, "SCIDIP_PORT", 0, 65535))
        workspace = _file(values["SCIDIP_WORKSPACE"])
        site = of.site(values["SCIDIP_SITE"], of.prefix(values["SCIDIP_URL_PREFIX"]), values["SCIDIP_HOST"], port)
        return cls(
            database_url=_own_database(workspace) if workspace else values["SCIDIP_DATABASE_URL"],
            read_url="" if workspace else values["SCIDIP_READ_URL"].strip(),
            data_dir=Path(values["SCIDIP_DATA_DIR"]),
            written_dir=workspace or Path(given.get("SCIDIP_DATA_DIR") or WRITTEN),
            workspace=workspace,
            beside=values["SCIDIP_BESIDE"].strip(),
            methodology=values["SCIDIP_METHODOLOGY"].strip(),
            host=values["SCIDIP_HOST"],
            port=port,
            workers=int(of.number(values, "SCIDIP_WORKERS", 1, 64)),
            site=site,
            allowed_hosts=of.hosts(values["SCIDIP_ALLOWED_HOSTS"], values["SCIDIP_HOST"], site),
            proxy=values["SCIDIP_PROXY"].strip(),
            embed_origins=of.origins(values["SCIDIP_EMBED_ORIGINS"]),
            metrics=of.networks(values["SCIDIP_METRICS"]),
            access_log=values["SCIDIP_ACCESS_LOG"].strip(),
            contact=values["SCIDIP_CONTACT"],
            agency=_file(values["SCIDIP_AGENCY"]),
            signing_key=_file(values["SCIDIP_SIGNING_KEY"]),
            upload_token=of.token(values["SCIDIP_UPLOAD_TOKEN"]),
            http_timeout=of.number(values, "SCIDIP_HTTP_TIMEOUT", 1, 3600),
            mirror=of.address("SCIDIP_MIRROR", values["SCIDIP_MIRROR"]),
            refresh=values["SCIDIP_REFRESH"].strip(),
            openalex_key=values["SCIDIP_OPENALEX_KEY"].strip(),
            openalex_budget=of.number(values, "SCIDIP_OPENALEX_BUDGET", 0, 100_000),
            openalex_parts=_openalex_parts(values),
            cache_size=int(of.number(values, "SCIDIP_CACHE_SIZE", 1, 1_000_000)),
        )


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("SCIDIP_")}


def _checked(given: Mapping[str, str]) -> dict[str, str]:
    """Return the value of every setting, as *given* or its default."""
    known = {name: default for name, default, _ in SETTINGS}
    _refuse_unknown(given, known)
    for name, value in given.items():
        of.refuse_bytes(name, value)
    return {**known, **given}


def _own_database(folder: Path) -> str:
    return f"sqlite:///{(folder / OWN_DATABASE).resolve()}"


def _file(given: str) -> Path | None:
    return Path(given.strip()) if given.strip() else None


def _openalex_parts(values: Mapping[str, str]) -> Mapping[str, str]:
    years = int(of.number(values, "SCIDIP_OPENALEX_FIELD_YEARS", 1, 30))
    return {"fields": values["SCIDIP_OPENALEX_FIELDS"].strip(), "years": str(years)}


def _refuse_unknown(given: Mapping[str, str], known: Mapping[str, str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ScidipError(f"unknown setting {', '.join(unknown)}; known are {', '.join(known)}")


def of_index(where: str) -> Settings:
    """Return the settings of this process for an index: in a workspace's folder, or the one that is "published"."""
    folder = "" if where == PUBLISHED else where
    return Settings.from_env({**os.environ, "SCIDIP_WORKSPACE": folder, "SCIDIP_BESIDE": ""})


def tell(name: str, value: str) -> None:
    """Put a value into the environment of this process, for a library that reads nothing else."""
    os.environ[name] = value
