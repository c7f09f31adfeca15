"""Derive and score again."""

import click

from scidip.etl.rescore import rescore
from scidip.program import Program, bar, report


@click.command(name="score")
@click.option("--force", is_flag=True, help="Score again even if nothing changed.")
@click.pass_obj
def score_command(program: Program, force: bool) -> None:
    """Derive and score from the figures in the database."""
    program.refuse_no_database()
    with program.writing("score") as shop, bar("Scoring") as stage:
        report(rescore(shop, force=force, progress=stage))


COMMAND = score_command
