"""A process of its own that ingests again and again: it says `ready`, and for each line that it is sent does a run.

A run answers with its number of messages, or with the error that ended it.
"""

import sys
from contextlib import closing

from clickhouse_connect import get_client
from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient
from pymongo import MongoClient

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.documents.kinds import KINDS
from shop_assets.errors import ShopError
from shop_assets.settings import Settings
from shop_assets.topics.administration import TopicAdministration
from shop_assets.warehouse.raw.ingestion_plan import freeze_ranges
from shop_assets.warehouse.raw.raw_inserts import CONSUMER_CONFIGURATION, ingest
from shop_assets_tests.kafka_clients import as_pipeline


def main() -> None:
    settings = Settings.load()
    # Without Dagster's resources, which take seconds to import.
    database = MongoClient(settings.mongo_uri.get_secret_value(), tz_aware=True)[settings.mongo_database]
    client = get_client(
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        username=settings.clickhouse_user,
        password=settings.clickhouse_password.get_secret_value(),
        autogenerate_session_id=False,
    )
    administration = TopicAdministration(AdminClient(as_pipeline(settings)), settings.kafka_bootstrap_servers)
    topics = {kind: f"{settings.kafka_topic_prefix}{kind.name}" for kind in KINDS}
    with closing(Consumer({**as_pipeline(settings), "group.id": "two", **CONSUMER_CONFIGURATION})) as consumer:
        print("ready", flush=True)
        for _ in sys.stdin:
            try:
                with ingestion_lease(database, "clickhouse_raw", "one-of-two") as lease:
                    plan = freeze_ranges(client, administration, topics)
                    reports = ingest(client, consumer, plan, guard=lease.check, maximum_rows=7)
            except ShopError as error:
                print(str(error).replace("\n", " "), flush=True)
            else:
                print(sum(report.messages for report in reports.values()), flush=True)


if __name__ == "__main__":
    main()
