"""Serve tools to assistants."""

import click

from scidip.indicators.errors import ScidipError
from scidip.program import Program
from scidip.version import VERSION


@click.command(name="mcp")
@click.option(
    "--http",
    "port",
    type=click.IntRange(1024, 65535),
    help="Serve over HTTP at http://127.0.0.1:PORT/mcp instead of standard input and output.",
)
@click.pass_obj
def mcp_command(program: Program, port: int | None) -> None:
    """Serve read-only tools to assistants (Model Context Protocol), as docs/assistants.md shows."""
    program.refuse_no_database()
    try:
        from scidip.publish.mcp import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types", "anyio"):
            raise
        raise ScidipError('the tools need the library mcp: pip install "scidip[mcp]"') from error
    from scidip.publish.mcp.desk import Desks

    specs = {k: s.spec for k, s in program.sources.items()}
    desks = Desks(program.engine, program.catalogue, program.areas, specs, program.settings.site)
    if port is None:
        server.over_stdio(desks, VERSION)
    else:
        click.echo(f"Serving tools at http://127.0.0.1:{port}/mcp", err=True)
        server.over_http(desks, VERSION, port)


COMMAND = mcp_command
