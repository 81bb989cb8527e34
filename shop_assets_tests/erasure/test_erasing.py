"""A customer in every place is erased from every store, stays away, and the rest of the shop is as it was."""

import json
from typing import Any

import pytest
from dagster import DagsterInstance
from dagster._core.errors import DagsterConfigMappingFunctionError

from shop_assets.automation.personal_data_jobs import erase_customer
from shop_assets.build import build_definitions
from shop_assets.coordination.lease import ingestion_lease
from shop_assets.erasure import erasing
from shop_assets.erasure.certificate import saved
from shop_assets.erasure.erasing import erase, known_id
from shop_assets.erasure.errors import ErasureError, NoCustomerError
from shop_assets.erasure.known_customers import require_known
from shop_assets.erasure.records import begin, interrupted
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.personal_values import ID
from shop_assets.services import Services
from shop_assets.settings import Settings
from shop_assets.warehouse.mart import current_values
from shop_assets_tests.erasure.conftest import (
    ANNA,
    FILES,
    IVAN,
    assert_consistent,
    deliver,
    erase_ivan,
    fill,
    purchase,
    remains,
    run_pipeline,
)


@pytest.mark.slow
def test_nothing_is_left_in_any_store_and_nothing_comes_back(services: Services) -> None:
    fill(services)
    assert len(remains(services)) > 20
    others = services.object_store.landing().get("stores/a.json")

    certificate = erase_ivan(services)

    assert remains(services) == []
    assert_consistent(services)
    assert certificate.erased["landing: purchases under the pseudonym"] == 5
    assert (certificate.remaining, certificate.by_hand, interrupted(services.database)) == (0, [], {})
    assert saved(services.object_store.reports()) == [certificate]
    text = certificate.to_text()
    assert "request 17" in text
    assert "cus-1" not in text
    assert "by retention, at the latest on 20" in text

    # Old files once more, and a new purchase: none of it passes landing.
    deliver(services.object_store.landing(), FILES)
    deliver(services.object_store.landing(), {"purchases/new.json": json.dumps(purchase(9, IVAN))})
    run_pipeline(services)
    assert {place.partition(" ")[0] for place in remains(services)} == {"s3"}
    again = erase_ivan(services)
    assert remains(services) == []
    assert again.number != certificate.number
    assert again.customer == certificate.customer
    assert services.object_store.landing().get("stores/a.json") == others

    # Registered again: the person is a customer, and the old purchases stay a pseudonym's.
    registered = IVAN | {"registration_date": "2999-01-01T00:00:00Z"}
    deliver(services.object_store.landing(), {"customers/again.json": json.dumps(registered)})
    run_pipeline(services)
    assert services.database.customers.find_one({"_id": "cus-1"}) is not None
    assert services.database.purchases.find_one({"customer.customer_id": "cus-1"}) is None


@pytest.mark.parametrize("customer_id", ["", "  ", "erased-0123"])
def test_what_is_no_customer_is_refused(services: Services, customer_id: str) -> None:
    with (
        ingestion_lease(services.database, "shop pii erase", "of a test") as lease,
        pytest.raises(NoCustomerError, match="cannot be the id"),
    ):
        erase(services, lease, customer_id, "reason")


def test_an_encrypted_id_that_cannot_be_decrypted_is_refused(services: Services) -> None:
    unknown = PersonalDataCipher({"other": bytes(range(64))}).encrypt(ID, "+79005550011")
    with pytest.raises(NoCustomerError, match="cannot be decrypted"):
        known_id(services, unknown)


def test_a_delivered_id_that_only_looks_encrypted_is_the_customers_own(services: Services) -> None:
    forged = PersonalDataCipher({"other": bytes(range(64))}).encrypt(ID, "cus-1")
    services.database.customers.insert_one({"_id": forged, "customer_id": forged})
    assert known_id(services, forged) == forged


@pytest.mark.parametrize(
    ("collection", "document"),
    [
        ("customers", {"_id": "{}"}),
        ("purchases", {"_id": "p-1", "customer": {"customer_id": "{}"}}),
        ("purchases", {"_id": "p-1", "customer": {"customer_id": " {} "}}),
    ],
)
def test_a_delivered_id_that_is_the_encrypted_one_of_another_erases_nobody_else(
    services: Services, collection: str, document: dict[str, Any]
) -> None:
    cipher = services.pii.cipher()
    forged = cipher.encrypt(ID, "+79005550011")
    services.database[collection].insert_one(json.loads(json.dumps(document).replace("{}", forged)))
    with pytest.raises(NoCustomerError, match="Two customers may be meant") as raised:
        known_id(services, forged)
    shown = cipher.encrypt(ID, forged)
    assert shown in str(raised.value)
    assert known_id(services, shown) == forged


def test_an_erased_id_that_is_the_encrypted_one_of_another_erases_nobody_else(services: Services) -> None:
    forged = services.pii.cipher().encrypt(ID, "+79005550011")
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        begin(services.database, lease, services.pii.cipher(), forged, "")
    with pytest.raises(NoCustomerError, match="Two customers may be meant"):
        known_id(services, forged)


