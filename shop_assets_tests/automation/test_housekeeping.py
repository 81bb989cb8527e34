"""Runs whose process was killed, and the pools' limits."""

import socket
import subprocess
import sys
import time
from dataclasses import asdict, replace

import dagster as dg
import orjson
import pytest

from shop_assets.automation import heartbeats
from shop_assets.automation.abandoned_runs import HOST_TAG, PROCESS_GONE, PROCESS_TAG, SILENT, fail_abandoned_runs
from shop_assets.automation.heartbeats import HEARTBEAT_TAG, LONGEST_SILENCE, Silences
from shop_assets.automation.housekeeping import build_housekeeping, run_housekeeping
from shop_assets.build import build_definitions
from shop_assets.coordination.processes import ProcessIdentity, _started, current_process
from shop_assets.settings import Settings


@pytest.fixture
def going_on(instance):
    def make(process: ProcessIdentity | None, host: str = "elsewhere") -> dg.DagsterRun:
        tags = {} if process is None else {PROCESS_TAG: orjson.dumps(asdict(process)).decode(), HOST_TAG: host}
        job = dg.GraphDefinition("everything").to_job()
        return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags)

    return make


def test_only_runs_of_processes_of_this_machine_that_are_gone_are_failed(instance, going_on):
    mine = current_process()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        child = replace(mine, pid=other.pid, started=_started(other.pid))
        lives = going_on(child)
        assert fail_abandoned_runs(instance) == []
    number_given_again = going_on(replace(mine, started="1"))
    going_on(mine)
    going_on(replace(child, machine="another machine"))
    going_on(None)
    assert set(fail_abandoned_runs(instance)) == {lives.run_id, number_given_again.run_id}
    assert instance.get_run_by_id(lives.run_id).status is dg.DagsterRunStatus.FAILURE
    assert len(instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))) == 3
    assert fail_abandoned_runs(instance) == []


def test_a_run_of_before_this_machine_was_started_again_is_failed(instance, going_on):
    before = replace(current_process(), machine="another-boot pid:[1]")
    of_another_machine, of_this_one = going_on(before), going_on(before, socket.gethostname())
    assert fail_abandoned_runs(instance) == [of_this_one.run_id]
    assert not instance.get_run_by_id(of_another_machine.run_id).is_finished


def ticks(instance: dg.DagsterInstance, count: int, cursor: str | None = None) -> str | None:
    """The cursor after so many ticks of the sensor."""
    sensor = build_housekeeping(Settings.model_construct(spark_runs=1))
    for _ in range(count):
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        sensor(context)
        cursor = context.cursor
    return cursor


def test_a_run_in_another_container_without_heartbeats_is_failed_and_one_that_has_them_is_not(instance, going_on):
    elsewhere = replace(current_process(), machine=f"{current_process().machine.split()[0]} pid:[1]")
    silent, alive, of_before = (going_on(elsewhere, socket.gethostname()) for _ in range(3))
    of_this_machine = going_on(current_process())
    for run in (silent, alive, of_this_machine):
        instance.add_run_tags(run.run_id, {HEARTBEAT_TAG: "1"})
    cursor = ticks(instance, LONGEST_SILENCE)
    instance.add_run_tags(alive.run_id, {HEARTBEAT_TAG: "2"})
    cursor = ticks(instance, LONGEST_SILENCE, cursor)
    assert instance.get_run_by_id(silent.run_id).status is dg.DagsterRunStatus.FAILURE
    for run in (alive, of_before, of_this_machine):
        assert not instance.get_run_by_id(run.run_id).is_finished
    ticks(instance, 1, cursor)
    assert instance.get_run_by_id(alive.run_id).status is dg.DagsterRunStatus.FAILURE
    assert reason_of_failure(instance, alive) == SILENT


def reason_of_failure(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str | None:
    (record,) = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE).records
    return record.event_log_entry.dagster_event.message


