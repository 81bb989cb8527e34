"""Numbers that a schema of Kafka Connect calls local times or days are read as what the database had."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from shop_assets.documents.kinds import CUSTOMERS, PURCHASES
from shop_assets.landing.mapping.translation import Form, ParsedDocument, translate
from shop_assets.landing.wrappers.connect_types import with_connect_types

NOON = int(datetime(2026, 1, 20, 12, 30, tzinfo=UTC).timestamp())


def schema(**types: str) -> dict[str, Any]:
    fields = [{"type": "int64", "optional": True, "name": name, "field": field} for field, name in types.items()]
    return {"type": "struct", "fields": fields, "optional": False}


def read(kind: Any, delivered: dict[str, Any]) -> dict[str, Any]:
    found = translate(Form(kind), 1, delivered)
    assert isinstance(found, ParsedDocument)
    assert found.delivered is delivered
    return found.document


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("io.debezium.time.Timestamp", NOON * 10**3, "2026-01-20T12:30:00.000000"),
        ("io.debezium.time.MicroTimestamp", NOON * 10**6 + 5, "2026-01-20T12:30:00.000005"),
        ("io.debezium.time.NanoTimestamp", NOON * 10**9 + 999, "2026-01-20T12:30:00.000000"),
        ("io.debezium.time.Timestamp", -1, "1969-12-31T23:59:59.999000"),
        ("io.debezium.time.Date", 20473, "2026-01-20"),
        ("org.apache.kafka.connect.data.Date", -1, "1969-12-31"),
    ],
)
def test_a_time_without_a_zone_is_the_local_time_of_the_database(name: str, number: int, text: str) -> None:
    assert with_connect_types(schema(at=name), {"id": "1", "at": number}) == {"id": "1", "at": text}


def test_the_types_of_an_envelope_within_a_schema_are_those_of_its_document() -> None:
    rows = schema(purchase_datetime="io.debezium.time.MicroTimestamp") | {"field": "after"}
    lines = {"type": "array", "items": schema(packed="io.debezium.time.Date"), "field": "items"}
    rows["fields"].append(lines)
    after = {"purchase_id": "o-1", "purchase_datetime": NOON * 10**6, "items": [{"packed": 1, "quantity": 2}]}
    delivered = {
        "schema": {"type": "struct", "fields": [{**rows, "field": "before"}, rows]},
        "payload": {"before": None, "after": after, "op": "c", "source": {}, "ts_ms": 1},
    }
    assert read(PURCHASES, delivered) == {
        "purchase_id": "o-1",
        "purchase_datetime": "2026-01-20T12:30:00.000000",
        "items": [{"packed": "1970-01-02", "quantity": 2}],
    }
    assert after["purchase_datetime"] == NOON * 10**6


@pytest.mark.parametrize(
    "types",
    [
        schema(registration_date="org.apache.kafka.connect.data.Timestamp"),  # a moment
        schema(other="io.debezium.time.Timestamp"),
        {"type": "struct"},
        {"type": "struct", "fields": [None, {"field": ["x"]}, {"name": 5, "field": "registration_date"}]},
        None,
        "text",
    ],
)
def test_without_such_a_type_a_number_stays_what_it_is(types: Any) -> None:
    customer = {"customer_id": "c-1", "registration_date": NOON * 1000}
    assert read(CUSTOMERS, {"schema": types, "payload": customer}) == customer


@pytest.mark.parametrize("value", [None, True, "2026-01-20", 10**18])
def test_what_is_no_such_number_stays_too(value: object) -> None:
    customer = {"customer_id": "c-1", "registration_date": value}
    assert with_connect_types(schema(registration_date="io.debezium.time.Timestamp"), customer) is customer


def test_no_depth_of_a_schema_is_too_deep() -> None:
    types, payload = schema(at="io.debezium.time.Date"), {"at": 1}
    for _ in range(500):
        types, payload = {"fields": [types | {"field": "x"}]}, {"x": payload}
    assert with_connect_types(types, payload) is payload


def encoded(unscaled: int) -> str:
    return base64.b64encode(unscaled.to_bytes((unscaled.bit_length() + 8) // 8, signed=True)).decode()


@pytest.mark.parametrize(
    ("unscaled", "scale", "text"),
    [
        (12990, "2", "129.90"),
        (-12990, 2, "-129.90"),
        (0, "0", "0"),
        (5, "3", "0.005"),
        (7, "-2", "700"),
        (10**30, "4", f"{10**26}.0000"),
    ],
)
def test_a_decimal_number_is_read_by_the_scale_of_its_schema(unscaled: int, scale: object, text: str) -> None:
    written = encoded(unscaled)
    field = {"type": "bytes", "name": "org.apache.kafka.connect.data.Decimal", "parameters": {"scale": scale}}
    types = {"type": "struct", "fields": [field | {"field": "sum"}]}
    assert with_connect_types(types, {"sum": written}) == {"sum": text}
    of_its_own = {"type": "struct", "fields": [{"name": "io.debezium.data.VariableScaleDecimal", "field": "sum"}]}
    value = {"sum": {"scale": int(str(scale)), "value": written}}
    assert with_connect_types(of_its_own, value) == {"sum": text}


def test_base64_that_consists_of_digits_is_no_number_of_its_own() -> None:
    decimal = {"name": "org.apache.kafka.connect.data.Decimal", "field": "sum"}
    types = {"type": "struct", "fields": [decimal | {"parameters": {"scale": "2"}}]}
    assert with_connect_types(types, {"sum": "1234"}) == {"sum": "-26588.24"}
    for unread in ("129.90", 129.9, None, "", "*", "12,50 ₽", "сумма", "Ab4=é", "\ud800"):
        assert with_connect_types(types, {"sum": unread}) == {"sum": unread}
    assert with_connect_types({"type": "struct", "fields": [decimal]}, {"sum": "Ab4="}) == {"sum": "Ab4="}
