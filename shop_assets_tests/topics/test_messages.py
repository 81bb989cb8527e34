from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from bson.binary import Binary
from bson.datetime_ms import DatetimeMS
from bson.decimal128 import Decimal128
from bson.int64 import Int64
from bson.objectid import ObjectId

from shop_assets.document_store.capture.changes import Change
from shop_assets.documents.json_text import UnwritableError, to_json
from shop_assets.documents.kinds import PRODUCTS
from shop_assets.topics.messages import to_message


def test_a_message_is_the_document_without_its_storage_id_in_its_own_order() -> None:
    change = Change(PRODUCTS, "replace", "prd-ё", None, 7 << 32 | 3)

    message = to_message(change, {"_id": "prd-ё", "name": "Ёж", "b": 1, "a": {"_id": 1, "d": 1.10, "c": [True, None]}})

    assert message.key == "prd-ё".encode()
    assert message.value == '{"name":"Ёж","b":1,"a":{"_id":1,"d":1.1,"c":[true,null]}}'.encode()
    assert message.headers == [("operation", b"replace"), ("source_time", b"30064771075")]


def test_a_deletion_is_a_tombstone() -> None:
    message = to_message(Change(PRODUCTS, "delete", "p", None, 1), None)

    assert message.value is None
    assert message.size == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal128("12.50"), "12.50"),
        (Decimal128("1E+3"), "1E+3"),
        (Decimal128("NaN"), "null"),
        (float("inf"), "null"),
        (Int64(2**53 + 1), "9007199254740993"),
        (datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), '"2026-01-02T03:04:05.678000Z"'),
        (DatetimeMS(2**60), str(2**60)),
        (Binary(b"\x00\xff"), '"AP8="'),
        (ObjectId("6b05ede64add122fa0e662c5"), '"6b05ede64add122fa0e662c5"'),
        (1e22, "1e+22"),
        (199.9, "199.9"),
    ],
)
def test_what_other_writers_bring_becomes_json(value: object, text: str) -> None:
    assert to_json(value) == text.encode()
    orjson.loads(to_json(value))


def test_what_cannot_be_written_says_so_and_quotes_nothing() -> None:
    deep: dict[str, Any] = {"phone": "+79001234567"}
    for _ in range(300):
        deep = {"a": deep}
    with pytest.raises(UnwritableError, match="nested too deeply"):
        to_json(deep)
