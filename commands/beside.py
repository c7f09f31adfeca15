"""Two indices side by side."""

from pathlib import Path

import click

from scidip.findings.beside import exhibits
from scidip.findings.beside.sides import FIRST, SECOND, Beside
from scidip.program import Program
from scidip.publish.beside import put
from scidip.publish.export.writing import write_whole

SHOWN = 10
"""Units that are printed: those whose places differ most."""


@click.command(name="beside")
@click.argument("first")
@click.argument("second", default="published")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file for all units: csv, xlsx or json.")
def beside_command(first: str, second: str, out: Path | None) -> None:
    """Hold two indices beside each other: FIRST and SECOND are folders of `scidip workspace`, or `published`.

    Says how they correlate, of which units the ranges do not overlap, and what is in one only.
    """
    beside = Beside(Program.side(first), Program.side(second))
    data = put(beside, out) if out is not None else b""
    click.echo(f"{beside.first.name} ({beside.first.year}) beside {beside.second.name} ({beside.second.year})")
    click.echo(f"{exhibits.finding(beside)}.")
    click.echo(exhibits.certainty(beside))
    both = beside.both
    for key in both["difference"].abs().sort_values(ascending=False, kind="stable").index[:SHOWN]:
        row = both.loc[key]
        apart = row["overlap"] == 0
        click.echo(
            f"  {row['name']}: {exhibits.rank_of(row, FIRST)}; {exhibits.rank_of(row, SECOND)}; "
            f"{row['difference']:+.0f} places{', ranges do not overlap' if apart else ''}"
        )
    for text in exhibits.only(beside):
        click.echo(text)
    if out is not None:
        click.echo(f"{write_whole(out, iter([data])):,} bytes written to {out}")


COMMAND = beside_command
