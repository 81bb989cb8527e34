"""A person's own folder of dirty documents, from the files to the CSV and to the rejects with their reasons."""

import copy
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from dagster import ExecuteInProcessResult

from shop_assets.document_store.resource import mongo_resource
from shop_assets.settings import Settings
from shop_assets_tests import whole_run
from shop_assets_tests.isolation import clear_warehouse, isolated
from shop_assets_tests.plain_report import expected_csv, expected_rejects

Document = dict[str, Any]

STORES: list[Document] = [
    {"store_id": "store-001", "store_name": "Большая на Ленина", "store_network": "Большая Пикча",
     "location": {"city": "Москва"}, "manager": {"phone": "8 (900) 123 45 67", "email": " Boss@Example.RU "}},
    {"store_id": "store-002", "store_name": "  Маленькая  ", "store_network": "Маленькая Пикча",
     "location": {"city": "Тверь"}},
    {"store_id": "store-003", "store_name": "   ", "store_network": None, "location": {"city": "Клин"}},
]  # fmt: skip
PRODUCTS: list[Document] = [
    {"id": "prd-0001", "name": "Молоко", "group": "молочные ПРОДУКТЫ", "price": "89.90", "is_organic": True},
    {"id": "prd-0002", "name": "Хлеб", "group": "🥖 Зерновые и хлебобулочные изделия", "price": 45},
    {"id": "prd-0003", "name": "Говядина", "group": "Мясо", "price": -1},
    {"id": "PRD-0004 ", "name": "Яблоки", "group": "Фрукты", "price": 99.99},
]
CUSTOMERS: list[Document] = [
    {"customer_id": "cus-1", "registration_date": "2025-01-15T10:00:00Z", "phone": "9001234567",
     "email": "a@example.ru", "is_loyalty_member": True, "loyalty_card_number": "LOYAL-1", "birth_date": "1990-05-01"},
    {"customer_id": " CUS-2 ", "registration_date": "2025-02-01T03:00:00+03:00", "phone": "нет", "email": "кто?",
     "is_loyalty_member": "true", "loyalty_card_number": "   "},
    {"customer_id": "cus-3", "registration_date": "2999-01-01T00:00:00Z"},
    {"customer_id": "cus-4", "registration_date": "2025-01-15", "birth_date": "2999-12-31"},
    {"customer_id": "cus-5", "registration_date": "  "},
    {"customer_id": "cus-6", "registration_date": "2025-03-03"},
]  # fmt: skip


def _purchase(number: int, customer: str, moment: str, **more: Any) -> Document:
    return {
        "purchase_id": f"ord-{number:03}",
        "customer": {"customer_id": customer, "phone": "+7-900-123-45-67", "email": "A@example.ru"},
        "store": {"store_id": "store-001", "location": {"city": "Москва"}},
        "items": [{"product_id": "prd-0001", "category": "Молочные", "quantity": 1, "price_per_unit": 89.9}],
        "total_amount": 89.90,
        "payment_method": "CASH",
        "is_delivery": False,
        "purchase_datetime": moment,
    } | more


def _yesterday(time: str) -> str:
    return f"{whole_run.YESTERDAY}T{time}"


PURCHASES: list[Document] = [
    _purchase(1, "cus-1", _yesterday("09:59:59Z")),
    _purchase(2, " CUS-1", _yesterday("20:00:00"), total_amount="2500.00", items=[
        {"product_id": "prd-0004", "category": "🍏 фрукты", "quantity": "много", "price_per_unit": None},
        {"product_id": "нет такого", "category": "Сувениры"},
    ]),
    _purchase(3, "cus-1", _yesterday("15:30:00+03:00"), store={"store_id": "STORE-002"}, is_delivery=True),
    _purchase(4, "cus-2", "2025-06-01T12:00:00Z", payment_method=None),
    _purchase(5, "cus-2", "2999-01-01T00:00:00Z"),
    _purchase(6, "cus-2", "позавчера"),
    _purchase(7, "cus-2", "2025-06-02T12:00:00Z", items=[]),
    _purchase(8, "cus-2", "2025-06-03T12:00:00Z", total_amount=-5, store={"store_id": ""}),
    _purchase(9, "никто", "2025-06-03T12:00:00Z"),
    _purchase(10, "cus-3", "2025-06-03T12:00:00Z"),
]  # fmt: skip
DOCUMENTS = {"stores": STORES, "products": PRODUCTS, "customers": CUSTOMERS, "purchases": PURCHASES}

