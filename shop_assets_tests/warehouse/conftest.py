"""An empty warehouse with its tables, and a way to put messages into RAW as the ingestion does."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.settings import Settings
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements import sql_templates
from shop_assets_tests.isolation import clear_tables
from shop_assets_tests.warehouse.saved_rows import SavedRows


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    """A client of a migrated warehouse without rows."""
    with clickhouse_resource(settings).process_config_and_initialize_cm() as warehouse, warehouse.client() as client:
        clear_tables(client)
        yield client


@pytest.fixture
def kafka(settings: Settings) -> KafkaResource:
    """The cluster, with the four topics."""
    kafka = kafka_resource(settings)
    kafka.ensure_topics()
    return kafka


@pytest.fixture(scope="module")
def saved_rows(stack_settings: Settings) -> Iterator[SavedRows]:
    """Rows that several tests of a file begin with."""
    with clickhouse_resource(stack_settings).client() as client:
        saved = SavedRows(client)
        yield saved
        saved.drop()


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sql/ to change."""
    folder = tmp_path / "sql"
    copytree(sql_templates.sql_folder(), folder)
    monkeypatch.setattr(sql_templates, "sql_folder", lambda: folder)
    return folder
