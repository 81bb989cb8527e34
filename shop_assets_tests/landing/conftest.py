"""An empty landing bucket of the test's own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from shop_assets.landing.bucket import Bucket
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

unhurried = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For tests of many examples: on a busy machine an example may wait longer than Hypothesis allows by default."""


@pytest.fixture(scope="session")
def s3_client(stack_settings: Settings) -> "S3Client":
    with object_store_resource(stack_settings).process_config_and_initialize_cm() as store:
        return store.s3.get_client()


@pytest.fixture
def bucket(s3_client: "S3Client", settings: Settings) -> Iterator[Bucket]:
    bucket = Bucket(s3_client, settings.s3_landing_bucket)
    bucket.ensure()
    yield bucket
    # SeaweedFS keeps volumes for every bucket, and has a limited number of them: some seventy buckets are too many.
    s3_client.delete_bucket(Bucket=bucket.name)


def keys(bucket: Bucket, prefix: str = "") -> set[str]:
    return {summary.key for summary in bucket.list(prefix)}


def contents(bucket: Bucket, prefix: str = "") -> dict[str, bytes]:
    return {key: bucket.get(key) for key in keys(bucket, prefix)}
