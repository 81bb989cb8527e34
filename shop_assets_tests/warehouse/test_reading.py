"""What could not be read, is excluded or disagrees is counted; what older rules cleaned is cleaned again."""

from collections.abc import Mapping
from typing import Any

from clickhouse_connect.driver.client import Client

from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets.features.delivered_fields import rarely_present
from shop_assets.warehouse.mart.reading_rules import ReadingRules
from shop_assets.warehouse.mart.reconciliation import reconcile
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.warehouse.raw_messages import document, insert_raw
from shop_assets_tests.writers import unguarded

PRODUCT = {"id": "p-1", "name": "Кефир", "group": "Молочные", "price": 100}
STORE = {"store_id": "s-1", "store_name": "Лавка", "store_network": "Маленькая Пикча", "location": {"city": "Псков"}}
MOVED = {"store_id": "s-1", "location": {"city": "Омск"}}
CUSTOMER = {"customer_id": "c-1", "registration_date": "2025-01-10T09:00:00Z", "is_loyalty_member": True}
LINE = {"product_id": "p-1", "category": "Молочные", "quantity": 2, "price_per_unit": 100, "total_price": 200}


def purchase(purchase_id: str, **more: Any) -> dict[str, Any]:
    return {
        "purchase_id": purchase_id,
        "customer": {"customer_id": "c-1"},
        "store": {"store_id": "s-1"},
        "items": [LINE],
        "total_amount": 200,
        "payment_method": "card",
        "is_delivery": False,
        "purchase_datetime": "2026-01-20T11:00:00Z",
    } | more


def deliver(client: Client, **documents: list[Mapping[str, Any]]) -> None:
    for kind, bodies in documents.items():
        insert_raw(client, kind, [document(str(body[KIND_BY_NAME[kind].id_field]), dict(body)) for body in bodies])


def test_each_kind_of_input_ends_as_it_should(client: Client) -> None:
    """One delivery with a document for each rule; expected values are those of docs/cleaning.md and docs/no_sale.md."""
    deliver(
        client,
        stores=[STORE],
        products=[PRODUCT | {"is_organic": "Да", "expiry_days": "7 дней", "kbju": {"calories": "60,5"}}],
        customers=[
            CUSTOMER | {"customer_id": f"c-{number}", "loyalty_card_number": card}
            for number, card in enumerate(["-", "нет", "N/A", "None", "null", 0, "L-1"], 1)
        ],
        purchases=[
            purchase("yes", is_delivery="да", payment_method="Наличные", purchase_datetime="20.01.2026"),
            purchase("words", is_delivery="1.0", payment_method="банковская карта"),
            purchase("unread", is_delivery="возможно", payment_method="безналичный", total_amount="1 234,50 ₽"),
            purchase("either", total_amount="1,234"),
            purchase(
                "no-category",
                items=[LINE | {"category": None}],
                store=MOVED,
            ),
            purchase("refunded", status="wc-refunded", items=[]),
            purchase("returned", operationType=2),
            purchase("marked", __deleted="true"),
            purchase("strange", status="partially refunded"),
            purchase("voided", items=[LINE, LINE | {"quantity": 1}, LINE | {"quantity": -1}]),
            purchase("voided-all", items=[LINE, LINE | {"quantity": -2, "total_price": -200}], total_amount=0),
        ],
    )
    baskets = {row["purchase_id"]: row for row in client.query("SELECT * FROM mart.baskets").named_results()}
    assert {name: (b["payment_method"], b["is_delivery"], b["has_time"]) for name, b in baskets.items()} == {
        "yes": ("cash", 1, 0),
        "words": ("card", 1, 1),
        "unread": (None, 0, 1),
        "no-category": ("card", 0, 1),
        "strange": ("card", 0, 1),
        "voided": ("card", 0, 1),
    }
    assert {basket["has_dairy"] for basket in baskets.values()} == {1}
    assert {basket["store_city"] for basket in baskets.values()} == {"псков"}
    assert baskets["voided"]["line_count"] == 1
    cards = "SELECT customer_id FROM mart.customers WHERE isNotNull(loyalty_card_number)"
    assert client.query(cards).result_rows == [("c-7",)]
    unread = "SELECT kind, id, field, reason, example FROM mart.unread_values ORDER BY ALL"
    assert client.query(unread).result_rows == [
        ("products", "p-1", "expiry_days", "not a number", "9 яяяя"),
        ("purchases", "either", "total_amount", "thousands or decimals: SHOP_NUMBER_COMMA", "9,999"),
        ("purchases", "strange", "status", "unknown status", "aaaaaaaaa aaaaaaaa"),
        ("purchases", "unread", "is_delivery", "neither yes nor no", "яяяяяяяя"),
        ("purchases", "unread", "payment_method", "unknown payment method", "яяяяяяяяяяя"),
    ]
    excluded = "SELECT id, excluded FROM mart.excluded_documents ORDER BY id"
    assert client.query(excluded).result_rows == [
        ("marked", "__deleted: true"),
        ("refunded", "status: wc-refunded"),
        ("returned", "operation_type: 2"),
        ("voided-all", "items: every line voided"),
    ]
    assert client.query("SELECT id, reasons FROM mart.open_rejects").result_rows == [
        ("either", ["total_amount: unreadable"])
    ]
    shares = {(row["kind"], row["field"]): row["unread_share"] for row in fetch_rows(client, "unread_shares")}
    assert shares["products", "expiry_days"] == 1
    assert round(shares["purchases", "is_delivery"], 3) == round(1 / 11, 3)
    delivered = {row["source"]: (row["delivered"], row["documents"]) for row in fetch_rows(client, "delivered_fields")}
    assert delivered["purchases.payment_method"] == (5, 6)
    assert delivered["purchases.purchase_datetime"] == (5, 6)
    assert fetch_rows(client, "mart_differs_from_raw") == []
    assert not fetch_rows(client, "unknown_product_groups")


