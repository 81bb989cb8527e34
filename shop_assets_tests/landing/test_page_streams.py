"""Pages of any size, alone and one after another: every document in them is read or counted, in bounded memory."""

import io
import json
import tempfile
import tracemalloc
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES, DocumentKind
from shop_assets.landing.erasing import ObjectEraser, Subject
from shop_assets.landing.files.reading import TOO_LARGE, Found, read_stream
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.text_search import unpacked
from shop_assets.landing.wrappers.page_claims import PageClaim
from shop_assets.landing.wrappers.page_streams import REST_OF_PAGE, UNCLOSED_PAGE
from shop_assets.personal_data.traces import Traces
from shop_assets_tests.landing.files import stream_of

LARGE = 17 * 1024 * 1024
NOTE = "я" * 500


def purchases(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"purchase_id": f"o-{number}", "note": NOTE} for number in range(first, first + count)]


def read(name: str, text: str, kind: DocumentKind = PURCHASES) -> list[Found]:
    return list(read_stream(name, stream_of(text.encode()), Form(kind)))


def ids(found: list[Found], field: str = "purchase_id") -> list[object]:
    return [item.document[field] for item in found if isinstance(item, ParsedDocument)]


def rejects(found: list[Found]) -> list[tuple[str, str, int]]:
    return [(item.reason, item.detail, item.documents) for item in found if isinstance(item, UnreadableDocument)]


