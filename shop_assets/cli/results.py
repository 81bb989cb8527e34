"""`shop report` and `shop dashboard`: what a run has produced."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from shop_assets.cli.options import Day, last_complete_day, require_writable
from shop_assets.cli.services import running_services
from shop_assets.errors import ShopError


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("report")(report)
    app.command("dashboard")(dashboard)


def report(
    day: Day = None,
    output: Annotated[Path | None, typer.Option(help="File to write to; standard output by default.")] = None,
) -> None:
    """Print the report of a day, or of the newest day that has one, exactly as stored in S3."""
    from shop_assets.object_store.resource import object_store_resource
    from shop_assets.report.csv_report import find_report, read_report

    if output is not None:
        require_writable(output)
    bucket = object_store_resource(running_services()).reports()
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
    from shop_assets.dashboards.page.html import render
    from shop_assets.dashboards.page.page_data import collect
    from shop_assets.warehouse.errors import StatementRefusedError
    from shop_assets.warehouse.resource import reader_resource

    require_writable(output)
    settings = running_services()
    shown = day.date() if day else last_complete_day(settings)
    try:
        with reader_resource(settings).client() as client:
            contents = collect(client, settings, shown)
    except StatementRefusedError as error:
        raise ShopError(f"The warehouse cannot be queried; `shop run` creates and fills it. {error}") from error
    page = render(contents, settings)
    output.write_bytes(page)
    typer.echo(f"{shown}: {len(page)} bytes written to {output}", err=True)
