"""A process that loads and captures, killed with SIGKILL at one moment after another, until it gets through."""

import gzip
from pathlib import Path

import orjson
import pytest

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.loads.loading import load_landing
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS
from shop_assets.object_store.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill
from shop_assets_tests.topics.conftest import CIPHER, Capture, Documents, Read, SentMessage

COUNT = 8_000


def load_and_capture(settings: Settings) -> None:
    landing = object_store_resource(settings).process_config_and_initialize_cm()
    with (
        landing as store,
        mongo_resource(settings).connect() as database,
        ingestion_lease(database, "mongo_collections", "killed") as lease,
    ):
        load_landing(database, store.landing(), writer=lease)
        capture_changes(DocumentSource(database, kafka_resource(settings), CIPHER), "incremental", lease)


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost(
    settings: Settings,
    database: Documents,
    capture: Capture,
    read_topic: Read,
    tmp_path: Path,
) -> None:
    documents = [{"customer_id": f"cus-{n}", "phone": f"+7900{n % 100:07d}", "n": n} for n in range(COUNT)]
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        bucket = store.landing()
        for begin in range(0, COUNT, 2000):
            content = b"\n".join(orjson.dumps(document) for document in documents[begin : begin + 2000])
            bucket.put(f"customers/part-{begin:06d}.jsonl.gz", gzip.compress(content, 1), "application/gzip")
        forks = Forks(tmp_path / "runs.log")
        kills = 0
        for tenths in range(2, 300, 4):
            ending = forks.run(load_and_capture, settings, kill=Kill(None, delay=tenths / 10))
            if ending.succeeded:
                break
            assert ending.struck, forks.end_of_log()
            kills += 1
        assert kills > 3
        with ingestion_lease(database, "mongo_collections", "the last one") as lease:
            report = load_landing(database, bucket, writer=lease)["customers"]
        bucket.delete([summary.key for summary in bucket.list()])
        bucket.client.delete_bucket(Bucket=bucket.name)
    capture()

    assert report.read == 0
    assert database.customers.count_documents({}) == COUNT
    newest: dict[str, SentMessage] = {}
    for message in read_topic(CUSTOMERS):
        if message.key not in newest or message.source_time >= newest[message.key].source_time:
            newest[message.key] = message
    values = {key: orjson.loads(message.value or b"{}") for key, message in newest.items()}
    assert {key: value["n"] for key, value in values.items()} == {d["customer_id"]: d["n"] for d in documents}
    assert all(CIPHER.decrypt("phone", value["phone"]).startswith("+7900") for value in list(values.values())[:50])
