"""The cleaning rules of docs/document_fields.md and docs/cleaning.md: an implementation in plain Python."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shop_assets_tests.warehouse.plain_lines import netted, unmatched
from shop_assets_tests.warehouse.plain_marks import inner_marks, mark_word, marks
from shop_assets_tests.warehouse.plain_values import (
    Json,
    amount,
    card,
    card_text,
    city,
    day,
    day_text,
    gender,
    has_time,
    known_reference,
    known_text,
    labels,
    measure,
    moment,
    money,
    number,
    payment,
    payment_text,
    product_group,
    quantity,
    reference,
    text,
    truth,
    whole,
    within,
)
from shop_assets_tests.warehouse.plain_words import CURRENCY_PARTS, CURRENCY_PROSE, PRODUCT_PARTS, ROUBLES

ABSENT = object()

CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Cleaned:
    """A document as MART must show it, or the reasons why it does not.

    Attributes:
        reasons: Why it is rejected.
        values: What its columns are.
        unread: The fields, each time that a value is there and was not read.
        excluded: Why it does not count; blank if it does.
    """

    reasons: list[str]
    values: dict[str, Any]
    unread: list[str] = field(default_factory=list)
    excluded: str = ""


def at(document: Json, path: str) -> Json:
    for step in path.split("."):
        document = document.get(step, ABSENT) if isinstance(document, Mapping) else ABSENT
    return document


@dataclass
class Reader:
    """Reads the fields of a document, and notes those with a value that cannot be read."""

    document: Json
    prefix: str = ""
    unread: list[str] = field(default_factory=list)

    def read(self, path: str, rule: Callable[[Json], Any], words: Callable[[Json], str | None] = text) -> Any:
        value = at(self.document, path)
        found = rule(value)
        if found is None and (words(value) is not None or (isinstance(value, list | dict) and value)):
            self.unread.append(self.prefix + path)
        return found

    def texts(self, paths: Mapping[str, str]) -> dict[str, Any]:
        return {
            column: self.read(path, city if path.endswith("city") else known_text) for column, path in paths.items()
        }


def something(value: Json) -> str | None:
    """What a yes or no says, if it says something."""
    return text(value)


def is_filled(value: Json) -> bool:
    return isinstance(value, list | dict) and bool(value)


def fault(path: str, value: Json, cleaned: object, words: Callable[[Json], str | None] = text) -> str:
    if cleaned is not None:
        return ""
    given = words(value) is not None or isinstance(value, list | dict)
    return f"{path}: {'unreadable' if given else 'missing'}"


def identity(field: str, key: str | None, document: Json) -> str:
    given = reference(at(document, field))
    if given is None:
        return fault(field, at(document, field), None, reference)
    return "" if given == key else f"{field}: not the key of the message"


def clean(
    kind: str, key: bytes, payload: bytes, ingested_at: datetime, zone: str = "UTC", source_zone: str = "UTC"
) -> Cleaned:
    """What becomes of a message with a value."""
    message_key = key.decode().strip().lower() or None
    keyless = "key: missing" if message_key is None else ""
    try:
        document = json.loads(payload.decode("utf-8"), parse_float=Decimal, parse_constant=_no_json)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Cleaned([reason for reason in (keyless, "payload: not a JSON object") if reason], {})
    reader = Reader(document)
    reasons, values, excluded = KIND_RULES[kind](reader, message_key, ingested_at, zone, source_zone)
    others = {name: value for name, value in document.items() if name not in MODEL[kind]}
    found, inside = marks(others, kind), inner_marks(others, kind)
    reader.unread += [shown(name) for name, outcome, _ in found if outcome == "unknown"]
    reader.unread += [".".join(filter(None, (shown(name), shown(i)))) for name, i, out, _ in inside if out == "unknown"]
    reader.unread += _respelled(kind, document, others)
    reader.unread += _wrapped(kind, document)
    if kind in ("purchases", "products"):
        reader.unread += _other_currencies(kind, document, others)
    outs = [why for _, outcome, why in found if outcome == "out"] + [w for _, _, out, w in inside if out == "out"]
    excluded = next(iter(outs), excluded)
    judged = () if excluded else reasons
    return Cleaned([reason for reason in (keyless, *judged) if reason], values, reader.unread, excluded)


def _respelled(kind: str, document: Mapping[str, Json], others: Mapping[str, Json]) -> list[str]:
    """The fields whose names are those of the model in another spelling: at the top, and in its objects."""
    known = {field for field in MODEL[kind] if field != KEYS[kind]}
    ids = [name for name in others if mark_word(name).replace("_", "") == KEYS[kind].replace("_", "")]
    found = [
        shown(i) for i in ids if is_filled(others[i]) or text(others[i]) not in (None, document_id(document, kind))
    ]
    found += [
        shown(name) for name, value in others.items() if _is_respelled(known | INNER_PATHS[kind], "", name, value)
    ]
    for path in OBJECT_FIELDS[kind]:
        fields = at(document, path)
        for name, value in fields.items() if isinstance(fields, dict) else ():
            if name not in OBJECT_FIELDS[kind][path] and _is_respelled(INNER_PATHS[kind], path + ".", name, value):
                found.append(f"{path}.{shown(name)}")
    return found


def document_id(document: Mapping[str, Json], kind: str) -> str | None:
    return reference(document.get(KEYS[kind]))


def _other_currencies(kind: str, document: Mapping[str, Json], others: Mapping[str, Json]) -> list[str]:
    """The fields that say that amounts are in another currency: at the top, in its objects, and in other ones."""
    found = [shown(name) for name, value in others.items() if _is_other_currency(mark_word(name), value)]
    for name, value in others.items():
        for part in (value if isinstance(value, list) else [value])[:100]:
            if isinstance(part, dict):
                parts = [(f"{mark_word(name)}.{mark_word(inner)}", inner, content) for inner, content in part.items()]
                found += [
                    ".".join(filter(None, (shown(name), shown(i))))
                    for w, i, c in parts
                    if _is_other_currency(w, c) and not (mark_word(i) in CURRENCY_PROSE and _names_a_currency(value))
                ]
            elif isinstance(value, list) and _is_other_currency(mark_word(name), part):
                found.append(shown(name))
    for path, known in OBJECT_FIELDS[kind].items():
        fields = at(document, path)
        own = [n for n in fields if n not in known] if isinstance(fields, dict) else []
        found += [f"{path}.{shown(n)}" for n in own if _is_other_currency(mark_word(n), fields[n])]
    return found


def _names_a_currency(value: Json) -> bool:
    """Whether an object, or one of a list, has a currency in another field than its description."""
    said = [
        (mark_word(name), text(inner.get("name") if isinstance(inner, dict) else inner))
        for part in (value if isinstance(value, list) else [value])[:100]
        if isinstance(part, dict)
        for name, inner in part.items()
    ]
    return any(
        name in CURRENCY_PARTS and given is not None and not (name == "id" and re.search("[0-9]", given))
        for name, given in said
    )


def _is_other_currency(word: str, value: Json) -> bool:
    said = text(value.get("name") if isinstance(value, dict) else value)
    path = word.removesuffix(".")
    if said is None or truth(said) is not None or "курс" in path:  # multi_currency: false
        return False
    if path.endswith(".id") and re.search("[0-9]", said):  # a number of the shop's own
        return False
    parts = "|".join(CURRENCY_PARTS)
    inner = rf"(\.({parts}|title|description|представление))?\Z"
    ends = rf"(currency|currencies|валют[аы]|(\A|[_.])(ccy|waers|waerk))_?({parts})?"
    is_named = re.search(ends + inner, path) or re.search(r"(\A|[_.])валют[аы][а-я_]*" + inner, path)
    words = [word for word in re.split("[ .,()/-]+", said) if word]
    is_rouble = bool(words) and said[0] not in " .,()/-" and ROUBLES.issuperset(words)
    return is_named is not None and not is_rouble


def _wrapped(kind: str, document: Mapping[str, Json]) -> list[str]:
    """The objects of the model that have none of its fields, which are deeper in them."""
    found = []
    for path, names in OBJECT_FIELDS[kind].items():
        fields = at(document, path)
        if isinstance(fields, dict) and fields and names.isdisjoint(fields) and _has_inside(fields, names):
            found.append(path)
    return found


def _has_inside(value: Json, names: set[str]) -> bool:
    if isinstance(value, list):
        return any(_has_inside(element, names) for element in value)
    return isinstance(value, dict) and (
        not names.isdisjoint(value) or any(_has_inside(inner, names) for inner in value.values())
    )


def _is_respelled(known: set[str], path: str, name: str, value: Json) -> bool:
    said = text(value.get("name") if isinstance(value, dict) else value)
    spelling = path + mark_word(name).replace("_", "")
    return spelling in {_plain_path(field) for field in known} and (
        said is not None or (isinstance(value, dict | list) and bool(value))
    )


def _plain_path(path: str) -> str:
    outer, _, last = path.rpartition(".")
    return f"{outer}.{last.replace('_', '')}" if outer else last.replace("_", "")


def shown(name: str) -> str:
    return "(masked)" if re.search("[0-9]{4}|@", name) else name[:60]


def _no_json(name: str) -> None:
    raise ValueError(name)


Rules = tuple[Sequence[str], dict[str, Any], str]
ADDRESS = ("country", "city", "street", "house", "postal_code")
MODEL = {
    "stores": {
        "store_id", "store_name", "store_network", "store_type_description", "type", "categories", "manager",
        "location",
        "opening_hours", "accepts_online_orders", "delivery_available", "warehouse_connected", "last_inventory_date",
    },
    "products": {
        "id", "name", "group", "description", "kbju", "price", "unit", "origin_country", "expiry_days", "is_organic",
        "barcode", "manufacturer",
    },
    "customers": {
        "customer_id", "first_name", "last_name", "email", "phone", "birth_date", "gender", "registration_date",
        "is_loyalty_member", "loyalty_card_number", "purchase_location", "delivery_address", "preferences",
    },
    "purchases": {
        "purchase_id", "customer", "store", "items", "total_amount", "payment_method", "is_delivery",
        "delivery_address",
        "purchase_datetime",
    },
}  # fmt: skip
PLACE = {"store_id", "store_name", "store_network", "store_type_description", *ADDRESS}
BUYER = {"customer_id", "first_name", "last_name", "email", "phone", "is_loyalty_member", "loyalty_card_number"}
OBJECT_FIELDS: dict[str, dict[str, set[str]]] = {
    "stores": {
        "manager": {"name", "phone", "email"}, "location": {*ADDRESS, "coordinates"},
        "location.coordinates": {"latitude", "longitude"}, "opening_hours": {"mon_fri", "sat", "sun"},
    },
    "products": {
        "kbju": {"calories", "protein", "fat", "carbohydrates"}, "manufacturer": {"name", "country", "website", "inn"},
    },
    "customers": {
        "purchase_location": PLACE, "delivery_address": {*ADDRESS, "apartment"},
        "preferences": {"preferred_language", "preferred_payment_method", "receive_promotions"},
    },
    "purchases": {
        "customer": BUYER, "store": {"store_id", "store_name", "store_network", "store_type_description", "location"},
        "store.location": {"city", "street", "house", "postal_code"},
        "delivery_address": {"city", "street", "house", "apartment", "postal_code"},
    },
}  # fmt: skip
"""The fields of the model's objects, that MART reads."""
INNER_PATHS = {
    kind: {f"{path}.{name}" for path, names in objects.items() for name in names}
    for kind, objects in OBJECT_FIELDS.items()
}
KEYS = {"stores": "store_id", "products": "id", "customers": "customer_id", "purchases": "purchase_id"}
LINE_MODEL = {
    "product_id", "name", "category", "quantity", "unit", "price_per_unit", "total_price", "kbju", "manufacturer",
}  # fmt: skip


