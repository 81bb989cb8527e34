"""One day's matrix, from MART to a publication; independent of Dagster.

A day whose inputs did not change since it was published is left as it is: Spark is not even started.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, Self

from shop_assets.features import mart_queries, publication, windows
from shop_assets.features.clean_up import CleanUpResult, clean_up
from shop_assets.features.code_version import feature_code_version
from shop_assets.features.errors import MartChangedError, UnreadableManifestError
from shop_assets.features.manifest import Inputs, PublicationManifest
from shop_assets.features.parquet_writing import ComputedCounts, PublicationName, S3Keys, write_parquet
from shop_assets.features.reading import MartConnection, read_baskets, read_customers
from shop_assets.features.spark_failures import spark_job
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, CUSTOMER_FEATURES_PARQUET
from shop_assets.personal_data.personal_values import ID
from shop_assets.settings import Settings
from shop_assets.warehouse.mart.current_values import moves_ids

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from pyspark.sql import SparkSession

LOGGER: Final = logging.getLogger(__name__)

ATTEMPTS: Final = 3
"""Documents of a day that arrive while it is read cost another attempt; a steady stream of them is an error."""


@dataclass(frozen=True)
class MatrixSource:
    """Where matrices are read from and written to: MART, the keys of object storage, the time zone of a day."""

    mart: MartConnection
    s3_keys: S3Keys
    timezone: str

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Create the source from the settings."""
        return cls(MartConnection.from_settings(settings), S3Keys.from_settings(settings), settings.timezone)


@dataclass(frozen=True)
class PublishedDay:
    """A day's partition, whether it was computed now, and what was cleaned up."""

    manifest: PublicationManifest
    was_computed: bool
    cleaned_up: CleanUpResult


@dataclass(frozen=True)
class MatrixPublisher:
    """Publishes matrices in one run of Dagster, whose id is in their manifests. `start_spark` gives the session; it is
    called only if a matrix is computed.
    """

    source: MatrixSource
    client: "Client"
    bucket: Bucket
    start_spark: Callable[[], "SparkSession"]
    run_id: str

    def publish(self, day: date, *, recompute: bool = False) -> PublishedDay:
        """Publish the matrix of a day, unless it is already published from the same inputs.

        Args:
            day: The partition's day.
            recompute: Compute the matrix even from the same inputs.

        Returns:
            The publication. One with an unreadable manifest is computed again.

        Raises:
            MartChangedError: MART changed during each of `ATTEMPTS` attempts, or encrypted ids are being rotated.
            PublicationError: Rows were lost on the way; nothing was published.
            SparkJobError: Spark failed.
            JavaError: There is no suitable Java, or Spark does not start on it.
        """
        bucket = self.bucket
        if moves_ids(self.client, ID):
            raise MartChangedError(
                f"Features of {day} were not published: a rotation moves ids that are encrypted, and until it ends a "
                "customer and their purchases may have different ones. If none runs: shop pii rotate --resume."
            )
        inputs = inputs_of(self.client, day, self.source.timezone)
        current = _published(bucket, day)
        if (
            current is not None
            and not recompute
            and current.inputs == inputs
            and publication.is_complete(bucket, current)
        ):
            return PublishedDay(current, was_computed=False, cleaned_up=CleanUpResult(0, 0))
        spark = self.start_spark()
        for _ in range(ATTEMPTS):
            name = PublicationName.new()
            with spark_job(self.client, self.source.mart, bucket):
                computed = _compute(spark, day, self.source, bucket, name)
            inputs_afterwards = inputs_of(self.client, day, self.source.timezone)
            if inputs_afterwards == inputs:
                manifest = publication.publish(bucket, day, name, computed, inputs, self.run_id)
                return PublishedDay(manifest, was_computed=True, cleaned_up=clean_up(bucket, datetime.now(UTC)))
            publication.discard(bucket, day, name)
            inputs = inputs_afterwards
        raise MartChangedError(
            f"Features of {day} were not published: customers or purchases from before {inputs.as_of.isoformat()} "
            f"arrived in MART during each of {ATTEMPTS} attempts to read it. Materialize "
            f"{CUSTOMER_FEATURES_PARQUET.to_user_string()} after {CLICKHOUSE_MART.to_user_string()}."
        )


def _published(bucket: Bucket, day: date) -> PublicationManifest | None:
    try:
        return PublicationManifest.read(bucket, day)
    except UnreadableManifestError as error:
        LOGGER.warning("%s counts as not published: %s", day, error)
        return None


def inputs_of(client: "Client", day: date, timezone: str) -> Inputs:
    """The inputs of a day's matrix, with MART and the code as they are now. Costs a scan of MART in ClickHouse.

    Args:
        client: A client of the warehouse.
        day: The partition's day.
        timezone: The business time zone.

    Returns:
        The inputs; equal inputs give equal matrices.
    """
    moment = windows.as_of(day, timezone)
    fingerprint = mart_queries.fingerprint(client, moment)
    return Inputs(
        as_of=moment,
        timezone=timezone,
        feature_code_version=feature_code_version(),
        mart_customers=fingerprint.customers,
        mart_baskets=fingerprint.baskets,
        mart_hash=fingerprint.hash,
    )


def _compute(
    spark: "SparkSession", day: date, source: MatrixSource, bucket: Bucket, name: PublicationName
) -> ComputedCounts:
    from shop_assets.features.computation import customer_features

    moment = windows.as_of(day, source.timezone)
    matrix = customer_features(
        read_customers(spark, source.mart, moment), read_baskets(spark, source.mart, moment), day, source.timezone
    )
    return write_parquet(matrix, bucket, day, name, source.s3_keys)
