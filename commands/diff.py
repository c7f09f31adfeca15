"""What changed between two vintages."""

import click

from scidip.program import Program, refuse_unknown
from scidip.publish.reports import lines


@click.command(name="diff")
@click.argument("source")
@click.pass_obj
def diff_command(program: Program, source: str) -> None:
    """List what changed between the last two vintages of SOURCE."""
    refuse_unknown("source", (source,), program.sources)
    for line in lines.difference(program.engine, source):
        click.echo(line)


COMMAND = diff_command
