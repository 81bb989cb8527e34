"""The rule that statements for ClickHouse stand in files of `sql/`, held by reading the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import shop_assets

PACKAGE = Path(shop_assets.__file__).parent

LONGEST = 70
"""Characters of a statement that may stand in Python: administration of one table, or a wrapper around a query."""

EXCEPTIONS = {
    "features/generated_files.py": "writes files of sql/",
    "warehouse/statements/migrations.py": "a pattern that recognises statements",
}
"""Modules with longer texts that begin as a statement does, and why."""

OTHER_ENGINES = {"landing", "document_store", "topics", "embedded"}
"""Folders whose statements are for SQLite, where they remember what they saw, and for the embedded engine itself."""

_STATEMENT = re.compile(r"\s*(?:SELECT|INSERT INTO|ALTER TABLE|DELETE FROM|CREATE|DROP|TRUNCATE|RENAME|WITH)\s")


def long_statements(source: str) -> list[str]:
    return [text for text in _texts(ast.parse(source)) if _STATEMENT.match(text) and len(text) > LONGEST]


def _texts(tree: ast.Module) -> Iterator[str]:
    """All texts; of an f-string what is written in it, with {} for each value."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def for_clickhouse() -> dict[str, str]:
    """The source of every module of a folder that ClickHouse may be asked from, by its path."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in OTHER_ENGINES
    }


def test_statements_for_clickhouse_are_files_of_sql() -> None:
    found = {path: texts for path, source in for_clickhouse().items() if (texts := long_statements(source))}
    assert {path: texts for path, texts in found.items() if path not in EXCEPTIONS} == {}
    assert EXCEPTIONS.keys() <= found.keys(), "an exception that nothing needs any more"


def test_a_long_statement_is_noticed_however_it_is_written() -> None:
    columns = ", ".join(f"column_{number}" for number in range(10))
    assert long_statements(f'client.query("SELECT {columns} FROM mart.stores")')
    assert long_statements(f'client.query(f"SELECT {columns} FROM mart.{{view}}")')
    assert long_statements(f'client.query(\n    "SELECT {columns} "\n    f"FROM mart.{{view}}"\n)')
    assert long_statements(f'QUERY = """\n    SELECT {columns}\n    FROM mart.stores"""')
    assert not long_statements('client.command(f"DROP TABLE IF EXISTS {name}")')
