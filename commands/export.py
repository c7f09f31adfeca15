"""Write figures, scores or the data package to a file."""

from pathlib import Path

import click

from scidip.program import Program, area_codes, bar, refuse_unknown
from scidip.publish.export.export import Asked, export_pieces, period
from scidip.publish.export.writing import formats, write_whole
from scidip.publish.render.endings import format_of


@click.command(name="export")
@click.option("--format", "format_", help="File format (default: that of the ending of --out, else csv).")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option(
    "--what",
    "--table",
    "what",
    default="observations",
    show_default=True,
    type=click.Choice(["observations", "pairs", "scores", "package"]),
    help="What to write.",
)
@click.option("--stage", is_flag=True, help="Scored figures step by step, raw to weighted, side by side.")
@click.option("--indicator", "indicators", multiple=True, help="Only this indicator; may be repeated.")
@click.option("--area", "areas", multiple=True, help="Only this area, by alpha-3 code or name; may be repeated.")
@click.option("--node", "nodes", multiple=True, help="Scores: only this index, factor or dimension; may be repeated.")
@click.option("--year", "years", help="Only this year (2020) or span (2018:2023, 2018:).")
@click.pass_obj
def export_command(
    program: Program,
    format_: str | None,
    out: Path,
    what: str,
    stage: bool,
    indicators: tuple[str, ...],
    areas: tuple[str, ...],
    nodes: tuple[str, ...],
    years: str | None,
) -> None:
    """Write figures, scores or the data package to a file."""
    asked_for = () if format_ is None else (format_,)
    refuse_unknown("format", asked_for, formats())
    if what != "package":
        endings = {code: (f.extension,) for code, f in formats().items()}
        format_ = format_of(out, asked_for, endings, "csv")[0]
    refuse_unknown("indicator", indicators, program.served_catalogue.indicators)
    areas = area_codes(areas, program.areas)
    catalogue = program.catalogue
    nodes = tuple(map(catalogue.on_pages, nodes))
    refuse_unknown("node", nodes, [n.code for n in catalogue.framework.nodes])
    asked = Asked("stages" if stage else what, indicators, areas, nodes, _span(years))
    pieces, count, left_out = export_pieces(
        program.engine, program.served_catalogue, program.areas, asked, format_ or "csv"
    )
    if what == "package":
        # Said last: of a question that cannot be answered the name of the file does not matter.
        format_of(out, (), {"package": ("zip",)}, "package")
    with bar("Writing") as told:
        told(out.name)
        size = write_whole(out, pieces)
    if asked.what == "package":
        click.echo(f"{size:,} bytes written to {out}")
    elif count():
        click.echo(f"{count():,} rows written to {out}")
    else:
        click.echo(f"no row fits: {out} holds the names of the columns only")
    if left_out:
        click.echo(f"Left out, because their terms do not allow passing them on: {', '.join(left_out)}", err=True)


def _span(text: str | None) -> tuple[int, int] | None:
    """Return first and last year of "2020", "2018:2023", "2018:" or ":2023"."""
    if text is None:
        return None
    try:
        return period(text)
    except ValueError as error:
        raise click.UsageError(f"--year {text} is no year (2020) and no span, oldest first (2018:2023)") from error


COMMAND = export_command
