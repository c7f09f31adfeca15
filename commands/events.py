"""Dated events and what followed them: those held, or a list of the user's own."""

from collections.abc import Iterator
from pathlib import Path

import click

from scidip.etl.network.snapshots import Snapshot
from scidip.etl.reading.spreadsheet import read_rows
from scidip.findings.events import brought
from scidip.findings.exhibits.cooperation.events import list_table
from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.events.calibration import RUNS
from scidip.indicators.events.lists import NEEDED, events_of
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import Program
from scidip.publish.export.writing import write_whole
from scidip.publish.render.endings import format_of
from scidip.publish.reports import event_lines

REMEDY = "write a CSV with the header country,partner,date,label; partner and label may be left out"


@click.command(name="events")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--follow",
    type=click.Choice(sorted(brought.COUNTRIES)),
    default="works",
    show_default=True,
    help="After events of countries: joint works with all, or their share (international works per article).",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write each event of FILE as CSV.")
@click.option("--calibrate", is_flag=True, help="On made figures: false alarms, and how often an effect is seen.")
@click.option("--runs", type=click.IntRange(10, 10_000), default=RUNS, show_default=True, help="Made worlds, each.")
@click.pass_obj
def events_command(
    program: Program, file: Path | None, follow: str, out: Path | None, calibrate: bool, runs: int
) -> None:
    """Say what followed dated events, beside countries or pairs alike that had none.

    Without FILE: accessions to science organisations and agreements that are held. FILE is a table of your own with the
    columns country, date and, where there is one, partner and label.
    """
    if file is None and out is not None:
        raise click.UsageError("--out writes the events of a list: name the list as well")
    if out is not None:
        format_of(out, (), {"csv": ("csv",)}, "csv")
    if calibrate:
        lines = event_lines.calibration(runs)
    elif file is None:
        lines = event_lines.held(Reader(program.engine, program.catalogue, program.areas))
    else:
        lines = _own(program, file, follow, out)
    with speaking(ENGLISH):
        for line in lines:
            click.echo(line)


def _own(program: Program, file: Path, follow: str, out: Path | None) -> Iterator[str]:
    desk = Reader(program.engine, program.catalogue, program.areas)

    def code(text: str) -> str:
        known = text.upper() if text.upper() in desk.present_areas else ""
        found = known or desk.areas.resolve("", text, "name").ref_area
        return found if found in desk.present_areas else ""

    snapshot = Snapshot(file.name, file.read_bytes())
    # Read first: a list with faults should not wait for the joint works of the world.
    given = events_of(read_rows("events", snapshot, NEEDED, REMEDY), code)
    works = brought.works_of(desk)
    if works is None:
        raise ScidipError(event_lines.NONE)
    found = brought.study(works, given, follow)
    if out is not None:
        frame = list_table(desk, found, given).frame()
        write_whole(out, iter([frame.to_csv(index=False).encode()]))
        yield f"{len(frame)} events written to {out}"
    yield from event_lines.of_list(found, {(g.unit, g.year): g.label for g in given})


COMMAND = events_command
