"""Hold what is printed against what is stored."""

import click

from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import Program, bar
from scidip.publish.audit.run import SEED, Audit, audit
from scidip.publish.audit.truth import truth_of
from scidip.store import audits

SHOWN = 20


@click.command(name="audit")
@click.option(
    "--sentences",
    type=click.IntRange(1, 1_000_000),
    default=5000,
    show_default=True,
    help="How many sentences to check.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=SEED, show_default=True, help="Of the draw.")
@click.pass_obj
def audit_command(program: Program, sentences: int, seed: int) -> None:
    """Recompute a sample of printed sentences from the stored figures; exit code 1 when one is false."""
    reader = Reader(program.engine, program.catalogue, program.areas)
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    with speaking(ENGLISH), bar("Auditing") as told:
        told("reading every figure")
        truth = truth_of(program.engine, reader.catalogue, reader.areas)
        told(f"{sentences:,} sentences")
        found = audit(reader, truth, sentences, seed)
    _keep(program, reader.data_version, seed, found)
    click.echo(f"{'kind':<12}{'checked':>9}{'true':>9}{'false':>9}")
    for kind in sorted(found.checked):
        checked, false = found.of(kind)
        click.echo(f"{kind:<12}{checked:>9,}{checked - false:>9,}{false:>9,}")
    click.echo(f"{'all':<12}{found.total:>9,}{found.total - len(found.untrue):>9,}{len(found.untrue):>9,}")
    for untrue in found.untrue[:SHOWN]:
        click.echo(f"false: {untrue.text}", err=True)
    if found.untrue:
        raise SystemExit(1)


def _keep(program: Program, data_version: str, seed: int, found: Audit) -> None:
    """Keep what was found for the page Data quality; say so where the database cannot be written."""
    try:
        with program.writing("audit") as shop:
            counts = {kind: found.of(kind) for kind in found.checked}
            audits.save(shop.engine, data_version, seed, counts)
    except (ScidipError, *program.FAULTS) as fault:
        why = str(fault) if isinstance(fault, ScidipError) else program.sentence(fault)
        click.echo(f"Not kept for the page Data quality: {why}", err=True)


COMMAND = audit_command
