"""MongoDB Extended JSON: both versions stand for the same values, and a wrapper with anything else in it is named."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Binary, ObjectId, json_util
from bson.decimal128 import Decimal128
from bson.int64 import Int64

from shop_assets.documents.json_text import to_json
from shop_assets.landing.files.extended_json import WrapperError, decode

MOMENT = datetime(2026, 1, 20, 11, 0, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("wrapper", "value"),
    [
        ({"$date": "2026-01-20T11:00:00Z"}, MOMENT),
        ({"$date": "2026-01-20T14:00:00.000+0300"}, MOMENT),
        ({"$date": {"$numberLong": "1768906800000"}}, MOMENT),
        ({"$date": 1768906800000}, MOMENT),
        ({"$numberDecimal": "80.00"}, Decimal128("80.00")),
        ({"$numberInt": "5"}, 5),
        ({"$numberLong": "5"}, Int64(5)),
        ({"$numberLong": 5}, Int64(5)),
        ({"$numberDouble": "1.5"}, 1.5),
        ({"$numberDouble": "NaN"}, "$numberDouble: nan"),
        ({"$numberDecimal": "NaN"}, "$numberDecimal: NaN"),
        ({"$numberDecimal": "sNaN"}, "$numberDecimal: NaN"),
        ({"$numberDouble": "-Infinity"}, "$numberDouble: -inf"),
        ({"$numberDecimal": "Infinity"}, "$numberDecimal: Infinity"),
        ({"$oid": "65a000000000000000000001"}, ObjectId("65a000000000000000000001")),
        ({"$uuid": "c8edabc3-f738-4ca3-b68d-ab92a91478a3"}, "c8edabc3-f738-4ca3-b68d-ab92a91478a3"),
        ({"$binary": {"base64": "AAE=", "subType": "05"}}, Binary(b"\0\1", 5)),
        ({"$binary": "AAE=", "$type": "05"}, Binary(b"\0\1", 5)),
        ({"$timestamp": {"t": 1768906800, "i": 1}}, MOMENT),
        ({"$undefined": True}, None),
        ({"$minKey": 1}, "$minKey"),
        ({"$symbol": "a"}, "a"),
        ({"$regularExpression": {"pattern": "+7 900", "options": "i"}}, "+7 900"),
        ({"$gt": 1}, {"$gt": 1}),
        ({"$ref": "a", "$id": 1}, {"$ref": "a", "$id": 1}),
        ({"$date": 0, "note": "beside it"}, {"$date": 0, "note": "beside it"}),
        ({"amount": {"$date": 0}}, {"amount": datetime(1970, 1, 1)}),  # noqa: DTZ001  # as MongoDB's driver has it
    ],
)
def test_a_wrapper_stands_for_its_value_at_any_depth(wrapper: Any, value: Any):
    document, _ = decode({"a": wrapper, "b": [{"c": wrapper}], "d": 1})
    assert document == {"a": value, "b": [{"c": value}], "d": 1}
    to_json(document)


@pytest.mark.parametrize(
    "wrapper",
    [
        {"$date": "soon"}, {"$date": True}, {"$date": None}, {"$date": {"$date": 1}}, {"$numberInt": "5.5"},
        {"$numberLong": "many"}, {"$numberDecimal": "1,5"}, {"$numberDecimal": True}, {"$oid": "1"}, {"$oid": 1},
        {"$uuid": "1"}, {"$binary": "AAE="}, {"$timestamp": 1},
    ],
)  # fmt: skip
def test_a_wrapper_with_something_else_in_it_is_named_with_its_field(wrapper: Any):
    with pytest.raises(WrapperError) as caught:
        decode({"items": [{"price": wrapper}]})
    assert (caught.value.path, caught.value.wrapper) == ("items[].price", next(iter(wrapper)))
    assert str(wrapper[caught.value.wrapper]) not in str(caught.value).replace("$", "") or wrapper == {"$oid": "1"}


@pytest.mark.parametrize(
    "mode", [json_util.RELAXED_JSON_OPTIONS, json_util.CANONICAL_JSON_OPTIONS, json_util.LEGACY_JSON_OPTIONS]
)
def test_what_a_driver_writes_comes_back(mode: json_util.JSONOptions):
    import json

    document = {"a": MOMENT.replace(tzinfo=UTC), "b": Decimal128("1.10"), "c": [Int64(2**40), 1.5, None, True, "я"]}
    decoded, _ = decode(json.loads(json_util.dumps(document, json_options=mode)))
    assert decoded == document | {"a": MOMENT}


def test_a_document_without_wrappers_is_left_as_it_is():
    document = {"a": [{"b": {"c": 1}}], "$set": 1}
    assert decode(document) == (document, 0)
    assert decode(document)[0] is document
