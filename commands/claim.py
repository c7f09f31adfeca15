"""Check a claim."""

import click

from scidip.findings.claims import check
from scidip.findings.claims.report import lines
from scidip.indicators.claims.claim import EXAMPLES, ClaimError
from scidip.program import Program
from scidip.store.queries import served


class _NotUnderstood(click.ClickException):
    """A claim that the grammar does not know."""

    exit_code = 2


@click.command(name="claim", epilog=f'For example: scidip claim "{EXAMPLES[0]}"')
@click.argument("text")
@click.pass_obj
def claim_command(program: Program, text: str) -> None:
    """Say whether the claim TEXT is supported by the figures, and how surely."""
    engine, areas = program.engine, program.areas
    catalogue = program.served_catalogue.with_supplied(served.supplied_indicators(engine))
    known = check.evidence(engine, catalogue, areas, served.scored_years(engine), served.data_version(engine))
    try:
        answer = check.check(text, known)
    except ClaimError as error:
        shown = "\n".join(f"  {e}" for e in EXAMPLES)
        raise _NotUnderstood(f"{error}\nClaims that are understood, for example:\n{shown}") from error
    for line in lines(answer, known):
        click.echo(line)


COMMAND = claim_command
