"""Whole documents with random dirt in them: a field lost, blank, of another type, a damaged payload, an odd key."""

import json
from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

from shop_assets_tests.warehouse.dirty_values import WRITTEN_NUMBERS, WRITTEN_TIMES, WRITTEN_WORDS
from shop_assets_tests.warehouse.raw_messages import NOW

FIELD = (
    None, "", "  ", "\u00a0", " Текст С Пробелами ", "ЁЖ", 12, 0, -5, True, False, [], {}, ["x"], {"a": 1}, 1.15, -0.01,
    "129.90", " 12 ", "1e3", "1,5", "-3", "true", " FALSE", "1", "да", "мясо", " Фрукты и ЯГОДЫ", "Мясо и фрукты",
    10**20, "2024-02-30", "2024-05-01", "2024-05-01T10:00:00+03:00", "1850-01-01", "01.05.2024", "\x00", "[", "{",
    "null", NOW.isoformat(), (NOW + timedelta(milliseconds=1)).isoformat(),
    (NOW + timedelta(days=1)).date().isoformat(),
    (NOW - timedelta(milliseconds=1)).isoformat(), NOW.date().isoformat(), "enc:v1:k1:abc",
)  # fmt: skip
DIALECTS = (*WRITTEN_NUMBERS, *WRITTEN_TIMES, *WRITTEN_WORDS)
SAID = (
    "Отменён покупателем", "Возврат товаров от покупателя", "refund receipt", "Cancelled by customer",
    "отказ клиента", "cancelled_by_user", "Отложенный", "not refunded", "без возврата", "не выкуплен",
    "Отменное качество", "d", "-D", "DELETE", "удалён из базы", "просила возврат в прошлый раз, но передумала",
    "RETURN10", "completed", "в работе", True, False, "нет", "0.00", "0 ₽", 2, "2", -1, "2026-01-01", "1970-01-01",
    "брак", ["refunded"], {"status": "cancelled"}, [{"type": 2}], {"operationType": 2, "active": False}, {"op": "d"},
    {"name": "Отменён"}, {"deleted": True}, [], {}, None, "", {"a": {"b": 1}}, [["refunded"], "возврат"],
    {"refund_reason": "брак", "comment": "возврат товара"}, "purchase.deleted",
    {"value": "0.00"}, {"amount": 5}, {"sum": 0, "x": 1}, {"a": {"Amount": "0,00 ₽", "x": 5}, "total": None},
    [{"count": 0}, {"refund_total": "1.00"}], {"amount": "0, 500"}, {"value": ""}, {"document_type": "паспорт"},
    {"calculation_type": 2, "operation_type": "accrual"}, "отказ от чека", "отказ от бумажного чека", "отказ от товара",
    "возврат невозможен", "не подлежит обмену и возврату", "отклонений нет", "returns: 0", "cancelled = false",
    "отмена: товара нет", "RefundSell", "OrderCancelled", "ЧекККМВозврат", "PayBack", "UnPaid", "NotRefunded", 3, "4",
    {"at": "", "by": ""}, ["", " "], ["", "x"],
    {"reason": None, "at": " "}, [{"id": None}], {"done": False}, "sandbox", "Чек коррекции", "D", "DL", 31, "тестовый",
    "Removed", "2026-01-15 10:00", "SALE", "OnLine", "ReFund", [*[{"n": 1}] * 100, {"status": "refunded"}],
)  # fmt: skip
NAMES = (
    "Статус заказа", "СтатусЧекаККМ", "order_state", "statusName", "delivery_status", "kind", "document", "receipt",
    "order", "payments", "tags", "fiscal", "comment", "note", "promo_code", "channel", "refund_reason",
    "cancelled_by", "is_returnable", "return_until", "returns_policy", "Причина возврата", "draft", "isDraft",
    "черновик", "unpaid", "failed", "active", "sign", "_meta", "METADATA$ACTION", "METADATA$ISUPDATE", "__$operation",
    "header__change_oper", "action", "event_type", "opcode", "rowkind", "calculationType", "tag1054",
    "Проведе\u0308н", "Про\u200bведён", "Статус\u00a0чека", "avoid", "void_by", "wc-status", "order_status_code",
    "payment", "loyaltyCardNumber", "Category", "City", "store.location.city", "Quantity", "customer_id_",
    "total price", "status_history", "ФИО кассира", "действие", "status_url", "refunds", "удаленность",
    "Удаленный заказ", "ДатаУдаления", "soft_delete_enabled", "is_return_customer", "return_rate", "corporate_return",
    "point_of_return", "can_return", "return_term", "sales_orders", "чеки", "courier", "metadata$action",
    "metadata$is_update", "removed", "is_removed", "trashed_at", "Storned", "reversal", "отказ", "rejected_at",
    "declined",
    "del_flag", "delFlg", "LOEKZ", "fail", "invalid", "_fivetran_active", "is_current", "dbt_valid_to", "_sign",
    "receiptOperationType", "check_type", "ffdOperationType", "operationTypeId", "ТипОперации", "content", "failed_at",
    "checkout_type", "type_of_check", "PAYED", "date_draft",
    "__table", "order_status_id", "status_id", "current_state", "stage_id", "ODQ_CHANGEMODE", "RECORDMODE",
    "OPERATION$",
    "A_ENTTYP", "hvr_op", "record_status", "__END_AT", "_dlt_valid_to", "LOEVM", "test_mode", "isTestOrder",
    "ТестовыйЧек",
    "livemode", "environment", "receipt_kind", "receiptCode", "receiptCorrection", "ЧекКоррекции", "cancellation",
)  # fmt: skip
MARKS = (
    *((name, SAID) for name in NAMES),
    ("status", ("completed", "wc-cancelled", "Возврат", "partially refunded", "", None, "Оплачен", "refunded",
    {"a": 1})),
    ("type", ("SELL", "PAYBACK", "sale", 2, "1", "offline", "что-то")), ("__deleted", ("true", False, "false", True,
    "?")),
    ("__op", ("c", "d", "u", "x", None)), ("is_return", (True, False, "да", "нет", "maybe")), ("applicable", (True,
    False, "x")),
    ("ПометкаУдаления", (True, False)), ("Проведен", (True, False, None)), ("cancelled_at", (None, "2026-01-01", "")),
    ("deleted", ("2026-01-01 10:00:00", None, False)), ("operationType", (1, 2, 3, 9)), ("comment", ("возврат", 5,
    None)),
    ("voided", (True, "нет", "да")),
    ("refund_amount", (0, "0.00", 100, "100,5", None)), ("_hoodie_is_deleted", (True, False)),
    ("СтатусЗаказа", ("Отменён", "Выполнен")), ("returned_quantity", (1, 2, 0)), ("refunds", ([], [{"id": 1}])),
    ("canceledAt", ("1900-01-01", "9999-12-31 00:00:00", "1987-05-01", "2026-13-01", "1970-01-01T00:00:00Z",
    1714557600)),
    ("deletedAt", ("2099-01-01", "30.12.1899", "01.05.2026 10:00", "20260501", 15)),
    *((name, ("USD", "RUB", "руб.", 643, 840, "₽", "$", None, "нет", {"code": "KZT"}, {"name": "Рубль"}, ["EUR"]))
      for name in ("currency", "currency_code", "priceCurrency", "Валюта", "currencyCode")),
    ("amounts", ({"currency": "USD"}, [{"currency": "RUB"}, {"currencyCode": "KZT"}])),
    ("paymentMethod", ("cash", None, {})),
    ("Total Amount", (5, "-")), ("Manager", ({"name": "x"}, [])), ("First_Name", ("Анна",)),
    ("+79001234567", ("x",)), ("Order Status", ("ok",)), ("Отменён", ("да",
    "2026-01-01")),
)  # fmt: skip
PAYLOADS = (b"", b"null", b"[]", b'["store-1"]', b'"text"', b"12", b"{", b"\xff\xfe", b'{"a": NaN}', b"{}", b" \n{}\t",
            b'{"name": "\xd0"}', b'[{"purchase_id": "x"}]')  # fmt: skip

