"""A rotation that is killed or stopped halfway: equal values stay equal, and the next one finishes it."""

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.documents.kinds import PURCHASES, DocumentKind
from shop_assets.erasure.erasing import erase
from shop_assets.features import mart_queries
from shop_assets.features.daily_matrix import MatrixPublisher, MatrixSource
from shop_assets.features.errors import MartChangedError
from shop_assets.key_rotation import warehouse_move
from shop_assets.key_rotation.warehouse_move import key_counts
from shop_assets.personal_data.personal_values import ID
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.services import Services, connect
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.warehouse.mart.current_values import TABLES, moves_ids, save_pairs
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets_tests.erasure.conftest import fill, run_pipeline
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill, Moment
from shop_assets_tests.key_rotation.conftest import (
    EQUAL,
    assert_moved,
    duplicate_ratios,
    in_use,
    new_key,
    ring_of,
    rotate,
    with_ring,
)
from shop_assets_tests.writers import SoleWriter

STEPS: list[tuple[str, Moment, int]] = [
    ("shop_assets.warehouse.mart.current_values:save_pairs", "after", 1),
    ("shop_assets.warehouse.mart.current_values:forget_other_pairs", "before", 1),
    ("shop_assets.warehouse.mart.current_values:show_newer", "before", 1),
    ("shop_assets.warehouse.mart.current_values:show_newer", "after", 1),
    ("shop_assets.key_rotation.warehouse_move:_Move.move_slice", "before", 2),
    ("shop_assets.key_rotation.warehouse_move:_Move._insert_again", "after", 1),
    ("shop_assets.key_rotation.warehouse_move:_Move._insert_again", "during", 2),
    ("shop_assets.key_rotation.warehouse_move:_Move.delete_older", "after", 1),
    ("shop_assets.key_rotation.warehouse_move:_Move.delete_older", "after", 2),
    ("shop_assets.key_rotation.warehouse_move:_Move.delete_older", "before", 3),
    ("shop_assets.key_rotation.warehouse_move:_Move.move_removed_ids", "after", 1),
    ("shop_assets.key_rotation.rotating:_move_documents", "before", 1),
    ("shop_assets.key_rotation.rotating:_move_documents", "after", 1),
    ("shop_assets.topics.change_capture:ChangeCapture._index_documents", "after", 1),
    ("shop_assets.topics.change_capture:ChangeCapture.adopt_key", "after", 1),
    ("shop_assets.warehouse.mart.current_values:clear", "before", 1),
]


def rotate_in_process(settings: Settings) -> None:
    with connect(settings) as services:
        rotate(services)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [STEPS[:8], STEPS[8:]], ids=["first half", "second half"])
def test_killed_at_every_step_the_next_rotation_finishes_it(
    older: Services, settings: Settings, tmp_path: Path, steps: list[tuple[str, Moment, int]]
) -> None:
    """A new key for each kill, so that each has everything to move."""
    before, ratios = tuple(older.client.query(EQUAL).result_rows[0]), duplicate_ratios(older)
    forks = Forks(tmp_path / "rotations.log")
    own = ring_of(settings)
    for number, (function, moment, call) in enumerate(steps):
        older_key = personal_data_resource(own).cipher().key_id
        own = own.model_copy(
            update={"pii_keys": SecretStr(f"{new_key(f'k{100 + number}')},{own.pii_keys.get_secret_value()}")}
        )
        kill = Kill(function, moment, call, 0.005)
        assert forks.run(rotate_in_process, own, kill=kill).struck, forks.end_of_log()
        services = with_ring(older, own)
        assert tuple(services.client.query(EQUAL).result_rows[0]) == before, kill
        assert duplicate_ratios(services) == ratios, kill
        rotate(services)
        assert_moved(services, before, ratios, older_key)
    sent = capture_changes(
        DocumentSource(older.database, older.kafka, personal_data_resource(own).cipher()),
        "incremental",
        SoleWriter(older.database.client),
    )
    assert sent.snapshots == {}


class StoppedError(Exception):
    """A rotation was stopped halfway."""


@pytest.mark.slow
def test_halfway_equal_values_are_equal_and_features_are_what_they_were(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services)
    run_again(services)
    monkeypatch.setattr(warehouse_move, "SLICE_OFFSETS", 1)
    before = shown(services)
    assert before["joined"] > 0
    assert max(ratio for _, _, ratio in before["ratios"]) > 0
    rotating = with_ring(services, ring_of(settings, new_key("k7")))
    moved = warehouse_move._Move._insert_again
    slices = 0

    def insert_and_stop(*arguments: Any) -> None:
        nonlocal slices
        slices += 1
        moved(*arguments)
        if slices == 4:
            raise StoppedError

    monkeypatch.setattr(warehouse_move._Move, "_insert_again", insert_and_stop)
    with pytest.raises(StoppedError):
        rotate(rotating)
    keys = {key_id: count for place, key_id, count in key_counts(services.client) if place == "raw.customers"}
    assert len(keys) == 2
    assert min(keys.values()) > 0

    assert shown(services) == before

    monkeypatch.setattr(warehouse_move._Move, "_insert_again", moved)
    rotate(rotating)
    assert shown(services) == before
    assert services.client.query("SELECT count() FROM mart.rotated_values").result_rows == [(0,)]


