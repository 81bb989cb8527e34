"""MART that is behind RAW is repaired."""

from statistics import median
from time import perf_counter

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, STORES
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.warehouse.raw_messages import RawMessage, document, insert_raw, tombstone
from shop_assets_tests.writers import unguarded

NAMED = {"store_name": "Пикча", "store_network": "Большая Пикча"}


def store(number: int, **more: object) -> RawMessage:
    name = f"store-{number:03d}"
    return document(name, {"store_id": name} | NAMED, **more)


def nameless(number: int, **more: object) -> RawMessage:
    name = f"store-{number:03d}"
    return document(name, {"store_id": name, "store_network": "Большая Пикча"}, **more)


def without_views(client: Client, *views: str) -> None:
    """As if the insert had died between RAW and these views."""
    for view in views:
        client.command(f"DROP VIEW mart.{view} SYNC")


def shown(client: Client) -> list[str]:
    return [name for (name,) in client.query("SELECT store_id FROM mart.stores ORDER BY store_id").result_rows]


def rejected(client: Client) -> list[tuple[str, list[str]]]:
    return [tuple(row) for row in client.query("SELECT id, reasons FROM mart.rejects ORDER BY id").result_rows]


def test_rows_that_never_reached_mart_are_inserted_exactly_once(client: Client) -> None:
    insert_raw(client, "stores", [store(1), store(2)])
    without_views(client, "stores_cleaning")
    insert_raw(client, "stores", [store(2), store(3), nameless(4), tombstone("store-001")])
    apply_migrations(client)
    assert shown(client) == ["store-001", "store-002"]

    report = reconcile(client, guard=unguarded)[STORES]
    assert (report.compared, report.repaired_rows, report.repaired_rejects) == (6, 4, 0)
    assert shown(client) == ["store-002", "store-003"]
    assert rejected(client) == [("store-004", ["store_name: missing"])]
    rows = client.query("SELECT count() FROM mart.store_versions").result_rows
    again = reconcile(client, full=True, guard=unguarded)[STORES]
    assert (again.compared, again.repaired_rows, again.repaired_rejects) == (6, 0, 0)
    assert client.query("SELECT count() FROM mart.store_versions").result_rows == rows


@pytest.mark.parametrize("view", ["stores_cleaning", "stores_rejecting"])
def test_without_a_view_nothing_is_repaired_and_nothing_counts_as_compared(client: Client, view: str) -> None:
    insert_raw(client, "stores", [store(1)])
    without_views(client, view)
    insert_raw(client, "stores", [store(2), nameless(3)])
    with pytest.raises(WarehouseError, match=f"mart.{view} is missing"):
        reconcile(client, guard=unguarded)
    apply_migrations(client)
    assert reconcile(client, guard=unguarded)[STORES].compared == 3
    assert (shown(client), [name for name, _ in rejected(client)]) == (["store-001", "store-002"], ["store-003"])


def test_only_what_came_since_the_last_time_is_compared(client: Client) -> None:
    insert_raw(client, "stores", [store(1), store(2, partition=1)])
    assert reconcile(client, guard=unguarded)[STORES].compared == 2
    assert reconcile(client, guard=unguarded)[STORES].compared == 0
    insert_raw(client, "stores", [store(3), store(4, topic_id="re-created", offset=0)])
    assert reconcile(client, guard=unguarded)[STORES].compared == 2
    assert reconcile(client, full=True, guard=unguarded)[STORES].compared == 4


def test_rejects_that_were_lost_are_found(client: Client) -> None:
    without_views(client, "stores_rejecting")
    insert_raw(client, "stores", [nameless(1), nameless(2)])
    apply_migrations(client)
    report = reconcile(client, guard=unguarded)[STORES]
    assert (report.repaired_rows, report.repaired_rejects) == (0, 2)
    assert [name for name, _ in rejected(client)] == ["store-001", "store-002"]


def test_a_lost_reject_of_a_document_that_is_clean_by_now_is_found_by_the_full_comparison(client: Client) -> None:
    without_views(client, "stores_rejecting")
    insert_raw(client, "stores", [nameless(1)])
    insert_raw(client, "stores", [store(1)])
    client.command("OPTIMIZE TABLE mart.store_versions FINAL")  # the rejected version is merged away
    apply_migrations(client)
    assert reconcile(client, full=True, guard=unguarded)[STORES].repaired_rejects == 1
    assert rejected(client) == [("store-001", ["store_name: missing"])]
    assert shown(client) == ["store-001"]
    assert client.query("SELECT count() FROM mart.open_rejects").result_rows == [(0,)]


def test_a_newer_version_in_mart_is_not_replaced_by_a_repaired_older_one(client: Client) -> None:
    old, new = store(1, source_time=10), store(2, source_time=20)
    insert_raw(client, "stores", [RawMessage(b"store-001", old.payload, source_time=10)])
    without_views(client, "stores_cleaning")
    renamed = document("store-001", {"store_id": "store-001", "store_name": "B", "store_network": "b"}, source_time=5)
    insert_raw(client, "stores", [renamed, new])
    apply_migrations(client)
    report = reconcile(client, guard=unguarded)[STORES]
    assert report.repaired_rows == 1
    assert client.query("SELECT store_name FROM mart.stores ORDER BY store_id").result_rows == [("пикча",), ("пикча",)]


def test_a_dropped_mart_is_filled_again_from_raw(client: Client) -> None:
    insert_raw(client, "stores", [store(1), nameless(2)])
    buyer = {"customer_id": "cus-1", "registration_date": "2025-01-01T00:00:00Z"}
    insert_raw(client, "customers", [document("cus-1", buyer)])
    reconcile(client, guard=unguarded)
    client.command("DROP DATABASE mart SYNC")
    apply_migrations(client)
    reports = reconcile(client, guard=unguarded)
    assert (reports[STORES].repaired_rows, reports[CUSTOMERS].repaired_rows, reports[PURCHASES].compared) == (2, 1, 0)
    assert shown(client) == ["store-001"]
    assert [name for name, _ in rejected(client)] == ["store-002"]


def test_rows_deleted_from_mart_by_hand_come_back_with_the_full_comparison(client: Client) -> None:
    insert_raw(client, "stores", [store(1), store(2)])
    reconcile(client, guard=unguarded)
    client.command("DELETE FROM mart.store_versions WHERE id = 'store-001'")
    assert shown(client) == ["store-002"]
    assert reconcile(client, guard=unguarded)[STORES].repaired_rows == 0
    assert reconcile(client, full=True, guard=unguarded)[STORES].repaired_rows == 1
    assert shown(client) == ["store-001", "store-002"]


@pytest.mark.slow
def test_what_a_reconciliation_costs_depends_on_what_arrived_and_not_on_what_is_stored(client: Client) -> None:
    def seconds_for_ten() -> float:
        taken = []
        for _ in range(7):
            insert_raw(client, "stores", [store(number) for number in range(10)])
            begun = perf_counter()
            assert reconcile(client, guard=unguarded)[STORES].compared == 10
            taken.append(perf_counter() - begun)
        return median(taken)

    insert_raw(client, "stores", [store(number) for number in range(100)])
    reconcile(client, guard=unguarded)
    few = seconds_for_ten()
    for first in range(0, 100_000, 20_000):
        insert_raw(client, "stores", [store(number) for number in range(first, first + 20_000)])
    reconcile(client, guard=unguarded)
    assert seconds_for_ten() < 2 * few