ADDRESS = {"country": "Россия", "city": "Тверь", "street": "Ленина", "house": "12к1", "postal_code": "170000"}
STORE = {
    "store_name": "Большая Пикча №1", "store_network": "Большая Пикча", "store_type_description": "Более 200 кв.м",
}  # fmt: skip
CLEAN: dict[str, dict[str, Any]] = {
    "stores": STORE | {
        "store_id": "", "type": "offline", "categories": ["🥛 Молочные продукты", " ", {"name": "Мясо"}],
        "manager": {"name": "Анна", "phone": "enc:v1:k1:aa", "email": "enc:v1:k1:bb"},
        "location": ADDRESS | {"coordinates": {"latitude": 56.8587, "longitude": 35.9176}},
        "opening_hours": {"mon_fri": "09:00-21:00", "sat": "10:00-20:00", "sun": "10:00-18:00"},
        "accepts_online_orders": True, "delivery_available": False, "warehouse_connected": True,
        "last_inventory_date": "2025-12-01",
    },
    "products": {
        "id": "", "name": "Молоко 3,2%", "group": "🥛 Молочные продукты", "description": "Пастеризованное",
        "kbju": {"calories": 60.5, "protein": 2.9, "fat": 3.2, "carbohydrates": 4.7}, "price": 89.9, "unit": "упаковка",
        "origin_country": "Россия", "expiry_days": 7, "is_organic": True, "barcode": "4600000000008",
        "manufacturer": {"name": "Ферма", "country": "Россия", "website": "https://ferma.example", "inn": "7701234567"},
    },
    "customers": {
        "customer_id": "", "first_name": "Иван", "last_name": "Петров", "email": "enc:v1:k1:cc",
        "phone": "enc:v1:k1:dd",
        "birth_date": "1990-05-17", "gender": "male", "registration_date": "2025-01-15T10:00:00Z",
        "is_loyalty_member": True, "loyalty_card_number": "LOYAL-1",
        "purchase_location": STORE | ADDRESS | {"store_id": "store-001"},
        "delivery_address": ADDRESS | {"apartment": "5"},
        "preferences": {"preferred_language": "ru", "preferred_payment_method": "card", "receive_promotions": True},
    },
    "purchases": {
        "purchase_id": "",
        "customer": {"customer_id": "CUS-100001", "first_name": "Иван", "last_name": "Петров", "email": "enc:v1:k1:ee",
                     "phone": "enc:v1:k1:ff", "is_loyalty_member": True, "loyalty_card_number": "LOYAL-1"},
        "store": STORE | {"store_id": "store-001", "location": ADDRESS},
        "items": [
            {"product_id": "prd-0001", "name": "Молоко", "category": "🥛 Молочные продукты", "quantity": 2,
             "unit": "упаковка", "price_per_unit": 89.9, "total_price": 179.8},
            {"product_id": "prd-0002", "name": "Хлеб", "category": "Зерновые", "quantity": 0.35,
             "unit": "кг", "price_per_unit": "120.00", "total_price": 42.0},
        ],
        "total_amount": 221.8, "payment_method": "card", "is_delivery": True,
        "delivery_address": ADDRESS | {"apartment": "5"}, "purchase_datetime": "2026-02-01T10:15:00Z",
    },
}  # fmt: skip
ID_FIELD = {"stores": "store_id", "products": "id", "customers": "customer_id", "purchases": "purchase_id"}


