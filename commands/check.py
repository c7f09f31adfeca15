"""Say what measures what, and how sources agree."""

import click

from scidip.program import Program
from scidip.publish.reports import lines
from scidip.store.queries import served


@click.command(name="check")
@click.pass_obj
def check_command(program: Program) -> None:
    """Say what each element is measured by, what became of the rows, and how sources agree."""
    engine = program.engine
    catalogue = program.served_catalogue.with_supplied(served.supplied_indicators(engine))
    for part in (
        lines.elements(engine, catalogue),
        lines.rows_by_source(engine),
        lines.crosschecks(engine),
        lines.validity(engine, catalogue),
    ):
        for line in part:
            click.echo(line)
    health = served.health(engine)
    click.echo(
        f"{len(program.areas.codes)} areas known; {health['ranked_areas']} ranked in "
        f"{health['latest_year']}; data version {health['data_version']}"
    )


COMMAND = check_command
