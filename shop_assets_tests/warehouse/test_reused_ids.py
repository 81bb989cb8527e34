"""Ids that come again for something else: they are named, until an operator accepts that the document was corrected."""

from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES
from shop_assets.errors import InputError
from shop_assets.warehouse.mart.reading_rules import ReadingRules
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.mart.reused_ids import accept_reused_ids
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.warehouse.raw_messages import RawMessage, document, insert_raw, tombstone
from shop_assets_tests.writers import unguarded


def purchase(source_time: int, customer: str = "cus-1", **more: Any) -> RawMessage:
    body = {
        "purchase_id": "ord-1",
        "customer": {"customer_id": customer},
        "store": {"store_id": "store-1"},
        "items": [{"product_id": "prd-1"}],
        "total_amount": 40,
        "purchase_datetime": "2025-07-01T10:00:00Z",
    }
    return document("ord-1", body | more, source_time=source_time)


def customer(source_time: int, registered: str) -> RawMessage:
    return document("cus-1", {"customer_id": "cus-1", "registration_date": registered}, source_time=source_time)


def store(source_time: int, **location: str) -> RawMessage:
    body = {"store_id": "store-1", "store_name": "Пикча", "store_network": "Пикча", "location": location}
    return document("store-1", body, source_time=source_time)


def reused(client: Client) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in fetch_rows(client, "reused_ids")]


def at(moment: str, customer: str = "cus-1", store: str = "store-1") -> str:
    return f"customer {customer}, store {store}, at {moment}.000"


def test_each_kind_has_what_its_ids_stand_for(client: Client) -> None:
    insert_raw(client, "purchases", [purchase(1), purchase(2, "cus-2")])
    insert_raw(client, "customers", [customer(1, "2025-06-01"), customer(2, "2025-06-02")])
    insert_raw(client, "stores", [store(1, city="Казань"), store(2, city="Омск")])
    assert reused(client) == [
        ("customers", "cus-1", "registered at 2025-06-01 00:00:00.000", "registered at 2025-06-02 00:00:00.000"),
        ("purchases", "ord-1", at("2025-07-01 10:00:00"), at("2025-07-01 10:00:00", "cus-2")),
        ("stores", "store-1", "in казань", "in омск"),
    ]


@pytest.mark.parametrize(
    "change", [{"store": {"store_id": "store-2"}}, {"purchase_datetime": "2025-07-02T10:00:00Z"}], ids=str
)
def test_another_store_or_moment_of_a_purchase_is_another_purchase(client: Client, change: dict[str, Any]) -> None:
    insert_raw(client, "purchases", [purchase(1), purchase(2, **change)])
    assert [row[1] for row in reused(client)] == ["ord-1"]


def test_copies_corrections_of_other_fields_and_missing_values_are_no_other_identity(client: Client) -> None:
    copy = purchase(2, " CUS-1 ", purchase_datetime="2025-07-01T13:00:00+03:00", total_amount="40,00")
    insert_raw(client, "purchases", [purchase(1), copy, purchase(3, total_amount=50)])
    insert_raw(client, "stores", [store(1, city="Казань"), store(2), store(3, city=" КАЗАНЬ ")])
    assert reused(client) == []


def test_a_rejected_document_identifies_nothing(client: Client) -> None:
    insert_raw(client, "purchases", [purchase(1), purchase(2, "cus-2", total_amount="many")])
    assert reused(client) == []


def test_a_deleted_id_that_comes_again_for_something_else_is_named_whatever_is_merged(client: Client) -> None:
    insert_raw(client, "purchases", [purchase(1), tombstone("ord-1", source_time=2)])
    client.command("OPTIMIZE TABLE mart.purchase_versions FINAL")
    insert_raw(client, "purchases", [purchase(3, "cus-2")])
    assert [row[1] for row in reused(client)] == ["ord-1"]


def test_an_accepted_id_is_named_again_only_when_it_changes_again(client: Client) -> None:
    insert_raw(client, "purchases", [purchase(1), purchase(2, "cus-2")])
    insert_raw(client, "customers", [customer(1, "2025-06-01"), customer(2, "2025-06-02")])
    accept_reused_ids(client, PURCHASES, ["ord-1"])
    assert [row[1] for row in reused(client)] == ["cus-1"]
    insert_raw(client, "purchases", [purchase(3, "cus-3")])
    assert reused(client)[1][2:] == (at("2025-07-01 10:00:00", "cus-2"), at("2025-07-01 10:00:00", "cus-3"))


def test_what_other_rules_read_of_a_version_is_no_other_use_of_its_id(client: Client) -> None:
    def local(order: str, source_time: int, customer: str = "cus-1") -> RawMessage:
        body = {
            "purchase_id": order,
            "customer": {"customer_id": customer},
            "store": {"store_id": "store-1"},
            "items": [{"product_id": "prd-1"}],
            "total_amount": 40,
            "purchase_datetime": f"2025-07-01 10:0{source_time}",
        }
        return document(order, body, source_time=source_time)

    insert_raw(client, "purchases", [local("once", 1), local("accepted", 1), local("accepted", 2, "cus-2")])
    insert_raw(client, "purchases", [local("twice", 1), local("twice", 2, "cus-2"), local("deleted", 1)])
    insert_raw(client, "purchases", [tombstone("deleted", source_time=2)])
    accept_reused_ids(client, PURCHASES, ["accepted"])
    reconcile(client, guard=unguarded)
    assert [row[1] for row in reused(client)] == ["twice"]
    try:
        apply_migrations(client, rules=ReadingRules(source_timezone="Europe/Berlin"))
        assert reconcile(client, guard=unguarded)[PURCHASES].renewed_rows
        later = (at("2025-07-01 08:01:00"), at("2025-07-01 08:02:00", "cus-2"))
        assert reused(client) == [("purchases", "twice", *later)]
    finally:
        apply_migrations(client)


def test_an_id_that_mart_does_not_know_cannot_be_accepted(client: Client) -> None:
    insert_raw(client, "customers", [customer(1, "2025-06-01"), customer(2, "2025-06-02")])
    with pytest.raises(InputError, match="MART knows no customer with 1 of the ids given"):
        accept_reused_ids(client, CUSTOMERS, ["cus-1", "cus-9"])
    assert [row[1] for row in reused(client)] == ["cus-1"]


def test_an_older_warehouse_knows_what_its_ids_stood_for(client: Client) -> None:
    for kind in ("stores", "customers", "purchases"):
        client.command(f"DROP VIEW mart.{kind}_identifying")
    client.command("DROP TABLE mart.document_identities SYNC")
    insert_raw(client, "purchases", [purchase(1)])
    apply_migrations(client)
    insert_raw(client, "purchases", [purchase(2, "cus-2")])
    assert [row[1] for row in reused(client)] == ["ord-1"]
    assert apply_migrations(client) == []
    assert len(reused(client)) == 1
