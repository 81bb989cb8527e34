"""What a statement that may only read may do: from which databases it selects, and with which functions.

The engine itself has no users, and a SELECT can do more than read tables: `file()` returns any file of this machine,
`url()` and `s3()` send requests, `sqlite()` creates a file. So the engine parses the statement (`parseQueryToJSON`),
and everything in the tree must be known here to be harmless. What is not known is refused.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from .engine import Engine, Session
from .errors import Code, QueryError, refusal
from .statement import tokens

Tree = Mapping[str, Any]

_STATEMENTS: Final = frozenset({"SelectWithUnionQuery", "ShowTablesQuery", "ShowColumnsQuery", "ExplainQuery"})
_NODES: Final = _STATEMENTS | {
    *("SelectQuery", "SelectIntersectExceptQuery", "ExpressionList", "Subquery", "WithElement"),
    *("TablesInSelectQuery", "TablesInSelectQueryElement", "TableExpression", "TableJoin", "ArrayJoin", "SampleRatio"),
    *("Identifier", "TableIdentifier", "Literal", "Function", "QueryParameter"),
    *("OrderByElement", "InterpolateElement", "WindowDefinition", "WindowListElement"),
    *("Asterisk", "QualifiedAsterisk", "ColumnsRegexpMatcher", "ColumnsListMatcher"),
    *("QualifiedColumnsRegexpMatcher", "QualifiedColumnsListMatcher"),
    *("ColumnsTransformerList", "ColumnsApplyTransformer", "ColumnsExceptTransformer", "ColumnsReplaceTransformer"),
    "ColumnsReplaceTransformer::Replacement",
}
_TABLE_FUNCTIONS: Final = frozenset(
    {"numbers", "numbers_mt", "zeros", "zeros_mt", "generateSeries", "generate_series", "values", "null"}
)
_CATEGORIES: Final = frozenset(
    {
        *("Aggregate Functions", "Arithmetic", "Arrays", "Bit", "Bitmap", "Comparison", "Conditional", "Distance"),
        *("Dates and Times", "Encoding", "Financial", "Geo", "Geo Polygon", "Hash", "IP Address", "JSON", "Logical"),
        *("Map", "Mathematical", "Null", "Random Number", "Rounding", "String", "String Replacement", "Tuple", "URL"),
        *("String Search", "String Splitting", "Time Window", "Type Conversion", "UUID"),
    }
)
"""Categories of functions that compute from their arguments alone. Not among them: dictionaries, machine learning, AI,
introspection and the engine's internal functions."""

_OTHER_FUNCTIONS: Final = frozenset(
    {
        *("bar", "blockNumber", "byteSize", "countDigits", "currentDatabase", "currentUser", "defaultValueOfTypeName"),
        *("displayName", "finalizeAggregation", "formatQuery", "formatReadableDecimalSize", "formatReadableQuantity"),
        *("formatReadableSize", "formatReadableTimeDelta", "getSetting", "getSizeOfEnumType", "hostName", "identity"),
        *("ignore", "indexHint", "initializeAggregation", "isConstant", "isDecimalOverflow", "materialize", "neighbor"),
        *("normalizeQuery", "queryID", "rowNumberInAllBlocks", "rowNumberInBlock", "runningAccumulate", "throwIf"),
        *("runningDifference", "toColumnTypeName", "toTypeName", "transform", "uptime", "variantElement", "version"),
        *("variantType", "visibleWidth", "lowCardinalityKeys", "lowCardinalityIndices", "getSubcolumn", "revision"),
        "_CAST",
    }
)
"""Harmless functions of the category Other, where `file` and `joinGet` are too, and the internal spelling of CAST."""

_SYSTEM_TABLES: Final = frozenset(
    {
        *("one", "numbers", "numbers_mt", "zeros", "databases", "tables", "columns", "settings", "functions"),
        *(
            "table_functions",
            "table_engines",
            "data_type_families",
            "formats",
            "keywords",
            "time_zones",
            "build_options",
        ),
        *("parts", "contributors", "aggregate_function_combinators", "data_skipping_indices", "collations"),
    }
)
"""What clients ask for, and what says nothing about the statements and secrets of others, as `processes` does."""

INFORMATION_SCHEMA: Final = ("information_schema", "INFORMATION_SCHEMA")
"""The databases of the standard's views, which every user may read."""

_READER_SETTINGS: Final = frozenset(
    {
        *("max_execution_time", "max_result_rows", "max_rows_to_read", "max_block_size", "timeout_overflow_mode"),
        *("result_overflow_mode", "read_overflow_mode", "max_query_size", "session_timezone", "join_use_nulls"),
        *("max_bytes_before_external_group_by", "max_bytes_ratio_before_external_group_by"),
        *("max_bytes_before_external_sort", "max_bytes_ratio_before_external_sort", "extremes", "totals_mode"),
        *("date_time_output_format", "date_time_input_format", "log_comment", "final", "use_query_cache"),
        *("prefer_column_name_to_alias", "group_by_use_nulls", "union_default_mode", "readonly"),
        *("cast_string_to_dynamic_use_inference", "async_insert", "wait_for_async_insert"),  # sent by Python and JDBC
    }
)
_READER_SETTING_PREFIXES: Final = ("param_", "output_format_")
"""Settings that change a result's form or lower a limit; none opens anything. `dialect` would change the parser."""


