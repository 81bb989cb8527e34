"""When the checkpoint advances, and when it is stale: a run resumes from it, or sends a collection again."""

from typing import Any

import orjson
import pytest

from shop_assets.documents.kinds import CUSTOMERS, KINDS, STORES
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.settings import Settings
from shop_assets.topics.checkpoints import Checkpoints
from shop_assets.topics.errors import KeyLostError
from shop_assets.topics.sending import ChangeSender
from shop_assets_tests.kafka_clients import delete_topics
from shop_assets_tests.topics.conftest import Capture, Documents, Read, customer, messages_with_key


class KilledError(Exception):
    pass


def test_killed_between_acknowledgement_and_position_it_sends_again_and_leaves_nothing_out(
    database: Documents, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> None:
        raise KilledError

    database.customers.insert_many([customer(number) for number in range(3)])
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "save_after_snapshot", killed)
        with pytest.raises(KilledError):
            capture()
    assert len(read_topic(CUSTOMERS)) == 3
    assert capture().sent == 0, "the snapshot knows what was acknowledged"

    database.customers.insert_one(customer(7))
    database.customers.delete_one({"_id": "cus-0"})
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "advance", killed)
        with pytest.raises(KilledError):
            capture()
    report = capture()

    assert report.topics["customers"].operations == {"insert": 1, "delete": 1}
    assert [m.operation for m in messages_with_key(read_topic(CUSTOMERS), "cus-7")] == ["insert", "insert"]
    assert capture().sent == 0


def test_killed_before_acknowledgement_the_position_does_not_move(
    database: Documents, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> None:
        raise KilledError

    capture()
    database.customers.insert_one(customer(7))
    with monkeypatch.context() as patched:
        patched.setattr(ChangeSender, "flush", killed)
        with pytest.raises(KilledError):
            capture()

    capture()

    assert {m.key for m in read_topic(CUSTOMERS)} == {"cus-7"}


def test_small_batches_save_the_position_on_the_way(
    database: Documents, capture: Capture, read_topic: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture()
    monkeypatch.setattr("shop_assets.topics.delivery.BATCH_SIZE", 4)
    database.customers.insert_many([customer(number) for number in range(10)])
    moves = 0
    original = Checkpoints.advance

    def killed_at_the_third(self: Checkpoints, *arguments: Any) -> None:
        nonlocal moves
        moves += 1
        if moves == 3:
            raise KilledError
        original(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "advance", killed_at_the_third)
        with pytest.raises(KilledError):
            capture()

    assert capture().sent == 2
    assert {m.key for m in read_topic(CUSTOMERS)} == {f"cus-{n}" for n in range(10)}


def test_a_topic_made_again_is_filled_again_and_the_others_are_left_alone(
    database: Documents, settings: Settings, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_one(customer(1))
    database.stores.insert_one({"_id": "s", "store_id": "s"})
    capture()
    delete_topics(settings, STORES)

    report = capture()

    assert report.snapshots == {"stores": "the topic is new"}
    assert report.sent == 1
    assert [m.key for m in read_topic(STORES)] == ["s"]
    assert capture().sent == 0


def test_without_the_key_of_what_was_sent_nothing_is_sent_until_the_topics_are_new(
    settings: Settings, database: Documents, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_one(customer(1))
    capture()
    database.customers.insert_one(customer(2))

    for ring in ({"k1": b"2" * 64}, {"k2": b"2" * 64}, {"k2": b"2" * 64, "k1": b"3" * 64}):
        with pytest.raises(KeyLostError, match=r"key k1 .*`shop topics recreate`"):
            capture(cipher=PersonalDataCipher(ring))
    assert {m.key for m in read_topic(CUSTOMERS)} == {"cus-1"}

    delete_topics(settings, *KINDS)
    assert capture(cipher=PersonalDataCipher({"k1": b"2" * 64})).topics["customers"].sent >= 2
    assert capture(cipher=PersonalDataCipher({"k1": b"2" * 64})).sent == 0


def test_a_checkpoint_of_an_older_release_takes_the_key_that_comes_next(database: Documents, capture: Capture) -> None:
    capture()
    database.publications.update_many({}, {"$unset": {"key_proof": ""}})
    capture()
    with pytest.raises(KeyLostError):
        capture(cipher=PersonalDataCipher({"k1": b"2" * 64}))


def test_a_new_key_sends_what_holds_personal_data_again(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_one(customer(1))
    database.products.insert_one({"_id": "p", "id": "p"})
    capture()
    rotated = PersonalDataCipher({"k2": b"2" * 64, "k1": b"1" * 64})

    report = capture(cipher=rotated)

    assert report.snapshots == dict.fromkeys((kind.name for kind in KINDS), "personal data has a new key")
    old, new = (orjson.loads(m.value or b"")["phone"] for m in read_topic(CUSTOMERS))
    assert old != new
    assert rotated.decrypt("phone", old) == rotated.decrypt("phone", new) == "+79001234567"
    assert capture(cipher=rotated).sent == 0


def test_a_dropped_collection_gives_a_snapshot_and_deletions(
    database: Documents, capture: Capture, read_topic: Read
) -> None:
    database.customers.insert_many([customer(number) for number in range(4)])
    database.stores.insert_one({"_id": "s", "store_id": "s"})
    capture()
    database.customers.drop()
    database.create_collection("customers")
    database.customers.insert_many([customer(1), customer(9)])

    report = capture()

    assert report.snapshots["customers"] == "collection customers was dropped or renamed"
    newest = {m.key: m.value for m in sorted(read_topic(CUSTOMERS), key=lambda m: m.source_time)}
    assert {key for key, value in newest.items() if value is not None} == {"cus-1", "cus-9"}
    assert set(newest) == {"cus-0", "cus-1", "cus-2", "cus-3", "cus-9"}
    assert capture().sent == 0


@pytest.mark.parametrize("token", ["zz", "aa", "82675A2F00000000012B0429296E1404"])
def test_a_token_of_another_server_gives_a_snapshot(database: Documents, capture: Capture, token: str) -> None:
    database.customers.insert_one(customer(1))
    capture()
    database.publications.update_one({}, {"$set": {"token": {"_data": token}}})

    report = capture()

    assert report.snapshots["customers"].startswith("MongoDB cannot resume from the saved position (error ")
    assert report.topics["customers"].operations == {"snapshot": 1}
    assert capture().sent == 0
