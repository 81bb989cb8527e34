"""What is stored under an older key moves to the first one: nothing is lost, doubled, sent again or left."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from shop_assets.build import build_definitions
from shop_assets.key_rotation import rotating
from shop_assets.key_rotation.errors import RotationError
from shop_assets.key_rotation.key_usage import key_uses, require_unused
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.services import Services
from shop_assets.settings import Settings
from shop_assets.topics.change_capture import DocumentSource, capture_changes
from shop_assets.topics.errors import KeyLostError
from shop_assets.warehouse.mart.current_values import TABLES
from shop_assets_tests.erasure.conftest import fill, run_pipeline
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
from shop_assets_tests.warehouse.raw_messages import as_whole_topic, document, insert_raw
from shop_assets_tests.writers import SoleWriter


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
    sent = capture_changes(services.source, "incremental", SoleWriter(services.database.client))
    assert (sent.sent, sent.snapshots) == (0, {})
    run_pipeline(services)  # the erased customer is still known, by the same keyed hash
    assert services.database.customers.find_one({"_id": "cus-1"}) is None
    with pytest.raises(RotationError, match=r"still needed by \d+ messages in Kafka"):
        require_unused(services, key_id)
    with pytest.raises(KeyLostError, match=f"key {key_id} .* is missing"):
        capture_changes(
            DocumentSource(services.database, services.kafka, only(services, settings, "k7")),
            "incremental",
            SoleWriter(services.database.client),
        )


def only(services: Services, settings: Settings, key_id: str) -> Any:
    ring = services.pii.key_ring.get_secret_value().split(",")
    own = next(entry for entry in ring if entry.startswith(f"{key_id}:"))
    return personal_data_resource(settings.model_copy(update={"pii_keys": SecretStr(own)})).cipher()


@pytest.mark.parametrize("table", TABLES)
def test_a_key_whose_ciphertexts_are_only_in_pairs_is_still_needed(services: Services, table: str) -> None:
    fields = ["older", "newer"]
    services.client.insert(table, [("enc:v1:k66:aa", "enc:v1:k7:bb")], column_names=fields)
    with pytest.raises(RotationError, match=rf"k66 is still needed \({table}: 1\)"):
        require_unused(services, "k66")


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
def test_a_text_that_only_looks_like_a_ciphertext_of_an_older_key_stays_with_its_document(
    older: Services, settings: Settings
) -> None:
    key_id = older.pii.cipher().key_id
    remarks = {
        f"remark-{number}": f"см. enc:v1:{key_id}:{rest} в отчёте"
        for number, rest in enumerate(("", "abcdef", "a7" * 40))
    }
    for name, remark in remarks.items():
        document = {"customer_id": name, "registration_date": "2026-01-01", "phone": "+79005550012", "comment": remark}
        older.database.customers.insert_one({"_id": name, **document})
    run_pipeline(older)
    rows = older.client.query("SELECT count() FROM raw.customers").result_rows
    before = tuple(older.client.query(EQUAL).result_rows[0])
    services = with_ring(older, ring_of(settings, new_key("k7")))

    result = rotate(services)

    assert (result.unknown, result.unreadable) == ({}, 2)
    assert services.client.query("SELECT count() FROM raw.customers").result_rows == rows
    assert tuple(services.client.query(EQUAL).result_rows[0]) == before
    ((stored,),) = services.client.query(
        "SELECT groupArray(payload) FROM raw.customers WHERE id LIKE 'remark-%'"
    ).result_rows
    assert all(any(remark in payload for payload in stored) for remark in remarks.values())
    assert all("enc:v1:k7:" in payload for payload in stored), "their phones have moved"
    assert rotate(services).messages == 0
    with pytest.raises(RotationError, match=r"still needed by \d+ messages in Kafka"):
        require_unused(services, key_id)


def test_a_ring_with_another_key_of_the_same_id_moves_nothing(services: Services, settings: Settings) -> None:
    services.database.known_keys.insert_one(
        {"_id": services.pii.cipher().key_id, "fingerprint": "another", "first_used_at": datetime.now(UTC)}
    )
    with pytest.raises(KeyLostError, match="is another key than the one that encrypted"):
        rotate(with_ring(services, ring_of(settings, new_key("k7"))))


@pytest.mark.slow
def test_the_job_moves_what_is_stored(older: Services, settings: Settings) -> None:
    key_id = older.pii.cipher().key_id
    own = ring_of(settings, new_key("k7"))
    assert build_definitions(own).resolve_job_def("rotate_keys").execute_in_process().success
    assert in_use(with_ring(older, own))[key_id] == 0


def test_a_rotation_after_which_something_is_left_fails_and_keeps_the_pairs(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = services.pii.cipher().encrypt("phone", "+79001234567")
    body = {"customer_id": "cus-1", "phone": phone, "registration_date": "2026-01-01T00:00:00Z"}
    insert_raw(services.client, "customers", as_whole_topic([document("cus-1", body)]))
    rotating_services = with_ring(services, ring_of(settings, new_key("k7")))
    pairs = [f"SELECT older FROM {table}" for table in TABLES]

    with monkeypatch.context() as patch:
        patch.setattr(rotating, "move_warehouse", lambda *_: 0)
        with pytest.raises(RotationError, match="2 ciphertexts are left under older keys, and RAW has 1 message"):
            rotate(rotating_services)
    assert [services.client.query(query).result_rows for query in pairs] == [[(phone,)]] * len(pairs)

    assert rotate(rotating_services).messages == 1
    assert [services.client.query(query).result_rows for query in pairs] == [[]] * len(pairs)
