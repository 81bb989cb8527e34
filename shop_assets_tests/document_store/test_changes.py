import threading
from collections.abc import Iterator
from typing import Any

import pytest
from bson.timestamp import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shop_assets.document_store.capture import changes, pages
from shop_assets.document_store.capture.changes import (
    Change,
    HistoryLostError,
    StreamPosition,
    Token,
    changes_since,
    current_stream_position,
)
from shop_assets.document_store.capture.snapshots import cluster_time, page_changes, snapshot_pages
from shop_assets.document_store.errors import DocumentStoreError
from shop_assets.documents.kinds import CUSTOMERS, STORES, DocumentKind

Documents = Database[dict[str, Any]]


def position(database: Documents) -> Token:
    with database.client.start_session() as session:
        return current_stream_position(database, session).token


def read(database: Documents, token: Token) -> tuple[list[Change], Token]:
    """The changes and the position at their end, which must be the last that comes."""
    *items, end = changes_since(database, token)
    assert isinstance(end, StreamPosition)
    found = [item for item in items if isinstance(item, Change)]
    assert len(found) == len(items)
    return found, end.token


def snapshot(database: Documents, kind: DocumentKind, session: ClientSession, time: int) -> Iterator[Change]:
    for page in snapshot_pages(database, kind, session, time):
        yield from page_changes(page, database.codec_options)


def test_a_fresh_stream_has_a_position_before_any_event_and_nothing_after_it(database: Documents) -> None:
    token = position(database)

    found, end = read(database, token)

    assert found == []
    assert read(database, end)[0] == []


def test_changes_of_the_four_collections_come_in_order_and_nothing_else(database: Documents) -> None:
    token = position(database)
    database.stores.insert_one({"_id": "s", "store_id": "s"})
    database.rejected_documents.insert_one({"_id": "x"})
    database.loaded_objects.insert_one({"_id": "x"})
    database.publications.insert_one({"_id": "x"})
    database.client.get_database(f"{database.name}_other").stores.insert_one({"_id": "other"})
    database.customers.insert_one({"_id": "c", "customer_id": "c"})
    database.stores.update_one({"_id": "s"}, {"$set": {"a": 1}})
    database.stores.replace_one({"_id": "s"}, {"store_id": "s", "b": 2})
    database.stores.delete_one({"_id": "s"})

    found, end = read(database, token)

    database.client.drop_database(f"{database.name}_other")
    # The update finds no document any more: its deletion says all.
    assert [(change.kind, change.operation, change.document_id) for change in found] == [
        (STORES, "insert", "s"),
        (CUSTOMERS, "insert", "c"),
        (STORES, "replace", "s"),
        (STORES, "delete", "s"),
    ]
    assert [change.document for change in found][2:] == [{"_id": "s", "store_id": "s", "b": 2}, None]
    times = [change.source_time for change in found]
    assert times == sorted(set(times))
    assert read(database, end)[0] == []


def test_reading_continues_from_the_token_of_any_change(database: Documents) -> None:
    token = position(database)
    database.stores.insert_many([{"_id": f"s{n}", "store_id": f"s{n}"} for n in range(20)])
    found, _ = read(database, token)

    again, _ = read(database, found[12].token or {})

    assert [change.document_id for change in again] == [f"s{n}" for n in range(13, 20)]


def test_it_ends_though_someone_writes_all_the_time(database: Documents) -> None:
    token = position(database)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            database.stores.insert_one({"_id": f"s{number}", "store_id": "s"})
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen: list[str] = []
        for _ in range(5):
            found, token = read(database, token)
            seen += [change.document_id for change in found]
    finally:
        stop.set()
        writer.join()
    found, _ = read(database, token)
    seen += [change.document_id for change in found]

    assert seen == [f"s{n}" for n in range(len(seen))]
    assert len(seen) == database.stores.count_documents({})


def test_a_snapshot_has_every_document_and_a_time_before_all_later_changes(database: Documents) -> None:
    database.stores.insert_many([{"_id": f"s{n}", "store_id": "s"} for n in range(5)])
    database.customers.insert_one({"_id": "c", "customer_id": "c"})
    with database.client.start_session() as session:
        token = current_stream_position(database, session).token
        time = cluster_time(database, session)
        taken = [change for kind in (STORES, CUSTOMERS) for change in snapshot(database, kind, session, time)]
    database.stores.update_one({"_id": "s0"}, {"$set": {"a": 1}})

    document_ids = ["s0", "s1", "s2", "s3", "s4", "c"]
    assert [change.document_id for change in taken] == document_ids
    assert {change.source_time for change in taken} == {time}
    (change,), _ = read(database, token)
    assert change.source_time > time


def test_a_snapshot_of_several_pages_has_every_document_once(
    database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 3)
    monkeypatch.setattr(pages, "FIRST_PAGE", 2)
    ids = ["b", "a", "ё", "a\u0001", "aa", "", " ", "Z", "b0", "b1"]
    database.stores.insert_many([{"_id": name, "store_id": "s"} for name in ids])
    with database.client.start_session() as session:
        taken = [change.document_id for change in snapshot(database, STORES, session, 1)]
        coming = snapshot(database, STORES, session, 1)
        begun = [next(coming).document_id for _ in range(3)]
        database.stores.delete_one({"_id": begun[-1]})
        rest = [change.document_id for change in coming]
    assert taken == sorted(ids, key=str.encode)
    assert [*begun, *rest] == taken


@pytest.mark.parametrize("ending", ["drop", "rename away", "rename onto", "drop database"])
def test_what_ends_a_collection_is_a_lost_history(database: Documents, ending: str) -> None:
    token = position(database)
    if ending == "drop":
        database.stores.drop()
    elif ending == "rename away":
        database.stores.rename("elsewhere")
    elif ending == "rename onto":
        database.create_collection("new")
        database.new.rename("stores", dropTarget=True)
    else:
        database.client.drop_database(database.name)

    with pytest.raises(HistoryLostError, match="was dropped or renamed"):
        read(database, token)


def test_other_collections_may_come_and_go(database: Documents) -> None:
    token = position(database)
    database.create_collection("notes")
    database.notes.insert_one({"_id": 1})
    database.notes.rename("more_notes")
    database.more_notes.drop()
    database.stream_fences.drop()

    assert read(database, token)[0] == []


def test_a_stalled_stream_is_an_error_and_not_an_end(database: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    token = position(database)
    # An end marker that is not in the stream: as when a majority does not confirm it.
    monkeypatch.setattr(changes, "STALL_SECONDS", 1.0)
    monkeypatch.setattr(changes, "END_MARKERS", "elsewhere")
    monkeypatch.setattr(changes, "_open", lambda database, *_: database.watch([{"$match": {"a": 1}}]))

    with pytest.raises(DocumentStoreError, match="stalled"):
        list(changes_since(database, token))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=30))
def test_times_of_a_clock_that_is_ahead_keep_their_order_and_are_never_in_the_future(
    steps: list[tuple[int, int, bool]],
) -> None:
    """MongoDB's clock jumps ahead and its time then only grows, while our clock goes on."""
    now, seconds, increment, last = 1_000, 1_000, 1, 0
    for passed, ahead, jumps in steps:
        now += passed
        later = max(seconds, now) + (ahead * 1_000 if jumps else 0)
        seconds, increment = later, increment + 1 if later == seconds else 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(changes.time, "time", lambda moment=now: moment + 0.5)
            found = changes.to_source_time(Timestamp(seconds, increment))
        assert last <= found < (now + 1) << 32
        if seconds <= now:
            assert found == seconds << 32 | increment
        last = found
