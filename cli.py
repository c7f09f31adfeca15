"""The command `scidip`: every use-case from the shell. Prints sentences; `--debug` shows the trace.

Each command is a file of its own in `commands/`.
"""

from typing import Any

import click

import commands
from indicators.errors import ScidipError
from indicators.registry import discover
from program import Program
from settings import Settings
from version import VERSION


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
            # Whoever reads has had enough (`| head`): click ends quietly then.
            if ctx.params.get("debug") or isinstance(error, BrokenPipeError):
                raise
            raise click.ClickException(
                f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
            ) from error


@click.group(cls=_Sentences, commands=[*discover(commands, "COMMAND").values()])
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.version_option(VERSION, prog_name="scidip")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Science and Technology Diplomacy Observatory: build, read, score and serve its figures."""
    ctx.obj = Program(Settings.from_env())


if __name__ == "__main__":
    main()
