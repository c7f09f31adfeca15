"""Recompute the scores of a data package."""

from pathlib import Path

import click

from scidip.indicators.errors import ScidipError
from scidip.publish.export.recompute import recompute


@click.command(name="recompute")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def recompute_command(package: Path) -> None:
    """Recompute the scores of a data PACKAGE from its own figures and say what differs."""
    told = recompute(package)
    for line in told:
        click.echo(line)
    if told:
        raise ScidipError("the package does not give its own scores, or was changed")
    click.echo("equal: every score, rank and share comes out of the package's own figures")


COMMAND = recompute_command
