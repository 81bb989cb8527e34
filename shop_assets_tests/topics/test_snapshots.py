"""Snapshots: killed ones go on where they stopped, and worker processes make the same messages."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from shop_assets.coordination import workers
from shop_assets.document_store.capture import pages
from shop_assets.documents.kinds import CUSTOMERS, STORES
from shop_assets.topics.change_capture import DocumentSource, capture_changes, sent_indexes
from shop_assets.topics.delivery import Delivery
from shop_assets.topics.resource import KafkaResource
from shop_assets_tests.topics.conftest import CIPHER, Capture, Documents, Read, customer
from shop_assets_tests.writers import SoleWriter


class KilledError(Exception):
    pass


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 3)
    monkeypatch.setattr(pages, "FIRST_PAGE", 3)
    monkeypatch.setattr("shop_assets.topics.delivery.BATCH_SIZE", 3)


def kill_at(call: int, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    original = Delivery.send
    calls = 0

    def send(self: Delivery, change: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise KilledError
        original(self, change)

    monkeypatch.setattr(Delivery, "send", send)
    return original


@pytest.mark.parametrize("mode", ["incremental", "replay"])
def test_a_killed_snapshot_goes_on_where_it_stopped(
    database: Documents,
    kafka: KafkaResource,
    capture: Capture,
    read_topic: Read,
    monkeypatch: pytest.MonkeyPatch,
    mode: Any,
) -> None:
    capture()
    if mode == "incremental":
        database.publications.delete_many({})  # as if nothing had ever been sent
    database.stores.insert_one({"_id": "store-1", "store_id": "store-1"})
    database.customers.insert_many([customer(number) for number in range(10, 20)])
    if mode == "replay":
        capture()
    already = len(read_topic(CUSTOMERS))
    with monkeypatch.context() as patched:
        kill_at(1 + 8, patched)  # the store, two whole batches of customers, and part of a third
        with pytest.raises(KilledError):
            capture(mode)
    database.customers.delete_one({"_id": "cus-10"})  # sent by the killed run, and by nobody deleted
    database.customers.update_one({"_id": "cus-11"}, {"$set": {"n": "changed"}})
    database.customers.insert_one(customer(1))  # before the place where it stopped

    report = capture(mode)

    assert report.topics["customers"].operations["snapshot"] == 4, "six of ten were acknowledged"
    assert report.topics["stores"].operations["snapshot"] == 0
    newest: dict[str, bytes | None] = {}
    for message in sorted(read_topic(CUSTOMERS), key=lambda one: one.source_time):
        newest[message.key] = message.value
    assert already + len(newest) > 10
    assert newest["cus-10"] is None
    assert orjson.loads(newest["cus-11"] or b"")["n"] == "changed"
    living = {key for key, value in newest.items() if value is not None}
    assert living >= {f"cus-{number}" for number in (1, 11)}
    index = sent_indexes(database, kafka, writer=SoleWriter(database.client))[CUSTOMERS]
    expected = {document["_id"] for document in database.customers.find({}, {"_id": 1})}
    assert index.digests([*expected, "cus-10"]).keys() == expected
    assert database.sent_changes.find_one() is None
    assert capture().sent == 0


def test_a_killed_snapshot_of_another_topic_is_not_gone_on_with(
    database: Documents, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.customers.insert_many([customer(number) for number in range(10, 20)])
    with monkeypatch.context() as patched:
        kill_at(8, patched)
        with pytest.raises(KilledError):
            capture()
    state = database.publications.find_one({"_id": {"$regex": "snapshot$"}})
    assert state is not None
    other = {**state["of"], "topic_ids": {**state["of"]["topic_ids"], "customers": "of another topic"}}
    database.publications.update_one({"_id": state["_id"]}, {"$set": {"of": other}})

    assert capture().topics["customers"].operations["snapshot"] == 10
    assert database.sent_changes.find_one() is None


def test_workers_make_the_same_messages_in_the_same_order(
    database: Documents, kafka: KafkaResource, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "FIRST_BATCHES", 1)
    database.stores.insert_one({"_id": " ", "store_id": "blank"})
    database.customers.insert_many(
        [
            customer(number) | {"phone": f"+7900123456{number}", "note": f"call 8 900 123 45 6{number}"}
            for number in range(10)
        ]
    )
    source, writer = DocumentSource(database, kafka, CIPHER), SoleWriter(database.client)
    alone = capture_changes(source, "incremental", writer, workers=1)
    first = [(message.key, message.value) for message in read_topic(CUSTOMERS)]
    together = capture_changes(source, "replay", writer, workers=2)
    second = [(message.key, message.value) for message in read_topic(CUSTOMERS)]

    assert len(second) == 2 * len(first) == 20
    assert list(dict.fromkeys(second)) == first
    assert b"900" not in b"".join(value or b"" for _, value in second)
    for name in ("customers", "stores"):
        one, other = alone.topics[name], together.topics[name]
        assert (one.sent, one.encrypted, one.elsewhere, one.reasons) == (
            other.sent,
            other.encrypted,
            other.elsewhere,
            other.reasons,
        )
    assert together.rejected == 1
    assert STORES.name in together.topics
