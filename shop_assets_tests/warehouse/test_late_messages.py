"""Messages that a paused run sends after another one has sent newer documents: they are in RAW, and change nothing."""

from functools import partial
from typing import Any

from clickhouse_connect.driver.client import Client
from pymongo.database import Database

from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.encryption import PersonalDataEncryption
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import ChangeCapture, DocumentSource, capture_changes
from shop_assets.topics.resource import KafkaResource, kafka_resource
from shop_assets.topics.sending import ChangeSender
from shop_assets.warehouse.raw.ingestion import ingest_topics
from shop_assets_tests.writers import SoleWriter, unguarded

PAUSE_MS = 30_000


class PausedSender(ChangeSender):
    """It holds its messages back until another run has sent what is newer."""

    database: Database[dict[str, Any]]
    kafka: KafkaResource
    cipher: PersonalDataCipher
    newer: dict[str, Any] | None

    def flush(self) -> None:
        newer, self.newer = self.newer, None
        if newer is not None:
            self.database.stores.replace_one({"_id": newer["_id"]}, newer)
            capture_changes(
                DocumentSource(self.database, self.kafka, self.cipher), "incremental", SoleWriter(self.database.client)
            )
        super().flush()


def test_what_a_paused_run_sends_late_does_not_replace_a_newer_document(
    settings: Settings, database: Database[dict[str, Any]], client: Client
) -> None:
    kafka, cipher = kafka_resource(settings), personal_data_resource(settings).cipher()
    capture_changes(DocumentSource(database, kafka, cipher), "incremental", SoleWriter(database.client))
    store = {"_id": "store-1", "store_id": "store-1", "store_name": "older", "store_network": "Пикча"}
    database.stores.insert_one(store)
    sender = PausedSender(
        partial(kafka.producer, **{"linger.ms": PAUSE_MS}),
        kafka.ensure_topics(),
        PersonalDataEncryption(cipher),
        kafka.bootstrap_servers,
    )
    sender.database, sender.kafka, sender.cipher = database, kafka, cipher
    sender.newer = store | {"store_name": "newer"}

    ChangeCapture(database, kafka, sender, SoleWriter(database.client)).run("incremental")
    ingest_topics(client, kafka, guard=unguarded)

    sent = client.query("SELECT JSONExtractString(payload, 'store_name') FROM raw.stores ORDER BY kafka_offset")
    assert [name for (name,) in sent.result_rows][-1] == "older"
    assert client.query("SELECT store_name FROM mart.stores").result_rows == [("newer",)]
