"""Count the works of a snapshot of OpenAlex by country, pair, year and field."""

import re
from pathlib import Path

import click

from scidip.etl.works import fields as known
from scidip.etl.works.count import Choice, count
from scidip.etl.works.counting import Counting, Request
from scidip.etl.works.engines import EXTRAS, EngineName
from scidip.indicators.vocabulary import FIRST_PERIOD, LAST_PERIOD
from scidip.program import bar


@click.command(name="works")
@click.option(
    "--from",
    "snapshot",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the snapshot: the one that holds manifest.json, or one above it.",
)
@click.option(
    "--engine", type=click.Choice(list(EXTRAS)), default="duckdb", show_default=True, help="What computes the counts."
)
@click.option("--years", default="", help="A year or first-last, as 2015-2024 (default: all).")
@click.option("--fields", default="", help="Also write a table by field: codes as 23,27, or all.")
@click.option("--types", default="article,review", show_default=True, help="Types of works that are counted.")
@click.option(
    "--counting",
    type=click.Choice(["whole", "fractional"]),
    default="whole",
    show_default=True,
    help="Whether a work counts one for each country, or is shared by them.",
)
@click.option("--memory", type=click.IntRange(min=200), default=1200, show_default=True, help="MB for the engine.")
@click.option("--threads", type=click.IntRange(min=1, max=1024), help="Threads (default: the engine's own choice).")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the results.")
def works_command(
    snapshot: Path,
    engine: EngineName,
    years: str,
    fields: str,
    types: str,
    counting: Counting,
    memory: int,
    threads: int | None,
    out: Path,
) -> None:
    """Count the works of a snapshot of OpenAlex (see docs/works.md).

    What is written is read by `scidip ingest openalex_works --file OUT`. A count that was stopped goes on when it is
    asked for again.
    """
    request = Request(_types(types), _years(years), counting)
    with bar("Counting works") as stage:
        done = count(snapshot, out, request, known.chosen(fields), Choice(engine, memory, threads), stage)
    for sentence in done.account.sentences:
        click.echo(sentence)
    click.echo(f"{'Written before' if done.before else 'Written'} to {out}, digest {done.digest[:16]}.")


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip(), re.ASCII)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not FIRST_PERIOD <= first <= last <= LAST_PERIOD:
        raise click.UsageError(f"--years {text!r} is neither a year nor first-last, as 2015-2024")
    return first, last


def _types(text: str) -> tuple[str, ...]:
    found = tuple(sorted({part.strip() for part in text.split(",") if part.strip()}))
    strange = [name for name in found if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)]
    if strange or not found:
        raise click.UsageError(f"--types {text!r} are no types of works; give them as article,review")
    return found


COMMAND = works_command
