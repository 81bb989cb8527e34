"""The messages about documents and their changes, and in which order."""

from typing import Any

import orjson
import pytest

from shop_assets.document_store import rejects
from shop_assets.documents.kinds import CUSTOMERS, KINDS, PRODUCTS, PURCHASES, STORES
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.settings import Settings
from shop_assets.topics import delivery
from shop_assets.topics.change_capture import ChangeCapture, DocumentSource, capture_changes
from shop_assets.topics.checkpoints import Checkpoints
from shop_assets.topics.errors import DeliveryError, TopicsError
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.topics.sending import ChangeSender
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.topics.conftest import (
    CIPHER,
    Capture,
    Documents,
    Read,
    customer,
    messages_with_key,
)
from shop_assets_tests.writers import SoleWriter


def test_the_first_time_every_document_is_sent_once(database: Documents, capture: Capture, read_topic: Read) -> None:
    database.customers.insert_many([customer(number) for number in range(30)])
    database.stores.insert_one({"_id": "s", "store_id": "S", "z": 1, "a": {"y": 1, "b": [1.5, None, "Ёж"]}})

    report = capture()

    assert report.sent == 31
    assert report.snapshots == dict.fromkeys(
        ("stores", "products", "customers", "purchases"), "nothing was sent before"
    )
    assert report.topics["customers"].operations == {"snapshot": 30}
    assert (report.topics["customers"].encrypted, report.topics["customers"].from_cache) == (60, 58)
    assert sorted(message.key for message in read_topic(CUSTOMERS)) == sorted(f"cus-{n}" for n in range(30))
    (message,) = read_topic(STORES)
    assert message.value == '{"store_id":"S","z":1,"a":{"y":1,"b":[1.5,null,"Ёж"]}}'.encode()
    assert (message.key, message.operation) == ("s", "snapshot")
    assert read_topic(PRODUCTS) == read_topic(PURCHASES) == []


def test_the_second_time_nothing_is_sent(database: Documents, capture: Capture) -> None:
    database.customers.insert_many([customer(number) for number in range(5)])
    capture()

    report = capture()

    assert report.sent == 0
    assert report.snapshots == {}


def test_changes_and_deletions_follow_in_the_order_of_a_document(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(1), customer(2), customer(3)])
    capture()
    database.customers.replace_one({"_id": "cus-1"}, customer(1, n="replaced"))
    database.customers.replace_one({"_id": "cus-2"}, customer(2))  # equal: no change
    database.customers.update_one({"_id": "cus-3"}, {"$set": {"n": "updated"}})
    database.customers.insert_one(customer(4))
    database.customers.delete_one({"_id": "cus-1"})
    database.customers.insert_one(customer(5))
    database.customers.delete_one({"_id": "cus-5"})
    database.customers.insert_one(customer(5, n="again"))

    report = capture()

    assert report.topics["customers"].operations == {"insert": 3, "replace": 1, "update": 1, "delete": 2}
    assert report.topics["customers"].tombstones == 2
    messages = read_topic(CUSTOMERS)
    assert [m.operation for m in messages_with_key(messages, "cus-1")] == ["snapshot", "replace", "delete"]
    assert messages_with_key(messages, "cus-1")[-1].value is None
    assert [m.operation for m in messages_with_key(messages, "cus-2")] == ["snapshot"]
    assert orjson.loads(messages_with_key(messages, "cus-3")[-1].value or b"")["n"] == "updated"
    assert [m.operation for m in messages_with_key(messages, "cus-5")] == ["insert", "delete", "insert"]
    for number in range(1, 6):
        times = [message.source_time for message in messages_with_key(messages, f"cus-{number}")]
        assert times == sorted(set(times))
    assert capture().sent == 0


