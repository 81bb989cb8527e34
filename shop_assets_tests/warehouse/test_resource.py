"""The client's limits, on a real engine."""

import pytest

from shop_assets.settings import Settings
from shop_assets.warehouse import resource
from shop_assets.warehouse.resource import clickhouse_resource


def test_a_statement_may_take_longer_than_a_connection(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "CONNECT_TIMEOUT_SECONDS", 1)
    with clickhouse_resource(settings).client() as client:
        assert client.command("SELECT sum(sleepEachRow(1)) FROM numbers(2) SETTINGS max_block_size = 1") == 0
