"""`shop check`: every asset check on the current data, for cron and CI."""

import sys
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.cli.options import Day, require_complete_day
from shop_assets.settings import Settings

LOG_WIDTH: Final = 160
"""Columns of the table in the logs of cron and CI, which have no width of their own."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("check")(check)


def check(
    day: Day = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 1 for warnings too.")] = False,
) -> None:
    """Run every check without materializing anything; exit code 1 if a check fails or cannot run.

    Features and report are checked for --day or, without it, for the day that this Dagster instance materialized last.
    """
    settings = Settings.load()
    wanted = None if day is None else require_complete_day(day.date(), settings)

    from shop_assets.cli.runs import FAILED, WARNING, check_rows, run_checks
    from shop_assets.cli.summary import print_failures

    result = run_checks(settings, wanted)
    rows = check_rows(result)
    table = Table(title="Checks", title_justify="left")
    for heading in ("asset", "check", ""):
        table.add_column(heading, no_wrap=True)
    table.add_column("found", overflow="fold")
    for row in rows:
        table.add_row(row.asset, row.check, row.verdict, row.found)
    console = Console() if sys.stdout.isatty() else Console(width=LOG_WIDTH)
    console.print(table)
    print_failures(console, result)
    counts = [sum(row.verdict == verdict for row in rows) for verdict in (FAILED, WARNING)]
    console.print(f"{len(rows)} checks ran: {counts[0]} failed, {counts[1]} warned")
    raise typer.Exit(0 if result.success and not any(counts[: 2 if strict else 1]) else 1)
