"""`shop up`, `down`, `status`, `doctor`, `env`: the embedded stack from the command line.

This module handles arguments and output; `embedded` does the work. It is imported when a command needs it, because the
other commands work without the extra of that name.
"""

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shop_assets.cli.services import export_lines
from shop_assets.cli.terminal.options import AsJson
from shop_assets.cli.terminal.output import say, working
from shop_assets.errors import InputError
from shop_assets.orchestration.check_texts import unfinished_erasures
from shop_assets.settings import Settings, StackDownError
from shop_assets.wrapping import print_wrapped

if TYPE_CHECKING:
    from shop_assets.cli.stage_times import Freshness
    from shop_assets.embedded.examination.finding import Finding

DOCTOR_INDENT: Final = 15
"""Columns before what was found."""


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (up, down, status, doctor, env):
        app.command(command.__name__)(command)


def up() -> None:
    """Start the embedded stack. Services that are already running stay up; the others are started."""
    with working("starting"):  # the imports take a second
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.stack import Stack
        from shop_assets.orchestration.dagster_home import create_dagster_home

        home = Home.from_environment()
        Settings.refuse_invalid()
    Stack(home, Console(stderr=True)).up()
    create_dagster_home(home.dagster)
    say(f"The stack is up; its data and logs are in {home.root}", error=True)


def down(
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Also delete its data, logs and secrets; asks first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
) -> None:
    """Stop the embedded stack; its data stays, and nothing that was acknowledged is lost."""
    with working("looking for the stack"):
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.stack import Stack
        from shop_assets.embedded.supervision.stack_processes import stack_processes

        home = Home.from_environment()
    if yes and not delete_data:
        raise InputError("--yes belongs to --delete-data: without it nothing is deleted, and nothing asked.")
    is_there = home.root.exists()
    if not is_there and not stack_processes(home.root):
        say(f"No stack is in {home.root}: nothing to stop or delete", error=True)
        return
    if delete_data and is_there and not home.is_ours:
        home.delete()  # says why not
    if delete_data and is_there and not yes and not _confirm_deletion(home.root):
        say("Nothing was stopped or deleted.", error=True)
        raise typer.Exit(1)
    with working("stopping the services"):
        Stack(home, Console(stderr=True)).down(delete_data=delete_data)
    deleted = (
        f"its data in {home.root} is deleted" if is_there else f"{home.root} is not there, and no data was deleted"
    )
    say("The stack is down" + (f"; {deleted}" if delete_data else ""), error=True)


def _confirm_deletion(folder: Path) -> bool:
    """Ask whether what the stack created in the folder may go. Raises InputError where nobody can answer."""
    if not sys.stdin.isatty():
        raise InputError(
            f"--delete-data deletes what the stack created in {folder}. There is no terminal to ask on: add --yes."
        )
    say(f"This deletes what the stack created in {folder}: all its documents, reports, keys and passwords.", error=True)
    try:
        return typer.confirm("Delete them?", err=True)
    except typer.Abort:  # Ctrl-D
        return False


def status(as_json: AsJson = False) -> None:
    """Show each service of the embedded stack, and how fresh the data is; exit code 0 only if all are ready."""
    with working("asking the services"):
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.supervision.status import stack_status

        services = stack_status(Home.from_environment())
        is_ready = all(service.ready for service in services)
        known = _freshness() if is_ready else None
    if as_json:
        fresh = asdict(known) if known else {"stages": [], "newest_purchase": None, "unfinished_erasures": []}
        shown = {"services": [asdict(service) for service in services], **fresh}
        typer.echo(json.dumps(shown, indent=2, default=str))
        raise typer.Exit(0 if is_ready else 1)
    table = Table("service", "state", "pid", "port", "up for", "memory")
    for service in services:
        table.add_row(
            service.label,
            "ready" if service.ready else "not ready" if service.pid else "down",
            str(service.pid or ""),
            str(service.port or ""),
            "" if service.uptime_seconds is None else str(timedelta(seconds=service.uptime_seconds)),
            "" if service.memory_bytes is None else f"{service.memory_bytes / 2**20:.0f} MiB",
        )
    Console().print(table)
    if known is not None:
        _print_freshness(known)
    if not any(service.pid for service in services):
        say(str(StackDownError(Home.from_environment().root)))
    raise typer.Exit(0 if is_ready else 1)


def _freshness() -> "Freshness":
    from shop_assets.cli.stage_times import freshness

    return freshness(Settings.load())


def _print_freshness(known: "Freshness") -> None:
    from shop_assets.cli.stage_times import age

    for stage in known.stages:
        day = f"  for {stage.day}" if stage.day else ""
        typer.echo(f"{stage.asset:<28} {stage.at:%Y-%m-%d %H:%M} UTC  {age(stage.at):>10}{day}")
    if not known.stages:
        say("No stage ran yet: shop run")
    if (newest := known.newest_purchase) is not None:
        typer.echo(f"{'newest purchase':<28} {newest:%Y-%m-%d %H:%M} UTC  {age(newest):>10}")
    if known.unfinished_erasures:
        say(f"{unfinished_erasures(known.unfinished_erasures)}.")


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Diagnose the embedded stack and suggest fixes; exit code 1 if there is a problem."""
    with working("examining the stack and this machine"):
        from shop_assets.embedded.examination.doctor import examine
        from shop_assets.embedded.home import Home

        findings = examine(Home.from_environment(), context.obj or ())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        console = Console()
        for finding in findings:
            _print_finding(console, finding)
    raise typer.Exit(1 if any(finding.verdict == "problem" for finding in findings) else 0)


def _print_finding(console: Console, finding: "Finding") -> None:
    signs = {"ok": "[green]✓[/]", "note": "[yellow]![/]", "problem": "[red]✗[/]"}
    head = Text.from_markup(f"{signs[finding.verdict]} {finding.subject:<12} ")
    print_wrapped(console, head + finding.found, DOCTOR_INDENT)
    if finding.advice:
        print_wrapped(console, f"{' ' * DOCTOR_INDENT}→ {finding.advice}", hanging=2)


def env() -> None:
    """Print the settings of the running stack for a shell: eval "$(shop env)".

    On a terminal, the first line is a comment that explains this. What a shell evaluates has no comment, because an
    interactive zsh takes a comment for a command.
    """
    from shop_assets.embedded.environment import read_stack_env
    from shop_assets.embedded.home import Home

    home = Home.from_environment()
    settings = read_stack_env(home)
    if settings is None:
        raise StackDownError(home.root)
    if sys.stdout.isatty():
        typer.echo('# The settings of the running stack, with its passwords. For this shell: eval "$(shop env)"')
    for line in export_lines(settings, str(home.dagster)):
        typer.echo(line)
