"""Duplicates removed from RAW: what stays says the same, and counts as the same."""

import secrets
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.raw import compaction
from shop_assets.warehouse.raw.compaction import CompactionResult, compact
from shop_assets.warehouse.raw.raw_offsets import next_offset
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.warehouse.raw_messages import NOW, RawMessage, document, insert_raw, tombstone
from shop_assets_tests.writers import unguarded

SHOWN = (
    "SELECT * EXCEPT ingested_at FROM mart.products ORDER BY ALL",
    "SELECT * FROM mart.rejects ORDER BY ALL",
    "SELECT * FROM mart.open_rejects ORDER BY ALL",
)


def product(number: int, body: str, time: int) -> RawMessage:
    """A version of a product: a name, `?` for one that is rejected, nothing for a deletion."""
    name = f"prd-{number}"
    if not body:
        return tombstone(name, source_time=time)
    price = "?" if body == "?" else 10
    return document(name, {"id": name, "name": body, "group": "Мясо", "price": price}, source_time=time)


def mart(client: Client) -> list[object]:
    return [client.query(statement).result_rows for statement in SHOWN]


def remade_mart(client: Client) -> list[object]:
    for table in ("product_versions", "customer_versions", "reject_versions", "reconciliations"):
        client.command(f"TRUNCATE TABLE mart.{table} SYNC")
    reconcile(client, guard=unguarded)
    return mart(client)


def duplicates(client: Client) -> int:
    (row,) = [row for row in fetch_rows(client, "duplicate_ratio") if row["kind"] == "products"]
    return int(row["row_count"]) - int(row["distinct_documents"])


def unaccounted(client: Client) -> list[tuple[int, int]]:
    return [(row["unaccounted"], row["duplicated"]) for row in fetch_rows(client, "raw_offsets")]


def test_the_newest_of_equal_messages_stays_and_every_offset_is_accounted_for(client: Client) -> None:
    history = [product(1, "A", 1), product(1, "B", 2), product(1, "A", 3), product(2, "", 4), product(2, "", 5)]
    history = [RawMessage(**{**vars(message), "offset": number}) for number, message in enumerate(history)]
    insert_raw(client, "products", history)
    before = mart(client)
    assert compact(client, guard=unguarded)[PRODUCTS] == CompactionResult(5, 2, 0.4, 0.0)
    rows = client.query("SELECT kafka_offset FROM raw.products ORDER BY kafka_offset").result_rows
    assert rows == [(1,), (2,), (4,)]
    assert mart(client) == before
    assert fetch_rows(client, "mart_differs_from_raw") == []
    assert unaccounted(client) == [(0, 0)]
    assert compact(client, guard=unguarded)[PRODUCTS] == CompactionResult(3, 0, 0.0, 0.0)
    assert remade_mart(client) == before


def test_what_goes_is_written_out_in_the_statements_that_remove_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A replicated table refuses a removal that has to look anything up, and the embedded engine has none to try it on.
    monkeypatch.setattr(compaction, "BATCH_SIZE", 2)
    topic_id = f"it's {secrets.token_hex(4)}"
    repeated = [RawMessage(b"prd-1", b"{}", offset=n, partition=n % 2, topic_id=topic_id) for n in range(8)]
    insert_raw(client, "products", [*repeated, RawMessage(b"prd-1", b"{}", source_time=9)])
    assert compact(client, guard=unguarded)[PRODUCTS].removed == 8
    removals = client.query(
        "SELECT command FROM system.mutations WHERE table = 'products' AND position(command, {topic_id:String}) > 0",
        {"topic_id": topic_id.replace("'", "\\'")},
    ).result_rows
    assert len(removals) == 4  # two partitions, two batches of each
    assert not [command for (command,) in removals if "SELECT" in command]


def test_the_last_offset_stays_known_when_its_message_is_removed(client: Client) -> None:
    late = RawMessage(b"prd-1", b"{}", offset=7, source_time=1)
    insert_raw(client, "products", [RawMessage(b"prd-1", b"{}", offset=6, source_time=2), late])
    assert next_offset(client, PRODUCTS, "topic-1", 0) == 8
    compact(client, guard=unguarded)
    assert client.query("SELECT kafka_offset FROM raw.products").result_rows == [(6,)]
    assert next_offset(client, PRODUCTS, "topic-1", 0) == 8


