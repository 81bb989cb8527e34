"""`shop dashboard`: all panels as one HTML file, and that file in a browser."""

import os
import webbrowser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer

from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import Day, last_complete_day, require_complete_day, require_writable
from shop_assets.cli.terminal.output import say, working, write_output
from shop_assets.errors import ShopError
from shop_assets.language.counts import counted
from shop_assets.settings import EXPLANATIONS, Settings

FILE_NAME: Final = "dashboard.html"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("dashboard")(dashboard)


def dashboard(
    output: Annotated[
        Path | None, typer.Option(help="File to write to (default: dashboard.html; with --open, the one in SHOP_HOME).")
    ] = None,
    day: Day = None,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CUSTOMER",
            help="Also write a page that explains each feature of this customer; the dashboard links it. It is in "
            "explain/, next to the file. May be repeated; starts Spark.",
        ),
    ] = None,
    opened: Annotated[
        bool, typer.Option("--open", help="Open the file in the browser, and print its address.")
    ] = False,
) -> None:
    """Write all dashboards into one self-contained HTML file, from the current warehouse."""
    if output is not None:
        require_writable(output)
    shown = require_complete_day(day.date()) if day else None
    with working("looking for the services"):
        settings = running_services()
    file = output or (dashboard_file(settings) if opened else Path(FILE_NAME).absolute())
    require_writable(file)
    write_dashboard(settings, file, shown, explain or [])
    if opened:
        open_in_browser(file.resolve().as_uri())


def dashboard_file(settings: Settings) -> Path:
    """Where the dashboard is beside the data; its folder is created."""
    home = settings.home.expanduser().resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home / FILE_NAME


def write_dashboard(settings: Settings, output: Path, day: date | None, explained: Sequence[str] = ()) -> None:
    """Write the dashboard of a day, or of the last complete one, and the pages of the customers to explain.

    Raises ShopError when there is no warehouse.
    """
    with working("starting"):  # the imports take seconds
        from shop_assets.dashboards.page.html import render
        from shop_assets.dashboards.page.page_data import collect
        from shop_assets.warehouse.errors import StatementRefusedError
        from shop_assets.warehouse.resource import reader_resource

    shown = day or last_complete_day(settings)
    try:
        with working("reading the warehouse"), reader_resource(settings).client() as client:
            contents = collect(client, settings, shown)
    except StatementRefusedError as error:
        raise ShopError(f"The warehouse cannot be queried; `shop run` creates and fills it. {error}") from error
    pages = _write_explanations(settings, output, explained, shown) if explained else {}
    with working("drawing the dashboard"):
        page = render(contents, settings, pages)
    write_output(output, page)
    say(f"{shown}: {counted(len(page), 'byte')} written to {output}", error=True)


def _write_explanations(settings: Settings, output: Path, customers: Sequence[str], day: date) -> dict[str, str]:
    """Write a page for each customer beside the dashboard; gives their relative addresses by customer."""
    from shop_assets.cli.explain import explain_all

    folder = output.parent / EXPLANATIONS
    addresses = {}
    for explained in explain_all(settings, customers, day):
        customer = str(explained.rows.customer["customer_id"])
        name = f"{quote(customer, safe='')}.html"  # an id may have characters that a file's name may not
        write_output(folder / name, explained.as_html(settings, f"../{quote(output.name)}"))
        addresses[customer] = f"{EXPLANATIONS}/{quote(name)}"
    return addresses


def save_page(settings: Settings, day: date) -> Path | None:
    """Save the page that a run has written to object storage, beside the data.

    Returns:
        The file; None when there is no such page, or the folder cannot be written.
    """
    from shop_assets.dashboards.page.page_writing import page_key
    from shop_assets.object_store.resource import object_store_resource

    try:
        page = object_store_resource(settings).reports().get(page_key(day))
        file = dashboard_file(settings)
        # Its owner's only, from the first byte on.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            written.write(page)
    except (KeyError, OSError):
        return None
    return file


def open_in_browser(address: str) -> None:
    """Print an address and open it in the browser, if one can be started."""
    typer.echo(address)
    if not webbrowser.open(address):
        say("No browser could be started here: open the address yourself.", error=True)
