"""A job in this process, recorded where the Dagster UI finds it later."""

import os
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from dagster import DagsterInstance, EventLogEntry, ExecuteInProcessResult

from shop_assets.automation.abandoned_runs import process_tags
from shop_assets.automation.housekeeping import run_housekeeping
from shop_assets.build import build_definitions
from shop_assets.cli.recording import ensure_dagster_home
from shop_assets.settings import Settings

OnEvent = Callable[[EventLogEntry], None]


def execute(
    settings: Settings,
    job: str,
    on_event: OnEvent,
    *,
    run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    ops: Mapping[str, Any] | None = None,
) -> ExecuteInProcessResult:
    """Runs a job of the project; `tags` say for which days, `ops` hold configuration by asset.

    `on_event` sees every event as it happens. A failed step makes an unsuccessful result, not an exception.
    """
    os.environ["DAGSTER_HOME"] = str(ensure_dagster_home(settings))
    instance = DagsterInstance.get()
    run_housekeeping(instance, settings)
    run_id = run_id or str(uuid.uuid4())
    instance.add_event_listener(run_id, lambda event, _cursor=None: on_event(event))
    return (
        build_definitions(settings)
        .resolve_job_def(job)
        .execute_in_process(
            instance=instance,
            # Events are in Dagster's storage; on the console they would bury the lines for people.
            run_config={"ops": dict(ops or {}), "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={**(tags or {}), **process_tags()},
            raise_on_error=False,
            run_id=run_id,
        )
    )
