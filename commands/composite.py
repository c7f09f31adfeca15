"""Score an index of one's own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from scidip.indicators.errors import InputFaults, MethodError
from scidip.indicators.own_index.score import OwnIndex
from scidip.program import bar
from scidip.publish.export import own_index_files as composites
from scidip.version import VERSION

MOST = 100_000
"""Draws at most: a typing error must not ask for more time than there is."""
INCOMPLETE = 3
"""Exit code where the index was written, but not the intervals or indices asked for beside it."""


@click.command(name="composite")
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("meta", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--methodology",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file with a section per step (default: min-max and arithmetic means).",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder for the results; written whole or not at all."
)
@click.option(
    "--uncertainty",
    type=click.IntRange(min=1, max=MOST),
    help="Also write intervals.csv, from this many draws of the alternatives.",
)
@click.option(
    "--sensitivity",
    type=click.IntRange(min=2, max=MOST),
    help="Also write sensitivity.csv, from this many base runs per uncertain choice.",
)
@click.option(
    "--analyses", is_flag=True, help="Also write the tables of the analyses, and everything as a workbook, index.xlsx."
)
@click.option(
    "--compare",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another index to compare with: uCode and a column of scores for each, more being better.",
)
@click.option(
    "--weight-sets",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Other weights for --uncertainty and --sensitivity: iCode and a column for each set.",
)
@click.option(
    "--design",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Runs of your own: a column for each choice that varies, a row for each run with the options taken.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of what is random.")
@click.pass_context
def composite_command(
    ctx: click.Context,
    data: Path,
    meta: Path,
    methodology: Path | None,
    out: Path,
    uncertainty: int | None,
    sensitivity: int | None,
    analyses: bool,
    compare: Path | None,
    weight_sets: Path | None,
    design: Path | None,
    seed: int,
) -> None:
    """Score an index of your own: figures in DATA, its structure in META (see docs/composite.md).

    Ends with 2 when the tables or the methodology have faults (nothing is written), and with 3 when an
    alternative cannot be computed: the index is written, but not the intervals or indices over it.
    """
    asked = composites.Run({}, VERSION, seed, uncertainty or 0, sensitivity or 0, analyses, compare, design)
    index, found = _written(ctx, (data, meta, methodology, weight_sets), asked, out)
    for warning in index.warnings:
        click.echo(f"Note: {warning}", err=True)
    tree, result = index.input.tree, index.composite
    click.echo(
        f"{int(result.kept.sum()):,} rows scored ({len(index.screened_out):,} screened out), "
        f"{len(tree.leaves)} indicators, {len(tree.nodes)} nodes, "
        f"{len(result.touched.row):,} cells treated; written to {out}"
    )
    for name, why in found.not_written.items():
        click.echo(f"Not written: {name}. {why}", err=True)
    if found.not_written:
        ctx.exit(INCOMPLETE)


def _written(
    ctx: click.Context, paths: tuple[Path, Path, Path | None, Path | None], asked: composites.Run, out: Path
) -> tuple[OwnIndex, composites.Result]:
    """Write the index of the files DATA, META, methodology and sets of weights to *out*; return it and its files."""
    try:
        composites.refuse_foreign(out)
        index = composites.score_files(*paths)
        inputs = composites.digest_of(p for p in (*paths, asked.compare, asked.design) if p)
        with bar("Drawing") as stage:
            found = composites.result_of(index, replace(asked, inputs=inputs, progress=_counting(stage)))
        composites.write_folder(out, found.files)
    except (InputFaults, MethodError) as error:
        if ctx.find_root().params.get("debug"):
            raise
        raise _Faulty(str(error)) from error
    return index, found


def _counting(stage: Callable[[str], None]) -> Callable[[int, int], None]:
    """Return what tells *stage* of draws, at most once for each tenth of them."""
    told = [-1]

    def count(made: int, draws: int) -> None:
        tenth = 10 * made // draws
        if tenth != told[0]:
            told[0] = tenth
            stage(f"{made:,} of {draws:,} draws")

    return count


class _Faulty(click.ClickException):
    """What the user brought cannot be used: exit code 2, as for a mistake in the command."""

    exit_code = 2


COMMAND = composite_command