def large_page(**around: Any) -> dict[str, Any]:
    return {**around, "data": purchases(LARGE // len(NOTE.encode()))}


@pytest.mark.parametrize(
    ("name", "count", "size", "between", "indent"),
    [
        ("a.json", 20, 900, "\n", 1),
        ("a.json", 20, 900, "", None),
        ("a.json", 2, 20_000, "", None),
        ("a.json", 2, 20_000, "\n", 1),
        ("a.json", 2, 20_000, "\n", None),
        ("a.ndjson", 30, 100, "\n", 1),
        ("a.ndjson", 3, 2_000, "\n", 1),
        ("a.jsonl", 3, 2_000, "", None),
    ],
)
def test_all_pages_of_a_file_are_read_however_they_follow_one_another(name, count, size, between, indent):
    pages = [{"data": purchases(size, number * size), "page": number} for number in range(count)]
    text = between.join(json.dumps(page, ensure_ascii=False, indent=indent) for page in pages)
    found = read(name, text)
    assert ids(found) == [one["purchase_id"] for page in pages for one in page["data"]]
    assert rejects(found) == []
    assert sum(isinstance(item, PageSummary) for item in found) == count


def test_a_document_behind_a_large_page_is_read_and_so_is_one_before_it():
    single = json.dumps({"purchase_id": "alone"}, indent=1)
    large = large_page()
    found = read("a.json", f"{single}\n{json.dumps(large, ensure_ascii=False)}\n{single}")
    assert ids(found) == ["alone", *(one["purchase_id"] for one in large["data"]), "alone"]
    assert rejects(found) == []


def test_what_is_no_document_behind_a_large_page_is_counted():
    found = read("a.json", json.dumps(large_page(), ensure_ascii=False) + " nonsense")
    assert [reason for reason, _, _ in rejects(found)] == ["not JSON"]


@pytest.mark.parametrize(
    ("after", "detail", "documents"),
    [
        ({"status": "refunded"}, "data; beside it: status", 1),
        ({"refunds": purchases(3)}, "data; beside it: refunds", 3),
        ({"total": 9, "next": {"data": purchases(1)}}, "data; beside it: next", 1),
        ({"customer_id": "c-1"}, "data; beside it: customer_id", 1),
        ({"items": purchases(2)}, "data; beside it: items", 2),
        ({"meta": {"filter": "status=cancelled"}}, "data; beside it: meta.filter", 1),
    ],
)
def test_what_follows_the_array_of_a_large_page_is_counted_if_it_is_no_tools(after, detail, documents):
    page = large_page(meta_before=None) | after
    found = read("a.json", json.dumps(page, ensure_ascii=False))
    assert len(ids(found)) == len(page["data"])
    assert rejects(found) == [(REST_OF_PAGE, detail, documents)]


def test_a_large_page_says_of_other_pages_what_stands_before_and_behind_its_array():
    page = large_page(total_pages=3) | {"has_more": True, "meta": {"total_count": 90_000}}
    found = read("a.json", json.dumps(page))
    claims = [item.claim for item in found if isinstance(item, PageSummary)]
    assert claims == [PageClaim(says_more=True, documents=90_000, pages=3)]
    assert rejects(found) == []


def test_a_large_page_that_is_cut_off_behind_its_array_is_counted():
    text = json.dumps(large_page() | {"next": "https://shop"}, ensure_ascii=False)
    assert rejects(read("a.json", text[:-3])) == [(UNCLOSED_PAGE, "", 1)]


def test_a_large_export_of_documents_with_lists_is_read_document_by_document():
    documents = [
        {
            "_id": {"$oid": f"{number:024x}"},
            "documents": [{"type": "passport"}],
            "customer_id": f"c-{number}",
            "n": NOTE,
        }
        for number in range(LARGE // len(NOTE.encode()))
    ]
    text = "\n".join(json.dumps(document, ensure_ascii=False, indent=1) for document in documents)
    found = read("a.json", text, CUSTOMERS)
    assert ids(found, "customer_id") == [document["customer_id"] for document in documents]
    assert rejects(found) == []


def test_a_document_that_is_too_large_is_no_page_if_it_shows_an_id_before_its_list():
    document = {"customer_id": "c-1", "documents": [{"type": "passport", "scan": "x" * LARGE}]}
    assert [reason for reason, *_ in rejects(read("a.json", json.dumps(document), CUSTOMERS))] == [TOO_LARGE]


def test_large_pages_are_read_in_bounded_memory_whatever_follows_their_arrays():
    page = json.dumps({"data": purchases(3), "note": "x" * (4 * LARGE)}).encode()
    content = page.replace(b'{"data"', b'{"meta": {"note": "%b"}, "data"' % (b"y" * 1000)) * 2
    stream = stream_of(content)
    tracemalloc.start()
    found = list(read_stream("a.json", stream, Form(PURCHASES)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ids(found) == ["o-0", "o-1", "o-2"] * 2
    assert [reason for reason, _, _ in rejects(found)] == [REST_OF_PAGE] * 2
    assert peak < 6 * LARGE


def test_a_customer_is_taken_out_of_what_follows_the_array_of_a_large_page():
    page = {"customers": [{"customer_id": f"c-{number}", "n": NOTE} for number in range(LARGE // 1_000)]}
    text = json.dumps(page | {"deleted": [{"customer_id": "gone-1"}], "total": 3}, ensure_ascii=False).encode()
    eraser = ObjectEraser("a.json", Form(CUSTOMERS), Subject(Traces(["gone-1"]), "erased-a"))
    with io.BytesIO(text) as source, tempfile.TemporaryFile() as content, io.BytesIO() as target:
        unpacked("a.json", source, content)
        assert eraser.rewrite(content, target)
        assert json.loads(target.getvalue()) == page


def test_what_follows_the_array_of_a_large_page_is_left_to_people_if_it_holds_other_customers():
    page = {"customers": [{"customer_id": f"c-{number}", "n": NOTE} for number in range(LARGE // 1_000)]}
    deleted = [{"customer_id": "gone-1"}, {"customer_id": "c-x"}]
    text = json.dumps(page | {"deleted": deleted}, ensure_ascii=False).encode()
    eraser = ObjectEraser("a.json", Form(CUSTOMERS), Subject(Traces(["gone-1"]), "erased-a"))
    with io.BytesIO(text) as source, tempfile.TemporaryFile() as content, io.BytesIO() as target:
        unpacked("a.json", source, content)
        assert not eraser.rewrite(content, target)
    assert eraser.leaves_something
