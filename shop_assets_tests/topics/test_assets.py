"""The assets and checks of document store and topics, run by Dagster on real engines."""

import logging
from typing import Any

import orjson
import pytest
from dagster import (
    AssetCheckSeverity,
    AssetKey,
    DagsterInstance,
    ExecuteInProcessResult,
    RunConfig,
    materialize,
)

from shop_assets.document_store import assets as document_store_assets
from shop_assets.document_store import checks as document_store_checks
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.orchestration.asset_metadata import REJECTED, ROW_COUNT, ROWS_IN, ROWS_OUT
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics import assets as topics_assets
from shop_assets.topics import checks as topics_checks
from shop_assets.topics.assets import CaptureConfig
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets_tests.topics.conftest import Documents

PHONE, EMAIL = "+7-900-123-45-67", "ivan@example.com"


def run(settings: Settings, mode: str = "incremental", *, raise_on_error: bool = True) -> ExecuteInProcessResult:
    stages = (document_store_assets, topics_assets)
    checks = (document_store_checks, topics_checks)
    with DagsterInstance.ephemeral() as instance:
        return materialize(
            [
                *(asset for stage in stages for asset in stage.build_assets(settings)),
                *(check for stage in checks for check in stage.build_checks(settings)),
            ],
            instance=instance,
            resources={
                "object_store": object_store_resource(settings),
                "mongo": mongo_resource(settings),
                "kafka": kafka_resource(settings),
                "pii": personal_data_resource(settings),
            },
            run_config=RunConfig(ops={"kafka_topics_loaded": CaptureConfig(mode=mode)}),  # type: ignore[arg-type]
            raise_on_error=raise_on_error,
        )


