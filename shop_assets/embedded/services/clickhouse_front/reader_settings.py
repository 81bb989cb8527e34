"""The settings and output formats of a request that may only read, by name.

Names and not prefixes: `output_format_schema` is the path of a file that the engine writes, whatever the statement, and
a release may add another one. Not here either: what lifts a limit, the parser (`dialect`), and formats that read a
schema or a template from a file (Protobuf, Template) or send one to a registry (AvroConfluent).
"""

from collections.abc import Iterable, Mapping
from typing import Final

from .errors import Code, QueryError, refusal

_EXECUTION: Final = frozenset(
    {
        *("max_execution_time", "max_result_rows", "max_rows_to_read", "max_block_size", "timeout_overflow_mode"),
        *("result_overflow_mode", "read_overflow_mode", "max_query_size", "session_timezone", "join_use_nulls"),
        *("max_bytes_before_external_group_by", "max_bytes_ratio_before_external_group_by"),
        *("max_bytes_before_external_sort", "max_bytes_ratio_before_external_sort", "extremes", "totals_mode"),
        *("date_time_output_format", "date_time_input_format", "final", "use_query_cache"),
        *("prefer_column_name_to_alias", "group_by_use_nulls", "union_default_mode"),
        *("cast_string_to_dynamic_use_inference", "async_insert", "wait_for_async_insert"),  # sent by Python and JDBC
        *("network_compression_method", "network_zstd_compression_level"),  # sent by Go
    }
)
_RESULT: Final = frozenset(
    {
        *("format_csv_delimiter", "format_csv_null_representation", "format_tsv_null_representation"),
        *("interval_output_format", "date_time_64_output_format_cut_trailing_zeros_align_to_groups_of_thousands"),
        *("output_format_decimal_trailing_zeros", "output_format_float_precision", "output_format_trim_fixed_string"),
        *("output_format_always_write_decimal_point_in_float_and_decimal", "output_format_write_statistics"),
        "output_format_parallel_formatting",
        *("output_format_csv_serialize_tuple_into_separate_columns", "output_format_csv_crlf_end_of_line"),
        *("output_format_csv_header_serialize_tuple_into_separate_columns", "output_format_tsv_crlf_end_of_line"),
        *("output_format_json_quote_64bit_integers", "output_format_json_quote_denormals"),
        *("output_format_json_quote_decimals", "output_format_json_quote_64bit_floats"),
        *("output_format_json_escape_forward_slashes", "output_format_json_named_tuples_as_objects"),
        *("output_format_json_skip_null_value_in_named_tuples", "output_format_json_array_of_rows"),
        *("output_format_json_validate_utf8", "output_format_json_pretty_print"),
        "output_format_json_map_as_array_of_tuples",
        *("output_format_native_encode_types_in_binary_format", "output_format_native_write_json_as_string"),
        "output_format_native_use_flattened_dynamic_and_json_serialization",
        *("output_format_binary_encode_types_in_binary_format", "output_format_binary_write_json_as_string"),
        *("output_format_pretty_max_rows", "output_format_pretty_max_column_pad_width"),
        *("output_format_pretty_max_value_width", "output_format_pretty_max_value_width_apply_for_single_value"),
        *("output_format_pretty_color", "output_format_pretty_grid_charset", "output_format_pretty_row_numbers"),
        *("output_format_pretty_display_footer_column_names", "output_format_pretty_highlight_digit_groups"),
        *("output_format_pretty_multiline_fields", "output_format_pretty_fallback_to_vertical"),
        *("output_format_pretty_single_large_number_tip_threshold", "output_format_markdown_escape_special_characters"),
        *("output_format_arrow_low_cardinality_as_dictionary", "output_format_arrow_string_as_string"),
        *("output_format_arrow_use_signed_indexes_for_dictionary", "output_format_arrow_date_as_uint16"),
        *("output_format_arrow_use_64_bit_indexes_for_dictionary", "output_format_arrow_compression_method"),
        "output_format_arrow_fixed_string_as_fixed_byte_array",
        *("output_format_parquet_string_as_string", "output_format_parquet_compression_method"),
        *("output_format_parquet_fixed_string_as_fixed_byte_array", "output_format_parquet_version"),
        *("output_format_parquet_datetime_as_uint32", "output_format_parquet_date_as_uint16"),
        *("output_format_orc_string_as_string", "output_format_orc_compression_method"),
        *("output_format_avro_codec", "output_format_bson_string_as_string"),
        *("output_format_msgpack_uuid_representation", "output_format_values_escape_quote_with_quote"),
        *("output_format_sql_insert_table_name", "output_format_sql_insert_include_column_names"),
        *("output_format_sql_insert_use_replace", "output_format_sql_insert_quote_names"),
    }
)
ADMITTED: Final = _EXECUTION | _RESULT
"""Settings that change a result's form or lower a limit; none of them names a file, a schema or a host."""

