"""Which earlier versions of the figures can be read."""

import json

import click

from scidip.program import Program
from scidip.publish.reports import lines
from scidip.store import versions


@click.command(name="versions")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def versions_command(program: Program, as_json: bool) -> None:
    """List the versions that can be read again, newest first: `scidip at VERSION …` reads one."""
    records = versions.listing(program.engine)
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    for line in lines.versions(records):
        click.echo(line)


COMMAND = versions_command
