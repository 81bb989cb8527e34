"""What a statement that may only read may do: from which databases it selects, and with which functions.

The engine itself has no users, and a SELECT can do more than read tables: `file()` returns any file of this machine,
`url()` and `s3()` send requests, `sqlite()` creates a file. So the engine parses the statement (`parseQueryToJSON`),
and everything in the tree must be known here to be harmless. What is not known is refused.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from .allowed_syntax import (
    ABOUT_THE_SERVER,
    CATEGORIES,
    INFORMATION_SCHEMA,
    NODES,
    OTHER_FUNCTIONS,
    STATEMENTS,
    SYSTEM_TABLES,
    TABLE_FUNCTIONS,
)
from .engine import Engine, Session
from .errors import Code, QueryError, denied, unknown_statement, written
from .reader_settings import check_clause, check_format
from .table_descriptions import table_description

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class ReadOnlyRules:
    """Judges statements that may only read.

    Attributes:
        functions: The engine's functions that are not allowed, in lower case. A name that the engine does not know may
            be a function of the warehouse's own.
        without_lambdas: Functions, in lower case, that take no lambda, and so no name of a function.
    """

    functions: frozenset[str]
    without_lambdas: frozenset[str]

    @classmethod
    def of(cls, engine: Engine) -> "ReadOnlyRules":
        """Learn which functions the engine has."""
        with engine.session() as session:
            rows = session.execute(
                "SELECT name, alias_to, categories, origin, is_aggregate OR ifNull(higher_order = 0, 0) "
                "FROM system.functions WHERE origin != 'SQLUserDefined' FORMAT JSONCompactEachRow",
                "JSONCompactEachRow",
            )
        found = [orjson.loads(line) for line in b"".join(rows.chunks()).splitlines()]
        category = {name: categories for name, _, categories, _, _ in found}

        def allowed(name: str, alias: str, origin: str) -> bool:
            known = alias or name
            return origin == "System" and (category.get(known) in CATEGORIES or known in OTHER_FUNCTIONS)

        return cls(
            frozenset(n.lower() for n, alias, _, origin, _ in found if not allowed(n, alias, origin)),
            frozenset(name.lower() for name, _, _, _, is_first_order in found if is_first_order),
        )

    @staticmethod
    def without_hidden_parts(sql: str) -> str:
        """Write a statement about a table as it is checked, so that the engine finds no other table in its comments.

        Args:
            sql: Any statement that is to be checked.

        Returns:
            The statement to check and to run.

        Raises:
            QueryError: 497 for a statement about something else than a table.
        """
        description = table_description(sql)
        return f"{description.head} {description.table}" if description else sql

    def check(self, session: Session, sql: str, databases: Collection[str] | None) -> None:
        """Check a statement.

        Args:
            session: A session of the engine, which parses the statement.
            sql: One statement, as `without_hidden_parts` returns it.
            databases: The databases whose tables it may read, besides harmless system tables; None: all.

        Raises:
            QueryError: 497 for what is not allowed, 164 for settings in the statement, 62 for what cannot be parsed.
        """
        if session.statement_count(sql) and not session.is_read(sql):
            raise written()
        description = table_description(sql)
        # The engine does not show the trees of these statements, but that of a SELECT from the same table.
        tree = _parsed(session, f"SELECT * FROM {description.table}" if description else sql)  # noqa: S608  # never run
        if tree["type"] not in STATEMENTS:
            raise unknown_statement()
        allowed = databases if databases is None else {*databases, *INFORMATION_SCHEMA}
        forbidden = frozenset() if allowed is None else frozenset(session.databases()) - allowed
        for node in _nodes(tree):
            _check_syntax(node)
            self._check_function(node)
            if node["type"] == "TableIdentifier":
                _check_table(node["name"], node.get("name_parts", ()), allowed)
            elif node["type"] in {"ShowColumnsQuery", "ShowIndexesQuery"} and "database" in node:
                parts = (node["database"], node["table"])
                _check_table(".".join(parts), parts, allowed)
            elif node["type"] == "ShowTablesQuery":
                _check_database(node, allowed)
            elif node["type"] == "Identifier":
                _check_identifier(node.get("name_parts", ()), forbidden)

    def _check_function(self, node: Tree) -> None:
        if node["type"] == "TableExpression" and "table_function" in node:
            name = node["table_function"]["name"]
            if name.lower() not in TABLE_FUNCTIONS:
                raise denied(f"the table function {name}")
        for called in self._called(node):
            if called.lower() in self.functions:
                raise denied(f"the function {called}; if it is a column's name, qualify it: table.{called}")

    def _called(self, node: Tree) -> Iterator[str]:
        """The functions that a node calls or may call: a name can be an argument or an alias, as in arrayMap(file, …).

        Elsewhere a name is a column, which may be named like a function.
        """
        if node["type"] == "ColumnsApplyTransformer" and "func_name" in node:
            yield node["func_name"]
        if node["type"] == "Identifier" and "alias" in node:
            yield node["name"]
        if node["type"] == "Function":
            yield node["name"]
            is_operator = node.get("is_operator", False)
            if not is_operator and node["name"].lower() not in self.without_lambdas:
                arguments = node.get("arguments", {}).get("children", ())
                yield from (argument["name"] for argument in arguments if argument["type"] == "Identifier")


def _parsed(session: Session, sql: str) -> Tree:
    try:
        tree: Tree = orjson.loads(session.syntax_tree(sql))
    except QueryError as error:
        if error.code == Code.BAD_ARGUMENTS:  # a statement whose tree the engine cannot show
            raise unknown_statement() from None
        raise
    return tree


def _check_syntax(node: Tree) -> None:
    kind = node["type"]
    if kind not in NODES or "out_file" in node:
        raise denied(f"this clause ({kind})")
    if kind == "ShowTablesQuery" and not ABOUT_THE_SERVER.isdisjoint(node):
        raise unknown_statement()
    if kind == "ExplainQuery" and node.get("query", {}).get("type") not in STATEMENTS:
        raise denied("EXPLAIN of this statement")
    if kind == "QueryParameter" and node["param_type"] == "Identifier":
        raise denied("parameters of the type Identifier")
    if "format_ast" in node:
        check_format(node["format_ast"]["name"])
    for place in ("settings", "settings_ast"):
        if place in node:
            check_clause(_setting_names(node[place]), of_explain=(kind, place) == ("ExplainQuery", "settings"))


def _setting_names(clause: Tree) -> list[str]:
    """The names of a SETTINGS clause."""
    parameters = [f"param_{parameter['name']}" for parameter in clause.get("query_parameters", ())]
    return [*(change["name"] for change in clause.get("changes", ())), *clause.get("default_settings", ()), *parameters]


def _check_table(name: str, parts: Iterable[str], databases: Collection[str] | None) -> None:
    database, *rest = parts or ("",)
    if databases is None or not rest or database in databases:
        return
    if database != "system" or rest[-1] not in SYSTEM_TABLES:
        raise denied(f"the table {name}")


def _check_database(shown: Tree, databases: Collection[str] | None) -> None:
    """Refuse the tables of another database. Which there are in `system` is no secret."""
    name = shown.get("from", {}).get("name")
    if databases is not None and name is not None and name not in {*databases, "system"}:
        raise denied(f"the database {name}")


def _check_identifier(parts: Iterable[str], forbidden: frozenset[str]) -> None:
    """Refuse a name that `IN` could take for a table: `1 IN default.secret`. A column is named after its table."""
    database, *rest = parts or ("",)
    if rest and database in forbidden and (database != "system" or rest[0] not in SYSTEM_TABLES):
        raise denied(f"the name {'.'.join((database, *rest))}")


def _nodes(tree: Any) -> Iterator[Tree]:
    pending = [tree]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            if "type" in part:
                yield part
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
