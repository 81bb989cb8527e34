"""A customer goes out of RAW and MART, others stay, and no deletion names the id."""

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.warehouse import erasing
from shop_assets.warehouse.erasing import count_customer, erase_customer
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.raw.raw_offsets import issue_fencing_token
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.warehouse.raw_messages import as_whole_topic, document, insert_raw, tombstone
from shop_assets_tests.writers import unguarded

PHONE = "+79001234567"
NEIGHBOUR = f"{PHONE}8"
"""Another customer, whose id begins as the customer's does."""


def customer(customer_id: str, **more: object) -> dict[str, object]:
    return {"customer_id": customer_id, "first_name": "Анна", "registration_date": "2026-01-01T00:00:00Z"} | more


def purchase(number: int, customer_id: str, **more: object) -> dict[str, object]:
    items = [{"product_id": "p-1", "name": "Молоко", "category": "Молочные", "quantity": 1, "total_price": 9}]
    return {
        "purchase_id": f"ord-{number}", "customer": {"customer_id": customer_id}, "store": {"store_id": "s-1"},
        "items": items, "total_amount": 9, "purchase_datetime": "2026-02-01T10:00:00Z",
    } | more  # fmt: skip


def test_more_messages_than_one_deletion_takes_go_and_no_deletion_names_the_id(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "BATCH_SIZE", 2)
    people = [
        customer(PHONE),
        customer(PHONE, gender="male"),
        customer(PHONE, registration_date="-"),
        customer("cus-2"),
    ]
    messages = [document(str(body["customer_id"]), body, topic_id="topic-2") for body in [*people, customer(NEIGHBOUR)]]
    insert_raw(client, "customers", as_whole_topic([*messages, tombstone(PHONE, topic_id="topic-2")]))
    bought = [
        *(purchase(number, PHONE) for number in range(5)),
        purchase(5, PHONE, total_amount=-1),
        *(purchase(6, "cus-2"), purchase(7, NEIGHBOUR)),
        *(purchase(number, "erased-x") for number in range(6)),
    ]
    insert_raw(client, "purchases", as_whole_topic([document(str(body["purchase_id"]), body) for body in bought]))
    assert count_customer(client, [PHONE]) > 9

    counts = erase_customer(client, [PHONE], guard=unguarded)

    assert (counts.raw, len(set(counts.places))) == (9, 9)
    assert count_customer(client, [PHONE]) == 0
    assert client.query("SELECT kind, count() FROM raw.removed_copies GROUP BY kind ORDER BY kind").result_rows == [
        ("customers", 3), ("purchases", 6),
    ]  # fmt: skip
    assert client.query("SELECT DISTINCT id FROM raw.removed_copies WHERE kind = 'customers'").result_rows == [("",)]
    offsets = [(row["duplicated"], row["unaccounted"]) for row in fetch_rows(client, "raw_offsets")]
    assert offsets == [(0, 0)] * len(offsets)
    identities = client.query("SELECT id, identity FROM mart.document_identities ORDER BY id").result_rows
    assert {row[0] for row in identities if row[0].startswith("cus") or row[0] == NEIGHBOUR} == {"cus-2", NEIGHBOUR}
    assert {identity.partition(", at ")[0] for name, identity in identities if name.startswith("ord-")} == {
        "customer cus-2, store s-1", f"customer {NEIGHBOUR}, store s-1", "customer erased-x, store s-1",
    }  # fmt: skip
    assert [row[0] for row in client.query("SELECT customer_id FROM mart.customers ORDER BY 1").result_rows] == [
        NEIGHBOUR, "cus-2",
    ]  # fmt: skip
    commands = [row[0] for row in client.query("SELECT command FROM system.mutations").result_rows]
    assert len(commands) > 9
    assert [command for command in commands if PHONE in command] == []

    assert erase_customer(client, [PHONE], guard=unguarded).raw == 0


def test_nothing_is_deleted_while_an_insert_of_an_earlier_run_may_still_come(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_raw(client, "customers", as_whole_topic([document(PHONE, customer(PHONE))]))
    token = issue_fencing_token(client)

    def refuse(*_: object) -> None:
        raise WarehouseError("an insert runs")

    monkeypatch.setattr(erasing, "wait_for_inserts", refuse)
    with pytest.raises(WarehouseError, match="an insert runs"):
        erase_customer(client, [PHONE], guard=unguarded)
    assert client.query("SELECT count() FROM raw.customers").result_rows == [(1,)]
    assert client.query("SELECT argMax(writer, generation) FROM raw.writers").result_rows != [(token,)]


def test_purchases_that_name_nobody_are_found_by_the_ciphertexts_of_the_customer(client: Client) -> None:
    phone = "enc:v1:k1:abcdefgh"
    bought = [
        purchase(1, "cus-2", comment=phone),
        purchase(2, "") | {"customer": {"customer_id": None, "phone": phone}},
        purchase(3, "") | {"customer": None},
        purchase(4, "") | {"customer": None, "comment": "of cus-1"},
        purchase(5, "") | {"customer": None, "store": {"store_id": "store-1", "manager": {"phone": phone}}},
    ]
    messages = [document(str(body["purchase_id"]), body) for body in bought]
    insert_raw(client, "purchases", as_whole_topic(messages))
    assert count_customer(client, ["cus-1"], [phone]) > 1

    assert erase_customer(client, ["cus-1"], contacts=[phone], guard=unguarded).raw == 2

    assert count_customer(client, ["cus-1"], [phone]) == 0
    assert client.query("SELECT id FROM raw.purchases ORDER BY id").result_rows == [("ord-1",), ("ord-3",), ("ord-5",)]
    assert client.query("SELECT DISTINCT id FROM mart.reject_versions WHERE id IN ('ord-2', 'ord-4')").result_rows == []
