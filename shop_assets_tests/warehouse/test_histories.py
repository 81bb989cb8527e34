"""Random histories of documents: whatever the order and the duplicates of messages, MART ends in the state of MongoDB.

Hypothesis draws seeds, prints the one that fails, and tries it again first the next time.
"""

from itertools import pairwise
from random import Random

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shop_assets.documents.kinds import KINDS
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.warehouse.random_histories import Histories
from shop_assets_tests.warehouse.raw_messages import RawMessage, document, insert_raw
from shop_assets_tests.warehouse.shown_state import assert_mart_shows, open_rejects, rows, shown
from shop_assets_tests.writers import unguarded

HISTORIES_AT_ONCE = 500
"""Of all kinds in one RAW: what a statement costs is shared by them."""

VERSIONS = tuple(f"mart.{kind.singular}_versions" for kind in KINDS)
TABLES = (*(f"raw.{kind.name}" for kind in KINDS), *VERSIONS, "mart.reject_versions", "mart.reconciliations")


def insert_in_parts(client: Client, random: Random, kind: str, messages: list[RawMessage]) -> None:
    """As several blocks, some of whose messages come twice, with merges in between."""
    cuts = sorted({0, len(messages), *(random.randint(0, len(messages)) for _ in range(3))})
    for first, end in pairwise(cuts):
        insert_raw(client, kind, messages[first:end] + random.sample(messages[:end], k=end // 20))
        if random.random() < 0.3:
            client.command(f"OPTIMIZE TABLE mart.{kind.removesuffix('s')}_versions FINAL")


def assert_histories_end_in_the_state_of_mongodb(client: Client, seed: int) -> None:
    for table in TABLES:
        client.command(f"TRUNCATE TABLE {table} SYNC")
    histories = Histories(seed, HISTORIES_AT_ONCE)
    for kind, messages in histories.messages.items():
        insert_in_parts(client, Random(seed), kind, messages)
    assert_mart_shows(client, histories.state)
    assert rows(client, "SELECT count() FROM mart.rejects") == {(len(histories.rejects),)}
    assert fetch_rows(client, "mart_differs_from_raw") == []

    for table in (*VERSIONS, "mart.reject_versions"):
        client.command(f"TRUNCATE TABLE {table} SYNC")
    reconcile(client, full=True, guard=unguarded)
    assert_mart_shows(client, histories.state)
    assert rows(client, "SELECT count() FROM mart.rejects") == {(len(histories.rejects),)}


seeds = given(seed=st.integers(0, 2**32))
# A smaller seed is no simpler history: there is nothing to shrink.
drawing = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.slow
@seeds
@settings(drawing, max_examples=1)
def test_histories_end_in_the_state_of_mongodb_also_when_mart_is_rebuilt(client: Client, seed: int) -> None:
    assert_histories_end_in_the_state_of_mongodb(client, seed)


@pytest.mark.slow
@seeds
@settings(drawing, max_examples=20)
def test_ten_thousand_histories_end_in_the_state_of_mongodb(client: Client, seed: int) -> None:
    assert_histories_end_in_the_state_of_mongodb(client, seed)


def product(number: int, price: object) -> RawMessage:
    body = {"id": f"prd-{number}", "name": "Сыр", "group": "Молочные", "price": price, "description": "Версия"}
    return document(f"prd-{number}", body)


def test_a_view_that_fails_leaves_raw_ahead_until_mart_is_repaired(client: Client) -> None:
    client.command("DROP VIEW mart.products_cleaning SYNC")
    client.command(
        "CREATE MATERIALIZED VIEW mart.products_cleaning TO mart.product_versions AS "
        "SELECT toString(throwIf(id != '', 'no room left')) AS id FROM raw.products"
    )
    try:
        with pytest.raises(DatabaseError, match="no room left"):
            insert_raw(client, "products", [product(1, 7), product(2, "?")])
    finally:
        client.command("DROP VIEW mart.products_cleaning SYNC")
    assert client.query("SELECT count() FROM raw.products").result_rows == [(2,)]
    apply_migrations(client)
    reconcile(client, guard=unguarded)
    assert shown(client)["products"] == {("prd-1", "версия")}
    assert open_rejects(client) == {("products", "prd-2")}
    assert fetch_rows(client, "mart_differs_from_raw") == []
