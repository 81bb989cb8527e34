"""The services of a stack that a run has filled, and what it has for the loops: documents and messages."""

import itertools
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from clickhouse_connect.driver.client import Client
from confluent_kafka import Message, TopicPartition
from pymongo.database import Database

from shop_assets.document_store.capture.pages import pages
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import PURCHASES
from shop_assets.settings import Settings
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.warehouse.resource import clickhouse_resource

BATCH: Final = 1000
OWN_NAME: Final = "benchmark"
"""Of what the loops make: a collection, a database, a group of consumers."""


@dataclass
class FilledStack:
    """The services of a stack that a run has filled."""

    settings: Settings
    database: Database[Any]
    kafka: KafkaResource
    client: Client

    def purchases(self, count: int) -> list[RawBSONDocument]:
        """Some purchases as MongoDB stores them.

        Args:
            count: How many at most.

        Returns:
            The documents.
        """
        raw = self.database.codec_options.with_options(document_class=RawBSONDocument)
        found = pages(self.database.get_collection(PURCHASES.name, codec_options=raw))
        return list(itertools.islice(itertools.chain.from_iterable(found), count))

    def messages(self, count: int) -> list[Message]:
        """Some messages of purchases.

        Args:
            count: How many at most.

        Returns:
            The messages.
        """
        consumer = self.kafka.consumer(OWN_NAME)
        topic = self.kafka.topic_name(PURCHASES)
        found: list[Message] = []
        with closing(consumer):
            partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
            consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
            while len(found) < count and (batch := consumer.consume(min(BATCH, count - len(found)), timeout=3)):
                found += [message for message in batch if message.error() is None]
        return found


def message_bytes(settings: Settings) -> float:
    """Measure the messages of purchases.

    Args:
        settings: Of the stack.

    Returns:
        Bytes of key and value, on average.
    """
    with mongo_resource(settings).connect() as database, clickhouse_resource(settings).client() as client:
        messages = FilledStack(settings, database, kafka_resource(settings), client).messages(BATCH)
    return sum(len(message.key() or b"") + len(message.value() or b"") for message in messages) / len(messages)
