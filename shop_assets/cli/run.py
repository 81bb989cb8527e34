"""`shop run`: the stack up, every asset materialized through Dagster, and what came of it."""

import uuid
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shop_assets.cli.options import Day, last_complete_day, require_complete_day
from shop_assets.cli.services import ensure_services
from shop_assets.errors import ShopError


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command("run")(run)


def run(
    day: Day = None,
    source: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Your own documents: a folder with stores/ products/ customers/ purchases/.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the made-up shop (default 42).")] = None,
    stores: Annotated[int | None, typer.Option(min=1, help="How many stores to make up (default 45).")] = None,
    products: Annotated[int | None, typer.Option(min=1, help="How many products to make up (default 100).")] = None,
    customers: Annotated[int | None, typer.Option(min=1, help="How many customers to make up (default 90).")] = None,
    purchases: Annotated[int | None, typer.Option(min=0, help="How many purchases to make up (default 200).")] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Publish every document again, changed or not.")] = False,
    accept_gap: Annotated[
        bool, typer.Option("--accept-gap", help="Go on behind messages that Kafka no longer has; record them as lost.")
    ] = False,
) -> None:
    """Everything, from the JSON files to the CSV of one day, through Dagster.

    Exit code 0: the CSV is made; checks that do not block may have failed and are printed. 1: a stage or a blocking
    check failed, and the CSV is made only if what failed does not stand before it.
    """
    made_up = {"seed": seed, "stores": stores, "products": products, "customers": customers, "purchases": purchases}
    landing: dict[str, int | str] = {name: value for name, value in made_up.items() if value is not None}
    if source and landing:
        raise ShopError(f"--source takes your documents as they are; leave out --{', --'.join(landing)}")
    if source:
        landing["source_folder"] = str(source.resolve())

    settings = ensure_services()
    partition = require_complete_day(day.date(), settings) if day else last_complete_day(settings)

    from shop_assets.cli.progress import RunProgress
    from shop_assets.cli.runs import materialize_everything
    from shop_assets.cli.summary import print_summary

    with RunProgress() as progress:
        result = materialize_everything(
            settings,
            partition,
            landing,
            str(uuid.uuid4()),
            progress.on_event,
            replay=replay,
            accept_gap=accept_gap,
        )
    print_summary(Console(), result, settings, partition)
    raise typer.Exit(0 if result.success else 1)
