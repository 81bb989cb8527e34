"""The published partition in ClickHouse: whole, swapped in, and the same however often it is loaded."""

from datetime import date

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.features import verification, warehouse_load
from shop_assets.features.checks import wait_for_other_load
from shop_assets.features.definitions import COLUMNS
from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.verification import VerificationResult
from shop_assets.features.warehouse_load import load_partition
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.features.cases import DAY
from shop_assets_tests.features.published import publish_by_hand, row, rows_table

OTHER_DAY = date(2026, 11, 19)


def _table(first: int, last: int) -> pa.Table:
    return rows_table(*(row(f"cus-{number:05}", "bulk_buyer", "fruit_lover") for number in range(first, last)))


def _rows(client: Client, day: date) -> list[tuple[object, ...]]:
    columns = ", ".join(COLUMNS)
    query = f"SELECT {columns} FROM mart.customer_features WHERE ds = '{day}' ORDER BY customer_id"
    return [tuple(found) for found in client.query(query).result_rows]


def test_a_partition_arrives_value_for_value_in_batches(
    client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse_load, "BATCH_ROWS", 100)
    tables = [_table(0, 250), _table(250, 300)]
    manifest = publish_by_hand(bucket, DAY, tables)
    loaded = load_partition(client, bucket, manifest)
    assert (loaded.rows, loaded.batches) == (300, 4)
    assert _rows(client, DAY) == [tuple(found.values()) for table in tables for found in table.to_pylist()]
    assert verification.warehouse(client, manifest).problems == []


def test_a_table_without_the_newest_columns_is_not_loaded_and_the_advice_is_to_migrate(
    client: Client, bucket: Bucket
) -> None:
    manifest = publish_by_hand(bucket, DAY, [_table(0, 9)])
    client.command("ALTER TABLE mart.customer_features RENAME COLUMN fruit_lover TO not_there_yet")
    try:
        with pytest.raises(PublicationError, match=r"lacks fruit_lover\. Run the job ingest, or .* clickhouse_mart"):
            load_partition(client, bucket, manifest)
    finally:
        client.command("ALTER TABLE mart.customer_features RENAME COLUMN not_there_yet TO fruit_lover")
    load_partition(client, bucket, manifest)
    assert len(_rows(client, DAY)) == 9


def test_loading_again_changes_nothing_and_another_day_is_not_touched(client: Client, bucket: Bucket) -> None:
    first, other = publish_by_hand(bucket, DAY, [_table(0, 9)]), publish_by_hand(bucket, OTHER_DAY, [_table(0, 5)])
    for manifest in (first, other, first):
        load_partition(client, bucket, manifest)
    assert (len(_rows(client, DAY)), len(_rows(client, OTHER_DAY))) == (9, 5)


def test_a_new_publication_takes_the_place_of_the_old_one(client: Client, bucket: Bucket) -> None:
    old = publish_by_hand(bucket, DAY, [_table(0, 9)])
    load_partition(client, bucket, old)
    new = publish_by_hand(bucket, DAY, [_table(5, 8)])
    assert verification.warehouse(client, new).problems != []
    load_partition(client, bucket, new)
    assert [found[0] for found in _rows(client, DAY)] == ["cus-00005", "cus-00006", "cus-00007"]
    assert verification.warehouse(client, new).problems == []


def test_two_runs_that_publish_and_load_a_day_at_once_leave_the_newest(
    client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_by_hand(bucket, DAY, [_table(0, 9)])
    load = warehouse_load.load_partition

    def overtaken(client: Client, bucket: Bucket, manifest: PublicationManifest) -> warehouse_load.LoadResult:
        monkeypatch.setattr(warehouse_load, "load_partition", load)
        newer = publish_by_hand(bucket, DAY, [_table(5, 8)])
        load(client, bucket, newer)
        return load(client, bucket, manifest)

    monkeypatch.setattr(warehouse_load, "load_partition", overtaken)
    day = warehouse_load.load_published(client, bucket, DAY)
    assert (day.manifest.rows, day.loaded.rows, len(_rows(client, DAY))) == (3, 3, 3)
    assert verification.warehouse(client, PublicationManifest.require(bucket, DAY)).problems == []


def test_the_check_waits_for_a_run_that_has_published_and_not_loaded_yet(client: Client, bucket: Bucket) -> None:
    load_partition(client, bucket, publish_by_hand(bucket, DAY, [_table(0, 9)]))
    newer = publish_by_hand(bucket, DAY, [_table(5, 8)])
    findings = []

    def verify() -> VerificationResult:
        findings.append(verification.warehouse(client, newer))
        if len(findings) == 1:
            load_partition(client, bucket, newer)
        return findings[-1]

    assert wait_for_other_load(verify).problems == []
    assert findings[0].problems != []


def test_a_partition_without_rows_empties_the_day(client: Client, bucket: Bucket) -> None:
    load_partition(client, bucket, publish_by_hand(bucket, DAY, [_table(0, 9)]))
    empty = publish_by_hand(bucket, DAY, [_table(0, 0)])
    load_partition(client, bucket, empty)
    load_partition(client, bucket, empty)
    assert _rows(client, DAY) == []
    assert verification.warehouse(client, empty).problems == []


def test_a_load_that_fails_leaves_the_day_and_no_table_behind(client: Client, bucket: Bucket) -> None:
    load_partition(client, bucket, publish_by_hand(bucket, DAY, [_table(0, 9)]))
    doubled = publish_by_hand(bucket, DAY, [_table(0, 3), _table(0, 3)])
    with pytest.raises(PublicationError, match=r"loaded 6 rows of 3 customers, expected 6"):
        load_partition(client, bucket, doubled)
    assert len(_rows(client, DAY)) == 9
    assert _tables_aside(client) == []


def test_a_table_that_a_killed_load_left_is_dropped_when_it_is_old(
    client: Client, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.command("CREATE TABLE mart.customer_features_loading_killed AS mart.customer_features")
    manifest = publish_by_hand(bucket, DAY, [_table(0, 3)])
    load_partition(client, bucket, manifest)
    assert _tables_aside(client) == ["customer_features_loading_killed"]  # it may be of a load that is under way
    monkeypatch.setattr(warehouse_load, "ABANDONED_SECONDS", -2)
    load_partition(client, bucket, manifest)
    assert _tables_aside(client) == []


def _tables_aside(client: Client) -> list[str]:
    query = "SELECT name FROM system.tables WHERE database = 'mart' AND startsWith(name, 'customer_features_loading_')"
    return [name for (name,) in client.query(query).result_rows]
