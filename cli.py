"""The command `scidip`: every use-case from the shell. Prints sentences; `--debug` shows the trace."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from etl import bundle as bundles
from etl.http import HttpClient
from etl.rescore import is_stale, rescore
from etl.run import Outcome, ingest, write_bundle
from etl.snapshots import SnapshotStore
from etl.source import Snapshot
from indicators.errors import InputFaults, MethodError, ScidipError, SourceUnavailable
from program import Program, bar, report
from publish import composite as composites
from publish import messages, reference, reports
from publish.exporting import export_pieces
from publish.formats import csv as csv_format
from publish.recompute import recompute
from publish.writing import formats, write_whole
from settings import Settings
from store import queries
from version import VERSION

ROOT = Path(__file__).resolve().parent


class _Sentences(click.Group):
    """Turns the errors that users can mend into a sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ScidipError as error:
            if ctx.params.get("debug"):
                raise
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if ctx.params.get("debug"):
                raise
            raise click.ClickException(
                f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
            ) from error


@click.group(cls=_Sentences)
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.version_option(VERSION, prog_name="scidip")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Science and Technology Diplomacy Observatory: build, read, score and serve its figures."""
    ctx.obj = Program(Settings.from_env())


@main.command()
@click.option("--force", is_flag=True, help="Publish the bundle again even if it was here before.")
@click.pass_obj
def build(program: Program, force: bool) -> None:
    """Fill the database from the bundle, and score."""
    program.build(force=force)


@main.command(name="ingest")
@click.argument("source")
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A producer's file or a folder of them; may be repeated.",
)
@click.option(
    "--accept", is_flag=True, help="Publish even if the figures differ much from those that serve."
)
@click.pass_obj
def ingest_command(program: Program, source: str, files: tuple[Path, ...], accept: bool) -> None:
    """Read SOURCE from its producer's files, or fetch it, and publish it as the new vintage."""
    if source not in program.sources:
        raise click.UsageError(
            f"the source {source!r} is not known; known are {', '.join(sorted(program.sources))}"
        )
    snapshots = (
        [_snapshot(source, path) for given in files for path in _files_in(given)] if files else None
    )
    store = SnapshotStore(program.settings.data_dir / "snapshots")

    def http() -> HttpClient:
        return HttpClient(contact=program.settings.contact, timeout=program.settings.http_timeout)

    with bar(f"Ingesting {source}") as stage:
        outcome = ingest(
            program.workshop,
            program.sources[source],
            snapshots,
            store,
            http,
            accept=accept,
            progress=stage,
        )
        report(outcome)
        report(rescore(program.workshop, progress=stage))


def _files_in(path: Path) -> list[Path]:
    return (
        sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith(("_", ".")))
        if path.is_dir()
        else [path]
    )


def _snapshot(source: str, path: Path) -> Snapshot:
    try:
        return Snapshot(path.name, path.read_bytes(), retrieved=_date_of(path))
    except OSError as error:
        raise SourceUnavailable(
            source, f"cannot be read ({error.strerror}); check the path", file=str(path)
        ) from error


def _date_of(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


@main.command(name="bundle")
@click.option(
    "--from",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of producers' files.",
)
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path),
    help="Where to write (default: data/bundle).",
)
@click.pass_obj
def bundle_command(program: Program, folder: Path, target: Path | None) -> None:
    """Make the bundle out of producers' files."""
    with bar("Bundling") as stage:
        for name, batch in write_bundle(
            program.workshop, folder, target or program.bundle_dir, stage
        ).items():
            report(Outcome(name, "succeeded", batch.counts))


@main.command(name="score")
@click.option("--force", is_flag=True, help="Score again even if nothing changed.")
@click.pass_obj
def score_command(program: Program, force: bool) -> None:
    """Derive and score from the figures in the database."""
    with bar("Scoring") as stage:
        report(rescore(program.workshop, force=force, progress=stage))