def store(seen: Reader, key: str | None, ingested_at: datetime, zone: str, source_zone: str) -> Rules:
    document = seen.document
    values = {
        **seen.texts({name: name for name in ("store_name", "store_network", "store_type_description", "type")}),
        **seen.texts({f"manager_{name}": f"manager.{name}" for name in ("name", "phone", "email")}),
        **seen.texts({name: f"location.{name}" for name in ADDRESS}),
        **seen.texts({f"opening_hours_{name}": f"opening_hours.{name}" for name in ("mon_fri", "sat", "sun")}),
        "categories": labels(at(document, "categories")),
        "latitude": seen.read("location.coordinates.latitude", lambda value: within(measure(value), -90, 90)),
        "longitude": seen.read("location.coordinates.longitude", lambda value: within(measure(value), -180, 180)),
        "last_inventory_date": seen.read("last_inventory_date", lambda value: day(value, source_zone), day_text),
        **{
            name: seen.read(name, truth, something)
            for name in ("accepts_online_orders", "delivery_available", "warehouse_connected")
        },
    }
    given = at(document, "categories")
    if not isinstance(given, list) and (text(given) is not None or (isinstance(given, dict) and given)):
        seen.unread.append("categories")
    seen.unread += (
        ["categories" for label in given if isinstance(label, dict | list) and label] if isinstance(given, list) else []
    )
    reasons = [
        identity("store_id", key, document),
        *(fault(name, at(document, name), values[name]) for name in ("store_name", "store_network")),
    ]
    return reasons, values, ""


