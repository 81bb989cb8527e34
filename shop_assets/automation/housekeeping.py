"""Keeps Dagster's instance in order: the pools have the limits of the settings, and no run is left over."""

from typing import Final

from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from shop_assets.automation.abandoned_runs import fail_abandoned_runs
from shop_assets.coordination.pools import INGEST, SPARK
from shop_assets.settings import Settings

INTERVAL_SECONDS: Final = 60


def build_housekeeping(settings: Settings) -> SensorDefinition:
    """The sensor; it is always on, and starts no run."""

    @sensor(
        name="housekeeping",
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Gives the pools their limits (SHOP_SPARK_RUNS), and fails runs whose process was killed.",
    )
    def housekeeping(context: SensorEvaluationContext) -> SkipReason:
        return SkipReason(run_housekeeping(context.instance, settings))

    return housekeeping


def run_housekeeping(instance: DagsterInstance, settings: Settings) -> str:
    """Does it once, and says what was done."""
    limits = {INGEST: 1, SPARK: settings.spark_runs}
    known = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    changed = {pool: limit for pool, limit in limits.items() if known.get(pool) != limit}
    for pool, limit in changed.items():
        instance.event_log_storage.set_concurrency_slots(pool, limit)
    said = [f"pool {pool} has {limit} places now" for pool, limit in changed.items()]
    said += [f"run {run_id} was left over by a killed process" for run_id in fail_abandoned_runs(instance)]
    return "; ".join(said) or "all is in order"
