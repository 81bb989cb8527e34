"""`shop report` and `shop dashboard`: what a run has produced."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from shop_assets.cli.options import AsJson, Day, last_complete_day, require_writable
from shop_assets.cli.services import running_services
from shop_assets.errors import InputError, ShopError
from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("report")(report)
    app.command("dashboard")(dashboard)


def report(
    day: Day = None,
    output: Annotated[Path | None, typer.Option(help="File to write to; standard output by default.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the days that have a report instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the report of a day, or of the newest day that has one, exactly as stored in S3."""
    if as_json and not listed:
        raise InputError("--json goes with --list: a report is CSV.")
    from shop_assets.object_store.resource import object_store_resource
    from shop_assets.report.csv_report import find_report, list_reports, read_report

    if output is not None:
        require_writable(output)
    bucket = object_store_resource(running_services()).reports()
    if listed:
        reports = list_reports(bucket)
        if as_json:
            rows = [{"day": str(one.day), "key": one.key, "bytes": one.size} for one in reports]
            typer.echo(json.dumps(rows, indent=2))
        else:
            for one in reports:
                typer.echo(f"{one.day}  {one.size:>12,} bytes  s3://{bucket.name}/{one.key}")
        return
    found = find_report(bucket, day.date() if day else None)
    content = read_report(bucket, found)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        typer.echo(f"{found.key}: {len(content)} bytes written to {output}", err=True)


def dashboard(
    output: Annotated[Path, typer.Option(help="File to write to.")] = Path("dashboard.html"), day: Day = None
) -> None:
    """Write all dashboards into one self-contained HTML file, from the current warehouse."""
    require_writable(output)
    write_dashboard(running_services(), output, day.date() if day else None)


def write_dashboard(settings: Settings, output: Path, day: date | None) -> None:
    """Write the dashboard of a day, or of the last complete one. Raises ShopError when there is no warehouse."""
    from shop_assets.dashboards.page.html import render
    from shop_assets.dashboards.page.page_data import collect
    from shop_assets.warehouse.errors import StatementRefusedError
    from shop_assets.warehouse.resource import reader_resource

    shown = day or last_complete_day(settings)
    try:
        with reader_resource(settings).client() as client:
            contents = collect(client, settings, shown)
    except StatementRefusedError as error:
        raise ShopError(f"The warehouse cannot be queried; `shop run` creates and fills it. {error}") from error
    page = render(contents, settings)
    output.write_bytes(page)
    typer.echo(f"{shown}: {len(page)} bytes written to {output}", err=True)