def product(seen: Reader, key: str | None, ingested_at: datetime, zone: str, source_zone: str) -> Rules:
    document = seen.document
    group = seen.read("group", known_text)
    values = {
        **seen.texts({name: name for name in ("name", "description", "unit", "origin_country", "barcode")}),
        **seen.texts(
            {f"manufacturer_{name}": f"manufacturer.{name}" for name in ("name", "country", "website", "inn")}
        ),
        "calories": seen.read("kbju.calories", lambda value: within(measure(value), 0, 1000)),
        **{
            name: seen.read(f"kbju.{name}", lambda value: within(measure(value), 0, 100))
            for name in ("protein", "fat", "carbohydrates")
        },
        "group_label": group,
        "product_group": product_group(group),
        "price": seen.read("price", money),
        "expiry_days": seen.read("expiry_days", lambda value: within(whole(value), 0, 2**31)),
        "is_organic": seen.read("is_organic", truth, something),
    }
    exact = number(amount(at(document, "price")))
    reasons = [
        identity("id", key, document),
        fault("name", at(document, "name"), values["name"]),
        fault("group", at(document, "group"), group),
        fault("price", at(document, "price"), values["price"]),
        "price: negative" if exact is not None and exact < 0 else "",
    ]
    return reasons, values, ""


def customer(seen: Reader, key: str | None, ingested_at: datetime, zone: str, source_zone: str) -> Rules:
    document = seen.document
    places = ("store_name", "store_network", "store_type_description", *ADDRESS)
    values = {
        **seen.texts({name: name for name in ("first_name", "last_name", "email", "phone")}),
        "gender": seen.read("gender", gender),
        "loyalty_card_number": seen.read("loyalty_card_number", card, card_text),
        "purchase_location_store_id": seen.read("purchase_location.store_id", known_reference, reference),
        **seen.texts({f"purchase_location_{name}": f"purchase_location.{name}" for name in places}),
        **seen.texts({f"delivery_{name}": f"delivery_address.{name}" for name in (*ADDRESS, "apartment")}),
        "preferred_language": seen.read("preferences.preferred_language", known_text),
        "preferred_payment_method": seen.read("preferences.preferred_payment_method", payment, payment_text),
        "receive_promotions": seen.read("preferences.receive_promotions", truth, something),
        "is_loyalty_member": seen.read("is_loyalty_member", truth, something),
        "birth_date": seen.read("birth_date", lambda value: day(value, source_zone), day_text),
        "registration_date": seen.read("registration_date", lambda value: moment(value, zone, source_zone), day_text),
    }
    registered, born = values["registration_date"], values["birth_date"]
    reasons = [
        identity("customer_id", key, document),
        fault("registration_date", at(document, "registration_date"), registered, day_text),
        "registration_date: in the future" if registered and registered > ingested_at + CLOCK_SLACK else "",
        "birth_date: in the future" if born and born > (ingested_at + CLOCK_SLACK).date() else "",
    ]
    return reasons, values, ""


