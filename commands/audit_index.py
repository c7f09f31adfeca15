"""Print what an auditor of composite indicators asks of the index."""

import click

from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import YEAR, Program
from scidip.publish.audit.index_told import told


@click.command(name="audit-index")
@click.option("--year", type=YEAR, help="Of the scores (default: the newest).")
@click.pass_obj
def audit_index_command(program: Program, year: int | None) -> None:
    """Print coherence, balance, stability and separation of the index, weak points by rule."""
    reader = Reader(program.engine, program.catalogue, program.areas)
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    if year is not None and year not in reader.years:
        raise ScidipError(f"{year} is not scored; the years are {reader.years[0]} to {reader.years[-1]}.")
    with speaking(ENGLISH):
        for line in told(reader, year or reader.years[-1]):
            click.echo(line)


COMMAND = audit_index_command
