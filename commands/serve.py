"""Serve the dashboard."""

import socket
import time
from pathlib import Path

import click

from scidip.etl import bundle as bundles
from scidip.etl.rescore import is_stale
from scidip.etl.schedule import times_of
from scidip.indicators.collector import without_collector
from scidip.indicators.errors import NotWritable, RunInProgress, ScidipError, StoreError
from scidip.program import Program

MOST = 2
"""Indices on the pages at a time."""
PATIENCE = 900.0
"""Seconds that a server without figures waits for another that builds them."""


@click.command(name="serve")
@click.option(
    "--workspace",
    "workspaces",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Show the index of one's own in this folder (of `scidip workspace`) instead of the published one.",
)
@click.option("--beside", help="Hold an index beside it: a folder like that, or `published`.")
@click.pass_obj
def serve_command(program: Program, workspaces: tuple[Path, ...], beside: str | None) -> None:
    """Serve the dashboard; build the database first if it is missing or older than the bundle."""
    if beside is not None and not beside.strip():
        raise click.UsageError("--beside is empty; name a folder of `scidip workspace`, or `published`")
    if len(workspaces) > MOST or (len(workspaces) == MOST and beside):
        raise click.UsageError("one index is shown and one stands beside it: name two at most")
    if len(workspaces) == MOST or beside:
        program = Program.with_beside(beside or str(workspaces[1].resolve()))
    if workspaces:
        program = Program.of_workspace(workspaces[0])
    program.refuse_bad_agency()
    _refuse_taken(program.settings.host, program.settings.port)
    if program.settings.refresh:
        times_of(program.settings.refresh)
    with without_collector():
        from scidip.app import run_server

    _bring_up(program)
    # The processes that answer are forked: no connection may be shared with them.
    program.close()
    run_server(program.settings)


def _bring_up(program: Program) -> None:
    """Bring the database up to the bundle, if it can be written; otherwise say why it is served as it is.

    An index of one's own has no bundle: it must be there.
    """
    if program.own is not None:
        program.refuse_no_database()
        return
    end, told = time.monotonic() + PATIENCE, False
    while True:
        try:
            if is_stale(program.workshop, bundles.open_bundle(program.bundle_dir)):
                program.build()
            return
        except (NotWritable, RunInProgress) as error:
            if _has_scores(program):
                click.echo(f"Note: {error}. It is served as it is.", err=True)
                return
            if isinstance(error, NotWritable) or time.monotonic() > end:
                raise
            if not told:
                click.echo(f"Waiting: {error}.", err=True)
            told = True


def _has_scores(program: Program) -> bool:
    try:
        return program.has_scores()
    except StoreError:
        return False


def _refuse_taken(host: str, port: int) -> None:
    """Raise ScidipError when the server could not listen there; found out before a minute of building."""
    try:
        family, kind, proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ScidipError(
            f"cannot listen on {host}:{port} ({error.strerror}); set SCIDIP_PORT or SCIDIP_HOST to another one"
        ) from error


COMMAND = serve_command
