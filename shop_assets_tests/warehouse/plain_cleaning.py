"""The cleaning rules of docs/documents.md ("Required fields", "Cleaning"): an implementation in plain Python."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shop_assets_tests.warehouse.plain_values import (
    Json,
    day,
    labels,
    measure,
    moment,
    money,
    number,
    product_group,
    quantity,
    text,
    truth,
    whole,
)

ABSENT = object()

CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Cleaned:
    """A document as MART must show it, or the reasons why it does not."""

    reasons: list[str]
    values: dict[str, Any]


def at(document: Json, path: str) -> Json:
    for step in path.split("."):
        document = document.get(step, ABSENT) if isinstance(document, Mapping) else ABSENT
    return document


def fault(path: str, value: Json, cleaned: object) -> str:
    if cleaned is not None:
        return ""
    given = text(value) is not None or isinstance(value, list | dict)
    return f"{path}: {'unreadable' if given else 'missing'}"


def identity(field: str, key: str | None, document: Json) -> str:
    given = text(at(document, field))
    if given is None:
        return fault(field, at(document, field), None)
    return "" if given == key else f"{field}: not the key of the message"


def clean(kind: str, key: bytes, payload: bytes, ingested_at: datetime) -> Cleaned:
    """What becomes of a message with a value."""
    message_key = key.decode().strip().lower() or None
    keyless = "key: missing" if message_key is None else ""
    try:
        document = json.loads(payload.decode("utf-8"), parse_float=Decimal, parse_constant=_no_json)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Cleaned([reason for reason in (keyless, "payload: not a JSON object") if reason], {})
    reasons, values = KIND_RULES[kind](document, message_key, ingested_at)
    return Cleaned([reason for reason in (keyless, *reasons) if reason], values)


def _no_json(name: str) -> None:
    raise ValueError(name)


def _texts(document: Json, paths: Mapping[str, str]) -> dict[str, Any]:
    return {column: text(at(document, path)) for column, path in paths.items()}


Rules = tuple[Sequence[str], dict[str, Any]]


def store(document: Json, key: str | None, ingested_at: datetime) -> Rules:
    values = {
        **_texts(document, {name: name for name in ("store_name", "store_network", "store_type_description", "type")}),
        **_texts(document, {f"manager_{name}": f"manager.{name}" for name in ("name", "phone", "email")}),
        **_texts(
            document,
            {name: f"location.{name}" for name in ("country", "city", "street", "house", "postal_code")},
        ),
        **_texts(document, {f"opening_hours_{name}": f"opening_hours.{name}" for name in ("mon_fri", "sat", "sun")}),
        "categories": labels(at(document, "categories")),
        "latitude": measure(at(document, "location.coordinates.latitude")),
        "longitude": measure(at(document, "location.coordinates.longitude")),
        "last_inventory_date": day(at(document, "last_inventory_date")),
        **{
            name: truth(at(document, name))
            for name in ("accepts_online_orders", "delivery_available", "warehouse_connected")
        },
    }
    reasons = [
        identity("store_id", key, document),
        *(fault(name, at(document, name), values[name]) for name in ("store_name", "store_network")),
    ]
    return reasons, values


def product(document: Json, key: str | None, ingested_at: datetime) -> Rules:
    values = {
        **_texts(document, {name: name for name in ("name", "description", "unit", "origin_country", "barcode")}),
        **_texts(
            document, {f"manufacturer_{name}": f"manufacturer.{name}" for name in ("name", "country", "website", "inn")}
        ),
        **{name: measure(at(document, f"kbju.{name}")) for name in ("calories", "protein", "fat", "carbohydrates")},
        "group_label": text(at(document, "group")),
        "product_group": product_group(text(at(document, "group"))),
        "price": money(at(document, "price")),
        "expiry_days": whole(at(document, "expiry_days")),
        "is_organic": truth(at(document, "is_organic")),
    }
    exact = number(at(document, "price"))
    reasons = [
        identity("id", key, document),
        fault("name", at(document, "name"), values["name"]),
        fault("group", at(document, "group"), values["group_label"]),
        fault("price", at(document, "price"), values["price"]),
        "price: negative" if exact is not None and exact < 0 else "",
    ]
    return reasons, values


ADDRESS = ("country", "city", "street", "house", "postal_code")


def customer(document: Json, key: str | None, ingested_at: datetime) -> Rules:
    places = ("store_id", "store_name", "store_network", "store_type_description", *ADDRESS)
    values = {
        **_texts(
            document,
            {name: name for name in ("first_name", "last_name", "email", "phone", "gender", "loyalty_card_number")},
        ),
        **_texts(document, {f"purchase_location_{name}": f"purchase_location.{name}" for name in places}),
        **_texts(document, {f"delivery_{name}": f"delivery_address.{name}" for name in (*ADDRESS, "apartment")}),
        **_texts(
            document, {name: f"preferences.{name}" for name in ("preferred_language", "preferred_payment_method")}
        ),
        "receive_promotions": truth(at(document, "preferences.receive_promotions")),
        "is_loyalty_member": truth(at(document, "is_loyalty_member")),
        "birth_date": day(at(document, "birth_date")),
        "registration_date": moment(at(document, "registration_date")),
    }
    registered, born = values["registration_date"], values["birth_date"]
    reasons = [
        identity("customer_id", key, document),
        fault("registration_date", at(document, "registration_date"), registered),
        "registration_date: in the future" if registered and registered > ingested_at + CLOCK_SLACK else "",
        "birth_date: in the future" if born and born > (ingested_at + CLOCK_SLACK).date() else "",
    ]
    return reasons, values


def purchase(document: Json, key: str | None, ingested_at: datetime) -> Rules:
    items = at(document, "items")
    items = items if isinstance(items, list) else []
    buyer = ("first_name", "last_name", "email", "phone", "loyalty_card_number")
    shop = ("store_name", "store_network", "store_type_description")
    values = {
        "customer_id": text(at(document, "customer.customer_id")),
        **_texts(document, {f"customer_{name}": f"customer.{name}" for name in buyer}),
        "customer_is_loyalty_member": truth(at(document, "customer.is_loyalty_member")),
        **_texts(document, {name: f"store.{name}" for name in ("store_id", *shop)}),
        **_texts(
            document, {f"store_{name}": f"store.location.{name}" for name in ("city", "street", "house", "postal_code")}
        ),
        "total_amount": money(at(document, "total_amount")),
        "payment_method": text(at(document, "payment_method")),
        "is_delivery": truth(at(document, "is_delivery")),
        "purchase_datetime": moment(at(document, "purchase_datetime")),
        **_texts(
            document,
            {
                f"delivery_{name}": f"delivery_address.{name}"
                for name in ("city", "street", "house", "apartment", "postal_code")
            },
        ),
        "items": [line(item) for item in items],
    }
    exact, bought = number(at(document, "total_amount")), values["purchase_datetime"]
    reasons = [
        identity("purchase_id", key, document),
        fault("customer.customer_id", at(document, "customer.customer_id"), values["customer_id"]),
        fault("store.store_id", at(document, "store.store_id"), values["store_id"]),
        fault("total_amount", at(document, "total_amount"), values["total_amount"]),
        "total_amount: negative" if exact is not None and exact < 0 else "",
        fault("purchase_datetime", at(document, "purchase_datetime"), bought),
        "purchase_datetime: in the future" if bought and bought > ingested_at + CLOCK_SLACK else "",
        "" if items else "items: no line",
    ]
    return reasons, values


def line(item: Json) -> dict[str, Any]:
    return {
        **_texts(item, {"product_id": "product_id", "product_name": "name", "category": "category", "unit": "unit"}),
        "product_group": product_group(text(at(item, "category"))),
        "quantity": quantity(at(item, "quantity")),
        "price_per_unit": money(at(item, "price_per_unit")),
        "total_price": money(at(item, "total_price")),
    }


KIND_RULES = {"stores": store, "products": product, "customers": customer, "purchases": purchase}
