"""`shop run`: the whole pipeline through Dagster, and its result."""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from shop_assets.cli.personal_data.erasures import finish_before_run
from shop_assets.cli.services import ensure_services
from shop_assets.cli.terminal.options import AsJson, Day, Quiet, Verbose, last_complete_day, require_complete_day
from shop_assets.cli.terminal.output import STANDARD_ERROR, STANDARD_OUTPUT, working
from shop_assets.errors import InputError

MOST: Final = 100_000_000
"""Of stores, products, customers or purchases that are generated."""

LARGEST_SEED: Final = 2**63 - 1
"""The largest integer of 64 bits."""

SHOWN_DAYS: Final = 14
"""Days that the first run of a generated shop publishes features of, its own included: plots over time need some."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("run")(run)


def run(
    day: Day = None,
    source: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder with your own documents, in stores/, products/, customers/ and purchases/.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="File that maps your fields and values to the model's (docs/mapping.md).",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(max=LARGEST_SEED, help="Seed of the generated shop (default: of the shop in landing, or 42)."),
    ] = None,
    stores: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Number of stores (default: of the shop in landing, or 45).")
    ] = None,
    products: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Number of products (default: of the shop in landing, or 100).")
    ] = None,
    customers: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Number of customers (default: of the shop in landing, or 90).")
    ] = None,
    purchases: Annotated[
        int | None, typer.Option(min=0, max=MOST, help="Number of purchases (default: of the shop in landing, or 200).")
    ] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Send every document to Kafka again.")] = False,
    accept_gap: Annotated[
        bool,
        typer.Option(
            "--accept-gap",
            help="Accept an offset gap: continue after messages that Kafka no longer has, and record them as lost.",
        ),
    ] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Run the whole pipeline for one day, from JSON files to CSV.

    Exit code 0: the CSV is written; checks that do not block may have failed and are printed. 1: an asset or a blocking
    check failed, or a check could not run; the CSV is written only if it does not depend on what failed.
    """
    generated = {"seed": seed, "stores": stores, "products": products, "customers": customers, "purchases": purchases}
    landing = _landing(source, mapping, generated)
    partition = require_complete_day(day.date()) if day else None

    settings = ensure_services()
    partition = partition or last_complete_day(settings)
    with working("starting the run"):
        finish_before_run(settings)

        from shop_assets.cli.running.outcome import Outcome
        from shop_assets.cli.running.progress import RunProgress
        from shop_assets.cli.running.runs import has_features, materialize_everything
        from shop_assets.cli.running.summary import print_summary

    with RunProgress(day=partition, output=STANDARD_ERROR if as_json else STANDARD_OUTPUT, quiet=quiet) as progress:
        result = materialize_everything(
            settings,
            partition,
            landing,
            str(uuid.uuid4()),
            progress.on_event,
            replay=replay,
            accept_gap=accept_gap,
            earlier_days=0 if source or day or has_features(settings) else SHOWN_DAYS - 1,
            verbose=verbose,
        )
    outcome = Outcome.of(result, progress.not_run, partition)
    if as_json:
        typer.echo(outcome.as_json({"day": partition}))
    else:
        print_summary(Console(), outcome, settings, partition)
    raise typer.Exit(0 if result.success else 1)


def _landing(source: Path | None, mapping: Path | None, generated: Mapping[str, int | None]) -> dict[str, int | str]:
    """The configuration of landing's assets. Wrong input is refused here, before anything is started."""
    landing: dict[str, int | str] = {name: value for name, value in generated.items() if value is not None}
    if source and landing:
        raise InputError(f"--source cannot be combined with --{', --'.join(landing)}")
    if source:
        from shop_assets.landing.filling.source_folder import survey

        survey(source)
        landing["source_folder"] = str(source.resolve())
    if mapping:
        from shop_assets.landing.mapping.mapping_file import read_mapping_file

        read_mapping_file(mapping)
        landing["mapping"] = str(mapping.resolve())
    return landing
