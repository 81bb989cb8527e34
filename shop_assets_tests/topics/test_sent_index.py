"""The sent index: it holds what the newest message of each id holds, whatever happens in between."""

import hashlib
from typing import Any

import pytest
from pymongo.collection import Collection

from shop_assets.documents.kinds import CUSTOMERS
from shop_assets.settings import Settings
from shop_assets.topics import sent_index
from shop_assets.topics.change_capture import ChangeCapture, DocumentSource
from shop_assets.topics.checkpoints import Checkpoints
from shop_assets.topics.resource import KafkaResource
from shop_assets.topics.sent_index import SentIndex
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.topics.conftest import CIPHER, Capture, Documents, Read, customer, messages_with_key
from shop_assets_tests.writers import SoleWriter


class KilledError(Exception):
    pass


def index_of_customers(database: Documents, kafka: KafkaResource) -> SentIndex:
    return SentIndex(database, kafka.topic_name(CUSTOMERS), SoleWriter(database.client))


def indexed(index: SentIndex) -> dict[str, int]:
    """All that the index has; its totals must be those of its buckets."""
    totals = index.totals()
    assert totals is not None
    found: dict[str, int] = {}
    for number, bucket in index.buckets(totals, range(len(totals.counts))):
        assert (totals.counts[number], totals.checksums[number]) == (len(bucket), sum(bucket.values()) % 2**64)
        assert found.keys().isdisjoint(bucket)
        found |= bucket
    return found


def newest_digests(read_topic: Read) -> dict[str, int]:
    newest = {message.key: message for message in sorted(read_topic(CUSTOMERS), key=lambda m: m.source_time)}
    return {
        key: int(hashlib.md5(key.encode() + b"\0" + message.value).hexdigest()[:16], 16)  # no secret
        for key, message in newest.items()
        if message.value is not None
    }


def test_it_follows_inserts_changes_and_deletions(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of_customers(database, kafka)
    database.customers.insert_many([customer(number) for number in range(40)])
    capture()
    assert indexed(index) == newest_digests(read_topic)
    assert len(indexed(index)) == 40

    monkeypatch.setattr("shop_assets.topics.delivery.BATCH_SIZE", 4)  # many entries of the journal
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"n": "changed"}})
    database.customers.delete_many({"_id": {"$in": ["cus-2", "cus-3"]}})
    database.customers.insert_many([customer(number) for number in (3, 50, 51)])
    database.customers.delete_one({"_id": "cus-50"})
    capture()
    assert indexed(index) == newest_digests(read_topic)
    assert indexed(index).keys() == {f"cus-{n}" for n in (*range(40), 51)} - {"cus-2"}
    assert database.sent_changes.find_one() is None, "the journal is settled"

    capture("replay")
    assert indexed(index) == newest_digests(read_topic)


@pytest.mark.parametrize("killed_at", ["totals", "journal", "checkpoint"])
def test_killed_at_any_of_its_writes_it_is_right_after_the_next_run(
    database: Documents,
    kafka: KafkaResource,
    capture: Capture,
    read_topic: Read,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: str,
) -> None:
    def killed(*arguments: Any, **named: Any) -> None:
        raise KilledError

    database.customers.insert_many([customer(number) for number in range(9)])
    capture()
    database.customers.delete_one({"_id": "cus-1"})
    database.customers.update_one({"_id": "cus-2"}, {"$set": {"n": "changed"}})
    with monkeypatch.context() as patched:
        match killed_at:
            case "totals":  # after the buckets
                patched.setattr(Collection, "replace_one", killed)
            case "journal":
                patched.setattr(Collection, "delete_many", kill_on("sent_changes"))
            case "checkpoint":
                patched.setattr(Checkpoints, "advance", killed)
        with pytest.raises(KilledError):
            capture()

    capture()

    assert indexed(index_of_customers(database, kafka)) == newest_digests(read_topic)
    assert len(newest_digests(read_topic)) == 8


