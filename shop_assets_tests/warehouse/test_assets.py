"""The two assets as Dagster runs them, between a real broker and a real engine."""

from typing import Any

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from dagster import ExecuteInProcessResult, RunConfig, materialize

from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS, STORES, DocumentKind
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.warehouse.assets import IngestionConfig, ReconciliationConfig, build_assets
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.kafka_clients import send_messages
from shop_assets_tests.warehouse.retention import delete_records

STORE = {"store_id": "store-001", "store_name": "Пикча", "store_network": "Пикча", "manager": {"name": "Тайнова"}}
CUSTOMER = {"customer_id": "cus-1", "last_name": "Секретов", "registration_date": "2025-06-01"}


def run(settings: Settings, config: RunConfig | None = None, *, expected: bool = True) -> ExecuteInProcessResult:
    result = materialize(
        build_assets(settings),
        resources={
            "mongo": mongo_resource(settings),
            "kafka": kafka_resource(settings),
            "pii": personal_data_resource(settings),
            "clickhouse": clickhouse_resource(settings),
        },
        run_config=config,
        raise_on_error=expected,
    )
    assert result.success is expected
    return result


def metadata(result: ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    (event,) = result.asset_materializations_for_node(asset)
    return {name: value.value for name, value in event.metadata.items()}


def publish(kafka: KafkaResource, kind: DocumentKind, *documents: dict[str, object]) -> None:
    headers = [("operation", b"insert"), ("source_time", b"7")]
    messages = (
        {"key": str(document[kind.id_field]), "value": orjson.dumps(document), "headers": headers}
        for document in documents
    )
    send_messages(kafka, kind, *messages)


def test_a_run_brings_what_the_topics_hold_to_mart_and_the_next_one_adds_nothing(
    settings: Settings, kafka: KafkaResource, client: Client
) -> None:
    publish(kafka, STORES, STORE, STORE | {"store_id": "store-002", "store_name": ""})
    publish(kafka, CUSTOMERS, CUSTOMER)
    first = run(settings)
    raw, mart = metadata(first, "clickhouse_raw"), metadata(first, "clickhouse_mart")
    assert (raw["rows_in"], raw["rows_out"], raw["rejected"], raw["dagster/row_count"]) == (3, 3, 0, 3)
    assert (mart["rows_in"], mart["rows_out"], mart["rejected"], mart["repaired"]) == (3, 2, 1, 0)
    assert mart["rejected_by_reason"] == {"stores: store_name: missing": 1}
    assert client.query("SELECT store_id FROM mart.stores").result_rows == [("store-001",)]

    second = run(settings)
    assert metadata(second, "clickhouse_raw")["rows_in"] == 0
    assert metadata(second, "clickhouse_raw")["dagster/row_count"] == 3
    assert metadata(second, "clickhouse_mart")["rows_out"] == 2
    assert client.query("SELECT count() FROM raw.stores").result_rows == [(2,)]
    versions = [ran.asset_materializations_for_node("clickhouse_mart")[0].tags for ran in (first, second)]
    assert versions[0]["dagster/data_version"] == versions[1]["dagster/data_version"], "no day is marked as out of date"


@pytest.mark.slow
def test_a_run_says_how_much_other_rules_have_cleaned_again(settings: Settings, kafka: KafkaResource) -> None:
    publish(kafka, STORES, STORE)
    publish(kafka, CUSTOMERS, CUSTOMER)
    before = metadata(run(settings), "clickhouse_mart")
    try:
        after = metadata(run(settings.model_copy(update={"source_timezone": "Europe/Berlin"})), "clickhouse_mart")
    finally:
        run(settings)
    counted = [(found["removed"], found["cleaned_again"], found["repaired"]) for found in (before, after)]
    assert counted == [(0, 0, 0), (0, 2, 0)]


def test_metadata_has_no_names_of_people(settings: Settings, kafka: KafkaResource) -> None:
    publish(kafka, STORES, STORE)
    publish(kafka, CUSTOMERS, CUSTOMER)
    result = run(settings)
    shown = str([metadata(result, asset) for asset in ("clickhouse_raw", "clickhouse_mart")]).lower()
    assert "store-001" in shown
    assert "секретов" not in shown
    assert "тайнова" not in shown


@pytest.mark.slow
def test_the_next_run_repairs_mart(settings: Settings, kafka: KafkaResource, client: Client) -> None:
    publish(kafka, STORES, STORE)
    run(settings)
    client.command("DROP DATABASE mart SYNC")
    assert metadata(run(settings), "clickhouse_mart")["repaired"] == 1
    client.command("TRUNCATE TABLE mart.store_versions SYNC")
    assert metadata(run(settings), "clickhouse_mart")["repaired"] == 0
    full = RunConfig(ops={"clickhouse_mart": ReconciliationConfig(full=True)})
    assert metadata(run(settings, full), "clickhouse_mart")["repaired"] == 1


def test_missing_messages_fail_the_run_until_they_are_given_up(settings: Settings, kafka: KafkaResource) -> None:
    publish(kafka, STORES, STORE, STORE)
    (partition,) = [
        number
        for (_, number), marks in kafka.administration().watermarks(kafka.ensure_topics().values()).items()
        if marks.high == 2
    ]
    delete_records(settings, STORES, partition, 1)
    failed = run(settings, expected=False)
    (failure,) = [event for event in failed.all_events if event.is_step_failure]
    assert "offsets 0 to 0 are missing" in str(failure.step_failure_data.error)
    accept = RunConfig(ops={"clickhouse_raw": IngestionConfig(accept_missing_offsets=True)})
    assert metadata(run(settings, accept), "clickhouse_raw")["rows_in"] == 1
    assert metadata(run(settings), "clickhouse_raw")["rows_in"] == 0
