"""`shop query`: a look into ClickHouse."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shop_assets.errors import ShopError
from shop_assets.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command to `app`."""
    app.command("query")(query)


def query(sql: Annotated[str, typer.Argument(help="One statement, as: SELECT count() FROM mart.customers")]) -> None:
    """Runs one statement in ClickHouse and prints the answer as a table."""
    from clickhouse_connect.driver.exceptions import ClickHouseError

    from shop_assets.warehouse.resource import clickhouse_resource

    try:
        with clickhouse_resource(Settings.load()).client() as client:
            answer = client.query(sql)
    except ClickHouseError as error:
        raise ShopError(f"ClickHouse refused the statement: {error}") from error
    # As text: rich would take the brackets in it for its own markup.
    table = Table()
    for name in answer.column_names:
        table.add_column(Text(name))
    for row in answer.result_rows:
        table.add_row(*(Text("NULL" if cell is None else str(cell)) for cell in row))
    Console().print(table)
