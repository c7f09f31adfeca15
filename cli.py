"""The command `scidip`: every use-case from the shell. Prints sentences; `--debug` shows the trace.

Each command is a file of its own in `commands/`.
"""

import importlib
import pkgutil
from collections.abc import Iterator, MutableMapping
from typing import Any

import click

import commands
from indicators.collector import without_collector
from indicators.errors import ScidipError
from program import Program
from settings import Settings
from version import VERSION


class Commands(MutableMapping[str, click.Command]):
    """The commands by name, each imported when it is asked for: most need little of what all of them import."""

    def __init__(self) -> None:
        self._names = sorted(info.name for info in pkgutil.iter_modules(commands.__path__))
        self._found: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        """Return a command. Raises AttributeError for a module without one: a broken plugin must not be silent."""
        if name not in self._names:
            raise KeyError(name)
        if name not in self._found:
            with without_collector():
                module = importlib.import_module(f"{commands.__name__}.{name}")
            self._found[name] = module.COMMAND
        return self._found[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._names, self._found[name] = sorted({*self._names, name}), command

    def __delitem__(self, name: str) -> None:
        self._names.remove(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


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


@click.group(cls=_Sentences, commands=Commands())
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.version_option(VERSION, prog_name="scidip")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Science and Technology Diplomacy Observatory: build, read, score and serve its figures."""
    ctx.obj = Program(Settings.from_env())


if __name__ == "__main__":
    main()