READ: dict[str, list[tuple[str, Mapping[str, Any], Any]]] = {
    "SELECT is_loyalty_member FROM mart.customers WHERE customer_id = '{}'": [
        ("customers", CUSTOMER | {"is_loyalty_member": said}, value)
        for value, words in {True: ("да", "Yes", "Y", "on", "1.0", 1), False: ("нет", "N", "off", 0)}.items()
        for said in words
    ],
    "SELECT is_organic FROM mart.products WHERE product_id = '{}'": [
        ("products", PRODUCT | {"is_organic": said}, value)
        for said, value in (("ДА", True), ("no", False), ("-", None))
    ],
    "SELECT is_delivery, payment_method FROM mart.baskets WHERE purchase_id = '{}'": [
        ("purchases", purchase("", is_delivery="y", payment_method="НАЛИЧНЫМИ"), (1, "cash")),
        ("purchases", purchase("", is_delivery="+", payment_method="Visa"), (1, "card")),
        (
            "purchases",
            {**purchase("", paid_cash=1, delivery=1), "payment_method": None, "is_delivery": None},
            (0, None),
        ),
    ],
    "SELECT has_time, toString(purchase_datetime) FROM mart.baskets WHERE purchase_id = '{}'": [
        ("purchases", purchase("", purchase_datetime=written), (has_time, f"2026-01-20 {time}:00.000"))
        for written, has_time, time in (
            ("2026-01-20", 0, "00:00"),
            ("20.01.2026", 0, "00:00"),
            ("20260120", 0, "00:00"),
            ("20.01.2026 9:05", 1, "09:05"),
            ("2026-01-20T00:00:00Z", 1, "00:00"),
        )
    ],
    "SELECT isNull(loyalty_card_number) FROM mart.customers WHERE customer_id = '{}'": [
        ("customers", CUSTOMER | {"loyalty_card_number": card}, is_none)
        for card, is_none in (
            ("—", 1),
            ("Нет", 1),
            ("n/a", 1),
            (0, 1),
            ("000", 1),
            ("нет карты", 1),
            ("L-7", 0),
            (77, 0),
        )
    ],
    "SELECT toString(birth_date) FROM mart.customers WHERE customer_id = '{}'": [
        ("customers", CUSTOMER | {"birth_date": written}, day)
        for written, day in (("17.05.1990", "1990-05-17"), (643075200000, "1990-05-19"), ("0000-00-00", None))
    ],
    "SELECT latitude FROM mart.stores WHERE store_id = '{}'": [
        ("stores", STORE | {"location": {"city": "Псков", "coordinates": {"latitude": "56,8"}}}, 56.8)
    ],
    "SELECT toString(quantity), toString(price_per_unit) FROM mart.purchase_items WHERE purchase_id = '{}'": [
        ("purchases", purchase("", items=[LINE | {"quantity": "0,5", "price_per_unit": "129,90 ₽"}]), ("0.5", "129.9"))
    ],
    "SELECT has_dairy FROM mart.baskets WHERE purchase_id = '{}'": [
        ("purchases", purchase("", items=[LINE | {"category": category}]), 1) for category in (None, "", "-", "снеки")
    ],
}
"""A query for an id, to documents and what it gives for each."""


def test_each_way_of_writing_a_value_is_read(client: Client) -> None:
    documents: dict[str, list[Mapping[str, Any]]] = {"products": [PRODUCT], "stores": [STORE]}
    expected: dict[str, tuple[Any, ...]] = {}
    for query, cases in READ.items():
        for kind, body, value in cases:
            document_id = f"case-{len(expected)}"
            documents.setdefault(kind, []).append({**body, KIND_BY_NAME[kind].id_field: document_id})
            expected[query.format(document_id)] = value if isinstance(value, tuple) else (value,)
    deliver(client, **documents)
    assert {query: client.query(query).result_rows for query in expected} == {q: [v] for q, v in expected.items()}
    assert client.query("SELECT kind, id, field FROM mart.unread_values").result_rows == []
    unknown = {row["field"] for row in fetch_rows(client, "unknown_fields")}
    assert {"paid_cash", "delivery"} <= {str(field).rpartition(".")[2] for field in unknown}


def test_counts_of_what_was_not_read_are_shares_of_what_could_be(client: Client) -> None:
    """Documents that are rejected or excluded count on both sides; fields beside the model by documents or lines."""
    deliver(
        client,
        stores=[
            STORE | {"store_id": "s-1", "categories": ["Мясо", {"name": "Мясо"}, None]},
            STORE | {"store_id": "s-2", "categories": "Молочные"},
            STORE | {"store_id": "NA", "store_name": "без номера"},
        ],
        products=[PRODUCT],
        customers=[CUSTOMER | {"registration_date": "2026-01-20T15:00:00Z"}],
        purchases=[
            purchase("right", items=[LINE, LINE | {"category": "Бытовая химия"}, LINE | {"category": None}]),
            purchase("strange", status="partially refunded", is_delivery="возможно"),
            purchase("rejected", total_amount="?", is_delivery="возможно"),
            purchase("rejected-too", total_amount="?"),
            purchase("excluded", status="cancelled", items=[LINE | {"status": "???"}]),
            purchase("day", purchase_datetime="20.01.2026"),
            purchase("day-before", purchase_datetime="19.01.2026"),
        ],
    )
    shares = {(row["kind"], row["field"]): row["unread_share"] for row in fetch_rows(client, "unread_shares")}
    assert {name: round(share, 3) for name, share in shares.items()} == {
        ("stores", "categories"): round(2 / 3, 3),
        ("purchases", "status"): round(1 / 7, 3),
        ("purchases", "is_delivery"): round(2 / 7, 3),
        ("purchases", "total_amount"): round(2 / 7, 3),
        ("purchases", "items[].status"): round(1 / 9, 3),
    }
    rejects = client.query("SELECT reasons FROM mart.open_rejects WHERE kind = 'stores'").result_rows
    assert rejects == [(["store_id: missing"],)]
    labels = [tuple(row.values()) for row in fetch_rows(client, "unknown_product_groups")]
    assert labels == [("purchase_items", "бытовая химия", 1)]
    (references,) = fetch_rows(client, "broken_references")
    assert references["purchases_before_registration"] == 3  # 11:00 of the day, twice, and the day before


