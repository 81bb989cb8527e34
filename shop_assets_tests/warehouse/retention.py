"""Messages that Kafka has dropped, as its retention would."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from shop_assets.documents.kinds import DocumentKind
from shop_assets.topics.resource import KafkaResource


def delete_records(kafka: KafkaResource, kind: DocumentKind, partition: int, before: int) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
    wanted = TopicPartition(kafka.topic_name(kind), partition, before)
    for answer in admin.delete_records([wanted]).values():
        answer.result()
