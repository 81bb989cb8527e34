"""Runs the queries of `sql/quality/`, which checks and dashboards share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.query import QueryResult

from shop_assets.warehouse.statements.queries import load_query

Row = dict[str, Any]

QUERY_SETTINGS: Final = {
    # Grouping by every id of RAW takes some hundred bytes per id: more than this goes to disk.
    "max_bytes_before_external_group_by": 512 * 1024 * 1024,
    "max_bytes_ratio_before_external_group_by": 0,
}


class Column(NamedTuple):
    """A column of a result, and its type in ClickHouse."""

    name: str
    type: str


@dataclass(frozen=True)
class RowSample:
    """The number of a query's rows, the first of them, and their columns."""

    count: int
    first: Sequence[Row]
    columns: Sequence[Column]


def scalar(
    client: Client,
    statement: str,
    parameters: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Any:
    """The only value of a statement's only row.

    Args:
        client: A client of the warehouse.
        statement: The statement.
        parameters: Its parameters.
        settings: ClickHouse's settings for it.

    Returns:
        The value.
    """
    ((value,),) = client.query(statement, _dict(parameters), _dict(settings)).result_rows
    return value


def column(
    client: Client,
    statement: str,
    parameters: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> list[Any]:
    """The values of a statement's only column, for results of a few rows.

    Args:
        client: A client of the warehouse.
        statement: The statement.
        parameters: Its parameters.
        settings: ClickHouse's settings for it.

    Returns:
        The values, in the order of the rows.
    """
    return [value for (value,) in client.query(statement, _dict(parameters), _dict(settings)).result_rows]


def fetch_rows(client: Client, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """Fetch the rows of a query; for results of a few rows.

    Args:
        client: A client of the warehouse.
        name: The file in `sql/quality/`, without its ending.
        parameters: The query's parameters.

    Returns:
        The rows, column name to value.

    Raises:
        FileNotFoundError: There is no such query.
        clickhouse_connect.driver.exceptions.Error: ClickHouse does not respond, or refuses the query.
    """
    return _rows(client, _statement(name), parameters)


def stream_rows(client: Client, name: str) -> Iterator[Row]:
    """Stream the rows of a query, for results of any length: a block of rows is in memory at a time.

    Args:
        client: A client of the warehouse.
        name: The file in `sql/quality/`, without its ending.

    Yields:
        The rows, column name to value.
    """
    with client.query_row_block_stream(_statement(name), settings=QUERY_SETTINGS) as blocks:
        names = blocks.source.column_names
        for block in blocks:
            for row in block:
                yield dict(zip(names, row, strict=True))


def count_and_sample(client: Client, name: str, shown: int) -> RowSample:
    """Count the rows of a query and fetch the first of them, however many there are.

    Args:
        client: A client of the warehouse.
        name: The file in `sql/quality/`, without its ending.
        shown: How many rows are fetched at most.

    Returns:
        The number of rows, and the first `shown` of them.
    """
    return sample_rows(client, _statement(name), shown)


def sample_rows(client: Client, statement: str, shown: int) -> RowSample:
    """Count the rows of a statement and fetch the first of them.

    Args:
        client: A client of the warehouse.
        statement: The statement, without parameters.
        shown: How many rows are fetched at most.

    Returns:
        The number of rows, the first `shown` of them, and their columns.
    """
    limited = f"SELECT * FROM (\n{statement}\n) LIMIT {{shown:UInt32}}"  # noqa: S608  # a file of our own
    found = client.query(limited, parameters={"shown": shown}, settings=QUERY_SETTINGS)
    columns = columns_of(client, statement, found)
    first = list(found.named_results())
    if len(first) < shown:
        return RowSample(len(first), first, columns)
    (counted,) = _rows(client, f"SELECT count() AS found FROM (\n{statement}\n)")  # noqa: S608  # a file of our own
    return RowSample(int(counted["found"]), first, columns)


def columns_of(client: Client, statement: str, result: QueryResult) -> list[Column]:
    """The columns of a statement's result; a result without rows does not name them.

    Args:
        client: A client of the warehouse.
        statement: The statement, without parameters.
        result: Its result.

    Returns:
        The columns in their order.
    """
    if result.column_names:
        return [Column(name, kind.name) for name, kind in zip(result.column_names, result.column_types, strict=True)]
    return [Column(str(row[0]), str(row[1])) for row in client.query(f"DESCRIBE TABLE (\n{statement}\n)").result_rows]


def _dict(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)


def _statement(name: str) -> str:
    return load_query(f"quality/{name}").statement


def _rows(client: Client, statement: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    return list(client.query(statement, parameters=dict(parameters or {}), settings=QUERY_SETTINGS).named_results())
