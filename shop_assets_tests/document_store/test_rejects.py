"""When a reject counts, and since when."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from shop_assets.document_store import rejects
from shop_assets.document_store.rejects import RejectedDocument

Documents = Database[dict[str, Any]]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def reject(position: int, version: str = "etag") -> RejectedDocument:
    return RejectedDocument("stores", "stores/a.jsonl", version, position, "not JSON", "", "{")


@pytest.fixture
def recorded(database: Documents) -> Documents:
    """Two rejects of a day long ago."""
    rejects.save(database, [reject(1), reject(2)])
    database.rejected_documents.update_many({}, {"$set": {"rejected_at": LONG_AGO}})
    return database


def times(database: Documents) -> dict[int, list[bool]]:
    """For every open reject by its position whether it is of long ago."""
    found: dict[int, list[bool]] = {}
    for row in database.rejected_documents.find({"superseded": False}):
        found.setdefault(row["position"], []).append(row["rejected_at"] == LONG_AGO)
    return found


def test_an_open_reject_keeps_its_time_when_its_version_is_loaded_again(recorded: Documents) -> None:
    rejects.save(recorded, [reject(1), reject(2)])
    assert times(recorded) == {1: [True], 2: [True]}


def test_a_reject_that_was_superseded_and_comes_back_is_rejected_again(recorded: Documents) -> None:
    rejects.supersede_objects(recorded, ["stores/a.jsonl"])
    rejects.save(recorded, [reject(1)])
    assert times(recorded) == {1: [False]}
