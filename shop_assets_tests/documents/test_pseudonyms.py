"""Ids are compared as MongoDB, RAW and MART compare them, whatever their type."""

import pytest
from bson.decimal128 import Decimal128

from shop_assets.documents.pseudonyms import comparable_id


@pytest.mark.parametrize(
    ("value", "compared"),
    [
        (" CUS-1 ", "cus-1"), (17, "17"), (17.0, "17"), (Decimal128("17"), "17"), (Decimal128("17.00"), "17"),
        (17.5, None), (Decimal128("17.5"), None), (Decimal128("NaN"), None), (Decimal128("1E+6000"), None),
        (True, None), (None, None), (" ", None), ({"$oid": "1"}, None),
    ],
)  # fmt: skip
def test_a_whole_number_is_an_id_of_any_type(value: object, compared: str | None) -> None:
    assert comparable_id(value) == compared
