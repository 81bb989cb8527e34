"""What happens when MongoDB's oplog no longer reaches back to the checkpoint: on a server with a short oplog."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr
from pymongo import UpdateOne

from shop_assets.document_store.capture.changes import HistoryLostError, changes_since
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.topics.resource import KafkaResource
from shop_assets_tests.topics.conftest import CIPHER, Documents, Read
from shop_assets_tests.writers import SoleWriter

LOG_ENTRIES = 40
CHANGES = 2200  # the server cuts its oplog at every thousandth change


@pytest.fixture
def forgetful(settings: Settings, tmp_path: Path) -> Iterator[Documents]:
    """A database on a server that remembers its last 40 changes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("secantusd-py")),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--storage-path", str(tmp_path / "mongo"), "--oplog-max-entries", str(LOG_ENTRIES)),
    ]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            own = settings.model_copy(
                update={"mongo_uri": SecretStr(f"mongodb://127.0.0.1:{port}/?directConnection=true")}
            )
            with mongo_resource(own).connect() as database:  # waits until it is up
                ensure_collections(database)
                yield database
        finally:
            server.kill()


def test_a_position_that_is_too_old_gives_a_snapshot_and_says_so(
    forgetful: Documents, kafka: KafkaResource, read_topic: Read
) -> None:
    forgetful.customers.insert_many([{"_id": f"c{n}", "customer_id": f"c{n}"} for n in range(3)])
    source, writer = DocumentSource(forgetful, kafka, CIPHER), SoleWriter(forgetful.client)
    capture_changes(source, "incremental", writer)
    token = forgetful.publications.find_one()["token"]  # type: ignore[index]  # it was just written
    forgetful.customers.delete_one({"_id": "c1"})
    turns = [UpdateOne({"_id": "c2"}, {"$set": {"turn": turn}}) for turn in range(CHANGES)]
    forgetful.customers.bulk_write(turns)
    with pytest.raises(HistoryLostError, match="286"):
        list(changes_since(forgetful, token))

    report = capture_changes(source, "incremental", writer)

    reason = "MongoDB's oplog no longer reaches back to them (error 286)"
    assert set(report.snapshots.values()) == {reason}
    # No event reported c1's deletion, and its tombstone is sent anyway.
    assert report.topics["customers"].operations == {"snapshot": 2, "delete": 1}
    newest = {m.key: m.value for m in sorted(read_topic(CUSTOMERS), key=lambda m: m.source_time)}
    assert newest["c1"] is None
    assert orjson.loads(newest["c2"] or b"")["turn"] == CHANGES - 1
    assert capture_changes(source, "incremental", writer).sent == 0
