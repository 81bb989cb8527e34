"""What pages say of other pages: whether more follow, and how much there is in all."""

import gzip
import io
import json
import time

import pytest

from shop_assets.documents.kinds import PURCHASES
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument
from shop_assets.landing.wrappers.page_claims import PageClaim, PageClaims, claim_of

ROWS = [{"purchase_id": "o-1"}, {"purchase_id": "o-2"}]


@pytest.mark.parametrize(
    ("page", "claim"),
    [
        ({"data": ROWS}, PageClaim()),
        ({"data": ROWS, "has_more": True}, PageClaim(says_more=True)),
        ({"data": ROWS, "hasMore": "true"}, PageClaim(says_more=True)),
        ({"data": ROWS, "has_more": False}, PageClaim()),
        ({"results": ROWS, "count": 40, "next": "https://shop/?page=2"}, PageClaim(True, 40)),
        ({"results": ROWS, "count": 2, "next": None}, PageClaim(documents=2)),
        ({"value": ROWS, "@odata.nextLink": "https://shop/?$skip=2", "@odata.count": 9}, PageClaim(True, 9)),
        ({"content": ROWS, "last": False, "totalElements": 7, "totalPages": 4}, PageClaim(True, 7, 4)),
        (
            {"data": ROWS, "meta": {"current_page": 1, "last_page": 5, "total": 10, "per_page": 2}},
            PageClaim(False, 10, 5),
        ),
        ({"data": ROWS, "links": {"next": {"href": "https://shop/?page=2"}}}, PageClaim(says_more=True)),
        ({"rows": ROWS, "meta": {"nextHref": "https://shop/?offset=2", "limit": 2}}, PageClaim(says_more=True)),
        ({"hits": {"total": {"value": 12, "relation": "eq"}, "hits": ROWS}, "from": 0}, PageClaim(False, 12)),
        ({"data": ROWS, "total": 1300}, PageClaim()),
        ({"data": ROWS, "total": 125000, "from": "2026-01-01", "to": "2026-01-31"}, PageClaim()),
        ({"data": ROWS, "total": 1300, "limit": 2}, PageClaim(False, 1300)),
        ({"data": ROWS, "next_cursor": ""}, PageClaim()),
        ({"data": ROWS, "more": "yes"}, PageClaim(says_more=True)),
        ({"data": ROWS, "more": 3}, PageClaim(says_more=True)),
        ({"data": ROWS, "more": "no"}, PageClaim()),
        ({"data": ROWS, "last": "нет"}, PageClaim(says_more=True)),
        ({"data": ROWS, "cursor": "abc"}, PageClaim(says_more=True)),
        ({"data": ROWS, "meta": {"continuation_token": "x"}}, PageClaim(says_more=True)),
        ({"data": ROWS, "cursor": "abc", "has_more": False}, PageClaim()),
        ({"data": ROWS, "cursor": "abc", "next": None}, PageClaim()),
        ({"data": ROWS, "cursor": {"limit": 5}}, PageClaim()),
        ({"took": 1, "timed_out": True, "hits": {"hits": ROWS}}, PageClaim(is_partial=True)),
        (
            {"timed_out": False, "_shards": {"total": 3, "failed": 2}, "hits": {"hits": ROWS}},
            PageClaim(is_partial=True),
        ),
        ({"_shards": {"failed": 0, "failures": []}, "hits": {"hits": ROWS}}, PageClaim()),
        ({"hits": {"total": {"value": 12, "relation": "gte"}, "hits": ROWS}}, PageClaim(documents=12)),
        ({"hits": {"total": {"value": 12}, "hits": ROWS}}, PageClaim(documents=12)),
        ({"hits": {"total": 12, "hits": ROWS}}, PageClaim(documents=12)),
        ({"items": ROWS, "incomplete_results": "true"}, PageClaim(is_partial=True)),
        ({"data": ROWS, "meta": {"total_size": 48_213}}, PageClaim()),
        ({"records": ROWS, "totalSize": 7, "done": False}, PageClaim(documents=7)),
        ({"data": ROWS, "recordsTotal": 900, "recordsFiltered": 2}, PageClaim(documents=2)),
        ({"data": ROWS, "meta": {"sync_state": "failed"}}, PageClaim(is_partial=True)),
        ({"data": ROWS, "meta": {"rejected_rows": 2}}, PageClaim(is_partial=True)),
        ({"data": ROWS, "meta": {"rejected_rows": 0, "export_status": "done"}}, PageClaim()),
        ({"data": ROWS, "limit": "9" * 5000, "total": "9" * 5000, "total_pages": "9" * 5000}, PageClaim()),
    ],
)
def test_a_page_says_whether_more_follows_and_how_much_there_is(page: dict[str, object], claim: PageClaim) -> None:
    assert claim_of(page) == claim


@pytest.mark.parametrize(
    "page",
    [
        {"info": {"more_records": True}},
        {"page_context": {"page": 1, "has_more_page": True}},
        *({name: True} for name in ("hasMorePages", "has_more_items", "moreItems", "has_more_data", "isTruncated")),
        {"links": [{"rel": "self", "href": "/?page=1"}, {"rel": "next", "href": "/?page=2"}]},
        {"_links": [{"rel": "next", "href": "/?page=2"}]},
        *({name: False} for name in ("last_page", "end", "isLast")),
        *({name: "abc"} for name in ("pageToken", "endCursor", "last_id", "lastEvaluatedKey")),
        {"offset": "itrX/recY"},
        {"paging": {"cursors": {"before": "a", "after": "b"}}},
        {"paging": {"next": {"after": "b"}}},
        {"warnings": ["the result was truncated"]},
        {"nextRecordsUrl": "/services/data/query/01g-2000"},
    ],
)
def test_a_page_says_in_many_ways_that_more_follows(page: dict[str, object]) -> None:
    assert claim_of({"data": ROWS, **page}).says_more