def run_again(services: Services) -> None:
    """Everything is sent once more, so that there are duplicates."""
    with ingestion_lease(services.database, "a replay", "of a test") as lease:
        capture_changes(services.source, "replay", lease)
    run_pipeline(services)


def shown(services: Services) -> dict[str, Any]:
    client = services.client
    phones = "SELECT count(), uniqExact(phone), uniqExact(email) FROM mart.customers"
    copies = "SELECT count(), uniqExact(customer_phone), uniqExact(customer_email) FROM mart.purchases"
    return {
        "joined": client.query(EQUAL).result_rows[0][0],
        "counts": client.query(EQUAL).result_rows,
        "distinct": [client.query(statement).result_rows for statement in (phones, copies)],
        "ratios": duplicate_ratios(services),
        "inputs of the CSV": mart_queries.fingerprint(client, datetime(2026, 3, 1, tzinfo=UTC)),
    }


def stop_before_purchases(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a rotation moves the customers, and ends before the purchases."""
    move_kind = warehouse_move._Move.move_kind

    def move_or_stop(move: Any, kind: DocumentKind) -> int:
        if kind == PURCHASES:
            raise StoppedError
        return move_kind(move, kind)

    monkeypatch.setattr(warehouse_move._Move, "move_kind", move_or_stop)


def require_no_features(services: Services, settings: Settings) -> None:
    source = MatrixSource.from_settings(settings)
    bucket = services.object_store.features()
    publisher = MatrixPublisher(source, services.client, bucket, lambda: pytest.fail("Spark started"), "run")
    with pytest.raises(MartChangedError, match="shop pii rotate --resume"):
        publisher.publish(date(2026, 2, 1))


@pytest.mark.slow
def test_an_erasure_halfway_leaves_what_other_customers_values_are_equal_to(
    older: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaver = {"customer_id": "cus-7", "email": "gone@example.ru", "registration_date": "2026-01-01"}
    older.database.customers.insert_one({"_id": "cus-7", **leaver})
    run_pipeline(older)
    stored = list(
        older.client.query("SELECT phone, email FROM mart.customers WHERE customer_id = 'cus-12'").result_rows
    )
    services = with_ring(older, ring_of(settings, new_key("k7")))
    with monkeypatch.context() as stopped:
        stop_before_purchases(stopped)
        with pytest.raises(StoppedError):
            rotate(services)
    own = services.client.query("SELECT id FROM raw.customers WHERE startsWith(id, 'enc:v1:k7:')").result_rows
    assert own, "an id has moved"

    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        erase(services, lease, "cus-7", "request 2")

    assert services.client.query(EQUAL).result_rows[0][0] == 2, "the purchases of cus-12"
    cipher = services.pii.cipher()
    newer = (cipher.encrypt("phone", "+79001234568"), cipher.encrypt("email", "anna@example.ru"))
    for texts in stored:
        parameters = dict(zip(("phone", "email"), texts, strict=True))
        shown = "SELECT shop_current({phone:String}), shop_current({email:String})"
        assert services.client.query(shown, parameters).result_rows == [newer]
    (purchases,) = [row for row in fetch_rows(services.client, "duplicate_ratio") if row["kind"] == "purchases"]
    assert purchases["distinct_documents"] == services.database.purchases.count_documents({})
    require_no_features(services, settings)
    gone = cipher.encrypt_with_each_key("email", "gone@example.ru").values()
    for table in TABLES:
        pairs = services.client.query(f"SELECT older, newer FROM {table}").result_rows
        assert pairs
        assert not {text for pair in pairs for text in pair}.intersection(gone)

    rotate(services)
    assert in_use(services)[older.pii.cipher().key_id] == 0


@pytest.mark.slow
def test_a_rotation_to_a_third_key_never_loses_sight_of_ids_that_the_second_one_moved(
    older: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = ring_of(settings, new_key("k7"))
    with monkeypatch.context() as stopped:
        stop_before_purchases(stopped)
        with pytest.raises(StoppedError):
            rotate(with_ring(older, second))
    services = with_ring(older, ring_of(second, new_key("k8")))
    seen = []
    command, insert = services.client.command, services.client.insert

    def see(call: Any, *arguments: Any, **named: Any) -> Any:
        result = call(*arguments, **named)
        seen.append(moves_ids(services.client, ID))
        return result

    with monkeypatch.context() as watched:
        stop_before_purchases(watched)
        watched.setattr(services.client, "command", partial(see, command))
        watched.setattr(services.client, "insert", partial(see, insert))
        with pytest.raises(StoppedError):
            rotate(services)
    assert len(seen) > 3
    assert all(seen)
    newer = services.client.query("SELECT DISTINCT splitByChar(':', newer)[3] FROM mart.rotated_values FINAL")
    assert newer.result_rows == [("k8",)]
    rotate(services)
    assert in_use(services)["k7"] == 0


def test_no_features_are_published_while_encrypted_ids_move(services: Services, settings: Settings) -> None:
    save_pairs(services.client, [("enc:v1:k1:aa", "enc:v1:k2:bb", ID)])
    require_no_features(services, settings)
