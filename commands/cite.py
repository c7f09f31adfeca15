"""How a series or a table is cited."""

import json

import click

from scidip.program import Program, refuse_unknown
from scidip.publish.citation import styles, works
from scidip.publish.export.provenance import methodology_digest
from scidip.store.queries import served


@click.command(name="cite")
@click.argument("indicator", required=False)
@click.option(
    "--what",
    default="scores",
    show_default=True,
    type=click.Choice(list(works.TABLES)),
    help="The table to cite when no indicator is named.",
)
@click.option(
    "--format",
    "format_",
    default="text",
    show_default=True,
    type=click.Choice([*styles.TEXTS, "json"]),
    help="Text (long, then short), BibTeX, RIS or JSON.",
)
@click.pass_obj
def cite_command(program: Program, indicator: str | None, what: str, format_: str) -> None:
    """Say how to cite INDICATOR, or a table, with data version and today's date."""
    catalogue = program.served_catalogue
    version = served.data_version(program.engine)
    if indicator is not None:
        refuse_unknown("indicator", (indicator,), catalogue.indicators)
        work = works.series_works(program.engine, catalogue, [indicator], version)[0]
    else:
        work = works.table_work(what, version, methodology_digest(catalogue.methodology), own=catalogue.own)
    if format_ == "json":
        click.echo(json.dumps(styles.document(work), ensure_ascii=False, indent=1))
    else:
        click.echo(styles.TEXTS[format_][0](work), nl=False)


COMMAND = cite_command
