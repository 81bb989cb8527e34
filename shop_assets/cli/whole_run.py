"""One run of the job `everything` in this process, recorded where the Dagster UI finds it later."""

import os
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dagster import DagsterInstance, EventLogEntry, ExecuteInProcessResult

from shop_assets.build import build_definitions
from shop_assets.documents.kinds import KINDS
from shop_assets.settings import Settings

JOB = "everything"


def materialize_everything(
    settings: Settings,
    day: date,
    landing: Mapping[str, Any],
    run_id: str,
    on_event: Callable[[EventLogEntry], None],
    *,
    replay: bool = False,
    accept_gap: bool = False,
) -> ExecuteInProcessResult:
    """Runs all assets for one day; `landing` goes to the four raw_*_json assets as their config.

    `replay` publishes every document again; `accept_gap` goes on behind messages that Kafka no longer has.
    `on_event` sees every event as it happens. A failed step makes an unsuccessful result, not an exception.
    """
    os.environ.setdefault("DAGSTER_HOME", str(settings.home.resolve() / "dagster"))
    instance = DagsterInstance.get()
    instance.add_event_listener(run_id, lambda event, _cursor=None: on_event(event))
    return (
        build_definitions(settings)
        .resolve_job_def(JOB)
        .execute_in_process(
            instance=instance,
            partition_key=day.isoformat(),
            run_config=_run_config(landing, replay=replay, accept_gap=accept_gap),
            raise_on_error=False,
            run_id=run_id,
        )
    )


def _run_config(landing: Mapping[str, Any], *, replay: bool, accept_gap: bool) -> dict[str, Any]:
    stages = {f"raw_{kind.name}_json": dict(landing) for kind in KINDS}
    stages["kafka_topics_loaded"] = {"mode": "replay" if replay else "incremental"}
    stages["clickhouse_raw"] = {"accept_missing_offsets": accept_gap}
    return {
        "ops": {stage: {"config": config} for stage, config in stages.items()},
        # Events are in Dagster's storage; on the console they would bury the lines for people.
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
