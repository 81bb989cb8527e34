"""Every verification finds what it is there to find."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.document_store.erased_customers import ErasedCustomers
from shop_assets.erasure.records import begin
from shop_assets.features import verification
from shop_assets.features.definitions import COLUMNS, FEATURE_NAMES
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.warehouse_load import load_partition
from shop_assets.object_store.bucket import Bucket
from shop_assets.personal_data.personal_values import ID
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets_tests.features.cases import DAY, LONG_AGO, MS, T
from shop_assets_tests.features.mart_rows import fill_mart
from shop_assets_tests.features.plain_reading import Customer
from shop_assets_tests.features.published import publish_by_hand, row, rows_table
from shop_assets_tests.writers import SoleWriter

GOOD = rows_table(row("a"), row("b", *FEATURE_NAMES))


def none_erased(_ids: Sequence[str], _moment: datetime) -> frozenset[str]:
    return frozenset()


def _with(column: str, values: list[Any], kind: pa.DataType) -> pa.Table:
    return GOOD.set_column(GOOD.column_names.index(column), column, pa.array(values, kind))


def test_a_good_partition_has_no_problems(bucket: Bucket, client: Client) -> None:
    fill_mart(client, [Customer("a", LONG_AGO), Customer("b", T - MS), Customer("tomorrow", T)], [])
    manifest = publish_by_hand(bucket, DAY, [GOOD])
    assert verification.columns(bucket, manifest).problems == []
    assert verification.values(bucket, manifest).problems == []
    found = verification.customers(client, bucket, manifest, none_erased)
    assert (found.problems, found.numbers) == ([], {"rows": 2, "customers": 2, "erased since": 0})


@pytest.mark.parametrize(
    "table",
    [
        GOOD.select([*COLUMNS[:5], COLUMNS[6], COLUMNS[5], *COLUMNS[7:]]),
        GOOD.select(COLUMNS[:-1]),
        GOOD.append_column("ds", pa.array(["x", "y"])),
        _with("bulk_buyer", [0.0, 1.0], pa.float64()),
        _with("customer_id", [1, 2], pa.int64()),
    ],
    ids=["order", "one less", "one more", "a float", "a number as id"],
)
def test_columns_that_are_not_those_of_the_matrix_are_found(bucket: Bucket, table: pa.Table) -> None:
    manifest = publish_by_hand(bucket, DAY, [GOOD, table])
    assert len(verification.columns(bucket, manifest).problems) == 1


def test_values_that_are_neither_zero_nor_one_are_found_and_counted(bucket: Bucket) -> None:
    table = _with("bulk_buyer", [2, None], pa.int8())
    manifest = publish_by_hand(bucket, DAY, [GOOD, table])
    assert verification.values(bucket, manifest).problems == ["bulk_buyer is neither 0 nor 1 in 2 rows"]


def test_customers_who_are_missing_repeated_or_unknown_are_found(bucket: Bucket, client: Client) -> None:
    fill_mart(client, [Customer(name, LONG_AGO) for name in ("a", "b", "missing")], [])
    manifest = publish_by_hand(bucket, DAY, [GOOD, rows_table(row("a"), row("unknown"))])
    problems = verification.customers(client, bucket, manifest, none_erased).problems
    assert problems[:3] == [
        "1 customer has several rows: a",
        "1 customer is missing: missing",
        "1 customer is not in MART: unknown",
    ]


def test_a_customer_who_was_erased_since_is_counted_and_no_problem(
    bucket: Bucket, client: Client, database: Database[dict[str, Any]], settings: Settings
) -> None:
    fill_mart(client, [Customer("b", LONG_AGO)], [])
    earlier = publish_by_hand(bucket, DAY, [GOOD])
    cipher = personal_data_resource(settings).cipher()
    begin(database, SoleWriter(database.client), cipher, "a", "a request")
    erased_since = ErasedCustomers.load(database, cipher).erased_since

    found = verification.customers(client, bucket, earlier, erased_since)

    assert (found.problems, found.numbers["erased since"]) == ([], 1)
    assert "1 row of customers who were erased since; to leave them out, materialize" in found.summary
    later = earlier.model_copy(update={"published_at": datetime.now(UTC)})
    assert verification.customers(client, bucket, later, erased_since).problems[0] == "1 customer is not in MART: a"
    deleted = publish_by_hand(bucket, DAY, [GOOD, rows_table(row("deleted"))])
    begin(database, SoleWriter(database.client), cipher, "c", "a request")
    problems = verification.customers(client, bucket, deleted, ErasedCustomers.load(database, cipher).erased_since)
    assert problems.problems[0] == "2 customers are not in MART: a, deleted"


def test_a_customer_with_an_encrypted_id_is_known_to_be_erased(
    database: Database[dict[str, Any]], settings: Settings
) -> None:
    cipher = personal_data_resource(settings).cipher()
    begin(database, SoleWriter(database.client), cipher, "+79001234567", "a request")
    sent = cipher.encrypt(ID, "+79001234567")
    known = ErasedCustomers.load(database, cipher)
    assert known.erased_since([sent, "+79001234567", "cus-1"], LONG_AGO) == {sent, "+79001234567"}


def test_a_warehouse_that_is_not_the_partition_is_found(bucket: Bucket, client: Client) -> None:
    manifest = publish_by_hand(bucket, DAY, [GOOD])
    assert "has 0 rows of 0 customers, and 2 are published" in verification.warehouse(client, manifest).problems[0]
    load_partition(client, bucket, manifest)
    assert verification.warehouse(client, manifest).problems == []
    client.command(
        "ALTER TABLE mart.customer_features UPDATE bulk_buyer = 1 WHERE customer_id = 'a' SETTINGS mutations_sync = 1"
    )
    assert verification.warehouse(client, manifest).problems == ["bulk_buyer has 2 ones, and 1 are published"]


def test_features_that_exclude_each_other_are_found_and_counted(bucket: Bucket) -> None:
    manifest = publish_by_hand(bucket, DAY, [rows_table(row("a", "no_purchases"), row("b", "store_loyal"))])
    assert verification.contradictions(bucket, manifest).problems == []
    bad = rows_table(row("c", "no_purchases", "buys_bakery"), row("d", "store_loyal", "switching_store"))
    manifest = publish_by_hand(bucket, DAY, [rows_table(row("a", "no_purchases")), bad])
    assert verification.contradictions(bucket, manifest).problems == [
        "1 customer has no_purchases and buys_bakery",
        "1 customer has store_loyal and switching_store",
    ]


def _published(bucket: Bucket, client: Client, days_before: int, ones: int) -> PublicationManifest:
    """A day on which so many of ten customers are bulk buyers."""
    rows = [row(f"cus-{number}", *(["bulk_buyer"] if number < ones else [])) for number in range(10)]
    manifest = publish_by_hand(bucket, DAY - timedelta(days=days_before), [rows_table(*rows)])
    load_partition(client, bucket, manifest)
    return manifest


def test_a_share_that_jumps_from_what_is_usual_is_found(bucket: Bucket, client: Client) -> None:
    for days_before, ones in ((15, 10), (14, 3), (9, 4), (1, 5)):  # the first is too long ago
        _published(bucket, client, days_before, ones)
    assert verification.usual_shares(client, _published(bucket, client, 0, 5), 0.15).problems == []
    jumped = verification.usual_shares(client, _published(bucket, client, 0, 8), 0.15)
    assert jumped.problems == ["bulk_buyer is 1 for 80%, usually 40%"]


def test_two_days_are_not_enough_to_know_what_is_usual(bucket: Bucket, client: Client) -> None:
    for days_before in (2, 1):
        _published(bucket, client, days_before, 0)
    found = verification.usual_shares(client, _published(bucket, client, 0, 10), 0.15)
    assert (found.problems, found.summary[:23]) == ([], "not compared yet: 2 of ")