def test_documents_of_a_form_of_their_own_that_lack_a_field_are_named(client: Client) -> None:
    def lacking() -> dict[object, object]:
        found = rarely_present(client, 0.05)
        return {row["field"]: row["delivered"] for row in found if str(row["field"]).startswith("purchases.")}

    other = {"payment_method": None, "paid_cash": 200, "paid_card": 0}
    usual = [purchase(f"u-{number}", comment="ok" if number else "") for number in range(30)]
    deliver(client, stores=[STORE], customers=[CUSTOMER], purchases=[*usual, purchase("o-1", **other)])
    assert lacking() == {}, "one of 31 documents is less than a twentieth"
    deliver(client, purchases=[purchase("o-2", **other, delivery=1)])
    assert lacking() == {"purchases.payment_method": "0 of 2 with paid_card"}


def test_a_delivery_of_midnights_has_no_hours(client: Client) -> None:
    def timed() -> tuple[int, int]:
        rows = {row["source"]: row for row in fetch_rows(client, "delivered_fields")}
        return rows["purchases.purchase_datetime"]["delivered"], rows["purchases.purchase_datetime"]["documents"]

    days = [f"2026-01-{day:02} 00:00:00" for day in range(10, 20)]
    deliver(client, purchases=[purchase(f"m-{day}", purchase_datetime=day) for day in days])
    assert timed() == (0, 10)
    deliver(client, purchases=[purchase("noon", purchase_datetime="2026-01-20 12:00:00")])
    assert timed() == (1, 11)


def test_a_few_purchases_that_all_stand_at_midnight_have_no_hours(client: Client) -> None:
    deliver(
        client, purchases=[purchase(f"m-{day}", purchase_datetime=f"2026-01-{day} 00:00:00") for day in (10, 11, 12)]
    )
    rows = {row["source"]: row for row in fetch_rows(client, "delivered_fields")}
    assert (rows["purchases.purchase_datetime"]["delivered"], rows["purchases.purchase_datetime"]["documents"]) == (
        0,
        3,
    )


