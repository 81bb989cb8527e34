"""The days before a shop's first matrix, so that plots over time show something on the first day already."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Final

from shop_assets.errors import TransientError
from shop_assets.features.daily_matrix import MatrixSource, PublishedDay, publish_day
from shop_assets.features.errors import PublicationError, SparkJobError
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.warehouse_load import LoadResult, load_published
from shop_assets.object_store.bucket import Bucket

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from pyspark.sql import SparkSession

LOGGER: Final = logging.getLogger(__name__)

MOST_SECONDS: Final = 12.0
"""How much longer a first run may take for all earlier days together."""

MOST_BASKETS: Final = 100_000
"""A day with more takes longer than that by itself. How long the run's own day took says little about the next one: on
a small shop most of it is the start of Spark."""


@dataclass(frozen=True)
class EarlierDay(PublishedDay):
    """An earlier day's partition, and how long it took."""

    seconds: float


def publish_earlier_days(
    days: Iterable[date],
    source: MatrixSource,
    client: "Client",
    bucket: Bucket,
    start_spark: Callable[[], "SparkSession"],
    run_id: str,
    own: PublicationManifest,
) -> Iterator[EarlierDay]:
    """Publish days as long as the time lasts.

    Args:
        days: The days, in the order in which they are wanted.
        source: Where to read and how to write.
        client: A client of the warehouse.
        bucket: The features bucket.
        start_spark: Gives the session, which has computed a day already.
        run_id: Dagster's id of the run, for the manifests.
        own: The publication of the run's own day.

    Yields:
        The days that were published; a day whose publication is damaged or fails is skipped. If Spark or a service
        fails, no more come.
    """
    if own.inputs.mart_baskets > MOST_BASKETS:
        return
    begun = monotonic()
    longest = 0.0
    for day in days:
        started = monotonic()
        if started - begun + longest > MOST_SECONDS:
            return
        try:
            if PublicationManifest.read(bucket, day) is not None:
                continue
            published = publish_day(day, source, client, bucket, start_spark, run_id)
        except (TransientError, SparkJobError) as error:  # the run's own day is there: no report waits for these
            LOGGER.warning("no earlier days are published: %s", error)
            return
        except PublicationError as error:
            LOGGER.warning("%s is skipped: %s", day, error)
            continue
        seconds = monotonic() - started
        longest = max(longest, seconds)
        yield EarlierDay(published.manifest, published.was_computed, published.cleaned_up, seconds)


@dataclass(frozen=True)
class LoadedDay:
    """An earlier day's partition in the warehouse, and how long it took."""

    manifest: PublicationManifest
    loaded: LoadResult
    seconds: float


def load_earlier_days(client: "Client", bucket: Bucket, days: Iterable[date]) -> Iterator[LoadedDay]:
    """Load the days that are published.

    Args:
        client: A client of the warehouse.
        bucket: The features bucket.
        days: The days.

    Yields:
        The days that were loaded; a day whose publication is damaged, or lacks a feature, is skipped.
    """
    for day in days:
        started = monotonic()
        try:
            if PublicationManifest.read(bucket, day) is None:
                continue
            manifest, loaded = load_published(client, bucket, day)
        except PublicationError as error:  # no report waits for these
            LOGGER.warning("%s is skipped: %s", day, error)
            continue
        yield LoadedDay(manifest, loaded, monotonic() - started)
