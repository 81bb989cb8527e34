"""The `shop` command: the embedded stack, a whole run, and a look at what came out.

Here belong reading arguments and printing; the work is done by the stages and by `embedded`.
"""

import os
import sys

import typer
from rich.console import Console
from rich.markup import escape

from shop_assets.cli import (
    backfill,
    check,
    dashboard,
    pii,
    query,
    raw,
    reconcile,
    rejects,
    report,
    run,
    stack,
    ui,
)
from shop_assets.cli.exported_env import remove_exported
from shop_assets.cli.interrupts import restore_interrupts
from shop_assets.errors import ShopError

app = typer.Typer(
    name="shop",
    help="Turns a grocery chain's JSON documents into a daily feature matrix of its customers, and one CSV.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks print local variables, and these may be secrets
)
for commands in (stack, run, backfill, check, report, dashboard, query, rejects, ui, pii, reconcile, raw):
    commands.register(app)


def main() -> None:
    """The entry point: an expected error is one message and exit code 1, without a traceback."""
    restore_interrupts()
    remove_exported(os.environ)
    try:
        app()
    except ShopError as error:
        Console(stderr=True).print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)
