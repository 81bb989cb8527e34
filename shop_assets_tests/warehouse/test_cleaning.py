"""What MART makes of thousands of dirty documents, against the same rules in plain Python."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shop_assets.documents.kinds import KIND_BY_NAME
from shop_assets_tests.warehouse.dirty_documents import CLEAN, dirty_message
from shop_assets_tests.warehouse.plain_cleaning import Cleaned, clean
from shop_assets_tests.warehouse.raw_messages import NOW, RawMessage, document, insert_raw

DOCUMENTS = 400
RECEIPTS = 1000
MOST_UNREAD = 50
REQUIRED = {
    "stores": {"store_name": "", "store_network": ""},
    "products": {"name": "", "group_label": "", "price": Decimal(0)},
    "customers": {"registration_date": datetime(1970, 1, 1, tzinfo=UTC)},
    "purchases": {
        "customer_id": "",
        "store_id": "",
        "total_amount": Decimal(0),
        "purchase_datetime": datetime(1970, 1, 1, tzinfo=UTC),
    },
}
"""The value of a column that cannot be NULL when the document is rejected because it is missing."""


@pytest.mark.parametrize("kind", list(KIND_BY_NAME))
@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=1, phases=(Phase.generate,), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_dirty_document_is_cleaned_or_rejected_as_plain_python_does(client: Client, kind: str, seed: int) -> None:
    compare(client, kind, seed, DOCUMENTS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", list(KIND_BY_NAME))
def test_thousands_of_documents_in_all_dialects_mixed(client: Client, kind: str, seed: int) -> None:
    compare(client, kind, seed, 2500)


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=1, phases=(Phase.generate,), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_negative_lines_take_away_what_plain_python_says(client: Client, seed: int) -> None:
    random = Random(seed)
    messages = []
    for number in range(RECEIPTS):
        lines = [random_line(random) for _ in range(random.choice((2, 3, 4, 6, 12)))]
        messages.append(
            document(f"ord-{number}", CLEAN["purchases"] | {"purchase_id": f"ord-{number}", "items": lines})
        )
    insert_raw(client, "purchases", messages)
    found = versions(client, "purchases", messages[0].offset)
    for message in messages:
        expected = clean("purchases", message.key, message.payload, NOW)
        assert found[message.offset]["items"] == expected.values["items"], message.payload
        counted = sum(value["field"] == "items[].product_id" for value in found[message.offset]["unread"])
        if len(expected.unread) <= MOST_UNREAD:
            assert counted == expected.unread.count("items[].product_id"), message.payload


def random_line(random: Random) -> dict[str, Any]:
    """One of few products, quantities and amounts, so that lines meet."""
    return {
        "product_id": random.choice(("p-1", "p-1", "p-2", None, None)),
        "name": random.choice(("Товар", "Товар", "Скидка", None)),
        "quantity": random.choice((1, 1, 1, 2, 3, 0.5, -1, -1, -2, -0.5, None)),
        "price_per_unit": random.choice((50, 50, 60, 60, -50, None)),
        "total_price": random.choice((50, 60, 100, -50, -60, None)),
    }


def compare(client: Client, kind: str, seed: int, documents: int) -> None:
    random = Random(seed)
    messages = [RawMessage(*dirty_message(kind, number, random)) for number in range(documents)]
    insert_raw(client, kind, messages)

    expected = {message.offset: clean(kind, message.key, message.payload, NOW) for message in messages}
    found = versions(client, kind, min(expected))
    newest = {id_of(message): message for message in messages}  # those without a key are one row
    assert found.keys() == {message.offset for message in newest.values()}
    for message in newest.values():
        assert differences(kind, expected[message.offset], found[message.offset]) == {}, message

    shown = {key for (key,) in client.query(f"SELECT {KIND_BY_NAME[kind].singular}_id FROM mart.{kind}").result_rows}
    accepted = {id_of(m) for m in messages if not expected[m.offset].reasons and not expected[m.offset].excluded}
    assert accepted <= shown
    rejected = {(id_of(m), m.payload): expected[m.offset].reasons for m in messages if expected[m.offset].reasons}
    assert rejected.items() <= rejects(client, kind).items()
    assert len(rejected) > documents / 20


def versions(client: Client, kind: str, first_offset: int) -> dict[int, dict[str, Any]]:
    table = f"mart.{KIND_BY_NAME[kind].singular}_versions"
    rows = client.query(f"SELECT * FROM {table} WHERE kafka_offset >= {first_offset}", tz_mode="aware").named_results()
    return {row["kafka_offset"]: row for row in rows}


def rejects(client: Client, kind: str) -> dict[tuple[str, bytes], list[str]]:
    rows = client.query(
        f"SELECT id, hex(payload), reasons FROM mart.rejects WHERE kind = '{kind}'",
    ).result_rows
    return {(key, bytes.fromhex(payload)): list(reasons) for key, payload, reasons in rows}


def id_of(message: RawMessage) -> str:
    return message.key.decode().strip().lower()


def differences(kind: str, expected: Cleaned, found: dict[str, Any]) -> dict[str, tuple[object, object]]:
    wanted: dict[str, object] = {
        name: REQUIRED[kind].get(name) if value is None else value for name, value in expected.values.items()
    }
    wanted |= {"reasons": expected.reasons, "is_deleted": int(bool(expected.reasons or expected.excluded))}
    wanted["excluded"] = expected.excluded
    found = found | {"unread": sorted(value["field"] for value in found["unread"])}
    if len(expected.unread) <= MOST_UNREAD:
        wanted["unread"] = sorted(expected.unread)
    return {name: (value, found[name]) for name, value in wanted.items() if value != found[name]}
