"""Check a claim."""

import click

from indicators.claims import EXAMPLES, ClaimError
from program import Program
from publish import claims
from publish.claim_report import lines
from store import queries


class _NotUnderstood(click.ClickException):
    """A claim that the grammar does not know."""

    exit_code = 2


@click.command(name="claim", epilog=f'For example: scidip claim "{EXAMPLES[0]}"')
@click.argument("text")
@click.pass_obj
def claim_command(program: Program, text: str) -> None:
    """Say whether the claim TEXT is supported by the figures, and how surely."""
    engine, areas = program.engine, program.areas
    catalogue = program.catalogue.with_supplied(queries.supplied_indicators(engine))
    known = claims.evidence(
        engine, catalogue, areas, queries.scored_years(engine), queries.data_version(engine)
    )
    try:
        answer = claims.check(text, known)
    except ClaimError as error:
        shown = "\n".join(f"  {e}" for e in EXAMPLES)
        raise _NotUnderstood(
            f"{error}\nClaims that are understood, for example:\n{shown}"
        ) from error
    for line in lines(answer, known):
        click.echo(line)


COMMAND = claim_command
