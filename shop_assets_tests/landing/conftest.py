"""An empty landing bucket of the test's own."""

from collections.abc import Iterator

import pytest

from shop_assets.landing.bucket import Bucket
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings


@pytest.fixture
def bucket(settings: Settings) -> Iterator[Bucket]:
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        yield store.landing()


def keys(bucket: Bucket, prefix: str = "") -> set[str]:
    return {summary.key for summary in bucket.list(prefix)}


def contents(bucket: Bucket, prefix: str = "") -> dict[str, bytes]:
    return {key: bucket.get(key) for key in keys(bucket, prefix)}
