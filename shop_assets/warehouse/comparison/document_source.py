"""Where the warehouse gets a document again: MongoDB, and the topic through which it comes."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.topics.resource import KafkaResource


@dataclass(frozen=True)
class DocumentSource:
    """Where documents are sent again from, and to."""

    database: Database[dict[str, Any]]
    kafka: KafkaResource
    cipher: PersonalDataCipher
