import gzip
import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shop_assets.documents.kinds import STORES
from shop_assets.landing.files.encodings import DAMAGED_GZIP, DAMAGED_UTF16
from shop_assets.landing.files.parsing import BAD_NUMBER, NOT_AN_OBJECT, NOT_JSON, NOT_UTF8, REPEATED_FIELD, TOO_DEEP
from shop_assets.landing.files.reading import (
    TOO_LARGE,
    UNKNOWN_FILE_TYPE,
    Found,
    document_objects,
    read_documents,
)
from shop_assets.landing.files.split_texts import EMPTY_FILE
from shop_assets.landing.files.splitting import KEPT_BYTES, MAX_DOCUMENT_BYTES, TRAILING_TEXT, UNCLOSED_ARRAY
from shop_assets.landing.mapping.translation import PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.object_stream import RANGE_BYTES

MANY_LINES = b"".join(b'{"n": %d}\n' % number for number in range(20_000))


def packed(content: bytes) -> bytes:
    """Without the time of packing, which would give a test another name in each process."""
    return gzip.compress(content, mtime=0)


def read(bucket: Bucket, name: str, content: bytes) -> list[Found]:
    bucket.put(name, content, "application/octet-stream")
    return list(read_documents(bucket, name))


def outline(found: list[Found]) -> list[tuple[int, object]]:
    return [
        (item.position, item.document if isinstance(item, ParsedDocument) else item.reason)
        for item in found
        if not isinstance(item, PageSummary)
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.json", b'{"a": 1}', [(1, {"a": 1})]),
        ("A.JSON", b'\xef\xbb\xbf \n{"a": 1}\n\n', [(1, {"a": 1})]),
        ("a.json", '{"имя с пробелом": "я"}'.encode(), [(1, {"имя с пробелом": "я"})]),
        ("a.json", b"[]", []),
        ("a.json", b'\xef\xbb\xbf[{"a": 1}, {"a": 2}]\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.json", b'[{"a": 1}, 2, {"a": NaN}, {"a": 3}]',
         [(1, {"a": 1}), (2, NOT_AN_OBJECT), (3, BAD_NUMBER), (4, {"a": 3})]),
        ("a.json", b'[{"a": 1}, {"a": "cut', [(1, {"a": 1}), (2, UNCLOSED_ARRAY)]),
        ("a.json", b'[{"a": 1}] and more', [(1, {"a": 1}), (2, TRAILING_TEXT)]),
        ("a.json", b'{"a": 1}\n{"a": 2}\n\n{"a": \n', [(1, {"a": 1}), (2, {"a": 2}), (4, NOT_JSON)]),
        ("a.json", b'{"a": 1, "b": "cu\n{"a": 2}\n{"a": 3}', [(1, NOT_JSON), (2, {"a": 2}), (3, {"a": 3})]),
        ("a.json", b'\n\xff\n[1]\r\n\n{"a": 4}\r\n', [(2, NOT_UTF8), (3, NOT_AN_OBJECT), (5, {"a": 4})]),
        ("a.json", b"cut\n" * 9 + b'{"a": 10}\n', [*((line, NOT_JSON) for line in range(1, 10)), (10, {"a": 10})]),
        ("a.json", b"cut\n" * 10 + b'{"a": 11}\n', [(1, NOT_JSON)]),
        ("a.json", b'{"a": [\n{"b": 1}\n]}\n', [(1, {"a": [{"b": 1}]})]),
        ("a.json", b'{"a": [\n  {"b": 1}\n]', [(1, NOT_JSON)]),
        ("a.json", b'{"a": 1} {"a": 2}', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.json", b"", [(1, EMPTY_FILE)]),
        ("a.json", b" \r\n\t", [(1, EMPTY_FILE)]),
        ("a.json", b"\xef\xbb\xbf", [(1, EMPTY_FILE)]),
        ("a.json", b'{"a": "cut', [(1, NOT_JSON)]),
        ("a.json", b"\x00" * 100, [(1, NOT_JSON)]),
        ("a.json", b'{"a": 1}\r\n\x1a', [(1, {"a": 1})]),
        ("a.jsonl", b'{"a": 1}\n{"a": 2}\n' + b"\x00" * 600_000, [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.json", b'[{"a": 1}]\x00\x00', [(1, {"a": 1})]),
        ("a.json", b'{"a": 1}\x00\x00{"a": 2}', [(1, NOT_JSON)]),
        ("a.json", '{"a": 1}\x1a'.encode("utf-16"), [(1, {"a": 1})]),
        ("a.json", b'{"a": 1, "a": 2}', [(1, REPEATED_FIELD)]),
        ("a.jsonl", b'{"a": [{"b": 1, "b": null}]}\n{"a": 1, "b": 2, "a": 1}\n',
         [(1, REPEATED_FIELD), (2, {"a": 1, "b": 2})]),
        ("a.json", b'[{"a": 1, "a": 2}, {"a": 3}]', [(1, REPEATED_FIELD), (2, {"a": 3})]),
        ("a.json", b'{"data": [{"store_id": "1"}], "data": [{"store_id": "2"}]}', [(1, REPEATED_FIELD)]),
        ("a.json", b'{"data": [{"store_id": "1"}, {"store_id": "2", "a": {"b": 1, "b": 2}}], "total": 2}',
         [(1, {"store_id": "1"}), (2, REPEATED_FIELD)]),
        ("a.json", b'{"o1": {"store_id": "1", "a": 1, "a": 2}, "o2": {"store_id": "2"}}',
         [(1, REPEATED_FIELD), (2, {"store_id": "2"})]),
        ("a.json", b'{"o1": {"store_id": "1"}, "o1": {"store_id": "2"}, "o2": {"store_id": "3"}}',
         [(1, REPEATED_FIELD)]),
        ("a.json", b'{"a": {"x": 1, "y": [2, 3]}, "a": {"y": [2.0, 3], "x": 1.0}, "b": 5, "b": 5}',
         [(1, {"a": {"x": 1, "y": [2, 3]}, "b": 5})]),
        ("a.json", b'{"a": {"x": 1}, "a": {"x": true}}', [(1, REPEATED_FIELD)]),
        ("a.json", '{"a": "я"}'.encode("utf-16"), [(1, {"a": "я"})]),
        ("a.json", '[{"a": 1}, {"a": 2}]'.encode("utf-16-le"), [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.json", '{"a": "я"}'.encode("utf-32"), [(1, {"a": "я"})]),
        ("a.json", '{"a": "я"}'.encode("utf-16")[:-1], [(1, DAMAGED_UTF16)]),
        ("a.json", '{"a": "я"}'.encode("cp1251"), [(1, NOT_UTF8)]),
        ("a.json", b'{"a": ' * 50_000 + b"1" + b"}" * 50_000, [(1, TOO_DEEP)]),
        ("a.json", b"[" * 50_000 + b"]" * 50_000, [(1, TOO_DEEP)]),
        ("a.jsonl", b"", []),
        ("a.jsonl", b'\n{"a": 1}\r\n\nnonsense\n[1]\n{"a": 2}',
         [(2, {"a": 1}), (4, NOT_JSON), (5, NOT_AN_OBJECT), (6, {"a": 2})]),
        ("a.jsonl", '{"a": 1}\n{"a": "я"}\n'.encode("cp1251"), [(1, {"a": 1}), (2, NOT_UTF8)]),
        ("a.jsonl", '{"a": 1}\n{"a": "я"}\n'.encode("utf-16"), [(1, {"a": 1}), (2, {"a": "я"})]),
        ("a.jsonl", '{"a": 1}\n{"a": "я"}\n'.encode("utf-16-be"), [(1, {"a": 1}), (2, {"a": "я"})]),
        ("a.jsonl", '{"a": 1}\n{"a": "я"}\n'.encode("utf-32-le"), [(1, {"a": 1}), (2, {"a": "я"})]),
        ("a.jsonl.gz", packed(b'{"a": 1}\n{"a"'), [(1, {"a": 1}), (2, NOT_JSON)]),
        ("a.jsonl.gz", packed(b'{"a": 1}\n') + packed(b'{"a": 2}\n'), [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.jsonl.gz", b"", [(1, EMPTY_FILE)]),
        ("a.jsonl.gz", packed(b""), []),
        ("a.jsonl.gz", packed('{"a": 1}\n{"a": "я"}\n'.encode("utf-16-le")), [(1, {"a": 1}), (2, {"a": "я"})]),
        ("a.jsonl.gz", b'{"a": 1}\n', [(1, DAMAGED_GZIP)]),
        ("a.csv", b"a;b\n", [(1, UNKNOWN_FILE_TYPE)]),
        ("a.json.gz", packed(b'{"a": 1}'), [(1, {"a": 1})]),
        ("a.json.gz", packed(b'[{"a": 1}, {"a": 2}]')[:-9], [(1, {"a": 1}), (2, DAMAGED_GZIP)]),
        ("a.ndjson", b'{"a": 1}\n{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.NDJSON.GZ", packed(b'{"a": 1}\n{"a": 2}\n'), [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.json", b'{\n  "a": 1\n}\n{\n  "a": 2\n}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.jsonl", b'{\n  "a": {\n "b": 1}\n},\n{\n  "a": 2\n}', [(1, {"a": {"b": 1}}), (2, {"a": 2})]),
        ("a.json", b'{\n  "a": 1\n}\n{\n  "a": 2\n\n{\n  "a": 3\n}\n', [(1, {"a": 1}), (2, NOT_JSON), (3, {"a": 3})]),
        ("a.json", b'{\n  "a": 1\n}\noops\n{\n  "a": 3\n}\n', [(1, NOT_JSON), (2, {"a": 3})]),
        ("a.json", b'{\n  "a": {\n  }\n  },\n  "b": 1\n}\n{\n  "a": 3\n}', [(1, NOT_JSON), (2, {"a": 3})]),
        ("a.json", b'{"a": 1},\n{"a": 2},\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.jsonl", b'{"a": 1},\n{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.jsonl", b'{"a": 1}\n{"a": 2}{"a": 3}\n{"a": 4}', [(n, {"a": n}) for n in (1, 2, 3, 4)]),
        ("a.jsonl", b'[\n{"a": 1},\n{"a": 2}\n]\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.jsonl", b'[{"a": 1}, {"a": 2}]\n[{"a": 3}]\n[]\n', [(1, {"a": 1}), (2, {"a": 2}), (3, {"a": 3})]),
        ("a.json", b'[{"a": 1}]\n\n[\n{"a": 2}]', [(1, {"a": 1}), (2, {"a": 2})]),
        ("a.json", b'\x1e{"a": 1}\n\x1e{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ("no-extension", b"{}", [(1, UNKNOWN_FILE_TYPE)]),
    ],
)  # fmt: skip
def test_every_kind_of_file_gives_its_documents_and_its_faults_at_their_positions(bucket, name, content, expected):
    assert outline(read(bucket, f"stores/{name}", content)) == expected


def test_of_a_truncated_archive_the_lines_before_the_cut_are_delivered(bucket: Bucket):
    whole = gzip.compress(MANY_LINES)
    *before, last = read(bucket, "stores/a.jsonl.gz", whole[: len(whole) * 3 // 4])
    assert isinstance(last, UnreadableDocument)
    assert last.reason == DAMAGED_GZIP
    assert len(before) > 10_000
    assert [item.document for item in before] == [{"n": number} for number in range(len(before))]


def test_an_archive_with_a_flipped_byte_ends_with_a_fault_and_gives_what_came_before(bucket: Bucket):
    damaged = bytearray(gzip.compress(MANY_LINES))
    damaged[len(damaged) // 2] ^= 0xFF
    found = read(bucket, "stores/a.jsonl.gz", bytes(damaged))
    assert found[-1].reason == DAMAGED_GZIP
    assert found[0].document == {"n": 0}


def test_a_document_of_more_than_16_mib_is_unreadable_and_only_its_beginning_is_kept(bucket: Bucket):
    huge = b'{"a": "' + b"x" * MAX_DOCUMENT_BYTES + b'"}'
    (alone,) = read(bucket, "stores/a.json", huge)
    before, in_lines, after = read(bucket, "stores/a.jsonl", b'{"n": 1}\n' + huge + b'\n{"n": 2}\n')
    for found in (alone, in_lines):
        assert (found.reason, found.size, found.text) == (TOO_LARGE, len(huge), huge[:KEPT_BYTES])
    assert (before.document, after.document) == ({"n": 1}, {"n": 2})


def test_an_array_of_several_ranges_is_read_to_its_end(bucket: Bucket):
    documents = [{"n": number, "text": "я" * 1_000} for number in range(6_000)]
    content = json.dumps(documents, ensure_ascii=False).encode()
    assert len(content) > RANGE_BYTES
    assert [item.document for item in read(bucket, "stores/a.json", content)] == documents


def test_the_kept_text_of_an_unreadable_document_is_all_of_a_small_one(bucket: Bucket):
    (found,) = read(bucket, "stores/a.json", b'  {"a": nonsense}')
    assert (found.text, found.size) == (b'  {"a": nonsense}', 17)
    assert found.detail == "Expecting value, line 1 column 9"


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["a.json", "a.jsonl", "a.jsonl.gz"]),
    st.binary(max_size=80)
    | st.binary(max_size=40).map(lambda content: b"[" + content)
    | st.binary(max_size=40).map(gzip.compress),
)
def test_no_content_at_all_makes_reading_raise(bucket: Bucket, name: str, content: bytes):
    for item in read(bucket, f"stores/{name}", content):
        assert item.position >= 1
        assert isinstance(item, ParsedDocument) or item.reason


def test_folder_markers_and_our_own_objects_are_no_documents_of_a_kind(bucket: Bucket):
    for key in ("stores/", "stores/region/", "stores/region/a.json", "storesroom/a.json", "_manifests/stores.json"):
        bucket.put(key, b"", "application/json")
    assert [summary.key for summary in document_objects(bucket, STORES)] == ["stores/region/a.json"]
