"""What MART shows of documents that change, are copied, deleted or rejected, and what its views hold."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets_tests.warehouse.raw_messages import NOW, RawMessage, document, insert_raw, tombstone

PRODUCT = {"id": "prd-0001", "name": "Молоко", "group": "🥛 Молочные продукты", "price": 89.9}
CUSTOMER = {"customer_id": "cus-1", "registration_date": "2025-01-15T10:00:00Z"}
STORE = {
    "store_id": "store-001",
    "store_name": "Пикча",
    "store_network": "Большая Пикча",
    "location": {"city": "Тверь"},
}
LINE = {"product_id": "prd-0001", "category": "🥛 Молочные продукты", "quantity": "2", "total_price": 179.8}
PURCHASE = {
    "purchase_id": "ord-1",
    "customer": {"customer_id": "cus-1"},
    "store": {"store_id": "store-001"},
    "items": [LINE, {"category": "Мясо"}, {"category": "Бытовая химия", "quantity": "много"}, None],
    "total_amount": "179.80",
    "purchase_datetime": "2026-02-01T23:30:00+03:00",
}


def products(client: Client) -> list[tuple[str, Decimal]]:
    return [tuple(row) for row in client.query("SELECT name, price FROM mart.products ORDER BY 1").result_rows]


def reasons(client: Client, view: str = "rejects") -> list[tuple[str, list[str]]]:
    return [tuple(row) for row in client.query(f"SELECT id, reasons FROM mart.{view} ORDER BY id, reasons").result_rows]


def test_the_newest_version_by_source_time_wins_whatever_comes_last(client: Client) -> None:
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"name": "Новое"}, source_time=30)])
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"name": "Старое"}, source_time=20)])
    assert products(client) == [("новое", Decimal("89.9"))]


def test_between_versions_of_one_time_the_later_message_wins(client: Client) -> None:
    late = document("prd-0001", PRODUCT | {"name": "Б"}, source_time=7, offset=2**40 + 2)
    early = document("prd-0001", PRODUCT | {"name": "А"}, source_time=7, offset=2**40 + 1)
    insert_raw(client, "products", [late])
    insert_raw(client, "products", [early])
    assert products(client) == [("б", Decimal("89.9"))]


def test_duplicates_are_in_raw_alone(client: Client) -> None:
    for _ in range(3):
        insert_raw(client, "products", [document("prd-0001", PRODUCT), document("PRD-0001 ", PRODUCT)])
    assert client.query("SELECT count() FROM raw.products").result_rows == [(6,)]
    assert len(products(client)) == 1


def test_a_deleted_document_is_shown_no_more_until_it_is_there_again(client: Client) -> None:
    insert_raw(client, "products", [document("prd-0001", PRODUCT)])
    insert_raw(client, "products", [tombstone("prd-0001")])
    assert products(client) == []
    client.command("OPTIMIZE TABLE mart.product_versions FINAL")
    assert products(client) == []
    insert_raw(client, "products", [document("prd-0001", PRODUCT)])
    assert len(products(client)) == 1
    assert reasons(client) == []


def test_a_rejected_newest_version_takes_the_document_out_of_mart_until_it_is_fixed(client: Client) -> None:
    insert_raw(client, "products", [document("prd-0001", PRODUCT)])
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"price": "дорого", "name": " "})])
    assert products(client) == []
    wanted = [("prd-0001", ["name: missing", "price: unreadable"])]
    assert (reasons(client), reasons(client, "open_rejects")) == (wanted, wanted)
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"price": "99"})])
    assert products(client) == [("молоко", Decimal(99))]
    assert (reasons(client), reasons(client, "open_rejects")) == (wanted, [])


def test_a_rejected_document_that_is_deleted_is_open_no_more(client: Client) -> None:
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"price": None})])
    insert_raw(client, "products", [tombstone("prd-0001")])
    assert (len(reasons(client)), reasons(client, "open_rejects")) == (1, [])


def test_a_replay_of_a_rejected_document_is_no_new_reject(client: Client) -> None:
    for moment in (NOW, NOW + timedelta(days=1)):
        insert_raw(client, "products", [document("prd-0001", PRODUCT | {"price": -1}, ingested_at=moment)])
    rows = client.query("SELECT reasons, rejected_at FROM mart.rejects").result_rows
    assert rows == [(["price: negative"], (NOW + timedelta(days=1)).replace(tzinfo=None))]
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"price": -2})])
    assert len(reasons(client)) == 2
    assert len(reasons(client, "open_rejects")) == 1


def test_a_message_that_is_rejected_says_where_it_is(client: Client) -> None:
    message = RawMessage(b"prd-9", b'{"id": "prd-9"', offset=41, source_time=7, topic_id="abc", partition=2)
    insert_raw(client, "products", [message])
    columns = "kind, payload, kafka_topic, kafka_topic_id, kafka_partition, kafka_offset, source_time"
    rows = client.query(f"SELECT {columns} FROM mart.rejects").result_rows
    assert rows == [("products", '{"id": "prd-9"', "shop.products", "abc", 2, 41, 7)]


def test_documents_without_a_key_are_all_kept_as_rejects(client: Client) -> None:
    insert_raw(client, "products", [document("", PRODUCT), document(" ", PRODUCT | {"price": 1})])
    assert reasons(client, "open_rejects") == [("", ["key: missing", "id: not the key of the message"])] * 2
    assert products(client) == []


def test_a_purchase_that_was_in_the_future_is_shown_when_a_later_message_brings_it(client: Client) -> None:
    tomorrow = PURCHASE | {"purchase_datetime": "2026-03-02T09:00:00Z"}
    insert_raw(client, "purchases", [document("ord-1", tomorrow)])
    assert reasons(client) == [("ord-1", ["purchase_datetime: in the future"])]
    insert_raw(client, "purchases", [document("ord-1", tomorrow, ingested_at=NOW + timedelta(days=1))])
    assert client.query("SELECT purchase_id FROM mart.purchases").result_rows == [("ord-1",)]


def test_an_unreadable_birth_date_is_null_and_keeps_its_customer(client: Client) -> None:
    insert_raw(client, "customers", [document("cus-1", CUSTOMER | {"birth_date": "17 мая 1990"})])
    assert client.query("SELECT customer_id, birth_date FROM mart.customers").result_rows == [("cus-1", None)]


def test_a_line_that_cannot_be_read_keeps_its_place(client: Client) -> None:
    insert_raw(client, "purchases", [document("ord-1", PURCHASE)])
    rows = client.query(
        "SELECT line_number, product_id, product_group, quantity, total_price FROM mart.purchase_items ORDER BY 1"
    ).result_rows
    assert rows == [
        (1, "prd-0001", "dairy", Decimal(2), Decimal("179.8")),
        (2, None, "meat", None, None),
        (3, None, "unknown", None, None),
        (4, None, "unknown", None, None),
    ]


def test_a_basket_says_what_is_in_it(client: Client) -> None:
    insert_raw(client, "stores", [document("store-001", STORE)])
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"is_organic": True})])
    insert_raw(client, "purchases", [document("ord-1", PURCHASE)])
    (basket,) = client.query("SELECT * FROM mart.baskets").named_results()
    assert basket == {
        "purchase_id": "ord-1",
        "customer_id": "cus-1",
        "store_id": "store-001",
        "store_city": "тверь",  # of the store's document: the purchase does not have it
        "purchase_datetime": datetime(2026, 2, 1, 20, 30),  # noqa: DTZ001  # UTC, as the client gives it
        "total_amount": Decimal("179.8"),
        "payment_method": None,
        "is_delivery": 0,
        "line_count": 4,
        "has_bakery": 0,
        "has_meat": 1,
        "has_dairy": 1,
        "has_fruit": 0,
        "has_vegetable": 0,
        "has_organic": 1,
        "has_time": 1,
    }


def test_the_city_of_the_store_goes_before_the_copy_in_the_purchase(client: Client) -> None:
    insert_raw(client, "stores", [document("store-001", STORE)])
    own = PURCHASE | {"store": {"store_id": " STORE-001", "location": {"city": "Клин"}}, "is_delivery": "true"}
    copy = PURCHASE | {"purchase_id": "ord-2", "store": {"store_id": "store-404", "location": {"city": "г. Клин"}}}
    insert_raw(client, "purchases", [document("ord-1", own), document("ord-2", copy)])
    wanted = [("ord-1", "store-001", "тверь", 1), ("ord-2", "store-404", "клин", 0)]
    for view in ("baskets", "purchases"):
        rows = client.query(
            f"SELECT purchase_id, store_id, store_city, coalesce(is_delivery, 0) FROM mart.{view} ORDER BY 1"
        ).result_rows
        assert rows == wanted


def test_organic_goes_by_the_newest_document_of_the_product(client: Client) -> None:
    insert_raw(client, "purchases", [document("ord-1", PURCHASE)])
    organic = "SELECT has_organic FROM mart.baskets"
    assert client.query(organic).result_rows == [(0,)]
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"is_organic": 1})])
    assert client.query(organic).result_rows == [(1,)]
    insert_raw(client, "products", [document("prd-0001", PRODUCT | {"is_organic": False})])
    assert client.query(organic).result_rows == [(0,)]


@pytest.mark.parametrize("bound", [2, 3])
def test_hash_partitions_of_baskets_are_all_of_them_once(client: Client, bound: int) -> None:
    orders = [
        document(f"ord-{n}", PURCHASE | {"purchase_id": f"ord-{n}", "customer": {"customer_id": f"cus-{n % 7}"}})
        for n in range(50)
    ]
    insert_raw(client, "purchases", orders)
    parts = [
        client.query(f"SELECT count() FROM mart.baskets WHERE cityHash64(customer_id) % {bound} = {n}").result_rows
        for n in range(bound)
    ]
    assert sum(rows[0][0] for rows in parts) == 50


def test_the_views_that_spark_reads_have_these_columns(client: Client) -> None:
    def columns(view: str) -> dict[str, str]:
        return dict(row[:2] for row in client.query(f"DESCRIBE TABLE mart.{view}").result_rows)

    assert columns("baskets") == {
        "purchase_id": "String",
        "customer_id": "String",
        "store_id": "String",
        "store_city": "Nullable(String)",
        "purchase_datetime": "DateTime64(3, 'UTC')",
        "total_amount": "Decimal(18, 4)",
        "payment_method": "Nullable(String)",
        "is_delivery": "UInt8",
        "line_count": "UInt32",
        **{f"has_{name}": "UInt8" for name in ("bakery", "meat", "dairy", "fruit", "vegetable", "organic", "time")},
    }
    customers = columns("customers")
    assert {name: customers[name] for name in ("customer_id", "registration_date", "is_loyalty_member")} == {
        "customer_id": "String",
        "registration_date": "DateTime64(3, 'UTC')",
        "is_loyalty_member": "Nullable(Bool)",
    }
    assert customers["loyalty_card_number"] == "Nullable(String)"


def test_a_repeated_insert_under_its_token_adds_nothing_to_raw_nor_to_mart(client: Client) -> None:
    messages = [document("prd-0001", PRODUCT), document("prd-2", PRODUCT)]
    counts = "SELECT (SELECT count() FROM raw.products), (SELECT count() FROM mart.product_versions), "
    counts += "(SELECT count() FROM mart.reject_versions)"
    for _ in range(2):
        insert_raw(client, "products", messages, insert_deduplication_token="topic:0:1-2")
        assert client.query(counts).result_rows == [(2, 2, 1)]


def test_no_view_copies_arguments_until_planning_an_insert_takes_longer_than_the_rest(client: Client) -> None:
    sizes = "SELECT name, length(as_select) FROM system.tables WHERE database = 'mart' AND length(as_select) > 150000"
    assert client.query(sizes).result_rows == []


def test_documents_with_hundreds_of_other_fields_are_cleaned_within_the_engines_memory(client: Client) -> None:
    others = {f"some_other_{number}": f"value {number}" for number in range(300)}
    bodies = [PURCHASE | others | {"purchase_id": f"ord-{number}"} for number in range(500)]
    insert_raw(client, "purchases", [document(body["purchase_id"], body) for body in bodies])
    assert client.query("SELECT count() FROM mart.purchases").result_rows == [(500,)]


SOLD = {"product_id": "p-1", "quantity": 1, "price_per_unit": 10}
FOR_50 = {"product_id": "p-1", "quantity": 1, "price_per_unit": 50, "total_price": 50}
FOR_60 = {"product_id": "p-1", "quantity": 1, "price_per_unit": 60, "total_price": 60}
REVERSED = {"product_id": "p-1", "quantity": -1, "price_per_unit": 50, "total_price": -50}


@pytest.mark.parametrize(("items", "left"), [
    ([SOLD | {"quantity": 3, "total_price": 30}, SOLD | {"total_price": -10}, SOLD | {"price_per_unit": -10}],
     [(3, 10, 30)]),
    ([FOR_50, FOR_60, REVERSED], [(1, 60, 60)]),
    ([FOR_60, FOR_50, FOR_60, REVERSED], [(1, 60, 60), (1, 60, 60)]),
    ([FOR_50, FOR_60, REVERSED | {"total_price": None}], [(1, 60, 60)]),
    ([FOR_50, FOR_60, {"product_id": "p-1", "quantity": -1, "total_price": -50}], [(1, 60, 60)]),
    ([FOR_50, FOR_60, FOR_50 | {"total_price": -50}, FOR_50 | {"total_price": -50}], [(1, 60, 60)]),
    ([FOR_50, FOR_60, {"product_id": "p-1", "price_per_unit": -50}], [(1, 60, 60)]),
    ([FOR_50 | {"quantity": 2, "total_price": 100}, FOR_60, REVERSED], [(1, 50, 50), (1, 60, 60)]),
    ([FOR_60 | {"total_price": 50}, FOR_50, FOR_60 | {"quantity": -1, "total_price": -60}], [(1, 50, 50)]),
    ([FOR_50, FOR_60, {"product_id": "p-1", "quantity": -1}], [(1, 50, 50)]),
    ([FOR_50, FOR_60 | {"quantity": 2, "total_price": 120}, {"product_id": "p-1", "quantity": -2.5}], [(0.5, 50, 25)]),
])  # fmt: skip
def test_a_line_takes_away_what_was_sold_for_the_same(
    client: Client, items: list[dict[str, object]], left: list[tuple[object, ...]]
) -> None:
    insert_raw(client, "purchases", [document("ord-1", PURCHASE | {"items": items})])
    columns = "quantity, price_per_unit, total_price"
    assert client.query(f"SELECT {columns} FROM mart.purchase_items ORDER BY line_number").result_rows == left


@pytest.mark.parametrize(
    ("last", "left"),
    [({"product_id": "prd-7", "price_per_unit": -5}, 300), ({"product_id": "prd-7", "quantity": -1}, 299)],
)
def test_long_receipts_with_a_negative_line_are_cleaned_within_the_engines_memory(
    client: Client, last: dict[str, object], left: int
) -> None:
    lines = [{"product_id": f"prd-{number}", "quantity": 1, "total_price": 9.5} for number in range(300)]
    receipts = [document(f"ord-{number}", PURCHASE | {"items": [*lines, last]}) for number in range(200)]
    insert_raw(client, "purchases", receipts)
    found = client.query("SELECT DISTINCT length(items), items[9].product_id FROM mart.purchase_versions").result_rows
    assert found == [(left, "prd-8" if left == 300 else "prd-9")]


@pytest.mark.parametrize("is_one_product", [False, True])
def test_a_receipt_of_thousands_of_refunds_is_cleaned_within_the_engines_memory(
    client: Client, is_one_product: bool
) -> None:
    products = ["prd-1" if is_one_product else f"prd-{number}" for number in range(4500)]
    lines = [{"product_id": product, "quantity": 3, "total_price": 9} for product in products]
    refunds = [{"product_id": product, "quantity": -1, "total_price": -3} for product in products]
    insert_raw(client, "purchases", [document("ord-1", PURCHASE | {"items": lines + refunds})])
    ((quantities,),) = client.query("SELECT items.quantity FROM mart.purchase_versions").result_rows
    assert quantities == ([3] * 3000 if is_one_product else [2] * 4500)


def test_a_receipt_of_which_every_line_is_voided_has_none_left(client: Client) -> None:
    lines = [{"product_id": f"prd-{number}", "quantity": 2, "total_price": 9.5} for number in range(4500)]
    voided = [line | {"quantity": -2, "total_price": -9.5} for line in lines]
    receipt = PURCHASE | {"items": [*lines, {"product_id": "prd-x", "quantity": 1}, *voided]}
    insert_raw(client, "purchases", [document("ord-1", receipt)])
    found = client.query("SELECT items.product_id, voided_lines FROM mart.purchase_versions").result_rows
    assert found == [(["prd-x"], 9000)]
