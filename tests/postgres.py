"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, ended with the session."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "max_wal_size": "128MB",  # the folder of data is kept and copied
    # Nothing has to outlive the test, and nothing may run beside it.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}
LANGUAGE = "en-US"
"""The order of text in the databases, which must not be the order of our tables."""
USER = "scidip"
_DIE_WITH_PARENT = 1


def programs() -> Path | None:
    """Where the server's programs are, the newest version's; None where there are none."""
    found = shutil.which("initdb")
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda p: int(p.parts[-3]), default=None)
    return newest.parent if newest else Path(found).parent if found else None


def version() -> str:
    """What tells the folders of data of one server's version from those of another."""
    found = programs()
    return "none" if found is None else found.resolve().parts[-2]


def owner() -> dict[str, Any]:
    """How a process is started that may run a server: not as root."""
    if os.geteuid():
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _ends_with_us() -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGINT)


class Cluster:
    """A server with its databases."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
        self.folder, self.process = folder, process

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs, as its owner."""
        found = programs()
        assert found is not None
        command = [str(found / program), *arguments]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PG"))}
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.folder,
            env=environment | {"LC_ALL": "C.UTF-8"},
            **owner(),
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def start(self, **settings: str) -> None:
        options = [w for k, v in (SETTINGS | settings).items() for w in ("-c", f"{k}={v}")]
        found = programs()
        assert found is not None
        command = [str(found / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *options]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, preexec_fn=_ends_with_us, **owner()
            )
        end = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.05)

    def answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url("postgres").replace("+psycopg", "")).close()
        except psycopg.OperationalError:
            return False
        return True

    def say(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside of any transaction; return its rows."""
        import psycopg

        with psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, as a copy of another one, and return its address."""
        self.say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)
            self.process = None


def folder() -> Path:
    """A folder of the owner's, with a name short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="scidip-pg-", dir="/tmp"))
    if "user" in owner():
        os.chown(made, owner()["user"], owner()["group"])
    made.chmod(0o755)
    return made


@contextmanager
def running(
    data: Path | None = None, *, keep: Path | None = None, standby_of: Cluster | None = None, **settings: str
) -> Iterator[Cluster]:
    """Yield a new server, with a copy of the folder *data* if there is one, or a standby of another one.

    Skips where PostgreSQL is not installed.

    *keep* is where its folder of data is put when it has ended.
    """
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    cluster = Cluster(folder())
    try:
        if data is not None:
            subprocess.run(["cp", "-a", "--reflink=auto", str(data), str(cluster.folder / "data")], check=True)
        elif standby_of is not None:
            source = ("-h", str(standby_of.folder), "-U", USER)
            cluster.run("pg_basebackup", "-D", f"{cluster.folder}/data", "-R", "-c", "fast", "--no-sync", *source)
        else:
            language = ("--locale=C.UTF-8", "--locale-provider=icu", f"--icu-locale={LANGUAGE}")
            where = ("-D", f"{cluster.folder}/data", "-U", USER)
            cluster.run("initdb", *where, "-E", "UTF8", "-A", "trust", "--no-sync", *language)
        cluster.start(**settings)
        yield cluster
        cluster.stop()
        if keep is not None:
            part = keep.with_name(f"part{os.getpid()}")
            shutil.move(cluster.folder / "data", part)
            part.rename(keep)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)
