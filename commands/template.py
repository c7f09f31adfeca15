"""A table to fill in."""

from pathlib import Path

import click

from scidip.program import Program
from scidip.publish.export.writing import write_whole
from scidip.publish.formats import csv as csv_format
from scidip.publish.render.endings import format_of


@click.command(name="template")
@click.argument("indicator")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file (default: INDICATOR.csv).")
@click.pass_obj
def template_command(program: Program, indicator: str, out: Path | None) -> None:
    """Write a CSV to fill in for INDICATOR, which no producer publishes; `ingest user --file` reads it."""
    taken = [i.code for i in program.catalogue.of_source("user")]
    if indicator not in taken:
        raise click.UsageError(f"{indicator} does not take supplied figures; those that do: {', '.join(taken)}")
    target = out or Path(f"{indicator}.csv")
    format_of(target, (), {"csv": ("csv",)}, "csv")
    text = "".join(csv_format.template_lines(indicator, program.areas)).encode()
    write_whole(target, iter([text]))
    count = text.count(b"\n") - 1
    click.echo(f"{count:,} rows to fill in, written to {target}; then `scidip ingest user --file {target}`")


COMMAND = template_command
