"""`shop check`: every asset check on the current data, for cron and CI."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import AsJson, Day, Verbose, require_complete_day
from shop_assets.cli.terminal.output import STANDARD_ERROR, working
from shop_assets.language.counts import counted


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("check")(check)


def check(
    day: Day = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 1 for warnings too.")] = False,
    only_failed: Annotated[bool, typer.Option("--failed", help="Print only what did not pass.")] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Run every check without materializing anything; exit code 1 if a check fails or cannot run.

    Features and report are checked for --day or, without it, for the day that this Dagster instance materialized last.
    """
    wanted = None if day is None else require_complete_day(day.date())
    with working("starting"):  # the imports take seconds
        settings = running_services()
        from shop_assets.cli.running.outcome import FAILED, PASSED, WARNING, Outcome
        from shop_assets.cli.running.progress import RunProgress
        from shop_assets.cli.running.runs import run_checks
        from shop_assets.cli.running.summary import print_checks, print_failures

    with RunProgress(output=STANDARD_ERROR, quiet=True) as progress:
        result = run_checks(settings, wanted, progress.on_event, verbose=verbose)
    outcome = Outcome.of(result, progress.not_run)
    failed, warned = outcome.count(FAILED), outcome.count(WARNING)
    shown = [row for row in outcome.checks if not (only_failed and row.verdict == PASSED)]
    if as_json:
        typer.echo(replace(outcome, checks=shown).as_json({"failed": failed, "warned": warned}))
    else:
        console = Console()
        if shown:
            print_checks(console, shown)
        print_failures(console, outcome)
        console.print(
            f"\n{counted(len(outcome.checks), 'check')} ran: {failed} failed, {warned} warned", highlight=False
        )
    raise typer.Exit(0 if result.success and not failed and not (strict and warned) else 1)