LEFT_OUT = "__debezium_unavailable_value"
MARKS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "counts": (
        "",
        [
            {"deleted_at": given, "cancelledAt": given, "deleted": given}
            for given in (0, "0", False, "", "0000-00-00 00:00:00", "0001-01-01T00:00:00", "0000-00-00", "нет", {}, [])
        ]
        + [
            {"state": {"meta": {"href": "x"}, "name": "Выполнен"}},
            *({"cancelled_at": given} for given in ("1900-01-01", "30.12.1899", "1970-01-01T00:00:00Z", "9999-12-31")),
            {"cancellation": {"reason": "", "at": " ", "by": ["", ""]}, "refund": {"id": " "}},
            {"cancellation": {"reason": None, "at": None}, "returns": [{"done": False}]},
            *({"__table": "purchases"}, {"receiptCode": 3}, {"mode": "auto"}, {"hvr_op": 1}),
            *({"rounding_correction": 0.5}, {"test_mode": False}, {"livemode": True}, {"__END_AT": None}),
            *({"deferred_payment": True}, {"order_status_id": None}, {"OPERATION$": "UN"}, {"record_status": "active"}),
            *({"refund_amount": given} for given in (0, "0.00", None, [])),
            {"comment": "привезли быстро", "return_policy": "14 дней"},
            {"items": [LINE, LINE | {"quantity": 1, "total_price": -10}]},
            {"items": [LINE, LINE | {"quantity": 2, "total_price": -10}]},
            *({name: True} for name in ("is_returnable", "refundable", "cancellable", "free_returns")),
            {"return_until": "2026-02-01", "return_deadline_days": 14, "returns_policy": "возврат в течение 14 дней"},
            *({"refunded": given} for given in ("0.00", "0,00", "0 ₽", "+0")),
            {"comment": "просила возврат в прошлый раз", "promo": "RETURN10", "brand": "Отменная ферма"},
            {"delivery_status": "courier", "shipping_state": "CA", "quality": "отменное", "order_status": "Оплачен"},
            {"refund_status": "not refunded", "note": "без возврата", "channel": "web", "refund_reason": "нет"},
            {"delivery": {"status": "courier", "type": 2}, "loyalty": {"active": False}, "tags": ["vip", "новый"]},
            {"refunded_amount": {"value": "0.00", "currency": "RUB"}, "OrderDeleted": "NOT_DELETED", "returns": []},
            {"status_history": [{"status": "pending"}, {"status": "paid"}]},
            {"order": {"status": "completed"}, "meta": {"op": "scan"}, "_meta": {"op": "c"}},
            {"METADATA$ACTION": "INSERT", "__$operation": 4, "header__change_oper": "I", "rowkind": "+I"},
            {"items": [LINE, LINE | {"quantity": 1, "price_per_unit": -10, "total_price": None}]},
            {
                "total_cash_rounding_refund_adjustment_set": {
                    name: {"amount": "0.00", "currency_code": "RUB"} for name in ("shop_money", "presentment_money")
                }
            },
            *({"refunds": given} for given in ({"count": 0}, {"Total": None, "x": [1]}, [{"amount": 0}, {"sum": ""}])),
            *({name: 5} for name in ("удаленность", "удаленная_касса", "customer_return_rate", "point_of_return")),
            *({name: True} for name in ("Удаленный заказ", "soft_delete_enabled", "is_return_customer")),
            {"returned_customer": "yes", "return_term": "14", "can_return": True, "rates_of_return": 0.1},
            *(
                {"kind": given}
                for given in ("отказ от пакета", "Отказ от чека", "отказ от бумажного чека", "без отказа")
            ),
            *({"kind": given} for given in ("возврат невозможен", "отклонений нет", "отказ от упаковки")),
            *({"kind": given} for given in ("не подлежит возврату", "returns: 0", "cancelled: false", "refund - no")),
            *(
                {"refund_status": given}
                for given in ("возврату и обмену не подлежит", "Возврат не возможен", "refunds=0")
            ),
            {"courier": {"document_type": "паспорт", "doc_type": 2}, "loyalty": {"operation_type": "accrual"}},
            {"events": [{"n": n} for n in range(100)] + [{"status": "refunded"}]},
            *({name: "N"} for name in ("removed", "is_removed", "del_flag", "reversed", "invalid", "tombstone")),
            *({name: ""} for name in ("trashed_at", "LOEKZ", "dbt_valid_to", "отказ", "rejected_at", "declined")),
            {"dbt_valid_to": "9999-12-31", "_fivetran_active": True, "is_current": "true", "sign": 1, "_sign": "1"},
            {"delivered_to": "x", "model": 5, "delay": 2, "checkout_type": 2, "design": 2, "PAYED": "Y"},
            *({name: 1} for name in ("receiptOperationType", "check_type", "operationTypeId", "ТипОперации")),
            *({"currency": given} for given in ("RUB", "rur", 643, "₽", "руб.", None, "Рубль", {"code": "RUB"})),
            *({"currency": given} for given in ("рубль РФ", "руб. РФ", "российские рубли", "rub.", "RUB (643)")),
            {"currency": {"name": "рубль"}, "currencyNumericCode": "0643"},
            {"currency": {"id": 7, "name": "Российский рубль"}, "Валюта_Key": "5f1c-aa", "курс_валюты": 90.5},
            *({"is_delivery": given, "delivery_address": {"city": "Псков"}} for given in (0, "нет", "да")),
            *({"is_delivery": None, "delivery_address": given} for given in (None, {}, {"city": "-"}, {"note": "x"})),
            {"store": {"store_id": "s-1", "location": {"data": {"note": "city"}, "x": '{"city": 1}'}}},
            {"content": {"type": 1}, "kind": "RetailSale", "event": "OrderCreated"},
            *({"meta": {"type": given}} for given in ("retaildemand", "retailshift")),
            {"odata.metadata": "http://1c/shop/odata/standard.odata/$metadata#Document_ЧекККМ", "is_credit_note": "N"},
            *({name: "RUB"} for name in ("currencyName", "currency_numeric", "currencyAlphabeticCode")),
            {"currencies": ["RUB"], "Валюта": {"Description": "руб.", "Наименование": "Российский рубль"}},
            *({"return_address": given} for given in ("г. Псков", "Мира 5")),
            *({name: True} for name in ("return_address_verified", "has_return_label", "адрес_возврата_подтвержден")),
            *({name: 1} for name in ("return_address_id", "cancel_link_sent")),
            {"return_link_expires_at": "2026-12-09", "refund_mail": "2026-11-25", "delivery_status": "незабронирован"},
            {"cancel_url": "https://shop/cancel", "correctionType": None},
            *({name: False} for name in ("cancelled_by_phone", "isCopy", "is_parked")),
            {
                "items": [
                    LINE | {"status": "unknown", "price_state": "нет"},
                ],
                "copy": 3,
            },
            *({name: True} for name in ("fiscalized", "ПробитЧек", "isClosed")),
            {"items": [LINE | {"product": {"id": "p-1", "name": "Кефир"}}]},
            *(
                {"items": [{"name": "Кефир", "quantity": 2, "price_per_unit": 100} | given]}
                for given in ({"vat": {"id": 3}}, {"discount": {"name": "акция"}}, {"unitInfo": {"name": "шт"}})
            ),
            *({"items": [LINE | {"name": given}]} for given in ("Рәсәй", "Сүрөт", "Сіріус", "С«С»", "сёсё-1")),
            {"items": [LINE | {"product_id": "р№с№р№"}]},
            {"items": [LINE, {"name": "Скидка", "total_price": -10}]},
            {
                "items": [
                    LINE,
                    {"name": "Кефир", "quantity": 2, "price_per_unit": 50},
                    {"name": "Кефир", "quantity": -2, "price_per_unit": 50},
                ]
            },
            *(
                {"items": [LINE, {"name": given, "quantity": -10, "total_price": -10}]}
                for given in ("Списание бонусов", "Скидка по карте", "Округление", "Возврат тары", "Тара", "Discount")
            ),
        ],
    ),
    "excluded": (
        "",
        [{"deleted_at": given} for given in ("2024-05-01", 1714557600, 1714557600000, "20240501", True)]
        + [
            {"state": {"meta": {"href": "x"}, "name": "Отменён"}},
            {"paymentStatus": "refunded"},
            {"docType": "sell_return"},
            {"isVoided": 1},
            {"isvoided": True},
            {"IS_CANCELLED": "да"},
            {"Оплачено": "нет"},
            {"Order Status": "cancelled"},
            {"refundedAt": "2024-05-01T10:00:00Z"},
            {"status ": "cancelled"},
            {"Проведе\u0308н": False},
            {"\u200bStatus": "cancelled"},
            *({name: 2} for name in ("calculationType", "fiscalOperation", "tag1054", "receipt_operation")),
            *({"__$operation": given} for given in (1, "1")),
            *({name: "D"} for name in ("header__change_oper", "Op", "__source_op")),
            {"METADATA$ACTION": "DELETE", "METADATA$ISUPDATE": False},
            {"metadata$action": "delete", "metadata$isupdate": "false"},
            {"_meta": {"op": "d"}},
            {"rowkind": "-D"},
            *({"status": given} for given in ("PayBack", "NotPaid", "UnPaid", "SellReturn")),
            *({name: "N"} for name in ("PAYED", "isPayed")),
            *({"type": given} for given in ("credit_note", "CreditMemo", "Credit note")),
        ],
    ),
    "unknown": (
        "unknown status",
        [
            {"status": {"id": 4}},
            {"status": ["cancelled"]},
            {"status": "closed"},
            {"status": "закрыт", "items": [LINE | {"quantity": "?", "price_per_unit": "?"}] * 40},
            {"deleted_at": {"by": "x"}},
            {"deleted": {"name": "Иванов"}},
            {"cancelled_at": "Иванов Иван"},
            *({"deleted_at": given} for given in ("2099-01-01", "1987-05-01", "2026-13-01")),
            {"_hoodie_is_deleted": True},
            {"СтатусЗаказа": "Отменён"},
            {"refund_amount": 100},
            {"refunds": [{"id": 1}]},
            {"receipt_kind": "возврат"},
            {"items": [LINE | {"returned_quantity": 1}]},
            {"items": [LINE | {"type": "return"}]},
            *({"Статус заказа": given} for given in ("Отменён покупателем", "в работе")),
            *({"СтатусЧекаККМ": given} for given in ("Аннулированный", "Отложенный")),
            *({"kind": given} for given in ("refund receipt", "Cancelled by customer", "cancelled_by_user")),
            {"order_state": "Отказ клиента"},
            *(
                {"delivery_status": given}
                for given in ("not delivered", "not fulfilled", "недоставлен", "неоплаченный")
            ),
            {"ХозяйственнаяОперация": "Возврат товаров от покупателя"},
            {"document": "Чек возврата"},
            *({name: True} for name in ("draft", "is_draft", "unpaid", "failed", "pending", "тест", "isDeferred")),
            *({"черновик": given} for given in ("да", "1")),
            {"is_active": False},
            {"sign": -1},
            {"order": {"status": "cancelled"}},
            {"order": {"status": "closed"}},
            {"receipt": {"operationType": 2}},
            {"receipt": {"type": 2}},
            {"payments": [{"status": "refunded"}]},
            {"tags": ["vip", "refunded"]},
            {"flags": {"deleted": True}},
            *({name: "брак"} for name in ("refund_reason", "Причина возврата", "cancelled_by")),
            {"Причина возврата": "Не подошло"},
            {"refund_id": "abc-77"},
            {"refunded_amount": {"value": "10.00", "currency": "RUB"}},
            *({name: "delete"} for name in ("action", "event_type", "opcode")),
            {"event": "purchase.deleted"},
            {"METADATA$ACTION": "DELETE", "METADATA$ISUPDATE": True},
            {"metadata$action": "DELETE", "metadata$isupdate": "true"},
            {"Metadata$Action": "d", "metadata$isUpdate": 1},
            *({"refunds": given} for given in ({"amount": "500.00", "sum": 0}, {"count": 0, "refund_total": "$5"})),
            *({"refunds": given} for given in ([{"sum": 0}, {"sum": "1.00"}], {"amount": "0, 500"}, {"id": 0})),
            *({name: True} for name in ("удалена", "ДатаУдаления", "cancelled_by_customer", "corporate_return")),
            *({name: 500} for name in ("customer_refund_amount", "refund_generated")),
            *({"kind": given} for given in ("отказ от товара", "отказ от пакета, возврат", "отмена: товара нет")),
            *({"kind": given} for given in ("отмена, доставка невозможна", "возврат: 1", "возврат товара - нет")),
            {"refund_reason": "отказ от чека"},
            *({"receipt": {name: "accrual"}} for name in ("operation_type", "doc_type", "receiptType")),
            *({"kkt": {name: 2}} for name in ("calculation_type", "1054", "признак расчета", "fiscalOperation")),
            *({name: {"operation_type": 2}} for name in ("sales_orders", "чеки")),
            {"events": [{"n": n} for n in range(99)] + [{"status": "refunded"}]},
            *({"__$operation": given} for given in (3, "x")),
            {"items": [LINE | {"Статус строки": "Отменена покупателем"}]},
            *(
                {name: True}
                for name in ("removed", "is_removed", "in_trash", "Storned", "reversed", "reversal", "отказ")
            ),
            *({name: "2026-01-15"} for name in ("trashed_at", "rejected_at", "declined", "failed_at", "dbt_valid_to")),
            *({name: "2026-01-15 10:00"} for name in ("draft", "dateRemoved", "expired_on", "invalid")),
            *({name: 1} for name in ("del_flag", "delFlg", "is_del", "delFlag", "fail", "invalid", "discarded")),
            *({name: "X"} for name in ("LOEKZ", "LVORM", "tombstone")),
            *({name: False} for name in ("_fivetran_active", "is_current", "IsLatest")),
            *({name: True} for name in ("is_credit_note", "credit_memo", "CreditNote")),
            *({"kind": "credit_note"}, {"credit_note_number": "CN-7"}, {"meta": {"type": "retailsalesreturn"}}),
            {"odata.metadata": "http://1c/shop/odata/standard.odata/$metadata#Document_ВозвратТоваровОтПокупателя"},
            {"@odata.context": "https://shop/api/$metadata#Refunds(id)"},
            *({name: True} for name in ("cancelled_by_phone", "отменен_по_телефону", "отмена_по_ссылке")),
            *({name: "2026-11-25"} for name in ("CanceledByPhone", "cancelled_via_email", "возврат_через_ссылку")),
            *({"cancelled_by_phone": given} for given in ("enc:v1:k1:ab2c", 1, "да")),
            {"return_label": "cancelled"},
            *({"correctionType": given} for given in (0, "0", 1)),
            *({"receipt": {name: 0}} for name in ("correctionType", "1173")),
            *({name: "1"} for name in ("isCopy", "copy", "Копия", "is_parked")),
            *({name: False} for name in ("closed", "fiscalized", "ПробитЧек")),
            *({"items": [LINE | {"status": given}, LINE]} for given in ("нет", "отсутствует", "No")),
            {"items": [LINE | {"Статус позиции": "отсутствует"}]},
            *({"items": [LINE | {"sign": -1}]}, {"items": [LINE | {"operationType": 2}]}),
            *({"receiptOperationType": given} for given in ("RefundSell", 2, "3", 4)),
            {"kind": "SalesReturn"},
            {"event": "OrderCancelled"},
            {"ВидДокумента": "ЧекККМВозврат"},
            *({name: 2} for name in ("check_type", "ffdOperationType", "fiscalOperationType", "operationTypeId")),
            *({name: 2} for name in ("ТипОперации", "calculationTypeSign", "type_of_receipt", "ТипЧека")),
            {"content": {"type": 2}},
            {"check": {"type": "3"}},
            *({name: "refunds"} for name in ("__table", "source_table", "table_name")),
            *({name: 7} for name in ("order_status_id", "status_id", "current_state", "order_state_id", "stateId")),
            *({name: "CN"} for name in ("STATUS_ID", "stage_id", "payment_status_id", "rowState", "processing_status")),
            *({name: "D"} for name in ("ODQ_CHANGEMODE", "RECORDMODE", "OPERATION$", "record_status", "crud")),
            *({name: "X"} for name in ("LOEVM", "FKSTO")),
            *({name: "2026-01-15"} for name in ("__END_AT", "_dlt_valid_to")),
            *({"A_ENTTYP": "DL"}, {"hvr_op": 0}, {"livemode": False}, {"environment": "sandbox"}),
            *(
                {name: True}
                for name in ("test_mode", "isTestOrder", "trainingReceipt", "тестовый_чек", "ТестовыйРежим")
            ),
            *({name: True} for name in ("receiptCorrection", "correction", "ЧекКоррекции", "demo_mode")),
            *({"receiptCode": 31}, {"kind": "Чек коррекции"}, {"mode": "Training"}),
            {"cancellation": {"reason": None, "at": "2026-01-15"}},
        ],
    ),
    "spelled": (
        "a known field under another spelling",
        [
            {"paymentMethod": "cash"},
            {"items": [LINE | {"Category": "Молочные"}]},
            {"customer": {"customer_id": "c-1", "loyaltyCardNumber": "L-5"}},
            {"store": {"store_id": "s-1", "location": {"City": "Псков"}}},
            {"customer.loyalty_card_number": "L-5"},
            *({name: "o-99"} for name in ("purchaseId", "Purchase_ID")),
        ],
    ),
    "currency": (
        "another currency, read as roubles",
        [
            *({name: "USD"} for name in ("currency", "currencyCode", "Валюта", "total_currency")),
            *({"currency_code": given} for given in ("KZT", 840, {"name": "Тенге"})),
            *({"items": [LINE | {"currency": "EUR"}]}, {"currency": {"code": "BYN"}}, {"payment": {"currency": "USD"}}),
            {"store": {"store_id": "s-1", "currency": "AMD"}},
            *(
                {name: "USD"}
                for name in ("ВалютаДокумента", "WAERS", "waerk", "currencyIso", "ccy", "order_currency_iso")
            ),
            *({name: "$"} for name in ("currency_symbol", "Валюта")),
            *({name: "US Dollar"} for name in ("currencyName", "currency_name")),
            *({"Валюта": {name: "USD"}} for name in ("Description", "Наименование", "title")),
            *({"currencies": ["USD"]}, {"currencyAlphabeticCode": "USD"}, {"currency_numeric": 840}),
            *({"currency": {"id": given}} for given in ("USD", "доллар США")),
            {"currency": {"id": 7, "description": "Тенге"}},
            {"items": [LINE | {"ВалютаСтроки": "EUR"}]},
        ],
    ),
    "left out": (
        "left out by a change-data tool",
        [
            {"items": [LINE | {"name": LEFT_OUT}]},
            {"items": [LINE | {"category": LEFT_OUT}, LINE]},
            {"store": {"store_id": "s-1", "store_name": LEFT_OUT}},
            {"delivery_address": {"street": LEFT_OUT}},
        ],
    ),
    "misread": (
        "text that was read in a wrong encoding",
        [
            *(
                {"items": [LINE | {"name": name.encode().decode("cp1251")}]}
                for name in ("Хлеб", "Анна", "Псков", "сок")
            ),
            *(
                {"store": {"store_id": "s-1", "store_name": "Пикча у дома".encode().decode(e)}}
                for e in ("cp1251", "latin-1")
            ),
        ],
    ),
    "wrapped": (
        "its fields are in another object in it",
        [
            {"store": {"store_id": "s-1", "location": given}}
            for given in (
                {"ru.shop.Location": {"city": "Псков"}},
                {"data": {"city": "Псков"}},
                {"data": {"id": 1, "attributes": {"city": "Псков", "street": "Мира"}}},
                {"items": [{"city": "Псков"}]},
            )
        ]
        + [{"delivery_address": {"address": {"city": "Псков"}}}],
    ),
    "wrapped line": (
        "its fields are in another object in it",
        [
            {"items": [LINE, {"product": given, "quantity": 2}]}
            for given in ({"id": "p-1", "category": "Мясо"}, {"name": "Сыр"})
        ]
        + [{"items": [LINE, {"Номенклатура": {"name": "Сыр"}, "quantity": 2}]}],
    ),
    "unmatched": (
        "missing, so that a negative line cancels none",
        [{"items": [LINE, given]} for given in ({"name": "Кефир", "quantity": -2}, {"product_id": "", "quantity": -1})]
        + [
            {"items": [{"name": "Кефир", "quantity": 2, "price_per_unit": 50}, LINE, given]}
            for given in (
                {"product_id": "p-7", "name": "Кефир", "quantity": -2, "price_per_unit": 50},
                {"name": "Кефир", "quantity": -1, "price_per_unit": 70},
            )
        ],
    ),
    "address": (
        "missing, but there is a delivery address",
        [{"is_delivery": given, "delivery_address": {"city": "Псков"}} for given in (None, "", "-", {})],
    ),
    "zero": ("zero, so that nothing was bought", [{"items": [LINE, LINE | {"quantity": 0, "total_price": 0}]}]),
    "sign": ("negative, but the total is not", [{"items": [LINE, LINE | {"price_per_unit": -100}, LINE]}]),
    "contradicts": (
        "every line voided, but a total above zero",
        [{"items": [LINE, LINE | {"quantity": -2, "total_price": -200}]}, {"items": [LINE | {"voided": True}]}],
    ),
}
"""What becomes of a purchase with these fields, and the reason under which a value of it is counted."""


