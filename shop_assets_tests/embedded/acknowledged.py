"""Writes to every engine that were acknowledged, and whether they are still there."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import clickhouse_connect
from botocore.config import Config
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from pymongo import MongoClient

from shop_assets.settings import Settings
from shop_assets_tests.kafka_clients import as_pipeline

NAME = "kept"


@dataclass(frozen=True)
class Acknowledged:
    """One write to each engine, which answered that it has it."""

    token: str
    offset: int


def write_everywhere(settings: Settings) -> Acknowledged:
    token = secrets.token_hex(8)
    s3(settings).put_object(Bucket=NAME, Key=token, Body=token.encode())
    with mongo(settings) as client:
        client[NAME][NAME].insert_one({"_id": token})
    with clickhouse(settings) as client:
        client.insert(NAME, [[token]], column_names=["token"])
    return Acknowledged(token, _produce(settings, token))


def is_everywhere(settings: Settings, written: Acknowledged) -> dict[str, bool]:
    """Whether each engine still has its write, by the service's name."""
    with mongo(settings) as client:
        in_mongo = client[NAME][NAME].count_documents({"_id": written.token}) == 1
    with clickhouse(settings) as client:
        in_clickhouse = client.command(f"SELECT count() FROM {NAME} WHERE token = '{written.token}'") == 1
    body = s3(settings).get_object(Bucket=NAME, Key=written.token)["Body"].read()
    return {
        "mongo": in_mongo,
        "clickhouse": in_clickhouse,
        "s3": body == written.token.encode(),
        "kafka": _message_at(settings, written.offset) == written.token.encode(),
    }


def make_places(settings: Settings) -> None:
    s3(settings).create_bucket(Bucket=NAME)
    with clickhouse(settings) as client:
        client.command(f"CREATE TABLE {NAME} (token String) ENGINE = MergeTree ORDER BY token")
    admin = AdminClient(as_pipeline(settings))
    admin.create_topics([NewTopic(NAME, 1, 1)])[NAME].result(10)


def s3(settings: Settings, access_key: str | None = None, secret_key: str | None = None) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=access_key or settings.s3_access_key,
        aws_secret_access_key=secret_key or settings.s3_secret_key.get_secret_value(),
        # The gateway answers InternalError for a moment after a restart, as any S3 may.
        config=Config(retries={"mode": "standard", "total_max_attempts": 8}, s3={"addressing_style": "path"}),
    )


def mongo(settings: Settings) -> MongoClient[dict[str, Any]]:
    return MongoClient(settings.mongo_uri.get_secret_value(), serverSelectionTimeoutMS=20_000)


@contextmanager
def clickhouse(settings: Settings, password: str | None = None) -> Iterator[Any]:
    client = clickhouse_connect.get_client(
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        username=settings.clickhouse_user,
        password=settings.clickhouse_password.get_secret_value() if password is None else password,
        autogenerate_session_id=False,
    )
    try:
        yield client
    finally:
        client.close()


def _produce(settings: Settings, token: str) -> int:
    offsets: list[int] = []
    producer = Producer({**as_pipeline(settings), "acks": "all"})
    producer.produce(NAME, token, on_delivery=lambda _error, message: offsets.append(message.offset()))
    producer.flush(20)
    return offsets[0]


def _message_at(settings: Settings, offset: int) -> bytes | None:
    consumer = Consumer({**as_pipeline(settings), "group.id": NAME})
    try:
        consumer.assign([TopicPartition(NAME, 0, offset)])
        message = consumer.poll(20)
        return None if message is None or message.error() else message.value()
    finally:
        consumer.close()
