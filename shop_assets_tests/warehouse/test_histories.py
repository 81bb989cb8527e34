"""Random histories of documents: whatever the order and the copies, MART shows what the newest messages say."""

from random import Random

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop_assets.warehouse.migrations import apply_migrations
from shop_assets.warehouse.queries import ask
from shop_assets.warehouse.reconciliation import reconcile
from shop_assets_tests.warehouse.raw_messages import RawMessage, document, insert_raw, tombstone

Change = tuple[int, str]

changes = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["clean", "clean", "rejected", "deleted"])), min_size=1, max_size=30
)


def message(change: Change, time: int, offset: int) -> RawMessage:
    number, what = change
    name = f"prd-{number}"
    if what == "deleted":
        return tombstone(name, source_time=time, offset=offset)
    body = {"id": name, "name": f"Версия {time}", "group": "Мясо", "price": time if what == "clean" else "?"}
    return document(name, body, source_time=time, offset=offset)


def shown(client: Client) -> list[tuple[str, str]]:
    rows = client.query("SELECT product_id, name FROM mart.products ORDER BY product_id").result_rows
    return [tuple(row) for row in rows]


def open_rejects(client: Client) -> list[str]:
    return [name for (name,) in client.query("SELECT id FROM mart.open_rejects ORDER BY id").result_rows]


@given(history=changes, seed=st.integers(0, 2**32))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mart_is_the_same_after_any_order_with_any_copies_and_when_rebuilt(
    client: Client, history: list[Change], seed: int
) -> None:
    for table in ("raw.products", "mart.product_versions", "mart.reject_versions", "mart.reconciliations"):
        client.command(f"TRUNCATE TABLE {table} SYNC")
    random = Random(seed)
    messages = [message(change, time, 2 * time) for time, change in enumerate(history, start=1)]
    messages += [message(history[time - 1], time, 2 * time + 1) for time in range(1, len(history) + 1, 3)]  # replayed
    random.shuffle(messages)
    while messages:
        size = random.randint(1, len(messages))
        insert_raw(client, "products", messages[:size])
        messages = messages[size:]
        if random.random() < 0.3:
            client.command("OPTIMIZE TABLE mart.product_versions FINAL")

    newest = {number: (what, time) for time, (number, what) in enumerate(history, start=1)}
    wanted = sorted((f"prd-{n}", f"версия {time}") for n, (what, time) in newest.items() if what == "clean")
    rejected = sorted(f"prd-{n}" for n, (what, _) in newest.items() if what == "rejected")
    assert (shown(client), open_rejects(client)) == (wanted, rejected)
    assert ask(client, "mart_differs_from_raw") == []
    every_reject = {(number, time) for time, (number, what) in enumerate(history, start=1) if what == "rejected"}
    assert client.query("SELECT count() FROM mart.rejects").result_rows == [(len(every_reject),)]

    for table in ("mart.product_versions", "mart.reject_versions"):
        client.command(f"TRUNCATE TABLE {table} SYNC")
    reconcile(client, full=True)
    assert (shown(client), open_rejects(client)) == (wanted, rejected)
    assert client.query("SELECT count() FROM mart.rejects").result_rows == [(len(every_reject),)]


def test_a_view_that_fails_leaves_raw_ahead_until_mart_is_mended(client: Client) -> None:
    client.command("DROP VIEW mart.products_cleaning SYNC")
    client.command(
        "CREATE MATERIALIZED VIEW mart.products_cleaning TO mart.product_versions AS "
        "SELECT toString(throwIf(id != '', 'no room left')) AS id FROM raw.products"
    )
    try:
        with pytest.raises(DatabaseError, match="no room left"):
            insert_raw(client, "products", [message((1, "clean"), 7, 7), message((2, "rejected"), 8, 8)])
    finally:
        client.command("DROP VIEW mart.products_cleaning SYNC")
    assert client.query("SELECT count() FROM raw.products").result_rows == [(2,)]
    apply_migrations(client)
    reconcile(client)
    assert (shown(client), open_rejects(client)) == ([("prd-1", "версия 7")], ["prd-2"])
    assert ask(client, "mart_differs_from_raw") == []
