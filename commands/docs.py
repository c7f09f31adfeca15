"""Write the generated documents."""

from pathlib import Path

import click

from program import Program
from publish import messages, reference

ROOT = Path(__file__).resolve().parent.parent


@click.command(name="docs")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs"),
    help="The folder.",
)
@click.pass_obj
def docs_command(program: Program, out: Path) -> None:
    """Write the reference of indicators and sources, and the messages that wait for translation."""
    specs = {k: s.spec for k, s in program.sources.items()}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in reference.documents(program.catalogue, specs).items():
        (out / name).write_text(text, "utf-8")
        click.echo(f"{out / name} written")
    found = messages.template(ROOT, program.catalogue, program.workshop.areas)
    for file in messages.write_languages(program.settings.data_dir / "languages", found):
        click.echo(f"{file} written")


COMMAND = docs_command
