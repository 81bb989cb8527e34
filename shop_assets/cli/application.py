"""The commands together, and what is common to all: errors, the version, the end of a pipe."""

import io
import logging
import os
import sys
from importlib.metadata import version
from inspect import cleandoc
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from shop_assets.cli import (
    backups,
    dashboard,
    explain,
    inspect,
    logs,
    maintenance,
    rejects,
    results,
    schema,
    stack,
    topics,
    ui,
)
from shop_assets.cli.personal_data import pii
from shop_assets.cli.queries import query
from shop_assets.cli.running import backfill, check, run
from shop_assets.cli.services import remove_exported
from shop_assets.cli.terminal import interruption
from shop_assets.cli.terminal.commands import Command, without_types_of_flags
from shop_assets.cli.terminal.output import OUTPUT_ERRORS, say
from shop_assets.errors import ShopError
from shop_assets.foreign_variables import ignore_foreign_variables, use_neutral_locale
from shop_assets.settings import environment_names_services
from shop_assets.wrapping import print_wrapped


class _Commands(TyperGroup):
    """The commands, of which Ctrl-C and messages about wrong arguments name the one that was meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name."""
        name, command, rest = super().resolve_command(ctx, args)
        interruption.doing(" ".join(filter(None, (_full_name(ctx), name))))
        return name, command, rest

    def get_params(self, ctx: Any) -> Any:
        """The options."""
        return without_types_of_flags(super().get_params(ctx))


def _full_name(context: Any) -> str:
    *_, name = context.command_path.partition(" ")  # its first word is how this program was started
    return f"shop {name}".strip()


app = typer.Typer(
    name="shop",
    cls=_Commands,
    help="Turn a grocery chain's JSON documents into a daily feature matrix of its customers, one CSV per day.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, which may be secrets
)
for commands in (
    stack,
    backups,
    run,
    inspect,
    backfill,
    check,
    dashboard,
    results,
    query,
    explain,
    logs,
    rejects,
    ui,
    pii,
    schema,
    maintenance,
    topics,
):
    commands.register(app)
for group in app.registered_groups:
    group.cls = _Commands


def _arrange(commands: typer.Typer) -> None:
    """Let a terminal wrap the help of commands: typer would keep the line ends of a docstring's later paragraphs."""
    for command in commands.registered_commands:
        if command.cls is None or not issubclass(command.cls, Command):
            command.cls = Command
        if command.callback is not None and command.callback.__doc__:
            paragraphs = cleandoc(command.callback.__doc__).split("\n\n")
            command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for inner in commands.registered_groups:
        if inner.typer_instance is not None:
            _arrange(inner.typer_instance)


_arrange(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shop {version('shop-assets')}")
        raise typer.Exit


@app.callback()
def _any_command(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


class _Warnings(logging.Handler):
    """What is logged outside of a run, for a person: Python itself would print each warning as one line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record; whoever logs goes on where nobody can read it any more, or where the disk is full."""
        try:
            say(self.format(record), error=True)
        except Exception:  # noqa: BLE001  # as every handler of Python's does
            self.handleError(record)


def run_command() -> int:
    """Run the command that the arguments of this process name.

    An expected error is one message, without a traceback.

    Returns:
        The exit code; 2 for wrong input.
    """
    ignored = _prepare_process()
    try:
        # Not standalone: Typer would print what is wrong with the arguments in a box of five lines.
        code = app(obj=ignored, standalone_mode=False)
    except SystemExit as ended:
        return int(ended.code or 0)
    except typer.TyperException as error:
        return _refuse_arguments(error)
    except typer.Abort as aborted:  # Typer makes one of every EOFError, as if somebody had pressed Ctrl-D
        failure = aborted.__cause__ or aborted
    except Exception as error:  # noqa: BLE001  # one that nobody expects is raised again
        failure = error
    else:
        return code if isinstance(code, int) else 0  # that of `typer.Exit`
    interruption.hold()
    if (reason := _reason(failure)) is None:
        raise failure
    return _refuse(*reason)


def _prepare_process() -> list[str]:
    """Set what all commands need of this process. Returns the variables of other programs, which are ignored."""
    os.umask(0o077)  # reports, logs and what Dagster and Spark write hold customers' data
    for stream in (sys.stdout, sys.stderr):  # a character that the terminal cannot show must not fail a run
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")
    _write_whole_texts()
    logging.lastResort = _Warnings(logging.WARNING)
    if not os.environ.get("COLUMNS", "1").strip("0 ").isdecimal():  # rich would print lines of no width: nothing
        del os.environ["COLUMNS"]
    remove_exported(os.environ)
    ignored = ignore_foreign_variables(os.environ, own_services=environment_names_services())
    use_neutral_locale(os.environ)
    return ignored


def _reason(error: BaseException) -> tuple[str, int] | None:
    """The message of an error and the exit code; None for one that nobody expects."""
    if isinstance(error, ShopError):
        return str(error), error.exit_code
    # A library's: a full disk comes as many kinds of errors.
    if isinstance(error, OSError) and error.errno in OUTPUT_ERRORS:
        return f"The output cannot be written: {error.strerror}.", 1
    if isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason:
        return "An argument, a variable or a file name has bytes that are not UTF-8.", 2
    # Dagster's database cannot be written either, and its errors say nothing of a disk or a folder.
    if advice := _home_advice():
        return advice, 1
    return None


def _write_whole_texts() -> None:
    """With PYTHONUNBUFFERED Python takes a text for written of which the disk had room for a part."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
        buffer = io.BufferedWriter(stream.buffer)
        # The other wrapper stays sys.__stdout__, and so does not close what both write to.
        sys.stdout = io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=True)


def _refuse_arguments(error: typer.TyperException) -> int:
    """Say what is wrong with the arguments, and where they are explained."""
    message = " ".join(error.format_message().replace(": Value error, ", ": ").split())
    if likely := getattr(error, "possibilities", None):  # the most similar first
        message = f"{error.message}. Did you mean {likely[0]}?"
    if not message:  # no command was named: the help of all of them is printed already
        return error.exit_code
    context = getattr(error, "ctx", None)
    command = interruption.current() if context is None else _full_name(context)
    end = "" if message.endswith((".", "?")) else "."
    return _refuse(f"{message}{end} See `{command} --help`.", error.exit_code)


def _refuse(message: str, code: int) -> int:
    print_wrapped(Console(stderr=True), Text.assemble(("error:", "bold red"), " ", message))
    return code


def _home_advice() -> str:
    """What to do if the stack's folder explains an error that does not say so itself."""
    try:
        from shop_assets.embedded.disk_space import space_advice
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.supervision.stack_processes import is_displaced

        home = Home.from_environment()
    except ShopError:  # without the extra `embedded` no disk holds data of a stack
        return ""
    if not environment_names_services() and is_displaced(home.root):
        return (
            f"{home.root} was moved or deleted while its stack ran: move it back, or set SHOP_HOME to where it is now, "
            "and run `shop up`."
        )
    return space_advice(home).strip() if home.is_ours else ""