def test_a_run_that_records_a_heartbeat_while_the_sensor_ticks_is_not_failed(instance, going_on, monkeypatch):
    run = going_on(replace(current_process(), machine="another machine"))
    instance.add_run_tags(run.run_id, {HEARTBEAT_TAG: "1"})
    silences = Silences.parse(ticks(instance, LONGEST_SILENCE))
    silences = silences.after_tick(instance)
    listed = instance.get_runs

    def runs_before_the_heartbeat(*filters: dg.RunsFilter) -> list[dg.DagsterRun]:
        found = listed(*filters)
        instance.add_run_tags(run.run_id, {HEARTBEAT_TAG: "2"})
        return list(found)

    monkeypatch.setattr(instance, "get_runs", runs_before_the_heartbeat)
    assert fail_abandoned_runs(instance, silences) == []
    assert not instance.get_run_by_id(run.run_id).is_finished


def test_a_run_records_heartbeats_while_it_goes_on(instance, going_on, monkeypatch):
    monkeypatch.setattr(heartbeats, "INTERVAL_SECONDS", 0.05)
    run = going_on(current_process())

    def latest() -> str | None:
        return instance.get_run_by_id(run.run_id).tags.get(HEARTBEAT_TAG)

    with heartbeats.heartbeats(instance, run.run_id, unexpected):
        deadline = time.monotonic() + 10
        while latest() is None and time.monotonic() < deadline:
            time.sleep(0.02)
    assert latest() is not None
    time.sleep(0.2)
    instance.add_run_tags(run.run_id, {HEARTBEAT_TAG: "the last one"})
    time.sleep(0.2)
    assert latest() == "the last one"


def unexpected(status: dg.DagsterRunStatus | None) -> None:
    raise AssertionError(status)


def test_a_command_whose_run_others_marked_as_failed_learns_it_and_records_nothing_more(
    instance, going_on, monkeypatch
):
    monkeypatch.setattr(heartbeats, "INTERVAL_SECONDS", 0.05)
    monkeypatch.setattr(heartbeats, "OWN_END_SECONDS", 0.1)
    run = going_on(current_process())
    ends: list[dg.DagsterRunStatus] = []
    with (
        heartbeats.heartbeats(instance, run.run_id, ends.append),
        dg.DagsterInstance.from_ref(instance.get_ref()) as of_another_process,
    ):
        of_another_process.report_run_failed(run)
        deadline = time.monotonic() + 10
        while not ends and time.monotonic() < deadline:
            time.sleep(0.02)
        before = instance.get_run_by_id(run.run_id).tags
        time.sleep(0.2)
        assert instance.get_run_by_id(run.run_id).tags == before
    assert ends == [dg.DagsterRunStatus.FAILURE]


def test_a_command_whose_run_was_deleted_in_the_ui_learns_it(instance, going_on, monkeypatch):
    monkeypatch.setattr(heartbeats, "INTERVAL_SECONDS", 0.02)
    monkeypatch.setattr(heartbeats, "OWN_END_SECONDS", 0.1)
    run = going_on(current_process())
    ends: list[dg.DagsterRunStatus | None] = []
    with heartbeats.heartbeats(instance, run.run_id, ends.append):
        instance.report_engine_event("the first event", run)
        instance.delete_run(run.run_id)
        deadline = time.monotonic() + 10
        while not ends and time.monotonic() < deadline:
            time.sleep(0.02)
    assert ends == [None]


def test_a_run_that_ends_in_its_own_process_is_not_taken_for_one_that_others_ended(instance, going_on, monkeypatch):
    monkeypatch.setattr(heartbeats, "INTERVAL_SECONDS", 0.02)
    monkeypatch.setattr(heartbeats, "OWN_END_SECONDS", 0.1)
    run = going_on(current_process())
    ends: list[dg.DagsterRunStatus] = []
    with heartbeats.heartbeats(instance, run.run_id, ends.append):
        instance.report_run_failed(run)
        time.sleep(0.5)
    assert ends == []