def test_what_fields_beside_the_model_say_of_a_purchase(client: Client) -> None:
    expected = {
        f"{outcome}-{number}": (outcome == "excluded", reason)
        for outcome, (reason, cases) in MARKS.items()
        for number in range(len(cases))
    }
    deliver(
        client,
        purchases=[
            purchase(f"{outcome}-{number}", **case)
            for outcome, (_, cases) in MARKS.items()
            for number, case in enumerate(cases)
        ],
    )
    found = client.query(
        "SELECT id, excluded != '', any(arrayElementOrNull(unread, 1).reason) FROM mart.purchase_versions "
        "GROUP BY id, excluded"
    ).result_rows
    assert {name: (bool(out), reason or "") for name, out, reason in found} == expected
    assert "иванов" not in str(client.query("SELECT * FROM mart.excluded_documents").result_rows)
    counts = "SELECT DISTINCT line_count FROM mart.purchases WHERE purchase_id LIKE 'counts-%'"
    assert client.query(counts).result_rows == [(1,)]


def test_a_line_without_any_of_its_fields_keeps_its_place_and_is_counted(client: Client) -> None:
    deliver(client, purchases=[purchase("blank", items=[{}, LINE]), purchase("other", items=[LINE, {"lines": [LINE]}])])
    unread = "SELECT id, field, reason FROM mart.unread_values ORDER BY id"
    assert client.query(unread).result_rows == [(name, "items[]", "no field of a line") for name in ("blank", "other")]
    assert client.query("SELECT DISTINCT line_count FROM mart.purchases").result_rows == [(2,)]


