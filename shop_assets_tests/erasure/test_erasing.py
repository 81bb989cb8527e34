"""A customer in every place is erased from every store, stays away, and the rest of the shop is as it was."""

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from dagster import AssetCheckResult, AssetCheckSeverity

from shop_assets.build import build_definitions
from shop_assets.cli import run, runs
from shop_assets.cli.erasures import finish_before_run
from shop_assets.cli.freshness import freshness
from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.checks import build_checks
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.resource import mongo_resource
from shop_assets.erasure.certificate import Certificate, saved
from shop_assets.erasure.erasing import erase
from shop_assets.erasure.errors import ErasureError, NoCustomerError
from shop_assets.erasure.records import begin, interrupted
from shop_assets.errors import ShopError
from shop_assets.rejects.services import Services, connect
from shop_assets.settings import Settings
from shop_assets_tests.erasure.conftest import (
    ANNA,
    FILES,
    IVAN,
    assert_consistent,
    deliver,
    fill,
    purchase,
    remains,
    run_pipeline,
)
from shop_assets_tests.erasure.stored_bytes import stored_bytes
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill, Moment


def erase_ivan(services: Services, reason: str = "request 17") -> Certificate:
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        return erase(services, lease, " Cus-1", reason)


@pytest.mark.slow
def test_nothing_is_left_in_any_store_and_nothing_comes_back(services: Services) -> None:
    fill(services)
    assert len(remains(services)) > 20
    others = services.object_store.landing().get("stores/a.json")

    certificate = erase_ivan(services)

    assert remains(services) == []
    assert_consistent(services)
    assert certificate.erased["landing: purchases under the pseudonym"] == 5
    assert (certificate.remaining, certificate.by_hand, interrupted(services.database)) == (0, [], [])
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
        pytest.raises(NoCustomerError, match="no id"),
    ):
        erase(services, lease, customer_id, "reason")


@pytest.mark.slow
def test_an_unknown_customer_leaves_everything_as_it_is_and_is_certified(services: Services) -> None:
    fill(services)
    before = dict(_contents(services))
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        certificate = erase(services, lease, "cus-9", "by mistake")
    assert certificate.erased == {}
    assert dict(_contents(services)) == before


def _contents(services: Services) -> list[tuple[str, Any]]:
    landing = [(found.key, found.etag) for found in services.object_store.landing().list()]
    documents = [
        (str(found["_id"]), found) for name in ("customers", "purchases") for found in services.database[name].find()
    ]
    return [*landing, *documents]


