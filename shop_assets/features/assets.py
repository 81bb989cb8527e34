"""The assets of the matrix: its Parquet partition, and the same partition in ClickHouse."""

import time

from dagster import (
    AssetExecutionContext,
    AssetsDefinition,
    BackfillPolicy,
    Config,
    DailyPartitionsDefinition,
    MaterializeResult,
)
from pydantic import Field

from shop_assets.coordination.pools import SPARK
from shop_assets.features.code_version import feature_code_version
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.earlier_days import load_earlier_days, publish_earlier_days
from shop_assets.features.metadata import loaded_metadata, published_metadata
from shop_assets.features.published_zone import zone_warning
from shop_assets.features.resource import SparkResource
from shop_assets.features.warehouse_load import load_published
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_CUSTOMER_FEATURES,
    CLICKHOUSE_MART,
    CUSTOMER_FEATURES_PARQUET,
    FEATURES_GROUP,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.mart_blocking_checks import require_mart_checks_passed
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.orchestration.partition_records import record_partition_now, recorded_partitions
from shop_assets.orchestration.partitions import daily_partitions, day_of, days_before
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import ClickHouseResource


class MatrixConfig(Config):
    """Run configuration of the matrix."""

    recompute: bool = Field(False, description="Compute and publish even if MART and the code have not changed.")
    earlier_days: int = Field(
        0, ge=0, description="Publish up to so many days before it too, as long as that takes seconds: for a first run."
    )


class LoadConfig(Config):
    """Run configuration of the matrix in the warehouse."""

    earlier_days: int = Field(0, ge=0, description="Load those of so many days before it that are published.")


def build_assets(settings: Settings) -> list[AssetsDefinition]:
    """The two assets, one partition per day."""
    partitions = daily_partitions(settings)
    return [_parquet_asset(partitions, MatrixSource.from_settings(settings)), _clickhouse_asset(partitions)]


def _parquet_asset(partitions: DailyPartitionsDefinition, source: MatrixSource) -> AssetsDefinition:
    """The matrix in object storage; a run over several days shares one Spark session."""

    @asset(
        key=CUSTOMER_FEATURES_PARQUET,
        group_name=FEATURES_GROUP,
        owners=OWNERS,
        kinds={"pyspark", "parquet", "s3"},
        deps=[CLICKHOUSE_MART],
        partitions_def=partitions,
        backfill_policy=BackfillPolicy.single_run(),
        code_version=feature_code_version(),
        pool=SPARK,
        description=f"{len(FEATURE_NAMES)} features (0 or 1) of every customer as of the end of the day, computed by "
        "Spark from MART and published as a partition of Parquet files. A day whose inputs did not change is left as "
        "it is.",
    )
    def customer_features_parquet(
        context: AssetExecutionContext,
        config: MatrixConfig,
        spark: SparkResource,
        object_store: ObjectStoreResource,
        clickhouse: ClickHouseResource,
    ) -> MaterializeResult[None]:
        require_mart_checks_passed(context.instance)
        bucket = object_store.features()
        if warning := zone_warning(bucket, source.timezone):
            context.log.warning(warning)
        with clickhouse.client() as client, spark.on_demand() as start_spark, recorded_partitions(context) as record:
            publisher = MatrixPublisher(source, client, bucket, start_spark, context.run_id)
            for key in context.partition_keys:
                started = time.monotonic()
                published = publisher.publish(day_of(key), recompute=config.recompute)
                seconds = time.monotonic() - started
                context.log.info("%s: %s customers, in %.1f s", key, published.manifest.rows, seconds)
                record(published_metadata(bucket, published, seconds), key)
            wanted = days_before(partitions, day_of(context.partition_keys[0]), config.earlier_days)
            for earlier in publish_earlier_days(publisher, wanted, published.manifest):
                metadata = published_metadata(bucket, earlier.published, earlier.seconds)
                record_partition_now(context, metadata, earlier.published.manifest.ds.isoformat())
        return MaterializeResult()

    return customer_features_parquet


def _clickhouse_asset(partitions: DailyPartitionsDefinition) -> AssetsDefinition:
    """The matrix in the warehouse."""

    @asset(
        key=CLICKHOUSE_CUSTOMER_FEATURES,
        group_name=FEATURES_GROUP,
        owners=OWNERS,
        kinds={"clickhouse"},
        deps=[CUSTOMER_FEATURES_PARQUET],
        partitions_def=partitions,
        backfill_policy=BackfillPolicy.single_run(),
        description="The publication in mart.customer_features, loaded through a staging table.",
    )
    def clickhouse_customer_features(
        context: AssetExecutionContext,
        config: LoadConfig,
        object_store: ObjectStoreResource,
        clickhouse: ClickHouseResource,
    ) -> MaterializeResult[None]:
        bucket = object_store.features()
        with clickhouse.client() as client, recorded_partitions(context) as record:
            for key in context.partition_keys:
                record(loaded_metadata(load_published(client, bucket, day_of(key))), key)
            wanted = days_before(partitions, day_of(context.partition_keys[0]), config.earlier_days)
            for earlier in load_earlier_days(client, bucket, wanted):
                record_partition_now(context, loaded_metadata(earlier), earlier.manifest.ds.isoformat())
        return MaterializeResult()

    return clickhouse_customer_features
