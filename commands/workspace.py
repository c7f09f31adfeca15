"""Open an index of one's own in the dashboard."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from scidip.etl.own_index import Opened, Order, open_workspace, refuse_foreign
from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.own_index.describing import Naming
from scidip.indicators.own_index.score import OwnIndex
from scidip.program import YEAR, Program, bar
from scidip.publish.export.own_index_files import score_files
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
@click.option("--name", "called", default="", help="What the index is called (default: as META calls its top node).")
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
    called: str,
    year: int | None,
    own_units: bool,
    uncertainty: int,
    seed: int,
) -> None:
    """Open an index of your own in the dashboard: figures in DATA, its structure in META (see docs/composite.md).

    Scores as `scidip composite` does; `scidip serve --workspace FOLDER` shows the pages. Ends with 2 when the tables or
    the methodology have faults (nothing is written), and with 3 when the ranges cannot be computed.
    """
    asked = Asked(tuple(p for p in (data, meta, methodology) if p), called, year, own_units, uncertainty, seed)
    index, opened = _opened(ctx, (data, meta, methodology), asked, out)
    for warning in index.warnings:
        click.echo(f"Note: {warning}", err=True)
    found = opened.workspace
    countries = sum(unit.is_country for unit in found.units)
    click.echo(
        f"{found.name}: {len(found.units):,} units ({countries:,} countries), {len(found.indicators):,} indicators, "
        f"{len(index.input.tree.nodes):,} nodes; written to {out}"
    )
    if not index.input.has_time:
        click.echo(f"The figures have no Time; the pages call them those of {found.methodology.period.first}.")
    click.echo(f"See it: scidip serve --workspace {out}")
    if opened.no_ranges:
        click.echo(f"Not computed: ranges of ranks. {opened.no_ranges}", err=True)
        ctx.exit(INCOMPLETE)


@dataclass(frozen=True)
class Asked:
    """What was asked for beside the three files."""

    files: tuple[Path, ...]
    name: str
    year: int | None
    own_units: bool
    draws: int
    seed: int

    def order(self, index: OwnIndex) -> Order:
        """Return what is to be written of *index*."""
        top = index.input.tree.index.code
        called = self.name or index.input.names.get(top, top)
        naming = Naming(called, self.year or datetime.now(UTC).year, not self.own_units)
        return Order(index, naming, self.files, self.draws, self.seed, code_version())


def _opened(
    ctx: click.Context, paths: tuple[Path, Path, Path | None], asked: Asked, out: Path
) -> tuple[OwnIndex, Opened]:
    """Score the index of the files DATA, META and methodology, and write it as the workspace *out*."""
    program: Program = ctx.obj
    try:
        refuse_foreign(out)
        with bar("Opening the index") as stage:
            stage("scores")
            index = score_files(*paths)
            return index, open_workspace(asked.order(index), program.world, out, stage)
    except (InputFaults, MethodError) as error:
        if ctx.find_root().params.get("debug"):
            raise
        raise _Faulty(str(error)) from error


class _Faulty(click.ClickException):
    """What the user brought cannot be used: exit code 2, as for a mistake in the command."""

    exit_code = 2


COMMAND = workspace_command
