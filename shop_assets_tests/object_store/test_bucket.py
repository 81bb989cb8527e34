import io
import re
import threading
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr

import shop_assets
from shop_assets.errors import TransientError
from shop_assets.landing.filling.writing import WriteCounts, entity_tag, write_unless_equal
from shop_assets.object_store import bucket as bucket_module
from shop_assets.object_store.bucket import PART_BYTES, Bucket, ObjectExistsError
from shop_assets.object_store.errors import ObjectChangedError, ObjectStoreError
from shop_assets.object_store.object_stream import RANGE_BYTES
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets_tests.landing.conftest import keys

PROBE = "_manifests/probe"

PERIOD = bytes(range(251))  # a prime, so that no two ranges or parts are alike


class Pattern(io.RawIOBase):
    """A file of any size that is not in memory: its bytes depend on their position."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self.size - self.at)
        period = self.at % len(PERIOD)
        buffer[:count] = (PERIOD * (count // len(PERIOD) + 2))[period : period + count]
        self.at += count
        return count


def test_what_is_put_is_got_and_listed_with_its_size(bucket: Bucket):
    bucket.put("stores/имя с пробелом + %2B & <>.json", b"{}", "application/json")
    bucket.put("stores/folder/a.json", b"", "application/json")
    assert keys(bucket, "stores/") == {"stores/имя с пробелом + %2B & <>.json", "stores/folder/a.json"}
    assert {summary.key: summary.size for summary in bucket.list("stores/f")} == {"stores/folder/a.json": 0}
    assert bucket.get("stores/имя с пробелом + %2B & <>.json") == b"{}"
    assert bucket.get("stores/folder/a.json") == b""
    assert bucket.exists("stores/folder/a.json")
    assert not bucket.exists("stores/b.json")


def test_an_object_that_is_not_there_is_a_key_error(bucket: Bucket):
    with pytest.raises(KeyError):
        bucket.get("stores/none.json")
    assert bucket.find("stores/none.json") is None


def version_keys(bucket: Bucket) -> list[str]:
    listed = bucket.client.list_object_versions(Bucket=bucket.name)
    return sorted(entry["Key"] for entry in [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())])


def test_older_versions_of_an_object_go_and_those_of_its_neighbours_stay(bucket: Bucket):
    """`customers/1.json` from before there was versioning is no current version because `customers/1.jsonl` is one."""
    keys = ["customers/1.json", "customers/1.jsonl"]
    for key in keys:
        bucket.put(key, b"before", "application/json")
    assert bucket.delete_older_versions(keys[0]) == 0
    bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    try:
        bucket.put(keys[0], b"after", "application/json")
        assert bucket.delete_older_versions(keys[0]) == 1
        assert version_keys(bucket) == keys
        assert [bucket.get(key) for key in keys] == [b"after", b"before"]

        bucket.delete([keys[0]])
        assert bucket.delete_older_versions(keys[0]) == 2
        assert version_keys(bucket) == keys[1:]
    finally:
        bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Suspended"})
        for key in keys:
            bucket.delete([key])
            bucket.delete_older_versions(key)


@pytest.mark.parametrize("size", [1, 6 * 1024 * 1024])
def test_a_version_that_another_program_replaced_is_neither_replaced_nor_deleted(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, size: int
):
    monkeypatch.setattr(bucket_module, "PART_BYTES", 5 * 1024 * 1024)
    bucket.put("customers/a.json", b"first", "application/json")
    first = bucket.find("customers/a.json")
    bucket.replace(first, io.BytesIO(b"x" * size), "application/json", {"modified": "2026-01-01"})
    second = bucket.find("customers/a.json")
    assert (second.size, second.metadata) == (size, {"modified": "2026-01-01"})

    for write in (lambda: bucket.replace(first, io.BytesIO(b"y" * size), "a/b"), lambda: bucket.remove(first)):
        with pytest.raises(ObjectChangedError):
            write()
    with pytest.raises(ObjectChangedError), bucket.open("customers/a.json", first.etag) as stream:
        stream.read()
    assert bucket.find("customers/a.json") == second
    assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket=bucket.name)

    bucket.remove(second)
    with pytest.raises(ObjectChangedError):
        bucket.replace(second, io.BytesIO(b""), "a/b")
    assert not bucket.exists("customers/a.json")


def test_whether_the_store_heeds_conditions_is_found_out(bucket: Bucket, monkeypatch: pytest.MonkeyPatch):
    assert bucket.conditional_writes(PROBE) == (True, True)
    put, delete = bucket.client.put_object, bucket.client.delete_object

    def always(write: Callable[..., object]) -> Callable[..., object]:
        return lambda **named: write(**{name: value for name, value in named.items() if name != "IfMatch"})

    monkeypatch.setattr(bucket.client, "delete_object", always(delete))
    assert bucket.conditional_writes(PROBE) == (True, False)
    monkeypatch.setattr(bucket.client, "put_object", always(put))
    assert bucket.conditional_writes(PROBE) == (False, False)
    unknown = ClientError({"Error": {"Code": "NotImplemented"}, "ResponseMetadata": {"HTTPStatusCode": 501}}, "Put")
    monkeypatch.setattr(bucket.client, "delete_object", Mock(side_effect=unknown))
    assert bucket.conditional_writes(PROBE) == (False, False)
    assert not bucket.exists(PROBE)


def test_a_store_that_heeds_a_condition_only_where_nothing_is_does_not_heed_it(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
):
    delete = bucket.client.delete_object

    def of_nothing(**named: object) -> object:
        if bucket.exists(str(named["Key"])):
            named.pop("IfMatch", None)
        return delete(**named)

    monkeypatch.setattr(bucket.client, "delete_object", of_nothing)
    assert bucket.conditional_writes(PROBE) == (True, False)
    assert not bucket.exists(PROBE)


def test_a_listing_of_more_than_a_page_is_whole_and_its_objects_can_be_deleted(bucket: Bucket):
    names = {f"many/{number}" for number in range(1_050)}
    for name in names:
        bucket.put(name, b"", "text/plain")
    assert keys(bucket, "many/") == names
    bucket.delete([*names, "many/that is not there"])
    assert keys(bucket, "many/") == set()


def test_the_first_writer_of_a_new_object_wins(bucket: Bucket):
    bucket.put_new("_manifests/one.json", b"first", "application/json")
    with pytest.raises(ObjectExistsError):
        bucket.put_new("_manifests/one.json", b"second", "application/json")
    assert bucket.get("_manifests/one.json") == b"first"


def test_of_many_writers_of_a_new_object_exactly_one_wins(bucket: Bucket):
    won = []

    def write(name: str) -> None:
        try:
            bucket.put_new("_manifests/race.json", name.encode(), "application/json")
            won.append(name)
        except ObjectExistsError:
            pass

    threads = [threading.Thread(target=write, args=(f"writer {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert bucket.get("_manifests/race.json") == won[0].encode()


@pytest.mark.parametrize("size", [0, 1, 5_000_000, PART_BYTES, PART_BYTES + 1])
def test_the_entity_tag_of_a_file_is_predicted_and_equal_bytes_are_not_written_again(bucket: Bucket, size: int):
    key = "stores/large.jsonl"
    written = WriteCounts()
    file = io.BufferedReader(Pattern(size))
    write_unless_equal(bucket, key, file, "application/x-ndjson", written, present=None)
    stored = bucket.find(key)
    assert stored is not None
    assert (stored.size, stored.etag) == entity_tag(io.BufferedReader(Pattern(size)))
    file = io.BufferedReader(Pattern(size))
    write_unless_equal(bucket, key, file, "application/x-ndjson", written, present=stored)
    assert written == WriteCounts(objects=1, bytes=size, unchanged=1)


def test_of_a_large_file_a_few_parts_are_in_memory(bucket: Bucket, monkeypatch: pytest.MonkeyPatch):
    part = 5 * 1024 * 1024
    monkeypatch.setattr(bucket_module, "PART_BYTES", part)
    tracemalloc.start()
    try:
        bucket.put("stores/large.jsonl", io.BufferedReader(Pattern(16 * part)), "application/x-ndjson")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    stored = bucket.find("stores/large.jsonl")
    assert stored is not None
    assert stored.size == 16 * part
    assert peak < 7 * part  # three, and what `Pattern` takes to make another


def test_bytes_that_changed_are_written_although_their_number_did_not(bucket: Bucket):
    written = WriteCounts()
    for content in (b"one", b"two", b"two"):
        present = bucket.find("stores/a.json")
        write_unless_equal(bucket, "stores/a.json", content, "application/json", written, present=present)
    assert written == WriteCounts(objects=2, bytes=6, unchanged=1)
    assert bucket.get("stores/a.json") == b"two"


def test_an_object_of_several_ranges_is_read_whole_in_any_steps(bucket: Bucket):
    size = 2 * RANGE_BYTES + 12_345
    bucket.put("stores/large.jsonl", io.BufferedReader(Pattern(size)), "application/x-ndjson")
    expected = Pattern(size)
    with bucket.open("stores/large.jsonl") as stream:
        while part := stream.read(1_000_003):
            wanted = bytearray(len(part))
            expected.readinto(wanted)
            assert part == bytes(wanted)
    assert expected.at == size


@pytest.mark.parametrize("replacement", [b"short", b"x" * (3 * RANGE_BYTES), None])
def test_an_object_that_changes_while_it_is_read_is_never_mixed_from_two_versions(bucket: Bucket, replacement):
    bucket.put("stores/a.jsonl", b"a" * (2 * RANGE_BYTES), "application/x-ndjson")
    with bucket.open("stores/a.jsonl") as stream:
        assert stream.read(10) == b"a" * 10
        if replacement is None:
            bucket.delete(["stores/a.jsonl"])
        else:
            bucket.put("stores/a.jsonl", replacement, "application/x-ndjson")
        with pytest.raises(ObjectChangedError, match=r"stores/a\.jsonl"):
            stream.read()


def test_a_bucket_can_be_ensured_again(bucket: Bucket):
    bucket.put("stores/a.json", b"{}", "application/json")
    bucket.ensure()
    assert bucket.exists("stores/a.json")


def test_a_wrong_secret_is_reported_with_the_settings_to_look_at_and_without_the_secret(settings):
    wrong = settings.model_copy(update={"s3_secret_key": type(settings.s3_secret_key)("not-the-secret")})
    with (
        object_store_resource(wrong).process_config_and_initialize_cm() as store,
        pytest.raises(ObjectStoreError, match="SHOP_S3_SECRET_KEY") as caught,
    ):
        store.landing()
    assert isinstance(caught.value.__cause__, ClientError)
    assert "not-the-secret" not in str(caught.value)


def test_a_listing_and_a_look_up_show_the_same_object(bucket: Bucket):
    before = datetime.now(UTC) - timedelta(seconds=2)
    bucket.put("a", b"12345", "text/plain")
    (listed,) = bucket.list()
    found = bucket.find("a")
    assert found is not None
    assert (found.key, found.etag, found.size) == (listed.key, listed.etag, listed.size)
    for summary in (listed, found):
        assert before < summary.modified < datetime.now(UTC) + timedelta(seconds=2)


def test_no_stage_uses_the_client_of_a_bucket():
    used = [
        f"{path.name}:{number}"
        for folder in Path(shop_assets.__file__).parent.iterdir()
        if folder.name not in {"object_store", "embedded"}
        for path in folder.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "bucket.client" in line or "translated_errors" in line
    ]
    assert used == []


@pytest.mark.parametrize(
    "request_with",
    [
        lambda bucket: bucket.put("a.json", b"{}", "application/json"),
        lambda bucket: bucket.put("a.json", io.BytesIO(b"{}"), "application/json"),
        lambda bucket: bucket.put_new("a.json", b"{}", "application/json"),
        lambda bucket: bucket.get("a.json"),
        lambda bucket: bucket.find("a.json"),
        lambda bucket: list(bucket.list("a.json")),
        lambda bucket: bucket.delete(["a.json"]),
    ],
    ids=["put", "put a file", "put_new", "get", "find", "list", "delete"],
)
def test_a_refused_request_names_the_bucket_and_the_code_and_is_permanent(
    bucket: Bucket, settings: Settings, request_with: Callable[[Bucket], object]
) -> None:
    wrong = settings.model_copy(update={"s3_secret_key": SecretStr("not-the-secret")})
    refused = Bucket(object_store_resource(wrong).s3.get_client(), bucket.name)
    with pytest.raises(ObjectStoreError, match=re.escape(f"s3://{bucket.name}/")) as caught:
        request_with(refused)
    assert not isinstance(caught.value, TransientError)
    assert re.search(r"SignatureDoesNotMatch|403", str(caught.value))
    assert "SHOP_S3_SECRET_KEY" in str(caught.value)
    assert "not-the-secret" not in str(caught.value)


def test_a_refusal_because_of_a_bucket_that_does_not_exist_names_the_object(bucket: Bucket) -> None:
    missing = Bucket(bucket.client, "no-such-bucket")
    with pytest.raises(ObjectStoreError, match=r"PutObject of s3://no-such-bucket/a\.json: NoSuchBucket"):
        missing.put("a.json", b"{}", "application/json")
