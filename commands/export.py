"""Write figures, scores or the data package to a file."""

from pathlib import Path

import click

from program import Program, bar, refuse_unknown
from publish.exporting import export_pieces
from publish.writing import formats, write_whole


@click.command(name="export")
@click.option("--format", "format_", default="csv", show_default=True, help="File format.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option(
    "--what",
    "--table",
    "what",
    default="observations",
    show_default=True,
    type=click.Choice(["observations", "pairs", "scores", "package"]),
    help="What to write.",
)
@click.option(
    "--stage", is_flag=True, help="Scored figures step by step, raw to weighted, side by side."
)
@click.option(
    "--indicator", "indicators", multiple=True, help="Only this indicator; may be repeated."
)
@click.option(
    "--area", "areas", multiple=True, help="Only this area (ISO alpha-3); may be repeated."
)
@click.pass_obj
def export_command(
    program: Program,
    format_: str,
    out: Path,
    what: str,
    stage: bool,
    indicators: tuple[str, ...],
    areas: tuple[str, ...],
) -> None:
    """Write figures, scores or the data package to a file."""
    refuse_unknown("format", (format_,), formats())
    refuse_unknown("indicator", indicators, program.catalogue.indicators)
    refuse_unknown("area", areas, program.workshop.areas.codes)
    pieces, count, left_out = export_pieces(
        program.engine,
        program.catalogue,
        program.workshop.areas,
        "stages" if stage else what,
        format_,
        indicators,
        areas,
    )
    with bar("Writing") as told:
        told(out.name)
        size = write_whole(out, pieces)
    click.echo(
        f"{count():,} rows written to {out}" if count() else f"{size:,} bytes written to {out}"
    )
    if left_out:
        click.echo(
            f"Left out, because their terms do not allow passing them on: {', '.join(left_out)}",
            err=True,
        )


COMMAND = export_command
