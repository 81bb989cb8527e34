"""`shop report`: the CSV that a run has produced."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import AsJson, Day, require_writable
from shop_assets.cli.terminal.output import say, working, write_output
from shop_assets.errors import InputError
from shop_assets.language.counts import counted


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("report")(report)


def report(
    day: Day = None,
    output: Annotated[Path | None, typer.Option(help="File to write to; standard output by default.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the days that have a report instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the report of a day, or of the newest day that has one, exactly as stored in S3."""
    if as_json and not listed:
        raise InputError("--json goes with --list: a report is CSV.")
    if output is not None:
        require_writable(output)
    with working("reading the reports"):
        from shop_assets.object_store.resource import object_store_resource
        from shop_assets.report.csv_report import find_report, list_reports, read_report

        bucket = object_store_resource(running_services()).reports()
        if listed:
            reports = list_reports(bucket)
        else:
            found = find_report(bucket, day.date() if day else None)
            content = read_report(bucket, found)
    if listed:
        if as_json:
            rows = [{"day": str(stored.day), "key": stored.key, "bytes": stored.size} for stored in reports]
            typer.echo(json.dumps(rows, indent=2))
        else:
            for stored in reports:
                typer.echo(f"{stored.day}  {counted(stored.size, 'byte'):>14}  s3://{bucket.name}/{stored.key}")
        return
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        write_output(output, content)
        say(f"{found.key}: {counted(len(content), 'byte')} written to {output}", error=True)