REFUSED_BY_MONGODB: list[Document] = [
    _purchase(20, "cus-1", _yesterday("10:00:00Z"), items="две булки"),
    {**_purchase(21, "cus-1", _yesterday("10:00:00Z")), "purchase_id": "   "},
    {name: value for name, value in _purchase(22, "cus-1", _yesterday("10:00:00Z")).items() if name != "purchase_id"},
]


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents in every form that is taken, among files that are not."""
    root = tmp_path_factory.mktemp("мои документы")
    for kind in DOCUMENTS:
        (root / kind).mkdir()
    (root / "stores" / "все магазины.json").write_text(_json(STORES), encoding="utf-8-sig")
    (root / "stores" / "обрезан.json").write_text('{"store_id": "store-009", "store_na', encoding="utf-8")
    (root / "stores" / "readme.txt").write_text("не данные", encoding="utf-8")
    lines = "\n".join(["", *map(_json, PRODUCTS), "не JSON", "[1, 2]", ""])
    (root / "products" / "products.jsonl").write_text(lines, encoding="utf-8")
    (root / "products" / "cp1251.json").write_bytes(_json({"id": "prd-0099", "name": "Сыр"}).encode("cp1251"))
    older = copy.deepcopy(CUSTOMERS[0]) | {"loyalty_card_number": ""}
    with gzip.open(root / "customers" / "customers.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(_json, [older, *CUSTOMERS])))
    for document in PURCHASES:
        (root / "purchases" / f"{document['purchase_id']}.json").write_text(_json(document), encoding="utf-8")
    (root / "purchases" / "refused.jsonl").write_text("\n".join(map(_json, REFUSED_BY_MONGODB)), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def shop(stack_settings: Settings) -> Settings:
    settings = isolated(stack_settings).model_copy(update=whole_run.ONE_EARLIER_DAY)
    clear_warehouse(settings)
    return settings


@pytest.fixture(scope="module")
def own_run(shop: Settings, folder: Path) -> ExecuteInProcessResult:
    return whole_run.run(shop, {"source_folder": str(folder)})


def test_dirty_documents_give_the_csv_that_the_documentation_calls_for(own_run, shop):
    assert own_run.success
    report = whole_run.report(shop)
    assert report == expected_csv(DOCUMENTS, whole_run.YESTERDAY)
    assert [line.split(b",")[0] for line in report.splitlines()[1:]] == [b"cus-1", b"cus-2", b"cus-6"]


def test_what_the_mart_rejects_is_there_with_every_reason(own_run, shop):
    found = {(kind, key): sorted(reasons) for kind, key, reasons in whole_run.rows(
        shop, "SELECT kind, id, reasons FROM mart.open_rejects"
    )}  # fmt: skip
    assert found == {key: sorted(reasons) for key, reasons in expected_rejects(DOCUMENTS).items()}
    assert sorted(found) == [
        ("customers", "cus-3"), ("customers", "cus-4"), ("customers", "cus-5"), ("products", "prd-0003"),
        ("purchases", "ord-005"), ("purchases", "ord-006"), ("purchases", "ord-007"), ("purchases", "ord-008"),
        ("stores", "store-003"),
    ]  # fmt: skip
    assert found["purchases", "ord-008"] == ["store.store_id: missing", "total_amount: negative"]


def test_what_never_was_a_document_is_among_the_rejected_with_its_file_and_reason(own_run, shop):
    with mongo_resource(shop).connect() as database:
        rejected = list(database["rejected_documents"].find({}))
    places = sorted((entry["object_key"].rpartition("/")[2], entry["position"]) for entry in rejected)
    assert places == [
        ("cp1251.json", 1), ("products.jsonl", 6), ("products.jsonl", 7), ("readme.txt", 1),
        ("refused.jsonl", 1), ("refused.jsonl", 2), ("refused.jsonl", 3), ("обрезан.json", 1),
    ]  # fmt: skip
    assert all(entry["reason"] for entry in rejected)


def test_a_small_shop_is_reported_to_a_user_and_still_gets_its_report(own_run):
    failed = whole_run.failed_checks(own_run)
    assert {"raw_stores_json.stores_count", "clickhouse_mart.purchases_count"} <= failed
    assert not {name for name in failed if name.startswith(("customer_features", "report_csv"))}
    assert "clickhouse_mart.mart_equals_raw" not in failed


@pytest.mark.slow
def test_a_later_run_without_the_folder_reports_on_what_is_stored_and_makes_nothing_up(own_run, shop):
    before = whole_run.contents(shop)
    assert whole_run.run(shop, {}).success
    assert whole_run.contents(shop) == before