def purchase(seen: Reader, key: str | None, ingested_at: datetime, zone: str, source_zone: str) -> Rules:
    document = seen.document
    given = at(document, "items")
    given = given if isinstance(given, list) else []
    readers = [Reader(item, "items[].") for item in given]
    read = [line(reader) for reader in readers]
    flagged = [
        marks({name: value for name, value in item.items() if name not in LINE_MODEL}, "lines")
        if isinstance(item, dict)
        else []
        for item in given
    ]
    for reader, item, found in zip(readers, given, flagged, strict=True):
        seen.unread += reader.unread if isinstance(item, dict) else ["items[]"]
        seen.unread += [f"items[].{shown(name)}" for name, outcome, _ in found if outcome == "unknown"]
    for item, values in zip(given, read, strict=True):
        seen.unread += _doubts_of_a_line(item, values)
    kept = [
        item
        for item, found in zip(read, flagged, strict=True)
        if not any(outcome == "out" for _, outcome, _ in found) and item["quantity"] != 0
    ]
    seen.unread += ["items[].product_id" for _ in unmatched(kept)]
    buyer = ("first_name", "last_name", "email", "phone")
    shop = ("store_name", "store_network", "store_type_description")
    values = {
        "customer_id": seen.read("customer.customer_id", known_reference, reference),
        **seen.texts({f"customer_{name}": f"customer.{name}" for name in buyer}),
        "customer_loyalty_card_number": seen.read("customer.loyalty_card_number", card, card_text),
        "customer_is_loyalty_member": seen.read("customer.is_loyalty_member", truth, something),
        "store_id": seen.read("store.store_id", known_reference, reference),
        **seen.texts({name: f"store.{name}" for name in shop}),
        **seen.texts(
            {f"store_{name}": f"store.location.{name}" for name in ("city", "street", "house", "postal_code")}
        ),
        "total_amount": seen.read("total_amount", money),
        "payment_method": seen.read("payment_method", payment, payment_text),
        "is_delivery": seen.read("is_delivery", truth, something),
        "purchase_datetime": seen.read("purchase_datetime", lambda value: moment(value, zone, source_zone), day_text),
        "purchase_has_time": has_time(at(document, "purchase_datetime")),
        **seen.texts(
            {
                f"delivery_{name}": f"delivery_address.{name}"
                for name in ("city", "street", "house", "apartment", "postal_code")
            }
        ),
        "items": netted(kept),
    }
    said = at(document, "is_delivery")
    address = at(document, "delivery_address")
    parts = OBJECT_FIELDS["purchases"]["delivery_address"] if isinstance(address, dict) else set()
    is_silent = values["is_delivery"] is None and something(said) is None and not is_filled(said)
    seen.unread += ["is_delivery"] if is_silent and any(text(address.get(part)) for part in parts) else []
    values["voided_lines"] = len(given) - len(values["items"])
    exact, bought = number(amount(at(document, "total_amount"))), values["purchase_datetime"]
    reasons = [
        identity("purchase_id", key, document),
        fault("customer.customer_id", at(document, "customer.customer_id"), values["customer_id"], reference),
        fault("store.store_id", at(document, "store.store_id"), values["store_id"], reference),
        fault("total_amount", at(document, "total_amount"), values["total_amount"]),
        "total_amount: negative" if exact is not None and exact < 0 else "",
        fault("purchase_datetime", at(document, "purchase_datetime"), bought, day_text),
        "purchase_datetime: in the future" if bought and bought > ingested_at + CLOCK_SLACK else "",
        "" if given else "items: no line",
    ]
    if not given or values["items"]:
        return reasons, values, ""
    if (values["total_amount"] or 0) > 0:  # somebody paid for something
        seen.unread.append("items")
        return reasons, values, ""
    return reasons, values, "items: every line voided"


