"""A table to fill in."""

from pathlib import Path

import click

from scidip.indicators.errors import StoreError
from scidip.indicators.model.catalogue import IndicatorSpec
from scidip.indicators.model.declared import declaration, fresh_declaration, own_code
from scidip.indicators.supply import SOURCE
from scidip.program import Program, refuse_unknown
from scidip.publish.export.writing import write_whole
from scidip.publish.formats import csv as csv_format
from scidip.publish.render.endings import format_of


@click.command(name="template")
@click.argument("indicator", required=False)
@click.option("--new", metavar="CODE", help="Of an indicator that is not in the catalogue: what to declare of it, too.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file (default: INDICATOR.csv).")
@click.pass_obj
def template_command(program: Program, indicator: str | None, new: str | None, out: Path | None) -> None:
    """Write a CSV to fill in for INDICATOR, or a --new one; `ingest user --file` reads it.

    Figures for an indicator that a producer publishes are kept beside the producer's, and never scored.
    """
    if (indicator is None) == (new is None):
        raise click.UsageError("name an indicator, or give a code that is not in the catalogue with --new")
    known = _known(program)
    if new is not None:
        code, declared = own_code(new), fresh_declaration(own_code(new), known)
    else:
        refuse_unknown("indicator", (indicator or "",), known)
        spec = known[indicator or ""]
        if spec.arity == "pair":
            raise click.UsageError(f"{spec.code} is a figure of two countries, and only those of one can be supplied")
        code, declared = spec.code, declaration(spec)
        code = code if spec.source == SOURCE else own_code(code)
    target = out or Path(f"{code}.csv")
    format_of(target, (), {"csv": ("csv",)}, "csv")
    text = "".join(csv_format.template_lines(code, program.areas, declared)).encode()
    write_whole(target, iter([text]))
    count = text.count(b"\n") - 1 - len(declared)
    first = f"fill in the {len(declared)} lines at the top of {target}, and " if new is not None else ""
    click.echo(f"{first}{count:,} rows to fill in, written to {target}; then `scidip ingest user --file {target}`")


def _known(program: Program) -> dict[str, IndicatorSpec]:
    """Return the indicators of the catalogue, and those that files declare where there is a database."""
    try:
        return dict(program.served_catalogue.indicators)
    except StoreError:
        return dict(program.catalogue.indicators)


COMMAND = template_command