@main.command()
@click.option("--format", "format_", default="csv", show_default=True, help="File format.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@click.option(
    "--what",
    "--table",
    "what",
    default="observations",
    show_default=True,
    type=click.Choice(["observations", "pairs", "scores", "package"]),
    help="What to write.",
)
@click.option(
    "--stage", is_flag=True, help="Scored figures step by step, raw to weighted, side by side."
)
@click.option(
    "--indicator", "indicators", multiple=True, help="Only this indicator; may be repeated."
)
@click.option(
    "--area", "areas", multiple=True, help="Only this area (ISO alpha-3); may be repeated."
)
@click.pass_obj
def export(
    program: Program,
    format_: str,
    out: Path,
    what: str,
    stage: bool,
    indicators: tuple[str, ...],
    areas: tuple[str, ...],
) -> None:
    """Write figures, scores or the data package to a file."""
    _refuse_unknown("format", (format_,), formats())
    _refuse_unknown("indicator", indicators, program.catalogue.indicators)
    _refuse_unknown("area", areas, program.workshop.areas.codes)
    pieces, count, left_out = export_pieces(
        program.engine,
        program.catalogue,
        program.workshop.areas,
        "stages" if stage else what,
        format_,
        indicators,
        areas,
    )
    with bar("Writing") as told:
        told(out.name)
        size = write_whole(out, pieces)
    click.echo(
        f"{count():,} rows written to {out}" if count() else f"{size:,} bytes written to {out}"
    )
    if left_out:
        click.echo(
            f"Left out, because their terms do not allow passing them on: {', '.join(left_out)}",
            err=True,
        )


@main.command(name="recompute")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def recompute_command(package: Path) -> None:
    """Recompute the scores of a data PACKAGE from its own figures and say what differs."""
    told = recompute(package)
    for line in told:
        click.echo(line)
    if told:
        raise ScidipError("the package does not give its own scores, or was changed")
    click.echo("equal: every score, rank and share comes out of the package's own figures")


def _refuse_unknown(what: str, given: tuple[str, ...], known: Iterable[str]) -> None:
    for code in given:
        if code not in (codes := sorted(known)):
            near = get_close_matches(code, codes) or get_close_matches(code.upper(), codes)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise click.UsageError(f"unknown {what} {code}{hint}")


def _write(out: Path, text: Iterator[str]) -> int:
    """Write to a file beside the target and move it there, so that nothing half-written is left."""
    part = out.with_name(out.name + ".part")
    rows = -1
    try:
        with part.open("w", encoding="utf-8", newline="") as file, bar("Writing") as stage:
            for position, piece in enumerate(text):
                rows += piece.count("\n")
                file.write(piece)
                if position % 100 == 99:
                    stage(f"{rows:,} rows")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return rows


class _Faulty(click.ClickException):
    """What the user brought cannot be used: exit code 2, as for a mistake in the command."""

    exit_code = 2


@main.command(name="composite")
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("meta", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--methodology",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file with a section per step (default: min-max and arithmetic means).",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the results; written whole or not at all.",
)
@click.option(
    "--uncertainty",
    type=click.IntRange(min=1),
    help="Also write intervals.csv, from this many draws of the alternatives.",
)
@click.option(
    "--sensitivity",
    type=click.IntRange(min=2),
    help="Also write sensitivity.csv, from this many base runs per uncertain choice.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Seed of what is random.",
)
@click.pass_context
def composite_command(
    ctx: click.Context,
    data: Path,
    meta: Path,
    methodology: Path | None,
    out: Path,
    uncertainty: int | None,
    sensitivity: int | None,
    seed: int,
) -> None:
    """Score an index of your own: figures in DATA, its structure in META (see docs/composite.md)."""
    try:
        composites.refuse_foreign(out)
        index = composites.score_files(data, meta, methodology)
        inputs = composites.digest_of(p for p in (data, meta, methodology) if p)
        run = composites.Run(inputs, VERSION, seed, uncertainty or 0, sensitivity or 0)
        composites.write_folder(out, composites.files_of(index, run))
    except (InputFaults, MethodError) as error:
        if ctx.find_root().params.get("debug"):
            raise
        raise _Faulty(str(error)) from error
    for warning in index.warnings:
        click.echo(f"Note: {warning}", err=True)
    tree, result = index.input.tree, index.composite
    click.echo(
        f"{int(result.kept.sum()):,} rows scored ({len(index.screened_out):,} screened out), "
        f"{len(tree.leaves)} indicators, {len(tree.nodes)} nodes, "
        f"{len(result.touched.row):,} cells treated; written to {out}"
    )


