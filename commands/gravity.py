"""Print the gravity model of joint works: what is expected of pairs, and how far that can be believed."""

import click

from scidip.findings.session import Reader
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import Program
from scidip.publish.reports import expected_lines


@click.command(name="gravity")
@click.pass_obj
def gravity_command(program: Program) -> None:
    """Print coefficients, deviance, coverage and the largest residuals of what is expected of pairs."""
    with speaking(ENGLISH):
        for line in expected_lines.lines(Reader(program.engine, program.catalogue, program.areas)):
            click.echo(line)


COMMAND = gravity_command
