"""The summary of a run: assets, checks, failures, and the CSV."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, islice

from dagster import AssetCheckEvaluation, AssetCheckSeverity, DagsterEvent, ExecuteInProcessResult
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shop_assets.cli.progress import AssetRow
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings

FIRST_ROWS = 5


def print_summary(console: Console, result: ExecuteInProcessResult, settings: Settings, day: date) -> None:
    """Print the whole summary; for a failed run, print what failed instead of the CSV."""
    console.print(_assets(result))
    print_checks(console, result)
    print_failures(console, result)
    if result.success:
        _print_report(console, settings, day)


def print_checks(console: Console, result: ExecuteInProcessResult) -> None:
    """Print a line for each check, under its asset."""
    console.print("\nChecks", style="italic")
    for line in _checks(result.get_asset_check_evaluations()):
        console.print(line, highlight=False, soft_wrap=True)


def print_failures(console: Console, result: ExecuteInProcessResult) -> None:
    """Print each failed step, and why."""
    for line in _failures(result):
        console.print(line, highlight=False, soft_wrap=True)


def _assets(result: ExecuteInProcessResult) -> Table:
    table = Table("asset", title="Assets", title_justify="left")
    for heading in ("in", "out", "rejected", "seconds"):
        table.add_column(heading, justify="right")
    for event in result.get_asset_materialization_events():
        row = AssetRow.from_event(event)
        table.add_row(row.asset, f"{row.rows_in:,}", f"{row.rows_out:,}", f"{row.rejected:,}", f"{row.seconds:.1f}")
    return table


def _checks(evaluations: Sequence[AssetCheckEvaluation]) -> Iterator[str]:
    for asset, checks in groupby(evaluations, key=lambda evaluation: evaluation.asset_key.to_user_string()):
        yield asset
        for check in checks:
            yield f"  {_verdict(check)} {check.check_name:<34} {escape(check.description or '')}"


def _verdict(evaluation: AssetCheckEvaluation) -> str:
    if evaluation.passed:
        return "[green]passed [/]"
    if evaluation.severity is AssetCheckSeverity.WARN:
        return "[yellow]warning[/]"
    return "[bold red]failed [/]" if evaluation.blocking else "[red]failed [/]"


def _failures(result: ExecuteInProcessResult) -> Iterator[str]:
    for event in result.get_step_failure_events():
        yield f"\n[bold red]{event.step_key} failed:[/] {escape(_cause(event))}"


def _cause(event: DagsterEvent) -> str:
    """The stage's message: Dagster's own error is around it, and a driver's may be its cause."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    if error is None:
        return "no error was recorded"
    return re.sub(rf"^[\w.]*{error.cls_name}: ", "", error.message.strip())


def _print_report(console: Console, settings: Settings, day: date) -> None:
    bucket = object_store_resource(settings).reports()
    report = find_report(bucket, day)
    # Not by lines: an id may contain a line end.
    rows = csv.reader(io.StringIO(read_report(bucket, report).decode(), newline=""))
    columns = next(rows)
    first = list(islice(rows, FIRST_ROWS))
    customers = len(first) + sum(1 for _ in rows)
    console.print(f"\nThe report: [bold]s3://{bucket.name}/{report.key}[/], {customers} customers", soft_wrap=True)
    console.print(f"{columns[0]},{columns[1]},… {len(columns)} columns", style="dim")
    for row in first:
        console.print(",".join(row), markup=False, highlight=False, soft_wrap=True)
    console.print(f"Full report: shop report --day {day} --output {report.key}", soft_wrap=True)