def test_deletions_of_other_tools_are_seen_in_every_kind(client: Client) -> None:
    listed = [{"METADATA$ACTION": "DELETE"}, {"header__change_oper": "D"}, {"__$operation": 1}, {"_meta": {"op": "d"}}]
    others = [{"action": "delete"}, {"event_type": "DELETE"}, {"flags": {"deleted": True}}, {"Состояние": "удалён"}]
    fine = [{"action": "update"}, {"status": "cancelled"}, {"comment": "удалён дубль"}, {"returned": True}, {"op": "u"}]
    fine += [{"удаленность": 5, "Удаленная касса": True, "soft_delete_enabled": True}, {"_sign": 1, "removed": "no"}]
    others += [{name: True} for name in ("removed", "is_del", "delFlag", "tombstone", "in_trash")]
    others += [
        {name: "2026-01-15"} for name in ("removed_at", "dateRemoved", "discarded_at", "trashed", "dbt_valid_to")
    ]
    others += [{"RECORDMODE": "D"}, {"A_ENTTYP": "DL"}, {"OPERATION$": "D"}, {"record_status": "D"}, {"hvr_op": 0}]
    others += [{"LOEVM": "X"}, {"__END_AT": "2026-01-15"}, {"_dlt_valid_to": "2026-01-15"}]
    fine += [{"hvr_op": 2, "record_status": "active", "__END_AT": None, "removal": {"removed": None}}]
    others += [{"_sign": -1}, {"_fivetran_active": False}, {"is_current": "N"}, {"LVORM": "X"}, {"state": "Removed"}]
    bodies = {"stores": STORE, "products": PRODUCT, "customers": CUSTOMER}
    deliver(
        client,
        **{
            kind: [
                body | more | {KIND_BY_NAME[kind].id_field: f"{kind}-{name}-{n}"}
                for name, cases in (("out", listed), ("counted", others), ("fine", fine))
                for n, more in enumerate(cases)
            ]
            for kind, body in bodies.items()
        },
    )
    excluded = [name for (name,) in client.query("SELECT id FROM mart.excluded_documents").result_rows]
    assert sorted(excluded) == sorted(f"{kind}-out-{n}" for kind in bodies for n in range(len(listed)))
    counted = client.query("SELECT id, reason FROM mart.unread_values").result_rows
    assert sorted(counted) == sorted(
        (f"{kind}-counted-{n}", "unknown status") for kind in bodies for n in range(len(others))
    )


