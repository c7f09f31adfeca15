"""The command `scidip`: every use-case from the shell. Prints sentences; `--debug` shows the trace.

Each command is a file of its own in `commands/`.
"""

import ast
import importlib.util
import io
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from scidip import commands
from scidip.indicators.collector import without_collector
from scidip.indicators.errors import ScidipError
from scidip.program import Program
from scidip.settings import Settings
from scidip.version import VERSION

OF_A_WORKSPACE = ("beside", "brief", "chart", "cite", "claim", "composite", "export", "serve", "workspace")
"""Commands that also know an index of one's own."""


class Commands(MutableMapping[str, click.Command]):
    """The commands by name, each imported when it is asked for: most need little of what all of them import."""

    def __init__(self) -> None:
        self._names = sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(commands.__path__))
        self._found: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        """Return a command. Raises AttributeError for a module without one: a broken plugin must not be silent."""
        if name not in self._names:
            raise KeyError(name)
        if name not in self._found:
            with without_collector():
                module = importlib.import_module(f"{commands.__name__}.{name.replace('-', '_')}")
            self._found[name] = module.COMMAND
        return self._found[name]

    def said_of(self, name: str) -> str:
        """Return in a line what a command is for, without importing it: the first of its file, or its own help."""
        spec = importlib.util.find_spec(f"{commands.__name__}.{name.replace('-', '_')}")
        if spec is None or spec.origin is None:
            return self[name].get_short_help_str()
        told = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
        return told.split("\n\n")[0].replace("\n", " ")

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._names, self._found[name] = sorted({*self._names, name}), command

    def __delitem__(self, name: str) -> None:
        self._names.remove(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Interrupted(click.ClickException):
    """Ended by Ctrl-C or by a signal, with the exit code that shells expect."""

    def __init__(self, number: int) -> None:
        self.exit_code = 128 + number  # type: ignore[misc]  # click reads the instance's
        super().__init__("interrupted; what was there before is as it was")


class _Sentences(click.Group):
    """Turns the errors that users can mend into a sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; names that are not UTF-8 are printed with escapes instead of failing."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands; to import all of them takes seconds, and help is asked for often."""
        found = self.commands
        assert isinstance(found, Commands)
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.said_of(name)) for name in found])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command and its arguments. Raises UsageError for one that is not UTF-8."""
        for argument in args:
            if not _is_text(argument):
                raise click.UsageError(
                    f"the argument {os.fsencode(argument)!r} is not UTF-8; rename the file, or type it anew in UTF-8"
                )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, with a sentence for what goes wrong."""
        debug = bool(ctx.params.get("debug"))
        try:
            with _ended_by_signal():
                return super().invoke(ctx)
        except KeyboardInterrupt as error:
            if debug:
                raise
            raise _Interrupted(signal.SIGINT) from error
        except _Terminated as error:
            raise _Interrupted(signal.SIGTERM) from error
        except (ScidipError, OSError, MemoryError, *Program.FAULTS) as error:
            # Whoever reads has had enough (`| head`): click ends quietly then.
            if debug or isinstance(error, BrokenPipeError):
                raise
            raise click.ClickException(_sentence(ctx, error)) from error


def _sentence(ctx: click.Context, error: BaseException) -> str:
    """Return what is wrong, in words."""
    if isinstance(error, Program.FAULTS):
        program = ctx.obj
        return program.sentence(error) if isinstance(program, Program) else str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this; close other programs, or ask for less at a time"
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    return str(error)


class _Terminated(BaseException):
    """The process was asked to end (SIGTERM)."""


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM unwind like Ctrl-C, so that a run is closed and no part of a file is left.

    As the first process of a container it would otherwise not be heard at all. A server sets its own handlers.
    """

    def end(_number: int, _frame: Any) -> None:
        raise _Terminated

    def again(lost: Any) -> None:
        # Raised within a finaliser, an exception is printed and forgotten: it is raised once more, a moment later.
        if lost.exc_type is _Terminated:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
        else:
            hook(lost)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hook, sys.unraisablehook = sys.unraisablehook, again
    before = [signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGALRM)]
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGTERM, signal.SIGALRM), before, strict=True):
            signal.signal(number, handler)
        sys.unraisablehook = hook


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


@click.group(cls=_Sentences, commands=Commands())
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.version_option(VERSION, prog_name="scidip")
@click.pass_context
def main(ctx: click.Context, debug: bool) -> None:
    """Science and Technology Diplomacy Observatory: build, read, score and serve its figures."""
    ctx.obj = Program(Settings.from_env())
    if ctx.obj.settings.workspace is not None and ctx.invoked_subcommand not in OF_A_WORKSPACE:
        raise click.UsageError(
            f"{ctx.invoked_subcommand} is about the observatory, and SCIDIP_WORKSPACE names an index of one's own; "
            f"unset it, or use one of {', '.join(OF_A_WORKSPACE)}"
        )
    ctx.call_on_close(ctx.obj.close)


if __name__ == "__main__":
    main()
