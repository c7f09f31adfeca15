"""Say what measures what, and how sources agree."""

import click

from program import Program
from publish import reports
from store import queries


@click.command(name="check")
@click.pass_obj
def check_command(program: Program) -> None:
    """Say what each element is measured by, what became of the rows, and how sources agree."""
    engine = program.engine
    catalogue = program.catalogue.with_supplied(queries.supplied_indicators(engine))
    for part in (
        reports.elements(engine, catalogue),
        reports.rows_by_source(engine),
        reports.crosschecks(engine),
        reports.validity(engine, catalogue),
    ):
        for line in part:
            click.echo(line)
    health = queries.health(engine)
    click.echo(
        f"{len(program.areas.codes)} areas known; {health['ranked_areas']} ranked in "
        f"{health['latest_year']}; data version {health['data_version']}"
    )


COMMAND = check_command
