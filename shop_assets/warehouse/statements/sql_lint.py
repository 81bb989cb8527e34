"""`python -m shop_assets.warehouse.statements.sql_lint`: lints every statement of `sql/` as it is rendered.

sqlfluff cannot read the templates as this project renders them, so it gets their results. A line number is that of the
rendered file; the line itself is printed with it, and leads to its place in the template. sqlfluff is a development
tool: nothing else imports this module.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import sqlfluff

from shop_assets.language.counts import counted
from shop_assets.warehouse.mart.reading_rules import ReadingRules, template_values
from shop_assets.warehouse.statements.query_results import LEFT_OUT
from shop_assets.warehouse.statements.sql_templates import SqlFile, read_folder, sql_folder

NOT_LINTED: Final = frozenset({"functions", "macros"})
"""sqlfluff does not know CREATE FUNCTION, and a file of macros has no statement. The tests run every function."""

_CLEANING: Final = "SELECT *\nFROM mart.store_versions"
EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    **template_values(ReadingRules()),
    "features/customers": {"moment": 0, "of_one": True},
    "features/baskets": {"moment": 0, "of_one": True},
    "features/customer_ids": {"moment": 0},
    "features/fingerprint": {"rows": "SELECT *\nFROM mart.baskets"},
    "features/published_counts": {"features": ["new_customer", "no_purchases"]},
    "features/loaded_rows": {"staging": "mart.customer_features"},
    "inspection/column_shares": {"view": "customers", "columns": ["customer_id", "loyalty_card_number"]},
    "prompt/columns": {"table": "mart.stores"},
    "raw_offsets/insert_block": {
        "columns": {"kafka_offset": "UInt64", "id": "String"},
        "writer": "a1",
        "refusal": "fenced off",
    },
    "comparison/warehouse_state": {"left_out": LEFT_OUT},
    "compaction/delete_duplicates": {"topic_id": "'topic'", "topic_partition": 0, "offsets": [1, 2]},
    "reconciliation/forged_offsets": {"table": "mart.store_versions"},
    "reconciliation/delete_forged": {
        "table": "mart.store_versions",
        "topic_id": "'topic'",
        "topic_partition": 0,
        "offsets": [1, 2],
    },
    "reconciliation/unreconciled_partitions": {"reconciled": 2},
    "reconciliation/clean_again": {"columns": ["id"], "cleaning": _CLEANING},
    "reconciliation/delete_outdated": {"slice": "kafka_partition = 1"},
    "reconciliation/delete_rejects": {"slice": "kafka_partition = 1"},
    "rotation/delete_older": {
        "table": "mart.store_versions",
        "condition": "kafka_partition = 1",
        "columns": ["id", "city"],
        "older": ["'enc:v1:k1:'"],
        "unreadable": ["'enc:v1:k1:abc'"],
    },
    "reconciliation/missing_versions": {"columns": "id", "cleaning": _CLEANING, "identifying": _CLEANING},
    "reconciliation/missing_rejects": {
        "columns": "id",
        "cleaning": _CLEANING,
        "identifying": _CLEANING,
        "source": "mart.store_versions",
    },
}
"""Example values for the files whose header lists variables."""


RECURSION: Final = 10_000
"""How deep sqlfluff may call itself: the views that clean are subqueries in subqueries, one for each stage."""


def main() -> None:
    """Print every violation, and end with exit code 1 when there is one."""
    sys.setrecursionlimit(RECURSION)
    files = statements()
    violations = [line for file in files for line in lint(file)]
    print(*violations, f"{counted(len(files), 'SQL statement')}, {counted(len(violations), 'violation')}", sep="\n")  # noqa: T201  # a command
    sys.exit(bool(violations))


def linted_folders() -> list[str]:
    """The folders of `sql/` whose statements sqlfluff can read."""
    return sorted({folder.name for folder in sql_folder().iterdir() if folder.is_dir()} - NOT_LINTED)


def statements() -> list[SqlFile]:
    """Every statement that sqlfluff can read."""
    return [file for folder in linted_folders() for file in read_folder(folder, EXAMPLES)]


def lint(file: SqlFile) -> Iterator[str]:
    """The violations of one statement, each as a line that names its source file."""
    text = file.text
    lines = text.splitlines()
    kind = file.variables.get("kind")
    place = f"sql/{file.path}.sql" + (f" ({kind.name})" if kind else "")
    configuration = Path(sql_folder()).parent / "pyproject.toml"
    for found in sqlfluff.lint(text, config_path=str(configuration)):
        number = int(found["start_line_no"])
        line = lines[number - 1].strip() if number <= len(lines) else ""
        yield f"{place}: rendered line {number}: {found['code']} {found['description']} | {line}"


if __name__ == "__main__":
    main()