def test_amounts_that_disagree_are_counted_with_their_factor(client: Client) -> None:
    deliver(
        client,
        products=[PRODUCT],
        purchases=[purchase(f"right-{n}", total_amount=200 - n) for n in range(5)]
        + [purchase(f"kopecks-{n}", total_amount=20000) for n in range(5)],
    )
    rows = {row["what"]: row for row in fetch_rows(client, "amounts")}
    total = rows["total of a receipt and of its lines"]
    assert (total["pairs"], total["wrong"], total["power_of_ten"]) == (10, 5, 2)
    assert {rows[what]["wrong"] for what in rows if what != "total of a receipt and of its lines"} == {0}


def test_a_total_in_kopecks_is_found_where_lines_have_no_prices(client: Client) -> None:
    line = {"product_id": "p-1", "category": "Молочные", "quantity": 2}
    deliver(
        client,
        products=[PRODUCT],
        purchases=[purchase(f"k-{n}", items=[line], total_amount=20000) for n in range(3)]
        + [purchase("right", items=[line], total_amount=180), purchase("?", items=[line | {"product_id": "p-9"}])],
    )
    rows = {row["what"]: row for row in fetch_rows(client, "amounts")}
    total = rows["total of a receipt and of its products"]
    assert (total["pairs"], total["wrong"], total["power_of_ten"]) == (4, 3, 2)