def dirty_message(kind: str, number: int, random: Random) -> tuple[bytes, bytes]:
    """A message's key and payload; most are documents with some fields spoiled."""
    name = f"{kind}-{number:06d}"
    document = deepcopy(CLEAN[kind])
    document[ID_FIELD[kind]] = random.choice([name, name, name, f" {name.upper()}\u00a0"])
    for _ in range(random.choice([0, 0, 1, 1, 2, 4, 8])):
        spoil(document, random)
    key = random.choice([name] * 12 + [f" {name.upper()} ", " ", "", f"{name}-other"])
    payload = (
        random.choice(PAYLOADS)
        if random.random() < 0.05
        else json.dumps(document, ensure_ascii=random.random() < 0.1).encode()
    )
    if random.random() < 0.02:
        payload = payload[: random.randrange(len(payload) + 1)]
    return key.encode(), payload


def spoil(document: dict[str, Any], random: Random) -> None:
    """Damage, remove or add a field somewhere in a document."""
    inside = random.choice(list(_containers(document)))
    if isinstance(inside, list):
        inside.insert(random.randrange(len(inside) + 1), deepcopy(random.choice(FIELD)))
    elif inside:
        name = random.choice(list(inside))
        if random.random() < 0.2:
            del inside[name]
        else:
            inside[name] = deepcopy(random.choice(random.choice((FIELD, DIALECTS))))
        if random.random() < 0.35:
            name, values = random.choice(MARKS)
            inside[name] = deepcopy(random.choice(values))
        if random.random() < 0.3 and isinstance(document.get("items"), list):
            _void(document["items"], random)


def _void(lines: list[Any], random: Random) -> None:
    """Adds lines that take away what others bring."""
    sold = [line for line in lines if isinstance(line, dict)]
    for line in random.sample(sold, min(len(sold), random.choice((1, 1, 2)))):
        taken = random.choice((line.get("quantity"), -1, 0.1, 2, 0.35))
        if isinstance(taken, int | float) and not isinstance(taken, bool):
            lines.append(line | {"quantity": -abs(taken), "total_price": random.choice((-5, None, 5))})


def _containers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value] + [found for part in value.values() for found in _containers(part)]
    if isinstance(value, list):
        return [value] + [found for part in value for found in _containers(part)]
    return []