def metadata(result: ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    (event,) = [e for e in result.get_asset_materialization_events() if e.asset_key == AssetKey(asset)]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def checks(result: ExecuteInProcessResult) -> dict[str, bool]:
    return {evaluation.check_name: evaluation.passed for evaluation in result.get_asset_check_evaluations()}


def put(bucket: Bucket, key: str, document: object) -> None:
    bucket.put(key, orjson.dumps(document), "application/json")


@pytest.fixture
def delivered(bucket: Bucket, database: Documents, kafka: KafkaResource) -> Bucket:
    person = {"customer_id": "cus-1", "phone": PHONE, "email": EMAIL, "first_name": "Иван"}
    put(bucket, "customers/cus-1.json", person)
    put(bucket, "purchases/o.json", {"purchase_id": "ord-1", "customer": person, "total_amount": 12.5, "store": {}})
    put(bucket, "stores/s.json", {"store_id": "store-1", "manager": {"phone": PHONE, "email": EMAIL}})
    put(bucket, "products/p.json", {"id": ""})
    return bucket


def test_both_stages_run_and_show_what_they_did(settings: Settings, delivered: Bucket) -> None:
    result = run(settings)

    stored = metadata(result, "mongo_collections")
    assert (stored[ROWS_IN], stored[ROWS_OUT], stored[REJECTED], stored[ROW_COUNT]) == (4, 3, 1, 3)
    assert "id is missing or blank" in stored["rejected_by_reason"]
    assert "ord-1" in stored["sample"]
    sent = metadata(result, "kafka_topics_loaded")
    assert (sent[ROWS_IN], sent[ROWS_OUT], sent[REJECTED], sent[ROW_COUNT]) == (3, 3, 0, 3)
    assert "nothing was sent before" in sent["snapshots"]
    assert checks(result) == {
        "few_documents_are_rejected": False,
        "erasures_are_finished": True,
        "no_personal_data_in_the_clear": True,
        "personal_data_is_in_its_fields": True,
        "every_document_has_a_message": True,
        "topics_have_their_settings": True,
    }
    assert {e.severity for e in result.get_asset_check_evaluations() if not e.passed} == {AssetCheckSeverity.WARN}


def test_again_nothing_is_loaded_or_sent_and_a_replay_sends_all(settings: Settings, delivered: Bucket) -> None:
    run(settings)

    again = run(settings)
    assert metadata(again, "mongo_collections")[ROWS_IN] == 0
    assert metadata(again, "kafka_topics_loaded")[ROWS_OUT] == 0

    replayed = run(settings, "replay")
    assert metadata(replayed, "kafka_topics_loaded")[ROWS_OUT] == 3
    assert metadata(replayed, "kafka_topics_loaded")[ROW_COUNT] == 6


def test_nothing_personal_is_in_dagsters_events_or_logs(
    settings: Settings, delivered: Bucket, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        result = run(settings)

    text = "".join(map(repr, result.all_events)) + caplog.text
    assert "900" + "-123" not in text
    assert EMAIL not in text
    assert settings.pii_keys.get_secret_value() not in text
    assert settings.mongo_uri.get_secret_value() not in text


def test_a_personal_field_in_the_clear_fails_the_check_and_stops_what_follows(
    settings: Settings, delivered: Bucket, kafka: KafkaResource
) -> None:
    run(settings)
    producer = kafka.producer()
    producer.produce(f"{kafka.topic_prefix}customers", orjson.dumps({"phone": PHONE}), b"cus-2")
    producer.flush(10)

    result = run(settings, raise_on_error=False)

    (failed,) = [e for e in result.get_asset_check_evaluations() if e.check_name == "no_personal_data_in_the_clear"]
    assert (failed.passed, failed.severity, failed.blocking) == (False, AssetCheckSeverity.ERROR, True)
    assert "| phone | 1 |" in failed.metadata["in the clear"].value  # type: ignore[operator]  # Markdown
    assert PHONE not in repr(failed)


def test_a_card_number_that_could_be_a_phone_is_named_and_not_shown(settings: Settings, delivered: Bucket) -> None:
    put(delivered, "customers/cus-2.json", {"customer_id": "cus-2", "loyalty_card_number": "79001234567"})
    put(delivered, "customers/cus-3.json", {"customer_id": "cus-3", "loyalty_card_number": "9001234567"})
    result = run(settings, raise_on_error=False)
    (check,) = [e for e in result.get_asset_check_evaluations() if e.check_name == "personal_data_is_in_its_fields"]
    assert (check.passed, check.severity) == (False, AssetCheckSeverity.WARN)
    assert check.description == (
        "0 phones and e-mails in other fields; 1 number that is not encrypted could be a phone: "
        "customers.loyalty_card_number"
    )
    assert "79001234567" not in repr(check)


def test_a_message_that_is_no_document_fails_the_check_and_names_its_topic(
    settings: Settings, delivered: Bucket, kafka: KafkaResource
) -> None:
    run(settings)
    producer = kafka.producer()
    for value in (b"hello", b"\xff", b"[1]"):
        producer.produce(f"{kafka.topic_prefix}stores", value, b"store-2")
    producer.flush(10)

    result = run(settings, raise_on_error=False)

    (failed,) = [e for e in result.get_asset_check_evaluations() if e.check_name == "no_personal_data_in_the_clear"]
    assert (failed.passed, failed.blocking) == (False, True)
    assert "| not a JSON object | 3 |" in failed.metadata["in the clear"].value  # type: ignore[operator]  # Markdown
    assert f"messages of {kafka.topic_prefix}stores are not JSON objects" in str(failed.description)
    assert "`shop topics recreate`" in str(failed.description)


def test_a_document_that_its_topic_refused_misses_no_message(
    settings: Settings, delivered: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(delivered, "stores/large.json", {"store_id": "store-2", "note": "x" * 5000})
    monkeypatch.setattr("shop_assets.topics.specification.MAXIMUM_MESSAGE_BYTES", 4000)

    result = run(settings)

    assert metadata(result, "kafka_topics_loaded")[REJECTED] == 1
    assert checks(result)["every_document_has_a_message"]


def test_a_check_that_cannot_run_is_an_error_and_no_verdict(settings: Settings, delivered: Bucket) -> None:
    run(settings)
    other = settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:9"})
    check = topics_checks.no_personal_data_in_the_clear

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("shop_assets.topics.administration.REQUEST_TIMEOUT_SECONDS", 2.0)
        with pytest.raises(Exception, match=r"Kafka at 127\.0\.0\.1:9"):
            check(kafka=kafka_resource(other), pii=personal_data_resource(settings))


def test_the_assets_are_described_alike(settings: Settings) -> None:
    for stage, name, group in (
        (document_store_assets, "mongo_collections", "document_store"),
        (topics_assets, "kafka_topics_loaded", "topics"),
    ):
        (spec,) = [spec for asset in stage.build_assets(settings) for spec in asset.specs]
        assert spec.key == AssetKey(name)
        assert spec.group_name == group
        assert spec.owners == ["team:data-platform"]
        assert spec.description
    (stored,) = document_store_assets.build_assets(settings)
    assert {dep.asset_key for spec in stored.specs for dep in spec.deps} == {
        AssetKey(f"raw_{k.name}_json") for k in KINDS
    }
