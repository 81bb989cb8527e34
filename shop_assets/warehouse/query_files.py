"""The queries of `sql/quality/` and `sql/dashboards/`: their text, whole, and what they ask with.

A query may read another one as if it were a table: its header says `-- Reads: quality/mart_documents`, and the text
of that query goes before it under the name of its file. So a figure has one text, whoever shows or checks it.

A query's parameters are ClickHouse's own, `{period_start:DateTime('UTC')}`. Nothing is run here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from shop_assets.warehouse.sql_files import SqlFile, read_file, sql_folder

_DEPENDENCIES: Final = re.compile(r"^Reads: (?P<names>.+)$", re.MULTILINE)
_PARAMETER: Final = re.compile(r"\{(?P<name>\w+):(?P<type>[^}]+)\}")


@dataclass(frozen=True)
class SqlQuery:
    """One query: its name (`quality/duplicate_ratio`) and its statement with all that it reads."""

    name: str
    statement: str
    dependencies: tuple[str, ...] = ()
    """The names of the queries that it reads, through others too."""

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters and ClickHouse's types of them, in the order in which they are met."""
        return {found["name"]: found["type"] for found in _PARAMETER.finditer(self.statement)}

    def with_expressions(self, expression: Callable[[str], str]) -> str:
        """The statement with each parameter replaced by an SQL expression, for where ClickHouse binds nothing."""
        return _PARAMETER.sub(lambda found: expression(found["name"]), self.statement)


def load_query(name: str) -> SqlQuery:
    """A query by its folder and file, as `dashboards/sales_by_day`. Raises FileNotFoundError when there is none."""
    needed: dict[str, SqlFile] = {}
    _collect(name, needed)
    own = needed.pop(name)
    if not needed:
        return SqlQuery(name, own.statement)
    read = ",\n".join(f"{_table(file.name)} AS (\n{file.statement}\n)" for file in needed.values())
    return SqlQuery(name, f"WITH {read}\n{own.statement}", tuple(needed))


def _collect(name: str, found: dict[str, SqlFile]) -> None:
    """Puts what `name` reads before `name` itself, each file once."""
    if name in found:
        return
    file = read_file(sql_folder() / f"{name}.sql", name)
    for read in _dependencies(file):
        _collect(read, found)
    found[name] = file


def _dependencies(file: SqlFile) -> list[str]:
    found = _DEPENDENCIES.search(file.description)
    return [name.strip() for name in found["names"].split(",")] if found else []


def _table(name: str) -> str:
    return name.rpartition("/")[2]
