"""`shop schema`: the contract with producers."""

import json
from typing import Annotated, Literal

import typer

from shop_assets.documents.kinds import KIND_BY_NAME

KindName = Literal["stores", "products", "customers", "purchases"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("schema")(schema)


def schema(
    kind: Annotated[KindName, typer.Argument(help="The kind of document.")],
    *,
    example: Annotated[bool, typer.Option("--example", help="Print an example document instead.")] = False,
) -> None:
    """Print the JSON Schema of a kind of document, with an example."""
    from shop_assets.landing.generator import contract

    shown = contract.example if example else contract.contract
    typer.echo(json.dumps(shown(KIND_BY_NAME[kind]), ensure_ascii=False, indent=2))
