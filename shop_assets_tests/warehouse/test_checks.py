"""The asset checks of RAW and MART, run by Dagster on a real engine."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetCheckSeverity,
    AssetKey,
    AssetSelection,
    Definitions,
    define_asset_job,
)

from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import KINDS
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.resource import kafka_resource
from shop_assets.warehouse.assets import build_assets
from shop_assets.warehouse.checks import build_checks
from shop_assets.warehouse.mart_checks import SHOWN
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.query_execution import count_and_sample, fetch_rows
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.warehouse.raw_messages import NOW, RawMessage, as_whole_topic, document, insert_raw, tombstone
from shop_assets_tests.warehouse.saved_rows import SavedRows

COUNTED = ("stores", "products", "purchases")
# The counts of a stage are one step of a run, and so are the ratios.
COUNTS = {f"clickhouse_{stage}.{kind}_count" for stage in ("raw", "mart") for kind in COUNTED}
RATIOS = {f"clickhouse_raw.{kind.name}_duplicate_ratio" for kind in KINDS}
BLOCKING = {"mart_equals_raw", "personal_data_is_encrypted"}
WARNING = {
    "referential_integrity",
    "product_groups_are_known",
    "few_documents_are_rejected",
    "purchases_are_on_time",
    "ids_are_used_once",
    "ids_are_spelled_once",
    "values_are_read",
    "amounts_agree",
}


def definitions(settings: Settings, checks: AssetSelection) -> Definitions:
    return Definitions(
        assets=build_assets(settings),
        asset_checks=build_checks(settings),
        resources={
            "mongo": mongo_resource(settings),
            "kafka": kafka_resource(settings),
            "pii": personal_data_resource(settings),
            "clickhouse": clickhouse_resource(settings),
        },
        jobs=[define_asset_job("checks", checks)],
    )


def evaluate(settings: Settings, *names: str) -> dict[str, AssetCheckEvaluation]:
    """The answers of all checks, or of some, by the asset's and the check's name."""
    keys = [AssetCheckKey(AssetKey(asset), check) for asset, check in (name.split(".") for name in names)]
    checks = AssetSelection.checks(*keys) if names else AssetSelection.all_asset_checks()
    job = definitions(settings, checks).resolve_job_def("checks")
    found = job.execute_in_process(raise_on_error=False).get_asset_check_evaluations()
    return {f"{check.asset_key.to_user_string()}.{check.check_name}": check for check in found}


def evaluate_one(settings: Settings, name: str) -> AssetCheckEvaluation:
    return evaluate(settings, name)[name]


def metadata(check: AssetCheckEvaluation) -> dict[str, Any]:
    return {name: value.value for name, value in check.metadata.items()}


def store(number: int) -> RawMessage:
    name = f"store-{number:03d}"
    return document(name, {"store_id": name, "store_name": "Пикча", "store_network": "Пикча"})


def product(number: int, **more: object) -> RawMessage:
    name = f"prd-{number:04d}"
    return document(name, {"id": name, "name": "Хлеб", "group": "Зерновые", "price": 40, **more})


def customer(number: int, at: int, **more: object) -> RawMessage:
    name = f"cus-{number}"
    body = {
        "customer_id": name,
        "registration_date": "2025-06-01",
        "purchase_location": {"store_id": f"store-{at:03d}"},
    }
    return document(name, body | more)


def purchase(number: int, **more: object) -> RawMessage:
    name = f"ord-{number}"
    body = {
        "purchase_id": name,
        "customer": {"customer_id": "cus-1"},
        "store": {"store_id": "store-001"},
        "items": [{"product_id": "prd-0001", "category": "Зерновые"}],
        "total_amount": 40,
        "purchase_datetime": "2025-07-01T10:00:00Z",
    }
    return document(name, body | more)


@pytest.fixture
def shop(client: Client, settings: Settings, saved_rows: SavedRows) -> Settings:
    """A small shop in which all is well, and settings that expect its size."""

    def fill() -> None:
        insert_raw(client, "stores", as_whole_topic([store(1), store(2)]))
        insert_raw(client, "products", as_whole_topic([product(1), product(2)]))
        encrypted = {"phone": "enc:v1:k1:aa", "email": " "}
        insert_raw(client, "customers", as_whole_topic([customer(1, 1, **encrypted), customer(2, 2, phone=None)]))
        insert_raw(client, "purchases", as_whole_topic([purchase(1), purchase(2), purchase(3)]))

    saved_rows.fill(fill)
    return settings.model_copy(update={"expected_stores": 2, "minimum_products": 2, "minimum_purchases": 3})


def test_all_checks_pass_where_all_is_well(shop: Settings) -> None:
    checks = evaluate(shop)
    assert {name for name, check in checks.items() if not check.passed} == set()
    assert checks.keys() > COUNTS | RATIOS
    assert {name.split(".")[1] for name, check in checks.items() if check.blocking} == BLOCKING
    warning = {name.split(".")[1] for name, check in checks.items() if check.severity == AssetCheckSeverity.WARN}
    assert warning == WARNING


def test_counts_are_of_distinct_living_documents(shop: Settings, client: Client) -> None:
    insert_raw(client, "stores", [store(1), tombstone("store-002")])
    insert_raw(client, "purchases", [purchase(3, total_amount=-1), purchase(1)])
    checks = evaluate(shop, *COUNTS)
    numbers = {name: metadata(check)["counted"] for name, check in checks.items()}
    assert numbers == {
        "clickhouse_raw.stores_count": 1,
        "clickhouse_raw.products_count": 2,
        "clickhouse_raw.purchases_count": 3,
        "clickhouse_mart.stores_count": 1,
        "clickhouse_mart.products_count": 2,
        "clickhouse_mart.purchases_count": 2,
    }
    failed = {name for name in numbers if not checks[name].passed}
    assert failed == {
        "clickhouse_raw.stores_count",
        "clickhouse_mart.stores_count",
        "clickhouse_mart.purchases_count",
    }
    assert "SHOP_EXPECTED_STORES" in str(metadata(checks["clickhouse_raw.stores_count"]))


def test_every_offset_of_a_topic_is_in_raw_once(shop: Settings, client: Client) -> None:
    name = "clickhouse_raw.raw_has_every_offset_once"
    assert evaluate_one(shop, name).passed
    insert_raw(client, "stores", [replace(store(3), offset=1)])
    check = evaluate_one(shop, name)
    assert (check.passed, check.severity) == (False, AssetCheckSeverity.ERROR)
    assert (metadata(check)["duplicated"], metadata(check)["unaccounted"]) == (1, 0)
    assert "shop.stores" in str(metadata(check)["first"])


@pytest.mark.parametrize("missing", ["first", "last but one"])
def test_an_offset_that_raw_lost_is_unaccounted_for(shop: Settings, client: Client, missing: str) -> None:
    offset = {"first": 0, "last but one": 1}[missing]
    client.command(f"DELETE FROM raw.purchases WHERE kafka_offset = {offset}")
    check = evaluate_one(shop, "clickhouse_raw.raw_has_every_offset_once")
    assert not check.passed
    assert (metadata(check)["duplicated"], metadata(check)["unaccounted"]) == (0, 1)


def test_an_offset_that_was_accepted_as_lost_is_accounted_for(shop: Settings, client: Client) -> None:
    client.command("DELETE FROM raw.purchases WHERE kafka_offset = 0")
    gap = {"kafka_topic": "shop.purchases", "kafka_topic_id": "topic-1", "kafka_partition": 0}
    columns = [*gap, "first_offset", "last_offset"]
    client.insert("raw.accepted_gaps", [[*gap.values(), 0, 0]], column_names=columns)
    assert evaluate_one(shop, "clickhouse_raw.raw_has_every_offset_once").passed


def test_holes_that_kafka_made_by_log_compaction_are_no_faults(shop: Settings, client: Client) -> None:
    compacting = shop.model_copy(update={"kafka_cleanup_policy": "compact"})
    topics = kafka_resource(compacting).ensure_topics()
    insert_raw(client, "products", [replace(product(3), offset=7)], topic=topics["products"].name)
    check = evaluate_one(compacting, "clickhouse_raw.raw_has_every_offset_once")
    delete_topics(shop, *KINDS)
    assert check.passed
    assert topics["products"].name in str(check.description)


def test_more_stores_than_expected_fail_too_but_more_purchases_do_not(shop: Settings, client: Client) -> None:
    insert_raw(client, "stores", [store(3)])
    insert_raw(client, "purchases", [purchase(4)])
    checks = evaluate(shop, *COUNTS)
    assert not checks["clickhouse_mart.stores_count"].passed
    assert checks["clickhouse_mart.purchases_count"].passed


def test_an_empty_warehouse_fails_its_counts_and_has_no_duplicates(client: Client, settings: Settings) -> None:
    checks = evaluate(settings, *COUNTS, *RATIOS, "clickhouse_mart.mart_equals_raw")
    assert not checks["clickhouse_raw.stores_count"].passed
    assert metadata(checks["clickhouse_raw.purchases_duplicate_ratio"])["ratio"] == 0
    assert checks["clickhouse_mart.mart_equals_raw"].passed


def test_duplicates_fail_only_above_the_limit(shop: Settings, client: Client) -> None:
    ratio, equal = "clickhouse_raw.products_duplicate_ratio", "clickhouse_mart.mart_equals_raw"
    insert_raw(client, "products", [product(1), product(2)])
    check = evaluate(shop, *RATIOS)[ratio]
    assert (check.passed, metadata(check)["ratio"]) == (True, 0.5)  # exactly one half
    new_version = document("store-001", {"store_id": "store-001", "store_name": "Другая"})
    insert_raw(client, "products", [product(2)])
    insert_raw(client, "stores", [new_version])
    checks = evaluate(shop, *RATIOS, equal)
    assert (checks[ratio].passed, metadata(checks[ratio])["ratio"]) == (False, pytest.approx(0.6))
    assert metadata(checks["clickhouse_raw.stores_duplicate_ratio"])["ratio"] == 0  # a new version is no duplicate
    assert checks[equal].passed


def test_a_store_without_customers_is_named(shop: Settings, client: Client) -> None:
    insert_raw(client, "customers", [customer(2, 1)])
    check = evaluate_one(shop, "clickhouse_mart.every_store_has_a_customer")
    assert not check.passed
    assert "store-002" in str(metadata(check))


def test_what_refers_to_nothing_is_counted_and_kept(shop: Settings, client: Client) -> None:
    lost = [{"product_id": "prd-0404"}, {"product_id": "PRD-0001 "}, None]
    insert_raw(
        client,
        "purchases",
        [
            purchase(4, customer={"customer_id": "cus-404"}, items=lost),
            purchase(5, store={"store_id": "store-404"}),
            purchase(6, purchase_datetime="2025-05-31T23:59:59Z"),
        ],
    )
    insert_raw(client, "customers", [customer(3, 404)])
    check = evaluate_one(shop, "clickhouse_mart.referential_integrity")
    assert metadata(check) == {
        "purchases_of_unknown_customers": 1,
        "purchases_in_unknown_stores": 1,
        "lines_of_unknown_products": 2,
        "customers_of_unknown_stores": 1,
        "purchases_before_registration": 1,
    }
    assert (check.passed, check.severity) == (False, AssetCheckSeverity.WARN)
    first, second, early = (purchase(number).key.decode() for number in (4, 5, 6))
    assert check.description == (
        f"1 purchase of an unknown customer, such as {first}; 1 purchase in an unknown store, such as {second}; "
        f"2 lines of unknown products, such as in {first}; "
        f"1 customer of an unknown store, such as {customer(3, 404).key.decode()}; "
        f"1 purchase before its customer's registration, such as {early}"
    )
    assert client.query("SELECT count() FROM mart.purchases").result_rows == [(6,)]


def test_an_id_that_may_be_personal_is_masked_where_a_broken_reference_is_named(shop: Settings, client: Client) -> None:
    phone = "8-900-123-45-67"
    body = orjson.loads(purchase(4, store={"store_id": "store-404"}).payload) | {"purchase_id": phone}
    insert_raw(client, "purchases", [document(phone, body)])
    check = evaluate_one(shop, "clickhouse_mart.referential_integrity")
    assert check.description == "1 purchase in an unknown store, such as ***"


def test_unknown_groups_are_counted_by_label(shop: Settings, client: Client) -> None:
    insert_raw(client, "products", [product(3, group="Бытовая химия")])
    lines = [{"category": "Бытовая химия"}, {"category": " бытовая ХИМИЯ"}, {"category": ""}, {"category": "🥩 Мясо"}]
    insert_raw(client, "purchases", [purchase(4, items=lines)])
    check = evaluate_one(shop, "clickhouse_mart.product_groups_are_known")
    assert not check.passed
    assert check.description == "3 unknown names of groups, such as бытовая химия"
    rows = [tuple(row.values()) for row in fetch_rows(client, "unknown_product_groups")]
    assert rows == [
        ("purchase_items", "бытовая химия", 2),
        ("products", "бытовая химия", 1),
        ("purchase_items", None, 1),
    ]


def test_the_query_of_the_documentation_lists_every_unknown_group(shop: Settings, client: Client) -> None:
    insert_raw(client, "products", [product(3, group="Игрушки")])
    insert_raw(client, "purchases", [purchase(4, items=[{"product_id": "prd-0001", "category": "Химия"}])])
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    (statement,) = re.findall(r'shop query "(SELECT DISTINCT group_label [^"]*)"', text)
    assert sorted(label for (label,) in client.query(statement).result_rows) == ["игрушки", "химия"]


def test_the_first_unknown_groups_are_named_without_a_phone_or_a_long_text(shop: Settings, client: Client) -> None:
    labels = ["Химия", "звоните +7 900 123-45-67", "Игрушки", "а" * 500]
    lines = [{"category": label} for label, times in zip(labels, (5, 4, 2, 3), strict=True) for _ in range(times)]
    insert_raw(client, "purchases", [purchase(4, items=lines)])
    check = evaluate_one(shop, "clickhouse_mart.product_groups_are_known")
    assert check.description == f"4 unknown names of groups, such as химия, звоните ***, {'а' * 40}"


def test_a_value_in_the_clear_blocks_and_is_not_shown(shop: Settings, client: Client) -> None:
    assert client.query("SELECT count() FROM mart.customers WHERE phone IS NOT NULL").result_rows == [(1,)]
    insert_raw(client, "customers", [customer(3, 1, email="ivan@example.com")])
    check = evaluate_one(shop, "clickhouse_mart.personal_data_is_encrypted")
    assert (check.passed, check.blocking, check.severity) == (False, True, AssetCheckSeverity.ERROR)
    assert "customer_versions" in str(metadata(check))
    assert "ivan" not in str(check)


def differences(client: Client) -> list[tuple[str, str, str]]:
    return [tuple(row.values()) for row in fetch_rows(client, "mart_differs_from_raw")]


def test_documents_in_which_mart_differs_from_raw_are_named(shop: Settings, client: Client) -> None:
    insert_raw(client, "stores", [tombstone("store-002")])
    assert differences(client) == []
    client.command("DELETE FROM mart.customer_versions WHERE id = 'cus-2'")
    client.command("DELETE FROM raw.products WHERE id = 'prd-0002'")
    client.command("DELETE FROM mart.store_versions WHERE id = 'store-002' AND is_deleted = 1")
    insert_raw(client, "purchases", [purchase(3, total_amount="?")])
    client.command("TRUNCATE TABLE mart.reject_versions SYNC")
    assert differences(client) == [
        ("customers", "cus-2", "not in MART"),
        ("products", "prd-0002", "MART is newer than RAW"),
        ("purchases", "ord-3", "not among the rejects"),
        ("stores", "store-002", "MART is older than RAW"),
    ]
    check = evaluate_one(shop, "clickhouse_mart.mart_equals_raw")
    assert (check.passed, check.blocking, check.severity) == (False, True, AssetCheckSeverity.ERROR)
    assert all(name in str(metadata(check)) for name in ("cus-2", "prd-0002", "ord-3", "store-002"))


def test_a_finding_of_any_size_is_counted_whole_and_shown_in_part(client: Client) -> None:
    insert_raw(client, "stores", [store(number) for number in range(SHOWN * 3)])
    found = count_and_sample(client, "stores_without_customers", SHOWN)
    assert (found.count, len(found.first)) == (SHOWN * 3, SHOWN)


def test_rejects_are_counted_by_each_of_their_reasons(client: Client) -> None:
    insert_raw(client, "products", [product(1, price="?", name=None), product(2, price=None), product(3, price="x")])
    rows = [tuple(row.values()) for row in fetch_rows(client, "rejects_by_reason")]
    assert rows == [
        ("products", "price: unreadable", 2),
        ("products", "name: missing", 1),
        ("products", "price: missing", 1),
    ]


def test_a_check_that_cannot_ask_is_an_error_and_no_answer(shop: Settings, client: Client) -> None:
    client.command("DROP VIEW mart.purchase_items SYNC")
    checks = evaluate(shop, "clickhouse_mart.referential_integrity", "clickhouse_mart.mart_equals_raw")
    assert list(checks) == ["clickhouse_mart.mart_equals_raw"]


def test_a_share_of_rejected_documents_above_the_limit_warns(shop: Settings, client: Client) -> None:
    insert_raw(client, "products", [product(3, price="?"), product(4, name=None)])
    name = "clickhouse_mart.few_documents_are_rejected"
    few = evaluate_one(shop.model_copy(update={"maximum_rejected_share": 0.5}), name)
    many = evaluate_one(shop, name)
    assert few.passed
    assert (many.passed, many.severity) == (False, AssetCheckSeverity.WARN)
    assert str(many.description).startswith("2 rejected")
    assert "price: unreadable" in str(metadata(many))


def test_purchases_that_come_after_the_report_of_their_day_are_late_until_it_is_made_again(
    shop: Settings, client: Client
) -> None:
    name = "clickhouse_mart.purchases_are_on_time"

    def publish(day: date, published_at: datetime) -> None:
        client.command(f"ALTER TABLE mart.customer_features DROP PARTITION '{day}'")
        client.insert("mart.customer_features", [(day, published_at)], column_names=["ds", "published_at"])

    in_capitals = orjson.loads(purchase(4).payload) | {"purchase_id": "ORD-4"}
    insert_raw(client, "purchases", [document("ORD-4", in_capitals)])
    assert evaluate_one(shop, name).passed, "nothing is published"
    publish(date(2025, 6, 30), NOW - timedelta(days=1))  # a day without purchases
    publish(date(2025, 7, 1), NOW - timedelta(hours=1))
    late = evaluate_one(shop, name)
    assert (late.passed, late.severity) == (False, AssetCheckSeverity.WARN)
    assert late.description == "4 purchases arrived after their day's report was built: backfill 2025-07-01"
    publish(date(2025, 7, 1), NOW + timedelta(hours=1))
    replayed = document("ord-1", orjson.loads(purchase(1).payload), ingested_at=NOW + timedelta(days=1))
    insert_raw(client, "purchases", [replayed])
    assert evaluate_one(shop, name).passed, "a replay is no arrival"
