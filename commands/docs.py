"""Write the generated documents."""

from collections.abc import Callable
from pathlib import Path

import click

from scidip.findings.session import Reader
from scidip.indicators.errors import ScidipError
from scidip.indicators.language.current import ENGLISH, speaking
from scidip.program import Program
from scidip.publish.export.writing import write_whole
from scidip.publish.mcp import guide
from scidip.publish.mcp.desk import Desks
from scidip.publish.reports import expected_doc, methodology_doc, reference_docs, translation_template

ROOT = Path(__file__).resolve().parent.parent


@click.command(name="docs")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for all of it (default: docs, and the languages in the data folder).",
)
@click.pass_obj
def docs_command(program: Program, out: Path | None) -> None:
    """Write the reference of indicators and sources, the methodology, and the messages that wait for translation."""
    specs = {k: s.spec for k, s in program.sources.items()}
    folder = out or Path("docs")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in reference_docs.documents(program.catalogue, specs).items():
        write_whole(folder / name, iter([text.encode()]))
        click.echo(f"{folder / name} written")
    for name, document in (
        (methodology_doc.NAME, methodology_doc.document),
        (expected_doc.NAME, expected_doc.document),
    ):
        _write_document(program, folder / name, document)
    _write_guide(program, folder)
    languages = program.settings.data_dir / "languages"
    found = translation_template.template(ROOT, program.catalogue, program.areas)
    for file in translation_template.write_languages(languages, found, out / "languages" if out else languages):
        click.echo(f"{file} written")


def _write_document(program: Program, place: Path, document: Callable[[Path, Reader], str]) -> None:
    """Write a document with the figures that serve."""

    def text(texts: Path) -> str:
        with speaking(ENGLISH):
            return document(texts, Reader(program.engine, program.catalogue, program.areas))

    _write_with_figures(program, place, text)


def _write_guide(program: Program, folder: Path) -> None:
    """Write the document on assistants with the answers of each tool."""

    def text(texts: Path) -> str:
        specs = {k: s.spec for k, s in program.sources.items()}
        return guide.document(texts, Desks(program.engine, program.catalogue, program.areas, specs, "").current())

    _write_with_figures(program, folder / guide.NAME, text)


def _write_with_figures(program: Program, place: Path, text: Callable[[Path], str]) -> None:
    """Write a document that holds figures; say so, and leave it, where there are none."""
    try:
        words = text(program.settings.data_dir / "documents")
    except (ScidipError, *program.FAULTS) as fault:
        click.echo(f"{place} not written: {fault}", err=True)
        return
    write_whole(place, iter([words.encode()]))
    click.echo(f"{place} written")


COMMAND = docs_command
