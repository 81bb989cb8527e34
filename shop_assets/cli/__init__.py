"""The `shop` command: the embedded stack, a whole run, and commands to inspect the results.

This package handles arguments and output; the stages and `embedded` do the work.
"""

import os
import signal
import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from shop_assets.cli import (
    backfill,
    backups,
    check,
    inspect,
    maintenance,
    pii,
    rejects,
    results,
    run,
    schema,
    stack,
    topics,
    ui,
)
from shop_assets.cli.services import remove_exported
from shop_assets.errors import ShopError

app = typer.Typer(
    name="shop",
    help="Turn a grocery chain's JSON documents into a daily feature matrix of its customers, one CSV per day.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, which may be secrets
)
for commands in (stack, backups, run, inspect, backfill, check, results, rejects, ui, pii, schema, maintenance, topics):
    commands.register(app)


def main() -> None:
    """The entry point: an expected error is one message and exit code 1, without a traceback."""
    os.umask(0o077)  # reports, logs and what Dagster and Spark write hold customers' data
    restore_interrupts()
    remove_exported(os.environ)
    try:
        app()
    except ShopError as error:
        _exit_with(str(error))
    except Exception:
        # Dagster's database cannot be written either, and its errors say nothing of a disk.
        if advice := _space_advice():
            _exit_with(advice)
        raise


def _exit_with(message: str) -> NoReturn:
    Console(stderr=True).print(f"[bold red]error:[/] {escape(message)}", highlight=False, soft_wrap=True)
    sys.exit(1)


def _space_advice() -> str:
    from shop_assets.embedded.disk_space import space_advice
    from shop_assets.embedded.home import Home

    home = Home.from_environment()
    return space_advice(home).strip() if home.is_ours else ""


def restore_interrupts() -> None:
    """Handle SIGINT as usual where it is ignored, so that SIGTERM ends the command too.

    Shells start background commands with SIGINT ignored (POSIX, Asynchronous Lists), and Dagster handles SIGTERM like
    SIGINT: then nothing but SIGKILL would end `shop ui &` and its servers.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
