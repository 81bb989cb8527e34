"""Keeps Dagster's instance in order: pools have the limits of the settings, and abandoned runs are failed."""

from typing import Final

from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from shop_assets.automation.abandoned_runs import NO_SILENCES, fail_abandoned_runs
from shop_assets.automation.heartbeats import LONGEST_SILENCE, Silences
from shop_assets.coordination.pools import INGEST, SPARK
from shop_assets.settings import Settings

INTERVAL_SECONDS: Final = 60


def build_housekeeping(settings: Settings) -> SensorDefinition:
    """Build the sensor. It is always on and starts no run.

    Args:
        settings: The limits of the pools.

    Returns:
        The sensor `housekeeping`.
    """

    @sensor(
        name="housekeeping",
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Sets the limits of the pools (SHOP_SPARK_RUNS) and fails runs whose process no longer exists or, "
        f"on another machine or in another container, has recorded no heartbeat for {LONGEST_SILENCE} minutes.",
    )
    def housekeeping(context: SensorEvaluationContext) -> SkipReason:
        silences = Silences.parse(context.cursor).after_tick(context.instance)
        context.update_cursor(silences.model_dump_json())
        return SkipReason(run_housekeeping(context.instance, settings, silences))

    return housekeeping


def run_housekeeping(instance: DagsterInstance, settings: Settings, silences: Silences = NO_SILENCES) -> str:
    """Set the limits of the pools, and fail abandoned runs.

    Args:
        instance: Dagster's instance.
        settings: The limits of the pools.
        silences: For how long runs recorded no heartbeat.

    Returns:
        A line that says what was done.
    """
    limits = {INGEST: 1, SPARK: settings.spark_runs}
    known = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    changed = {pool: limit for pool, limit in limits.items() if known.get(pool) != limit}
    for pool, limit in changed.items():
        instance.event_log_storage.set_concurrency_slots(pool, limit)
    done = [f"limit of pool {pool} set to {limit}" for pool, limit in changed.items()]
    done += [f"run {run_id} marked as failed" for run_id in fail_abandoned_runs(instance, silences)]
    return "; ".join(done) or "nothing to do"
