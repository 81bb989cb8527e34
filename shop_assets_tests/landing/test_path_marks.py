"""Files whose folders or names say that their documents do not count: each document is rejected, and none is lost."""

import json

import pytest

from shop_assets.documents.kinds import CUSTOMERS, KIND_BY_NAME, PURCHASES, DocumentKind
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers.path_marks import NO_SALE_PATH, path_mark
from shop_assets_tests.landing.files import stream_of

TEXT = json.dumps([{"purchase_id": "o-1", "customer_id": "c-1"}, {"purchase_id": "o-2", "customer_id": "c-2"}])


@pytest.mark.parametrize(
    ("kind", "path", "part"),
    [
        (PURCHASES, "purchases/refunds/2026-01.json", "refunds"),
        (PURCHASES, "purchases/returns-2026-01.json", "returns-2026-01.json"),
        (PURCHASES, "purchases/2026/Возвраты/01.json", "Возвраты"),
        (PURCHASES, "purchases/cancelled.jsonl", "cancelled.jsonl"),
        (PURCHASES, "purchases/RefundedOrders.json", "RefundedOrders.json"),
        *(
            (PURCHASES, f"purchases/{part}/a.json", part)
            for part in ("deleted", "test", "backup", "Отложенные", "draft")
        ),
        *(
            (CUSTOMERS, f"customers/{part}/a.json", part)
            for part in ("deleted", "removed", "Удалённые", "tests2", "bak")
        ),
    ],
)
def test_each_document_of_a_file_whose_path_says_so_is_rejected_with_the_part_that_says_it(
    kind: DocumentKind, path: str, part: str
) -> None:
    found = list(read_stream(path, stream_of(TEXT.encode()), Form(kind)))
    assert [(item.reason, item.detail, item.documents) for item in found if isinstance(item, UnreadableDocument)] == [
        (NO_SALE_PATH, part, 1)
    ] * 2
    assert [item.position for item in found if not isinstance(item, PageSummary)] == [1, 2]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *(
            (PURCHASES, f"purchases/{part}/a.json")
            for part in ("2026-01", "archive", "old", "sales", "shop-7", "online")
        ),
        *((CUSTOMERS, f"customers/{part}.json") for part in ("returns", "customers", "draft", "latest", "contest")),
        (PURCHASES, "purchases.json"),
    ],
)
def test_other_paths_say_nothing(kind: DocumentKind, path: str) -> None:
    found = list(read_stream(path, stream_of(TEXT.encode()), Form(kind)))
    assert [type(item) for item in found] == [ParsedDocument] * 2


@pytest.mark.parametrize("path", [
    "purchases/is_deleted=false/part-0.json", "customers/deleted=0/a.json", "purchases/чеки_без_возвратов.json",
    "purchases/sales_without_returns.jsonl", "purchases/not_cancelled.json", "customers/returning_customers.json",
    "stores/puerto_del_rosario.json", "products/makeup_remover.json",
])  # fmt: skip
def test_a_path_that_denies_it_or_only_resembles_it_says_nothing(path: str) -> None:
    assert path_mark(KIND_BY_NAME[path.partition("/")[0]], path) is None
