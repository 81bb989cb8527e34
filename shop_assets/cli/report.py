"""`shop report`: the CSV of a day, on the screen or in a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from shop_assets.cli.arguments import Day
from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command("report")(report)


def report(
    day: Day = None,
    output: Annotated[Path | None, typer.Option(help="A file to write; the screen if none.")] = None,
) -> None:
    """The report of a day, or the newest one, byte for byte as it lies in S3."""
    from shop_assets.object_store.resource import object_store_resource
    from shop_assets.report.csv_report import find_report, read_report

    bucket = object_store_resource(Settings.load()).reports()
    found = find_report(bucket, day.date() if day else None)
    content = read_report(bucket, found)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        typer.echo(f"{found.key}: {len(content)} bytes written to {output}", err=True)
