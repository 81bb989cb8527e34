"""Runs whose process was killed, and the pools' limits."""

import subprocess
import sys

import dagster as dg
import pytest

from shop_assets.automation.abandoned_runs import PROCESS_TAG, end_abandoned_runs, process_tag
from shop_assets.automation.housekeeping import keep_in_order
from shop_assets.build import build_definitions
from shop_assets.settings import Settings


@pytest.fixture
def going_on(instance):
    def make(process: str | None) -> dg.DagsterRun:
        tags = {} if process is None else {PROCESS_TAG: process}
        job = dg.GraphDefinition("everything").to_job()
        return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags)

    return make


def test_only_runs_of_processes_of_this_machine_that_are_gone_are_failed(instance, going_on):
    mine = process_tag()[PROCESS_TAG]
    machine, number, began = mine.split("/")
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    killed = going_on(f"{machine}/{int(gone.stdout)}/{began}")
    number_given_again = going_on(f"{machine}/{number}/{int(began) - 1000}")
    going_on(mine)
    going_on(f"elsewhere/{number}/{began}")
    going_on(None)  # the daemon looks after its own
    assert set(end_abandoned_runs(instance)) == {killed.run_id, number_given_again.run_id}
    assert instance.get_run_by_id(killed.run_id).status is dg.DagsterRunStatus.FAILURE
    assert len(instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))) == 3
    assert end_abandoned_runs(instance) == []


def test_the_pools_have_the_limits_of_the_settings(instance):
    settings = Settings.model_construct(spark_runs=3)
    assert "pool spark has 3 places" in keep_in_order(instance, settings)
    assert {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()} == {"ingest": 1, "spark": 3}
    assert keep_in_order(instance, settings) == "all is in order"


def test_every_asset_that_ingests_or_starts_spark_is_in_its_pool(stack_settings):
    pools = {
        key.to_user_string(): definition.op.pool
        for definition in build_definitions(stack_settings).resolve_asset_graph().assets_defs
        for key in definition.keys
    }
    ingesting = {name for name, pool in pools.items() if pool == "ingest"}
    assert {name for name, pool in pools.items() if pool == "spark"} == {"customer_features_parquet"}
    assert ingesting == set(pools) - {"customer_features_parquet", "clickhouse_customer_features", "report_csv"}