def test_an_erasure_that_was_interrupted_is_named_by_the_check_and_finished_by_the_next_run(
    services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services.object_store.landing().ensure()
    services.object_store.reports().ensure()
    ensure_collections(services.database)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        record = begin(services.database, lease, services.pii.cipher(), "cus-1", "request 17")
    found = evaluated(settings)
    assert (found.passed, found.severity) == (False, AssetCheckSeverity.WARN)
    assert found.description == f"1 erasure is not finished ({record.number}): shop pii erase goes on with it"
    assert freshness(settings).unfinished_erasures == [record.number]

    def run_stages(*_arguments: Any, **_named: Any) -> NoReturn:
        assert interrupted(services.database) == []
        raise ShopError("the stages come now")

    monkeypatch.setattr(run, "ensure_services", lambda: settings)
    monkeypatch.setattr(runs, "materialize_everything", run_stages)
    with pytest.raises(ShopError, match="the stages come now"):
        run.run()

    said = capsys.readouterr().err
    assert f"Erasure {record.number} is finished" in said
    assert "cus-1" not in said
    assert [certificate.number for certificate in saved(services.object_store.reports())] == [record.number]
    assert saved(services.object_store.reports())[0].was_interrupted
    assert evaluated(settings).passed


def test_an_erasure_that_cannot_be_finished_is_said_and_stays(
    services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    services.object_store.landing().ensure()
    ensure_collections(services.database)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        begin(services.database, lease, services.pii.cipher(), "cus-1", "request 17")

    finish_before_run(settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"}))

    assert "An erasure is still not finished: " in capsys.readouterr().err
    assert interrupted(services.database) == ["cus-1"]


def evaluated(settings: Settings) -> AssetCheckResult:
    (check,) = [one for one in build_checks(settings) if one.check_key.name == "erasures_are_finished"]
    result = check(mongo=mongo_resource(settings))
    assert isinstance(result, AssetCheckResult)
    return result


STEPS: list[tuple[str, Moment, int]] = [
    ("shop_assets.erasure.records:begin", "after", 1),
    ("shop_assets.document_store.rewritten_objects:announce", "after", 1),
    ("shop_assets.object_store.bucket:Bucket.put", "after", 1),
    ("shop_assets.object_store.bucket:Bucket.delete", "after", 1),
    ("shop_assets.erasure.records:ErasureRecord.add", "before", 2),
    ("shop_assets.document_store.erasing:_write_batch", "after", 1),
    ("shop_assets.document_store.erasing:_write_batch", "after", 2),
    ("shop_assets.document_store.erasing:_write_batch", "after", 3),
    ("shop_assets.erasure.erasing:capture_changes", "before", 1),
    ("shop_assets.erasure.erasing:capture_changes", "after", 1),
    ("shop_assets.erasure.erasing:ingest_topics", "after", 1),
    ("shop_assets.erasure.erasing:reconcile", "after", 1),
    ("shop_assets.warehouse.erasing:_Deletion.places", "before", 1),
    ("shop_assets.warehouse.erasing:_Deletion.places", "after", 1),
    ("shop_assets.warehouse.erasing:_Deletion.delete", "after", 3),
    ("shop_assets.warehouse.erasing:_Deletion.delete", "during", 4),
    ("shop_assets.warehouse.erasing:_Deletion.delete", "after", 7),
    ("shop_assets.erasure.certificate:save", "before", 1),
    ("shop_assets.erasure.records:ErasureRecord.end", "before", 1),
]


def erase_in_process(settings: Settings, customer_id: str) -> None:
    with (
        connect(settings) as services,
        ingestion_lease(services.database, "shop pii erase", "of a test") as lease,
    ):
        erase(services, lease, customer_id, "a kill")


def person(number: int) -> dict[str, Any]:
    return IVAN | {"customer_id": f"kill-{number:02}", "loyalty_card_number": f"phone-kill-{number:02}"}


@pytest.mark.slow
def test_killed_at_every_step_it_is_finished_by_the_next_run(
    services: Services, settings: Settings, tmp_path: Path
) -> None:
    """A customer for each step; a run of the pipeline comes between some of the kills and their repetition."""
    fill(services)
    people = [person(number) for number in range(len(STEPS))]
    landing = services.object_store.landing()
    for one in people:
        name = one["customer_id"]
        broken = f'{{"customer_id": "{name}", "first_name": "Афанасий'
        lines = [json.dumps(one), broken, json.dumps(ANNA)]
        deliver(landing, {f"customers/{name}.json": json.dumps(one), f"customers/{name}.jsonl": "\n".join(lines)})
        bought = [purchase(f"{name}-{number}", one, total_amount=1.5 - number) for number in range(3)]
        deliver(landing, {f"purchases/{name}.json": json.dumps([*bought, purchase(6, ANNA)])})
    run_pipeline(services)
    forks = Forks(tmp_path / "erasures.log")
    for number, (function, moment, call) in enumerate(STEPS):
        kill = Kill(function, moment, call, 0.01)
        ending = forks.run(erase_in_process, settings, people[number]["customer_id"], kill=kill)
        assert ending.struck, f"{kill}: {forks.end_of_log()}"
        assert interrupted(services.database) == [people[number]["customer_id"]]
        if number % 3 == 0:
            run_pipeline(services)
        with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
            (name,) = interrupted(services.database)
            assert erase(services, lease, name, "").reason == "a kill"
        assert not [place for place, content in stored_bytes(services) if f'"phone-{name}' in content.decode()], kill
    erase_ivan(services)
    assert remains(services) == []
    assert_consistent(services, more={f"ord-{one['customer_id']}-{n}" for one in people for n in (0, 1)})
    run_pipeline(services)
    assert remains(services) == []


@pytest.mark.slow
def test_the_job_erases_too_and_keeps_phones_out_of_dagster(services: Services, settings: Settings) -> None:
    fill(services)
    job = build_definitions(settings).resolve_job_def("erase_customer")
    config = {"customer_id": "cus-1", "reason": "request 18"}

    assert job.execute_in_process(run_config={"ops": {"erase_everywhere": {"config": config}}}).success

    assert remains(services) == []
    assert [found.reason for found in saved(services.object_store.reports())] == ["request 18"]
    config["customer_id"] = "+79001234567"
    with pytest.raises(ErasureError, match="shop pii erase"):
        job.execute_in_process(run_config={"ops": {"erase_everywhere": {"config": config}}})
