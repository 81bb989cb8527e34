"""The warehouse under a new key: also what has no message in RAW any more, and no late block of another run."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.document_store.collection_setup import REJECTED_DOCUMENTS
from shop_assets.document_store.rejects import reject_id
from shop_assets.key_rotation import warehouse_move
from shop_assets.key_rotation.reencryption import Reencryption
from shop_assets.key_rotation.rotating import _move_documents
from shop_assets.key_rotation.warehouse_move import key_counts, move_warehouse
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.warehouse.errors import WarehouseError
from shop_assets.warehouse.raw.raw_offsets import issue_fencing_token
from shop_assets_tests.warehouse.conftest import client as warehouse_client
from shop_assets_tests.warehouse.raw_messages import as_whole_topic, document, insert_raw
from shop_assets_tests.writers import SoleWriter, unguarded

client = warehouse_client
OLD, NEW = bytes(range(64)), bytes(range(64, 128))
OLDER, ROTATED = PersonalDataCipher({"k1": OLD}), PersonalDataCipher({"k2": NEW, "k1": OLD})
PHONE = "+79001234567"


def customer(cipher: PersonalDataCipher, **more: Any) -> dict[str, Any]:
    return {
        "customer_id": cipher.encrypt("id", PHONE), "phone": cipher.encrypt("phone", PHONE),
        "registration_date": "2026-01-01T00:00:00Z",
    } | more  # fmt: skip


@pytest.fixture
def filled(client: Client) -> Client:
    """Customers under the older key, one rejected; compaction has removed the first of two messages of one of them."""
    bodies = [
        customer(OLDER), customer(OLDER, gender="male"), customer(OLDER, customer_id="cus-2"),
        customer(OLDER, customer_id="cus-3", registration_date="-"),
    ]  # fmt: skip
    for message in as_whole_topic([document(str(body["customer_id"]), body) for body in bodies]):
        insert_raw(client, "customers", [message])  # in one block, the first version would be gone at once
    row = ("shop.customers", "topic-1", 0, 0, "customers", bodies[0]["customer_id"], datetime.now(UTC))
    names = ["kafka_topic", "kafka_topic_id", "kafka_partition", "kafka_offset", "kind", "id", "ingested_at"]
    client.insert("raw.removed_copies", [row], column_names=names)
    client.command("ALTER TABLE raw.customers DELETE WHERE kafka_offset = 0 SETTINGS mutations_sync = 2")
    return client


def older_values(client: Client) -> dict[str, int]:
    return {place: count for place, key_id, count in key_counts(client) if key_id == "k1"}


def test_versions_rejects_and_places_of_removed_messages_move_too(filled: Client) -> None:
    assert set(older_values(filled)) == {
        "raw.customers", "raw.removed_copies", "mart.customers", "mart.rejects", "mart.document_identities",
    }  # fmt: skip
    client = filled

    assert move_warehouse(client, Reencryption(ROTATED), unguarded) == 3

    assert older_values(client) == {}
    new = customer(ROTATED)
    rows = client.query("SELECT customer_id, phone FROM mart.customers ORDER BY 1").result_rows
    assert rows == [("cus-2", new["phone"]), (new["customer_id"], new["phone"])]
    assert client.query("SELECT id FROM raw.removed_copies FINAL").result_rows == [(new["customer_id"],)]
    assert client.query("SELECT id FROM mart.rejects").result_rows == [("cus-3",)]


class StoppedError(Exception):
    """A rotation was stopped."""


def test_everything_is_in_raw_under_the_new_key_before_anything_in_mart_is_deleted(
    filled: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise StoppedError

    shown = "SELECT customer_id FROM mart.customers ORDER BY 1"
    with monkeypatch.context() as patch:
        patch.setattr(warehouse_move._Move, "delete_older", stop)
        with pytest.raises(StoppedError):
            move_warehouse(filled, Reencryption(ROTATED), unguarded)
    places = {(place, key_id) for place, key_id, _ in key_counts(filled)}
    assert {("raw.customers", "k1"), ("raw.customers", "k2"), ("mart.customers", "k2")} <= places
    assert ("cus-2",) in filled.query(shown).result_rows

    move_warehouse(filled, Reencryption(ROTATED), unguarded)

    assert older_values(filled) == {}
    assert filled.query(shown).result_rows == [("cus-2",), (customer(ROTATED)["customer_id"],)]


def test_no_block_of_an_earlier_run_comes_into_raw_while_it_moves(
    filled: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issue_fencing_token(filled)

    def refuse(*_: object) -> None:
        raise WarehouseError("an insert runs")

    monkeypatch.setattr(warehouse_move, "wait_for_inserts", refuse)
    before = older_values(filled)
    with pytest.raises(WarehouseError, match="an insert runs"):
        move_warehouse(filled, Reencryption(ROTATED), unguarded)
    assert older_values(filled) == before
    assert filled.query("SELECT argMax(writer, generation) FROM raw.writers").result_rows != [(token,)]


def test_a_reject_that_is_known_by_an_encrypted_id_gets_the_newer_one(database: Database[dict[str, Any]]) -> None:
    older, newer = OLDER.encrypt("id", PHONE), ROTATED.encrypt("id", PHONE)
    reject = {"kind": "customers", "object_key": "collection customers", "etag": "", "position": older, "text": ""}
    database[REJECTED_DOCUMENTS].insert_one(reject | {"_id": reject_id("collection customers", "", older)})
    other = reject | {"_id": "x", "object_key": "customers/a.json", "position": 1}
    database[REJECTED_DOCUMENTS].insert_one(other)
    services: Any = SimpleNamespace(database=database, pii=SimpleNamespace(cipher=lambda: ROTATED))

    for _ in range(2):
        _move_documents(services, SoleWriter(database.client), Reencryption(ROTATED))

    found = sorted(database[REJECTED_DOCUMENTS].find(), key=lambda one: str(one["position"]))
    assert found == [other, reject | {"_id": reject_id("collection customers", "", newer), "position": newer}]
