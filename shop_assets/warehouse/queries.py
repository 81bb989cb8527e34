"""The questions of `sql/quality/`, asked by name: the checks' and the dashboards' common text."""

from collections.abc import Mapping
from typing import Any

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.sql_files import read_file, sql_folder

Row = dict[str, Any]


def ask(client: Client, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """The rows of `sql/quality/<name>.sql`, column name to value.

    Raises FileNotFoundError when there is no such question, and clickhouse_connect's errors.
    """
    file = read_file(sql_folder() / "quality" / f"{name}.sql", f"quality/{name}")
    return list(client.query(file.statement, parameters=dict(parameters or {})).named_results())