def test_an_interrupted_erasure_is_finished_under_the_id_that_it_began_with(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = services.pii.cipher().encrypt(ID, "+79005550011")
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        begin(services.database, lease, services.pii.cipher(), forged, "")
        erased: list[str] = []
        monkeypatch.setattr(erasing, "_erase", lambda _services, _writer, known, *_: erased.append(known))
        assert list(erasing.finish_interrupted(services, lease)) == [None]
    assert erased == [forged]


def test_a_customer_is_known_by_the_id_that_mart_shows(services: Services) -> None:
    assert known_id(services, services.pii.cipher().encrypt(ID, "+79005550011")) == "+79005550011"


@pytest.mark.slow
def test_an_unknown_customer_leaves_everything_as_it_is_and_is_certified(services: Services) -> None:
    fill(services)
    before = dict(_contents(services))
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        certificate = erase(services, lease, "cus-9", "by mistake")
    assert certificate.erased == {}
    assert dict(_contents(services)) == before


def test_an_erasure_after_which_something_is_found_is_not_certified_and_stays_open(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bucket in (services.object_store.landing(), services.object_store.reports()):
        bucket.ensure()
    places = {"document_store": 1, "warehouse": 2}
    for place, count in places.items():
        with monkeypatch.context() as patch:
            patch.setattr(getattr(erasing, place), "count_customer", lambda *_, count=count: count)
            with pytest.raises(ErasureError, match=f"^{count} objects?, documents? or rows? of the customer came back"):
                erase_ivan(services)
    assert saved(services.object_store.reports()) == []
    assert list(interrupted(services.database).values()) == ["cus-1"]
    certificate = erase_ivan(services)
    assert (certificate.remaining, certificate.was_interrupted) == (0, True)


def test_only_an_id_that_nothing_has_is_refused(services: Services) -> None:
    landing = services.object_store.landing()
    landing.ensure()
    deliver(landing, {"purchases/a.json": json.dumps(purchase(1, ANNA)), "customers/readme.txt": "see cus-88"})
    with pytest.raises(NoCustomerError, match="even-if-unknown") as raised:
        require_known(services, "cus-9")
    assert raised.value.exit_code == 2
    assert services.database.erasures.find_one({"running": {"$exists": True}}) is None
    for known in (" CUS-12", "cus-88"):
        require_known(services, known)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        begin(services.database, lease, services.pii.cipher(), "cus-9", "request 9")
    require_known(services, "cus-9")


def _contents(services: Services) -> list[tuple[str, Any]]:
    listed = services.object_store.landing().list()
    landing = [(found.key, found.etag) for found in listed if not found.key.startswith("_inventory/")]
    documents = [
        (str(found["_id"]), found) for name in ("customers", "purchases") for found in services.database[name].find()
    ]
    return [*landing, *documents]


@pytest.mark.slow
def test_pairs_of_a_killed_rotation_go_with_their_customer_and_others_stay(services: Services) -> None:
    """Ivan's phone has not moved, and his e-mail has: RAW has only the newer ciphertext."""
    fill(services)
    cipher = services.pii.cipher()
    others = (cipher.encrypt("phone", "+79001234568"), "enc:v1:k9:cc", "phone")
    own = [
        (cipher.encrypt("phone", "+79001234567"), "enc:v1:k9:aa", "phone"),
        ("enc:v1:k8:bb", cipher.encrypt("email", "afanasij@example.ru"), "email"),
    ]
    current_values.save_pairs(services.client, [others, *own])
    current_values.show_newer(services.client)
    assert {place.partition(":")[0] for place in remains(services)} >= set(current_values.TABLES)

    erase_ivan(services)

    assert remains(services) == []
    for table in current_values.TABLES:
        assert services.client.query(f"SELECT older, newer FROM {table}").result_rows == [others[:2]]


@pytest.mark.slow
def test_the_job_erases_too_and_fails_where_the_command_does(services: Services, settings: Settings) -> None:
    fill(services)
    job = build_definitions(settings).resolve_job_def("erase_customer")
    config = {"customer_id": "cus-1", "reason": "request 18"}

    assert job.execute_in_process(run_config=config).success

    assert remains(services) == []
    assert [found.reason for found in saved(services.object_store.reports())] == ["request 18"]
    with pytest.raises(NoCustomerError, match="even_if_unknown"):
        job.execute_in_process(run_config=config | {"customer_id": "cus-9"})
    deliver(services.object_store.landing(), {"exports/cus-1.txt": "cus-1"})
    with pytest.raises(ErasureError, match="by hand"):
        job.execute_in_process(run_config=config)
    (_, again) = saved(services.object_store.reports())
    assert (again.by_hand, again.remaining) == (["exports/***.txt"], 0)


@pytest.mark.parametrize(
    "personal",
    [
        {"customer_id": "+79001234567"},
        {"customer_id": "customer: 89001234567"},
        {"customer_id": "тел. 89001234567"},
        {"customer_id": "\tIvan@example.ru "},
        {"reason": "as 8 900 123-45-67 asked"},
    ],
)
def test_dagster_stores_no_run_with_a_phone_or_an_email(personal: dict[str, str]) -> None:
    with DagsterInstance.ephemeral() as instance:
        with pytest.raises(DagsterConfigMappingFunctionError) as raised:
            instance.create_run_for_job(erase_customer, run_config={"customer_id": "cus-1", "reason": "1"} | personal)
        assert isinstance(raised.value.__cause__, NoCustomerError)
        assert not any(value in str(raised.value.__cause__) for value in personal.values())
        assert instance.get_runs() == []
