"""Where the warehouse gets a document again: MongoDB, and the topic through which it comes."""

from dataclasses import dataclass

from pymongo.database import Database

from shop_assets.documents.kinds import Document
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.topics.resource import KafkaResource


@dataclass(frozen=True)
class DocumentSource:
    """MongoDB, Kafka and the key ring: what is needed to send a document again."""

    database: Database[Document]
    kafka: KafkaResource
    cipher: PersonalDataCipher
