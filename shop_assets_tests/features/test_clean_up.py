"""Old files go when no reader can be using them, and never before; files of killed runs go too."""

from datetime import UTC, date, datetime, timedelta

from shop_assets.features.clean_up import READERS_GRACE, UNFINISHED_GRACE, clean_up
from shop_assets.features.manifest import files_prefix, manifest_key
from shop_assets.features.parquet_writing import PublicationName
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.features.cases import DAY
from shop_assets_tests.features.published import publish_by_hand, put_file, row, rows_table

SOON = timedelta(minutes=1)
TABLE = rows_table(row("a"))


def _keys(bucket: Bucket) -> set[str]:
    return {entry.key for entry in bucket.list("customer_features/") if not entry.key.endswith("/")}


def _later(seconds: float = 0) -> datetime:
    """After everything that was written so far: listings show whole seconds."""
    return datetime.now(UTC) + timedelta(seconds=2 + seconds)


def test_superseded_files_stay_for_the_time_of_grace_and_then_go(bucket: Bucket) -> None:
    old = publish_by_hand(bucket, DAY, [TABLE, TABLE])
    new = publish_by_hand(bucket, DAY, [TABLE], published_at=_later())
    both = {file.key for file in (*old.files, *new.files)}
    assert clean_up(bucket, new.published_at + READERS_GRACE - SOON).files == 0
    assert _keys(bucket) == both
    removed = clean_up(bucket, new.published_at + READERS_GRACE + SOON)
    assert (removed.files, removed.bytes) == (2, old.bytes)
    assert _keys(bucket) == {file.key for file in new.files}


def test_a_publication_under_way_is_left_alone_until_it_counts_as_killed(bucket: Bucket) -> None:
    current = publish_by_hand(bucket, DAY, [TABLE], published_at=datetime.now(UTC) - timedelta(days=3))
    under_way = put_file(bucket, DAY, PublicationName.new(), 0, TABLE)
    assert clean_up(bucket, _later() + UNFINISHED_GRACE - SOON).files == 0
    assert under_way.key in _keys(bucket)
    assert clean_up(bucket, _later() + UNFINISHED_GRACE + SOON).files == 1
    assert _keys(bucket) == {file.key for file in current.files}


def test_what_sparks_committer_left_goes_too(bucket: Bucket) -> None:
    current = publish_by_hand(bucket, DAY, [TABLE], published_at=datetime.now(UTC) - timedelta(days=3))
    bucket.put(f"{files_prefix(DAY)}_temporary/17/_temporary/attempt_1/part", b"half", "application/octet-stream")
    assert clean_up(bucket, _later()).files == 0
    assert clean_up(bucket, _later() + UNFINISHED_GRACE + SOON).files >= 1
    assert _keys(bucket) == {file.key for file in current.files}


def test_a_first_publication_that_was_killed_is_cleaned_up_by_that_of_another_day(bucket: Bucket) -> None:
    other = publish_by_hand(bucket, date(2026, 11, 19), [TABLE])
    put_file(bucket, DAY, PublicationName.new(), 0, TABLE)
    assert clean_up(bucket, _later()).files == 0
    assert clean_up(bucket, _later() + UNFINISHED_GRACE + SOON).files == 1
    assert _keys(bucket) == {file.key for file in other.files}


def test_a_day_with_an_unreadable_manifest_is_left_alone_and_does_not_stop_the_others(bucket: Bucket) -> None:
    unreadable = publish_by_hand(bucket, date(2026, 11, 19), [TABLE])
    put_file(bucket, unreadable.ds, PublicationName.new(), 0, TABLE)
    bucket.put(manifest_key(unreadable.ds), b"{}", "application/json")
    put_file(bucket, DAY, PublicationName.new(), 0, TABLE)
    assert clean_up(bucket, _later() + UNFINISHED_GRACE + SOON).files == 1
    assert len(_keys(bucket)) == 2


def test_published_files_and_what_is_not_ours_stay_for_ever(bucket: Bucket) -> None:
    published = publish_by_hand(bucket, DAY, [TABLE])
    foreign = {f"{files_prefix(DAY)}notes.txt", "customer_features/readme.md"}
    for key in foreign:
        bucket.put(key, b"mine", "text/plain")
    assert clean_up(bucket, _later() + timedelta(days=3650)).files == 0
    assert _keys(bucket) == {file.key for file in published.files} | foreign
