"""Newer beats older: which of two files' documents counts, whenever the files come and wherever a load is killed."""

from datetime import UTC, datetime

import pytest

from shop_assets.document_store.loads import loading
from shop_assets.documents.kinds import PURCHASES
from shop_assets.landing.files.file_order import modification, natural_order
from shop_assets.object_store.bucket import Bucket, ObjectSummary
from shop_assets_tests.document_store.conftest import Documents, all_stores, load, store


def deliver(bucket: Bucket, name: str, day: int, *stores: dict[str, object]) -> None:
    import orjson

    content = b"\n".join(map(orjson.dumps, stores))
    bucket.put(f"stores/{name}", content, "application/json", {"modified": f"2026-01-{day:02d}T00:00:00+00:00"})


def turn(database: Documents, number: int) -> object:
    return all_stores(database)[f"store-{number:03d}"].get("turn")


def test_the_newest_file_wins_then_the_later_name_as_people_count(database: Documents, bucket: Bucket) -> None:
    deliver(bucket, "a.jsonl", 3, store(1, turn="newest"), store(2, turn="newest"))
    deliver(bucket, "b.jsonl", 1, store(1, turn="oldest"))
    deliver(bucket, "file10.jsonl", 2, store(2, turn="ten"), store(3, turn="ten"), store(4))
    deliver(bucket, "file2.jsonl", 2, store(3, turn="two"), store(4))

    report = load(database, bucket)

    assert [turn(database, number) for number in (1, 2, 3)] == ["newest", "newest", "ten"]
    assert (report.disagreeing_count, report.disagreeing) == (3, {"store-001", "store-002", "store-003"})
    assert report.duplicate_ids == 4


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_an_older_file_that_comes_later_does_not_beat_a_newer_one(
    database: Documents, bucket: Bucket, batch_size: int
) -> None:
    deliver(bucket, "new.jsonl", 20, store(1, turn="new"), store(2, turn="new"))
    deliver(bucket, "newest.jsonl", 21, store(2, turn="newest"))
    load(database, bucket)
    deliver(bucket, "late.jsonl", 10, store(1, turn="old"), store(2, turn="old"), store(3, turn="old"))

    report = load(database, bucket, batch_size)

    assert [turn(database, number) for number in (1, 2, 3)] == ["new", "newest", "old"]
    assert (report.disagreeing_count, report.disagreeing) == (2, {"store-001", "store-002"})
    assert load(database, bucket).read == 0
    deliver(bucket, "newer.jsonl", 30, store(1, turn="newer"))
    assert load(database, bucket).disagreeing_count == 0
    assert turn(database, 1) == "newer"


def test_a_load_that_is_killed_before_the_newer_files_come_again_is_finished_by_the_next(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(bucket, "new.jsonl", 20, store(1, turn="new"))
    load(database, bucket)
    deliver(bucket, "late.jsonl", 10, store(1, turn="old"), store(2, turn="old"))

    def kill(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(loading.KindLoad, "_written_now", kill)
        with pytest.raises(KeyboardInterrupt):
            load(database, bucket, batch_size=1)
    assert turn(database, 1) == "old"

    load(database, bucket)

    assert (turn(database, 1), turn(database, 2)) == ("new", "old")
    assert load(database, bucket).read == 0


def test_documents_of_one_file_with_one_id_are_copies_and_no_disagreement(database: Documents, bucket: Bucket) -> None:
    deliver(bucket, "a.jsonl", 1, store(1, turn=1), store(1, turn=2))
    report = load(database, bucket)
    assert (report.duplicate_ids, report.disagreeing_count) == (1, 0)


def receipt(*lines: dict[str, object], **fields: object) -> dict[str, object]:
    return {"purchase_id": "o-1", "items": list(lines), "purchase_datetime": "2026-01-10T10:00:00Z", **fields}


@pytest.mark.parametrize("batch_size", [1, 1000])
@pytest.mark.parametrize(
    ("documents", "disagreeing"),
    [
        ([receipt({"product_id": "a"}), receipt({"product_id": "b"}), receipt({"product_id": "c"})], {"o-1"}),
        ([receipt({"product_id": "a"}, {"product_id": "b"}), receipt({"product_id": "b"})], {"o-1"}),
        ([receipt({"product_id": "a"}), receipt({"product_id": "a"}, {"product_id": "b"}, status="paid")], set()),
        ([receipt({"product_id": "a"}), receipt({"product_id": "a"}, status="paid")], set()),
        ([receipt({"product_id": "a"})] * 2, set()),
    ],
)
def test_receipts_of_one_file_of_which_the_later_lacks_lines_of_the_earlier_are_counted(
    database: Documents, bucket: Bucket, batch_size: int, documents: list[dict[str, object]], disagreeing: set[str]
) -> None:
    import orjson

    bucket.put("purchases/a.jsonl", b"\n".join(map(orjson.dumps, documents)), "application/json")
    report = load(database, bucket, batch_size, kind=PURCHASES)
    assert (report.disagreeing, report.disagreeing_count) == (disagreeing, len(disagreeing))


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"modified": "2026-01-31T12:00:00+03:00"}, datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ({"Modified": "2026-01-31T12:00:00"}, datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ({"mtime": "1700000000.5"}, datetime.fromtimestamp(1_700_000_000.5, UTC)),
        ({"modified": "yesterday"}, datetime(2026, 5, 1, tzinfo=UTC)),
        ({}, datetime(2026, 5, 1, tzinfo=UTC)),
    ],
)
def test_a_file_is_as_old_as_was_noted_or_as_its_object(metadata: dict[str, str], expected: datetime) -> None:
    assert modification(ObjectSummary("k", "e", 1, datetime(2026, 5, 1, tzinfo=UTC), metadata)) == expected


def test_names_sort_as_people_count() -> None:
    ordered = [
        "2026-1/9", "2026-1/10", "2026-02/1", "a", "file", "file 3", "file1", "file2", "file10", "file10b", "файл9",
        "файл10",
    ]  # fmt: skip
    assert sorted(set(ordered), key=natural_order) == ordered
