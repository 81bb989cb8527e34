"""One run of the job `everything`, as `shop run` makes it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dagster import ExecuteInProcessResult

from shop_assets.cli.recorded_run import OnEvent, execute
from shop_assets.documents.kinds import KINDS
from shop_assets.features.partitions import PARTITION_TAG
from shop_assets.settings import Settings

JOB = "everything"


def materialize_everything(
    settings: Settings, day: date, landing: Mapping[str, Any], run_id: str, on_event: OnEvent
) -> ExecuteInProcessResult:
    """Runs all assets for one day; `landing` goes to the four raw_*_json assets as their config.

    `on_event` sees every event as it happens. A failed step makes an unsuccessful result, not an exception.
    """
    return execute(
        settings,
        JOB,
        on_event,
        run_id=run_id,
        tags={PARTITION_TAG: day.isoformat()},
        ops={f"raw_{kind.name}_json": {"config": dict(landing)} for kind in KINDS},
    )
