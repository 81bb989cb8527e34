"""What the replacement of MongoDB acknowledges is still there after kill -9, without asking for the journal too."""

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bson.objectid import ObjectId
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from shop_assets.document_store.capture.pages import PAGE_SIZE, pages
from shop_assets.embedded import ports

PASSWORD = secrets.token_urlsafe(8)


@pytest.fixture
def port(tmp_path: Path) -> int:
    return ports.assign(tmp_path / "ports.json", ("mongo",))["mongo"]


ONLY_PAGES = """
from shop_assets.embedded.services import mongo_server

find = mongo_server.secantus_storage.Storage.find_matching


def refuse(storage, db, coll, *given, **options):
    if coll == "paged":
        raise RuntimeError("all of the collection is read")
    return find(storage, db, coll, *given, **options)


mongo_server.secantus_storage.Storage.find_matching = refuse
mongo_server.main()
"""


def start(
    path: Path, port: int, program: Sequence[str] = ("-m", "shop_assets.embedded.services.mongo_server")
) -> subprocess.Popen[bytes]:
    command = [sys.executable, *program, "--port", str(port), "--path", str(path)]
    environment = {**os.environ, "MONGO_USER": "u", "MONGO_PASSWORD": PASSWORD}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)


def connect(port: int) -> MongoClient:
    client: MongoClient = MongoClient(
        f"mongodb://u:{PASSWORD}@127.0.0.1:{port}/?directConnection=true", serverSelectionTimeoutMS=500
    )
    retry(retry=retry_if_exception_type(PyMongoError), stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)(
        client["x"]["x"].find_one
    )()
    return client


def test_no_acknowledged_write_is_lost_when_the_server_is_killed_in_the_middle(tmp_path: Path, port: int):
    acknowledged: list[int] = []
    for _ in range(3):
        server = start(tmp_path / "data", port)
        client = connect(port)
        threading.Timer(0.5, server.kill).start()
        write_until_it_fails(lambda number, into=client: into["x"]["x"].insert_one({"_id": number}), acknowledged)
        server.communicate()
        client.close()
    server = start(tmp_path / "data", port)
    with connect(port) as client:
        found = {document["_id"] for document in client["x"]["x"].find({})}
    server.terminate()
    server.communicate()
    assert len(acknowledged) > 100
    assert sorted(set(acknowledged) - found) == []


def test_pages_are_in_the_order_of_ids_of_all_types(tmp_path: Path, port: int):
    """As MongoDB sorts them; what cannot be read by pages is read as before."""
    ids = [3, 1, 2.5, "b", "а", "B", "", "b\u0000", ObjectId(), True, None, datetime(2026, 1, 1, tzinfo=UTC), {"a": 1}]
    server = start(tmp_path / "data", port)
    with connect(port) as client:
        for collection in ("w", "x", "y"):
            client["x"][collection].insert_many([{"_id": one, "in": collection} for one in ids])
        documents = client["x"]["x"]
        expected = list(documents.find({}).sort("_id"))
        assert {len(expected)} == {len(ids)}
        first = list(documents.find({}).sort("_id").limit(5))
        rest = list(documents.find({}).min([("_id", first[-1]["_id"])]).hint([("_id", 1)]).sort("_id").limit(50))
        assert [*first, *rest[1:]] == expected
        assert list(documents.find({}, {"_id": 1}).sort("_id").limit(9)) == [
            {"_id": one["_id"]} for one in expected[:9]
        ]
        assert list(documents.find({}).sort("_id", -1).limit(2)) == expected[:-3:-1]
        assert next(iter(documents.find({"_id": {"$gt": "B"}}).sort("_id").limit(1)))["_id"] == "b"
        assert list(client["x"]["none"].find({}).sort("_id").limit(2)) == []
        assert documents.estimated_document_count() == documents.count_documents({}) == len(ids)
        documents.delete_one({"_id": "b"})
        documents.insert_many([{"_id": "c"}, {"_id": "d"}])
        assert documents.estimated_document_count() == len(ids) + 1
        assert client["x"]["none"].estimated_document_count() == 0
    server.terminate()
    server.communicate()


@pytest.mark.parametrize("fields", [None, {"_id": 1}])
def test_a_page_is_read_without_the_rest_of_its_collection(tmp_path: Path, port: int, fields: dict[str, int] | None):
    server = start(tmp_path / "data", port, ("-c", ONLY_PAGES))
    with connect(port) as client:
        paged = client["x"].get_collection("paged", read_concern=ReadConcern("majority"))
        stored = [{"_id": f"{number:05}", "number": number} for number in range(PAGE_SIZE + 5)]
        paged.insert_many(stored)
        with client.start_session() as session:
            found = list(pages(paged, session, fields))
        assert paged.find_one({}, fields) == found[0][0]
        with pytest.raises(OperationFailure):
            paged.find_one({"number": 5})
    server.terminate()
    server.communicate()
    assert len(found) > 1
    assert [one for page in found for one in page] == (
        stored if fields is None else [{"_id": one["_id"]} for one in stored]
    )


def test_a_second_server_on_the_same_storage_is_refused(tmp_path: Path, port: int):
    first = start(tmp_path / "data", port)
    connect(port).close()
    second = start(tmp_path / "data", port + 1)
    _, output = second.communicate(timeout=60)
    first.terminate()
    first.communicate()
    assert second.returncode == 1
    assert b"another server is using" in output


def write_until_it_fails(write: Callable[[int], object], acknowledged: list[int]) -> None:
    number = len(acknowledged) * 10
    while True:
        try:
            write(number)
        except PyMongoError:
            return
        acknowledged.append(number)
        number += 1
