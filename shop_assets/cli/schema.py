"""`shop schema`: the contract with producers."""

import json
from typing import Annotated

import typer

from shop_assets.cli.terminal.options import complete_kinds, require_kind


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("schema")(schema)


def schema(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", autocompletion=complete_kinds, help="stores, products, customers or purchases."),
    ],
    *,
    example: Annotated[bool, typer.Option("--example", help="Print an example document instead.")] = False,
) -> None:
    """Print the JSON Schema of a kind of document, with an example."""
    from shop_assets.landing.filling.generator import contract

    chosen = require_kind(kind)
    shown = contract.example if example else contract.contract
    typer.echo(json.dumps(shown(chosen), ensure_ascii=False, indent=2))
