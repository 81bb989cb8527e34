"""Messages that Kafka has dropped, as its retention would."""

from confluent_kafka import TopicPartition

from shop_assets.documents.kinds import DocumentKind
from shop_assets.settings import Settings
from shop_assets_tests.kafka_clients import administrator


def delete_records(settings: Settings, kind: DocumentKind, partition: int, before: int) -> None:
    wanted = TopicPartition(f"{settings.kafka_topic_prefix}{kind.name}", partition, before)
    admin = administrator(settings)  # its answers never come once it is garbage
    for answer in admin.delete_records([wanted]).values():
        answer.result()
