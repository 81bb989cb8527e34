"""`shop dashboard`: counts, quality, sales and features as one HTML file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from shop_assets.automation.days import yesterday
from shop_assets.cli.arguments import Day
from shop_assets.errors import ShopError
from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command("dashboard")(dashboard)


def dashboard(
    output: Annotated[Path, typer.Option(help="The file to write.")] = Path("dashboard.html"), day: Day = None
) -> None:
    """The dashboards as one HTML file that needs nothing else, from the warehouse as it lies now."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    from shop_assets.dashboards.page.html import render
    from shop_assets.dashboards.page.page_data import collect
    from shop_assets.warehouse.resource import clickhouse_resource

    settings = Settings.load()
    shown = day.date() if day else yesterday(datetime.now(tz=UTC), ZoneInfo(settings.timezone))
    try:
        with clickhouse_resource(settings).client() as client:
            contents = collect(client, settings, shown)
    except ClickHouseError as error:
        raise ShopError(f"The warehouse cannot be asked; was there a `shop run`? {error}") from error
    page = render(contents, settings)
    output.write_bytes(page)
    typer.echo(f"{shown}: {len(page)} bytes written to {output}", err=True)
