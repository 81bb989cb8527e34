"""The client's limits, on a real engine."""

import pytest
from pydantic import SecretStr

from shop_assets.settings import Settings
from shop_assets.warehouse import resource
from shop_assets.warehouse.errors import StatementRefusedError, WarehouseError
from shop_assets.warehouse.resource import clickhouse_resource


def test_a_statement_may_take_longer_than_a_connection(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "CONNECT_TIMEOUT_SECONDS", 1)
    with clickhouse_resource(settings).client() as client:
        assert client.command("SELECT sum(sleepEachRow(1)) FROM numbers(2) SETTINGS max_block_size = 1") == 0


def test_a_client_that_worked_is_used_again_by_the_same_user(settings: Settings) -> None:
    warehouse = clickhouse_resource(settings)
    with warehouse.client() as first:
        with warehouse.client() as beside:
            assert beside is not first, "a client is used in one place at a time"
        assert first.command("SELECT 1") == 1
    with warehouse.client() as later:
        assert later is first
    refused = clickhouse_resource(settings.model_copy(update={"clickhouse_password": SecretStr("wrong")}))
    with pytest.raises(WarehouseError), refused.client():
        pass


def test_a_client_that_failed_is_not_used_again(settings: Settings) -> None:
    with pytest.raises(StatementRefusedError), clickhouse_resource(settings).client() as first:
        first.command("SELECT nothing_of_this_name")
    with clickhouse_resource(settings).client() as later:
        assert later is not first


def test_a_client_of_another_version_of_the_server_is_replaced(settings: Settings) -> None:
    with clickhouse_resource(settings).client() as first:
        first.server_version = "1.1.1"
    with clickhouse_resource(settings).client() as later:
        assert later is not first
        assert later.command("SELECT 1") == 1


def test_a_password_that_was_changed_meanwhile_is_reported_as_a_refused_user(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clickhouse_resource(settings).client() as first:
        monkeypatch.setitem(first.headers, "Authorization", "Basic d3Jvbmc6d3Jvbmc=")
    refused = WarehouseError("refused")

    def refuse(_login: object) -> None:
        raise refused

    monkeypatch.setattr(resource, "_new_client", refuse)
    with pytest.raises(WarehouseError) as raised, clickhouse_resource(settings).client():
        pass
    assert raised.value is refused
