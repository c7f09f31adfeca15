"""Keep a version of the figures for ever."""

import click

from scidip.indicators.errors import ScidipError
from scidip.program import Program
from scidip.store import versions
from scidip.store.queries import served


@click.command(name="name")
@click.argument("version")
@click.argument("text", required=False, default="")
@click.option("--forget", is_flag=True, help="Take the name away: the version grows old like the others.")
@click.pass_obj
def name_command(program: Program, version: str, text: str, forget: bool) -> None:
    """Keep VERSION (ten digits, its name, or "newest") for ever under the name TEXT, as "Edition 2026"."""
    name = " ".join(text.split())
    if forget == bool(name):
        raise click.UsageError("give a name, or --forget")
    program.refuse_no_database()
    with program.writing("name") as shop:
        found = versions.find(shop.engine, version) or served.data_version(shop.engine)
        if name in {*versions.kept(shop.engine)["version"], versions.NEWEST}:
            raise ScidipError(f"{name} means a version already; give it a name in words")
        versions.give_name(shop.engine, found, name)
    click.echo(f"{found}: {'kept like the others' if forget else f'kept for ever as “{name}”'}")


COMMAND = name_command
