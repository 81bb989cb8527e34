"""What is known to be harmless in a statement that may only read: statements, clauses, functions and tables."""

from typing import Final

STATEMENTS: Final = frozenset(
    {"SelectWithUnionQuery", "ShowTablesQuery", "ShowColumnsQuery", "ShowIndexesQuery", "ExplainQuery"}
)
NODES: Final = STATEMENTS | {
    "SetQuery",
    *("SelectQuery", "SelectIntersectExceptQuery", "ExpressionList", "Subquery", "WithElement"),
    *("TablesInSelectQuery", "TablesInSelectQueryElement", "TableExpression", "TableJoin", "ArrayJoin", "SampleRatio"),
    *("Identifier", "TableIdentifier", "Literal", "Function", "QueryParameter"),
    *("OrderByElement", "InterpolateElement", "WindowDefinition", "WindowListElement"),
    *("Asterisk", "QualifiedAsterisk", "ColumnsRegexpMatcher", "ColumnsListMatcher"),
    *("QualifiedColumnsRegexpMatcher", "QualifiedColumnsListMatcher"),
    *("ColumnsTransformerList", "ColumnsApplyTransformer", "ColumnsExceptTransformer", "ColumnsReplaceTransformer"),
    "ColumnsReplaceTransformer::Replacement",
}
TABLE_FUNCTIONS: Final = frozenset(
    {"numbers", "numbers_mt", "zeros", "zeros_mt", "generateseries", "generate_series", "values", "null"}
)
"""In lower case: some may be spelled in any."""

CATEGORIES: Final = frozenset(
    {
        *("Aggregate Functions", "Arithmetic", "Arrays", "Bit", "Bitmap", "Comparison", "Conditional", "Distance"),
        *("Dates and Times", "Encoding", "Financial", "Geo", "Geo Polygon", "Hash", "IP Address", "JSON", "Logical"),
        *("Map", "Mathematical", "Null", "Random Number", "Rounding", "String", "String Replacement", "Tuple", "URL"),
        *("String Search", "String Splitting", "Time Window", "Type Conversion", "UUID"),
    }
)
"""Categories of functions that compute from their arguments alone. Not among them: dictionaries, machine learning, AI,
introspection and the engine's internal functions."""

OTHER_FUNCTIONS: Final = frozenset(
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

SYSTEM_TABLES: Final = frozenset(
    {
        "one",
        "numbers",
        "numbers_mt",
        "zeros",
        "databases",
        "tables",
        "columns",
        "settings",
        "functions",
        "table_functions",
        "table_engines",
        "data_type_families",
        "formats",
        "keywords",
        "time_zones",
        "build_options",
        "parts",
        "contributors",
        "aggregate_function_combinators",
        "data_skipping_indices",
        "collations",
    }
)
"""What clients ask for, and what says nothing about the statements and secrets of others, as `processes` does."""

ABOUT_THE_SERVER: Final = frozenset({"merges", "cluster", "clusters", "caches", "settings"})
"""Other statements than SHOW TABLES and SHOW DATABASES that are nodes of its type."""

INFORMATION_SCHEMA: Final = ("information_schema", "INFORMATION_SCHEMA")
"""The databases of the standard's views, which every user may read."""
