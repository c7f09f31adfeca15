"""Hold what is printed against what is stored."""

import click

from indicators.errors import ScidipError
from indicators.language import ENGLISH, speaking
from program import Program, bar
from publish.audit.run import SEED, audit
from publish.audit.truth import truth_of
from publish.findings.desk import Reader
from store import audits

SHOWN = 20


@click.command(name="audit")
@click.option(
    "--sentences", type=click.IntRange(min=1), default=5000, show_default=True,
    help="How many sentences to check.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Of the draw."
)
@click.pass_obj
def audit_command(program: Program, sentences: int, seed: int) -> None:
    """Recompute a sample of printed sentences from the stored figures; exit code 1 when one is false."""
    reader = Reader(program.engine, program.catalogue, program.workshop.areas)
    if not reader.years:
        raise ScidipError("There are no scores yet: run `scidip build` first.")
    with speaking(ENGLISH), bar("Auditing") as told:
        told("reading every figure")
        truth = truth_of(program.engine, reader.catalogue, reader.areas)
        told(f"{sentences:,} sentences")
        found = audit(reader, truth, sentences, seed)
    audits.save(program.engine, reader.data_version, seed, {k: found.of(k) for k in found.checked})
    click.echo(f"{'kind':<12}{'checked':>9}{'true':>9}{'false':>9}")
    for kind in sorted(found.checked):
        checked, false = found.of(kind)
        click.echo(f"{kind:<12}{checked:>9,}{checked - false:>9,}{false:>9,}")
    click.echo(
        f"{'all':<12}{found.total:>9,}{found.total - len(found.untrue):>9,}{len(found.untrue):>9,}"
    )
    for untrue in found.untrue[:SHOWN]:
        click.echo(f"false: {untrue.text}", err=True)
    if found.untrue:
        raise SystemExit(1)


COMMAND = audit_command
