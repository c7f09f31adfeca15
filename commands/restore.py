"""Put a copy in the place of the database while it serves."""

from pathlib import Path

import click

from scidip.program import Program
from scidip.store.database import backups


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore_command(program: Program, file: Path) -> None:
    """Put the database in FILE in the place of the present one; servers go on, with the old figures or the new."""
    backups.restore(program.settings.database_url, file)
    click.echo(f"restored from {file}; servers show its figures from their next page on")


COMMAND = restore_command
