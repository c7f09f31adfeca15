"""Make the bundle out of producers' files."""

from pathlib import Path

import click

from scidip.etl.publishing import Outcome
from scidip.etl.run import write_bundle
from scidip.program import Program, bar, report


@click.command(name="bundle")
@click.option(
    "--from",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of producers' files.",
)
@click.option("--out", "target", type=click.Path(path_type=Path), help="Where to write (default: data/bundle).")
@click.pass_obj
def bundle_command(program: Program, folder: Path, target: Path | None) -> None:
    """Make the bundle out of producers' files."""
    with bar("Bundling") as stage:
        for name, batch in write_bundle(
            program.workshop_without_database, folder, target or program.bundle_dir, stage
        ).items():
            report(Outcome(name, "succeeded", batch.counts))


COMMAND = bundle_command
