"""The queries of `sql/`, ready to be run: their text and their parameters.

A query may read another one as if it were a table: its header says `-- Reads: quality/mart_documents`, and the text of
that query goes before it under the name of its file. So a figure has one definition, for checks and dashboards.

A query's parameters are ClickHouse's own, `{period_start:DateTime('UTC')}`. Nothing is run here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from shop_assets.documents.kinds import DocumentKind
from shop_assets.warehouse.statements.sql_templates import SqlFile, read_file

_DEPENDENCIES: Final = re.compile(r"^Reads: (?P<names>.+)$", re.MULTILINE)
_PARAMETER: Final = re.compile(r"\{(?P<name>\w+):(?P<type>[^}]+)\}")


@dataclass(frozen=True)
class SqlQuery:
    """A query with everything that it reads.

    Attributes:
        name: Its folder and file: `quality/duplicate_ratio`.
        statement: Its text, with the queries that it reads.
        dependencies: The names of the queries that it reads, directly or through others.
    """

    name: str
    statement: str
    dependencies: tuple[str, ...] = ()

    @cached_property
    def parameters(self) -> dict[str, str]:
        """ClickHouse's type of each parameter by its name, in the order of their first use."""
        return {found["name"]: found["type"] for found in _PARAMETER.finditer(self.statement)}

    def with_expressions(self, expression: Callable[[str], str]) -> str:
        """The statement with each parameter replaced, for clients that cannot bind ClickHouse's parameters.

        Args:
            expression: Gives the SQL expression for the parameter of a name.

        Returns:
            The statement without parameters.

        Raises:
            Exception: What `expression` raises for a name.
        """
        return _PARAMETER.sub(lambda found: expression(found["name"]), self.statement)


def load_query(
    name: str, kind: DocumentKind | None = None, results: Mapping[str, str] | None = None, **variables: Any
) -> SqlQuery:
    """Load a query from its file.

    Args:
        name: Its folder and file: `dashboards/sales_by_day`.
        kind: The kind, where the file makes a statement for each.
        results: Statements that stand for queries that it reads, by their names: their results, found before.
        variables: What the file's header lists under `Variables:`.

    Returns:
        The query with everything that it reads.

    Raises:
        FileNotFoundError: There is no such file.
        jinja2.UndefinedError: A variable of the file is not given.
    """
    needed: dict[str, str] = {}
    _collect(read_file(name, kind, **variables), needed, results or {})
    own = needed.pop(name)
    if not needed:
        return SqlQuery(name, own)
    read = ",\n".join(f"{_table(path)} AS (\n{statement}\n)" for path, statement in needed.items())
    return SqlQuery(name, f"WITH {read}\n{own}", tuple(needed))


@cache
def statement_of(name: str, kind: DocumentKind | None = None, *, cluster: str | None = None) -> str:
    """The text of a query that takes no variables, read and rendered once in a process.

    Args:
        name: Its folder and file: `raw_offsets/next_offset`.
        kind: The kind, where the file makes a statement for each.
        cluster: The cluster on whose servers the statement is run; None for a single server.

    Returns:
        The statement with everything that it reads.

    Raises:
        FileNotFoundError: There is no such file.
        jinja2.UndefinedError: The file takes variables.
    """
    return load_query(name, kind).statement if cluster is None else read_file(name, kind).statement_on(cluster)


def _collect(file: SqlFile, found: dict[str, str], results: Mapping[str, str]) -> None:
    """Add the statements of the files that a file reads, then its own, each once."""
    if file.path in found:
        return
    if file.path in results:
        found[file.path] = results[file.path]
        return
    for name in _dependencies(file):
        _collect(read_file(name), found, results)
    found[file.path] = file.statement


def _dependencies(file: SqlFile) -> list[str]:
    found = _DEPENDENCIES.search(file.description)
    return [name.strip() for name in found["names"].split(",")] if found else []


def _table(path: str) -> str:
    return path.rpartition("/")[2]