@pytest.mark.parametrize(
    "page",
    [
        *({"next": given} for given in (0, -1, "null", "", None, False, {"href": None})),
        {"links": [{"rel": "next", "href": None}, {"rel": "last", "href": "/?page=1"}]},
        *({name: False} for name in ("more_records", "hasMorePages")),
        *({"last_page": given} for given in (1, True)),
        *({"end": given} for given in ("2026-01-31", True, 0)),
        {"offset": 0, "query": {"after": "2026-01-01", "cursor": "x"}, "request": {"next": "x"}},
        {"last_id": "", "pageToken": None},
        {"warnings": ["the field city is deprecated"]},
    ],
)
def test_a_page_that_ends_a_delivery_says_nothing_of_more(page: dict[str, object]) -> None:
    assert not claim_of({"data": ROWS, **page}).says_more


@pytest.mark.parametrize(
    "page",
    [
        {"result": {"items": ROWS, "total": 500, "last_id": ""}},
        {"total": 500, "count": 2},
        {"count": 500, "next": None, "previous": "https://shop/?page=4"},
        {"@attributes": {"count": "500", "offset": "0"}},
        *({name: 500} for name in ("count", "__count", "$count", "totalFound", "found", "matched", "total_entries")),
        *(
            {name: 500}
            for name in ("items_total", "count_total", "numFound", "recordsFiltered", "recordsTotal", "nbHits")
        ),
        *({"totalCount": given} for given in (500.0, "1 500", "1\u00a0500", "1,500", {"count": 500}, {"value": 500})),
        {"warnings": ["truncated to 2 of 500"]},
        {"notice": "показано 2 из 500"},
    ],
)
def test_a_page_says_in_many_ways_how_many_documents_there_are(page: dict[str, object]) -> None:
    assert claim_of({"data": ROWS, **page}).documents in (500, 1500)


@pytest.mark.parametrize(
    "page", [{"pager": {"pagesCount": 9}}, {"maxPage": 9}, {"pages_total": "9"}, {"meta": {"num_pages": 9.0}}]
)
def test_a_page_says_in_many_ways_how_many_pages_there_are(page: dict[str, object]) -> None:
    assert claim_of({"data": ROWS, **page}).pages == 9


def test_a_notice_of_nothing_but_digits_takes_no_time() -> None:
    began = time.process_time()
    assert claim_of({"data": ROWS, "warnings": ["1" * 200_000, "truncated to 2 of 500"]}) == PageClaim(True, 500)
    assert time.process_time() - began < 2  # it took minutes


@pytest.mark.parametrize(
    "page",
    [
        *({"_shards": {"total": 500}, "size": 2}, {"facets": {"city": {"count": 500}}}),
        *({"done": True, "meta": {"file": {"totalSize": 500}}}, {"totalSize": 500, "meta": {"job": {"done": True}}}),
    ],
)
def test_a_number_of_something_else_is_none_of_documents(page: dict[str, object]) -> None:
    assert claim_of({"data": ROWS, **page}).documents == 0


@pytest.mark.parametrize(
    ("claims", "documents", "missing"),
    [
        ([PageClaim()], 2, ""),
        ([PageClaim(says_more=True)], 2, "1 page, which says that another follows"),
        ([PageClaim(says_more=True)] * 3, 6, "3 pages, each of which says that another follows"),
        ([PageClaim(says_more=True), PageClaim()], 4, ""),
        ([PageClaim(documents=10)], 2, "2 of 10 documents"),
        ([PageClaim(documents=4)] * 2, 4, ""),
        ([PageClaim(pages=3)] * 2, 4, "2 of 3 pages"),
        (
            [PageClaim(documents=2, is_partial=True), PageClaim()],
            4,
            "1 page says that the answer is incomplete: a search timed out or failed in a part",
        ),
        ([], 0, ""),
    ],
)
def test_a_delivery_lacks_what_its_pages_name_and_nobody_delivered(
    claims: list[PageClaim], documents: int, missing: str
) -> None:
    pages = PageClaims()
    for claim in claims:
        pages.add(claim)
    assert pages.missing(documents) == missing


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"next": "https://shop/?page=2", "data": ROWS}),
        json.dumps({"data": ROWS, "next": "https://shop/?page=2"}, indent=2),
        json.dumps({"next": "https://shop/?page=2", "data": [*ROWS, {"note": "x" * (17 * 1024 * 1024)}]}),
    ],
    ids=["on one line", "pretty", "larger than a document may be"],
)
def test_the_claim_is_read_beside_the_documents_however_large_the_page_is(text: str) -> None:
    archive = io.BufferedReader(io.BytesIO(gzip.compress(text.encode())))
    found = list(read_stream("purchases/page.json.gz", archive, Form(PURCHASES)))
    assert [one.claim for one in found if isinstance(one, PageSummary)] == [PageClaim(says_more=True)]
    documents = [one.document for one in found if isinstance(one, ParsedDocument)]
    assert [one["purchase_id"] for one in documents[:2]] == ["o-1", "o-2"]
