"""Publication is one step: a reader sees a partition whole, old or new, whatever is killed and whatever else writes."""

import threading
from pathlib import Path

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client
from pyspark.sql import SparkSession

from shop_assets.features import daily_matrix
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import PublicationManifest, files_prefix
from shop_assets.features.parquet_writing import ComputedCounts, PublicationName
from shop_assets.features.publication import publish
from shop_assets.features.published_files import on_disk
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import Settings
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill
from shop_assets_tests.faults.points import MANIFEST
from shop_assets_tests.faults.stages import STAGES, ScenarioEnvironment
from shop_assets_tests.features.cases import DAY, LONG_AGO, T
from shop_assets_tests.features.mart_rows import fill_mart
from shop_assets_tests.features.plain_reading import Customer
from shop_assets_tests.features.published import publish_by_hand, put_file, row, rows_table


def _ids(bucket: Bucket) -> list[str]:
    with on_disk(bucket, PublicationManifest.require(bucket, DAY).files) as paths:
        return pl.read_parquet(paths)["customer_id"].sort().to_list()


@pytest.mark.slow
def test_readers_see_the_old_partition_whole_when_a_publication_is_killed_before_its_manifest(
    settings: Settings, client: Client, bucket: Bucket, spark: SparkSession, tmp_path: Path
) -> None:
    old = publish_by_hand(bucket, DAY, [rows_table(row("old-1")), rows_table(row("old-2"))])
    fill_mart(client, [Customer("new", LONG_AGO)], [])
    forks = Forks(tmp_path / "runs.log")
    killed = forks.run(STAGES["features"], ScenarioEnvironment(settings, tmp_path, (DAY,)), kill=Kill(MANIFEST))
    assert killed.struck, forks.end_of_log()

    written = {entry.key for entry in bucket.list(files_prefix(DAY)) if entry.key.endswith(".parquet")}
    assert len(written) == len(old.files) + 1, "the killed run wrote its files"
    assert PublicationManifest.read(bucket, DAY) == old
    assert _ids(bucket) == ["old-1", "old-2"]

    MatrixPublisher(MatrixSource.from_settings(settings), client, bucket, lambda: spark, "next").publish(DAY)
    assert _ids(bucket) == ["new"]


@pytest.mark.slow
def test_two_publications_of_a_day_at_once_do_not_disturb_each_other(
    settings: Settings, client: Client, bucket: Bucket, spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mart(client, [Customer(f"a{number}", LONG_AGO) for number in range(50)], [])
    together = threading.Barrier(2, timeout=60)
    write = daily_matrix.write_parquet

    def write_together(*arguments: object) -> object:
        together.wait()
        return write(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(daily_matrix, "write_parquet", write_together)
    published: list[PublicationManifest] = []

    def run() -> None:
        publisher = MatrixPublisher(MatrixSource.from_settings(settings), client, bucket, lambda: spark, "run")
        published.append(publisher.publish(DAY, recompute=True).manifest)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(published) == 2
    assert {manifest.rows for manifest in published} == {50}
    assert len(_ids(bucket)) == 50
    for manifest in published:
        with on_disk(bucket, manifest.files) as paths:
            assert len(pl.read_parquet(paths)) == 50


def test_rows_that_were_lost_on_the_way_are_not_published(bucket: Bucket) -> None:
    old = publish_by_hand(bucket, DAY, [rows_table(row("old"))])
    name = PublicationName.new()
    put_file(bucket, DAY, name, 0, rows_table(row("a"), row("b")))
    inputs = old.inputs.model_copy(update={"mart_customers": 3})
    with pytest.raises(
        PublicationError, match="MART has 3 customers, Spark computed 3 rows, and 2 of them are in 1 file"
    ):
        publish(bucket, DAY, name, ComputedCounts(3, {}), inputs, "run")
    assert PublicationManifest.read(bucket, DAY) == old


def test_a_day_that_was_never_published_is_said_so(bucket: Bucket) -> None:
    assert PublicationManifest.read(bucket, DAY) is None
    with pytest.raises(PublicationError, match=f"The features of {DAY} were never published"):
        PublicationManifest.require(bucket, DAY)


def test_a_manifest_of_something_else_is_refused(bucket: Bucket) -> None:
    publish_by_hand(bucket, DAY, [rows_table(row("a"))])
    (manifest,) = bucket.list("_manifests/")
    bucket.put(manifest.key, b'{"ds": "2026-11-20"}', "application/json")
    with pytest.raises(PublicationError, match="is not a manifest of this version"):
        PublicationManifest.read(bucket, DAY)


def test_a_file_that_is_missing_or_another_is_never_read(bucket: Bucket) -> None:
    manifest = publish_by_hand(bucket, DAY, [rows_table(row("a")), rows_table(row("b"))])
    bucket.put(manifest.files[1].key, b"something else", "application/octet-stream")
    with pytest.raises(PublicationError, match="has 14 bytes and not"), on_disk(bucket, manifest.files):
        pass
    bucket.delete([manifest.files[1].key])
    with (
        pytest.raises(PublicationError, match="is missing: it does not match the manifest"),
        on_disk(bucket, manifest.files),
    ):
        pass


def test_the_files_on_disk_are_gone_afterwards(bucket: Bucket) -> None:
    manifest = publish_by_hand(bucket, DAY, [rows_table(row("a"))])
    with on_disk(bucket, manifest.files) as paths:
        assert paths[0].is_file()
    assert not paths[0].parent.exists()


def test_the_manifest_says_what_the_partition_was_made_of(
    settings: Settings, client: Client, bucket: Bucket, spark: SparkSession
) -> None:
    fill_mart(client, [Customer("a", LONG_AGO)], [])
    source = MatrixSource.from_settings(settings.model_copy(update={"timezone": "Europe/Moscow"}))
    manifest = MatrixPublisher(source, client, bucket, lambda: spark, "run-7").publish(DAY).manifest
    assert manifest.run_id == "run-7"
    assert manifest.inputs.timezone == "Europe/Moscow"
    assert (T - manifest.inputs.as_of).total_seconds() == 3 * 3600
    assert (manifest.inputs.mart_customers, manifest.inputs.mart_baskets) == (1, 0)
    assert [column.name for column in manifest.columns][:2] == ["customer_id", "bought_milk_last_30d"]
