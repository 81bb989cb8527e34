"""Files whose folders or names say that their documents do not count: each document is rejected, and none is lost."""

import json

import pytest

from shop_assets.documents.kinds import CUSTOMERS, KIND_BY_NAME, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.mapping.translation import Form, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers.path_marks import NO_SALE_PATH, PathMark, path_mark
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
    "stores/puerto_del_rosario.json", "products/makeup_remover.json", "purchases/canceled=N/a.json",
    "purchases/is_cancelled=off/a.json", "purchases/is_returned=__HIVE_DEFAULT_PARTITION__/a.json",
    "purchases/type=1/a.json", "purchases/calculationType=1/a.json", "purchases/year=2026/month=01/a.json",
    "purchases/paid=true/a.json", "purchases/status=paid.json", "customers/type=2/a.json", "customers/backup=no/a.json",
    "purchases/noted_paid.json",
    *(f"purchases/{part}/a.json" for part in (
        "customer_type=returning", "segment=returning", "status=not_cancelled", "report=without-returns",
        "set=без_возвратов", "filter=not_refunded", "no_test", "without_test", "без_тестов", "без_неоплаченных",
        "without_not_paid", "кроме_невыкупленных", "status=without_not_paid", "env=no_test", "source=not_sandbox",
        "state=Псковская", "state=CA", "status=in_transit", "status=Исполнен", "payment_status=captured",
        "статус=собран", "Учебники", "category=Учебники", "учебник-2026",
    )),
    *(f"customers/{part}/a.json" for part in (
        "filter=not_deleted", "status=not_deleted", "Del_Monte", "Del-Mar", "city=Del%20Rio", "state=active",
        "status=Del%20Norte", "operation=update",
    )),
    "stores/city=Del%20Rio/a.json", "stores/Del%20Mar.json", "products/brand=Del%20Monte/a.json",
])  # fmt: skip
def test_a_path_that_denies_it_or_only_resembles_it_says_nothing(path: str) -> None:
    assert path_mark(KIND_BY_NAME[path.partition("/")[0]], path) is None


@pytest.mark.parametrize("part", [
    "not_paid", "not-paid", "notPaid", "не_оплачено", "не выкупленные", "not_delivered", "недоставленные", "sandbox",
    "тестовые", "учебные чеки",
])  # fmt: skip
def test_a_path_that_says_what_was_not_done_or_a_test_is_named(part: str) -> None:
    assert path_mark(PURCHASES, f"purchases/{part}/a.json") == PathMark(part)
    assert path_mark(PURCHASES, f"{part}.json") is not None


@pytest.mark.parametrize("part", [
    "status=not_paid", "status=не_оплачен", "status=%D0%B2%D0%BE%D0%B7%D0%B2%D1%80%D0%B0%D1%82", "type=2",
    "operation_type=4", "calculationSign=2", "calculationType=2", "paid=false", "is_paid=0", "posted=false",
    "проведен=нет", "is_sale=false", "op=D", "is_current=false", "sign=-1", "del=1", "del_flag=X", "is_deleted=t",
    "channel=returns", "env=test", "backup=1", "source=sandbox", "type=sandbox", "dataset=sandbox", "тип=тестовые",
    "status=testing", "operation=demo", "collection=тестовые_чеки", "status=partially_refunded",
    "del_flag=x",
])  # fmt: skip
def test_the_folder_of_a_partition_is_read_as_a_field_and_its_value(part: str) -> None:
    assert path_mark(PURCHASES, f"purchases/{part}/a.json") == PathMark(part)
    assert path_mark(PURCHASES, f"purchases/{part}.json") == PathMark(f"{part}.json")


@pytest.mark.parametrize("name", ["del_2026-01.json", "del-sales.json", "2026_del.json", "orders_del_2026.json"])
def test_del_is_a_deletion_unless_it_stands_between_the_words_of_a_name(name: str) -> None:
    assert path_mark(PURCHASES, name) == PathMark(name)


@pytest.mark.parametrize("part", [
    "status=deleted_by_user", "status=soft_deleted", "status=gdpr_deleted", "state=removed_by_admin", "статус=удалены",
    "op=del", "operation=hard_delete", "event_type=deletion", "_change_type=delete_preimage", "set=del",
    "status=Trashed", "comment=deleted", "del_customers", "Del_Customers", "del_2026-01",
])  # fmt: skip
@pytest.mark.parametrize("kind", [CUSTOMERS, PRODUCTS, STORES])
def test_a_partition_of_what_was_deleted_is_named_whatever_stands_around_the_word(
    kind: DocumentKind, part: str
) -> None:
    assert path_mark(kind, f"{kind.name}/{part}/a.json") == PathMark(part)
