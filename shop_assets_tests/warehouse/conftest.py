"""An empty warehouse with its tables, and a way to put messages into RAW as the ingestion does."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements import sql_templates
from shop_assets.warehouse.statements.migrations import apply_migrations

OBJECTS = (
    "SELECT (SELECT groupUniqArray(name || uuid::String) FROM system.tables WHERE database IN ('raw', 'mart')), "
    "(SELECT groupUniqArray(name) FROM system.functions WHERE name LIKE 'shop_%')"
)
_made: set[str] = set()


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    """A client of a migrated warehouse without rows. It is emptied, not created again: that takes a tenth."""
    with clickhouse_resource(settings).process_config_and_initialize_cm() as warehouse, warehouse.client() as client:
        if _objects(client) not in _made:
            apply_migrations(client)
            _made.add(_objects(client))
        filled = client.query(
            "SELECT database || '.' || name FROM system.tables "
            "WHERE database IN ('raw', 'mart') AND engine LIKE '%MergeTree' AND name != 'migrations' AND total_rows > 0"
        ).result_rows
        for (table,) in filled:
            client.command(f"TRUNCATE TABLE {table} SYNC")
        yield client


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sql/ to change."""
    folder = tmp_path / "sql"
    copytree(sql_templates.sql_folder(), folder)
    monkeypatch.setattr(sql_templates, "sql_folder", lambda: folder)
    return folder


def _objects(client: Client) -> str:
    return str([sorted(names) for names in client.query(OBJECTS).result_rows[0]])
