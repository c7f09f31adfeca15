"""Fill the database from the bundle."""

import click

from scidip.program import Program


@click.command(name="build")
@click.option("--force", is_flag=True, help="Publish the bundle again even if it was here before.")
@click.pass_obj
def build_command(program: Program, force: bool) -> None:
    """Fill the database from the bundle, and score."""
    program.build(force=force)


COMMAND = build_command
