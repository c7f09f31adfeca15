"""A command as of an earlier version of the figures."""

import click

from scidip.program import Program, refuse_unknown
from scidip.store import versions
from scidip.store.database.as_of import as_of

READING = (
    *("audit", "audit-index", "brief", "capsule", "chart", "check", "cite", "claim", "diff", "explain", "export"),
    "sources",
)
"""The commands whose answer depends on the figures that serve, and that write none."""


@click.command(name="at", context_settings={"allow_interspersed_args": False})
@click.argument("version")
@click.argument("command")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def at_command(ctx: click.Context, version: str, command: str, arguments: tuple[str, ...]) -> None:
    """Run COMMAND as of VERSION: ten digits, the name it was given (`scidip versions` lists them), or "newest".

    Figures, scores and runs are those of that day; words, names and layout are of this scidip.
    """
    program: Program = ctx.obj
    refuse_unknown("reading command", (command,), READING)
    found = versions.find(program.engine, version)
    group = ctx.parent.command if ctx.parent else None
    chosen = group.get_command(ctx.parent, command) if isinstance(group, click.Group) and ctx.parent else None
    if chosen is None:
        raise click.UsageError(f"there is no command {command}")
    with as_of(found), chosen.make_context(command, list(arguments), parent=ctx.parent) as inner:
        chosen.invoke(inner)


COMMAND = at_command
