"""Renew the figures from their producers' live services."""

import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable

import click

from scidip.etl.refresh import Renewed, is_live, refresh
from scidip.etl.rescore import rescore
from scidip.etl.schedule import keep
from scidip.etl.source import Source
from scidip.indicators.errors import ScidipError
from scidip.program import Program, bar, refuse_unknown

LEFT = 3
"""The exit code when something was not renewed: a scheduler then tells a human."""
HOURS = 12.0


@click.command(name="refresh")
@click.argument("sources", nargs=-1, metavar="[SOURCE …]")
@click.option("--all", "everything", is_flag=True, help="Tell of the sources, too, that only a human can renew.")
@click.option("--dry-run", is_flag=True, help="Fetch and compare, but leave the database as it is.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0),
    default=HOURS,
    show_default=True,
    help="Hours for which an answer is not asked for again: a refresh that was cut short goes on.",
)
@click.option("--schedule", metavar="CRON", help="Stay, and do it at these times: minute hour day month weekday, UTC.")
@click.option("--until-input-ends", is_flag=True, hidden=True, help="End when whoever started it is gone.")
@click.pass_context
def refresh_command(
    context: click.Context,
    sources: tuple[str, ...],
    everything: bool,
    dry_run: bool,
    as_json: bool,
    max_age: float,
    schedule: str | None,
    until_input_ends: bool,
) -> None:
    """Renew SOURCE …, by default every source that its producer offers to programs, and score once at the end.

    What fails or differs too much keeps its old figures and stops nothing else; then the exit code is 3. Readers see
    the old figures until all is done, then the new ones.
    """
    program: Program = context.obj
    refuse_unknown("source", sources, program.sources)
    if schedule is not None:
        if until_input_ends:
            threading.Thread(target=_end_with_input, daemon=True).start()
        keep(schedule, sources)
        return
    program.refuse_no_database()
    known = [program.sources[name] for name in sorted(sources or program.sources)]
    chosen = [s for s in known if s.spec.kind != "user" and (sources or everything or is_live(s))]
    with bar("Refreshing") as stage:
        report = _refreshed(program, chosen, max_age, dry_run, stage)
    if as_json:
        click.echo(json.dumps([line.as_json() for line in report], ensure_ascii=False, indent=2))
    else:
        _tell(report, dry_run)
    if not all(line.is_good for line in report):
        context.exit(LEFT)


def _end_with_input() -> None:
    """End this process when whoever started it is gone: nobody writes to its input, and the system closes it."""
    sys.stdin.read()
    os._exit(0)


def _refreshed(
    program: Program, chosen: list[Source], max_age: float, dry_run: bool, stage: Callable[[str], None]
) -> list[Renewed]:
    memory = program.answers(fresh_for=3600 * max_age)
    with program.writing_aside("refresh") as (shop, put):
        report = refresh(shop, chosen, memory, program.snapshots, lambda: program.http(memory), stage)
        if not dry_run:
            try:
                rescore(shop, progress=stage)
            except ScidipError:
                _tell(report, dry_run=True)  # what the producers gave is why it cannot be scored
                raise
            stage("serve")
            put()
    return report


def _tell(report: list[Renewed], dry_run: bool) -> None:
    for line in report:
        figures = f", {line.loaded:,} figures" if line.loaded else ""
        dollars = f", {line.dollars:.4f} US dollars" if line.dollars else ""
        told = f": {line.message}" if line.message else ""
        click.echo(f"{line.source}: {line.status}{figures}{dollars}{told}")
    counts = Counter(line.status for line in report)
    spent = sum(line.dollars for line in report)
    click.echo(
        f"{len(report)} sources: "
        + ", ".join(f"{n} {status}" for status, n in counts.items())
        + (f"; {spent:.4f} US dollars spent" if spent else "")
        + ("; the database is as it was" if dry_run else "")
    )


COMMAND = refresh_command
