"""Runs whose process was killed, and the pools' limits."""

import socket
import subprocess
import sys
from dataclasses import asdict, replace

import dagster as dg
import orjson
import pytest

from shop_assets.automation.abandoned_runs import HOST_TAG, PROCESS_TAG, fail_abandoned_runs
from shop_assets.automation.housekeeping import run_housekeeping
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


def test_a_run_of_an_earlier_release_is_failed_by_its_former_tags(instance):
    tags = {"shop/process": orjson.dumps(asdict(replace(current_process(), started="1"))).decode(), "shop/host": "x"}
    job = dg.GraphDefinition("everything").to_job()
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags)
    assert fail_abandoned_runs(instance) == [run.run_id]


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
