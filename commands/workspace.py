"""Open an index of one's own in the dashboard."""

from datetime import UTC, datetime
from pathlib import Path

import click

from scidip.indicators.errors import InputFaults, MethodError
from scidip.program import YEAR, Program, bar
from scidip.version import code_version

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST = 100_000
"""Draws at most."""
INCOMPLETE = 3
"""Exit code where the workspace was written without ranges."""


@click.command(name="workspace")
@click.argument("data", type=FILE)
@click.argument("meta", type=FILE)
@click.option("--methodology", type=FILE, help="TOML file with a section per step, as for `scidip composite`.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the workspace; written whole or not at all.",
)
@click.option("--name", default="", help="What the index is called (default: as META calls its top node).")
@click.option("--year", type=YEAR, help="The year of figures without a Time (default: this year).")
@click.option("--own-units", is_flag=True, help="No uCode means a country, whatever it looks like.")
@click.option(
    "--uncertainty",
    type=click.IntRange(min=1, max=MOST),
    default=1000,
    show_default=True,
    help="Draws of the alternatives for the ranges of ranks.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of what is random.")
@click.pass_context
def workspace_command(
    ctx: click.Context,
    data: Path,
    meta: Path,
    methodology: Path | None,
    out: Path,
    name: str,
    year: int | None,
    own_units: bool,
    uncertainty: int,
    seed: int,
) -> None:
    """Open an index of your own in the dashboard: figures in DATA, its structure in META (see docs/composite.md).

    Scores as `scidip composite` does; `scidip serve --workspace FOLDER` shows the pages. Ends with 2 when the tables or
    the methodology have faults (nothing is written), and with 3 when the ranges cannot be computed.
    """
    from scidip.etl.own_index import Order, open_workspace, refuse_foreign
    from scidip.indicators.own_index.describing import Naming
    from scidip.publish.export.own_index_files import score_files

    program: Program = ctx.obj
    try:
        refuse_foreign(out)
        with bar("Opening the index") as stage:
            stage("scores")
            index = score_files(data, meta, methodology)
            called = name or index.input.names.get(index.input.tree.index.code, index.input.tree.index.code)
            naming = Naming(called, year or datetime.now(UTC).year, not own_units)
            files = tuple(path for path in (data, meta, methodology) if path)
            order = Order(index, naming, files, uncertainty, seed, code_version())
            opened = open_workspace(order, program.world, out, stage)
    except (InputFaults, MethodError) as error:
        if ctx.find_root().params.get("debug"):
            raise
        raise _Faulty(str(error)) from error
    for warning in index.warnings:
        click.echo(f"Note: {warning}", err=True)
    found = opened.workspace
    countries = sum(unit.is_country for unit in found.units)
    click.echo(
        f"{found.name}: {len(found.units):,} units ({countries:,} countries), {len(found.indicators):,} indicators, "
        f"{len(index.input.tree.nodes):,} nodes; written to {out}"
    )
    if not index.input.has_time:
        click.echo(f"The figures have no Time; the pages call them those of {naming.year}.")
    click.echo(f"See it: scidip serve --workspace {out}")
    if opened.no_ranges:
        click.echo(f"Not computed: ranges of ranks. {opened.no_ranges}", err=True)
        ctx.exit(INCOMPLETE)


class _Faulty(click.ClickException):
    """What the user brought cannot be used: exit code 2, as for a mistake in the command."""

    exit_code = 2


COMMAND = workspace_command