def _doubts_of_a_line(item: Json, values: Mapping[str, Any]) -> list[str]:
    if not isinstance(item, dict):
        return []
    says = [reference(item.get("product_id"))] + [text(item.get(field)) for field in LINE_READ - {"product_id"}]
    is_sign = (values["price_per_unit"] or 0) < 0 < (values["total_price"] or 0) and (values["quantity"] or 0) >= 0
    return [
        *(["items[]"] if not any(says) or _is_in_another_object(item) else []),
        *(["items[].quantity"] if values["quantity"] == 0 else []),
        *(["items[].price_per_unit"] if is_sign else []),
        *(f"items[].{shown(n)}" for n in item if n not in LINE_MODEL and _is_respelled(LINE_READ, "", n, item[n])),
        *(f"items[].{shown(n)}" for n in item if n not in LINE_MODEL and _is_other_currency(mark_word(n), item[n])),
    ]


def _is_in_another_object(item: Mapping[str, Json]) -> bool:
    """Whether a line without a product has an object with one."""
    if reference(item.get("product_id")) or text(item.get("category")):
        return False
    objects = [
        value
        for name, value in item.items()
        if name not in LINE_MODEL and isinstance(value, dict) and any(part in mark_word(name) for part in PRODUCT_PARTS)
    ]
    return any(_has_inside(value, {"id", "product_id", "category", "name"}) for value in objects)


def line(seen: Reader) -> dict[str, Any]:
    category = seen.read("category", known_text)
    return {
        "product_id": seen.read("product_id", known_reference, reference),
        "product_name": seen.read("name", known_text),
        "category": category,
        "product_group": product_group(category),
        "quantity": seen.read("quantity", quantity),
        "unit": seen.read("unit", known_text),
        "price_per_unit": seen.read("price_per_unit", money),
        "total_price": seen.read("total_price", money),
    }


LINE_READ = LINE_MODEL - {"kbju", "manufacturer"}
KIND_RULES = {"stores": store, "products": product, "customers": customer, "purchases": purchase}
