"""Serve the dashboard."""

import click

from etl import bundle as bundles
from etl.rescore import is_stale
from indicators.collector import without_collector
from program import Program


@click.command(name="serve")
@click.pass_obj
def serve_command(program: Program) -> None:
    """Serve the dashboard; build the database first if it is missing or older than the bundle."""
    with without_collector():
        from app import run_server

    if is_stale(program.workshop, bundles.open_bundle(program.bundle_dir)):
        program.build()
    run_server(program.settings)


COMMAND = serve_command
