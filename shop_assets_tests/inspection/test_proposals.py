"""Which of their fields are proposed for ours."""

from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.inspection.field_counts import OTHER_FIELDS, FieldCounts
from shop_assets.inspection.proposals import propose, toml_text
from shop_assets.landing.mapping.mapping_file import parse_mapping


def proposed(kind: DocumentKind, *documents: dict[str, Any]) -> dict[str, str]:
    counts = FieldCounts(kind)
    for document in documents:
        counts.add(document)
    fields = propose(kind, counts)
    if fields:
        parse_mapping("proposed.toml", toml_text(kind, fields, []))
    return {field.theirs: field.ours for field in fields}


@pytest.mark.parametrize(
    ("kind", "document", "expected"),
    [
        (CUSTOMERS, {"customerId": 1, "FirstName": 1, "SURNAME": 1},
         {"customerId": "customer_id", "FirstName": "first_name", "SURNAME": "last_name"}),
        (PURCHASES, {"number": 1, "client_id": 1, "shop": 1},
         {"number": "purchase_id", "client_id": "customer.customer_id", "shop": "store.store_id"}),
        (CUSTOMERS, {"Код клиента": 1, "Имя": 1, "Дата рождения": 1, "Телефон": 1},
         {"Код клиента": "customer_id", "Имя": "first_name", "Дата рождения": "birth_date", "Телефон": "phone"}),
        (CUSTOMERS, {"customer_id": 1, "регистрация": 1, "colour": 1}, {}),
        (PRODUCTS, {"sku": 1, "title": 1, "цена": 1}, {"sku": "id", "title": "name", "цена": "price"}),
        (PURCHASES, {"purchase_id": 1, "PayType": 1, "lines": [{"qty": 1}], "items": [{"qty": 1, "sku": 1}]},
         {"PayType": "payment_method", "items[].qty": "items[].quantity", "items[].sku": "items[].product_id"}),
        (PURCHASES, {"purchase_id": 1, "позиции": [{"qty": 1, "sum": 1, "sku": 1}]},
         {"позиции[].qty": "items[].quantity", "позиции[].sum": "items[].total_price",
          "позиции[].sku": "items[].product_id"}),
        (PURCHASES, {"purchase_id": 1, "order_items": [{"quantity": 1, "сумма": 1}]},
         {"order_items[].quantity": "items[].quantity", "order_items[].сумма": "items[].total_price"}),
        (PURCHASES, {"purchase_id": 1, "totalAmount": 1, "purchase_datetme": 1},
         {"totalAmount": "total_amount", "purchase_datetme": "purchase_datetime"}),
        (PURCHASES, {"purchase_id": 1, "client": {"customer_id": 1}}, {"client.customer_id": "customer.customer_id"}),
        (STORES, {"store_id": 1, "store_network": {"name": 1}}, {"store_network.name": "store_network"}),
        (PURCHASES, {"purchase_id": 1, "items": [{"category": {"name": 1}}]},
         {"items[].category.name": "items[].category"}),
        (PURCHASES, {"purchase_id": 1, "customer.customer_id": 1},
         {"customer\\.customer_id": "customer.customer_id"}),
        (CUSTOMERS, {}, {}),
    ],
)  # fmt: skip
def test_names_that_look_alike_or_mean_the_same_are_proposed(kind, document, expected):
    assert proposed(kind, document) == expected


def test_a_field_that_is_there_is_looked_for_under_no_other_name():
    documents = [{"id": "p", "name": "Кефир", "title": "Кефир 1 %"}] * 3
    assert proposed(PRODUCTS, *documents) == {}
    assert proposed(PRODUCTS, *documents, {"sku": "p", "name": "a"}) == {"sku": "id"}


def test_other_names_are_masked_and_their_number_is_bounded():
    counts = FieldCounts(CUSTOMERS)
    counts.add({"+7 900 123-45-67": 1, "a@b.example": {"x": 1}, "empty": "", "none": None, "list": []})
    assert set(counts.other) == {"***", "***.x"}
    for number in range(2 * OTHER_FIELDS):
        counts.add({f"field{number}": 1})
    assert len(counts.other) == OTHER_FIELDS
