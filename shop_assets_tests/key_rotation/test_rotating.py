"""What is stored under an older key moves to the first one: nothing is lost, doubled, sent again or left."""

import base64
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from shop_assets.build import build_definitions
from shop_assets.coordination.lease import ingestion_lease
from shop_assets.erasure.erasing import erase
from shop_assets.features import mart_queries
from shop_assets.features.daily_matrix import MartChangedError, MatrixSource, publish_day
from shop_assets.key_rotation import warehouse_move
from shop_assets.key_rotation.errors import RotationError
from shop_assets.key_rotation.rotating import RotationResult, key_uses, move_stored_data, require_unused
from shop_assets.key_rotation.warehouse_move import key_counts
from shop_assets.personal_data.encryption import ID
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.rejects.services import Services, connect
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import capture_changes
from shop_assets.topics.errors import KeyLostError
from shop_assets.warehouse.current_values import save_pairs
from shop_assets.warehouse.document_repair import open_differences
from shop_assets.warehouse.query_execution import fetch_rows
from shop_assets_tests.erasure.conftest import fill, run_pipeline
from shop_assets_tests.erasure.conftest import services as shop_services
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill, Moment

services = shop_services
EQUAL = (
    "SELECT (SELECT count() FROM mart.customers AS c INNER JOIN mart.purchases AS p ON c.phone = p.customer_phone), "
    "(SELECT count() FROM mart.customers), (SELECT count() FROM mart.purchases), "
    "(SELECT count() FROM mart.open_rejects), (SELECT count() FROM mart.unread_values)"
)


def new_key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(64)).decode()}"


def ring_of(settings: Settings, *keys: str) -> Settings:
    ring = ",".join([*keys, settings.pii_keys.get_secret_value()])
    return settings.model_copy(update={"pii_keys": SecretStr(ring), "personal_ids": "encrypt"})


def with_ring(services: Services, settings: Settings) -> Services:
    return replace(services, pii=personal_data_resource(settings))


@pytest.fixture
def older(services: Services, settings: Settings) -> Services:
    """A shop whose ids may be phones, all under one key, and an erased customer."""
    services = with_ring(services, ring_of(settings))
    fill(services)
    phones = {"customer_id": "+79005550011", "phone": "+7 900 555-00-11", "registration_date": "2026-01-01"}
    services.database.customers.insert_one({"_id": "+79005550011", **phones})
    services.database.customers.insert_one({"_id": "x" * 40, "customer_id": "x", "registration_date": "2999-01-01",
                                            "email": "later@example.ru"})  # fmt: skip
    run_pipeline(services)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        erase(services, lease, "cus-1", "request")
    return services


def rotate(services: Services) -> RotationResult:
    with ingestion_lease(services.database, "shop pii rotate", "of a test") as lease:
        return move_stored_data(services, lease)


def in_use(services: Services) -> dict[str, int]:
    return {use.key_id: sum(use.ciphertexts.values()) for use in key_uses(services)}


def assert_moved(services: Services, before: tuple[Any, ...], ratios: list[tuple[Any, ...]], older_key: str) -> None:
    assert in_use(services)[older_key] == 0
    assert tuple(services.client.query(EQUAL).result_rows[0]) == before
    assert duplicate_ratios(services) == ratios
    assert fetch_rows(services.client, "mart_differs_from_raw") == []
    assert fetch_rows(services.client, "reused_ids") == []
    assert [row for row in fetch_rows(services.client, "raw_offsets") if row["duplicated"] or row["unaccounted"]] == []
    assert list(open_differences(services.client, services.database, services.kafka)) == []


def duplicate_ratios(services: Services) -> list[tuple[Any, ...]]:
    return [
        (row["kind"], row["row_count"], row["duplicate_ratio"])
        for row in fetch_rows(services.client, "duplicate_ratio")
    ]


@pytest.mark.slow
def test_everything_moves_and_nothing_is_sent_again(older: Services, settings: Settings) -> None:
    key_id = older.pii.cipher().key_id
    before, ratios = tuple(older.client.query(EQUAL).result_rows[0]), duplicate_ratios(older)
    assert before[0] > 0
    services = with_ring(older, ring_of(settings, new_key("k7")))
    with pytest.raises(RotationError, match=f"key {key_id} is still needed"):
        require_unused(services, key_id)

    result = rotate(services)

    assert result.messages >= 5
    assert result.unknown == {}
    assert set(result.moved) == {key_id}
    assert_moved(services, before, ratios, key_id)
    assert rotate(services).messages == 0
    sent = capture_changes(services.database, services.kafka, services.pii.cipher(), "incremental")
    assert (sent.sent, sent.snapshots) == (0, {})
    run_pipeline(services)  # the erased customer is still known, by the same keyed hash
    assert services.database.customers.find_one({"_id": "cus-1"}) is None
    with pytest.raises(RotationError, match="Kafka: "):
        require_unused(services, key_id)
    with pytest.raises(KeyLostError, match=f"key {key_id} .* is missing"):
        capture_changes(services.database, services.kafka, only(services, settings, "k7"), "incremental")


