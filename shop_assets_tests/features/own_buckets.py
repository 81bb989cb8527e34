"""The buckets of a test, removed at the end: SeaweedFS gives each bucket a volume, and has only so many of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from shop_assets.landing.bucket import Bucket
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings


@contextmanager
def own_buckets(settings: Settings) -> Iterator[tuple[Bucket, Bucket]]:
    """The features bucket and the reports bucket."""
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        buckets = store.features(), store.reports()
        yield buckets
        for bucket in buckets:
            bucket.delete(entry.key for entry in bucket.list())
            bucket.client.delete_bucket(Bucket=bucket.name)
