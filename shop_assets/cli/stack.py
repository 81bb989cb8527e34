"""`shop up`, `down`, `status`, `doctor`, `env`: the embedded stack from the command line.

This module handles arguments and output; `embedded` does the work. It is imported when a command needs it, because the
other commands work without the extra of that name.
"""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop_assets.cli.services import export_lines
from shop_assets.settings import StackDownError


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (up, down, status, doctor, env):
        app.command(command.__name__)(command)


def up() -> None:
    """Start the embedded stack. Services that are already running stay up; the others are started."""
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.stack import Stack
    from shop_assets.orchestration.dagster_home import create_dagster_home

    home = Home.from_environment()
    Stack(home, Console(stderr=True)).up()
    create_dagster_home(home.dagster)
    typer.echo(f"The stack is up; its data and logs are in {home.root}", err=True)


def down(
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Also delete its data, logs and secrets, without confirmation.")
    ] = False,
) -> None:
    """Stop the embedded stack; its data stays, and nothing that was acknowledged is lost."""
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.stack import Stack

    home = Home.from_environment()
    Stack(home, Console(stderr=True)).down(delete_data=delete_data)
    typer.echo("The stack is down" + ("; its data is deleted" if delete_data else ""), err=True)


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: an array with one element per service.")] = False,
) -> None:
    """Show whether each service of the embedded stack is running and ready; exit code 0 only if all are."""
    from shop_assets.embedded.home import Home
    from shop_assets.embedded.status import stack_status

    services = stack_status(Home.from_environment())
    if as_json:
        typer.echo(json.dumps([asdict(service) for service in services], indent=2))
    else:
        table = Table("service", "state", "ready", "pid", "port", "up for", "memory")
        for service in services:
            table.add_row(
                service.label,
                service.state.lower(),
                "yes" if service.ready else "no",
                str(service.pid or ""),
                str(service.port or ""),
                "" if service.uptime_seconds is None else str(timedelta(seconds=service.uptime_seconds)),
                "" if service.memory_bytes is None else f"{service.memory_bytes / 2**20:.0f} MiB",
            )
        Console().print(table)
    raise typer.Exit(0 if all(service.ready for service in services) else 1)


def doctor() -> None:
    """Diagnose the embedded stack and suggest fixes; exit code 1 if there is a problem."""
    from shop_assets.embedded.doctor import examine
    from shop_assets.embedded.home import Home

    signs = {"ok": "[green]✓[/]", "note": "[yellow]![/]", "problem": "[red]✗[/]"}
    findings = examine(Home.from_environment())
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        console.print(f"{signs[finding.verdict]} {finding.subject:<12} {finding.found}", markup=True)
        if finding.advice:
            console.print(f"  {'':<12} → {finding.advice}", markup=False)
    raise typer.Exit(1 if any(finding.verdict == "problem" for finding in findings) else 0)


def env() -> None:
    """Print the settings of the running stack for a shell: eval "$(shop env)"."""
    from shop_assets.embedded.environment import read_stack_env
    from shop_assets.embedded.home import Home

    home = Home.from_environment()
    settings = read_stack_env(home)
    if settings is None:
        raise StackDownError(home.root)
    for line in export_lines(settings, str(home.dagster)):
        typer.echo(line)