def only(services: Services, settings: Settings, key_id: str) -> Any:
    ring = services.pii.key_ring.get_secret_value().split(",")
    own = next(entry for entry in ring if entry.startswith(f"{key_id}:"))
    return personal_data_resource(settings.model_copy(update={"pii_keys": SecretStr(own)})).cipher()


STEPS: list[tuple[str, Moment, int]] = [
    ("shop_assets.warehouse.current_values:save_pairs", "after", 1),
    ("shop_assets.warehouse.current_values:show_newer", "before", 1),
    ("shop_assets.warehouse.current_values:show_newer", "after", 1),
    ("shop_assets.key_rotation.warehouse_move:_Move.slice", "before", 2),
    ("shop_assets.key_rotation.warehouse_move:_Move._insert_again", "after", 1),
    ("shop_assets.key_rotation.warehouse_move:_Move._insert_again", "during", 2),
    ("shop_assets.key_rotation.warehouse_move:_Move.delete_older", "after", 1),
    ("shop_assets.key_rotation.warehouse_move:_Move.delete_older", "after", 2),
    ("shop_assets.key_rotation.warehouse_move:_Move.delete_older", "before", 3),
    ("shop_assets.key_rotation.warehouse_move:_Move.removed_copies", "after", 1),
    ("shop_assets.key_rotation.rotating:_move_documents", "before", 1),
    ("shop_assets.key_rotation.rotating:_move_documents", "after", 1),
    ("shop_assets.topics.change_capture:ChangeCapture._index_documents", "after", 1),
    ("shop_assets.topics.change_capture:ChangeCapture.adopt_key", "after", 1),
]


def rotate_in_process(settings: Settings) -> None:
    with connect(settings) as services:
        rotate(services)


@pytest.mark.slow
def test_killed_at_every_step_the_next_rotation_finishes_it(
    older: Services, settings: Settings, tmp_path: Path
) -> None:
    """A new key for each kill, so that each has everything to move."""
    before, ratios = tuple(older.client.query(EQUAL).result_rows[0]), duplicate_ratios(older)
    forks = Forks(tmp_path / "rotations.log")
    own = ring_of(settings)
    for number, (function, moment, call) in enumerate(STEPS):
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
    sent = capture_changes(older.database, older.kafka, personal_data_resource(own).cipher(), "incremental")
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
        capture_changes(services.database, services.kafka, services.pii.cipher(), "replay", lease)
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


def test_no_features_are_published_while_encrypted_ids_move(services: Services, settings: Settings) -> None:
    save_pairs(services.client, [("enc:v1:k1:aa", "enc:v1:k2:bb", ID)])
    source = MatrixSource.from_settings(settings)
    bucket = services.object_store.features()
    with pytest.raises(MartChangedError, match="shop pii rotate --resume"):
        publish_day(date(2026, 2, 1), source, services.client, bucket, lambda: pytest.fail("Spark started"), "run")


@pytest.mark.slow
def test_values_of_an_unknown_key_stay_and_are_counted(services: Services, settings: Settings) -> None:
    strange = settings.model_copy(update={"pii_keys": SecretStr(new_key("k55"))})
    fill(with_ring(services, strange))
    services.database.publications.delete_many({})
    services.database.known_keys.delete_many({})
    services = with_ring(services, settings)
    rows = services.client.query("SELECT count() FROM raw.customers").result_rows

    rotate(services)

    assert services.client.query("SELECT count() FROM raw.customers").result_rows == rows
    uses = {use.key_id: use.state for use in key_uses(services)}
    assert uses["k55"] == "missing"


@pytest.mark.slow
def test_the_job_moves_what_is_stored(older: Services, settings: Settings) -> None:
    key_id = older.pii.cipher().key_id
    own = ring_of(settings, new_key("k7"))
    assert build_definitions(own).resolve_job_def("rotate_keys").execute_in_process().success
    assert in_use(with_ring(older, own))[key_id] == 0
