"""The types that Kafka Connect and Debezium name in the schema beside a payload, where its values alone would mislead.

A column without a time zone arrives as a number since 1970 of its local time, which looks like one of UTC. It becomes
the local time that the database has, in text; a number of days becomes the day. A decimal number arrives as the bytes
of a whole number in base64, which may have nothing but digits; it becomes the number that it is, in text.
`docs/mapping.md`, section "Envelopes, pages and wrappers", has the types.
"""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST: Final = 20


def _local_time(units_of_a_second: int) -> Callable[[int], str]:
    def read(number: int) -> str:
        moment = _EPOCH + timedelta(microseconds=number * 10**6 // units_of_a_second)
        return moment.replace(tzinfo=None).isoformat(timespec="microseconds")

    return read


def _day(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).date().isoformat()


_READERS: Final[Mapping[str, Callable[[int], str]]] = {
    "io.debezium.time.Timestamp": _local_time(10**3),
    "io.debezium.time.MicroTimestamp": _local_time(10**6),
    "io.debezium.time.NanoTimestamp": _local_time(10**9),
    "io.debezium.time.Date": _day,
    "org.apache.kafka.connect.data.Date": _day,
}


_DECIMAL: Final = "org.apache.kafka.connect.data.Decimal"
_DECIMAL_WITH_SCALE: Final = "io.debezium.data.VariableScaleDecimal"
_MOST_BYTES: Final = 32
"""Bytes of the largest number that ClickHouse holds."""


def _decimal(encoded: Any, scale: Any) -> str | None:
    """The number of a scale and of bytes in base64, which are a whole number; None if it is none."""
    if not isinstance(encoded, str) or not encoded or not re.fullmatch("-?[0-9]{1,2}", str(scale)):
        return None
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:  # no base64, or no ASCII
        return None
    if not content or len(content) > _MOST_BYTES:
        return None
    unscaled = int.from_bytes(content, signed=True)
    return format(Decimal(f"{unscaled}e{-int(scale)}"), "f")


def with_connect_types(schema: Any, payload: dict[str, Any]) -> dict[str, Any]:
    """Replace the values of a payload that its schema calls local times, days or decimal numbers.

    Args:
        schema: What stands beside the payload; anything but a schema of Kafka Connect changes nothing.
        payload: The payload; it is not changed.

    Returns:
        A copy with these values as texts; the same object if there are none.
    """
    read = _read(schema, payload, _DEEPEST)
    return read if isinstance(read, dict) else payload


def _read(schema: Any, value: Any, deepest: int) -> Any:
    if not isinstance(schema, dict) or value is None or not deepest:
        return value
    name = str(schema.get("name"))
    if name in (_DECIMAL, _DECIMAL_WITH_SCALE):
        return _read_decimal(schema.get("parameters"), value)
    if name in _READERS and isinstance(value, int) and not isinstance(value, bool):
        try:
            return _READERS[name](value)
        except OverflowError:  # no year that there is: MART names it
            return value
    return _read_container(schema, value, deepest)


def _read_container(schema: dict[str, Any], value: Any, deepest: int) -> Any:
    if isinstance(value, dict) and isinstance(schema.get("fields"), list):
        return _read_fields(schema["fields"], value, deepest)
    if isinstance(value, list) and "items" in schema:
        elements = [_read(schema["items"], inner, deepest - 1) for inner in value]
        return elements if any(one is not inner for one, inner in zip(elements, value, strict=True)) else value
    return value


def _read_decimal(parameters: Any, value: Any) -> Any:
    """A decimal number, whose scale is in the schema or beside its bytes."""
    if isinstance(value, dict):
        number = _decimal(value.get("value"), value.get("scale"))
    else:
        number = _decimal(value, parameters.get("scale") if isinstance(parameters, dict) else None)
    return value if number is None else number


def _read_fields(fields: list[Any], value: dict[str, Any], deepest: int) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for field in fields:
        name = field.get("field") if isinstance(field, dict) else None
        if isinstance(name, str) and name in value:
            read = _read(field, value[name], deepest - 1)
            if read is not value[name]:
                changed[name] = read
    return {name: changed.get(name, inner) for name, inner in value.items()} if changed else value