@main.command()
@click.pass_obj
def serve(program: Program) -> None:
    """Serve the dashboard; build the database first if it is missing or older than the bundle."""
    from app import run_server

    if is_stale(program.workshop, bundles.open_bundle(program.bundle_dir)):
        program.build()
    run_server(program.settings)


@main.command()
@click.pass_obj
def check(program: Program) -> None:
    """Say what each element is measured by, what became of the rows, and how sources agree."""
    engine = program.workshop.engine
    catalogue = program.catalogue.with_supplied(queries.supplied_indicators(engine))
    for part in (
        reports.elements(engine, catalogue),
        reports.rows_by_source(engine),
        reports.crosschecks(engine),
        reports.validity(engine, catalogue),
    ):
        for line in part:
            click.echo(line)
    health = queries.health(engine)
    click.echo(
        f"{len(program.workshop.areas.codes)} areas known; {health['ranked_areas']} ranked in "
        f"{health['latest_year']}; data version {health['data_version']}"
    )


@main.command()
@click.option("--area", required=True, help="The area (ISO alpha-3).")
@click.option("--indicator", required=True, help="The indicator's code.")
@click.option("--year", type=int, help="The year of the score (default: the newest).")
@click.pass_obj
def explain(program: Program, area: str, indicator: str, year: int | None) -> None:
    """Print where a number comes from: from the score down to the producer's row."""
    shop = program.workshop
    _refuse_unknown("area", (area,), shop.areas.codes)
    _refuse_unknown("indicator", (indicator,), program.catalogue.indicators)
    if program.catalogue.indicators[indicator].arity == "pair":
        raise click.UsageError(
            f"{indicator} is a layer of pairs; explain an indicator derived from it"
        )
    catalogue = program.catalogue.with_supplied(queries.supplied_indicators(shop.engine))
    chosen = year or queries.health(shop.engine)["latest_year"] or shop.latest_period
    for line in reports.explain(shop.engine, catalogue, shop.areas, indicator, area, chosen):
        click.echo(line)


@main.command()
@click.argument("source")
@click.pass_obj
def diff(program: Program, source: str) -> None:
    """List what changed between the last two vintages of SOURCE."""
    _refuse_unknown("source", (source,), program.sources)
    for line in reports.difference(program.workshop.engine, source):
        click.echo(line)


@main.command()
@click.argument("indicator")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file (default: INDICATOR.csv).",
)
@click.pass_obj
def template(program: Program, indicator: str, out: Path | None) -> None:
    """Write a CSV to fill in for INDICATOR, which no producer publishes; `ingest user --file` reads it."""
    taken = [i.code for i in program.catalogue.of_source("user")]
    if indicator not in taken:
        raise click.UsageError(
            f"{indicator} does not take supplied figures; those that do: {', '.join(taken)}"
        )
    target = out or Path(f"{indicator}.csv")
    count = _write(target, csv_format.template_lines(indicator, program.workshop.areas))
    click.echo(
        f"{count:,} rows to fill in, written to {target}; then `scidip ingest user --file {target}`"
    )


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs"),
    help="The folder.",
)
@click.pass_obj
def docs(program: Program, out: Path) -> None:
    """Write the reference of indicators and sources, and the messages that wait for translation."""
    specs = {k: s.spec for k, s in program.sources.items()}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in reference.documents(program.catalogue, specs).items():
        (out / name).write_text(text, "utf-8")
        click.echo(f"{out / name} written")
    found = messages.template(ROOT, program.catalogue, program.workshop.areas)
    for file in messages.write_languages(program.settings.data_dir / "languages", found):
        click.echo(f"{file} written")


if __name__ == "__main__":
    main()
