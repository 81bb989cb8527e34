from collections.abc import Callable
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database

from shop_assets.document_store import ledger, loading, shapes
from shop_assets.document_store.ledger import Ledger, Task
from shop_assets.document_store.loading import LoadReport, load_landing, retry_rejected
from shop_assets.document_store.writing import write_documents
from shop_assets.documents.kinds import PRODUCTS, PURCHASES, STORES
from shop_assets.landing.bucket import Bucket
from shop_assets_tests.document_store.conftest import put, store

Documents = Database[dict[str, Any]]


def load(database: Documents, bucket: Bucket, batch_size: int = 1000) -> LoadReport:
    report = load_landing(database, bucket, [STORES], batch_size)["stores"]
    outcomes = report.inserted + report.replaced + report.unchanged + report.copies + report.rejected
    assert outcomes == report.read
    assert report.reasons.total() == report.rejected
    return report


def all_stores(database: Documents) -> dict[str, dict[str, Any]]:
    return {document["_id"]: document for document in database.stores.find()}


def test_a_document_lies_under_its_natural_id_as_it_was(database: Documents, bucket: Bucket) -> None:
    document = {"zeta": 1, "store_id": " Store-001 ", "alpha": [1.5, {"b": None, "a": "Ёж"}], "_id": "its own", "n": 7}
    put(bucket, "stores/a.json", document)

    report = load(database, bucket)

    assert (report.read, report.inserted, report.objects_read) == (1, 1, 1)
    stored = database.stores.find_one({"_id": "store-001"})
    assert stored is not None
    assert list(stored) == ["_id", "zeta", "store_id", "alpha", "n"]
    assert stored == document | {"_id": "store-001"}
    assert list(stored["alpha"][1]) == ["b", "a"]