def test_a_compaction_that_died_anywhere_is_finished_by_the_next(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "BATCH_SIZE", 1)
    insert_raw(client, "products", [product(1, "A", time) for time in (1, 2, 3)])
    insert_raw(client, "products", [product(2, "A", time) for time in (4, 5, 6, 7, 8)])
    before = mart(client)

    class KilledError(Exception):
        pass

    for statements in range(1, 20):
        left = iter(range(statements))

        def guard(left=left) -> None:
            if next(left, None) is None:
                raise KilledError

        try:
            compact(client, guard=guard)
            break
        except KilledError:
            assert mart(client) == before
            assert remade_mart(client) == before
            assert {doubled for _, doubled in unaccounted(client)} == {0}
    assert statements == 6  # the last three duplicates went before the fifth was killed
    assert duplicates(client) == 0
    assert mart(client) == before


def test_a_reject_whose_duplicate_was_checked_otherwise_later_is_kept_with_its_message(client: Client) -> None:
    buyer = {"customer_id": "cus-1", "registration_date": "2026-05-01"}
    early, late = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    insert_raw(client, "customers", [document("cus-1", buyer, ingested_at=early)])
    insert_raw(client, "customers", [document("cus-1", buyer, ingested_at=late) for _ in range(2)])
    before = mart(client)
    assert "in the future" in str(before)
    assert compact(client, guard=unguarded)[CUSTOMERS].removed == 1
    assert remade_mart(client) == before


def late_purchases(client: Client) -> list[int]:
    return [row["late_purchases"] for row in fetch_rows(client, "late_purchases", {"timezone": "UTC"})]


def test_a_purchase_came_with_its_first_message_though_only_its_newest_is_left(client: Client) -> None:
    body = {
        "purchase_id": "ord-1",
        "customer": {"customer_id": "cus-1"},
        "store": {"store_id": "store-001"},
        "items": [{"product_id": "prd-0001"}],
        "total_amount": 40,
        "purchase_datetime": "2026-02-28T10:00:00Z",
    }
    insert_raw(client, "purchases", [document("ord-1", body, ingested_at=NOW)])
    published = [(date(2026, 2, 28), NOW + timedelta(hours=1))]
    client.insert("mart.customer_features", published, column_names=["ds", "published_at"])
    insert_raw(client, "purchases", [document("ord-1", body, ingested_at=NOW + timedelta(hours=2))])
    for _ in range(2):
        assert compact(client, guard=unguarded)[PURCHASES].ratio_after == 0
        assert late_purchases(client) == []
        insert_raw(client, "purchases", [document("ord-1", body, ingested_at=NOW + timedelta(hours=3))])

    # A warehouse of before these columns, with duplicates that were removed then.
    client.command("ALTER TABLE raw.removed_copies DROP COLUMN kind, DROP COLUMN id, DROP COLUMN ingested_at")
    client.command("DELETE FROM raw.migrations WHERE name = 'raw/23_removed_copies_arrival'")
    assert apply_migrations(client) == ["raw/23_removed_copies_arrival"]
    assert late_purchases(client) == [1]
    other = body | {"purchase_id": "ord-2"}
    for hours in (0, 2):
        insert_raw(client, "purchases", [document("ord-2", other, ingested_at=NOW + timedelta(hours=hours))])
    compact(client, guard=unguarded)
    assert late_purchases(client) == [1]


def test_a_mart_that_is_behind_is_repaired_before_duplicates_go(client: Client) -> None:
    client.command("DROP VIEW mart.products_cleaning SYNC")
    insert_raw(client, "products", [product(1, "?", 1), product(1, "?", 2), product(2, "A", 3)])
    apply_migrations(client)
    assert compact(client, guard=unguarded)[PRODUCTS].removed == 1
    assert len(mart(client)[1]) == 1  # type: ignore[arg-type]  # the rejects
    assert fetch_rows(client, "mart_differs_from_raw") == []


@given(
    history=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["A", "B", "?", ""])), min_size=1, max_size=40),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_history_mart_is_the_same_before_and_after_and_when_rebuilt(
    client: Client, history: list[tuple[int, str]], seed: int
) -> None:
    for table in ("raw.products", "raw.removed_copies", "mart.product_versions", "mart.reject_versions"):
        client.command(f"TRUNCATE TABLE {table} SYNC")
    client.command("TRUNCATE TABLE mart.reconciliations SYNC")
    messages = [product(number, body, time) for time, (number, body) in enumerate(history)]
    Random(seed).shuffle(messages)  # late messages too
    insert_raw(client, "products", messages[::2])
    compact(client, guard=unguarded)
    if messages[1::2]:
        insert_raw(client, "products", messages[1::2])
    reconcile(client, guard=unguarded)
    before = mart(client)
    compact(client, guard=unguarded)
    assert duplicates(client) == 0
    assert mart(client) == before
    assert remade_mart(client) == before
    assert fetch_rows(client, "mart_differs_from_raw") == []
