"""`shop inspect`: what the pipeline would make of a folder, without delivering it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from shop_assets.cli.terminal.output import working
from shop_assets.errors import InputError
from shop_assets.settings import refuse_unknown_settings


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("inspect")(inspect)


def inspect(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with your own documents.")],
    mapping: Annotated[
        Path | None, typer.Option(help="File that maps your fields and values to the model's (docs/mapping.md).")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say what a run would make of a folder: what is read, rejected, left out, and which features would lack data.

    Nothing is delivered or stored, and no stack is needed. Exit code 0: nothing is wrong; 1: something would be; 2: the
    folder or the mapping cannot be used.
    """
    with working("starting"):  # the imports take seconds
        from shop_assets.inspection.inspecting import inspect_folder
        from shop_assets.inspection.rendering import render
        from shop_assets.inspection.settings import InspectionSettings
        from shop_assets.landing.mapping.mapping_file import NO_MAPPING, read_mapping_file

    refuse_unknown_settings()
    try:
        settings = InspectionSettings()
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        names = ", ".join(f"SHOP_{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in problems)
        raise InputError(f"Invalid settings: {names}") from None
    path = mapping or settings.mapping
    rules = read_mapping_file(path) if path else NO_MAPPING
    with working("reading the documents"):
        inspection = inspect_folder(source, rules, settings)
    if as_json:
        typer.echo(json.dumps(asdict(inspection) | {"is_clean": inspection.is_clean}, ensure_ascii=False, indent=1))
    else:
        render(Console(), inspection)
    raise typer.Exit(0 if inspection.is_clean else 1)
