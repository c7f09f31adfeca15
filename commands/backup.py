"""Copy the database while it serves."""

from pathlib import Path

import click

from scidip.program import Program
from scidip.store.database import backups


@click.command(name="backup")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup_command(program: Program, out: Path) -> None:
    """Write a copy of the database to the file OUT, whole or not at all; servers and writers go on."""
    size = backups.backup(program.settings.database_url, out)
    click.echo(f"{size:,} bytes written to {out}; `scidip restore {out}` puts it back")


COMMAND = backup_command
