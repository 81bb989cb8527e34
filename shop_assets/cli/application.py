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
from shop_assets.cli.terminal.output import OUTPUT_ERRORS, say
from shop_assets.errors import ShopError
from shop_assets.foreign_variables import ignore_foreign_variables, use_neutral_locale
from shop_assets.settings import environment_names_services
from shop_assets.wrapping import print_wrapped


class _Commands(TyperGroup):
    """The commands, with messages about their options that do not show the library behind them; Ctrl-C names them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name."""
        name, command, rest = super().resolve_command(ctx, args)
        *_, group = ctx.command_path.partition(" ")  # its first word is how this program was started
        interruption.doing(" ".join(filter(None, ("shop", group, name))))
        return name, command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


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


def _reflow(commands: typer.Typer) -> None:
    """Let a terminal wrap the help of commands: typer would keep the line ends of a docstring's later paragraphs."""
    for command in commands.registered_commands:
        if command.callback is not None and command.callback.__doc__:
            paragraphs = cleandoc(command.callback.__doc__).split("\n\n")
            command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for inner in commands.registered_groups:
        if inner.typer_instance is not None:
            _reflow(inner.typer_instance)


_reflow(app)


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
    try:
        app(obj=ignored)
    except SystemExit as ended:
        return int(ended.code or 0)
    except ShopError as error:
        interruption.hold()
        return _refuse(str(error), error.exit_code)
    except Exception as error:
        # A library's: a full disk comes as many kinds of errors, and the others are raised again.
        interruption.hold()
        if isinstance(error, OSError) and error.errno in OUTPUT_ERRORS:
            return _refuse(f"The output cannot be written: {error.strerror}.", 1)
        if isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason:
            return _refuse("An argument, a variable or a file name has bytes that are not UTF-8.", 2)
        # Dagster's database cannot be written either, and its errors say nothing of a disk.
        if advice := _space_advice():
            return _refuse(advice, 1)
        raise
    return 0


def _write_whole_texts() -> None:
    """With PYTHONUNBUFFERED Python takes a text for written of which the disk had room for a part."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
        buffer = io.BufferedWriter(stream.buffer)
        # The other wrapper stays sys.__stdout__, and so does not close what both write to.
        sys.stdout = io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=True)


def _refuse(message: str, code: int) -> int:
    print_wrapped(Console(stderr=True), Text.assemble(("error:", "bold red"), " ", message))
    return code


def _space_advice() -> str:
    try:
        from shop_assets.embedded.disk_space import space_advice
        from shop_assets.embedded.home import Home
    except ShopError:  # without the extra `embedded` no disk holds data of a stack
        return ""
    home = Home.from_environment()
    return space_advice(home).strip() if home.is_ours else ""
