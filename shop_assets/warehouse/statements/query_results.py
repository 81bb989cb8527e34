"""Results of queries that are remembered while the warehouse does not change.

A run, its checks and its page ask for the same figures, and so does the next run when nothing has arrived: each time
all of RAW or MART would be read. Stages and checks remember results; the page only reads them. A result is stored with
the state of the warehouse, which is compared first: one query of ClickHouse's own tables. Only results without anything
of a document are stored; others are found again each time.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from clickhouse_connect.driver.binding import format_query_value
from clickhouse_connect.driver.client import Client

from shop_assets.warehouse.statements.queries import SqlQuery, load_query, statement_of
from shop_assets.warehouse.statements.query_execution import (
    QUERY_SETTINGS,
    Column,
    Row,
    RowSample,
    columns_of,
    sample_rows,
    scalar,
)

LEFT_OUT: Final = ("customer_features", "migrations", "query_results", "reconciliations", "writers")
"""Tables that `comparison/warehouse_state.sql` leaves out; a query that reads one is not remembered."""

_CHANGING: Final = re.compile(rf"\b(?:now|now64|today|yesterday|rand\w*)\(|\b(?:raw|mart)\.(?:{'|'.join(LEFT_OUT)})")
"""What gives another result without any change of documents."""

MOST_ROWS: Final = 100
"""A result with more rows is neither remembered nor passed on as text."""


@dataclass(frozen=True)
class StoredResult:
    """The rows of a query as values that JSON has, and its columns with their types."""

    structure: Sequence[Column]
    values: Sequence[Sequence[Any]]

    @property
    def rows(self) -> list[Row]:
        """The rows, column name to value."""
        names = [name for name, _ in self.structure]
        return [dict(zip(names, row, strict=True)) for row in self.values]

    @property
    def statement(self) -> str:
        """A statement that gives these rows."""
        if not self.values:
            columns = ", ".join(f"defaultValueOfTypeName({_literal(kind)}) AS {name}" for name, kind in self.structure)
            return f"SELECT {columns} WHERE 0"
        return "\nUNION ALL\n".join(
            "SELECT "
            + ", ".join(
                f"CAST({_literal(value)}, {_literal(kind)}) AS {name}"
                for value, (name, kind) in zip(row, self.structure, strict=True)
            )
            for row in self.values
        )

    @classmethod
    def of(cls, client: Client, query: SqlQuery) -> Self | None:
        """Run a query that has no parameters.

        Args:
            client: A client of the warehouse.
            query: The query.

        Returns:
            Its result; None if it has more than `MOST_ROWS` rows, or anything of a document.
        """
        limited = f"SELECT * FROM (\n{query.statement}\n) LIMIT {MOST_ROWS + 1}"  # noqa: S608  # a file of our own
        result = client.query(limited, settings=QUERY_SETTINGS)
        found = cls(columns_of(client, query.statement, result), result.result_rows)
        return found if len(found.values) <= MOST_ROWS and found.has_no_documents(query.statement) else None

    def has_no_documents(self, statement: str) -> bool:
        """Find out whether a result says nothing of a document: its texts are in the query itself.

        Args:
            statement: The query's text.

        Returns:
            Whether it has only numbers and such texts.
        """
        return all(_is_plain(value, statement) for row in self.values for value in row)


class QueryResults:
    """The results that are remembered of the warehouse as it is now."""

    def __init__(self, client: Client, *, remembers: bool = False) -> None:
        """Look at the state of the warehouse.

        Args:
            client: A client of the warehouse.
            remembers: Results are to be remembered too, which takes the pipeline's rights. While a mutation is under
                way none are: they could be of half of it.
        """
        self._client = client
        self._state = int(scalar(client, load_query("comparison/warehouse_state", left_out=LEFT_OUT).statement))
        self._remembers = remembers and not self._mutates()

    def find(self, query: SqlQuery) -> StoredResult | None:
        """Look up a result.

        Args:
            query: The query.

        Returns:
            The result; None if it is not remembered, or the warehouse has changed since.
        """
        if not self._is_remembered(query):
            return None
        given = {"statement": _number(query), "state": self._state}
        rows = self._client.query(statement_of("comparison/remembered_result"), given).result_rows
        if not rows:
            return None
        ((structure, values),) = rows
        return StoredResult([Column(*column) for column in json.loads(structure)], json.loads(values))

    def remember(self, query: SqlQuery, result: StoredResult) -> None:
        """Remember a result that says nothing of a document.

        Args:
            query: The query.
            result: Its result, found after the state of the warehouse was looked at.
        """
        if self._remembers and self._is_remembered(query) and result.has_no_documents(query.statement):
            stored = [_number(query), self._state, json.dumps(result.structure), json.dumps(result.values)]
            columns = ["statement", "state", "structure", "result_rows"]
            self._client.insert("raw.query_results", [stored], column_names=columns)

    def rows(self, name: str) -> list[Row]:
        """The rows of a query without parameters, for results of a few rows; found and remembered if they are not yet.

        Args:
            name: The file in `sql/quality/`, without its ending.

        Returns:
            The rows, column name to value.

        Raises:
            FileNotFoundError: There is no such query.
            clickhouse_connect.driver.exceptions.Error: ClickHouse does not respond, or refuses the query.
        """
        query = load_query(f"quality/{name}")
        known = self.find(query)
        if known is not None:
            return known.rows
        found = self._client.query(query.statement, settings=QUERY_SETTINGS)
        columns = columns_of(self._client, query.statement, found)
        self.remember(query, StoredResult(columns, found.result_rows))
        return list(found.named_results())

    def _mutates(self) -> bool:
        return bool(scalar(self._client, statement_of("comparison/running_mutations")))

    def _is_remembered(self, query: SqlQuery) -> bool:
        return self._state != 0 and not query.parameters and not _CHANGING.search(query.statement)


def remembered_rows(client: Client, name: str) -> list[Row]:
    """`QueryResults.rows` for a single query; several should share one look at the state of the warehouse.

    Args:
        client: A client of the warehouse that may write.
        name: The file in `sql/quality/`, without its ending.

    Returns:
        The rows, column name to value.
    """
    return QueryResults(client, remembers=True).rows(name)


def remembered_sample(client: Client, name: str, shown: int) -> RowSample:
    """The number of a query's rows and the first of them; that there are none is remembered until something changes.

    Args:
        client: A client of the warehouse that may write.
        name: The file in `sql/quality/`, without its ending.
        shown: How many rows are fetched at most.

    Returns:
        The number of rows, and the first `shown` of them.
    """
    query = load_query(f"quality/{name}")
    results = QueryResults(client, remembers=True)
    known = results.find(query)
    if known is not None:
        return RowSample(len(known.values), known.rows[:shown], known.structure)
    sample = sample_rows(client, query.statement, shown)
    if not sample.count:
        results.remember(query, StoredResult(sample.columns, []))
    return sample


def results_to_read(client: Client, queries: Iterable[SqlQuery]) -> dict[str, str]:
    """The results of what several queries read, so that it is found once for all of them.

    Args:
        client: A client of the warehouse; it need not write.
        queries: The queries.

    Returns:
        By the name of a query that they read, a statement that gives its rows: of those that are remembered, or that
        more than one of them read and that say nothing of a document.
    """
    results = QueryResults(client)
    statements: dict[str, str] = {}
    for name, readers in _readers(queries).items():
        plain = load_query(name)
        if plain.parameters:
            continue
        found = results.find(plain)
        if found is None and readers > 1:
            found = StoredResult.of(client, load_query(name, results=statements))
        if found is not None:
            statements[name] = found.statement
    return statements


def _readers(queries: Iterable[SqlQuery]) -> Mapping[str, int]:
    """How many queries read each other query; what a query reads comes before it."""
    counted: dict[str, int] = {}
    for query in queries:
        for name in query.dependencies:
            counted[name] = counted.get(name, 0) + 1
    return counted


def _is_plain(value: object, statement: str) -> bool:
    if isinstance(value, str):
        return f"'{value}'" in statement  # a literal, and not a part of a word
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _literal(value: object) -> str:
    return str(format_query_value(int(value) if isinstance(value, bool) else value))


def _number(query: SqlQuery) -> int:
    return int.from_bytes(hashlib.blake2b(query.statement.encode(), digest_size=8).digest(), "big")
