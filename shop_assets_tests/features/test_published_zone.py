"""A run in another time zone than the newest published day is warned of."""

from datetime import timedelta

from shop_assets.features.manifest import MANIFESTS_PREFIX, manifest_key
from shop_assets.features.published_zone import zone_warning
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.features.cases import DAY
from shop_assets_tests.features.published import publish_by_hand

BEFORE = DAY - timedelta(days=1)
WARNING = f"{DAY} was published in Europe/Moscow, this run uses UTC: set SHOP_TIMEZONE in every command"


def test_another_zone_than_that_of_the_newest_published_day_is_named(bucket: Bucket) -> None:
    publish_by_hand(bucket, BEFORE, [])
    publish_by_hand(bucket, DAY, [], timezone="Europe/Moscow")
    assert zone_warning(bucket, "UTC") == WARNING


def test_a_zone_that_was_changed_on_purpose_is_named_until_a_newer_day_is_published_in_it(bucket: Bucket) -> None:
    publish_by_hand(bucket, BEFORE, [], timezone="Europe/Moscow")
    assert zone_warning(bucket, "UTC") is not None
    publish_by_hand(bucket, DAY, [])
    assert zone_warning(bucket, "UTC") is None


def test_nothing_is_said_where_nothing_is_published_or_the_newest_manifest_cannot_be_read(bucket: Bucket) -> None:
    assert zone_warning(bucket, "UTC") is None
    bucket.put(f"{MANIFESTS_PREFIX}ds=notes.json", b"{}", "application/json")
    assert zone_warning(bucket, "UTC") is None
    publish_by_hand(bucket, BEFORE, [], timezone="Europe/Moscow")
    bucket.put(manifest_key(DAY), b"{", "application/json")
    assert zone_warning(bucket, "UTC") is None
