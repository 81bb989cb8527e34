"""Which part of a table the heavy queries read: what docs/mart.md says of order keys and partitions is what they do."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import PURCHASES
from shop_assets.features import mart_queries
from shop_assets.warehouse.statements.queries import load_query

ROWS = 30_000
"""Four granules of 8,192 rows."""

DAYS = 5
FIRST_DAY = date(2026, 1, 1)
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def filled(client: Client) -> Iterator[Client]:
    """RAW has two topic partitions, MART as many customers and purchases, and the features some days."""
    client.command(
        "INSERT INTO raw.purchases (id, operation, kafka_topic_id, kafka_partition, kafka_offset, kafka_timestamp, "
        "ingested_at) SELECT concat('p-', leftPad(toString(number), 6, '0')), 'delete', 'topic-1', "
        f"number % 2, intDiv(number, 2), now(), now() FROM numbers({ROWS})"
    )
    for table in ("customer", "purchase"):
        client.command(f"TRUNCATE TABLE mart.{table}_versions SYNC")
        client.command(
            f"INSERT INTO mart.{table}_versions (id, version) "
            f"SELECT concat('c-', leftPad(toString(number), 6, '0')), 1 FROM numbers({ROWS})"
        )
    client.command(
        "INSERT INTO mart.customer_features (ds, customer_id) "
        f"SELECT toDate('{FIRST_DAY}') + number % {DAYS}, toString(number) FROM numbers(100)"
    )
    yield client
    for table in ("raw.purchases", "mart.customer_versions", "mart.purchase_versions", "mart.customer_features"):
        client.command(f"TRUNCATE TABLE {table} SYNC")


def read_of(client: Client, statement: str, table: str, unit: str = "Granules", **parameters: Any) -> tuple[int, int]:
    """How many granules or parts of a table are read, of how many there are."""
    rows = client.query(f"EXPLAIN indexes = 1 {statement}", parameters=parameters).result_rows
    plan = "\n".join(str(row[0]) for row in rows)
    found = re.search(rf"ReadFromMergeTree \({re.escape(table)}\)(.*?)(?=ReadFrom|\Z)", plan, re.DOTALL)
    assert found, plan
    counts = [(int(read), int(of)) for read, of in re.findall(rf"{unit}: (\d+)/(\d+)", found[1])]
    assert counts, plan
    return counts[-1][0], counts[0][1]


def test_a_slice_of_a_topic_partition_reads_its_offsets_alone(filled: Client) -> None:
    query = load_query("reconciliation/slice_rows", PURCHASES).statement
    given: dict[str, Any] = {"topic_id": "topic-1", "topic_partition": 1, "first_offset": 14_000, "end_offset": 15_000}
    read, of = read_of(filled, query, "raw.purchases", **given)
    assert read <= 2
    assert of >= 4


def test_what_was_reconciled_is_not_read_again(filled: Client) -> None:
    query = load_query("reconciliation/unreconciled_partitions", PURCHASES, reconciled=2).statement
    given: dict[str, Any] = {}
    for number in range(2):
        given |= {f"topic{number}": "topic-1", f"partition{number}": number, f"next{number}": ROWS // 2 - 100}
    read, of = read_of(filled, query, "raw.purchases", **given)
    assert read < of


def test_one_customer_is_found_by_id(filled: Client) -> None:
    query = mart_queries.customers(NOW, of_one=True)
    read, of = read_of(filled, query, "mart.customer_versions", customer="c-000007")
    assert read == 1
    assert of >= 4


def test_the_purchases_of_one_customer_and_what_spark_reads_take_the_whole_table(filled: Client) -> None:
    of_one = mart_queries.baskets(NOW, of_one=True)
    part_of_spark = f"SELECT * FROM ({mart_queries.baskets(NOW)}) WHERE modulo(cityHash64(customer_id), 4) = 1"
    for query in (of_one, part_of_spark):
        read, of = read_of(filled, query, "mart.purchase_versions", customer="c-000007")
        assert read == of


def test_the_features_of_days_read_the_partitions_of_these_days(filled: Client) -> None:
    days = {"first": FIRST_DAY + timedelta(days=DAYS + 13), "last": FIRST_DAY + timedelta(days=DAYS + 13)}
    query = load_query("quality/feature_shares").statement  # with the 14 days before
    assert read_of(filled, query, "mart.customer_features", "Parts", **days) == (1, DAYS)
    published = load_query("features/published_row").statement
    given = {"ds": FIRST_DAY, "customer": "5"}
    assert read_of(filled, published, "mart.customer_features", "Parts", **given) == (1, DAYS)