def test_ids_that_differ_by_blanks_or_zeros_alone_are_named(client: Client) -> None:
    ids = ["c-1", "c-01", "ab 1", "ab1", "c-10", "c\u200b-7", "c-7", "1.05", "1.5", "2,05", "2,5"]
    deliver(client, customers=[CUSTOMER | {"customer_id": name} for name in ids])
    found = [sorted(row["ids"]) for row in fetch_rows(client, "ids_spelled_twice")]
    assert sorted(found) == [["ab 1", "ab1"], ["c-01", "c-1"], ["c-7", "c\u200b-7"]]


def test_what_other_rules_cleaned_is_cleaned_again_once(client: Client) -> None:
    deliver(
        client,
        stores=[STORE | {"last_inventory_date": "01/25/2024"}],
        customers=[CUSTOMER | {"birth_date": "05/06/1990"}],
        purchases=[
            purchase("either", total_amount="1,234"),
            purchase("local", purchase_datetime="2026-01-20 01:00"),
            purchase("left-out", purchase_datetime="2025-03-30 02:30"),
            purchase("twice", purchase_datetime="26.10.2025 2:30"),
            purchase("day", purchase_datetime="20.01.2026"),
        ],
    )
    reconcile(client, guard=unguarded)
    rules = ReadingRules("Europe/Moscow", "Europe/Berlin", "thousands", "day_first")
    try:
        apply_migrations(client, rules=rules)
        renewed = reconcile(client, guard=unguarded)
        assert {kind.name: result.renewed_rows for kind, result in renewed.items()} == {
            "stores": 1,
            "products": 0,
            "customers": 1,
            "purchases": 5,
        }
        moments = client.query(
            "SELECT purchase_id, toString(purchase_datetime), total_amount FROM mart.purchases ORDER BY purchase_id"
        ).result_rows
        assert [(name, moment, int(total)) for name, moment, total in moments] == [
            ("day", "2026-01-19 21:00:00.000", 200),  # midnight in Moscow
            ("either", "2026-01-20 11:00:00.000", 1234),
            ("left-out", "2025-03-30 01:30:00.000", 200),  # 03:30 in Berlin
            ("local", "2026-01-20 00:00:00.000", 200),
            ("twice", "2025-10-26 00:30:00.000", 200),  # the earlier of two
        ]
        assert client.query("SELECT toString(birth_date) FROM mart.customers").result_rows == [("1990-06-05",)]
        assert client.query("SELECT count() FROM mart.open_rejects").result_rows == [(0,)]
        unread = client.query("SELECT field, reason FROM mart.unread_values").result_rows
        assert unread == [("last_inventory_date", "not a date by SHOP_DATE_ORDER")]
        assert fetch_rows(client, "mart_differs_from_raw") == []
        assert not any(result.renewed_rows for result in reconcile(client, guard=unguarded).values())
    finally:
        apply_migrations(client)


def test_another_id_under_another_spelling_is_counted(client: Client) -> None:
    customers = {"same": {"Customer_ID": " SAME "}, "other": {"Customer_ID": "c-2"}}
    deliver(client, customers=[CUSTOMER | {"customer_id": name} | more for name, more in customers.items()])
    unread = "SELECT id, field, reason FROM mart.unread_values ORDER BY ALL"
    assert client.query(unread).result_rows == [
        ("other", "Customer_ID", "a known field under another spelling"),
    ]


def test_an_encrypted_phone_names_a_member_as_a_card_number_does(client: Client) -> None:
    card = {"is_loyalty_member": True, "loyalty_card_number": "enc:v1:k1:ab2c"}
    deliver(client, customers=[CUSTOMER | {"customer_id": "c-1"} | card])
    cards = "SELECT customer_id, loyalty_card_number FROM mart.customers"
    assert client.query(cards).result_rows == [("c-1", "enc:v1:k1:ab2c")]
    assert client.query("SELECT * FROM mart.unread_values").result_rows == []


def test_a_negative_line_without_a_product_cancels_what_was_sold_under_its_name(client: Client) -> None:
    unnamed = {"name": "Кефир", "category": "Молочные", "quantity": 2, "price_per_unit": 100}
    returned = {"name": "кефир ", "quantity": -1, "price_per_unit": 100}
    deliver(client, purchases=[purchase("p-1", items=[unnamed, returned, LINE], total_amount=300)])
    lines = "SELECT product_name, toString(quantity) FROM mart.purchase_items ORDER BY ALL"
    assert client.query(lines).result_rows == [("кефир", "1"), (None, "2")]
    assert client.query("SELECT * FROM mart.unread_values").result_rows == []


def test_a_name_that_several_products_have_cancels_only_at_the_same_price(client: Client) -> None:
    sold = [{"name": "Товар", "quantity": 2, "price_per_unit": price} for price in (50, 60)]
    returned = [{"name": "Товар", "quantity": -1, "price_per_unit": price} for price in (50, 70)]
    deliver(client, purchases=[purchase("p-1", items=[*sold, *returned], total_amount=100)])
    lines = "SELECT toInt32(price_per_unit), toString(quantity) FROM mart.purchase_items ORDER BY ALL"
    assert client.query(lines).result_rows == [(50, "1"), (60, "2")]
    unread = "SELECT field, reason FROM mart.unread_values"
    assert client.query(unread).result_rows == [("items[].product_id", "missing, so that a negative line cancels none")]


def test_a_receipt_of_which_no_line_is_left_has_no_line_that_cancels_none(client: Client) -> None:
    returned = [{"name": "Кефир", "quantity": -1, "price_per_unit": 70}]
    deliver(client, purchases=[purchase("p-1", items=returned, total_amount=70)])
    assert client.query("SELECT field FROM mart.unread_values").result_rows == [("items",)]
