"""What a landing bucket holds, and settings of tests of many examples."""

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from shop_assets.object_store.bucket import Bucket

unhurried = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For tests of many examples: on a busy machine an example may wait longer than Hypothesis allows by default."""


def keys(bucket: Bucket, prefix: str = "") -> set[str]:
    return {summary.key for summary in bucket.list(prefix)}


def contents(bucket: Bucket, prefix: str = "") -> dict[str, bytes]:
    return {key: bucket.get(key) for key in keys(bucket, prefix)}
