"""The value for which a document was rejected is shown, unless it is personal by its field or by its shape."""

import json

import pytest

from shop_assets.rejects.faults import faults


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("purchase_datetime", "31.12.2025 23:59:59", '"31.12.2025 23:59:59"'),
        ("purchase_datetime", "2026-02-30T25:61:00.123456Z", '"2026-02-30T25:61:00.123456Z"'),
        ("purchase_datetime", 20260131, "20260131"),
        ("total_amount", "-1234567.89", '"-1234567.89"'),
        ("total_amount", "8 900 123-45-67", '"***"'),
        ("registration_date", "+79001234567", '"***"'),
        ("registration_date", "ivan@example.ru", '"***"'),
        ("phone", "12", '"***"'),
        ("phone", "enc:v1:k1:aaaa", '"enc:v1:k1:aaaa"'),
        ("items", [{"phone": "89001234567", "quantity": "x"}], '[{"phone": "***", "quantity": "x"}]'),
        ("birth_date", None, "null"),
    ],
)
def test_a_value_is_masked_by_its_field_and_shape_and_not_for_its_digits(field: str, value: object, shown: str) -> None:
    assert dict(faults([f"{field}: cannot be read"], json.dumps({field: value}))) == {field: shown}


def test_nested_fields_are_found_and_what_is_not_there_is_left_out() -> None:
    content = '{"store": {"store_id": 7}, "total_amount": 1}'
    reasons = ["wrong shape: store", "store.store_id: not a text", "source_time: later than its message", "not JSON"]
    assert dict(faults(reasons, content)) == {"store": '{"store_id": 7}', "store.store_id": "7"}
    assert dict(faults(reasons, '{"store": ')) == {}
