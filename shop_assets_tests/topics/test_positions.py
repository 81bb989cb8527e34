"""Kafka that was restored to an older state is noticed before anything is sent to it."""

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import TopicPartition

from shop_assets.documents.kinds import CUSTOMERS, STORES
from shop_assets.settings import Settings
from shop_assets.topics.errors import TopicRestoredError, TopicsError
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets_tests.kafka_clients import administrator, delete_topics
from shop_assets_tests.topics.conftest import Capture, Documents, Read, customer

ADVICE = r"Run `shop topics recreate customers`, then run this again"


def saved_positions(database: Documents) -> list[dict[str, Any]]:
    (checkpoint,) = database.publications.find()
    found: list[dict[str, Any]] = checkpoint["positions"]
    return found


def change_positions(database: Documents, change: Callable[[dict[str, Any]], object]) -> None:
    positions = saved_positions(database)
    for position in positions:
        change(position)
    database.publications.update_one({}, {"$set": {"positions": positions}})


@pytest.fixture
def sent(database: Documents, capture: Capture) -> Documents:
    """Three customers were sent, the last of them by a later run."""
    database.customers.insert_many([customer(1), customer(2)])
    capture()
    database.customers.insert_one(customer(3))
    capture()
    return database


def test_the_last_message_of_each_topic_partition_is_remembered(sent: Documents, kafka: KafkaResource) -> None:
    topic = kafka.ensure_topics()["customers"]
    ends = {key[1]: marks.high - 1 for key, marks in kafka.administration().watermarks([topic]).items() if marks.high}
    assert {position["partition"]: position["offset"] for position in saved_positions(sent)} == ends
    assert "cus-" not in str(saved_positions(sent))


def test_a_topic_that_ends_before_its_position_is_refused(sent: Documents, capture: Capture, read_topic: Read) -> None:
    before = read_topic(CUSTOMERS)
    change_positions(sent, lambda position: position.update(offset=position["offset"] + 100))
    sent.customers.insert_one(customer(4))
    with pytest.raises(TopicRestoredError, match=rf"the last run had its message at offset \d+.* ends at .*{ADVICE}"):
        capture()
    assert read_topic(CUSTOMERS) == before


@pytest.mark.parametrize("change", [{"key_digest": "0" * 64}, {"timestamp": 1}], ids=str)
def test_a_topic_with_another_message_at_its_position_is_refused(
    sent: Documents, capture: Capture, change: dict[str, Any]
) -> None:
    change_positions(sent, lambda position: position.update(change))
    with pytest.raises(TopicRestoredError, match=rf"has another message there.*{ADVICE}"):
        capture()


def test_a_message_that_retention_deleted_is_not_missed(
    sent: Documents, capture: Capture, kafka: KafkaResource, settings: Settings
) -> None:
    marks = kafka.administration().watermarks([kafka.ensure_topics()["customers"]])
    ends = [TopicPartition(name, partition, mark.high) for (name, partition), mark in marks.items() if mark.high]
    admin = administrator(settings)  # its answers come only while it lives
    for answer in admin.delete_records(ends).values():
        answer.result(10)
    sent.customers.insert_one(customer(4))
    assert capture().sent == 1


def test_a_new_topic_has_no_position_to_compare(sent: Documents, capture: Capture, settings: Settings) -> None:
    delete_topics(settings, CUSTOMERS)
    assert capture().snapshots == {"customers": "the topic is new"}
    assert capture().sent == 0


def test_a_user_without_the_right_learns_which_command_deletes_a_topic(settings: Settings) -> None:
    kafka = kafka_resource(settings)
    kafka.ensure_topics()
    name = kafka.topic_name(STORES)
    with pytest.raises(TopicsError, match=rf"administrator run `kafka-topics.sh --delete --topic '{name}'`"):
        kafka.administration().delete([name])