@dataclass(frozen=True)
class ReadingRules:
    """Judges statements that may only read.

    Attributes:
        functions: The engine's functions that are not allowed, in lower case. A name that the engine does not know may
            be a function of the warehouse's own.
    """

    functions: frozenset[str]

    @classmethod
    def of(cls, engine: Engine) -> "ReadingRules":
        """Learn which functions the engine has."""
        with engine.session() as session:
            rows = session.execute(
                "SELECT name, alias_to, categories, origin FROM system.functions "
                "WHERE origin != 'SQLUserDefined' FORMAT JSONCompactEachRow",
                "JSONCompactEachRow",
            )
        found = [orjson.loads(line) for line in b"".join(rows.chunks()).splitlines()]
        category = {name: categories for name, _, categories, _ in found}

        def allowed(name: str, alias: str, origin: str) -> bool:
            known = alias or name
            return origin == "System" and (category.get(known) in _CATEGORIES or known in _OTHER_FUNCTIONS)

        return cls(frozenset(n.lower() for n, alias, _, origin in found if not allowed(n, alias, origin)))

    def check(self, session: Session, sql: str, databases: Collection[str] | None) -> None:
        """Check a statement.

        Args:
            session: A session of the engine, which parses the statement.
            sql: One statement.
            databases: The databases whose tables it may read, besides harmless system tables; None: all.

        Raises:
            QueryError: 497 for what is not allowed, 164 for settings in the statement, 62 for what cannot be parsed.
        """
        if session.statement_count(sql) and not session.is_read(sql):
            raise written()
        tree = _parsed(session, _described(sql))
        if tree["type"] not in _STATEMENTS:
            raise denied("statements of this kind")
        allowed = databases if databases is None else {*databases, *INFORMATION_SCHEMA}
        forbidden = frozenset() if allowed is None else frozenset(session.databases()) - allowed
        for node in _nodes(tree):
            _check_clause(node)
            self._check_function(node)
            if node["type"] == "TableIdentifier":
                _check_table(node["name"], node.get("name_parts", ()), allowed)
            elif node["type"] == "Identifier":
                _check_identifier(node.get("name_parts", ()), forbidden)

    def _check_function(self, node: Tree) -> None:
        if node["type"] == "TableExpression" and "table_function" in node:
            name = node["table_function"]["name"]
            if name not in _TABLE_FUNCTIONS:
                raise denied(f"the table function {name}")
        # A function can be an argument too: arrayMap(file, …), APPLY(file).
        called = node["name"] if node["type"] in {"Function", "Identifier"} else node.get("func_name")
        if called and str(called).lower() in self.functions:
            raise denied(f"the function {called}")


def reader_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings of a request that may only read.

    readonly = 2, and not 1: with 1, `system.settings` says that nothing can be set, and clients then set nothing. What
    2 allows besides, the rules refuse.

    Raises QueryError 164 for a setting that is not a reader's.
    """
    for name in settings:
        if name not in _READER_SETTINGS and not name.startswith(_READER_SETTING_PREFIXES):
            raise refusal(Code.READONLY, f"Cannot modify '{name}' setting in readonly mode.")
    return {**settings, "readonly": "2"}


def _parsed(session: Session, sql: str) -> Tree:
    try:
        tree: Tree = orjson.loads(session.syntax_tree(sql))
    except QueryError as error:
        if error.code == Code.BAD_ARGUMENTS:  # a statement whose tree the engine cannot show
            raise denied("statements of this kind") from None
        raise
    return tree


def _described(sql: str) -> str:
    """DESCRIBE as a SELECT from what it describes: the engine does not show its tree."""
    found = tokens(sql)
    first = next(found, None)
    if first is None or not first.is_word("DESCRIBE", "DESC"):
        return sql
    second = next(found, None)
    end = second.end if second is not None and second.is_word("TABLE") else first.end
    return f"SELECT * FROM {sql[end:]}"  # noqa: S608  # it is parsed, and never run


def _check_clause(node: Tree) -> None:
    kind = node["type"]
    if kind == "SetQuery":
        raise refusal(Code.READONLY, "A statement that may only read has no SETTINGS; put them into the URL")
    if kind not in _NODES or "out_file" in node:
        raise denied(f"this clause ({kind})")
    if kind == "ExplainQuery" and node["query"]["type"] not in _STATEMENTS:
        raise denied("EXPLAIN of this statement")
    if kind == "QueryParameter" and node["param_type"] == "Identifier":
        raise denied("parameters of the type Identifier")


def _check_table(name: str, parts: Iterable[str], databases: Collection[str] | None) -> None:
    database, *rest = parts or ("",)
    if databases is None or not rest or database in databases:
        return
    if database != "system" or rest[-1] not in _SYSTEM_TABLES:
        raise denied(f"the table {name}")


def _check_identifier(parts: Iterable[str], forbidden: frozenset[str]) -> None:
    """Refuse a name that `IN` could take for a table: `1 IN default.secret`."""
    database, *rest = parts or ("",)
    if rest and database in forbidden and (database != "system" or rest[-1] not in _SYSTEM_TABLES):
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


def written() -> QueryError:
    """The refusal of a statement that writes, in a request that may only read."""
    return refusal(Code.READONLY, "Cannot execute query in readonly mode: this user, and every request by GET, reads")


def denied(what: str) -> QueryError:
    """The refusal of something that a request may not do because it may only read."""
    reason = f"Not enough privileges: this user, and every request by GET, may only read tables, without {what}"
    return refusal(Code.ACCESS_DENIED, reason)
