"""`shop backup` and `shop restore`: the embedded stack's data, copied while it runs, and put back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shop_assets.cli.leases import command_lease
from shop_assets.cli.terminal.options import AsJson
from shop_assets.cli.terminal.output import say, working
from shop_assets.language.counts import counted
from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to create for the backup.")],
    as_json: AsJson = False,
) -> None:
    """Copy the embedded stack's data, keys and passwords into a new folder; the stack may run.

    The copy is as secret as the stack itself. Waits while a run holds the ingestion lease.
    """
    with working("copying the stack"):
        from shop_assets.embedded.environment import read_stack_env
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.stack import Stack

        home = Home.from_environment()
        is_up = read_stack_env(home) is not None
        with _ingestion_lease() if is_up else nullcontext():
            result = Stack(home, Console(stderr=True)).back_up(folder)
    if as_json:
        typer.echo(json.dumps({"folder": str(folder.absolute()), **asdict(result)}, ensure_ascii=False, indent=2))
        return
    say(
        f"{folder}: {counted(result.files, 'file')}, {result.bytes / 2**20:,.0f} MiB; the services were paused for "
        f"{result.paused_seconds:.1f} s. It holds passwords, keys and personal data: store it encrypted."
    )


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `shop backup` created.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete the data, keys and passwords that SHOP_HOME has now.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a backup and put it into SHOP_HOME; the stack must be down."""
    with working("checking and copying the backup"):
        from shop_assets.embedded.home import Home
        from shop_assets.embedded.stack import Stack

        home = Home.from_environment()
        manifest = Stack(home, Console(stderr=True)).restore(folder, replace=replace)
    if as_json:
        found = {"home": str(home.root), "created_at": manifest.created_at.isoformat(), "files": len(manifest.files)}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    say(
        f"{home.root} has the data of {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC. Next: `shop up`, then `shop run`, "
        "which finishes what was interrupted by the backup."
    )


@contextmanager
def _ingestion_lease() -> Iterator[None]:
    """Held so that no run writes meanwhile: the copy of one would have to be finished after each restore."""
    from shop_assets.document_store.resource import mongo_resource

    with (
        mongo_resource(Settings.load()).connect() as database,
        command_lease(database, "shop backup", writes=False),
    ):
        yield
