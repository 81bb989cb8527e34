"""A process that loads and publishes, killed with SIGKILL at one moment after another, until it gets through."""

import gzip
import signal
import subprocess
import sys
from collections.abc import Callable

import orjson
import pytest

from shop_assets.document_store.loading import load_landing
from shop_assets.documents.kinds import CUSTOMERS, DocumentKind
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings, variable
from shop_assets.topics.publication import PublicationReport
from shop_assets_tests.topics.conftest import CIPHER, Documents, Published

COUNT = 8_000

PROGRAM = """
from shop_assets.document_store.loading import load_landing
from shop_assets.document_store.resource import mongo_resource
from shop_assets.landing.resource import object_store_resource
from shop_assets.settings import Settings
from shop_assets.topics.publication import publish_changes
from shop_assets.topics.resource import kafka_resource
from shop_assets_tests.topics.conftest import CIPHER

settings = Settings.load()
landing = object_store_resource(settings).process_config_and_initialize_cm()
with landing as store, mongo_resource(settings).connect() as db:
    print("begun", flush=True)
    load_landing(db, store.landing())
    publish_changes(db, kafka_resource(settings), CIPHER, "incremental")
"""


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost(
    settings: Settings,
    database: Documents,
    publish: Callable[[], PublicationReport],
    published: Callable[[DocumentKind], list[Published]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for field in ("s3_landing_bucket", "mongo_database", "kafka_topic_prefix"):
        monkeypatch.setenv(variable(field), getattr(settings, field))
    documents = [{"customer_id": f"cus-{n}", "phone": f"+7900{n % 100:07d}", "n": n} for n in range(COUNT)]
    with object_store_resource(settings).process_config_and_initialize_cm() as store:
        bucket = store.landing()
        for begin in range(0, COUNT, 2000):
            content = b"\n".join(orjson.dumps(document) for document in documents[begin : begin + 2000])
            bucket.put(f"customers/part-{begin:06d}.jsonl.gz", gzip.compress(content, 1), "application/gzip")
        kills = 0
        for tenths in range(2, 300, 4):
            with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == b"begun\n"
                try:
                    assert process.wait(tenths / 10) == 0
                    break
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    kills += 1
        assert kills > 3
        report = load_landing(database, bucket)["customers"]
        bucket.delete([summary.key for summary in bucket.list()])
        bucket.client.delete_bucket(Bucket=bucket.name)
    publish()

    assert report.read == 0
    assert database.customers.count_documents({}) == COUNT
    newest: dict[str, Published] = {}
    for message in published(CUSTOMERS):
        if message.key not in newest or message.source_time >= newest[message.key].source_time:
            newest[message.key] = message
    values = {key: orjson.loads(message.value or b"{}") for key, message in newest.items()}
    assert {key: value["n"] for key, value in values.items()} == {d["customer_id"]: d["n"] for d in documents}
    assert all(CIPHER.decrypt("phone", value["phone"]).startswith("+7900") for value in list(values.values())[:50])
