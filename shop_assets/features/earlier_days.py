"""The days before a shop's first matrix, so that plots over time show something on the first day already."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Final

from shop_assets.errors import TransientError
from shop_assets.features.daily_matrix import MatrixPublisher, PublishedDay
from shop_assets.features.errors import PublicationError, SparkJobError
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.warehouse_load import LoadedDay, load_published
from shop_assets.object_store.bucket import Bucket

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

LOGGER: Final = logging.getLogger(__name__)

MOST_SECONDS: Final = 12.0
"""How much longer a first run may take for all earlier days together."""

MOST_BASKETS: Final = 100_000
"""A day with more takes longer than that by itself. How long the run's own day took says little about the next one: on
a small shop most of it is the start of Spark."""


@dataclass(frozen=True)
class EarlierDay:
    """An earlier day's partition, and how long it took."""

    published: PublishedDay
    seconds: float


def publish_earlier_days(
    publisher: MatrixPublisher, days: Iterable[date], own: PublicationManifest
) -> Iterator[EarlierDay]:
    """Publish days as long as the time lasts.

    Args:
        publisher: Publishes days; it has published the run's own day already.
        days: The days, in the order in which they are wanted.
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
            if PublicationManifest.read(publisher.bucket, day) is not None:
                continue
            published = publisher.publish(day)
        except (TransientError, SparkJobError) as error:  # the run's own day is there: no report waits for these
            LOGGER.warning("no earlier days are published: %s", error)
            return
        except PublicationError as error:
            LOGGER.warning("%s is skipped: %s", day, error)
            continue
        seconds = monotonic() - started
        longest = max(longest, seconds)
        yield EarlierDay(published, seconds)


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
        try:
            if PublicationManifest.read(bucket, day) is None:
                continue
            loaded = load_published(client, bucket, day)
        except PublicationError as error:  # no report waits for these
            LOGGER.warning("%s is skipped: %s", day, error)
            continue
        yield loaded