_BY_URL_ONLY: Final = frozenset({"readonly", "log_comment"})
"""Clients send them, and the front replaces them by its own; a statement's SETTINGS would win over those."""

_EXPLAIN_OPTIONS: Final = frozenset(
    {
        *("actions", "header", "indexes", "projections", "json", "description", "graph", "compact", "optimize"),
        *("oneline", "run_passes", "dump_passes", "dump_tree", "dump_ast", "passes", "sorting", "pretty"),
        *("keep_logical_steps", "run_query_tree_passes", "query_tree_passes", "column_structure", "input_headers"),
    }
)
_LINES: Final = ("CSV", "CustomSeparated", "JSONCompactEachRow", "JSONCompactStringsEachRow", "LineAsString")
_LINES_WITH_HEAD: Final = (*_LINES, "Raw", "RowBinary", "TabSeparated", "TabSeparatedRaw", "TSV", "TSVRaw")
_JSON: Final = (
    *("JSON", "JSONStrings", "JSONCompact", "JSONCompactStrings", "JSONColumns", "JSONCompactColumns"),
    *("JSONColumnsWithMetadata", "JSONEachRow", "JSONStringsEachRow", "JSONObjectEachRow", "JSONLines", "JSONL"),
    *("NDJSON", "PrettyJSONEachRow", "PrettyJSONLines", "PrettyNDJSON"),
    *(f"JSON{form}EachRowWithProgress" for form in ("", "Strings", "Compact", "CompactStrings")),
)
_PRETTY: Final = tuple(
    f"Pretty{form}{escapes}{block}"
    for form in ("", "Compact", "Space")
    for escapes in ("", "NoEscapes")
    for block in ("", "MonoBlock")
)
_FORMATS: Final = frozenset(
    name.lower()
    for name in (
        *(f"{name}{head}" for name in _LINES_WITH_HEAD for head in ("", "WithNames", "WithNamesAndTypes")),
        *_JSON,
        *_PRETTY,
        *("Native", "Arrow", "ArrowStream", "Parquet", "ORC", "Avro", "BSONEachRow", "MsgPack", "Npy", "RawBLOB"),
        *("Values", "SQLInsert", "TSKV", "Vertical", "Markdown", "MD", "XML", "Null", "Hash", "Prometheus", "GeoJSON"),
    )
)


def reader_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings of a request that may only read.

    readonly = 2, and not 1: with 1, `system.settings` says that nothing can be set, and clients then set nothing. What
    2 allows besides, the rules refuse.

    Args:
        settings: The settings in URL and form, and the parameters (`param_x`).

    Returns:
        The same with `readonly`.

    Raises:
        QueryError: 164 for a setting that is not a reader's.
    """
    for name in settings:
        if name not in ADMITTED | _BY_URL_ONLY and not name.startswith("param_"):
            raise _refused(name)
    return {**settings, "readonly": "2"}


def check_clause(names: Iterable[str], *, of_explain: bool) -> None:
    """Check the names in a SETTINGS clause, or the options of EXPLAIN.

    Args:
        names: Names as the statement spells them.
        of_explain: Whether they are the options of EXPLAIN.

    Raises:
        QueryError: 164 for one that is not a reader's.
    """
    admitted = _EXPLAIN_OPTIONS if of_explain else ADMITTED
    for name in names:
        if name not in admitted:
            raise _refused(name)


def check_format(name: str) -> None:
    """Check an output format, wherever it is named: statement, URL or header.

    Args:
        name: The format, in any letter case.

    Raises:
        QueryError: 497 for one that is not a reader's.
    """
    if name.lower() not in _FORMATS:
        reason = f"Not enough privileges: a request that may only read gets no result in the format {name}; use another"
        raise refusal(Code.ACCESS_DENIED, f"{reason} one, such as JSONEachRow or Parquet")


def _refused(name: str) -> QueryError:
    reason = f"Cannot modify '{name}' setting in readonly mode: this user, and every request by GET, may set only what"
    return refusal(Code.READONLY, f"{reason} changes a result's form or lowers a limit; leave it out")