def test_loading_again_reads_nothing_and_changes_nothing(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.json", store(1))
    put(bucket, "stores/b.jsonl", store(2), store(3))
    load(database, bucket)

    report = load(database, bucket)

    assert (report.read, report.objects_read, report.objects_skipped) == (0, 0, 2)


def test_a_changed_object_replaces_what_changed_and_makes_no_event_for_the_rest(
    database: Documents, bucket: Bucket
) -> None:
    put(bucket, "stores/all.jsonl", store(1), store(2), store(3))
    load(database, bucket)
    with database.watch([{"$match": {"ns.coll": "stores"}}], max_await_time_ms=200) as stream:
        put(bucket, "stores/all.jsonl", store(1), store(2, store_name="Новая"), store(3))
        report = load(database, bucket)
        event = stream.next()
        assert (event["operationType"], event["documentKey"]["_id"]) == ("replace", "store-002")
        assert stream.try_next() is None

    assert (report.read, report.inserted, report.replaced, report.unchanged) == (3, 0, 1, 2)


@pytest.mark.parametrize("batch_size", [1, 2, 1000])
def test_of_copies_the_last_wins_and_they_are_counted(database: Documents, bucket: Bucket, batch_size: int) -> None:
    put(bucket, "stores/a.jsonl", store(1, turn=1), store(2, turn=1), store(1, turn=2))
    put(bucket, "stores/b.jsonl", store(1, turn=3) | {"store_id": " STORE-001"}, store(3))

    report = load(database, bucket, batch_size)

    assert (report.read, report.inserted, report.copies) == (5, 3, 2)
    assert all_stores(database)["store-001"]["turn"] == 3


def test_bad_documents_are_kept_with_their_reasons_and_the_rest_goes_on(database: Documents, bucket: Bucket) -> None:
    deep: dict[str, Any] = {}
    for _ in range(120):
        deep = {"a": deep}
    bad: list[tuple[object, str]] = [
        (b"{not json", "not JSON"),
        ([1, 2], "not a JSON object"),
        ({"store_name": "без номера"}, "id is missing or blank"),
        (store(1) | {"store_id": "  "}, "id is missing or blank"),
        (store(1) | {"store_id": 17}, "id is missing or blank"),
        (store(1) | {"store_id": "x" * 600}, "id is longer than 512 characters"),
        (store(1, manager="Ольга, +7-900-123-45-67"), "wrong shape: manager"),
        (store(1, location={"coordinates": [1, 2]}), "wrong shape: location.coordinates"),
        (store(1, categories={"a": 1}), "wrong shape: categories"),
        (b'{"store_id": "s", "n": 18446744073709551616}', "integer beyond 64 bits"),
        (b'{"store_id": "s", "a\\u0000b": 1}', "field name that MongoDB does not take"),
        (b'{"store_id": "s", "$set": 1}', "field name that MongoDB does not take"),
        (b'{"store_id": "s", "name": "\\ud800"}', "text that is not valid Unicode"),
        (store(1, deep=deep), "nested deeper than 100 levels"),
        (store(1, big="x" * (15 * 1024 * 1024)), "larger than 15 MiB"),
    ]
    put(bucket, "stores/all.jsonl", *(document for document, _ in bad), store(5))

    report = load(database, bucket)

    assert (report.read, report.inserted, report.rejected) == (len(bad) + 1, 1, len(bad))
    found = {row["position"]: row for row in database.rejected_documents.find()}
    assert {position: row["reason"] for position, row in found.items()} == {
        position: reason for position, (_, reason) in enumerate(bad, start=1)
    }
    assert {row["object_key"] for row in found.values()} == {"stores/all.jsonl"}
    assert all(len(row["text"]) <= 64 * 1024 for row in found.values())
    assert "+7-900" in found[7]["text"]
    assert not any("900" in row["reason"] + row["detail"] for row in found.values())
    assert list(all_stores(database)) == ["store-005"]


def test_numbers_in_texts_and_null_containers_pass(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.json", {"store_id": "s", "manager": None, "location": {}, "categories": [], "area": "200"})

    assert load(database, bucket).inserted == 1


def lose(database: Documents, name: str) -> None:
    """Takes a store away so that no change stream tells of it, as a restored backup would."""
    database.stores.delete_one({"_id": name})
    database.deleted_documents.delete_many({})


def test_a_lost_document_is_loaded_again_from_its_object_alone(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.jsonl", store(1, turn=1), store(2))
    put(bucket, "stores/b.jsonl", store(1, turn=2), store(3))
    put(bucket, "stores/c.json", store(4))
    load(database, bucket)
    lose(database, "store-002")

    report = load(database, bucket)

    assert (report.read, report.inserted, report.restored, report.objects_read) == (1, 1, 1, 1)
    # The neighbour of the lost one in its object has been superseded by a later copy, and stays so.
    assert all_stores(database)["store-001"]["turn"] == 2
    assert load(database, bucket).read == 0


def test_a_dropped_collection_comes_back_whole(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/many.jsonl", *(store(number) for number in range(2500)))
    assert load(database, bucket).inserted == 2500
    assert load(database, bucket).read == 0  # with an entry of several parts
    database.stores.drop()

    report = load(database, bucket)

    assert (report.inserted, report.restored) == (2500, 2500)
    assert database.stores.count_documents({}) == 2500


def test_a_newer_version_of_an_object_supersedes_its_rejects(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.jsonl", {"store_id": ""}, {"store_id": " "}, store(1))
    put(bucket, "stores/b.json", {"store_id": ""})
    assert load(database, bucket).rejected == 3

    put(bucket, "stores/a.jsonl", {"store_id": ""}, store(2), store(1))
    assert load(database, bucket).rejected == 1

    counting = [row["object_key"] for row in database.rejected_documents.find({"superseded": False})]
    assert sorted(counting) == ["stores/a.jsonl", "stores/b.json"]
    assert database.rejected_documents.count_documents({}) == 4


def outline(task: Task) -> tuple[str, bool, int | None]:
    return task.summary.key, task.is_new, None if task.only is None else len(task.only)


def test_lost_ids_are_held_up_to_a_limit_for_all_objects_of_a_page_together(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MAXIMUM_MISSING", 4)
    for name, numbers in {"a": range(3), "b": range(10, 12), "c": range(20, 21), "d": range(30, 33)}.items():
        put(bucket, f"stores/{name}.jsonl", *(store(number) for number in numbers))
    load(database, bucket)
    for number in range(40):
        lose(database, f"store-{number:03}")

    tasks = list(Ledger(database, "stores").tasks(list(bucket.list("stores/"))))

    assert [outline(task) for task in tasks] == [
        ("stores/a.jsonl", False, 3),
        ("stores/b.jsonl", False, None),
        ("stores/c.jsonl", False, 1),
        ("stores/d.jsonl", False, None),
    ]
    assert load(database, bucket, batch_size=2).restored == 9
    assert load(database, bucket).read == 0


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_beyond_the_limit_too_only_gaps_are_filled_and_of_lost_copies_the_last_wins(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, batch_size: int
) -> None:
    monkeypatch.setattr(ledger, "MAXIMUM_MISSING", 0)
    put(bucket, "stores/a.jsonl", store(1, turn=1), store(2, turn=1), store(3), store(4), {"store_id": ""})
    put(bucket, "stores/b.jsonl", store(1, turn=2), store(2, turn=2), store(5, turn=2))
    load(database, bucket)
    database.stores.update_one({"_id": "store-005"}, {"$set": {"turn": "by hand"}})
    database.stores.delete_one({"_id": "store-003"})
    load(database, bucket)
    lost = ["store-001", "store-004"]
    database.stores.delete_many({"_id": {"$in": lost}})
    database.deleted_documents.update_one({"_id": "position"}, {"$set": {"token": {"_data": "zz"}}})

    report = load(database, bucket, batch_size)

    assert (report.inserted, report.restored, report.replaced) == (2, 2, 0)
    turns = {name: document.get("turn") for name, document in all_stores(database).items()}
    assert turns == {"store-001": 2, "store-002": 2, "store-004": None, "store-005": "by hand"}
    assert standing(database) == [("stores/a.jsonl", 5)]
    assert load(database, bucket).read == 0


class KilledError(Exception):
    pass


def kill(*_: object) -> None:
    raise KilledError


def test_rejects_of_an_object_that_did_not_change_stand_when_the_load_of_what_it_lost_is_killed(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), {"store_id": ""})
    load(database, bucket)
    lose(database, "store-001")
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "MAXIMUM_MISSING", 0)
        patched.setattr(loading, "read_documents", kill)
        with pytest.raises(KilledError):
            load(database, bucket)

    assert standing(database) == [("stores/a.jsonl", 2)]
    assert load(database, bucket).restored == 1
    assert standing(database) == [("stores/a.jsonl", 2)]


@pytest.mark.parametrize("step", ["documents", "rejects", "ledger"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_load_that_was_killed_is_finished_by_the_next_one(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, step: str, at: int
) -> None:
    for number in range(6):
        put(bucket, f"stores/{number}.jsonl", store(number), store(100, turn=number), {"store_id": ""})
    calls = 0

    def killing(original: Any) -> Any:
        def call(*arguments: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == at:
                raise KilledError
            return original(*arguments)

        return call

    targets = {
        "documents": (loading, "write_documents"),
        "rejects": (loading.rejects, "record"),
        "ledger": (Ledger, "write"),
    }
    with monkeypatch.context() as patched:
        owner, name = targets[step]
        patched.setattr(owner, name, killing(getattr(owner, name)))
        with pytest.raises(KilledError):
            load(database, bucket, batch_size=3)

    load(database, bucket, batch_size=3)

    stores = all_stores(database)
    assert sorted(stores) == ["store-000", "store-001", "store-002", "store-003", "store-004", "store-005", "store-100"]
    assert stores["store-100"]["turn"] == 5
    assert database.rejected_documents.count_documents({"superseded": False}) == 6
    assert load(database, bucket).read == 0


class OvertakenError(Exception):
    pass


def overtaken_after(calls: int) -> Callable[[], None]:
    """A guard that lets so many writes pass."""
    left = iter(range(calls))

    def guard() -> None:
        if next(left, None) is None:
            raise OvertakenError

    return guard


def test_a_load_that_was_overtaken_writes_nothing_more(database: Documents, bucket: Bucket) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2), {"store_id": ""}, store(3))

    with pytest.raises(OvertakenError):
        load_landing(database, bucket, [STORES], batch_size=2, guard=overtaken_after(1))

    assert sorted(all_stores(database)) == ["store-001", "store-002"]
    assert standing(database) == []
    assert database.loaded_objects.count_documents({}) == 0


def test_a_retry_that_was_overtaken_changes_nothing(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2, manager="Ольга"))
    load(database, bucket)
    monkeypatch.setitem(shapes._CONTAINERS, STORES, {})  # type: ignore[index]  # a dict behind its read-only type

    with pytest.raises(OvertakenError):
        retry_rejected(database, bucket, STORES, {"stores/a.jsonl": [2]}, guard=overtaken_after(0))

    assert sorted(all_stores(database)) == ["store-001"]
    assert standing(database) == [("stores/a.jsonl", 2)]


def test_a_document_that_only_mongodb_refuses_is_rejected_and_its_neighbours_go_in(database: Documents) -> None:
    database.command("collMod", "stores", validator={"area": {"$ne": 13}})
    documents = {f"s{n}": RawBSONDocument(bson.encode({"_id": f"s{n}", "area": n})) for n in (12, 13, 14)}

    written = write_documents(database.stores, documents)

    assert written.inserted == 2
    assert written.refused == {"s13": "refused by MongoDB: validation (error 121)"}


def test_what_mongodb_refused_is_not_asked_for_again(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2, area=13), store(3))
    monkeypatch.setattr(loading, "ensure_collections", lambda _: [])  # it would bring back our own validator
    database.command("collMod", "stores", validator={"area": {"$ne": 13}})

    report = load(database, bucket)

    assert (report.inserted, report.rejected) == (2, 1)
    (reject,) = database.rejected_documents.find()
    assert (reject["reason"], reject["position"]) == ("refused by MongoDB: validation (error 121)", 2)
    assert load(database, bucket).read == 0


def test_the_other_kinds_are_loaded_by_their_own_shapes(database: Documents, bucket: Bucket) -> None:
    put(bucket, "products/p.json", {"id": "prd-1", "kbju": {"fat": "1"}, "manufacturer": None})
    put(bucket, "purchases/a.json", {"purchase_id": "ord-1", "items": [{"quantity": "2"}, {}], "customer": {}})
    put(bucket, "purchases/b.json", {"purchase_id": "ord-2", "items": [{"quantity": 1}, "хлеб"]})
    put(bucket, "purchases/c.json", {"purchase_id": "ord-3", "customer": ["+79001234567"]})

    reports = load_landing(database, bucket, [PRODUCTS, PURCHASES])

    assert reports["products"].inserted == 1
    assert reports["purchases"].inserted == 1
    assert reports["purchases"].reasons == {"wrong shape: items": 1, "wrong shape: customer": 1}


def standing(database: Documents) -> list[tuple[str, int]]:
    found = database.rejected_documents.find({"superseded": False})
    return sorted((row["object_key"], row["position"]) for row in found)


def test_rejected_documents_are_loaded_when_a_rule_was_loosened_and_their_neighbours_stay(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, "stores/a.jsonl", store(1), store(2, manager="Ольга"), store(3, manager="Пётр"), {"store_id": ""})
    put(bucket, "stores/gone.json", store(4, manager="Анна"))
    put(bucket, "stores/changed.json", store(5, manager="Яна"))
    assert load(database, bucket).rejected == 5
    database.stores.update_one({"_id": "store-001"}, {"$set": {"store_name": "by hand"}})
    monkeypatch.setitem(shapes._CONTAINERS, STORES, {})  # type: ignore[index]  # a dict behind its read-only type
    bucket.delete(["stores/gone.json"])
    put(bucket, "stores/changed.json", store(5))

    places = {"stores/a.jsonl": [2, 4], "stores/gone.json": [1], "stores/changed.json": [1]}
    retried = retry_rejected(database, bucket, STORES, places, batch_size=1)

    assert (retried.loaded, retried.gone) == ({("stores/a.jsonl", 2): "store-002"}, ["stores/gone.json"])
    assert all_stores(database).keys() == {"store-001", "store-002"}
    assert all_stores(database)["store-001"]["store_name"] == "by hand"
    assert standing(database) == [("stores/a.jsonl", 3), ("stores/a.jsonl", 4), ("stores/changed.json", 1)]
    # A changed object is the next load's; and what a retry brought is known to the ledger.
    lose(database, "store-002")
    report = load(database, bucket)
    assert (report.inserted, report.restored) == (2, 1)
    assert standing(database) == [("stores/a.jsonl", 3), ("stores/a.jsonl", 4)]


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_a_retry_of_a_rejected_document_leaves_a_newer_one_of_its_id(
    database: Documents, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, batch_size: int
) -> None:
    def wrong(number: int, turn: int) -> dict[str, Any]:
        return store(number, turn=turn, manager="Ольга")

    put(bucket, "stores/a.jsonl", wrong(1, 1), wrong(2, 1), wrong(3, 1), store(2, turn=2), wrong(4, 1), wrong(4, 2))
    put(bucket, "stores/b.jsonl", store(1, turn=2))
    load(database, bucket)
    database.stores.insert_one({"_id": "store-003"} | store(3, turn="by hand"))
    monkeypatch.setitem(shapes._CONTAINERS, STORES, {})  # type: ignore[index]  # a dict behind its read-only type
    places = [position for _, position in standing(database)]
    assert places == [1, 2, 3, 5, 6]

    retried = retry_rejected(database, bucket, STORES, {"stores/a.jsonl": places}, batch_size)

    assert {position: name for (_, position), name in retried.loaded.items()} == {
        1: "store-001", 2: "store-002", 3: "store-003", 5: "store-004", 6: "store-004",
    }  # fmt: skip
    turns = {name: document["turn"] for name, document in all_stores(database).items()}
    assert turns == {"store-001": 2, "store-002": 2, "store-003": "by hand", "store-004": 2}
    assert standing(database) == []
