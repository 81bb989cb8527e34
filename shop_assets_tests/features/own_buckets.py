"""Buckets of a folder's tests, emptied for each test and removed at the end.

Making a bucket takes half a second, and SeaweedFS gives each one a volume, of which it has only so many.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings

Buckets = tuple[Bucket, Bucket]


def with_own_buckets(settings: Settings) -> Settings:
    """The settings, with buckets of their own."""
    own = secrets.token_hex(4)
    names = {"s3_features_bucket": f"features-{own}", "s3_reports_bucket": f"reports-{own}"}
    return settings.model_copy(update=names)


@contextmanager
def own_buckets(settings: Settings) -> Iterator[Buckets]:
    """The features bucket and the reports bucket that the settings name."""
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        buckets = store.features(), store.reports()
        yield buckets
        for bucket in empty(buckets):
            bucket.client.delete_bucket(Bucket=bucket.name)


def empty(buckets: Buckets) -> Buckets:
    """The same, without any object."""
    for bucket in buckets:
        bucket.delete([entry.key for entry in bucket.list()])
    return buckets
