"""The days before a shop's first matrix, so that plots over time show something on the first day already."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from shop_assets.features.daily_matrix import MatrixSource, PublishedDay, publish_day
from shop_assets.object_store.bucket import Bucket

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client
    from pyspark.sql import SparkSession

MOST_SECONDS: Final = 12.0
"""That a first run may take longer for all of them. A large shop takes longer for its own day, and gets none."""


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
    own_seconds: float,
) -> Iterator[EarlierDay]:
    """Publish days as long as the time lasts.

    Args:
        days: The days, in the order in which they are wanted.
        source: Where to read and how to write.
        client: A client of the warehouse.
        bucket: The features bucket.
        start_spark: Gives the session, which has computed a day already.
        run_id: Dagster's id of the run, for the manifests.
        own_seconds: How long the run's own day took, the start of Spark included.

    Yields:
        The days that were published.

    Raises:
        MartChangedError: MART changed during each attempt to read it.
        PublicationError: Rows were lost on the way; nothing was published.
        SparkJobError: Spark failed.
    """
    if own_seconds > MOST_SECONDS:
        return
    begun = time.monotonic()
    longest = 0.0
    for day in days:
        started = time.monotonic()
        if started - begun + longest > MOST_SECONDS:
            return
        published = publish_day(day, source, client, bucket, start_spark, run_id)
        seconds = time.monotonic() - started
        longest = max(longest, seconds)
        yield EarlierDay(published.manifest, published.was_computed, published.cleaned_up, seconds)
