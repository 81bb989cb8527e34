"""`shop ui`: Dagster's webserver and daemon on the running stack."""

import os
import sys
from typing import Annotated

import typer

from shop_assets.cli.services import ensure_services
from shop_assets.settings import variable


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("ui")(ui)


def ui(
    port: Annotated[int, typer.Option(help="Port of the webserver, which listens on 127.0.0.1 only.")] = 3000,
) -> None:
    """Run the Dagster UI and its daemon; Ctrl-C stops both."""
    from shop_assets.cli.runs import ensure_dagster_home

    settings = ensure_services()
    # The code server and the daemon are processes of their own, in folders of their own.
    environment = os.environ | {
        "SHOP_HOME": str(settings.home.resolve()),
        "DAGSTER_HOME": str(ensure_dagster_home(settings)),
        variable("dagster_url"): settings.dagster_url,  # the guard reads this one alone
    }
    command = [sys.executable, "-m", "shop_assets.dagster_ui.dev", "--module-name", "shop_assets.definitions"]
    typer.echo(f"Dagster: http://127.0.0.1:{port}", err=True)
    os.execve(sys.executable, [*command, "--host", "127.0.0.1", "--port", str(port)], environment)
