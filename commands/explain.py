"""Where a number comes from."""

import click

from scidip.program import YEAR, Program, area_codes, refuse_unknown
from scidip.publish.reports import lines
from scidip.store.queries import served


@click.command(name="explain")
@click.option("--area", required=True, help="The area, by alpha-3 code or name.")
@click.option("--indicator", required=True, help="The indicator's code.")
@click.option("--year", type=YEAR, help="The year of the score (default: the newest).")
@click.pass_obj
def explain_command(program: Program, area: str, indicator: str, year: int | None) -> None:
    """Print where a number comes from: from the score down to the producer's row."""
    engine, areas = program.engine, program.areas
    (area,) = area_codes((area,), areas)
    catalogue = program.served_catalogue.with_supplied(served.supplied_indicators(engine))
    refuse_unknown("indicator", (indicator,), catalogue.indicators)
    if catalogue.indicators[indicator].arity == "pair":
        raise click.UsageError(f"{indicator} is a layer of pairs; explain an indicator derived from it")
    chosen = year or served.health(engine)["latest_year"] or program.present_year
    for line in lines.explain(engine, catalogue, areas, indicator, area, chosen):
        click.echo(line)


COMMAND = explain_command