def test_changes_during_the_snapshot_come_after_it(
    database: Documents, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.customers.insert_many([customer(1), customer(2)])
    original = ChangeSender.send
    changed = False

    def send_and_change(self: ChangeSender, change: Any) -> None:
        nonlocal changed
        original(self, change)
        if not changed:
            changed = True
            database.customers.update_one({"_id": "cus-1"}, {"$set": {"n": "changed"}})
            database.customers.delete_one({"_id": "cus-2"})

    monkeypatch.setattr(ChangeSender, "send", send_and_change)
    capture()

    messages = read_topic(CUSTOMERS)
    newest = {key: max(messages_with_key(messages, key), key=lambda m: m.source_time) for key in ("cus-1", "cus-2")}
    assert orjson.loads(newest["cus-1"].value or b"")["n"] == "changed"
    assert newest["cus-2"].value is None


def test_nothing_personal_is_in_the_clear_and_everything_else_is_as_it_lay(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    phone, email = "+7-900-123-45-67", "Ivan.Petrov@Example.com "
    person = {"customer_id": "c", "phone": phone, "email": email, "first_name": "Иван"}
    database.customers.insert_one({"_id": "c"} | person)
    database.purchases.insert_one({"_id": "o", "purchase_id": "o", "customer": person, "items": [{"name": "Хлеб"}]})
    database.stores.insert_one(
        {"_id": "s", "store_id": "s", "manager": {"phone": "89001234567", "email": email.upper()}}
    )

    report = capture()

    values = {kind: orjson.loads(read_topic(kind)[0].value or b"") for kind in (CUSTOMERS, PURCHASES, STORES)}
    text = repr(values).lower()
    assert "900" not in text
    assert "petrov" not in text
    bought = values[PURCHASES]["customer"]
    assert values[CUSTOMERS] == person | {"phone": bought["phone"], "email": bought["email"]}
    assert list(values[CUSTOMERS]) == list(person)
    assert values[STORES]["manager"] == {"phone": bought["phone"], "email": bought["email"]}
    assert CIPHER.decrypt("phone", bought["phone"]) == "+79001234567"
    assert CIPHER.decrypt("email", bought["email"]) == "ivan.petrov@example.com"
    assert sum(topic.encrypted for topic in report.topics.values()) == 6


def test_a_replay_sends_equal_bytes_again_and_keeps_the_position(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(number) for number in range(10)])
    capture()
    database.customers.delete_one({"_id": "cus-0"})

    report = capture("replay")

    assert report.topics["customers"].operations == {"delete": 1, "snapshot": 9}
    messages = read_topic(CUSTOMERS)
    for number in range(1, 10):
        first, second = messages_with_key(messages, f"cus-{number}")
        assert first.value == second.value
        assert second.source_time >= first.source_time
    assert capture().sent == 0
    database.customers.insert_one(customer(11))
    assert capture().topics["customers"].operations == {"insert": 1}


def test_a_document_that_the_topic_does_not_take_is_rejected_until_it_does(
    database: Documents, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [customer(number, note="x" * 500) for number in range(2, 40)]
    database.customers.insert_many([customer(1, big="x" * 4000), *others])
    with monkeypatch.context() as patched:  # a topic that was created with another limit
        patched.setattr("shop_assets.topics.specification.MAXIMUM_MESSAGE_BYTES", 4000)
        report = capture()

    assert {m.key for m in read_topic(CUSTOMERS)} == {f"cus-{n}" for n in range(2, 40)}
    assert report.rejected == report.topics["customers"].rejected == 1
    assert report.topics["customers"].reasons == {"message is larger than the topic takes": 1}
    (reject,) = database.rejected_documents.find()
    assert reject["reason"] == "message is larger than the topic takes"
    assert (reject["object_key"], reject["position"]) == ("collection customers", "cus-1")
    assert capture().sent == 0

    database.customers.update_one({"_id": "cus-1"}, {"$set": {"n": 2}})
    assert capture().rejected == 1
    assert database.rejected_documents.count_documents({"superseded": False}) == 1

    database.customers.replace_one({"_id": "cus-1"}, customer(1))
    assert capture().topics["customers"].operations == {"replace": 1}
    assert database.rejected_documents.count_documents({"superseded": False}) == 0


@pytest.fixture
def small_topics(capture: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics that take documents of up to some 3 KB."""
    with monkeypatch.context() as patched:
        patched.setattr("shop_assets.topics.specification.MAXIMUM_MESSAGE_BYTES", 4000)
        capture()


def open_rejects(database: Documents) -> list[str]:
    return [reject["position"] for reject in database.rejected_documents.find({"superseded": False})]


@pytest.mark.usefixtures("small_topics")
def test_of_a_version_that_the_topic_does_not_take_nothing_is_sent(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(1), customer(2, big="x" * 4000)])
    database.customers.update_one({"_id": "cus-1"}, {"$set": {"big": "x" * 4000}})
    database.customers.replace_one({"_id": "cus-2"}, customer(2))
    capture()
    sent = [(message.key, message.operation) for message in read_topic(CUSTOMERS)]
    assert sorted(sent) == [("cus-1", "insert"), ("cus-2", "replace")]
    assert open_rejects(database) == ["cus-1"]


@pytest.mark.usefixtures("small_topics")
def test_a_reject_among_very_many_is_closed_once_its_document_is_sent(database: Documents, capture: Capture) -> None:
    others = [{"_id": f"{number}", "kind": "customers", "object_key": "collection customers", "etag": "",
               "position": f"other-{number}", "superseded": False} for number in range(10_001)]  # fmt: skip
    database.rejected_documents.insert_many(others)
    database.customers.insert_many([customer(1, big="x" * 4000), customer(2, big="x" * 4000)])
    capture()
    database.customers.replace_one({"_id": "cus-1"}, customer(1))

    assert capture().topics["customers"].operations == {"replace": 1}

    closed = database.rejected_documents.find({"superseded": True})
    assert [reject["position"] for reject in closed] == ["cus-1"]


@pytest.mark.usefixtures("small_topics")
def test_a_document_that_is_rejected_and_sent_between_two_checkpoints_is_no_open_reject(
    database: Documents, kafka: KafkaResource, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if the first of them is flushed before: the rejects of one run are closed by the same run."""
    monkeypatch.setattr(delivery, "BATCH_SIZE", 1)
    database.customers.insert_one(customer(1, big="x" * 4000))
    database.customers.replace_one({"_id": "cus-1"}, customer(1))
    capture()
    assert open_rejects(database) == []


@pytest.mark.usefixtures("small_topics")
def test_a_reject_that_still_holds_outlives_a_retry_that_is_killed(
    database: Documents, kafka: KafkaResource, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def kill_before(_: Documents, found: list[rejects.RejectedDocument], _session: object) -> None:
        if found:
            raise KilledError

    database.customers.insert_one(customer(1, big="x" * 4000))
    capture()
    source = DocumentSource(database, kafka, CIPHER)
    with monkeypatch.context() as patched:
        patched.setattr(rejects, "save", kill_before)
        with pytest.raises(KilledError):
            ChangeCapture.on(source, SoleWriter(database.client)).resend({CUSTOMERS: ["cus-1"]})
    assert open_rejects(database) == ["cus-1"]
    assert capture().sent == 0
    assert open_rejects(database) == ["cus-1"]


def test_the_topics_are_made_from_settings(settings: Settings, kafka: KafkaResource) -> None:
    changed = settings.model_copy(update={"kafka_partitions": 5, "kafka_cleanup_policy": "compact"})
    topics = kafka_resource(changed).ensure_topics()

    assert set(topics) == {kind.name for kind in KINDS}
    assert topics["stores"].name == f"{settings.kafka_topic_prefix}stores"
    assert topics["stores"].partitions == (0, 1, 2, 3, 4)
    # Topics that are there stay as they are, with their ids.
    assert kafka.ensure_topics() == topics


def test_an_unreachable_broker_is_named(
    database: Documents, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop_assets.topics.administration.REQUEST_TIMEOUT_SECONDS", 2.0)
    away = kafka_resource(settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:9"}))

    with pytest.raises(TopicsError, match=r"Kafka at 127\.0\.0\.1:9.*shop status"):
        capture_changes(DocumentSource(database, away, CIPHER), "incremental", SoleWriter(database.client))


def test_messages_that_are_not_acknowledged_fail_the_run_and_name_the_topic(
    database: Documents, settings: Settings, kafka: KafkaResource, capture: Capture
) -> None:
    def producer(**more: Any) -> Any:
        return kafka.producer(**{"topic.metadata.propagation.max.ms": 500} | more)

    capture()
    sender = ChangeSender(producer, kafka.ensure_topics(), PersonalDataEncryption(CIPHER), kafka.bootstrap_servers)
    writer = SoleWriter(database.client)
    checkpoints = Checkpoints(database, kafka.topic_prefix, writer)
    delete_topics(settings, CUSTOMERS)
    database.customers.insert_many([customer(1), customer(2)])
    before = checkpoints.load()

    with pytest.raises(DeliveryError, match=r"did not acknowledge 2 of 2 messages.*topic \S+customers: ") as caught:
        ChangeCapture(database, kafka, sender, writer).run("incremental")

    assert kafka.bootstrap_servers in str(caught.value)
    assert checkpoints.load() == before
    assert capture().topics["customers"].operations == {"insert": 2, "snapshot": 2}
