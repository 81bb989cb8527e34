"""Dates in the future: what clocks that are fast may say, and the second judgement when the moment has come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from dagster import materialize
from pymongo.database import Database

from shop_assets.document_store.resource import mongo_resource
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse import assets
from shop_assets.warehouse.mart.reading_rules import ReadingRules
from shop_assets.warehouse.raw import raw_inserts
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.warehouse.raw_messages import NOW, document, insert_raw
from shop_assets_tests.writers import SoleWriter

Run = Callable[[timedelta], int]

FUTURE = {field: f"{field}: in the future" for field in ("purchase_datetime", "registration_date", "birth_date")}


@pytest.fixture
def run(
    settings: Settings,
    database: Database[dict[str, Any]],
    kafka: KafkaResource,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """A run from MongoDB to MART at a moment from now; returns how many documents it judged again."""

    def run_at(offset: timedelta) -> int:
        class ShiftedClock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # mypy wants Self
                return datetime.now(tz) + offset

        monkeypatch.setattr(raw_inserts, "datetime", ShiftedClock)
        monkeypatch.setattr(assets, "datetime", ShiftedClock)
        capture_changes(
            DocumentSource(database, kafka, personal_data_resource(settings).cipher()),
            "incremental",
            SoleWriter(database.client),
        )
        result = materialize(
            assets.build_assets(settings),
            resources={
                "mongo": mongo_resource(settings),
                "kafka": kafka,
                "pii": personal_data_resource(settings),
                "clickhouse": clickhouse_resource(settings),
            },
        )
        (event,) = result.asset_materializations_for_node("clickhouse_mart")
        return int(event.metadata["judged_again"].value)  # type: ignore[arg-type]  # an IntMetadataValue

    return run_at


def purchase(at: datetime, **more: object) -> dict[str, object]:
    return {
        "purchase_id": "ord-1",
        "customer": {"customer_id": "cus-1"},
        "store": {"store_id": "store-1"},
        "items": [{"product_id": "prd-1"}],
        "total_amount": 40,
        "purchase_datetime": at.isoformat(),
    } | more


def customer(number: int, **more: object) -> dict[str, object]:
    return {"customer_id": f"cus-{number}", "registration_date": "2025-06-01"} | more


def reasons(client: Client) -> dict[str, list[str]]:
    return dict(client.query("SELECT id, reasons FROM mart.open_rejects ORDER BY id").result_rows)


def shown(client: Client) -> list[str]:
    rows = client.query(
        "SELECT purchase_id FROM mart.purchases UNION ALL SELECT customer_id FROM mart.customers"
    ).result_rows
    return sorted(name for (name,) in rows)


def put(database: Database[dict[str, Any]], **documents: dict[str, object]) -> None:
    for kind, body in documents.items():
        database[kind].replace_one({"_id": body[f"{kind[:-1]}_id"]}, dict(body), upsert=True)


@pytest.mark.parametrize(("seconds", "is_future"), [(40, False), (300, False), (301, True)])
def test_a_till_may_be_fast_by_five_minutes(client: Client, seconds: int, is_future: bool) -> None:
    ahead = NOW + timedelta(seconds=seconds)
    insert_raw(client, "purchases", [document("ord-1", purchase(ahead))])
    insert_raw(client, "customers", [document("cus-1", customer(1, registration_date=ahead.isoformat()))])
    expected = {"cus-1": [FUTURE["registration_date"]], "ord-1": [FUTURE["purchase_datetime"]]} if is_future else {}
    assert reasons(client) == expected


@pytest.mark.parametrize(("before_midnight", "is_future"), [(299, False), (301, True)])
def test_a_birth_on_the_next_day_is_future_until_five_minutes_before_midnight(
    client: Client, before_midnight: int, is_future: bool
) -> None:
    arrival = datetime(2026, 3, 2, tzinfo=UTC) - timedelta(seconds=before_midnight)
    born = document("cus-1", customer(1, birth_date="2026-03-02"), ingested_at=arrival)
    insert_raw(client, "customers", [born])
    assert reasons(client) == ({"cus-1": [FUTURE["birth_date"]]} if is_future else {})


def test_another_slack_judges_the_messages_that_come_after_it(client: Client) -> None:
    ahead = purchase(NOW + timedelta(seconds=40))
    insert_raw(client, "purchases", [document("ord-1", ahead)])
    try:
        changed = apply_migrations(client, rules=ReadingRules(clock_slack_seconds=30))
        assert {"functions/24_shop_latest_moment", "mart/33_purchases_cleaning"} <= set(changed)
        assert apply_migrations(client, rules=ReadingRules(clock_slack_seconds=30)) == []
        insert_raw(client, "purchases", [document("ord-2", ahead | {"purchase_id": "ord-2"})])
        assert reasons(client) == {"ord-2": [FUTURE["purchase_datetime"]]}
    finally:
        apply_migrations(client)
    insert_raw(client, "purchases", [document("ord-3", ahead | {"purchase_id": "ord-3"})])
    assert shown(client) == ["ord-1", "ord-3"]


def test_a_purchase_by_a_clock_that_is_40_seconds_fast_is_shown_by_its_own_run(
    database: Database[dict[str, Any]], client: Client, run: Run
) -> None:
    put(database, purchases=purchase(datetime.now(UTC) + timedelta(seconds=40)))
    assert run(timedelta()) == 0
    assert shown(client) == ["ord-1"]


def test_documents_half_an_hour_ahead_are_rejected_and_accepted_by_a_later_run(
    database: Database[dict[str, Any]], client: Client, run: Run
) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=30)
    put(database, purchases=purchase(ahead), customers=customer(1, registration_date=ahead.isoformat()))
    assert run(timedelta()) == 0
    assert reasons(client) == {"cus-1": [FUTURE["registration_date"]], "ord-1": [FUTURE["purchase_datetime"]]}
    assert run(timedelta(minutes=20)) == 0, "not yet"
    assert shown(client) == []
    assert run(timedelta(minutes=31)) == 2
    assert (shown(client), reasons(client)) == (["cus-1", "ord-1"], {})
    assert run(timedelta(minutes=32)) == 0, "once is enough"


@pytest.mark.slow
def test_a_document_with_a_second_fault_or_a_second_date_waits_for_both(
    database: Database[dict[str, Any]], client: Client, run: Run
) -> None:
    now = datetime.now(UTC)
    soon, tomorrow = now + timedelta(minutes=30), now + timedelta(days=2)
    put(
        database,
        purchases=purchase(soon, total_amount=-1),
        customers=customer(1, registration_date=soon.isoformat(), birth_date=tomorrow.date().isoformat()),
    )
    assert run(timedelta()) == 0
    assert run(timedelta(hours=1)) == 0
    assert reasons(client).keys() == {"cus-1", "ord-1"}
    assert run(timedelta(days=3)) == 1
    assert reasons(client).keys() == {"ord-1"}


@pytest.mark.slow
def test_a_document_that_was_deleted_meanwhile_stays_deleted(
    database: Database[dict[str, Any]], client: Client, run: Run
) -> None:
    put(database, purchases=purchase(datetime.now(UTC) + timedelta(minutes=30)))
    assert run(timedelta()) == 0
    database.purchases.delete_one({"_id": "ord-1"})
    assert run(timedelta(hours=1)) == 0
    assert (shown(client), reasons(client)) == ([], {})
