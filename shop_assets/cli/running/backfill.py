"""`shop backfill`: features and reports of a range of days, in one run and one Spark session."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.cli.services import ensure_services
from shop_assets.cli.terminal.options import AsJson, Quiet, Verbose, parse_day, require_complete_day
from shop_assets.cli.terminal.output import STANDARD_ERROR, STANDARD_OUTPUT, working
from shop_assets.errors import InputError

if TYPE_CHECKING:
    from shop_assets.cli.running.runs import DayRow


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("backfill")(backfill)


def backfill(
    first: Annotated[
        datetime, typer.Option("--from", parser=parse_day, metavar="DAY", help="First day, for example 2026-01-01.")
    ],
    last: Annotated[datetime, typer.Option("--to", parser=parse_day, metavar="DAY", help="Last day, inclusive.")],
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Compute features again even if their inputs have not changed.")
    ] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Build features and reports for a range of days, each as of the midnight that ends it."""
    days = (require_complete_day(first.date(), "--from"), require_complete_day(last.date(), "--to"))
    if days[0] > days[1]:
        raise InputError(f"--from {days[0]} is later than --to {days[1]}")
    settings = ensure_services()

    with working("starting the run"):
        from shop_assets.cli.running.outcome import Outcome
        from shop_assets.cli.running.progress import RunProgress
        from shop_assets.cli.running.runs import day_rows, materialize_days
        from shop_assets.cli.running.summary import print_checks, print_failures

    output = STANDARD_ERROR if as_json else STANDARD_OUTPUT
    with RunProgress(shows_days=True, output=output, quiet=quiet) as progress:
        result = materialize_days(settings, *days, progress.on_event, recompute=recompute, verbose=verbose)
    outcome = Outcome.of(result, progress.not_run)
    if as_json:
        typer.echo(outcome.as_json({"days": [asdict(row) for row in day_rows(result)]}))
    else:
        console = Console()
        console.print(_table(day_rows(result)))
        print_checks(console, outcome.checks)
        print_failures(console, outcome)
    raise typer.Exit(0 if result.success else 1)


def _table(rows: Iterable["DayRow"]) -> Table:
    table = Table("day", title="Days", title_justify="left")
    table.add_column("customers", justify="right")
    table.add_column("computed")
    table.add_column("report")
    for row in rows:
        table.add_row(row.day, f"{row.customers:,}", row.computed, row.report)
    return table
