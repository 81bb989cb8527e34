"""An erasure that was interrupted is named, and finished by the next run or command; killed at every step, too."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from dagster import AssetCheckResult, AssetCheckSeverity
from pymongo.errors import OperationFailure

from shop_assets.cli.personal_data import erasures
from shop_assets.cli.personal_data.erasures import finish_before_run
from shop_assets.cli.running import run, runs
from shop_assets.cli.stage_times import freshness
from shop_assets.coordination import lease as leases
from shop_assets.coordination.lease import ingestion_lease
from shop_assets.coordination.writers import Writer
from shop_assets.document_store.checks import build_checks
from shop_assets.document_store.collection_setup import ensure_collections
from shop_assets.document_store.resource import mongo_resource
from shop_assets.erasure import erasing
from shop_assets.erasure.certificate import Certificate, saved
from shop_assets.erasure.erasing import erase
from shop_assets.erasure.errors import ErasureError
from shop_assets.erasure.records import begin, interrupted
from shop_assets.errors import ShopError
from shop_assets.services import Services, connect
from shop_assets.settings import Settings
from shop_assets_tests.erasure.conftest import (
    ANNA,
    IVAN,
    assert_consistent,
    deliver,
    erase_ivan,
    fill,
    purchase,
    remains,
    run_pipeline,
)
from shop_assets_tests.erasure.stored_bytes import stored_bytes
from shop_assets_tests.faults.forked import Forks
from shop_assets_tests.faults.kills import Kill, Moment


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
    assert found.description == f"1 erasure is not finished ({record.number}): shop pii erase finishes it"
    assert freshness(settings).unfinished_erasures == [record.number]

    def run_stages(*_arguments: Any, **_named: Any) -> NoReturn:
        assert interrupted(services.database) == {}
        raise ShopError("the stages come now")

    monkeypatch.setattr(run, "ensure_services", lambda: settings)
    monkeypatch.setattr(runs, "materialize_everything", run_stages)
    with pytest.raises(ShopError, match="the stages come now"):
        run.run()

    said = capsys.readouterr().err
    assert f"1 erasure is not finished ({record.number}): this run finishes it first.\n" in said
    assert f"Erasure {record.number} is finished" in said
    assert "cus-1" not in said
    assert [certificate.number for certificate in saved(services.object_store.reports())] == [record.number]
    assert saved(services.object_store.reports())[0].was_interrupted
    assert evaluated(settings).passed


@pytest.mark.slow
def test_an_erasure_that_cannot_be_finished_is_said_and_stays(
    services: Services, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    services.object_store.landing().ensure()
    ensure_collections(services.database)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        begin(services.database, lease, services.pii.cipher(), "cus-1", "request 17")

    finish_before_run(settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:1"}))

    assert "An erasure is still not finished: " in capsys.readouterr().err
    assert list(interrupted(services.database).values()) == ["cus-1"]


@pytest.fixture
def three_begun(services: Services) -> list[str]:
    """The numbers of three erasures that were interrupted: of cus-1, cus-2 and cus-3."""
    services.object_store.landing().ensure()
    services.object_store.reports().ensure()
    ensure_collections(services.database)
    with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
        cipher = services.pii.cipher()
        return [begin(services.database, lease, cipher, f"cus-{number}", "request").number for number in (1, 2, 3)]


@pytest.mark.parametrize("problem", [ShopError("Kafka is down"), OperationFailure("{phone: '+79001234567'}", 17287)])
def test_an_erasure_that_cannot_end_keeps_no_other_waiting_and_each_is_printed_as_it_ends(
    services: Services,
    settings: Settings,
    three_begun: list[str],
    problem: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed: dict[str, str] = {}
    erase_known = erasing._erase

    def erase_two(
        services: Services, writer: Writer, customer_id: str, reason: str, cluster: str | None
    ) -> Certificate:
        printed[customer_id] = capsys.readouterr().out
        if customer_id == "cus-2":
            raise problem
        return erase_known(services, writer, customer_id, reason, cluster)

    monkeypatch.setattr(erasing, "_erase", erase_two)
    monkeypatch.setattr(erasures.Settings, "load", lambda: settings)
    first, second, third = three_begun

    with pytest.raises(ErasureError) as raised:
        erasures.erase()

    assert list(printed) == ["cus-1", "cus-2", "cus-3"]
    assert first in printed["cus-2"]
    assert third in capsys.readouterr().out
    assert str(raised.value).startswith(f"{second}: ")
    assert ("Kafka is down" in str(raised.value)) or ("code 17287" in str(raised.value))
    assert not {"cus-2", "+79001234567"} & set(str(raised.value).split())
    assert interrupted(services.database) == {second: "cus-2"}


def test_of_an_erasure_that_ends_in_another_terminal_nothing_is_said(
    settings: Settings, three_begun: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def others_lease(database: Any, *_arguments: Any) -> Iterator[None]:
        database.erasures.update_many({}, {"$unset": {"running": ""}})
        yield

    monkeypatch.setattr(leases, "ingestion_lease", others_lease)
    assert len(three_begun) == 3
    finish_before_run(settings)
    assert capsys.readouterr().err == ""


def test_a_run_goes_on_when_mongodb_refuses_and_says_so_in_a_sentence(
    settings: Settings, three_begun: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_arguments: Any) -> NoReturn:
        raise OperationFailure("not authorized on shop", 13)

    monkeypatch.setattr(leases, "ingestion_lease", refuse)
    assert len(three_begun) == 3
    finish_before_run(settings)
    assert "An erasure is still not finished: MongoDB refuses (OperationFailure, code 13)" in capsys.readouterr().err


def evaluated(settings: Settings) -> AssetCheckResult:
    (check,) = [one for one in build_checks(settings) if one.check_key.name == "erasures_are_finished"]
    result = check(mongo=mongo_resource(settings))
    assert isinstance(result, AssetCheckResult)
    return result


STEPS: list[tuple[str, Moment, int]] = [
    ("shop_assets.erasure.records:begin", "after", 1),
    ("shop_assets.document_store.loads.rewritten_objects:announce", "after", 1),
    ("shop_assets.object_store.bucket:Bucket.replace", "after", 2),
    ("shop_assets.object_store.bucket:Bucket.remove", "after", 1),
    ("shop_assets.erasure.records:ErasureRecord.add", "before", 2),
    ("shop_assets.document_store.erasing:_write_batch", "after", 1),
    ("shop_assets.document_store.erasing:_write_batch", "after", 2),
    ("shop_assets.document_store.erasing:_write_batch", "after", 3),
    ("shop_assets.erasure.erasing:capture_changes", "before", 1),
    ("shop_assets.erasure.erasing:capture_changes", "after", 1),
    ("shop_assets.warehouse.mart.reconciliation:ingest_topics", "after", 1),
    ("shop_assets.warehouse.mart.reconciliation:reconcile", "after", 1),
    ("shop_assets.warehouse.erasing:_Deletion.delete_at", "before", 1),
    ("shop_assets.warehouse.erasing:_Deletion.delete_at", "after", 1),
    ("shop_assets.warehouse.erasing:_Deletion.delete_where", "after", 3),
    ("shop_assets.warehouse.erasing:_Deletion.delete_where", "during", 4),
    ("shop_assets.warehouse.erasing:_Deletion.delete_where", "after", 7),
    ("shop_assets.warehouse.mart.current_values:forget_erased", "before", 1),
    ("shop_assets.warehouse.mart.current_values:forget_erased", "after", 1),
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
@pytest.mark.parametrize("steps", [STEPS[:7], STEPS[7:14], STEPS[14:]], ids=["landing", "topics", "warehouse"])
def test_killed_at_every_step_it_is_finished_by_the_next_run(
    services: Services, settings: Settings, tmp_path: Path, steps: list[tuple[str, Moment, int]]
) -> None:
    """A customer for each step; a run of the pipeline comes between some of the kills and their repetition."""
    fill(services)
    people = [person(number) for number in range(len(steps))]
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
    for number, (function, moment, call) in enumerate(steps):
        kill = Kill(function, moment, call, 0.01)
        ending = forks.run(erase_in_process, settings, people[number]["customer_id"], kill=kill)
        assert ending.struck, f"{kill}: {forks.end_of_log()}"
        assert list(interrupted(services.database).values()) == [people[number]["customer_id"]]
        if number % 3 == 0:
            run_pipeline(services)
        with ingestion_lease(services.database, "shop pii erase", "of a test") as lease:
            (name,) = interrupted(services.database).values()
            assert erase(services, lease, name, "").reason == "a kill"
        assert not [place for place, content in stored_bytes(services) if f'"phone-{name}' in content.decode()], kill
    erase_ivan(services)
    assert remains(services) == []
    assert_consistent(services, more={f"ord-{one['customer_id']}-{n}" for one in people for n in (0, 1)})
    run_pipeline(services)
    assert remains(services) == []