def kill_on(name: str) -> Any:
    original = Collection.delete_many

    def delete_many(self: Collection[Any], *arguments: Any, **named: Any) -> Any:
        if self.name == name:
            raise KilledError
        return original(self, *arguments, **named)

    return delete_many


def test_a_document_deleted_while_its_topic_is_made_again_gets_its_tombstone(
    database: Documents, settings: Settings, kafka: KafkaResource, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    capture()
    database.customers.delete_one({"_id": "cus-1"})
    capture()  # RAW has not read this tombstone when its topic is deleted
    database.customers.delete_one({"_id": "cus-2"})
    delete_topics(settings, CUSTOMERS)

    report = capture()

    assert report.snapshots == {"customers": "the topic is new"}
    assert [(m.key, m.value) for m in read_topic(CUSTOMERS)] == [("cus-2", None)]
    assert indexed(index_of_customers(database, kafka)) == {}


def test_an_older_home_gets_its_index_without_a_message(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(number) for number in range(5)])
    capture()
    for name in ("sent_documents", "sent_changes", "sent_totals"):
        database.drop_collection(name)
    database.customers.delete_one({"_id": "cus-4"})

    assert capture().topics["customers"].operations == {"delete": 1}

    assert indexed(index_of_customers(database, kafka)) == newest_digests(read_topic)
    assert len(read_topic(CUSTOMERS)) == 6


def test_a_version_that_kafka_does_not_accept_leaves_the_one_that_was_sent(
    database: Documents, kafka: KafkaResource, monkeypatch: pytest.MonkeyPatch, capture: Capture, read_topic: Read
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shop_assets.topics.specification.MAXIMUM_MESSAGE_BYTES", 4000)
        database.customers.insert_many([customer(1), customer(2)])
        capture()
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"big": "x" * 4000}})
    sent = newest_digests(read_topic)

    assert capture().rejected == 1
    assert indexed(index_of_customers(database, kafka)) == sent
    assert capture("replay").rejected == 1
    assert indexed(index_of_customers(database, kafka)) == sent
    ChangeCapture.on(DocumentSource(database, kafka, CIPHER), SoleWriter(database.client)).rebuild_index()
    assert indexed(index_of_customers(database, kafka)) == sent == newest_digests(read_topic)


def test_what_ids_hold_now_is_sent_as_documents_and_tombstones(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    capture()
    later = 1 << 63

    wanted = {CUSTOMERS: {"cus-1": 0, "cus-9": later, "\udcff": 0}}
    ChangeCapture.on(DocumentSource(database, kafka, CIPHER), SoleWriter(database.client)).send_current_state(wanted)

    messages = read_topic(CUSTOMERS)
    again, gone = messages_with_key(messages, "cus-1")[-1], messages_with_key(messages, "cus-9")[-1]
    assert again.value == messages_with_key(messages, "cus-1")[0].value
    assert again.source_time > messages_with_key(messages, "cus-1")[0].source_time
    assert (gone.value, gone.source_time) == (None, later)
    assert indexed(index_of_customers(database, kafka)) == newest_digests(read_topic)


def test_buckets_are_split_when_they_have_grown(
    database: Documents, kafka: KafkaResource, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop_assets.topics.sent_buckets.BUCKET_SIZE", 4)
    monkeypatch.setattr(sent_index, "LARGEST_BUCKETS", 16)
    monkeypatch.setattr(sent_index, "SETTLED_AT", 30)
    monkeypatch.setattr("shop_assets.topics.delivery.BATCH_SIZE", 10)
    capture()
    index = index_of_customers(database, kafka)
    database.customers.insert_many([customer(number) for number in range(100)])

    capture()

    totals = index.totals()
    assert totals is not None
    assert len(totals.counts) >= 16
    assert indexed(index) == newest_digests(read_topic)
    stored = database.sent_documents.find({"topic": index.topic}, {"generation": 1})
    assert {bucket["generation"] for bucket in stored} == {totals.generation}
