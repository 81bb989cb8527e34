"""The summary of a run for people: assets, checks, failures, and the CSV. Fits a terminal of 80 columns."""

import csv
import io
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, islice
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shop_assets.cli.dashboard import save_page
from shop_assets.cli.outcome import FAILED, PASSED, WARNING, AssetRow, CheckRow, Outcome
from shop_assets.cli.ui import ui_address
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings

FIRST_ROWS: Final = 5
NAME_WIDTH: Final = 34
"""Of a check's name; the longest has as many characters."""

INDENT: Final = 10
"""Of what a check found, when it does not fit behind the name."""

SHOWN_STEPS: Final = 4


def print_summary(console: Console, outcome: Outcome, settings: Settings, day: date) -> None:
    """Print the whole summary; for a failed run, print what failed instead of the CSV."""
    if outcome.assets:
        console.print(_assets(outcome.assets))
    if outcome.checks:
        print_checks(console, outcome.checks)
    print_failures(console, outcome)
    if any(row.rejected for row in outcome.assets):
        console.print("\nThe rejected documents: shop rejects list", soft_wrap=True)
    if outcome.success:
        _print_report(console, settings, day)


def print_checks(console: Console, rows: Iterable[CheckRow]) -> None:
    """Print a line for each check, under its asset; on a terminal what it found wraps below its name."""
    console.print("\nChecks", style="italic")
    for asset, checks in groupby(rows, key=lambda row: row.asset):
        console.print(asset, highlight=False)
        for check in checks:
            for line in _check_lines(check, console.width if console.is_terminal else None):
                console.print(line, highlight=False, soft_wrap=True)


def print_failures(console: Console, outcome: Outcome) -> None:
    """Print each error once, with the steps that failed with it, and how many steps could not run."""
    for failure in outcome.failures:
        console.print(
            f"\n[bold red]{_listed(failure.steps)} failed:[/] {escape(failure.error)}", highlight=False, soft_wrap=True
        )
    if outcome.not_run:
        count = len(outcome.not_run)
        console.print(f"{count} {'step' if count == 1 else 'steps'} after that could not run.", highlight=False)


def _listed(steps: Sequence[str]) -> str:
    more = len(steps) - SHOWN_STEPS
    return ", ".join(steps[:SHOWN_STEPS]) + (f" and {more} more" if more > 0 else "")


def _assets(rows: Iterable[AssetRow]) -> Table:
    table = Table("asset", title="Assets", title_justify="left")
    for heading in ("in", "out", "rejected", "seconds"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(row.asset, f"{row.rows_in:,}", f"{row.rows_out:,}", f"{row.rejected:,}", f"{row.seconds:.1f}")
    return table


def _check_lines(row: CheckRow, width: int | None) -> Iterator[str]:
    head = f"  {_verdict(row)} {row.check:<{NAME_WIDTH}}"
    if width is None or INDENT + NAME_WIDTH + 1 + len(row.found) <= width:
        yield f"{head} {escape(row.found)}".rstrip()
        return
    if INDENT + len(row.check) + 2 + len(row.found) <= width:
        yield f"{head.rstrip()}  {escape(row.found)}"
        return
    yield head.rstrip()
    for line in textwrap.wrap(row.found, max(width - INDENT, INDENT), break_on_hyphens=False):
        yield " " * INDENT + escape(line)


def _verdict(row: CheckRow) -> str:
    style = {PASSED: "green", WARNING: "yellow", FAILED: "bold red" if row.blocking else "red"}[row.verdict]
    return f"[{style}]{row.verdict:<7}[/]"


def _print_report(console: Console, settings: Settings, day: date) -> None:
    bucket = object_store_resource(settings).reports()
    report = find_report(bucket, day)
    # Not by lines: an id may contain a line end.
    rows = csv.reader(io.StringIO(read_report(bucket, report).decode(), newline=""))
    columns = next(rows)
    first = list(islice(rows, FIRST_ROWS))
    customers = len(first) + sum(1 for _ in rows)
    console.print(f"\nThe report of {day}: {customers} customers", soft_wrap=True)
    console.print(f"{columns[0]},{columns[1]},… {len(columns)} columns", style="dim")
    for row in first:
        console.print(",".join(row), markup=False, highlight=False, soft_wrap=True)
    console.print(f"Full report: shop report --day {day} --output {report.key}\n", soft_wrap=True)
    page = save_page(settings, day)
    for line in (
        f"CSV        s3://{bucket.name}/{report.key}",
        f"dashboard  {page or 'not saved'} (shop dashboard --open)",
        f"Dagster    {ui_address(settings)} (shop ui)",
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
