"""The queries of `sql/quality/`, asked by name: the checks' and the dashboards' common text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.query_files import load_query

Row = dict[str, Any]

QUERY_SETTINGS: Final = {
    # Grouping by every id of RAW takes some hundred bytes an id: on disk, when it is more than this.
    "max_bytes_before_external_group_by": 512 * 1024 * 1024,
    "max_bytes_ratio_before_external_group_by": 0,
}


@dataclass(frozen=True)
class RowSample:
    """How many rows an answer has, and the first of them."""

    count: int
    first: Sequence[Row]


def fetch_rows(client: Client, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """The rows of `sql/quality/<name>.sql`, column name to value; for answers of a few rows.

    Raises FileNotFoundError when there is no such query, and clickhouse_connect's errors.
    """
    return _rows(client, _statement(name), parameters)


def stream_rows(client: Client, name: str) -> Iterator[Row]:
    """The same for an answer of any length: a block of rows at a time."""
    with client.query_row_block_stream(_statement(name), settings=QUERY_SETTINGS) as blocks:
        names = blocks.source.column_names
        for block in blocks:
            for row in block:
                yield dict(zip(names, row, strict=True))


def count_and_sample(client: Client, name: str, shown: int) -> RowSample:
    """The number of rows of `sql/quality/<name>.sql` and the first `shown` of them, however many there are."""
    statement = _statement(name)
    first = _rows(client, f"SELECT * FROM (\n{statement}\n) LIMIT {{shown:UInt32}}", {"shown": shown})  # noqa: S608
    if len(first) < shown:
        return RowSample(len(first), first)
    (counted,) = _rows(client, f"SELECT count() AS found FROM (\n{statement}\n)")  # noqa: S608  # a file of our own
    return RowSample(int(counted["found"]), first)


def _statement(name: str) -> str:
    return load_query(f"quality/{name}").statement


def _rows(client: Client, statement: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    return list(client.query(statement, parameters=dict(parameters or {}), settings=QUERY_SETTINGS).named_results())