def test_a_run_that_succeeded_is_taken_for_no_other_though_its_process_heard_nothing_of_it(
    instance, going_on, monkeypatch
):
    monkeypatch.setattr(heartbeats, "INTERVAL_SECONDS", 0.02)
    monkeypatch.setattr(heartbeats, "OWN_END_SECONDS", 0.1)
    run = going_on(current_process())
    ends: list[dg.DagsterRunStatus] = []
    with (
        heartbeats.heartbeats(instance, run.run_id, ends.append),
        dg.DagsterInstance.from_ref(instance.get_ref()) as without_listeners,
    ):
        without_listeners.report_dagster_event(
            dg.DagsterEvent(event_type_value=dg.DagsterEventType.RUN_SUCCESS.value, job_name=run.job_name),
            run_id=run.run_id,
        )
        time.sleep(0.5)
    assert ends == []


def test_the_first_heartbeat_that_cannot_be_recorded_is_logged(instance, going_on, monkeypatch, caplog):
    monkeypatch.setattr(heartbeats, "INTERVAL_SECONDS", 0.02)
    run = going_on(current_process())

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(instance, "add_run_tags", fails)
    with heartbeats.heartbeats(instance, run.run_id, unexpected):
        time.sleep(0.5)
    messages = [record.getMessage() for record in caplog.records if record.name == heartbeats.__name__]
    assert messages == ["No heartbeat of the run could be recorded: OSError: the disk is full"]


def test_what_cannot_be_read_of_the_last_tick_begins_the_count_again():
    assert Silences.parse("{broken") == Silences.parse(None) == Silences()


def test_a_run_of_an_earlier_release_is_failed_by_its_former_tags(instance):
    tags = {"shop/process": orjson.dumps(asdict(replace(current_process(), started="1"))).decode(), "shop/host": "x"}
    job = dg.GraphDefinition("everything").to_job()
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags)
    assert fail_abandoned_runs(instance) == [run.run_id]
    assert reason_of_failure(instance, run) == PROCESS_GONE


def test_the_place_that_a_killed_run_held_in_a_pool_of_steps_is_free_for_the_next_one(instance, going_on):
    storage = instance.event_log_storage
    storage.set_concurrency_slots("ingest", 1)
    killed, following = going_on(replace(current_process(), started="1")), going_on(current_process())
    assert storage.claim_concurrency_slot("ingest", killed.run_id, "clickhouse_raw").is_claimed
    assert not storage.claim_concurrency_slot("ingest", following.run_id, "raw_stores_json").is_claimed
    fail_abandoned_runs(instance)
    assert storage.claim_concurrency_slot("ingest", following.run_id, "raw_stores_json").is_claimed
    fail_abandoned_runs(instance)
    assert storage.claim_concurrency_slot("ingest", following.run_id, "raw_stores_json").is_claimed, "a living run's"


def test_the_pools_have_the_limits_of_the_settings(instance):
    settings = Settings.model_construct(spark_runs=3)
    assert "limit of pool spark set to 3" in run_housekeeping(instance, settings)
    assert {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()} == {"ingest": 1, "spark": 3}
    assert run_housekeeping(instance, settings) == "nothing to do"


def test_every_asset_that_ingests_or_starts_spark_is_in_its_pool(stack_settings):
    pools = {
        key.to_user_string(): definition.op.pool
        for definition in build_definitions(stack_settings).resolve_asset_graph().assets_defs
        for key in definition.keys
    }
    assert {name for name, pool in pools.items() if pool == "spark"} == {"customer_features_parquet"}
    free = {name for name, pool in pools.items() if pool is None}
    assert free == {"clickhouse_customer_features", "report_csv", "quality_dashboard_html"}
    assert set(pools.values()) == {"ingest", "spark", None}
